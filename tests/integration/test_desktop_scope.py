"""What team leads, analysts and people with a scope may see and do; everybody else is in the rights table."""

import asyncio
import json
import time
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
from aiohttp import ClientWebSocketResponse, WSMsgType

from agent_desktop.alert import AlertKind
from agent_desktop.sockets import CLOSE_SIGNED_OUT
from contact.commands import Undeliverable
from contact.ids import E164, AgentId, CallId, CaseNumber, QueueId
from tests.fakes.roles import CALLER
from tests.integration.desktop_server import PASSWORD, Client, RunningDesktop, running_desktop
from tests.integration.test_desktop_line import closure, flash

WITHIN_S = 60
HERS, FOREIGN, WAITS = CallId("1763800000.5"), CallId("1763800000.6"), CallId("1763800000.7")
LIDIA = {"name": "Lidia Wójcik", "role": "team_lead", "extension": "2008", "skills": {}}
SYLWIA = {"name": "Sylwia Zielińska", "role": "supervisor", "extension": "2009", "skills": {}}


@pytest.fixture
async def talking(desktop: RunningDesktop) -> AsyncIterator[RunningDesktop]:
    """Anna (team 1) and Celina (team 2) have a call each, a third caller waits."""
    for call, agent in ((HERS, "anna"), (FOREIGN, "celina")):
        desktop.acd.wait(call, E164("+48601222333"), waited_s=30.0)
        desktop.acd.offer(call, AgentId(agent))
        desktop.acd.connect(call)
    desktop.acd.wait(WAITS, waited_s=30.0)
    return desktop


async def limit(desktop: RunningDesktop, login: str, body: dict[str, Any], **scope: list[str]) -> Client:
    """Give somebody a scope, and sign them in with it."""
    admin = await desktop.signed_in("admin")
    answer, plain = await admin.ask("PUT", f"/api/v1/accounts/{login}", {**body, "scope": scope})
    assert answer.status == 200, plain
    return await desktop.signed_in(login)


async def statuses(client: Client, *asked: tuple[str, str, Any]) -> list[int]:
    return [(await client.ask(method, path, body))[0].status for method, path, body in asked]


async def test_a_team_lead_sees_the_team_its_calls_and_whoever_waits(talking: RunningDesktop) -> None:
    lidia = await talking.signed_in("lidia")
    agents = [one["id"] for one in (await lidia.ask("GET", "/api/v1/agents"))[1]]
    calls = [one["id"] for one in (await lidia.ask("GET", "/api/v1/calls"))[1]]
    assert (agents, sorted(calls)) == (["anna", "bartek"], [HERS, WAITS])
    accounts = (await lidia.ask("GET", "/api/v1/accounts"))[1]
    assert [(one["login"], one["team"]) for one in accounts] == [("anna", "Zespół 1"), ("bartek", "Zespół 1")]
    named = {login for one in (await lidia.ask("GET", "/api/v1/skills"))[1] for login in one["agents"]}
    assert named == {"anna", "bartek"}


async def test_what_another_team_has_is_not_there_for_a_team_lead(talking: RunningDesktop) -> None:
    lidia = await talking.signed_in("lidia")
    listen, skills = {"mode": "listen", "reason": "szkolenie"}, {"skills": {"pl": 10}}
    away = {"availability": "not_ready", "reason": "training"}
    assert (
        await statuses(
            lidia,
            ("GET", f"/api/v1/calls/{FOREIGN}", None),
            ("GET", f"/api/v1/calls/{FOREIGN}/explanation", None),
            ("POST", f"/api/v1/calls/{FOREIGN}/listen", listen),
            ("PUT", f"/api/v1/calls/{FOREIGN}/priority", {"priority": 5}),
            ("POST", f"/api/v1/calls/{FOREIGN}/move", {"queue": "waste"}),
            ("PUT", "/api/v1/agents/celina/availability", away),
            ("PUT", "/api/v1/agents/celina/skills", skills),
        )
        == [404] * 7
    )
    assert await statuses(
        lidia,
        ("GET", f"/api/v1/calls/{HERS}", None),
        ("PUT", f"/api/v1/calls/{WAITS}/priority", {"priority": 5}),
        ("POST", f"/api/v1/calls/{WAITS}/move", {"queue": "waste"}),
        ("PUT", "/api/v1/agents/bartek/availability", away),
        ("PUT", "/api/v1/agents/anna/skills", skills),
    ) == [200, 204, 204, 200, 200]


async def test_a_team_lead_takes_back_skills_they_gave_and_nothing_of_others(desktop: RunningDesktop) -> None:
    lidia, sylwia = await desktop.signed_in("lidia"), await desktop.signed_in("sylwia")
    for client, login, level in ((lidia, "anna", 11), (sylwia, "bartek", 12)):
        await client.ask("PUT", f"/api/v1/agents/{login}/skills", {"skills": {"pl": level}})
    [own] = (await lidia.ask("GET", "/api/v1/changes"))[1]
    [other, _] = (await sylwia.ask("GET", "/api/v1/changes?action=agent.skills_set"))[1]
    assert (own["actor"], own["undoable"], other["actor"]) == ("lidia", True, "sylwia")
    assert await statuses(
        lidia,
        ("POST", f"/api/v1/changes/{other['id']}/undo", None),
        ("POST", f"/api/v1/changes/{own['id']}/undo", None),
    ) == [404, 204]


