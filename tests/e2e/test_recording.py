"""Talks are recorded of callers who agreed by key, and of nobody else: by the sound of what is kept."""

import array
import http.client
import subprocess
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import BrowserContext, expect

from tests.e2e.city import quick_city
from tests.e2e.desk import Desk, Problem
from tests.e2e.hotline import Hotline
from tests.e2e.records import journaled, wait_for_contact
from tests.e2e.sip_caller import CallerLeg
from tests.e2e.sip_phone import ANSWERS
from tests.e2e.test_listening import board, listen
from tests.e2e.wait import until
from tests.e2e.web_phone import PATIENT, hears, sign_in, talk

ROADS, AGREE = "2", "3"
RATE_HZ = 8_000
HEARD_BYTES = 3 * 2 * RATE_HZ
"""Three seconds of one side."""
AUDIBLE = 100
"""Root mean square of 16-bit samples."""
ALAW_SILENCE = b"\xd5"
REASON = {"reason": "kontrola jakości"}
QUICK = {"CENTRALA_ACD__WRAP_UP_S": "60"}


@pytest.fixture
def hotline(make_hotline: Callable[..., Hotline], tmp_path: Path) -> Hotline:
    return make_hotline({**PATIENT, **QUICK}, quick_city(tmp_path))


def agree(hotline: Hotline, leg: CallerLeg, sylwia: Desk, *, keys: str = AGREE) -> None:
    """Have the caller wait for roads, and press keys there."""
    leg.wait("answered")
    leg.press(ROADS)
    until(lambda: sylwia.calls("waiting"), within_s=10, what="a caller who waits")
    for number, key in enumerate(keys, start=1):
        leg.press(key)
        until(
            lambda number=number: len(journaled(hotline, "KeyPressed")) >= number,  # type: ignore[misc]
            within_s=5,
            what="the key",
        )
        time.sleep(1)  # a late copy of the key is the same press


def kept(sylwia: Desk, count: int = 1) -> list[dict[str, Any]]:
    """Return what is found once there are so many recordings."""

    def found() -> list[dict[str, Any]] | None:
        rows: list[dict[str, Any]] = sylwia.write("POST", "/recordings/search", REASON)
        return rows if len(rows) == count else None

    rows = until(found, within_s=20, what=f"{count} recordings")
    assert rows is not None
    return rows


def sound(hotline: Hotline, desk: Desk, recording: str) -> bytes:
    """Return the sound of a recording as its listener gets it, in two parts by `Range`."""
    desk.write("POST", f"/recordings/{recording}/plays", REASON)
    parts = []
    for wanted in ("bytes=0-99", "bytes=100-"):
        connection = http.client.HTTPConnection("127.0.0.1", hotline.desktop_port, timeout=30)
        headers = {"Cookie": desk._cookie, "Range": wanted}
        connection.request("GET", f"/api/v1/recordings/{recording}/sound", headers=headers)
        answer = connection.getresponse()
        assert (answer.status, answer.getheader("Content-Type")) == (206, "audio/flac")
        parts.append(answer.read())
        connection.close()
    assert len(parts[0]) == 100
    return b"".join(parts)


def channels(flac: bytes) -> tuple["array.array[int]", "array.array[int]"]:
    """Return the samples of the agent's and of the caller's channel."""
    done = subprocess.run(
        ["sox", "-t", "flac", "-", "-t", "raw", "-e", "signed", "-b", "16", "-"],
        input=flac,
        capture_output=True,
        check=True,
        timeout=60,
    )
    both = array.array("h", done.stdout)
    return both[0::2], both[1::2]


def level(samples: "array.array[int]", from_s: float, to_s: float) -> float:
    part = samples[round(from_s * RATE_HZ) : round(to_s * RATE_HZ)]
    return float((sum(one * one for one in part) / max(1, len(part))) ** 0.5)


def files(hotline: Hotline) -> list[str]:
    """Return every file that holds the sound of a talk, still raw or kept."""
    folders = (hotline.state_dir / "asterisk/spool/talks", hotline.state_dir / "talks")
    return [str(one) for folder in folders if folder.is_dir() for one in folder.iterdir()]


def size(hotline: Hotline) -> int:
    """Return how much sound lies in these files so far."""
    return sum(Path(file).stat().st_size for file in files(hotline))


