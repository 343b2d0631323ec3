"""The HTTP API over a real socket, a real store and the fake roles."""

import json

import pytest

from agent_desktop.api import ROUTES
from agent_desktop.routes import WRITES, Route
from agent_desktop.users import Role
from contact.ids import AgentId, CallId, QueueId
from contact.states import AgentState, OfferState
from contact.talk_requests import HoldTalk, RejoinTalk, ResumeTalk, TransferTalk
from tests.fakes.roles import CALLER, OTHER_CALLER
from tests.integration.desktop_server import PASSWORD, RunningDesktop

CALL = CallId("1763800000.5")
ANNA = AgentId("anna")
LOGIN_OF = {
    Role.AGENT: "anna",
    Role.TEAM_LEAD: "lidia",
    Role.SUPERVISOR: "sylwia",
    Role.ANALYST: "adam",
    Role.ADMIN: "admin",
}
POTHOLE = {"topic": "pothole", "description": "Dziura\nprzy przejściu", "answers": {"side": "jezdnia"}}


def path_of(route: Route) -> str:
    path = route.path.replace("{id}", CALL).replace("{e164}", CALLER).replace("{number}", "4711%2F26")
    return path.replace("{language}", "pl")


async def test_every_route_refuses_whoever_is_not_signed_in(desktop: RunningDesktop) -> None:
    client = desktop.client()
    for route in ROUTES:
        if route.roles is not None:
            answer, problem = await client.ask(route.method, path_of(route))
            assert (answer.status, problem["code"]) == (401, "not_signed_in"), route.path


@pytest.mark.parametrize("role", list(Role))
async def test_every_route_is_open_to_its_roles_only(desktop: RunningDesktop, role: Role) -> None:
    client = await desktop.signed_in(LOGIN_OF[role])
    for route in (one for one in ROUTES if one.roles is not None and one.method != "DELETE"):
        assert route.roles is not None
        answer, plain = await client.ask(route.method, path_of(route))
        code = plain["code"] if isinstance(plain, dict) and "code" in plain else ""
        assert (code == "wrong_role") == (role not in route.roles), (route.path, answer.status)


async def test_every_write_needs_the_anti_forgery_token(desktop: RunningDesktop) -> None:
    people = [(Role.AGENT, "anna"), (Role.SUPERVISOR, "sylwia"), (Role.ADMIN, "admin")]
    clients = [(role, await desktop.signed_in(login)) for role, login in people]
    for _, client in clients:
        client.csrf = "guessed"
    for route in ROUTES:
        if route.roles is not None and route.method in WRITES:
            client = next(one for role, one in clients if role in route.roles)
            answer, problem = await client.ask(route.method, path_of(route), {})
            assert (answer.status, problem["code"]) == (403, "csrf"), route.path


async def test_requests_from_another_site_are_refused(desktop: RunningDesktop) -> None:
    client = await desktop.signed_in("anna")
    for method, path in (("GET", "/api/v1/me"), ("POST", "/api/v1/session"), ("GET", "/api/v1/events")):
        answer, problem = await client.ask(method, path, headers={"Origin": "https://evil.example"})
        assert (answer.status, problem["code"]) == (403, "foreign_origin")
    answer, _ = await client.ask("GET", "/api/v1/me", headers={"Origin": desktop.origin})
    assert answer.status == 200


async def test_the_document_and_the_routes_say_the_same(desktop: RunningDesktop) -> None:
    _, document = await desktop.client().ask("GET", "/api/v1/openapi.json")
    described = {(method.upper(), path) for path, item in document["paths"].items() for method in item}
    assert document["openapi"].startswith("3.1")
    assert described == {(route.method, route.path) for route in ROUTES}
    served = {
        (one.method, "/" + one.resource.canonical.lstrip("/"))
        for one in desktop.app._web.router.routes()
        if one.resource is not None and one.method != "HEAD"
    }
    pages = {path for _, path in served} - {route.path for route in ROUTES}
    on_the_wall = {"/tv/{token}", "/tv/{token}/events"}
    photos = {"/z", "/z/", "/z/{code}", "/photo/{key}"}
    people = {"/", "/signin", "/desk", "/board", "/office{rest}", "/quality{rest}", "/assets/{name}"}
    assert pages == people | on_the_wall | photos
    names = set(document["components"]["schemas"])
    text = json.dumps(document)
    references = {part.split('"')[0] for part in text.split("#/components/schemas/")[1:]}
    assert references <= names


