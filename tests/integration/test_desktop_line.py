"""Closures, flash messages and opening hours over HTTP: who may, what is kept, what the IVR is given."""

import asyncio
import io
import time
import wave
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import pytest

from contact.flash import FlashHeard, FlashId
from contact.ids import CallId, Language
from contact.line import PlaceKind
from runtime.db import DatabaseAway
from tests.integration.desktop_server import Client, RunningDesktop, running_desktop

TEXTS = {"pl": "Awaria wodociągu na Woli.", "en": "A water failure in Wola."}
HOUR_S = 3600.0


def closure(queue: str | None = "roads", **values: Any) -> dict[str, Any]:
    body = {"queue": queue, "reason": "Awaria", "until_at": time.time() + HOUR_S, "texts": TEXTS}
    return {**body, **values}


def flash(**values: Any) -> dict[str, Any]:
    now = time.time()
    body = {"title": "Woda", "place": "line", "texts": TEXTS, "starts_at": now, "ends_at": now + HOUR_S}
    return {**body, **values}


def recording(seconds: float = 1.0) -> bytes:
    file = io.BytesIO()
    with wave.open(file, "wb") as sound:
        sound.setnchannels(1)
        sound.setsampwidth(2)
        sound.setframerate(8_000)
        sound.writeframes(b"\x00\x10" * int(8_000 * seconds))
    return file.getvalue()


async def put_sound(client: Client, path: str, audio: bytes) -> tuple[int, Any]:
    headers = {"X-CSRF-Token": client.csrf, "Content-Type": "audio/wav"}
    async with client.http.put(client.origin + path, data=io.BytesIO(audio), headers=headers) as answer:
        return answer.status, await answer.json(content_type=None)


async def eventually(check: Callable[[], Awaitable[bool]]) -> None:
    for _ in range(100):
        if await check():
            return
        await asyncio.sleep(0.1)
    pytest.fail("it did not come about within 10 s")


async def audited(desktop: RunningDesktop) -> list[tuple[str, str, str]]:
    entries = await desktop.app._audit.newest()
    wanted = [one for one in entries if one.action.split(".")[0] in ("line", "flash", "schedule")]
    return [(one.actor, one.action, one.subject) for one in reversed(wanted)]


async def test_a_closed_queue_is_given_to_the_ivr_and_opens_again_in_one_request(
    desktop: RunningDesktop,
) -> None:
    sylwia, anna = await desktop.signed_in("sylwia"), await desktop.signed_in("anna")
    answer, made = await sylwia.ask("POST", "/api/v1/closures", closure())
    assert (answer.status, made["queue"], made["closed_by"], made["at_the_line"]) == (
        201,
        "roads",
        "sylwia",
        True,
    )
    given = desktop.ivr.states[-1].closures
    assert [(one.queue, dict(one.texts)) for one in given] == [("roads", TEXTS)]
    assert (await anna.ask("GET", "/api/v1/closures"))[1] == [made]
    assert (await sylwia.ask("POST", "/api/v1/closures", closure()))[0].status == 409
    longer = {
        name: one for name, one in closure(until_at=time.time() + 3 * HOUR_S).items() if name != "queue"
    }
    changed = (await sylwia.ask("PUT", f"/api/v1/closures/{made['id']}", longer))[1]
    assert changed["until_at"] == longer["until_at"]
    assert (await sylwia.ask("DELETE", f"/api/v1/closures/{made['id']}"))[0].status == 204
    assert desktop.ivr.states[-1].closures == ()
    assert (await sylwia.ask("DELETE", f"/api/v1/closures/{made['id']}"))[0].status == 404
    assert await audited(desktop) == [
        ("sylwia", "line.closed", "roads"),
        ("sylwia", "line.closure_changed", "roads"),
        ("sylwia", "line.opened", "roads"),
    ]


async def test_the_line_is_closed_beside_its_queues(desktop: RunningDesktop) -> None:
    sylwia = await desktop.signed_in("sylwia")
    for queue in (None, "roads", "waste"):
        assert (await sylwia.ask("POST", "/api/v1/closures", closure(queue)))[0].status == 201
    assert [one.queue for one in desktop.ivr.states[-1].closures] == [None, "roads", "waste"]