async def frame(socket: ClientWebSocketResponse, has: str) -> dict[str, Any]:
    """Return the next frame with a field."""
    async with asyncio.timeout(WITHIN_S):
        while True:
            message = await socket.receive()
            assert message.type is WSMsgType.TEXT
            found: dict[str, Any] = json.loads(message.data)
            if has in found:
                return found


async def test_the_stream_follows_who_joins_and_leaves_the_team(talking: RunningDesktop) -> None:
    lidia, admin = await talking.signed_in("lidia"), await talking.signed_in("admin")
    celina = {"name": "Celina Melnyk", "role": "agent", "extension": "2003", "skills": {"pl": 90}}
    async with lidia.http.ws_connect(f"{lidia.origin}/api/v1/events") as socket:
        first = await frame(socket, "agents")
        assert (set(first["agents"]), set(first["calls"])) == ({"anna", "bartek"}, {HERS, WAITS})
        await admin.ask("PUT", "/api/v1/accounts/celina", {**celina, "team": "Zespół 1"})
        patch = await frame(socket, "agents")
        assert (patch["agents"]["celina"]["team"], set(patch["calls"])) == ("Zespół 1", {FOREIGN})
        await admin.ask("PUT", "/api/v1/accounts/celina", {**celina, "team": ""})
        assert (await frame(socket, "gone"))["gone"] == {"agents": ["celina"], "calls": [FOREIGN]}


async def test_an_analyst_sees_figures_and_nobodys_call(talking: RunningDesktop) -> None:
    adam = await talking.signed_in("adam")
    async with adam.http.ws_connect(f"{adam.origin}/api/v1/events") as socket:
        first = await frame(socket, "agents")
    assert (first["calls"], set(first["agents"])) == ({}, {"anna", "bartek", "celina"})
    assert first["queues"]["roads"]["waiting"] == 1


async def test_a_scope_by_queues_is_those_queues_and_what_waits_in_them(talking: RunningDesktop) -> None:
    feed = talking.app._feed
    feed.alerts.judge({(AlertKind.LONGEST_WAIT, QueueId("roads")): 500.0}, talking.acd.clock.now())
    sylwia = await limit(talking, "sylwia", SYLWIA, queues=["waste"])
    assert [one["id"] for one in (await sylwia.ask("GET", "/api/v1/queues"))[1]] == ["waste"]
    assert (await sylwia.ask("GET", "/api/v1/calls"))[1] == []
    assert (await sylwia.ask("GET", "/api/v1/alerts"))[1] == []
    assert [one["queue"] for one in (await sylwia.ask("GET", "/api/v1/policy"))[1]["queues"]] == ["waste"]
    settings = {"version": (await sylwia.ask("GET", "/api/v1/policy"))[1]["version"], "settings": {}}
    assert await statuses(
        sylwia,
        ("GET", f"/api/v1/calls/{WAITS}", None),
        ("POST", "/api/v1/alerts/longest_wait:roads/acknowledge", None),
        ("PUT", "/api/v1/policy/queues/roads", settings),
        ("POST", "/api/v1/closures", closure("roads")),
        ("POST", "/api/v1/closures", closure(None)),
        ("POST", "/api/v1/flash-messages", flash()),
        ("POST", "/api/v1/flash-messages", flash(place="queue", place_name="roads")),
        ("POST", "/api/v1/policy/reload", None),
        ("POST", "/api/v1/tv-boards", {"name": "Sala"}),
        ("GET", "/api/v1/policy/queues.toml", None),
    ) == [404, 404, *[403] * 8]
    assert await statuses(
        sylwia,
        ("POST", "/api/v1/closures", closure("waste")),
        ("POST", "/api/v1/flash-messages", flash(place="queue", place_name="waste")),
    ) == [201, 201]


async def test_nobody_ends_what_holds_for_others(desktop: RunningDesktop) -> None:
    admin = await desktop.signed_in("admin")
    whole = (await admin.ask("POST", "/api/v1/closures", closure(None)))[1]["id"]
    told = (await admin.ask("POST", "/api/v1/flash-messages", flash()))[1]["id"]
    sylwia = await limit(desktop, "sylwia", SYLWIA, queues=["waste"])
    change = {
        "reason": "inna",
        "until_at": time.time() + 600,
        "texts": {"pl": "Inna awaria", "en": "Another"},
    }
    assert (
        await statuses(
            sylwia,
            ("PUT", f"/api/v1/closures/{whole}", change),
            ("DELETE", f"/api/v1/closures/{whole}", None),
            ("PUT", f"/api/v1/flash-messages/{told}", flash(place="queue", place_name="waste")),
            ("PUT", f"/api/v1/flash-messages/{told}/state", {"on": False}),
        )
        == [403] * 4
    )


