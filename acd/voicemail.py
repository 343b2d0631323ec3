"""Takes over the messages that callers left: out of Asterisk's folder, into the store, each once.

Theory of operation. A file belongs to a call and is complete when that call is over. The end of a call that
went to voicemail wakes the import; besides it looks every `LOOK_EVERY_S`, first at the start, for what an
earlier process or a store that was away left behind. A file is removed only after the store has confirmed
the message; the store knows messages by their call, so one that is handed over twice is kept once. A file
without sound, or with less than `MESSAGE_S_MIN` of it, is nobody's message and is removed.
"""

import asyncio
import logging
from collections.abc import Callable
from pathlib import Path

from acd.adapters.message_file import MessageFile, find_messages, read_message
from contact.errors import CentralaError
from contact.events import CallEnded
from contact.ids import CallId
from contact.states import Outcome
from contact.voicemail import KeepVoicemail
from runtime.bus import Bus
from runtime.clock import Clock

log = logging.getLogger(__name__)

LOOK_EVERY_S = 30.0
QUIET_S = 5.0
"""A file that nobody has written to for so long belongs to no call that is unknown here and still up."""
MESSAGE_S_MIN = 1.0


class VoicemailImport:
    """Runs beside distribution, on the machine whose Asterisk records."""

    def __init__(self, *, folder: Path, bus: Bus, is_up: Callable[[CallId], bool], clock: Clock) -> None:
        """Take messages from `folder`; `is_up` tells whether a call is still in the books."""
        self._folder = folder
        self._bus = bus
        self._is_up = is_up
        self._clock = clock
        self._wake = asyncio.Event()
        self._over: set[CallId] = set()
        self._in_trouble = False

    def hear(self, ended: CallEnded) -> None:
        """Look at once when a caller who went to voicemail is gone."""
        if ended.outcome is Outcome.VOICEMAIL:
            self._over.add(ended.call)
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

    async def look(self) -> None:
        """Take over every message that is complete."""
        over, self._over = self._over, set()
        try:
            for file in await asyncio.to_thread(find_messages, self._folder):
                if self._is_complete(file, over):
                    await self._take(file)
        except (CentralaError, OSError) as error:
            log.log(logging.DEBUG if self._in_trouble else logging.WARNING, "a message waits: %s", error)
            self._in_trouble = True
            return
        if self._in_trouble:
            log.info("messages are taken over again")
        self._in_trouble = False

    def _is_complete(self, file: MessageFile, over: set[CallId]) -> bool:
        if file.call in over:
            return True
        return not self._is_up(file.call) and file.written_at + QUIET_S <= self._clock.now()

    async def _take(self, file: MessageFile) -> None:
        message = await asyncio.to_thread(read_message, file.path)
        if message is not None and message.duration_s >= MESSAGE_S_MIN:
            await self._bus.request(
                KeepVoicemail(
                    call=file.call,
                    left_at=file.written_at,
                    duration_s=message.duration_s,
                    audio=message.audio,
                )
            )
            log.info("call %s left a message of %.0f s", file.call, message.duration_s)
        await asyncio.to_thread(file.path.unlink, missing_ok=True)