@pytest.mark.parametrize(
    "wrong",
    [
        {"queue": "nowhere"},
        {"reason": ""},
        {"until_at": 1.0},
        {"until_at": time.time() + 30 * 24 * HOUR_S},
        {"texts": {"pl": "", "en": ""}},
        {"texts": {"pl": "x" * 601}},
        {"texts": {"pl": "z\x00nak"}},
    ],
)
async def test_a_closure_that_makes_no_sense_is_refused(
    desktop: RunningDesktop, wrong: dict[str, Any]
) -> None:
    sylwia = await desktop.signed_in("sylwia")
    assert (await sylwia.ask("POST", "/api/v1/closures", closure(**wrong)))[0].status == 422
    assert (await sylwia.ask("GET", "/api/v1/closures"))[1] == []


async def test_a_closure_ends_by_itself_and_says_so_in_the_audit(desktop: RunningDesktop) -> None:
    sylwia = await desktop.signed_in("sylwia")
    await sylwia.ask("POST", "/api/v1/closures", closure(until_at=time.time() + 1.0))

    async def is_noted() -> bool:
        return ("expiry", "line.opened", "roads") in await audited(desktop)

    await eventually(is_noted)
    assert (await sylwia.ask("GET", "/api/v1/closures"))[1] == []
    assert (await sylwia.ask("POST", "/api/v1/closures", closure()))[0].status == 201


async def test_a_flash_message_is_made_switched_and_counted(desktop: RunningDesktop) -> None:
    sylwia, anna = await desktop.signed_in("sylwia"), await desktop.signed_in("anna")
    answer, made = await sylwia.ask("POST", "/api/v1/flash-messages", flash())
    assert (answer.status, made["told"], made["heard"], made["place"]) == (201, True, 0, "line")
    assert desktop.ivr.states[-1].flashes[0].place.kind is PlaceKind.LINE
    for call in ("1.1", "1.2"):
        desktop.bus.publish(
            FlashHeard(call=CallId(call), flash=FlashId(made["id"]), language=Language("pl"), whole=True)
        )
    assert [one["heard"] for one in (await anna.ask("GET", "/api/v1/flash-messages"))[1]] == [2]
    path = f"/api/v1/flash-messages/{made['id']}"
    off = (await sylwia.ask("PUT", f"{path}/state", {"on": False}))[1]
    assert (off["on"], off["told"], off["heard"]) == (False, False, 2)
    assert (await anna.ask("GET", "/api/v1/flash-messages"))[1] == []
    moved = flash(title="Prąd", place="queue", place_name="roads")
    changed = (await sylwia.ask("PUT", path, moved))[1]
    assert (changed["title"], changed["place_name"], changed["heard"]) == ("Prąd", "roads", 2)
    assert (await sylwia.ask("PUT", "/api/v1/flash-messages/none", moved))[0].status == 404
    assert [action for _, action, _ in await audited(desktop)] == ["flash.made", "flash.off", "flash.changed"]


async def test_plays_are_added_to_the_database(desktop: RunningDesktop) -> None:
    sylwia = await desktop.signed_in("sylwia")
    made = (await sylwia.ask("POST", "/api/v1/flash-messages", flash()))[1]
    desktop.bus.publish(
        FlashHeard(call=CallId("1.1"), flash=FlashId(made["id"]), language=Language("pl"), whole=False)
    )

    async def is_counted() -> bool:
        return (await desktop.app._line.store.flashes())[0].heard == 1

    await eventually(is_counted)
    await desktop.app._line.renew()
    assert (await sylwia.ask("GET", "/api/v1/flash-messages"))[1][0]["heard"] == 1


@pytest.mark.parametrize(
    "wrong",
    [
        {"title": ""},
        {"ends_at": 5.0},
        {"place": "queue", "place_name": "nowhere"},
        {"place": "menu", "place_name": "nowhere"},
        {"place": "sky"},
        {"texts": {}},
    ],
)
async def test_a_flash_message_that_makes_no_sense_is_refused(
    desktop: RunningDesktop, wrong: dict[str, Any]
) -> None:
    sylwia = await desktop.signed_in("sylwia")
    assert (await sylwia.ask("POST", "/api/v1/flash-messages", flash(**wrong)))[0].status == 422