async def test_signing_in_gives_a_cookie_no_script_can_read(desktop: RunningDesktop) -> None:
    client = desktop.client()
    body = {"login": "ANNA ", "password": PASSWORD}
    answer, reply = await client.ask("POST", "/api/v1/session", body)
    cookie = answer.cookies["centrala_session"]
    assert cookie["httponly"]
    assert cookie["samesite"] == "Strict"
    assert (reply["login"], reply["role"], reply["extension"]) == ("anna", "agent", "2001")


async def test_signing_in_again_ends_the_session_before(desktop: RunningDesktop) -> None:
    client = await desktop.signed_in("anna")
    cookie = next(iter(client.http.cookie_jar)).value
    await client.sign_in("anna")
    stranger = desktop.client()
    answer, _ = await stranger.ask("GET", "/api/v1/me", headers={"Cookie": f"centrala_session={cookie}"})
    assert answer.status == 401


async def test_guessing_at_a_password_is_slowed_down_for_the_guesser_only(desktop: RunningDesktop) -> None:
    client = desktop.client()
    statuses = []
    for _ in range(6):
        answer, _ = await client.ask("POST", "/api/v1/session", {"login": "anna", "password": "wrong"})
        statuses.append(answer.status)
    assert statuses == [401] * 5 + [429]
    assert int(answer.headers["Retry-After"]) > 0
    await desktop.signed_in("bartek")


async def test_signing_out_ends_the_session_and_takes_the_agent_out(desktop: RunningDesktop) -> None:
    client = await desktop.signed_in("anna")
    await client.ask("PUT", "/api/v1/me/availability", {"availability": "ready"})
    assert desktop.acd.agents[ANNA].state.new is AgentState.READY
    answer, _ = await client.ask("DELETE", "/api/v1/session")
    assert answer.status == 204
    assert desktop.acd.agents[ANNA].state.new is AgentState.LOGGED_OUT
    answer, _ = await client.ask("GET", "/api/v1/me")
    assert answer.status == 401


WRONG: tuple[tuple[str, str, object, int, str], ...] = (
    ("GET", "/api/v1/nothing", None, 404, "not_found"),
    ("GET", "/nothing", None, 404, "not_found"),
    ("PATCH", "/api/v1/me", None, 405, "method_not_allowed"),
    ("PUT", "/api/v1/me/availability", {"availability": "asleep"}, 422, "invalid"),
    ("PUT", "/api/v1/me/availability", {"availability": "ready", "x": 1}, 422, "invalid"),
    ("PUT", "/api/v1/me/availability", {"availability": "ready", "reason": "a\r\nb"}, 422, "invalid"),
    ("GET", "/api/v1/cases?caller=500", None, 422, "invalid"),
    ("GET", "/api/v1/calls?state=lost", None, 422, "invalid"),
    ("POST", "/api/v1/cases", {"topic": "none", "description": "x"}, 422, "unknown_topic"),
    ("GET", "/api/v1/cases/1%2F99", None, 404, "no_such_case"),
    ("GET", "/api/v1/calls/1.1", None, 404, "no_such_call"),
    ("POST", "/api/v1/calls/1.1/hangup", None, 404, "no_such_call"),
    ("POST", "/api/v1/calls/1.1/hold", None, 404, "no_such_call"),
    ("POST", "/api/v1/calls/1.1/resume", None, 404, "no_such_call"),
    ("POST", "/api/v1/calls/1.1/rejoin", None, 404, "no_such_call"),
    ("GET", "/api/v1/events", None, 426, "not_a_websocket"),
)


@pytest.mark.parametrize("wrong", WRONG)
async def test_every_error_is_a_problem(
    desktop: RunningDesktop, wrong: tuple[str, str, object, int, str]
) -> None:
    method, path, body, status, code = wrong
    client = await desktop.signed_in("anna")
    answer, problem = await client.ask(method, path, body)
    assert (answer.status, problem["code"]) == (status, code)
    assert answer.content_type == "application/problem+json"
    assert problem["status"] == status
    assert "default-src 'none'" in answer.headers["Content-Security-Policy"]


