"""Accounts changed, and refused cases sent again, over HTTP: a real socket and store, and the fake roles."""

from dataclasses import replace

import pytest

from contact.case import Case, CaseStatus
from contact.commands import Undeliverable
from contact.ids import AgentId, CaseNumber
from tests.integration.desktop_server import PASSWORD, Client, RunningDesktop

POTHOLE = {"topic": "pothole", "description": "Dziura", "answers": {"side": "jezdnia"}}
WORDS = ("agent.skills_set", "account.changed", "case.sent_again", "case.undeliverable_read")


async def deeds(desktop: RunningDesktop) -> list[tuple[str, str, str, str]]:
    rows = await desktop.app._audit.newest()
    return [(one.actor, one.action, one.subject, one.detail) for one in rows if one.action in WORDS]


async def account(client: Client, login: str) -> dict[str, object]:
    rows = (await client.ask("GET", "/api/v1/accounts"))[1]
    row: dict[str, object] = next(one for one in rows if one["login"] == login)
    return {name: value for name, value in row.items() if name != "login"}


async def test_an_agents_new_skills_are_routings_before_the_answer(desktop: RunningDesktop) -> None:
    sylwia = await desktop.signed_in("sylwia")
    answer, row = await sylwia.ask("PUT", "/api/v1/agents/anna/skills", {"skills": {"waste": 70, "pl": 95}})
    assert (answer.status, row["skills"]) == (200, {"pl": 95, "waste": 70})
    assert desktop.acd.agents[AgentId("anna")].skills == (("pl", 95), ("waste", 70))
    assert await deeds(desktop) == [("sylwia", "agent.skills_set", "anna", "pl=95,waste=70")]


@pytest.mark.parametrize(
    ("login", "body", "status", "code"),
    [
        ("nobody", {"skills": {}}, 404, "no_such_account"),
        ("anna", {"skills": {"pl": 101}}, 422, "invalid"),
        ("anna", {"skills": {"Bad Skill": 1}}, 422, "invalid"),
        ("anna", {}, 422, "invalid"),
    ],
)
async def test_skills_that_cannot_be_are_a_problem_and_change_nothing(
    desktop: RunningDesktop, login: str, body: object, status: int, code: str
) -> None:
    sylwia = await desktop.signed_in("sylwia")
    answer, problem = await sylwia.ask("PUT", f"/api/v1/agents/{login}/skills", body)
    assert (answer.status, problem["code"]) == (status, code)
    assert await deeds(desktop) == []


async def test_a_closed_account_is_signed_out_and_no_agent_until_it_is_open_again(
    desktop: RunningDesktop,
) -> None:
    admin, anna = await desktop.signed_in("admin"), await desktop.signed_in("anna")
    row = await account(admin, "anna")
    await admin.ask("PUT", "/api/v1/accounts/anna", {**row, "active": False})
    assert AgentId("anna") not in desktop.acd.agents
    assert (await anna.ask("GET", "/api/v1/me"))[0].status == 401
    await admin.ask("PUT", "/api/v1/accounts/anna", {**row, "extension": "2044"})
    assert desktop.acd.agents[AgentId("anna")].extension == "2044"
    await anna.sign_in("anna", PASSWORD)
    assert [one[1:3] for one in await deeds(desktop)] == [("account.changed", "anna")] * 2


async def test_a_phone_that_is_taken_and_ones_own_account_are_refused(desktop: RunningDesktop) -> None:
    admin = await desktop.signed_in("admin")
    row = await account(admin, "anna")
    answer, problem = await admin.ask("PUT", "/api/v1/accounts/anna", {**row, "extension": "2002"})
    assert (answer.status, problem["code"]) == (422, "invalid")
    own = await account(admin, "admin")
    answer, problem = await admin.ask("PUT", "/api/v1/accounts/admin", {**own, "active": False})
    assert (answer.status, problem["code"]) == (409, "own_account")
    assert await deeds(desktop) == []


async def test_only_administrators_change_accounts_and_no_agent_skills(
    desktop: RunningDesktop,
) -> None:
    sylwia, anna = await desktop.signed_in("sylwia"), await desktop.signed_in("anna")
    row = await account(sylwia, "anna")
    assert (await sylwia.ask("PUT", "/api/v1/accounts/anna", row))[0].status == 403
    assert (await anna.ask("PUT", "/api/v1/agents/anna/skills", {"skills": {}}))[0].status == 403
    assert (await anna.ask("GET", "/api/v1/accounts"))[0].status == 403
    assert (await anna.ask("GET", "/api/v1/deliveries/undeliverable"))[0].status == 403


async def test_a_refused_case_is_listed_with_its_reason_and_sent_again(desktop: RunningDesktop) -> None:
    sylwia = await desktop.signed_in("sylwia")
    filed = (await sylwia.ask("POST", "/api/v1/cases", POTHOLE))[1]
    number = CaseNumber(filed["number"])
    case: Case = replace(desktop.bridge.cases[number], status=CaseStatus.UNDELIVERABLE)
    desktop.bridge.refused[number] = Undeliverable(case=case, reason="422 no such district", refused_at=5.0)
    (row,) = (await sylwia.ask("GET", "/api/v1/deliveries/undeliverable"))[1]
    assert (row["case"]["number"], row["reason"], row["refused_at"]) == (number, "422 no such district", 5.0)
    path = f"/api/v1/deliveries/{number.replace('/', '%2F')}/send-again"
    assert (await sylwia.ask("POST", path))[0].status == 204
    answer, problem = await sylwia.ask("POST", path)
    assert (answer.status, problem["code"]) == (409, "not_undeliverable")
    assert [one[1:3] for one in await deeds(desktop)] == [
        ("case.sent_again", number),
        ("case.undeliverable_read", ""),
    ]