async def test_a_recorded_file_reaches_the_ivr_and_can_be_taken_back(desktop: RunningDesktop) -> None:
    sylwia = await desktop.signed_in("sylwia")
    made = (await sylwia.ask("POST", "/api/v1/flash-messages", flash(place="menu", place_name="menu")))[1]
    path, audio = f"/api/v1/flash-messages/{made['id']}/recordings/pl", recording()
    status, row = await put_sound(sylwia, path, audio)
    assert (status, row["recorded"]) == (200, ["pl"])
    assert list(desktop.ivr.kept.values()) == [audio]
    async with sylwia.http.get(desktop.origin + path) as answer:
        assert (answer.content_type, await answer.read()) == ("audio/wav", audio)
    assert (await sylwia.ask("DELETE", path))[1]["recorded"] == []
    assert (await sylwia.ask("GET", path))[0].status == 404


@pytest.mark.parametrize("audio", [b"", b"no sound", recording(91.0), recording()[:30]])
async def test_a_file_that_cannot_be_played_is_refused(desktop: RunningDesktop, audio: bytes) -> None:
    sylwia = await desktop.signed_in("sylwia")
    made = (await sylwia.ask("POST", "/api/v1/flash-messages", flash()))[1]
    path = f"/api/v1/flash-messages/{made['id']}/recordings"
    assert (await put_sound(sylwia, f"{path}/pl", audio))[0] == 422
    assert (await put_sound(sylwia, f"{path}/fr", recording()))[0] == 404
    assert (await put_sound(sylwia, "/api/v1/flash-messages/none/recordings/pl", recording()))[0] == 404


async def test_what_the_ivr_did_not_take_is_given_again(desktop: RunningDesktop) -> None:
    sylwia = await desktop.signed_in("sylwia")
    desktop.ivr.up = False
    made = (await sylwia.ask("POST", "/api/v1/closures", closure()))[1]
    assert made["at_the_line"] is False
    assert (await sylwia.ask("GET", "/api/v1/schedules"))[0].status == 503
    desktop.ivr.up = True

    async def is_at_the_line() -> bool:
        return bool((await sylwia.ask("GET", "/api/v1/closures"))[1][0]["at_the_line"])

    await eventually(is_at_the_line)
    assert [one.queue for one in desktop.ivr.states[-1].closures] == ["roads"]


async def test_opening_hours_are_changed_and_given_back_to_the_citys_file(desktop: RunningDesktop) -> None:
    sylwia = await desktop.signed_in("sylwia")
    row = (await sylwia.ask("GET", "/api/v1/schedules"))[1][0]
    assert (row["id"], row["own"], row["destinations"]) == ("district_offices", True, ["christmas"])
    assert {one["day"][5:] for one in row["coming"]} >= {"01-01", "05-01", "11-11", "12-25"}
    body = {name: row[name] for name in ("time_zone", "week", "holidays", "holiday_hours", "exceptions")}
    body["week"] = ["00:00-24:00"]
    body["exceptions"], body["holidays"] = [], ""
    changed = (await sylwia.ask("PUT", "/api/v1/schedules/district_offices", body))[1]
    assert (changed["own"], changed["open"], changed["changes_at"]) == (False, True, None)
    assert desktop.ivr.states[-1].schedules[0].week == ("00:00-24:00",)
    assert changed["names"] == row["names"]
    restored = (await sylwia.ask("DELETE", "/api/v1/schedules/district_offices"))[1]
    assert (restored["own"], restored["week"]) == (True, row["week"])
    assert [action for _, action, _ in await audited(desktop)] == ["schedule.changed"] * 2


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"week": ["mon 18:00-08:00"]}, "week.0: ends before it begins"),
        ({"week": ["soon"]}, "week.0: not of the form"),
        ({"time_zone": "Mars/Olympus"}, "there is no time zone 'Mars/Olympus'"),
        ({"exceptions": [{"first": "2026-12-24", "last": "2026-12-01"}]}, "exceptions.0: ends before"),
        ({"exceptions": [{"first": "2026-13-24", "last": "2026-12-24"}]}, "is no date"),
    ],
)
async def test_hours_that_cannot_be_read_are_refused_with_place_and_reason(
    desktop: RunningDesktop, wrong: dict[str, Any], said: str
) -> None:
    sylwia = await desktop.signed_in("sylwia")
    body = {"time_zone": "Europe/Warsaw", "week": ["mon-fri 08:00-16:00"], **wrong}
    answer, problem = await sylwia.ask("PUT", "/api/v1/schedules/district_offices", body)
    assert answer.status == 422
    assert said in problem["detail"]
    assert (await sylwia.ask("PUT", "/api/v1/schedules/none", body))[0].status == 404


