"""A desktop beside an archive of recorded talks, with two talks in it."""

import math
import subprocess
import time

from contact.ids import AgentId, CallId, OfferId, QueueId
from contact.kept_talk import KeepTalk, Pause, TalkFacts
from contact.times import Seconds
from crm_bridge.adapters.kept_talk_store import KeptTalkStore
from crm_bridge.adapters.store import Store
from crm_bridge.adapters.vault import Vault
from crm_bridge.asking import Asking
from crm_bridge.kept_talks import KeptTalks
from crm_bridge.measure import BridgeMetrics
from runtime.clock import SystemClock
from tests.fakes.crm import ended
from tests.integration.desktop_server import RunningDesktop

ANNAS, BARTEKS = CallId("1763800000.7"), CallId("1763800000.8")
TALK_S = 95.0
BEGAN_AT = 1_763_800_100.0


def tone(seconds: float = TALK_S) -> bytes:
    """Return FLAC of two channels: a tone on the left, a higher one on the right."""
    synth = ["synth", f"{seconds:g}", "sine", "300", "sine", "600", "gain", "-12"]
    command = ["sox", "-n", "-r", "8000", "-c", "2", "-t", "flac", "-", *synth]
    return subprocess.run(command, capture_output=True, check=True, timeout=60).stdout


async def archive(desktop: RunningDesktop, audio: bytes | None = None) -> KeptTalks:
    """Serve recordings, one of Anna's with a case and one of Bartek's."""
    works = KeptTalks(
        store=KeptTalkStore(database=desktop.database),
        vault=Vault(folder=desktop.settings.state_dir / "talks", key="k" * 32),
        keep_days=math.ceil((time.time() - BEGAN_AT) / 86_400) + 10,
        clock=SystemClock(),
        asking=Asking(lambda: None),
        metrics=BridgeMetrics(),
    )
    works.serve(desktop.bus)
    sound = tone() if audio is None else audio
    await _keep(desktop, ANNAS, "anna", "roads", began_at=BEGAN_AT, sound=sound)
    await _keep(desktop, BARTEKS, "bartek", "waste", began_at=BEGAN_AT + 3_600, sound=sound)
    calls = Store(database=desktop.database, new_id=str)
    await calls.add_contacts([ended(ANNAS), ended(BARTEKS)])
    await calls.record_wrap_up(ANNAS, AgentId("anna"), disposition="informed", note="", now=BEGAN_AT + 200)
    return works


async def _keep(
    desktop: RunningDesktop, call: CallId, agent: str, queue: str, *, began_at: Seconds, sound: bytes
) -> None:
    talk = TalkFacts(
        call=call,
        offer=OfferId(f"offer-{call}"),
        agent=AgentId(agent),
        queue=QueueId(queue),
        consented_at=began_at - 40,
        began_at=began_at,
        pauses=(Pause(from_s=20.0, to_s=32.0),) if agent == "anna" else (),
    )
    await desktop.bus.request(KeepTalk(talk=talk, duration_s=TALK_S, audio=sound))
