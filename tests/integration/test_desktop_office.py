"""What is set up in the office, over HTTP: a real socket and store, the real policy file, the fake roles."""

import csv
import io
from typing import Any

import pytest

from contact.ids import AgentId
from tests.integration.desktop_server import PASSWORD, Client, RunningDesktop

EWA = {"login": "ewa", "name": "Ewa Łącka", "role": "agent", "extension": "2044", "skills": {"pl": 100}}
NEW_PASSWORD = "another long password"


async def policy(client: Client) -> tuple[str, dict[str, dict[str, Any]]]:
    """Return the version of the policy file, and the settings by queue."""
    plain = (await client.ask("GET", "/api/v1/policy"))[1]
    return plain["version"], {one["queue"]: one["settings"] for one in plain["queues"]}


async def put_queue(client: Client, queue: str, **changed: object) -> tuple[int, Any]:
    version, settings = await policy(client)
    body = {"version": version, "settings": {**settings[queue], **changed}}
    answer, plain = await client.ask("PUT", f"/api/v1/policy/queues/{queue}", body)
    return answer.status, plain


async def changes(client: Client, query: str = "") -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = (await client.ask("GET", f"/api/v1/changes{query}"))[1]
    return found


async def undo(client: Client, change: dict[str, Any]) -> tuple[int, str]:
    answer, plain = await client.ask("POST", f"/api/v1/changes/{change['id']}/undo")
    return answer.status, "" if plain is None else plain["code"]


async def test_an_account_that_is_made_is_an_agent_at_once_and_can_sign_in(desktop: RunningDesktop) -> None:
    admin = await desktop.signed_in("admin")
    answer, row = await admin.ask("POST", "/api/v1/accounts", {**EWA, "password": NEW_PASSWORD})
    assert (answer.status, row["login"], row["active"]) == (201, "ewa", True)
    assert desktop.acd.agents[AgentId("ewa")].skills == (("pl", 100),)
    await desktop.client().sign_in("ewa", NEW_PASSWORD)
    (change,) = await changes(admin)
    assert (change["action"], change["actor"], change["subject"]) == ("account.made", "admin", "ewa")
    assert {"field": "skills.pl", "before": None, "after": 100} in change["fields"]
    assert NEW_PASSWORD not in str(change)


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"login": "anna"}, "login"),
        ({"extension": "2001"}, "extension"),
        ({"extension": None}, "extension"),
        ({"password": "short"}, "password"),
        ({"name": ""}, "name"),
        ({"wrap_up_s": -1}, "wrap_up_s"),
    ],
)
async def test_an_account_that_cannot_be_is_refused_at_its_field(
    desktop: RunningDesktop, wrong: dict[str, object], field: str
) -> None:
    admin = await desktop.signed_in("admin")
    answer, problem = await admin.ask("POST", "/api/v1/accounts", {**EWA, "password": NEW_PASSWORD, **wrong})
    assert (answer.status, problem["errors"][0]["field"]) == (422, field)
    assert await changes(admin) == []


async def test_a_new_password_ends_the_sessions_and_no_record_holds_it(desktop: RunningDesktop) -> None:
    admin, anna = await desktop.signed_in("admin"), await desktop.signed_in("anna")
    path = "/api/v1/accounts/anna/password"
    assert (await admin.ask("PUT", path, {"password": NEW_PASSWORD}))[0].status == 204
    assert (await anna.ask("GET", "/api/v1/me"))[0].status == 401
    await anna.sign_in("anna", NEW_PASSWORD)
    (change,) = await changes(admin)
    assert (change["action"], change["subject"], change["fields"]) == ("account.password_set", "anna", [])
    assert not change["undoable"]
    assert (await admin.ask("PUT", path, {"password": "short"}))[1]["errors"][0]["field"] == "password"
    assert (await admin.ask("PUT", "/api/v1/accounts/nobody/password", {"password": PASSWORD}))[
        0
    ].status == 404


