"""Requests for photos and the photos of cases, in the store. Raises `DatabaseAway` throughout.

A photo, its event, the count of its request and its row of the outbox are written in one transaction. The
count is raised by a statement that also says that the request is open and has room, so that many uploads at
once never take more than one request allows.
"""

import hmac
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from sqlalchemy import RowMapping, bindparam, func, insert, select, update
from sqlalchemy.engine import CursorResult
from sqlalchemy.ext.asyncio import AsyncConnection

from contact.case import Case
from contact.errors import Refused
from contact.ids import AgentId, CallId, CaseNumber
from contact.photo import PHOTOS_OF_REQUEST_MAX, CasePhotos, KeptPhoto, Photo, PhotoId, PhotoOutcome
from contact.times import Seconds
from crm_bridge.adapters import tables
from crm_bridge.adapters.news import News, add_event, tell
from crm_bridge.adapters.store import read_case
from crm_bridge.core.photo import StoredRequest, check_room
from runtime.db import Database

_P = tables.case_photos.c
_R = tables.photo_requests.c
_CASE = select(tables.cases).where(tables.cases.c.number == bindparam("number"))
_BY_CODE = select(tables.photo_requests).where(_R.code_hash == bindparam("code_hash"))
_OPEN_OF_CASE = (
    select(tables.photo_requests)
    .where(_R.case_number == bindparam("number"), _R.withdrawn_at.is_(None), _R.expires_at > bindparam("now"))
    .order_by(_R.made_at.desc(), _R.id)
    .limit(1)
)
_WITHDRAW = (
    update(tables.photo_requests)
    .where(
        _R.case_number == bindparam("of_case"), _R.withdrawn_at.is_(None), _R.expires_at > bindparam("now")
    )
    .values(withdrawn_at=bindparam("now"))
)
_COUNT_ONE = (
    update(tables.photo_requests)
    .where(
        _R.id == bindparam("request"),
        _R.taken < PHOTOS_OF_REQUEST_MAX,
        _R.withdrawn_at.is_(None),
        _R.expires_at > bindparam("now"),
    )
    .values(taken=_R.taken + 1)
)
_SHOWN = select(_P.id, _P.taken_at, _P.width, _P.height).where(
    _P.case_number == bindparam("number"), _P.removed_at.is_(None)
)
_ROOM = (
    select(func.count())
    .select_from(tables.case_photos)
    .where(_P.case_number == bindparam("number"), _P.removed_at.is_(None))
)
_ONE = select(_P.id, _P.address_key, _P.removed_at, _P.picture.is_(None).label("is_erased")).where(
    _P.case_number == bindparam("number"), _P.id == bindparam("photo")
)


@dataclass(frozen=True, slots=True, kw_only=True)
class NewRequest:
    """A request for photos that somebody makes."""

    number: CaseNumber
    code_hash: str
    agent: AgentId
    call: CallId | None
    now: Seconds
    expires_at: Seconds


@dataclass(frozen=True, slots=True, kw_only=True)
class NewPhoto:
    """A photo that came for a code; `key` ends the address that the CRM gets."""

    photo: PhotoId
    code_hash: str
    key: str
    digest: str
    picture: bytes
    thumbnail: bytes
    width: int
    height: int
    now: Seconds


