"""Cards and their versions in the database. Every method raises `DatabaseAway` where it does not answer.

Whoever changes a card has read it before; the change is made only where it still stands as it was read, else
it is `Refused` (`changed_meanwhile`).
"""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, delete, insert, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncConnection

from agent_desktop.quality.card import Card, CardCause, CardState, Feedback, Origin, Version, moved
from agent_desktop.quality.sheet import Given, Sheet, from_text, to_text
from agent_desktop.quality.tables import quality_cards, quality_sheets, quality_versions
from contact.errors import Refused
from contact.ids import AgentId, CallId, QueueId
from contact.times import Seconds
from runtime.db import Database

CARDS_MAX = 2_000
_C, _V, _S = quality_cards.c, quality_versions.c, quality_sheets.c


@dataclass(frozen=True, slots=True, kw_only=True)
class CardsWanted:
    """Which ordinary cards are asked for; None or an empty set asks for nothing, moments are the talk's."""

    agent: AgentId | None = None
    teams: Collection[str] = ()
    queues: Collection[QueueId] = ()
    since_at: Seconds | None = None
    until_at: Seconds | None = None
    submitted: bool = False


def conditions(wanted: CardsWanted) -> list[ColumnElement[bool]]:
    """Return what holds for the rows of the cards that are `wanted`."""
    where: list[ColumnElement[bool]] = [_C.calibration.is_(None)]
    if wanted.agent is not None:
        where.append(_C.agent == wanted.agent)
    if wanted.teams:
        where.append(_C.team.in_(tuple(wanted.teams)))
    if wanted.queues:
        where.append(_C.queue.in_(tuple(wanted.queues)))
    if wanted.since_at is not None:
        where.append(_C.started_at >= wanted.since_at)
    if wanted.until_at is not None:
        where.append(_C.started_at < wanted.until_at)
    if wanted.submitted:
        where.append(_C.current.is_not(None))
    return where


class CardStore:
    """The tables of cards, versions and sheets."""

    def __init__(self, *, database: Database) -> None:
        """Work on `database`, whose tables exist."""
        self._database = database

    async def open(self, card: Card, sheet: Sheet) -> None:
        """Keep a new card with its first draft; raise `Refused` (`has_card`) where there is one already."""
        try:
            async with self._database.session() as work:
                await self._keep_sheet(work, sheet)
                await work.execute(insert(quality_cards), _card_row(card))
                for version in card.versions:
                    await work.execute(insert(quality_versions), _version_row(card.card, version))
        except IntegrityError:
            raise Refused("There is a card of this talk already.", code="has_card") from None

    async def one(self, card: str) -> Card | None:
        """Return one card, or None."""
        return _first(await self._read(_C.id == card))

    async def of_calls(self, calls: Iterable[CallId]) -> dict[CallId, Card]:
        """Return the ordinary cards of these talks."""
        found = await self._read(_C.call.in_(tuple(calls)), _C.calibration.is_(None))
        return {one.call: one for one in found}

    async def of_calibration(self, calibration: str) -> tuple[Card, ...]:
        """Return the further cards of a calibration, in the order in which they were opened."""
        return await self._read(_C.calibration == calibration)

    async def listed(self, wanted: CardsWanted) -> tuple[Card, ...]:
        """Return the newest cards that are `wanted`, at most `CARDS_MAX`, by when their talk began."""
        return await self._read(*conditions(wanted))

    async def sheets(self, versions: Iterable[str]) -> dict[str, Sheet]:
        """Return the sheets of these versions."""
        query = select(quality_sheets).where(_S.version.in_(set(versions)))
        async with self._database.read_session() as work:
            rows = (await work.execute(query)).all()
        return {row.version: from_text(row.body) for row in rows}

    async def save(self, card: Card, version: Version, sheet: Sheet) -> None:
        """Keep a draft in the place of its author's earlier one."""
        try:
            async with self._database.session() as work:
                await _check_unmoved(work, card)
                await self._keep_sheet(work, sheet)
                await self._put(work, card, version)
        except IntegrityError:
            raise Refused("Somebody else corrects this card.", code="changed_meanwhile") from None

    async def submit(self, card: Card, version: Version, sheet: Sheet) -> CardState:
        """Have a version count from now on; return where the card stands then."""
        state = moved(card.state, card.submits)
        feedback = card.feedback
        if card.state is CardState.DISPUTED:
            feedback = Feedback(
                comment=feedback.comment,
                dispute=feedback.dispute,
                disputed_at=feedback.disputed_at,
                answer=version.reason,
                answered_by=version.author,
                answered_at=version.submitted_at,
            )
        values = {"state": state.value, "current": version.number, **_feedback_row(feedback)}
        try:
            async with self._database.session() as work:
                await _change(work, card, values)
                await self._keep_sheet(work, sheet)
                await self._put(work, card, version)
        except IntegrityError:
            raise Refused("Somebody else corrects this card.", code="changed_meanwhile") from None
        return state

    async def discard(self, card: Card) -> None:
        """Throw the draft away, with the card where nothing was ever submitted."""
        async with self._database.session() as work:
            await _check_unmoved(work, card)
            if card.current is None:
                await work.execute(delete(quality_cards).where(_C.id == card.card))
            else:
                await work.execute(
                    delete(quality_versions).where(_V.card == card.card, _V.submitted_at.is_(None))
                )

    async def move(self, card: Card, cause: CardCause, feedback: Feedback) -> CardState:
        """Note what was said of a card; return where it stands then."""
        state = moved(card.state, cause)
        async with self._database.session() as work:
            await _change(work, card, {"state": state.value, **_feedback_row(feedback)})
        return state

    async def _keep_sheet(self, work: AsyncConnection, sheet: Sheet) -> None:
        row = self._database.insert(quality_sheets).values(version=sheet.version, body=to_text(sheet))
        await work.execute(row.on_conflict_do_nothing(index_elements=["version"]))

    async def _put(self, work: AsyncConnection, card: Card, version: Version) -> None:
        own = (_V.card == card.card, _V.author == version.author, _V.submitted_at.is_(None))
        await work.execute(delete(quality_versions).where(*own))
        await work.execute(insert(quality_versions), _version_row(card.card, version))

    async def _read(self, *where: ColumnElement[bool]) -> tuple[Card, ...]:
        query = select(quality_cards).where(*where).order_by(_C.started_at.desc(), _C.made_at, _C.id)
        async with self._database.read_session() as work:
            cards = (await work.execute(query.limit(CARDS_MAX))).all()
            of_these = _V.card.in_([one.id for one in cards])
            versions = (
                await work.execute(select(quality_versions).where(of_these).order_by(_V.card, _V.number))
            ).all()
        by_card: dict[str, list[Version]] = {}
        for one in versions:
            by_card.setdefault(one.card, []).append(_version(one))
        return tuple(_card(one, by_card.get(one.id, ())) for one in cards)