@pytest.mark.parametrize("changed", [{"active": False}, {"role": "supervisor", "extension": None}])
async def test_streams_of_an_account_that_is_closed_or_sees_something_else_end_at_once(
    desktop: RunningDesktop, changed: dict[str, object]
) -> None:
    admin, anna = await desktop.signed_in("admin"), await desktop.signed_in("anna")
    async with anna.http.ws_connect(f"{desktop.origin}/api/v1/events") as stream:
        assert (await stream.receive_json())["type"] == "snapshot"
        row = next(one for one in (await admin.ask("GET", "/api/v1/accounts"))[1] if one["login"] == "anna")
        body = {name: value for name, value in row.items() if name != "login"} | changed
        assert (await admin.ask("PUT", "/api/v1/accounts/anna", body))[0].status == 200
        while not (await stream.receive()).type.name.startswith("CLOS"):
            pass
    assert AgentId("anna") not in desktop.acd.agents


async def test_skills_that_somebody_else_changed_are_not_overwritten(desktop: RunningDesktop) -> None:
    sylwia = await desktop.signed_in("sylwia")
    seen = dict(desktop.acd.agents[AgentId("bartek")].skills)
    path = "/api/v1/agents/bartek/skills"
    body = {"skills": {**seen, "roads": 0}, "before": seen}
    assert (await sylwia.ask("PUT", path, body))[0].status == 200
    answer, problem = await sylwia.ask("PUT", path, {"skills": {}, "before": seen})
    assert (answer.status, problem["code"]) == (409, "changed_since")
    (change,) = await changes(sylwia)
    assert change["fields"] == [{"field": "skills.roads", "before": None, "after": 0}]
    assert dict(desktop.acd.agents[AgentId("bartek")].skills)["roads"] == 0


async def test_skills_are_what_queues_topics_and_agents_name(desktop: RunningDesktop) -> None:
    sylwia = await desktop.signed_in("sylwia")
    rows = {one["skill"]: one for one in (await sylwia.ask("GET", "/api/v1/skills"))[1]}
    assert rows["roads"]["queues"] == ["roads"]
    assert rows["uk"] == {"skill": "uk", "queues": [], "topics": [], "agents": ["celina"]}
    assert set(rows["general"]["queues"]) == {"transport", "roads", "waste", "animals", "general"}
    assert list(rows) == sorted(rows)


async def test_a_queue_is_changed_in_the_file_and_in_force_and_nothing_else_is(
    desktop: RunningDesktop,
) -> None:
    sylwia = await desktop.signed_in("sylwia")
    before = desktop.rules.text
    status, row = await put_queue(sylwia, "roads", requirement="roads>=20", service_level_s=20)
    assert (status, row["settings"]["service_level_s"]) == (200, 20)
    assert desktop.rules.requirement("roads") == "roads>=20"
    kept = set(before.splitlines()) - set(desktop.rules.text.splitlines())
    assert kept == {'requirement = "roads>=40"'}
    (change,) = await changes(sylwia)
    assert (change["action"], change["subject"], change["detail"]) == (
        "queue.changed",
        "roads",
        "requirement, service_level_s",
    )
    assert change["fields"][0] == {"field": "requirement", "before": "roads>=40", "after": "roads>=20"}
    answer, _ = await sylwia.ask("GET", "/api/v1/policy/queues.toml")
    assert answer.headers["Content-Disposition"] == 'attachment; filename="queues.toml"'
    assert await answer.text() == desktop.rules.text


