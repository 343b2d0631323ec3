"""What the desktop keeps about talk recordings: who gave a reason for playing which, and what ran out."""

import asyncio
import logging
from collections import OrderedDict

from agent_desktop.audit import Audit
from contact.errors import CentralaError
from contact.talk_recording import TalksExpired

log = logging.getLogger(__name__)

PLAYS_MAX = 5_000
RETENTION = "retention"
"""Who erases what is too old, in the audit."""


class Recordings:
    """Plays that were given a reason, by session; the oldest are forgotten, and then asked for again."""

    def __init__(self, *, audit: Audit) -> None:
        """Write into `audit` what runs out."""
        self._audit = audit
        self._plays: OrderedDict[tuple[str, str], None] = OrderedDict()
        self._tasks: set[asyncio.Task[None]] = set()

    def allow(self, session: str, recording: str) -> None:
        """Let a session hear a recording that it gave a reason for."""
        self._plays[(session, recording)] = None
        while len(self._plays) > PLAYS_MAX:
            self._plays.popitem(last=False)

    def may_play(self, session: str, recording: str) -> bool:
        """Say whether a session gave a reason for hearing a recording."""
        return (session, recording) in self._plays

    def hear(self, expired: TalksExpired) -> None:
        """Write down that recordings were erased because their time was over."""
        task = asyncio.create_task(self._record(expired), name="audit of expired recordings")
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _record(self, expired: TalksExpired) -> None:
        try:
            await self._audit.record(
                actor=RETENTION,
                action="recording.expired",
                detail=f"{expired.count} from before {expired.before_at:.0f}",
            )
        except CentralaError as error:
            log.warning("the end of %d recordings is not in the audit: %s", expired.count, error)