def test_both_sides_are_kept_in_their_channels_with_silence_where_it_was_paused(
    hotline: Hotline, context: BrowserContext, capsys: pytest.CaptureFixture[str]
) -> None:
    sylwia = hotline.desk("sylwia")
    with hotline.callers("605000001", echo=False) as callers:
        agree(hotline, callers.legs[0], sylwia)
        page, desk = sign_in(hotline, context)
        expect(page.locator("button.answer")).to_be_enabled(timeout=20_000)
        callers.legs[0].speak()
        call = talk(page, desk)
        expect(page.locator(".recording.on")).to_contain_text("Rozmowa jest nagrywana")
        time.sleep(4)
        page.keyboard.press("Shift+F4")
        expect(page.locator(".recording.paused")).to_contain_text("Nagrywanie wstrzymane")
        assert next(one for one in sylwia.calls() if one["id"] == call)["recording"] == "paused"
        time.sleep(4)
        page.keyboard.press("Shift+F4")
        expect(page.locator(".recording.on")).to_be_visible()
        page.reload()
        expect(page.locator(".recording.on")).to_be_visible()
        hears(page)
        page.keyboard.press("F8")
        time.sleep(4)
        page.keyboard.press("F2")
        desk.wait_for_state("wrap_up")
    row = kept(sylwia)[0]
    assert (row["agent"], row["queue"], row["call"]) == ("anna", "roads", call)
    assert len(row["pauses"]) == 1
    pause = row["pauses"][0]
    agent, caller = channels(sound(hotline, sylwia, row["id"]))
    levels = {
        "agent before": level(agent, 0.5, pause["from_s"]),
        "caller before": level(caller, 0.5, pause["from_s"]),
        "agent paused": level(agent, pause["from_s"] + 0.3, pause["to_s"] - 0.3),
        "caller paused": level(caller, pause["from_s"] + 0.3, pause["to_s"] - 0.3),
        "agent muted": level(agent, row["duration_s"] - 2.5, row["duration_s"] - 0.5),
        "caller last": level(caller, row["duration_s"] - 2.5, row["duration_s"] - 0.5),
    }
    with capsys.disabled():
        print({name: round(one) for name, one in levels.items()}, f"{row['duration_s']:.1f} s", end="")  # noqa: T201 - for the report
    assert levels["agent paused"] == levels["caller paused"] == 0
    assert min(levels["agent before"], levels["caller before"], levels["caller last"]) > AUDIBLE
    assert levels["agent muted"] < AUDIBLE / 10
    assert pause["to_s"] - pause["from_s"] == pytest.approx(4.0, abs=1.5)
    assert len(agent) / RATE_HZ == pytest.approx(row["duration_s"], abs=0.1)
    with pytest.raises(Problem, match="403"):
        desk.write("POST", f"/recordings/{row['id']}/plays", REASON)
    assert wait_for_contact(hotline, "605000001")["outcome"] == "connected"


@pytest.mark.parametrize("keys", ["", AGREE * 2], ids=["silent", "taken back"])
def test_without_consent_there_is_no_file_anywhere(hotline: Hotline, keys: str) -> None:
    sylwia = hotline.desk("sylwia")
    with hotline.callers("605000002") as callers:
        agree(hotline, callers.legs[0], sylwia, keys=keys)
        anna, phone = hotline.staff("anna", "2001", ANSWERS)
        hotline.talk(anna, phone)
        time.sleep(2)
        assert files(hotline) == []
        assert anna.calls("talking")[0]["recording"] is None
        with pytest.raises(Problem, match="not_recorded"):
            anna.write("POST", f"/calls/{anna.agent()['call']}/recording/pause")
        callers.legs[0].hang_up()
        anna.wait_for_state("wrap_up")
    time.sleep(3)
    assert files(hotline) == []
    assert sylwia.write("POST", "/recordings/search", REASON) == []


def test_a_talk_goes_on_being_recorded_without_a_controller_and_is_taken_over_by_the_next(
    hotline: Hotline,
) -> None:
    sylwia = hotline.desk("sylwia")
    with hotline.callers("605000003") as callers:
        agree(hotline, callers.legs[0], sylwia)
        anna, phone = hotline.staff("anna", "2001", ANSWERS)
        hotline.talk(anna, phone)
        callers.legs[0].speak()
        hotline.kill_controller()
        time.sleep(3)
        hotline.start()
        call = anna.agent()["call"]
        until(lambda: anna.calls("talking"), within_s=10, what="the talk, adopted")
        anna.write("POST", f"/calls/{call}/recording/pause")
        anna.write("POST", f"/calls/{call}/recording/resume")
        hotline.kill_controller()
        callers.legs[0].hang_up()
        time.sleep(1)
        hotline.start()
    row = kept(sylwia)[0]
    assert (row["agent"], row["call"], len(row["pauses"])) == ("anna", call, 1)
    assert row["duration_s"] > 3
    assert not list((hotline.state_dir / "asterisk/spool/talks").iterdir())


