"""Recordings over HTTP: paused by whoever talks, found and played with a reason by whoever oversees."""

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from contact.ids import AgentId, CallId
from contact.kept_talk import DiscardRecording, PauseRecording, ResumeRecording
from contact.talk_recording import TalksExpired
from tests.fakes.crm import CALLER
from tests.fakes.recordings import FakeRecordings
from tests.integration.desktop_server import Client, RunningDesktop, running_desktop
from tests.integration.recording_scene import ANNAS, BARTEKS, BEGAN_AT, archive

CALL, ANNA = CallId("1763800000.5"), AgentId("anna")
SOUND = b"fLaC" + bytes(range(256)) * 9_000
WHY = {"reason": "reklamacja"}
SEARCH = "/api/v1/recordings/search"


@pytest.fixture
async def desktop(tmp_path: Path) -> AsyncIterator[RunningDesktop]:
    async with running_desktop(tmp_path) as running:
        await archive(running, SOUND)
        yield running


async def deeds(desktop: RunningDesktop) -> list[tuple[str, str, str, str]]:
    rows = await desktop.app._audit.newest()
    return [
        (one.actor, one.action, one.subject, one.detail)
        for one in rows
        if one.action.startswith("recording.")
    ]


async def search(client: Client, **wanted: Any) -> list[dict[str, Any]]:
    answer, rows = await client.ask("POST", SEARCH, {**WHY, **wanted})
    assert answer.status == 200, rows
    found: list[dict[str, Any]] = rows
    return found


async def sound(client: Client, recording: str, wanted: str = "") -> tuple[int, bytes, dict[str, str]]:
    headers = {"Range": wanted} if wanted else {}
    address = f"{client.origin}/api/v1/recordings/{recording}/sound"
    async with client.http.get(address, headers=headers) as answer:
        return answer.status, await answer.read(), dict(answer.headers)


async def test_a_consultant_pauses_their_own_talk_and_everybody_who_looks_sees_it(
    desktop: RunningDesktop,
) -> None:
    fake = FakeRecordings(desktop.acd)
    desktop.acd.wait(CALL)
    desktop.acd.offer(CALL, ANNA)
    desktop.acd.connect(CALL)
    anna, sylwia = await desktop.signed_in("anna"), await desktop.signed_in("sylwia")

    async def seen() -> str | None:
        rows = (await sylwia.ask("GET", "/api/v1/calls"))[1]
        state: str | None = next(one["recording"] for one in rows if one["id"] == CALL)
        return state

    assert await seen() is None
    fake.begin(CALL)
    assert await seen() == "on"
    path = f"/api/v1/calls/{CALL}/recording"
    assert (await anna.ask("POST", f"{path}/pause"))[0].status == 204
    assert await seen() == "paused"
    pop = desktop.app._pops.of(ANNA)
    assert pop is not None
    assert pop.recording is not None
    assert pop.recording.until_at is not None
    assert (await anna.ask("POST", f"{path}/resume"))[0].status == 204
    assert await seen() == "on"
    assert (await anna.ask("DELETE", path))[0].status == 204
    assert await seen() == "discarded"
    assert fake.asked == [
        PauseRecording(call=CALL, agent=ANNA),
        ResumeRecording(call=CALL, agent=ANNA),
        DiscardRecording(call=CALL, agent=ANNA),
    ]
    assert await deeds(desktop) == [("anna", "recording.discarded", CALL, "")]
    fake.refusal = "not_recorded"
    answer, problem = await anna.ask("POST", f"{path}/pause")
    assert (answer.status, problem["code"]) == (409, "not_recorded")


async def test_recordings_are_found_by_what_is_known_of_them_and_each_search_is_in_the_audit(
    desktop: RunningDesktop,
) -> None:
    sylwia = await desktop.signed_in("sylwia")
    assert [one["call"] for one in await search(sylwia)] == [BARTEKS, ANNAS]
    (row,) = await search(sylwia, agent="anna", queue="roads", disposition="informed")
    assert (row["caller"], row["pauses"], row["duration_s"]) == (
        CALLER,
        [{"from_s": 20.0, "to_s": 32.0}],
        95.0,
    )
    assert await search(sylwia, until_at=BEGAN_AT + 1) == [row]
    assert len(await search(sylwia, caller="600 100 200")) == 2
    assert await search(sylwia, case="1/26") == []
    for wrong in ({}, {"reason": "x"}, {**WHY, "caller": "nobody"}, {**WHY, "of": "anna"}):
        assert (await sylwia.ask("POST", SEARCH, wrong))[0].status == 422
    first = (await deeds(desktop))[-2]
    assert first == (
        "sylwia",
        "recording.searched",
        "",
        "reklamacja: agent=anna queue=roads disposition=informed",
    )


