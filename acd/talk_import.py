"""Takes over recorded talks: out of Asterisk's folder, into the store, each once, or deletes them.

Theory of operation. A recording is complete when no leg of its offer can be there any more and nobody has
written to it for `QUIET_S`. What is known of it (whose talk, which consent, which pauses) stands in the facts
of its call, those of this process or those of the journal. So nothing is written beside the sound that could
be lost alone: whoever finds a file, at whatever start, comes to the same end. Files are removed only after
the store has confirmed the recording, which it knows by its offer. A talk for which no consent is known, or
whose caller withdrew it, is deleted; so is one that could not be taken over for `GIVE_UP_S`, and the log says
so. A full disk or a store that is away delays all of this and touches no call.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Container, Sequence
from pathlib import Path
from typing import TypeAlias, get_args

from acd.adapters.talk_file import TalkFile, find_talks, read_talk
from acd.core.kept_talk import is_discarded, talk_facts
from acd.measure import RecordingMeasure
from contact.errors import CentralaError, Refused
from contact.events import CallReleased, Fact
from contact.ids import CallId, OfferId
from contact.kept_talk import EraseTalks, KeepTalk, TalkQuery
from contact.talk_recording import TalkRecordingDiscarded
from runtime.bus import Bus
from runtime.clock import Clock

log = logging.getLogger(__name__)

LOOK_EVERY_S = 30.0
QUIET_S = 2.0
GIVE_UP_S = 7 * 86_400.0
TALK_S_MIN = 1.0
"""Less than that is nobody's talk."""


Heard: TypeAlias = CallReleased | TalkRecordingDiscarded
HEARD: tuple[type[Heard], ...] = get_args(Heard)
"""After what there may be something to do."""


class TalkImport:
    """Runs beside distribution, on the machine whose Asterisk records."""

    def __init__(
        self,
        *,
        folder: Path,
        bus: Bus,
        open_offers: Callable[[], Container[OfferId]],
        facts_of: Callable[[CallId], Awaitable[Sequence[Fact]]],
        clock: Clock,
        measure: RecordingMeasure,
    ) -> None:
        """Take talks from `folder`.

        `open_offers` are those whose legs may be there; `facts_of` tells what was decided about a call and
        raises `CentralaError` where that cannot be known now.
        """
        self._folder = folder
        self._bus = bus
        self._open_offers = open_offers
        self._facts_of = facts_of
        self._clock = clock
        self._measure = measure
        self._wake = asyncio.Event()
        self._turn = asyncio.Lock()
        self._withdrawn: set[CallId] = set()
        self._in_trouble = False

    def hear(self, event: Heard) -> None:
        """Look soon after a talk is over, and after a caller has withdrawn their consent."""
        if isinstance(event, TalkRecordingDiscarded):
            self._withdrawn.add(event.call)
        self._wake.set()

    async def run(self) -> None:
        """Import until cancelled."""
        while True:
            self._wake.clear()
            await self.look()
            try:
                async with asyncio.timeout(LOOK_EVERY_S):
                    await self._wake.wait()
            except TimeoutError:
                continue
            await asyncio.sleep(QUIET_S + 0.5)

    async def discard(self, call: CallId) -> None:
        """Delete whatever was recorded of a call whose talks are over; raise `CentralaError` if it cannot."""
        async with self._turn:
            await self._erase(call)
            for talk in await asyncio.to_thread(find_talks, self._folder):
                if talk.call == call:
                    await self._delete(talk, "its caller withdrew their consent", "discarded")

    async def look(self) -> None:
        """Take over every talk that is complete."""
        async with self._turn:
            try:
                await self._look()
            except (CentralaError, OSError) as error:
                self._trouble(error)
                return
        if self._in_trouble:
            log.info("recorded talks are taken over again")
        self._in_trouble = False

    async def _look(self) -> None:
        faults: list[Exception] = []
        for talk in await asyncio.to_thread(find_talks, self._folder):
            if talk.offer in self._open_offers() or talk.written_at + QUIET_S > self._clock.now():
                continue
            try:
                await self._take(talk)
            except (CentralaError, OSError) as error:
                self._measure.imported("failed")
                faults.append(error)
                if talk.written_at + GIVE_UP_S <= self._clock.now():
                    await self._delete(talk, f"it could not be taken over: {error}", "given_up")
        for call in tuple(self._withdrawn):
            await self._erase(call)
            self._withdrawn.discard(call)
        if faults:
            raise faults[0]

    async def _take(self, talk: TalkFile) -> None:
        facts = await self._facts_of(talk.call)
        known = talk_facts(facts, talk.offer, begins_at=talk.begins_at)
        if is_discarded(facts):
            await self._erase(talk.call)
            await self._delete(talk, "its caller withdrew their consent", "discarded")
            return
        if known is None:
            await self._delete(talk, "no consent is known for it", "without_consent")
            return
        sound = await asyncio.to_thread(read_talk, talk)
        if sound is None or sound.duration_s < TALK_S_MIN:
            await self._delete(talk, "it holds no sound", "empty")
            return
        await self._bus.request(KeepTalk(talk=known, duration_s=sound.duration_s, audio=sound.audio))
        await asyncio.to_thread(talk.remove)
        self._measure.imported("kept")
        log.info("call %s: a talk of %.0f s is kept", talk.call, sound.duration_s)

    async def _delete(self, talk: TalkFile, why: str, outcome: str) -> None:
        await asyncio.to_thread(talk.remove)
        self._measure.imported(outcome)
        log.log(
            logging.INFO if outcome in ("discarded", "empty") else logging.WARNING,
            "call %s: a recorded talk is deleted: %s",
            talk.call,
            why,
        )

    async def _erase(self, call: CallId) -> None:
        await self._bus.request(EraseTalks(query=TalkQuery(call=call)))

    def _trouble(self, error: Exception) -> None:
        first = not self._in_trouble
        self._in_trouble = True
        what = "there is no key to encrypt it with" if _lacks_key(error) else str(error)
        log.log(logging.WARNING if first else logging.DEBUG, "a recorded talk waits: %s", what)


def _lacks_key(error: Exception) -> bool:
    return isinstance(error, Refused) and error.code == "no_key"