async def test_a_body_that_is_no_json_or_too_long_is_a_problem(desktop: RunningDesktop) -> None:
    client = await desktop.signed_in("anna")
    address = f"{desktop.origin}/api/v1/cases"
    sent = {"X-CSRF-Token": client.csrf, "Content-Type": "application/json"}
    for data, kind, status in (
        (b"{", "application/json", 400),
        (b"\xff", "application/json", 400),
        (b"{}", "text/plain", 415),
        (b'"' + b"x" * 100_000 + b'"', "application/json", 413),
        (b"[]", "application/json", 422),
    ):
        headers = {**sent, "Content-Type": kind}
        async with client.http.post(address, data=data, headers=headers) as answer:
            assert (answer.status, answer.content_type) == (status, "application/problem+json")


async def test_a_case_is_filed_once_for_one_key_and_read_by_its_number(desktop: RunningDesktop) -> None:
    client = await desktop.signed_in("anna")
    key = {"Idempotency-Key": "k1"}
    first, filed = await client.ask("POST", "/api/v1/cases", POTHOLE, key)
    second, again = await client.ask("POST", "/api/v1/cases", POTHOLE, key)
    assert (first.status, second.status, again) == (201, 201, filed)
    assert len(desktop.bridge.cases) == 1
    for written in (filed["number"].replace("/", "%2F"), filed["number"]):
        _, read = await client.ask("GET", f"/api/v1/cases/{written}")
        assert read == filed
    assert first.headers["Location"].endswith("4711%2F26")
    other = await desktop.signed_in("bartek")
    _, theirs = await other.ask("POST", "/api/v1/cases", POTHOLE, key)
    assert theirs["number"] != filed["number"]


async def test_a_consultant_sees_a_number_only_while_its_owner_is_theirs(desktop: RunningDesktop) -> None:
    desktop.bridge.remember()
    anna, bartek = await desktop.signed_in("anna"), await desktop.signed_in("bartek")
    path = f"/api/v1/callers/{CALLER}/history"
    assert (await anna.ask("GET", path))[0].status == 403
    desktop.acd.wait(CALL)
    desktop.acd.offer(CALL, ANNA)
    answer, history = await anna.ask("GET", path)
    assert (answer.status, len(history["contacts"]), len(history["open_cases"])) == (200, 2, 1)
    assert (await bartek.ask("GET", path))[1]["code"] == "not_your_caller"
    assert (await bartek.ask("GET", f"/api/v1/cases?caller=%2B{CALLER[1:]}"))[0].status == 403
    _, case = await bartek.ask("GET", "/api/v1/cases/4711%2F26")
    assert case["caller"] == "+48600***200"
    assert (await anna.ask("GET", f"/api/v1/callers/{OTHER_CALLER}/history"))[0].status == 403
    sylwia = await desktop.signed_in("sylwia")
    assert (await sylwia.ask("GET", path))[0].status == 200
    looks = [(one.actor, one.subject) for one in await desktop.app._audit.newest() if "read" in one.action]
    assert ("sylwia", CALLER) in looks
    assert ("anna", CALLER) in looks
    assert ("bartek", CALLER) not in looks


async def test_calls_are_listed_by_right(desktop: RunningDesktop) -> None:
    anna, bartek = await desktop.signed_in("anna"), await desktop.signed_in("bartek")
    sylwia = await desktop.signed_in("sylwia")
    desktop.acd.wait(CALL)
    desktop.acd.offer(CALL, ANNA)
    desktop.acd.connect(CALL)
    assert [one["caller"] for one in (await anna.ask("GET", "/api/v1/calls"))[1]] == [CALLER]
    assert (await bartek.ask("GET", "/api/v1/calls"))[1] == []
    assert (await bartek.ask("GET", f"/api/v1/calls/{CALL}"))[0].status == 404
    assert (await bartek.ask("GET", f"/api/v1/calls/{CALL}/explanation"))[0].status == 404
    _, why = await anna.ask("GET", f"/api/v1/calls/{CALL}/explanation")
    assert "OfferExplained" in [fact["type"] for fact in why["facts"]]
    assert why["words"] == {"pl": ["wybór"], "en": ["chosen"]}
    assert len((await sylwia.ask("GET", "/api/v1/calls?state=talking"))[1]) == 1
    assert (await sylwia.ask("GET", "/api/v1/calls?state=ivr"))[1] == []
    assert (await bartek.ask("POST", f"/api/v1/calls/{CALL}/hangup"))[0].status == 404


