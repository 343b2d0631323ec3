"""Calibrations: a card that other leaders score anew without seeing it, and how they agree."""

from collections.abc import Mapping
from http import HTTPStatus

from agent_desktop.keys import CLOCK, QUALITY
from agent_desktop.problem import Problem
from agent_desktop.quality.agreement import Scoring, compare
from agent_desktop.quality.answer import card_answer
from agent_desktop.quality.calibration_store import Calibration
from agent_desktop.quality.card import Card, Version
from agent_desktop.quality.schemas import (
    CalibrationAnswer,
    CalibrationBody,
    CalibrationRow,
    CardAnswer,
    ScoringRow,
)
from agent_desktop.quality.scoped import has_to_score, hidden_of, is_blind, names_of, sees
from agent_desktop.quality.shown import agreement_row, sheet_answer
from agent_desktop.routes import LEADERS, Asked, Route
from contact.ids import AgentId


async def listed(asked: Asked) -> list[CalibrationRow]:
    """List the calibrations of cards in the asker's scope."""
    desk, names = asked.request.app[QUALITY], await names_of(asked)
    rows = []
    for one in await desk.calibrations.all():
        card = await desk.cards.one(one.card)
        if card is not None and sees(asked, card):
            rows.append(await _row(asked, one, card, names))
    return rows


async def make(asked: Asked) -> CalibrationRow:
    """Have other leaders score a submitted card anew."""
    app, body = asked.request.app, asked.read(CalibrationBody)
    card = await app[QUALITY].cards.one(body.card)
    if card is None or not sees(asked, card) or card.calibration is not None:
        raise Problem(HTTPStatus.NOT_FOUND, "no_such_card", "There is no such card among those you may see.")
    if card.current is None or await hidden_of(asked, [card]):
        raise Problem(HTTPStatus.CONFLICT, "not_now", "This card is not submitted.")
    made = Calibration(
        calibration=app[QUALITY].new_id(),
        card=card.card,
        version=card.current.number,
        note=body.note,
        made_by=asked.user.login,
        made_at=app[CLOCK].now(),
    )
    await app[QUALITY].calibrations.make(made)
    await asked.audit("quality.calibration_made", made.calibration, f"{card.card} {body.note}".strip())
    return await _row(asked, made, card, await names_of(asked))


async def show(asked: Asked) -> CalibrationAnswer:
    """Show a calibration, and the comparison to whoever may see it."""
    calibration, card = await _found(asked)
    desk, names = asked.request.app[QUALITY], await names_of(asked)
    row = await _row(asked, calibration, card, names)
    sheet = (await desk.cards.sheets({card.versions[0].sheet}))[card.versions[0].sheet]
    further = await desk.cards.of_calibration(calibration.calibration)
    first = next(one for one in card.versions if one.number == calibration.version)
    versions = (first, *(one.current for one in further if one.current is not None)) if row.shown else ()
    agreement = compare(sheet, [_scoring(one) for one in versions])
    return CalibrationAnswer(
        **row.model_dump(),
        sheet=sheet_answer(sheet),
        scorings=[
            ScoringRow(
                author=one.author,
                author_name=names.get(one.author, one.author),
                percent=percent,
                note=one.note,
            )
            for one, percent in zip(versions, agreement.percents, strict=True)
        ],
        questions=[agreement_row(one) for one in agreement.questions],
        exact=agreement.exact,
        mean=agreement.mean,
        deviation=agreement.deviation,
    )


async def score_blind(asked: Asked) -> CardAnswer:
    """Open the asker's own card of a calibration, or the one that there is."""
    calibration, source = await _found(asked)
    app, login = asked.request.app, asked.user.login
    for one in await app[QUALITY].cards.of_calibration(calibration.calibration):
        if one.made_by == login:
            return await card_answer(asked, one)
    if not await is_blind(asked, calibration, source):
        raise Problem(HTTPStatus.CONFLICT, "not_now", "This is closed, or you scored the talk yourself.")
    now, name = app[CLOCK].now(), source.versions[0].sheet
    card = Card(
        card=app[QUALITY].new_id(),
        call=source.call,
        agent=source.agent,
        team=source.team,
        queue=source.queue,
        started_at=source.started_at,
        is_callback=source.is_callback,
        origin=source.origin,
        calibration=calibration.calibration,
        made_by=login,
        made_at=now,
        versions=(Version(number=1, sheet=name, author=login, saved_at=now),),
    )
    await app[QUALITY].cards.open(card, (await app[QUALITY].cards.sheets({name}))[name])
    await asked.audit("quality.calibration_scored", calibration.calibration, card.card)
    return await card_answer(asked, card)


