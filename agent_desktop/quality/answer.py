"""A whole card as one person gets it: what they may see of it, with the talk as the bridge knows it."""

from agent_desktop.keys import BUS, QUALITY, ZONE
from agent_desktop.quality.card import Card, Feedback, Origin
from agent_desktop.quality.period import week_of
from agent_desktop.quality.schemas import CardAnswer, TalkRow, WhyRow
from agent_desktop.quality.scoped import is_blind, names_of
from agent_desktop.quality.shown import (
    card_row,
    feedback_row,
    may_do,
    sheet_answer,
    talk_row,
    version_row,
    why_row,
)
from agent_desktop.routes import Asked
from agent_desktop.scoped import cases_in_scope
from agent_desktop.users import Role
from contact.case_requests import CasesOfCall
from contact.errors import NotAvailable
from contact.finished_talks import GetTalk


async def card_answer(asked: Asked, card: Card) -> CardAnswer:
    """Return `card`, which the asker sees."""
    desk, login = asked.request.app[QUALITY], asked.user.login
    sheet = (await desk.cards.sheets({card.versions[0].sheet}))[card.versions[0].sheet]
    names = await names_of(asked)
    calibration = None
    if asked.user.role is not Role.AGENT:
        calibration = (await desk.calibrations.of_cards({card.card})).get(card.card)
    hidden = calibration is not None and await is_blind(asked, calibration, card)
    current, draft = card.current, card.draft
    earlier = () if hidden else tuple(one for one in card.versions if one not in (current, draft))
    is_mine = draft is not None and draft.author == login
    return CardAnswer(
        **card_row(card, names, hidden=hidden).model_dump(),
        reason=card.reason,
        why=await _why(asked, card),
        sheet=sheet_answer(sheet),
        current=None if current is None or hidden else version_row(current, sheet, names),
        draft=version_row(draft, sheet, names) if draft is not None and is_mine else None,
        earlier=[version_row(one, sheet, names) for one in earlier],
        feedback=feedback_row(Feedback() if hidden else card.feedback, names),
        talk=await _talk(asked, card),
        calibration=None if calibration is None else calibration.calibration,
        blind=card.calibration is not None,
        may=may_do(card, login, hidden=hidden, calibrated=calibration is not None),
    )


async def _why(asked: Asked, card: Card) -> WhyRow | None:
    if card.origin is not Origin.DRAWN:
        return None
    app = asked.request.app
    week = week_of(card.started_at, app[ZONE]).name
    for drawn in await app[QUALITY].draws.of_week(week, {card.agent}):
        for pick in drawn.draw.picks:
            if pick.call == card.call:
                return why_row(drawn, pick)
    return None


async def _talk(asked: Asked, card: Card) -> TalkRow | None:
    """Return the talk, None where it goes on, the store has lost it, or nobody answers."""
    bus = asked.request.app[BUS]
    try:
        talk = await bus.request(GetTalk(call=card.call))
        cases = () if talk is None else await bus.request(CasesOfCall(call=card.call))
    except NotAvailable:
        return None
    return None if talk is None else talk_row(talk, cases_in_scope(asked, cases))