async def test_a_preview_says_what_would_change_and_changes_nothing(desktop: RunningDesktop) -> None:
    sylwia = await desktop.signed_in("sylwia")
    version, settings = await policy(sylwia)
    body = {"version": version, "settings": {**settings["waste"], "priority": 5, "redial_keep_s": None}}
    answer, plain = await sylwia.ask("POST", "/api/v1/policy/queues/waste/preview", body)
    assert answer.status == 200
    assert plain["fields"] == [
        {"field": "priority", "before": None, "after": 5},
        {"field": "redial_keep_s", "before": 120, "after": None},
    ]
    assert {"-redial_keep_s = 120", "+priority = 5"} <= set(plain["diff"].splitlines())
    assert (await policy(sylwia))[0] == version
    assert len(desktop.rules.rulings) == 1


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"requirement": "roads>="}, "requirement"),
        ({"service_level_s": -1}, "service_level_s"),
        ({"colour": "red"}, "colour"),
        ({"waiting_max": 3}, "overflow"),
        (
            {"relax": [{"after_s": 60, "requirement": "roads"}, {"after_s": 60, "requirement": ""}]},
            "relax.1.after_s",
        ),
        ({"keys": {"1": {"leave": "menu"}, "12": {"leave": "menu"}}}, "keys.12"),
        ({"callback": {"hours": ["20:00-08:00"]}}, "callback.hours.0"),
        ({"comfort": {"prompts": ["no_such"]}}, "comfort.prompts"),
    ],
)
async def test_a_setting_that_cannot_rule_is_refused_at_its_field(
    desktop: RunningDesktop, changed: dict[str, object], field: str
) -> None:
    sylwia = await desktop.signed_in("sylwia")
    text = desktop.rules.text
    status, problem = await put_queue(sylwia, "roads", **changed)
    assert (status, problem["code"]) == (422, "bad_policy")
    assert [one["field"] for one in problem["errors"]] == [field]
    assert problem["detail"].startswith(f"{field}: ")
    assert (desktop.rules.text, await changes(sylwia)) == (text, [])


async def test_two_who_change_the_queues_do_not_overwrite_each_other(desktop: RunningDesktop) -> None:
    sylwia, admin = await desktop.signed_in("sylwia"), await desktop.signed_in("admin")
    version, settings = await policy(sylwia)
    assert (await put_queue(admin, "waste", priority=1))[0] == 200
    body = {"version": version, "settings": {**settings["roads"], "priority": 2}}
    answer, problem = await sylwia.ask("PUT", "/api/v1/policy/queues/roads", body)
    assert (answer.status, problem["code"]) == (409, "policy_changed")
    answer, problem = await sylwia.ask("PUT", "/api/v1/policy/queues/stranger", body)
    assert (answer.status, problem["code"]) == (404, "no_such_queue")


async def test_a_file_with_a_mistake_in_it_is_said_and_not_written_over(desktop: RunningDesktop) -> None:
    sylwia = await desktop.signed_in("sylwia")
    version, settings = await policy(sylwia)
    desktop.rules.file.write_text("[queue", encoding="utf-8")
    answer, problem = await sylwia.ask("GET", "/api/v1/policy")
    assert (answer.status, problem["code"]) == (409, "policy_unreadable")
    body = {"version": version, "settings": settings["roads"]}
    assert (await sylwia.ask("PUT", "/api/v1/policy/queues/roads", body))[0].status == 409
    assert desktop.rules.text == "[queue"


async def test_every_kind_of_change_is_undone_and_the_undo_as_well(desktop: RunningDesktop) -> None:
    admin = await desktop.signed_in("admin")
    text = desktop.rules.text
    await put_queue(admin, "roads", priority=4)
    await admin.ask("PUT", "/api/v1/agents/anna/skills", {"skills": {"waste": 70}})
    await admin.ask("POST", "/api/v1/accounts", {**EWA, "password": NEW_PASSWORD})
    skills = desktop.acd.agents[AgentId("anna")].skills
    for change in await changes(admin):
        assert change["undoable"], change
        assert await undo(admin, change) == (204, "")
        assert await undo(admin, change) == (409, "undone_already")
    assert desktop.rules.text == text
    assert dict(desktop.acd.agents[AgentId("anna")].skills)["roads"] > 0
    assert AgentId("ewa") not in desktop.acd.agents
    by_action = {one["action"]: one for one in await changes(admin) if one["undoes"] is not None}
    assert await undo(admin, by_action["queue.changed"]) == (204, "")
    assert desktop.rules.text == text.replace(
        'callback = { hours = ["08:00-20:00"] }\n\n[queue.waste]',
        'callback = { hours = ["08:00-20:00"] }\npriority = 4\n\n[queue.waste]',
    )
    assert await undo(admin, by_action["agent.skills_set"]) == (204, "")
    assert desktop.acd.agents[AgentId("anna")].skills == skills