async def close(asked: Asked) -> None:
    """End a calibration: nobody scores it any more, every leader sees the comparison."""
    calibration, card = await _found(asked)
    if await is_blind(asked, calibration, card):
        raise Problem(HTTPStatus.FORBIDDEN, "blind", "Score this talk first, or leave it to who did.")
    now, login = asked.request.app[CLOCK].now(), asked.user.login
    await asked.request.app[QUALITY].calibrations.close(calibration.calibration, by=login, at=now)
    await asked.audit("quality.calibration_closed", calibration.calibration)


async def _found(asked: Asked) -> tuple[Calibration, Card]:
    desk = asked.request.app[QUALITY]
    found = await desk.calibrations.one(asked.request.match_info["id"])
    card = None if found is None else await desk.cards.one(found.card)
    if found is None or card is None or not sees(asked, card):
        detail = "There is no such calibration among those you may see."
        raise Problem(HTTPStatus.NOT_FOUND, "no_such_calibration", detail)
    return found, card


async def _row(
    asked: Asked, calibration: Calibration, card: Card, names: Mapping[AgentId, str]
) -> CalibrationRow:
    login = asked.user.login
    further = await asked.request.app[QUALITY].cards.of_calibration(calibration.calibration)
    own = next((one for one in further if one.made_by == login), None)
    mine = "none" if own is None else "draft" if own.current is None else "submitted"
    if login in {one.author for one in card.versions}:
        mine = "author"
    return CalibrationRow(
        id=calibration.calibration,
        card=card.card,
        call=card.call,
        agent=card.agent,
        agent_name=names.get(card.agent, card.agent),
        queue=card.queue,
        started_at=card.started_at,
        note=calibration.note,
        made_by=calibration.made_by,
        made_by_name=names.get(calibration.made_by, calibration.made_by),
        made_at=calibration.made_at,
        closed_at=calibration.closed_at,
        submitted=1 + sum(one.current is not None for one in further),
        mine=mine,
        shown=not has_to_score(login, calibration, card, further),
    )


def _scoring(version: Version) -> Scoring:
    return Scoring(author=version.author, answers=version.answers, note=version.note)


_CALIBRATIONS = "/api/v1/quality/calibrations"
_PROBLEMS = (HTTPStatus.NOT_FOUND, HTTPStatus.CONFLICT, HTTPStatus.SERVICE_UNAVAILABLE)
ROUTES = (
    Route(
        method="GET",
        path=_CALIBRATIONS,
        handler=listed,
        summary="Calibrations of cards in the asker's scope, the newest first",
        roles=LEADERS,
        tag="quality",
        answer=list[CalibrationRow],
    ),
    Route(
        method="POST",
        path=_CALIBRATIONS,
        handler=make,
        summary="Have other leaders score a submitted card anew, without seeing it",
        roles=LEADERS,
        tag="quality",
        body=CalibrationBody,
        answer=CalibrationRow,
        status=HTTPStatus.CREATED,
        problems=_PROBLEMS,
    ),
    Route(
        method="GET",
        path=f"{_CALIBRATIONS}/{{id}}",
        handler=show,
        summary="One calibration, with the comparison for whoever has scored",
        roles=LEADERS,
        tag="quality",
        answer=CalibrationAnswer,
        problems=_PROBLEMS,
    ),
    Route(
        method="POST",
        path=f"{_CALIBRATIONS}/{{id}}/card",
        handler=score_blind,
        summary="Open my own card of a calibration, or the one that there is",
        roles=LEADERS,
        tag="quality",
        answer=CardAnswer,
        problems=_PROBLEMS,
    ),
    Route(
        method="POST",
        path=f"{_CALIBRATIONS}/{{id}}/close",
        handler=close,
        summary="End a calibration; every leader sees the comparison then",
        roles=LEADERS,
        tag="quality",
        status=HTTPStatus.NO_CONTENT,
        problems=_PROBLEMS,
    ),
)