async def test_a_call_is_declined_ended_and_wrapped_up(desktop: RunningDesktop) -> None:
    anna = await desktop.signed_in("anna")
    await anna.ask("PUT", "/api/v1/me/availability", {"availability": "ready"})
    desktop.acd.wait(CALL)
    desktop.acd.offer(CALL, ANNA)
    assert (await anna.ask("POST", f"/api/v1/calls/{CALL}/hangup"))[0].status == 204
    assert desktop.acd.calls[CALL].place == "waiting"
    desktop.acd.offer(CALL, ANNA)
    desktop.acd.connect(CALL)
    assert (await anna.ask("POST", f"/api/v1/calls/{CALL}/hangup"))[0].status == 204
    path = f"/api/v1/calls/{CALL}/wrap-up"
    assert (await anna.ask("PUT", path, {"extend": True}))[0].status == 200
    answer, problem = await anna.ask("PUT", path, {"extend": True})
    assert (answer.status, problem["code"]) == (409, "extended_already")
    body = {"disposition": "informed", "note": "ok", "complete": True}
    answer, reply = await anna.ask("PUT", path, body)
    assert (answer.status, reply["complete"]) == (200, True)
    assert desktop.bridge.wrap_ups[-1].disposition == "informed"
    assert desktop.acd.agents[ANNA].state.new is AgentState.READY


async def test_a_talk_is_held_resumed_and_rejoined_by_whose_it_is(desktop: RunningDesktop) -> None:
    anna, bartek = await desktop.signed_in("anna"), await desktop.signed_in("bartek")
    desktop.acd.wait(CALL)
    desktop.acd.offer(CALL, ANNA)
    desktop.acd.connect(CALL)
    for action, kind in (("hold", HoldTalk), ("resume", ResumeTalk), ("rejoin", RejoinTalk)):
        assert (await bartek.ask("POST", f"/api/v1/calls/{CALL}/{action}"))[0].status == 404
        assert (await anna.ask("POST", f"/api/v1/calls/{CALL}/{action}"))[0].status == 204
        assert desktop.acd.controlled[-1] == kind(call=CALL, agent=ANNA)
    assert len(desktop.acd.controlled) == 3
    path = f"/api/v1/calls/{CALL}/transfer"
    answer, problem = await anna.ask("POST", path, {})
    assert (answer.status, problem["code"]) == (422, "no_target")
    assert (await bartek.ask("POST", path, {"queue": "waste"}))[0].status == 404
    assert (await anna.ask("POST", path, {"queue": "waste", "agent": "bartek"}))[0].status == 204
    assert desktop.acd.controlled[-1] == TransferTalk(
        call=CALL, agent=ANNA, queue=QueueId("waste"), to=AgentId("bartek")
    )


async def test_a_case_in_a_call_takes_the_caller_from_it(desktop: RunningDesktop) -> None:
    anna, bartek = await desktop.signed_in("anna"), await desktop.signed_in("bartek")
    desktop.acd.wait(CALL)
    desktop.acd.offer(CALL, ANNA)
    desktop.acd.connect(CALL)
    body = {**POTHOLE, "call": CALL}
    assert (await bartek.ask("POST", "/api/v1/cases", body))[0].status == 404
    _, filed = await anna.ask("POST", "/api/v1/cases", body)
    assert (filed["caller"], filed["call"], filed["agent"]) == (CALLER, CALL, "anna")


async def test_readiness_names_what_is_missing(desktop: RunningDesktop) -> None:
    client = desktop.client()
    answer, body = await client.ask("GET", "/readyz")
    assert (answer.status, body["status"]) == (200, "ready")
    desktop.checks["database"] = "away"
    answer, body = await client.ask("GET", "/readyz")
    assert (answer.status, body["checks"]["database"]) == (503, "away")
    assert (await client.ask("GET", "/healthz"))[0].status == 200
    assert (await client.ask("GET", "/metrics"))[0].status == 200


async def test_routing_that_is_away_is_a_503_that_says_when_to_come_back(desktop: RunningDesktop) -> None:
    anna = await desktop.signed_in("anna")
    desktop.acd.up = False
    answer, problem = await anna.ask("PUT", "/api/v1/me/availability", {"availability": "ready"})
    assert (answer.status, problem["code"]) == (503, "not_available")
    assert answer.headers["Retry-After"]


async def test_offers_end_in_the_feed_as_in_routing(desktop: RunningDesktop) -> None:
    anna = await desktop.signed_in("anna")
    desktop.acd.wait(CALL)
    desktop.acd.offer(CALL, ANNA)
    desktop.acd.end_offer(CALL, OfferState.EXPIRED)
    _, calls = await anna.ask("GET", "/api/v1/calls")
    assert [(one["place"], one["caller"]) for one in calls] == [("waiting", "+48600***200")]