class PhotoStore:
    """The tables `photo_requests` and `case_photos`."""

    def __init__(
        self, *, database: Database, new_id: Callable[[], str], address_of: Callable[[str], str]
    ) -> None:
        """`new_id` makes the idempotency keys of deliveries, `address_of` a photo's address from its key."""
        self._database = database
        self._new_id = new_id
        self._address_of = address_of
        self._add_once = (
            database.insert(tables.case_photos)
            .on_conflict_do_nothing(index_elements=["case_number", "digest"])
            .returning(_P.id)
        )

    async def ask(self, new: NewRequest, request_id: str) -> StoredRequest:
        """Keep a request, which ends the one before it; raise `Refused` (`not_found`)."""
        row = {
            "id": request_id,
            "code_hash": new.code_hash,
            "case_number": new.number,
            "agent": new.agent,
            "call": new.call,
            "made_at": new.now,
            "expires_at": new.expires_at,
            "withdrawn_at": None,
            "taken": 0,
        }
        async with self._database.session() as session:
            await _case(session, new.number)
            await session.execute(_WITHDRAW, {"of_case": new.number, "now": new.now})
            await session.execute(insert(tables.photo_requests), row)
            await add_event(session, new.number, "photo_asked", "", new.now)
        return _request(row)

    async def withdraw(self, number: CaseNumber, now: Seconds) -> CasePhotos:
        """End the request of a case; raise `Refused` (`not_found`)."""
        async with self._database.session() as session:
            await _case(session, number)
            if await _changed(session, _WITHDRAW, of_case=number, now=now):
                await add_event(session, number, "photo_withdrawn", "", now)
            return await _photos(session, number, now)

    async def find(self, code_hash: str, now: Seconds) -> tuple[StoredRequest, Case] | None:
        """Return the request of a code that works, with its case."""
        async with self._database.read_session() as session:
            request = await _open_request(session, code_hash, now)
            return None if request is None else (request, await _case(session, request.number))

    async def keep(self, new: NewPhoto) -> tuple[KeptPhoto, StoredRequest]:
        """Keep a photo once for its digest; raise `Refused` (`no_such_request`, `photos_full`)."""
        async with self._database.session() as session:
            request = await _open_request(session, new.code_hash, new.now)
            if request is None:
                raise Refused("the code is not, or no longer, in use", code="no_such_request")
            added = await session.execute(self._add_once, _photo_row(new, request))
            if added.first() is None:
                return KeptPhoto(outcome=PhotoOutcome.KNOWN, left=request.left), request
            count = (await session.execute(_ROOM, {"number": request.number})).scalar_one()
            check_room(request, count - 1)
            if not await _changed(session, _COUNT_ONE, request=request.id, now=new.now):
                raise Refused(f"case {request.number} takes no further photo", code="photos_full")
            await self._tell(
                session,
                number=request.number,
                agent=request.agent,
                photo=new.photo,
                event="photo",
                key=new.key,
                now=new.now,
            )
            return KeptPhoto(outcome=PhotoOutcome.TAKEN, left=request.left - 1), request

    async def of_case(self, number: CaseNumber, now: Seconds) -> CasePhotos | None:
        """Return the photos of a case."""
        async with self._database.read_session() as session:
            if (await session.execute(_CASE, {"number": number})).first() is None:
                return None
            return await _photos(session, number, now)

    async def picture(self, number: CaseNumber, photo: PhotoId, *, is_thumbnail: bool) -> bytes | None:
        """Return the file of a photo that is shown."""
        column = _P.thumbnail if is_thumbnail else _P.picture
        return await self._file(column, _P.case_number == number, _P.id == photo)

    async def picture_at(self, key: str) -> bytes | None:
        """Return the file of the photo at an address."""
        return await self._file(_P.picture, _P.address_key == key)

    async def set_removed(
        self, number: CaseNumber, photo: PhotoId, agent: AgentId, *, removed: bool, now: Seconds
    ) -> CasePhotos:
        """Take a photo away or give it back; raise `Refused` (`not_found`, `photo_erased`)."""
        by = {"removed_at": now, "removed_by": agent} if removed else {"removed_at": None, "removed_by": None}
        async with self._database.session() as session:
            row = (await session.execute(_ONE, {"number": number, "photo": photo})).mappings().first()
            if row is None:
                raise Refused(f"case {number} has no such photo", code="not_found")
            if not removed and row["is_erased"]:
                raise Refused("the photo was erased", code="photo_erased")
            was = _P.removed_at.is_(None) if removed else _P.removed_at.is_not(None)
            change = update(tables.case_photos).where(_P.id == photo, was).values(by)
            if await _changed(session, change):
                await self._tell(
                    session,
                    number=number,
                    agent=agent,
                    photo=photo,
                    event="photo_removed" if removed else "photo_restored",
                    key=row["address_key"],
                    now=now,
                )
            return await _photos(session, number, now)

    async def erase(self, removed_before: Seconds) -> int:
        """Erase the pictures of photos that were taken away before a moment; return how many."""
        change = (
            update(tables.case_photos)
            .where(_P.removed_at <= removed_before, _P.picture.is_not(None))
            .values(picture=None, thumbnail=None)
        )
        async with self._database.session() as session:
            result = await session.execute(change)
            return result.rowcount if isinstance(result, CursorResult) else 0

    async def _file(self, column: Any, *which: Any) -> bytes | None:
        query = select(column).where(*which, _P.removed_at.is_(None))
        async with self._database.read_session() as session:
            found: bytes | None = (await session.execute(query)).scalar_one_or_none()
        return found

    async def _tell(
        self,
        session: AsyncConnection,
        *,
        number: CaseNumber,
        agent: AgentId,
        photo: PhotoId,
        event: str,
        key: str,
        now: Seconds,
    ) -> None:
        news = News(
            number=number,
            kind="photo_removed" if event == "photo_removed" else "photo",
            event=event,
            detail=photo,
            agent=agent,
            words={"media_urls": [self._address_of(key)]},
            now=now,
        )
        await tell(session, news, self._new_id())


