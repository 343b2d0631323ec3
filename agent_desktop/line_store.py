"""What is decided about the line, in the database: closures, flash messages, opening hours, recordings."""

import hashlib
import json
import secrets
from collections.abc import Mapping
from typing import Any

from sqlalchemy import delete, insert, select, update

from agent_desktop.line_live import LiveFlash
from agent_desktop.tables import line_closures, line_flashes, line_recordings, line_schedules
from contact.codec import from_plain, to_plain
from contact.errors import Refused
from contact.flash import FlashId
from contact.ids import Language, QueueId
from contact.line import Closure, ClosureId, Flash, Place, PlaceKind, Recording, Texts
from contact.schedule import Schedule, ScheduleId
from contact.times import Seconds
from runtime.clock import Clock
from runtime.db import Database

CLOSURES_MAX = 100
FLASHES_MAX = 200
SHOWN_AFTER_S = 86_400.0
"""So long after its end a flash message is still shown, with how often it was heard."""
_ID_BYTES = 4
_C, _F, _R, _S = line_closures.c, line_flashes.c, line_recordings.c, line_schedules.c


def new_id() -> str:
    """Return a new name for a closure or a flash message, short enough for a caller's path."""
    return secrets.token_hex(_ID_BYTES)


class LineStore:
    """The tables. Every method raises `DatabaseAway` when the store does not answer."""

    def __init__(self, *, database: Database, clock: Clock) -> None:
        """Work on `database`, whose tables exist."""
        self._database = database
        self._clock = clock

    # --- closures --------------------------------------------------------------------------

    async def closures(self) -> tuple[Closure, ...]:
        """Return the closures that hold, the oldest first."""
        query = (
            select(line_closures)
            .where(_C.until_at > self._clock.now(), _C.opened_at.is_(None))
            .order_by(_C.closed_at, _C.id)
        )
        async with self._database.read_session() as work:
            return tuple(_closure(row) for row in (await work.execute(query)).all())

    async def close(self, closure: Closure) -> None:
        """Keep a closure; raise `Refused` (`already_closed`) where this queue, or the line, has one."""
        held = await self.closures()
        if any(one.queue == closure.queue for one in held):
            raise Refused("It is closed already.", code="already_closed")
        if len(held) >= CLOSURES_MAX:
            raise Refused(f"There are {CLOSURES_MAX} closures already.", code="too_many_closures")
        row = {
            "id": closure.closure,
            "queue": closure.queue,
            "reason": closure.reason,
            "texts": _to_text(closure.texts),
            "closed_by": closure.closed_by,
            "closed_at": closure.closed_at,
            "until_at": closure.until_at,
        }
        async with self._database.session() as work:
            await work.execute(insert(line_closures), row)

    async def change_closure(
        self, closure: ClosureId, *, reason: str, texts: Texts, until_at: Seconds
    ) -> Closure:
        """Change a closure that holds; raise `Refused` (`not_found`) for one that does not."""
        await self._held(closure)
        values = {"reason": reason, "texts": _to_text(texts), "until_at": until_at}
        async with self._database.session() as work:
            await work.execute(update(line_closures).where(_C.id == closure).values(**values))
        return await self._held(closure)

    async def open_again(self, closure: ClosureId) -> Closure:
        """End a closure; raise `Refused` (`not_found`) for one that does not hold."""
        held = await self._held(closure)
        async with self._database.session() as work:
            values = {"opened_at": self._clock.now()}
            await work.execute(update(line_closures).where(_C.id == closure).values(**values))
        return held

    async def _held(self, closure: ClosureId) -> Closure:
        for one in await self.closures():
            if one.closure == closure:
                return one
        raise Refused("There is no such closure, or it is over.", code="not_found")

    # --- flash messages --------------------------------------------------------------------

    async def flashes(self) -> tuple[LiveFlash, ...]:
        """Return the flash messages that are not long over, the oldest first."""
        since = self._clock.now() - SHOWN_AFTER_S
        query = select(line_flashes).where(_F.ends_at > since).order_by(_F.starts_at, _F.id)
        async with self._database.read_session() as work:
            rows = (await work.execute(query)).all()
            recorded = (await work.execute(select(_R.flash, _R.language, _R.digest))).all()
        return tuple(_flash(row, [one for one in recorded if one.flash == row.id]) for row in rows)

    async def put_flash(self, flash: Flash, *, by: str, is_new: bool) -> None:
        """Keep a new flash message or change one; raise `Refused` (`not_found`) where there is none."""
        values = {
            "title": flash.title,
            "place": flash.place.kind.value,
            "place_name": flash.place.name,
            "texts": _to_text(flash.texts),
            "starts_at": flash.starts_at,
            "ends_at": flash.ends_at,
            "is_on": flash.is_on,
            "changed_by": by,
            "changed_at": self._clock.now(),
        }
        if is_new:
            if len(await self.flashes()) >= FLASHES_MAX:
                raise Refused(f"There are {FLASHES_MAX} flash messages already.", code="too_many_flashes")
            async with self._database.session() as work:
                await work.execute(insert(line_flashes), {"id": flash.flash, "heard": 0, **values})
            return
        await self._change_flash(flash.flash, values)

    async def switch(self, flash: FlashId, *, on: bool, by: str) -> None:
        """Switch a flash message on or off; raise `Refused` (`not_found`) for an unknown one."""
        values = {"is_on": on, "changed_by": by, "changed_at": self._clock.now()}
        await self._change_flash(flash, values)

    async def add_heard(self, counts: Mapping[FlashId, int]) -> None:
        """Count plays."""
        async with self._database.session() as work:
            for flash, count in counts.items():
                values = {"heard": _F.heard + count}
                await work.execute(update(line_flashes).where(_F.id == flash).values(**values))

    async def _change_flash(self, flash: FlashId, values: Mapping[str, Any]) -> None:
        async with self._database.session() as work:
            found = (await work.execute(select(_F.id).where(_F.id == flash))).first()
            if found is None:
                raise Refused("There is no such flash message.", code="not_found")
            await work.execute(update(line_flashes).where(_F.id == flash).values(**values))

    # --- recordings ------------------------------------------------------------------------

    async def put_recording(self, flash: FlashId, language: Language, audio: bytes) -> Recording:
        """Keep the recorded file of a flash message in a language, in the place of an earlier one."""
        recording = Recording(language=language, digest=hashlib.sha256(audio).hexdigest())
        await self._change_flash(flash, {"changed_at": self._clock.now()})
        row = {"flash": flash, "language": language, "digest": recording.digest, "audio": audio}
        async with self._database.session() as work:
            await work.execute(delete(line_recordings).where(_R.flash == flash, _R.language == language))
            await work.execute(insert(line_recordings), row)
        return recording

    async def remove_recording(self, flash: FlashId, language: Language) -> None:
        """Have the text spoken again."""
        async with self._database.session() as work:
            await work.execute(delete(line_recordings).where(_R.flash == flash, _R.language == language))

    async def recording(self, recording: Recording) -> bytes | None:
        """Return a recorded file, None where there is none."""
        query = select(_R.audio).where(_R.language == recording.language, _R.digest == recording.digest)
        async with self._database.read_session() as work:
            row = (await work.execute(query)).first()
        return None if row is None else bytes(row.audio)

    # --- opening hours ---------------------------------------------------------------------

    async def schedules(self) -> tuple[Schedule, ...]:
        """Return the schedules that take the place of the city's own."""
        async with self._database.read_session() as work:
            rows = (await work.execute(select(line_schedules).order_by(_S.id))).all()
        return tuple(from_plain(Schedule, json.loads(row.body)) for row in rows)

    async def put_schedule(self, schedule: Schedule, *, by: str) -> None:
        """Keep a schedule in the place of the city's own."""
        await self.remove_schedule(schedule.schedule)
        row = {
            "id": schedule.schedule,
            "body": json.dumps(to_plain(schedule), ensure_ascii=False),
            "changed_by": by,
            "changed_at": self._clock.now(),
        }
        async with self._database.session() as work:
            await work.execute(insert(line_schedules), row)

    async def remove_schedule(self, schedule: ScheduleId) -> None:
        """Go by the city's own again."""
        async with self._database.session() as work:
            await work.execute(delete(line_schedules).where(_S.id == schedule))


def _to_text(texts: Texts) -> str:
    return json.dumps(dict(texts), ensure_ascii=False)


def _texts(text: str) -> Texts:
    return tuple((Language(language), said) for language, said in json.loads(text).items())


def _closure(row: Any) -> Closure:
    return Closure(
        closure=ClosureId(row.id),
        queue=None if row.queue is None else QueueId(row.queue),
        reason=row.reason,
        texts=_texts(row.texts),
        closed_by=row.closed_by,
        closed_at=row.closed_at,
        until_at=row.until_at,
    )


def _flash(row: Any, recorded: list[Any]) -> LiveFlash:
    flash = Flash(
        flash=FlashId(row.id),
        title=row.title,
        place=Place(kind=PlaceKind(row.place), name=row.place_name),
        texts=_texts(row.texts),
        starts_at=row.starts_at,
        ends_at=row.ends_at,
        is_on=row.is_on,
        recordings=tuple(Recording(language=Language(one.language), digest=one.digest) for one in recorded),
    )
    return LiveFlash(flash=flash, heard=row.heard, changed_by=row.changed_by)