async def test_a_recording_is_heard_in_parts_after_a_reason_was_given_and_not_before(
    desktop: RunningDesktop,
) -> None:
    sylwia = await desktop.signed_in("sylwia")
    recording = (await search(sylwia))[0]["id"]
    assert (await sound(sylwia, recording))[0] == 409
    answer, row = await sylwia.ask("POST", f"/api/v1/recordings/{recording}/plays", WHY)
    assert (answer.status, row["id"]) == (200, recording)
    status, whole, headers = await sound(sylwia, recording)
    assert (status, whole, headers["Content-Type"]) == (200, SOUND, "audio/flac")
    assert (headers["Accept-Ranges"], headers["Cache-Control"]) == ("bytes", "no-store")
    size = len(SOUND)
    for wanted, first, last in (
        ("bytes=0-0", 0, 0),
        ("bytes=100-", 100, size - 1),
        (f"bytes={size - 1}-{size + 9}", size - 1, size - 1),
        ("bytes=1048000-1049000", 1_048_000, 1_049_000),
    ):
        status, part, headers = await sound(sylwia, recording, wanted)
        assert (status, part) == (206, SOUND[first : last + 1])
        assert headers["Content-Range"] == f"bytes {first}-{last}/{size}"
    assert (await sound(sylwia, recording, f"bytes={size}-"))[0] == 416
    assert (await sound(sylwia, recording, "bytes=5-4"))[0] == 200
    other = await desktop.signed_in("admin")
    assert (await sound(other, recording))[0] == 409
    assert (await deeds(desktop))[0][1:] == (
        "recording.played",
        BARTEKS,
        f"reklamacja: {recording}",
    )


async def test_what_is_out_of_scope_is_neither_found_nor_played_nor_erased(desktop: RunningDesktop) -> None:
    admin, sylwia = await desktop.signed_in("admin"), await desktop.signed_in("sylwia")
    account = next(one for one in (await admin.ask("GET", "/api/v1/accounts"))[1] if one["login"] == "sylwia")
    scope = {"teams": [], "queues": ["waste"], "districts": []}
    body = {name: value for name, value in {**account, "scope": scope}.items() if name != "login"}
    assert (await admin.ask("PUT", "/api/v1/accounts/sylwia", body))[0].status == 200
    anna = next(one for one in await search(admin) if one["agent"] == "anna")
    sylwia = await desktop.signed_in("sylwia")
    assert [one["agent"] for one in await search(sylwia)] == ["bartek"]
    answer, problem = await sylwia.ask("POST", f"/api/v1/recordings/{anna['id']}/plays", WHY)
    assert (answer.status, problem["code"]) == (404, "no_such_recording")
    erased = (await sylwia.ask("POST", "/api/v1/recordings/erase", {**WHY, "caller": CALLER}))[1]
    assert erased == {"count": 1}
    assert [one["agent"] for one in await search(admin)] == ["anna"]


async def test_a_callers_recordings_are_erased_and_the_audit_says_who_and_how_many(
    desktop: RunningDesktop,
) -> None:
    admin = await desktop.signed_in("admin")
    answer, erased = await admin.ask("POST", "/api/v1/recordings/erase", {**WHY, "caller": CALLER})
    assert (answer.status, erased) == (200, {"count": 2})
    assert await search(admin) == []
    assert not list((desktop.settings.state_dir / "talks").iterdir())
    (deed,) = [one for one in await deeds(desktop) if one[1] == "recording.erased"]
    assert (deed[0], deed[3]) == ("admin", "2: reklamacja")
    assert CALLER not in deed[2]


async def test_who_may_play_recordings_sees_in_a_callers_history_that_there_are_some(
    desktop: RunningDesktop,
) -> None:
    sylwia, adam = await desktop.signed_in("sylwia"), await desktop.signed_in("adam")
    history = (await sylwia.ask("GET", f"/api/v1/callers/{CALLER}/history"))[1]
    assert {one["call"] for one in history["recordings"]} == {ANNAS, BARTEKS}
    assert (await adam.ask("GET", f"/api/v1/callers/{CALLER}/history"))[0].status == 403
    desktop.acd.wait(CALL)
    desktop.acd.offer(CALL, ANNA)
    desktop.acd.connect(CALL)
    anna = await desktop.signed_in("anna")
    assert (await anna.ask("GET", f"/api/v1/callers/{CALLER}/history"))[1]["recordings"] == []


async def test_what_was_erased_because_its_time_was_over_is_in_the_audit(desktop: RunningDesktop) -> None:
    desktop.bus.publish(TalksExpired(count=3, before_at=1_000.0))
    for task in tuple(desktop.app._recordings._tasks):
        await task
    assert await deeds(desktop) == [("retention", "recording.expired", "", "3 from before 1000")]
