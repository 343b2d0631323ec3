"""What supervisors change over HTTP: over a real socket, a real store and the fake roles."""

import pytest

from contact.ids import AgentId, CallId
from tests.integration.desktop_server import RunningDesktop

CALL = CallId("1763800000.7")


async def deeds(desktop: RunningDesktop) -> list[tuple[str, str, str, str]]:
    rows = await desktop.app._audit.newest()
    words = ("call.ranked", "call.moved", "agent.availability_set", "policy.reloaded")
    return [(one.actor, one.action, one.subject, one.detail) for one in rows if one.action in words]


async def test_waiting_caller_is_ranked_and_moved_and_the_audit_says_by_whom(desktop: RunningDesktop) -> None:
    sylwia = await desktop.signed_in("sylwia")
    desktop.acd.wait(CALL)
    path = f"/api/v1/calls/{CALL}"
    assert (await sylwia.ask("PUT", f"{path}/priority", {"priority": 7}))[0].status == 204
    assert (await sylwia.ask("GET", path))[1]["priority"] == 7
    assert (await sylwia.ask("POST", f"{path}/move", {"queue": "waste"}))[0].status == 204
    row = (await sylwia.ask("GET", path))[1]
    assert (row["queue"], row["place"], row["priority"]) == ("waste", "waiting", 7)
    waiting = {one["id"]: one["waiting"] for one in (await sylwia.ask("GET", "/api/v1/queues"))[1]}
    assert (waiting["roads"], waiting["waste"]) == (0, 1)
    assert await deeds(desktop) == [
        ("sylwia", "call.moved", CALL, "queue waste"),
        ("sylwia", "call.ranked", CALL, "priority 7"),
    ]


@pytest.mark.parametrize(
    "wrong",
    [
        ("PUT", "/api/v1/calls/1.1/priority", {"priority": 1}, 409, "not_waiting"),
        ("PUT", "/api/v1/calls/1.1/priority", {"priority": 5_000}, 422, "invalid"),
        ("POST", "/api/v1/calls/1.1/move", {"queue": "waste"}, 409, "not_waiting"),
        ("POST", f"/api/v1/calls/{CALL}/move", {"queue": "nowhere"}, 422, "unknown_queue"),
        ("POST", f"/api/v1/calls/{CALL}/move", {}, 422, "invalid"),
    ],
)
async def test_what_cannot_be_done_is_a_problem_and_not_in_the_audit(
    desktop: RunningDesktop, wrong: tuple[str, str, object, int, str]
) -> None:
    method, path, body, status, code = wrong
    sylwia = await desktop.signed_in("sylwia")
    desktop.acd.wait(CALL)
    answer, problem = await sylwia.ask(method, path, body)
    assert (answer.status, problem["code"]) == (status, code)
    assert await deeds(desktop) == []


async def test_supervisor_signs_an_agent_out(desktop: RunningDesktop) -> None:
    anna, sylwia = await desktop.signed_in("anna"), await desktop.signed_in("sylwia")
    await anna.ask("PUT", "/api/v1/me/availability", {"availability": "ready"})
    wish = {"availability": "logged_out", "reason": "end of shift"}
    answer, plain = await sylwia.ask("PUT", "/api/v1/agents/anna/availability", wish)
    assert (answer.status, plain["availability"]) == (200, "logged_out")
    state = desktop.acd.agents[AgentId("anna")].state
    assert (state.availability, state.by) == ("logged_out", "sylwia")
    assert await deeds(desktop) == [("sylwia", "agent.availability_set", "anna", "logged_out end of shift")]


async def test_figures_of_today_begin_with_the_store_and_move_with_a_call(desktop: RunningDesktop) -> None:
    sylwia, anna = await desktop.signed_in("sylwia"), await desktop.signed_in("anna")
    while (await sylwia.ask("GET", "/api/v1/day"))[1].get("code") == "not_available":
        pass
    desktop.acd.wait(CALL, waited_s=10.0)
    desktop.acd.offer(CALL, AgentId("anna"))
    desktop.acd.connect(CALL)
    rows = {one["id"]: one["today"] for one in (await anna.ask("GET", "/api/v1/queues"))[1]}
    assert (rows["roads"]["offered"], rows["roads"]["answered"], rows["roads"]["answered_share"]) == (
        1,
        1,
        1.0,
    )
    assert (rows["roads"]["asa_s"], rows["roads"]["aht_s"], rows["waste"]["offered"]) == (10.0, None, 0)
    plain = (await sylwia.ask("GET", "/api/v1/day"))[1]
    assert [(one["queue"], one["offered"], one["abandoned"]) for one in plain["slots"]] == [("roads", 1, 0)]
    slot = plain["slots"][0]
    assert slot["begins_at"] == plain["begins_at"] + slot["slot"] * plain["slot_s"]
    assert (await anna.ask("GET", "/api/v1/day"))[0].status == 403
    assert (await desktop.client().ask("GET", "/api/v1/day"))[0].status == 401


async def test_an_alert_is_seen_to_once_by_name_and_audited(desktop: RunningDesktop) -> None:
    sylwia, admin = await desktop.signed_in("sylwia"), await desktop.signed_in("admin")
    anna = await desktop.signed_in("anna")
    desktop.acd.wait(CALL, waited_s=130.0)
    found: list[dict[str, object]] = []
    while not found:
        found = (await sylwia.ask("GET", "/api/v1/alerts"))[1]
    assert [(one["id"], one["bound"]) for one in found] == [("longest_wait:roads", 120.0)]
    path = "/api/v1/alerts/longest_wait:roads/acknowledge"
    assert (await sylwia.ask("POST", path))[1]["acknowledged_by"] == "sylwia"
    assert (await admin.ask("POST", path))[1]["acknowledged_by"] == "sylwia"
    noted = [one for one in await desktop.app._audit.newest() if one.action == "alert.acknowledged"]
    assert [(one.actor, one.subject) for one in noted] == [("sylwia", "longest_wait:roads")]
    answer, problem = await sylwia.ask("POST", "/api/v1/alerts/longest_wait:waste/acknowledge")
    assert (answer.status, problem["code"]) == (404, "not_found")
    assert (await anna.ask("POST", path))[0].status == 403
    assert (await anna.ask("GET", "/api/v1/alerts"))[0].status == 403


async def test_policy_is_reloaded_or_refused_with_place_and_reason(desktop: RunningDesktop) -> None:
    admin = await desktop.signed_in("admin")
    assert (await admin.ask("POST", "/api/v1/policy/reload"))[0].status == 204
    desktop.rules.file.write_text(desktop.rules.text.replace('"roads>=40"', '"roads>="'), encoding="utf-8")
    answer, problem = await admin.ask("POST", "/api/v1/policy/reload")
    assert (answer.status, problem["code"]) == (422, "bad_policy")
    assert "queues.toml: queue.roads.requirement: character 8: expected a level" in problem["detail"]
    assert [one[1] for one in await deeds(desktop)] == ["policy.reloaded"]