async def _open_request(session: AsyncConnection, code_hash: str, now: Seconds) -> StoredRequest | None:
    """Return the request of a code; a wrong, an expired and a withdrawn one cost the same question."""
    row = (await session.execute(_BY_CODE, {"code_hash": code_hash})).mappings().first()
    known = "" if row is None else row["code_hash"]
    if not hmac.compare_digest(known, code_hash) or row is None:
        return None
    request = _request(row)
    return request if request.is_open(now) else None


async def _case(session: AsyncConnection, number: CaseNumber) -> Case:
    row = (await session.execute(_CASE, {"number": number})).mappings().first()
    if row is None:
        raise Refused(f"there is no case {number}", code="not_found")
    return read_case(row)


async def _photos(session: AsyncConnection, number: CaseNumber, now: Seconds) -> CasePhotos:
    query = _SHOWN.order_by(_P.taken_at, _P.id)
    photos = (await session.execute(query, {"number": number})).mappings().all()
    asked = (await session.execute(_OPEN_OF_CASE, {"number": number, "now": now})).mappings().first()
    return CasePhotos(
        number=number,
        photos=tuple(
            Photo(
                photo=PhotoId(one["id"]), taken_at=one["taken_at"], width=one["width"], height=one["height"]
            )
            for one in photos
        ),
        request=None if asked is None else _request(asked).shown(),
    )


async def _changed(session: AsyncConnection, change: Any, **values: Any) -> bool:
    result = await session.execute(change, values)
    return isinstance(result, CursorResult) and result.rowcount > 0


def _request(row: RowMapping | dict[str, Any]) -> StoredRequest:
    return StoredRequest(
        id=row["id"],
        number=CaseNumber(row["case_number"]),
        agent=AgentId(row["agent"]),
        made_at=row["made_at"],
        expires_at=row["expires_at"],
        withdrawn_at=row["withdrawn_at"],
        taken=row["taken"],
    )


def _photo_row(new: NewPhoto, request: StoredRequest) -> dict[str, Any]:
    return {
        "id": new.photo,
        "case_number": request.number,
        "request": request.id,
        "address_key": new.key,
        "digest": new.digest,
        "width": new.width,
        "height": new.height,
        "taken_at": new.now,
        "thumbnail": new.thumbnail,
        "picture": new.picture,
    }