async def test_the_stream_shows_each_view_what_it_may_see(desktop: RunningDesktop) -> None:
    sylwia, anna, wall = await desktop.signed_in("sylwia"), await desktop.signed_in("anna"), desktop.client()
    made = (await sylwia.ask("POST", "/api/v1/closures", closure()))[1]
    told = (await sylwia.ask("POST", "/api/v1/flash-messages", flash()))[1]
    later = flash(starts_at=time.time() + HOUR_S, ends_at=time.time() + 2 * HOUR_S)
    planned = (await sylwia.ask("POST", "/api/v1/flash-messages", later))[1]
    board = (await sylwia.ask("POST", "/api/v1/tv-boards", {"name": "Sala"}))[1]
    seen = {}
    for name, client, path in (
        ("sylwia", sylwia, "/api/v1/events"),
        ("anna", anna, "/api/v1/events"),
        ("wall", wall, f"{board['path']}/events"),
    ):
        async with client.http.ws_connect(desktop.origin + path) as stream:
            seen[name] = (await stream.receive()).json()
    assert set(seen["sylwia"]["flashes"]) == {told["id"], planned["id"]}
    assert set(seen["anna"]["flashes"]) == {told["id"]}
    assert seen["anna"]["closures"][made["id"]]["reason"] == "Awaria"
    assert seen["wall"]["flashes"] == {}
    assert set(seen["wall"]["closures"][made["id"]]) == {
        "id",
        "queue",
        "closed_at",
        "until_at",
        "at_the_line",
    }


async def test_everything_is_there_again_after_a_restart(tmp_path: Path) -> None:
    async with running_desktop(tmp_path) as first:
        sylwia = await first.signed_in("sylwia")
        made = (await sylwia.ask("POST", "/api/v1/closures", closure()))[1]
        told = (await sylwia.ask("POST", "/api/v1/flash-messages", flash()))[1]
        await put_sound(sylwia, f"/api/v1/flash-messages/{told['id']}/recordings/en", recording())
    async with running_desktop(tmp_path) as second:
        anna = await second.signed_in("anna")

        async def is_there() -> bool:
            return bool(second.ivr.kept and (await anna.ask("GET", "/api/v1/closures"))[1])

        await eventually(is_there)
        assert (await anna.ask("GET", "/api/v1/closures"))[1][0]["id"] == made["id"]
        assert [one.flash for one in second.ivr.states[-1].flashes] == [told["id"]]


async def test_nothing_is_said_to_be_closed_where_the_database_is_away(
    desktop: RunningDesktop, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def away(*_: object) -> None:
        raise DatabaseAway("no answer")

    sylwia = await desktop.signed_in("sylwia")
    monkeypatch.setattr(desktop.app._line.store, "close", away)
    assert (await sylwia.ask("POST", "/api/v1/closures", closure()))[0].status == 503
    assert (await sylwia.ask("GET", "/api/v1/closures"))[1] == []


async def test_a_change_of_hours_is_among_the_changes_and_taken_back_there(desktop: RunningDesktop) -> None:
    sylwia = await desktop.signed_in("sylwia")
    body = {"time_zone": "Europe/Warsaw", "week": ["00:00-24:00"], "holidays": "PL"}
    await sylwia.ask("PUT", "/api/v1/schedules/district_offices", body)
    await sylwia.ask("POST", "/api/v1/closures", closure())
    closed, changed = (await sylwia.ask("GET", "/api/v1/changes"))[1]
    assert (closed["action"], closed["undoable"]) == ("line.closed", False)
    assert (changed["action"], changed["undoable"]) == ("schedule.changed", True)
    assert {one["field"] for one in changed["fields"]} == {"week", "exceptions"}
    assert (await sylwia.ask("POST", f"/api/v1/changes/{changed['id']}/undo"))[0].status == 204
    assert (await sylwia.ask("GET", "/api/v1/schedules"))[1][0]["own"] is True
    assert desktop.ivr.states[-1].schedules == ()
    assert (await sylwia.ask("POST", f"/api/v1/changes/{changed['id']}/undo"))[0].status == 409