async def test_a_scope_by_districts_is_their_cases_and_leaves_the_line_whole(desktop: RunningDesktop) -> None:
    desktop.bridge.remember()
    [wola] = desktop.bridge.cases.values()
    desktop.bridge.refused[wola.number] = Undeliverable(case=wola, reason="no", refused_at=1.0)
    number = wola.number.replace("/", "%2F")
    paths = (
        f"/api/v1/cases/{number}",
        f"/api/v1/cases/{number}/file",
        f"/api/v1/cases?caller=%2B{CALLER[1:]}",
        f"/api/v1/callers/{CALLER}/history",
        "/api/v1/deliveries/undeliverable",
    )
    for district, seen in (("Wola", True), ("Mokotów", False)):
        sylwia = await limit(desktop, "sylwia", SYLWIA, districts=[district])
        for path in paths:
            answer, plain = await sylwia.ask("GET", path)
            assert ("Latarnia" in str(plain) or wola.number in str(plain)) is seen, path
            assert answer.status == (404 if path in paths[:2] and not seen else 200), path
        deeds = (
            ("POST", f"/api/v1/cases/{number}/notes", {"text": "Ponaglenie"}),
            ("POST", f"/api/v1/cases/{number}/reporters", {"note": "też"}),
            ("POST", f"/api/v1/deliveries/{number}/send-again", None),
            ("POST", f"/api/v1/cases/{number}/links", {"urls": ["https://zdjecia.example.pl/1.jpg"]}),
            ("GET", f"/api/v1/cases/{number}/photos", None),
        )
        assert await statuses(sylwia, *deeds) == ([201, 201, 204, 201, 200] if seen else [404] * 5)
        assert (await sylwia.ask("GET", "/api/v1/tv-boards"))[0].status == 200
    assert (await sylwia.ask("GET", f"/api/v1/cases/{CaseNumber('9999%2F26')}"))[0].status == 404


MISTAKES = {
    "a lead of nobody": (LIDIA, {}, "scope.teams"),
    "a limited administrator": ({**SYLWIA, "role": "admin"}, {"queues": ["roads"]}, "scope"),
    "a limited consultant": ({**SYLWIA, "role": "agent"}, {"districts": ["Wola"]}, "scope"),
    "no such queue": (SYLWIA, {"queues": ["parks"]}, "scope.queues"),
    "no such district": (SYLWIA, {"districts": ["Atlantyda"]}, "scope.districts"),
    "a team in two lines": (SYLWIA, {"teams": ["A\nB"]}, "team"),
    "a list that is none": (SYLWIA, {"teams": "A"}, "scope.teams"),
}


@pytest.mark.parametrize(("body", "scope", "field"), MISTAKES.values(), ids=MISTAKES)
async def test_a_scope_that_cannot_be_is_refused_at_its_field(
    desktop: RunningDesktop, body: dict[str, Any], scope: dict[str, Any], field: str
) -> None:
    admin = await desktop.signed_in("admin")
    answer, problem = await admin.ask("PUT", "/api/v1/accounts/sylwia", {**body, "scope": scope})
    assert (answer.status, [one["field"] for one in problem["errors"]]) == (422, [field])


async def test_another_scope_ends_what_was_seen_by_the_old_one_and_can_be_taken_back(tmp_path: Path) -> None:
    async with running_desktop(tmp_path) as desktop:
        sylwia, admin = await desktop.signed_in("sylwia"), await desktop.signed_in("admin")
        async with sylwia.http.ws_connect(f"{sylwia.origin}/api/v1/events") as socket:
            await frame(socket, "agents")
            body = {**SYLWIA, "scope": {"teams": ["Zespół 2"]}}
            await admin.ask("PUT", "/api/v1/accounts/sylwia", body)
            while (message := await socket.receive(timeout=WITHIN_S)).type is WSMsgType.TEXT:
                pass
            assert (message.type, socket.close_code) == (WSMsgType.CLOSE, CLOSE_SIGNED_OUT)
        assert (await sylwia.ask("GET", "/api/v1/me"))[0].status == 401
        me = await sylwia.sign_in("sylwia", PASSWORD)
        assert me["scope"] == {"teams": ["Zespół 2"], "queues": [], "districts": []}
        await admin.ask("PUT", "/api/v1/accounts/sylwia", {**SYLWIA, "name": "Sylwia Z."})
        assert (await sylwia.ask("GET", "/api/v1/me"))[1]["scope"]["teams"] == ["Zespół 2"]
        entry = (await admin.ask("GET", "/api/v1/changes?subject=sylwia"))[1][-1]
        assert entry["fields"] == [{"field": "scope.teams", "before": None, "after": ["Zespół 2"]}]
        assert (await admin.ask("POST", f"/api/v1/changes/{entry['id']}/undo"))[0].status == 204
        assert (await sylwia.sign_in("sylwia", PASSWORD))["scope"]["teams"] == []
