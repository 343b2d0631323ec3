"""Messages that callers left, in the store; each is known by its call. Raises `DatabaseAway` throughout."""

from typing import Any

from sqlalchemy import Row, Select, insert, select, update
from sqlalchemy.exc import IntegrityError

from contact.ids import E164, AgentId, CallId, Language, QueueId
from contact.numbers import WITHHELD
from contact.times import Seconds
from contact.voicemail import KeepVoicemail, Voicemail
from crm_bridge.adapters import tables
from runtime.db import Database

_MESSAGES = tables.voicemails.c
_CALLS = tables.contacts.c
_LISTED = select(
    _MESSAGES.call,
    _MESSAGES.left_at,
    _MESSAGES.duration_s,
    _MESSAGES.done_at,
    _MESSAGES.done_by,
    _CALLS.caller,
    _CALLS.queue,
    _CALLS.language,
).outerjoin(tables.contacts, _CALLS.call == _MESSAGES.call)
"""Everything but the sound."""


class VoicemailStore:
    """The table of messages, read together with the calls they were left in."""

    def __init__(self, *, database: Database) -> None:
        """Work on `database`, whose tables exist."""
        self._database = database

    async def keep(self, message: KeepVoicemail) -> bool:
        """Add a message; return False where it is kept already."""
        row = {
            "call": message.call,
            "left_at": message.left_at,
            "duration_s": message.duration_s,
            "audio": message.audio,
        }
        try:
            async with self._database.session() as work:
                known = await work.execute(select(_MESSAGES.call).where(_MESSAGES.call == message.call))
                if known.first() is not None:
                    return False
                await work.execute(insert(tables.voicemails), row)
        except IntegrityError:
            return False
        return True

    async def listed(self, *, done: bool, most: int) -> tuple[Voicemail, ...]:
        """Return open messages, oldest first, or those that are done, newest first."""
        if done:
            query = _LISTED.where(_MESSAGES.done_at.is_not(None)).order_by(_MESSAGES.done_at.desc())
        else:
            query = _LISTED.where(_MESSAGES.done_at.is_(None)).order_by(_MESSAGES.left_at, _MESSAGES.call)
        return await self._read(query.limit(most))

    async def one(self, call: CallId) -> Voicemail | None:
        """Return one message."""
        found = await self._read(_LISTED.where(_MESSAGES.call == call))
        return found[0] if found else None

    async def audio(self, call: CallId) -> bytes | None:
        """Return the sound of a message."""
        async with self._database.read_session() as work:
            sound = (await work.execute(select(_MESSAGES.audio).where(_MESSAGES.call == call))).scalar()
        return None if sound is None else bytes(sound)

    async def mark(self, call: CallId, *, by: AgentId | None, at: Seconds | None) -> Voicemail | None:
        """Note who dealt with a message and when, None for open again; who did it first stays."""
        change = update(tables.voicemails).where(_MESSAGES.call == call).values(done_at=at, done_by=by)
        if at is not None:
            change = change.where(_MESSAGES.done_at.is_(None))
        async with self._database.session() as work:
            await work.execute(change)
        return await self.one(call)

    async def _read(self, query: Select[Any]) -> tuple[Voicemail, ...]:
        async with self._database.read_session() as work:
            rows = (await work.execute(query)).all()
        return tuple(_voicemail(row) for row in rows)


def _voicemail(row: Row[Any]) -> Voicemail:
    return Voicemail(
        call=CallId(row.call),
        caller=WITHHELD if row.caller is None else E164(row.caller),
        queue=None if row.queue is None else QueueId(row.queue),
        language=Language(row.language or ""),
        left_at=row.left_at,
        duration_s=row.duration_s,
        done_at=row.done_at,
        done_by=None if row.done_by is None else AgentId(row.done_by),
    )
