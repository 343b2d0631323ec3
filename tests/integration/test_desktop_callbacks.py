"""Callbacks over HTTP: over a real socket, a real store and the fake roles."""

from dataclasses import replace
from typing import Any

import pytest

from contact.ids import AgentId
from tests.fakes.callbacks import FakeCallbacks
from tests.integration.desktop_server import Client, RunningDesktop

PATH = "/api/v1/callbacks"
BODY = {"number": "+48600700800", "queue": "roads"}


@pytest.fixture
def callbacks(desktop: RunningDesktop) -> FakeCallbacks:
    return FakeCallbacks(desktop.acd.bus)


async def ordered(client: Client, body: Any = BODY, key: str = "k") -> tuple[int, Any]:
    answer, plain = await client.ask("POST", PATH, body, {"Idempotency-Key": key})
    return answer.status, plain


async def deeds(desktop: RunningDesktop) -> list[tuple[str, str, str]]:
    rows = await desktop.app._audit.newest()
    return [(one.actor, one.action, one.subject) for one in rows if one.action.startswith("callback.")]


async def test_a_consultant_orders_one_and_withdraws_it(
    desktop: RunningDesktop, callbacks: FakeCallbacks
) -> None:
    anna = await desktop.signed_in("anna")
    status, row = await ordered(anna)
    assert (status, row["number"], row["by"], row["place"]) == (201, "+48600700800", "anna", "waiting")
    assert (await anna.ask("DELETE", f"{PATH}/{row['id']}"))[0].status == 204
    assert callbacks.withdrawn[0].by == "anna"
    assert await deeds(desktop) == [
        ("anna", "callback.withdrawn", row["id"]),
        ("anna", "callback.ordered", row["id"]),
    ]
    assert (await anna.ask("DELETE", f"{PATH}/{row['id']}"))[0].status == 404


async def test_the_same_key_answers_the_same_and_is_one_deed(
    desktop: RunningDesktop, callbacks: FakeCallbacks
) -> None:
    anna = await desktop.signed_in("anna")
    first, again = await ordered(anna), await ordered(anna)
    assert (first[0], again[0]) == (201, 200)
    assert first[1] == again[1]
    assert len(await deeds(desktop)) == len(callbacks.standing) == 1


async def test_others_see_it_masked_and_withdraw_nothing(
    desktop: RunningDesktop, callbacks: FakeCallbacks
) -> None:
    anna, bartek = await desktop.signed_in("anna"), await desktop.signed_in("bartek")
    _, row = await ordered(anna)
    seen = (await bartek.ask("GET", PATH))[1]
    assert [one["number"] for one in seen] == ["+48600***800"]
    answer, problem = await bartek.ask("DELETE", f"{PATH}/{row['id']}")
    assert (answer.status, problem["code"]) == (403, "not_yours")
    assert len(callbacks.standing) == 1


async def test_a_consultant_outside_the_queue_sees_none(
    desktop: RunningDesktop, callbacks: FakeCallbacks
) -> None:
    anna, bartek = await desktop.signed_in("anna"), await desktop.signed_in("bartek")
    _, row = await ordered(anna)
    call = next(iter(callbacks.standing))
    callbacks.standing[call] = replace(callbacks.standing[call], queue="elsewhere")  # type: ignore[arg-type]
    assert (await bartek.ask("GET", PATH))[1] == []
    assert (await bartek.ask("DELETE", f"{PATH}/{row['id']}"))[0].status == 404


async def test_a_supervisor_sees_all_whole_in_order_and_withdraws_any(
    desktop: RunningDesktop, callbacks: FakeCallbacks
) -> None:
    anna, sylwia = await desktop.signed_in("anna"), await desktop.signed_in("sylwia")
    _, first = await ordered(anna)
    _, second = await ordered(sylwia, {**BODY, "number": "+48600700801", "not_before_at": 500.0}, "other")
    rows = (await sylwia.ask("GET", PATH))[1]
    assert [(one["id"], one["number"]) for one in rows] == [
        (first["id"], "+48600700800"),
        (second["id"], "+48600700801"),
    ]
    assert (await sylwia.ask("DELETE", f"{PATH}/{first['id']}"))[0].status == 204
    assert callbacks.withdrawn[0].by == "sylwia"


async def test_who_is_called_just_now_is_not_withdrawn(
    desktop: RunningDesktop, callbacks: FakeCallbacks
) -> None:
    sylwia = await desktop.signed_in("sylwia")
    _, row = await ordered(sylwia)
    call = next(iter(callbacks.standing))
    callbacks.standing[call] = replace(
        callbacks.standing[call], place="dialling", agent=AgentId("anna"), attempts=1
    )
    answer, problem = await sylwia.ask("DELETE", f"{PATH}/{row['id']}")
    assert (answer.status, problem["code"]) == (409, "being_called")


@pytest.mark.parametrize(
    ("body", "status", "code"),
    [
        ({**BODY, "number": "+4930123456"}, 409, "number_not_allowed"),
        ({**BODY, "number": "600700800"}, 422, "invalid"),
        ({**BODY, "number": "+48600700800\r\nX: y"}, 422, "invalid"),
        ({**BODY, "language": "polish"}, 422, "invalid"),
        ({**BODY, "surprise": 1}, 422, "invalid"),
        ({"number": "+48600700800"}, 422, "invalid"),
    ],
)
async def test_an_order_that_makes_no_sense_is_a_problem(
    desktop: RunningDesktop, callbacks: FakeCallbacks, body: object, status: int, code: str
) -> None:
    anna = await desktop.signed_in("anna")
    answered, problem = await ordered(anna, body)
    assert (answered, problem["code"]) == (status, code)
    assert (callbacks.standing, await deeds(desktop)) == ({}, [])


async def test_strangers_and_pages_without_the_token_get_nothing(
    desktop: RunningDesktop, callbacks: FakeCallbacks
) -> None:
    anna = await desktop.signed_in("anna")
    anna.csrf = "wrong"
    assert (await ordered(anna))[0] == 403
    await anna.http.delete(f"{anna.origin}/api/v1/session")
    anna.http.cookie_jar.clear()
    assert (await anna.ask("GET", PATH))[0].status == 401
    assert callbacks.standing == {}


async def test_the_document_describes_the_three_calls(desktop: RunningDesktop) -> None:
    anna = await desktop.signed_in("anna")
    paths = (await anna.ask("GET", "/api/v1/openapi.json"))[1]["paths"]
    assert set(paths[PATH]) == {"get", "post"}
    assert set(paths[f"{PATH}/{{id}}"]) == {"delete"}
    assert {"200", "201", "409"} <= set(paths[PATH]["post"]["responses"])