@pytest.mark.parametrize("when", ["talking", "wrap_up"])
def test_a_caller_who_withdraws_their_consent_leaves_nothing(hotline: Hotline, when: str) -> None:
    sylwia = hotline.desk("sylwia")
    with hotline.callers("605000004") as callers:
        agree(hotline, callers.legs[0], sylwia)
        anna, phone = hotline.staff("anna", "2001", ANSWERS)
        leg = hotline.talk(anna, phone)
        callers.legs[0].speak()
        call = anna.agent()["call"]
        until(lambda: size(hotline) > HEARD_BYTES, within_s=15, what="sound in the recording")
        if when == "wrap_up":
            leg.hang_up()
            anna.wait_for_state("wrap_up")
            kept(sylwia)
        anna.write("DELETE", f"/calls/{call}/recording")
        if when == "talking":
            time.sleep(1)
            anna.write("POST", f"/calls/{call}/hold")
            time.sleep(1)
            anna.write("POST", f"/calls/{call}/resume")
            time.sleep(1)
            leg.hang_up()
    until(lambda: not files(hotline), within_s=40, what="nothing left")
    assert sylwia.write("POST", "/recordings/search", REASON) == []


def test_what_a_consultant_asks_a_colleague_is_not_recorded_and_a_handed_on_caller_still_is(
    hotline: Hotline,
) -> None:
    sylwia = hotline.desk("sylwia")
    with hotline.callers("605000005") as callers:
        agree(hotline, callers.legs[0], sylwia)
        anna, phone = hotline.staff("anna", "2001", ANSWERS)
        hotline.talk(anna, phone)
        callers.legs[0].speak()
        bartek, _ = hotline.staff("bartek", "2002", ANSWERS)
        call = anna.agent()["call"]
        time.sleep(2)
        spool = hotline.state_dir / "asterisk/spool/talks"
        before = len(list(spool.iterdir()))
        anna.write("POST", f"/calls/{call}/consult", {"agent": "bartek"})
        time.sleep(3)
        assert "MixMonitor" not in hotline.asterisk("core show channels verbose")
        assert len(list(spool.iterdir())) == before
        anna.write("POST", f"/calls/{call}/consult/hand-over")
        until(lambda: bartek.agent()["state"] == "talking", within_s=5, what="bartek has the caller")
        time.sleep(2)
        callers.legs[0].hang_up()
    rows = kept(sylwia, 2)
    assert {row["agent"] for row in rows} == {"anna", "bartek"}
    assert all(row["duration_s"] < 4 for row in rows)


def test_a_supervisor_who_joins_is_not_heard_in_the_recording(
    hotline: Hotline, context: BrowserContext, other: BrowserContext
) -> None:
    sylwia = hotline.desk("sylwia")
    with hotline.callers("605000006", echo=False, speech=ALAW_SILENCE * RATE_HZ) as callers:
        agree(hotline, callers.legs[0], sylwia)
        page, desk = sign_in(hotline, context)
        expect(page.locator("button.answer")).to_be_enabled(timeout=20_000)
        page.keyboard.press("F2")
        desk.wait_for_state("talking")
        callers.legs[0].speak()
        time.sleep(3)
        page.keyboard.press("F8")
        muted_at = time.time()
        supervisor = board(hotline, other)
        listen(supervisor)
        supervisor.get_by_role("button", name="Dołącz").click()
        hears(page)
        time.sleep(4)
        page.keyboard.press("F2")
        desk.wait_for_state("wrap_up")
    row = kept(sylwia)[0]
    agent, caller = channels(sound(hotline, sylwia, row["id"]))
    joined_s = muted_at - row["began_at"] + 1
    assert row["duration_s"] - joined_s > 4
    assert level(agent, 0.5, 2.5) > AUDIBLE
    assert level(agent, joined_s, row["duration_s"]) < AUDIBLE / 10
    assert level(caller, 0, row["duration_s"]) < AUDIBLE / 10
