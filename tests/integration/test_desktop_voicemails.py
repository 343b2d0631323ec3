"""Messages that callers left, over HTTP: who may see and hear them, and what the audit says."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from contact.ids import CallId
from contact.voicemail import KeepVoicemail
from crm_bridge.adapters.store import Store
from crm_bridge.adapters.voicemail_store import VoicemailStore
from crm_bridge.asking import Asking
from crm_bridge.voicemail import Voicemails
from runtime.clock import SystemClock
from tests.fakes.crm import CALLER, ended
from tests.integration.desktop_server import RunningDesktop, running_desktop

CALL, UNKNOWN = CallId("1763800000.7"), CallId("1763800000.8")
SOUND = b"RIFF\x00\x01sound"
PATH = f"/api/v1/voicemails/{CALL}"


@pytest.fixture
async def desktop(tmp_path: Path) -> AsyncIterator[RunningDesktop]:
    async with running_desktop(tmp_path) as running:
        store = VoicemailStore(database=running.database)
        Voicemails(store=store, clock=SystemClock(), asking=Asking(lambda: None)).serve(running.bus)
        for call in (CALL, UNKNOWN):
            await running.bus.request(KeepVoicemail(call=call, left_at=9.0, duration_s=2.5, audio=SOUND))
        await Store(database=running.database, new_id=str).add_contacts([ended(CALL)])
        yield running


async def deeds(desktop: RunningDesktop) -> list[tuple[str, str, str]]:
    rows = await desktop.app._audit.newest()
    return [(one.actor, one.action, one.subject) for one in rows if one.action.startswith("voicemail.")]


async def test_supervisors_see_all_and_consultants_those_of_their_queues(desktop: RunningDesktop) -> None:
    seen = {}
    for login in ("sylwia", "anna", "bartek"):
        client = await desktop.signed_in(login)
        seen[login] = [one["id"] for one in (await client.ask("GET", "/api/v1/voicemails"))[1]]
    assert seen == {"sylwia": [CALL, UNKNOWN], "anna": [CALL], "bartek": [CALL]}


async def test_a_message_says_whose_it_is_is_heard_and_dealt_with_and_the_audit_knows(
    desktop: RunningDesktop,
) -> None:
    sylwia = await desktop.signed_in("sylwia")
    row = (await sylwia.ask("GET", "/api/v1/voicemails"))[1][0]
    assert row == {
        "id": CALL,
        "caller": CALLER,
        "queue": "roads",
        "language": "pl",
        "left_at": 9.0,
        "duration_s": 2.5,
        "done_at": None,
        "done_by": None,
    }
    async with sylwia.http.get(f"{sylwia.origin}{PATH}/audio") as answer:
        assert (answer.status, answer.content_type, await answer.read()) == (200, "audio/wav", SOUND)
    answer, done = await sylwia.ask("PUT", PATH, {"done": True})
    assert (answer.status, done["done_by"]) == (200, "sylwia")
    assert [one["id"] for one in (await sylwia.ask("GET", "/api/v1/voicemails"))[1]] == [UNKNOWN]
    assert [one["id"] for one in (await sylwia.ask("GET", "/api/v1/voicemails?done=true"))[1]] == [CALL]
    await sylwia.ask("PUT", PATH, {"done": False})
    assert await deeds(desktop) == [
        ("sylwia", "voicemail.opened_again", CALL),
        ("sylwia", "voicemail.done", CALL),
        ("sylwia", "voicemail.heard", CALL),
    ]


@pytest.mark.parametrize(("method", "path"), [("GET", f"{PATH}x/audio"), ("PUT", f"{PATH}x")])
async def test_a_message_that_is_not_there_is_told_as_such(
    desktop: RunningDesktop, method: str, path: str
) -> None:
    sylwia = await desktop.signed_in("sylwia")
    answer, problem = await sylwia.ask(method, path, {"done": True} if method == "PUT" else None)
    assert (answer.status, problem["code"]) == (404, "no_such_voicemail")


async def test_a_message_of_no_queue_of_theirs_is_none_to_consultants(desktop: RunningDesktop) -> None:
    anna = await desktop.signed_in("anna")
    path = f"/api/v1/voicemails/{UNKNOWN}"
    assert (await anna.ask("GET", f"{path}/audio"))[0].status == 404
    assert (await anna.ask("PUT", path, {"done": True}))[0].status == 404
    assert await deeds(desktop) == []


async def test_consultants_get_the_whole_number_one_by_one_and_the_audit_knows(
    desktop: RunningDesktop,
) -> None:
    anna = await desktop.signed_in("anna")
    assert "*" in (await anna.ask("GET", "/api/v1/voicemails"))[1][0]["caller"]
    assert (await anna.ask("GET", PATH))[1]["caller"] == CALLER
    assert await deeds(desktop) == [("anna", "voicemail.seen", CALLER)]


async def test_nobody_hears_a_message_without_signing_in(desktop: RunningDesktop) -> None:
    answer, problem = await desktop.client().ask("GET", f"{PATH}/audio")
    assert (answer.status, problem["code"]) == (401, "not_signed_in")