async def _check_unmoved(work: AsyncConnection, card: Card) -> None:
    """Raise `Refused` where the card is not as it was read; it stays so until the transaction ends."""
    await _change(work, card, {"state": card.state.value})


async def _change(work: AsyncConnection, card: Card, values: dict[str, Any]) -> None:
    number = None if card.current is None else card.current.number
    as_read = (_C.id == card.card, _C.state == card.state.value, _C.current.is_not_distinct_from(number))
    changed = await work.execute(update(quality_cards).where(*as_read).values(**values))
    if changed.rowcount == 0:
        raise Refused("The card has changed since it was read.", code="changed_meanwhile")


def _first(cards: tuple[Card, ...]) -> Card | None:
    return cards[0] if cards else None


def _card_row(card: Card) -> dict[str, Any]:
    return {
        "id": card.card,
        "known_as": card.call if card.calibration is None else f"{card.calibration} {card.made_by}",
        "call": card.call,
        "agent": card.agent,
        "team": card.team,
        "queue": card.queue,
        "started_at": card.started_at,
        "is_callback": card.is_callback,
        "origin": card.origin.value,
        "reason": card.reason,
        "calibration": card.calibration,
        "made_by": card.made_by,
        "made_at": card.made_at,
        "state": card.state.value,
        "current": None,
        **_feedback_row(card.feedback),
    }


def _feedback_row(feedback: Feedback) -> dict[str, Any]:
    return {
        "comment": feedback.comment,
        "acknowledged_at": feedback.acknowledged_at,
        "dispute": feedback.dispute,
        "disputed_at": feedback.disputed_at,
        "answer": feedback.answer,
        "answered_by": feedback.answered_by,
        "answered_at": feedback.answered_at,
    }


def _version_row(card: str, version: Version) -> dict[str, Any]:
    return {
        "card": card,
        "number": version.number,
        "sheet": version.sheet,
        "author": version.author,
        "answers": [[one.question, one.points, one.na, one.comment] for one in version.answers],
        "note": version.note,
        "reason": version.reason,
        "saved_at": version.saved_at,
        "submitted_at": version.submitted_at,
        "percent": version.percent,
        "failed": version.failed,
    }


def read_answers(rows: Iterable[Any]) -> tuple[Given, ...]:
    """Return answers as the store has them."""
    return tuple(
        Given(question=question, points=points, na=na, comment=comment)
        for question, points, na, comment in rows
    )


def _version(row: Any) -> Version:
    return Version(
        number=row.number,
        sheet=row.sheet,
        author=AgentId(row.author),
        answers=read_answers(row.answers),
        note=row.note,
        reason=row.reason,
        saved_at=row.saved_at,
        submitted_at=row.submitted_at,
        percent=row.percent,
        failed=row.failed,
    )


def _card(row: Any, versions: Iterable[Version]) -> Card:
    return Card(
        card=row.id,
        call=CallId(row.call),
        agent=AgentId(row.agent),
        team=row.team,
        queue=None if row.queue is None else QueueId(row.queue),
        started_at=row.started_at,
        is_callback=row.is_callback,
        origin=Origin(row.origin),
        reason=row.reason,
        calibration=row.calibration,
        made_by=AgentId(row.made_by),
        made_at=row.made_at,
        state=CardState(row.state),
        versions=tuple(versions),
        feedback=Feedback(
            comment=row.comment,
            acknowledged_at=row.acknowledged_at,
            dispute=row.dispute,
            disputed_at=row.disputed_at,
            answer=row.answer,
            answered_by=None if row.answered_by is None else AgentId(row.answered_by),
            answered_at=row.answered_at,
        ),
    )