async def test_what_was_changed_again_since_is_not_undone(desktop: RunningDesktop) -> None:
    sylwia = await desktop.signed_in("sylwia")
    await put_queue(sylwia, "roads", priority=4, service_level_s=20)
    await put_queue(sylwia, "roads", priority=5)
    second, first = await changes(sylwia)
    answer, problem = await sylwia.ask("POST", f"/api/v1/changes/{first['id']}/undo")
    assert (answer.status, problem["code"], problem["errors"][0]["field"]) == (
        409,
        "changed_since",
        "priority",
    )
    assert await undo(sylwia, second) == (204, "")
    assert await undo(sylwia, first) == (204, "")
    _, settings = await policy(sylwia)
    assert "priority" not in settings["roads"]


async def test_supervisors_undo_what_is_theirs_to_do_only(desktop: RunningDesktop) -> None:
    admin, sylwia = await desktop.signed_in("admin"), await desktop.signed_in("sylwia")
    await admin.ask("POST", "/api/v1/accounts", {**EWA, "password": NEW_PASSWORD})
    (change,) = await changes(sylwia)
    assert not change["undoable"]
    assert await undo(sylwia, change) == (403, "forbidden")
    for number in ("999", "x", "9" * 30):
        answer, problem = await admin.ask("POST", f"/api/v1/changes/{number}/undo")
        assert (answer.status, problem["code"]) == (404, "no_such_change")


async def test_an_undo_never_closes_the_account_it_is_asked_with(desktop: RunningDesktop) -> None:
    admin = await desktop.signed_in("admin")
    body = {**EWA, "login": "root2", "role": "admin", "extension": None, "password": NEW_PASSWORD}
    await admin.ask("POST", "/api/v1/accounts", body)
    second = desktop.client()
    await second.sign_in("root2", NEW_PASSWORD)
    (change,) = await changes(second)
    assert await undo(second, change) == (409, "own_account")


async def test_changes_are_found_by_who_what_and_when_and_pages_follow_each_other(
    desktop: RunningDesktop,
) -> None:
    sylwia, admin = await desktop.signed_in("sylwia"), await desktop.signed_in("admin")
    await put_queue(sylwia, "roads", priority=1)
    await put_queue(admin, "waste", priority=1)
    await sylwia.ask("PUT", "/api/v1/agents/anna/skills", {"skills": {"waste": 70}})
    rows = await changes(admin)
    assert [one["subject"] for one in rows] == ["anna", "waste", "roads"]
    assert [one["subject"] for one in await changes(admin, "?actor=sylwia")] == ["anna", "roads"]
    assert [one["subject"] for one in await changes(admin, "?action=queue.changed")] == ["waste", "roads"]
    assert [one["subject"] for one in await changes(admin, "?subject=oad")] == ["roads"]
    assert await changes(admin, "?subject=%25") == []
    at = rows[1]["at"]
    assert [one["subject"] for one in await changes(admin, f"?since={at}")] == ["anna", "waste"]
    assert [one["subject"] for one in await changes(admin, f"?until={at}")] == ["roads"]
    page = await changes(admin, "?limit=2")
    assert [one["subject"] for one in await changes(admin, f"?below={page[-1]['id']}")] == ["roads"]
    assert (await admin.ask("GET", "/api/v1/changes?since=5&until=4"))[0].status == 422
    assert (await admin.ask("GET", "/api/v1/changes?limit=0"))[0].status == 422


async def test_changes_leave_as_csv_without_formulas_and_looks_at_callers_are_not_among_them(
    desktop: RunningDesktop,
) -> None:
    admin = await desktop.signed_in("admin")
    await desktop.app._audit.record(actor="anna", action="caller.pop", subject="+48600100200")
    await desktop.app._audit.record(
        actor="=HYPERLINK(1)", action="queue.changed", subject="roads", after={"a": "ż,\n"}, before={}
    )
    answer, _ = await admin.ask("GET", "/api/v1/changes.csv")
    assert answer.headers["Content-Type"] == "text/csv; charset=utf-8"
    text = (await answer.text()).removeprefix("\ufeff")
    (row,) = list(csv.DictReader(io.StringIO(text)))
    assert (row["actor"], row["subject"], row["after"]) == ("'=HYPERLINK(1)", "roads", '{"a": "ż,\\n"}')
    assert row["at"].endswith(("+01:00", "+02:00"))
    assert [one["action"] for one in await changes(admin)] == ["changes.exported", "queue.changed"]
