"""Cards as leaders fill them in: opened for a talk, kept as drafts, submitted, corrected, upheld."""

from dataclasses import dataclass, replace
from http import HTTPStatus

from aiohttp import web

from agent_desktop.keys import BUS, CLOCK, FEED, QUALITY, ZONE
from agent_desktop.problem import Problem
from agent_desktop.quality.answer import card_answer
from agent_desktop.quality.card import Card, CardCause, Origin, Version
from agent_desktop.quality.card_store import CardsWanted
from agent_desktop.quality.period import week_of
from agent_desktop.quality.schemas import (
    CardAnswer,
    CardRow,
    CardsQuery,
    NewCardBody,
    UpholdBody,
    VersionBody,
)
from agent_desktop.quality.scoped import check_card, check_plain_card, hidden_of, names_of, sees
from agent_desktop.quality.sheet import Given, Sheet, mistakes, score
from agent_desktop.quality.shown import card_row
from agent_desktop.routes import LEADERS, STAFF, Asked, Route, json_response
from agent_desktop.scoped import check_call
from agent_desktop.users import Role
from contact.finished_talks import GetTalk
from contact.ids import AgentId, CallId, QueueId, is_callback
from contact.times import Seconds

PERIOD_S = 90 * 86_400.0
"""Without another wish cards of talks of the last so long are meant."""


async def listed(asked: Asked) -> list[CardRow]:
    """List the cards in the asker's scope; drafts of others without what stands in them."""
    app, query, scope = asked.request.app, asked.asked_for(CardsQuery), asked.user.scope
    wanted = CardsWanted(
        agent=AgentId(query.agent) if query.agent else None,
        teams=scope.teams,
        queues=scope.queues,
        since_at=app[CLOCK].now() - PERIOD_S if query.since is None else query.since,
        until_at=query.until,
    )
    found = await app[QUALITY].cards.listed(wanted)
    names, hidden = await names_of(asked), await hidden_of(asked, found)
    return [card_row(one, names, hidden=one.card in hidden) for one in found]


async def show(asked: Asked) -> CardAnswer:
    """Show one card; that a leader looked at it is written down."""
    card = await check_card(asked)
    if asked.user.role is not Role.AGENT:
        await asked.audit("quality.card_seen", card.card, card.call)
    return await card_answer(asked, card)


async def open_card(asked: Asked) -> web.Response:
    """Open the card of a talk, or the one that there is already."""
    desk, body = asked.request.app[QUALITY], asked.read(NewCardBody)
    call = CallId(body.call)
    known = (await desk.cards.of_calls([call])).get(call)
    if known is not None:
        if not sees(asked, known):
            raise _no_talk()
        return json_response(await card_answer(asked, known))
    if desk.rules is None:
        raise Problem(HTTPStatus.CONFLICT, "no_sheet", "The city has no score sheet (quality.toml).")
    card = await _new_card(asked, call, body.reason, desk.rules.sheet)
    await desk.cards.open(card, desk.rules.sheet)
    await asked.audit("quality.card_opened", card.card, f"{card.call} {card.origin} {card.reason}".strip())
    return json_response(await card_answer(asked, card), status=HTTPStatus.CREATED)


async def save(asked: Asked) -> CardAnswer:
    """Keep what is filled in so far; on a submitted card it is the draft of a correction."""
    card, sheet, version = await _filled_in(asked, whole=False)
    await asked.request.app[QUALITY].cards.save(card, version, sheet)
    await asked.audit("quality.card_saved", card.card)
    return await card_answer(asked, await check_card(asked))


async def submit(asked: Asked) -> CardAnswer:
    """Submit a card, or the correction of a submitted one with its reason."""
    card, sheet, version = await _filled_in(asked, whole=True)
    await asked.request.app[QUALITY].cards.submit(card, version, sheet)
    action = "quality.card_submitted" if card.submits is CardCause.SUBMIT else "quality.card_corrected"
    await asked.audit(action, card.card, f"{card.agent} {version.reason}".strip())
    return await card_answer(asked, await check_card(asked))


async def discard(asked: Asked) -> None:
    """Throw one's own draft away."""
    card = await check_card(asked)
    if card.draft is None or card.draft.author != asked.user.login:
        raise Problem(HTTPStatus.CONFLICT, "not_now", "There is no draft of yours.")
    await asked.request.app[QUALITY].cards.discard(card)
    await asked.audit("quality.card_discarded", card.card, card.agent)


async def uphold(asked: Asked) -> CardAnswer:
    """Answer a dispute in words; the score stays."""
    card, app = await check_plain_card(asked), asked.request.app
    said = replace(
        card.feedback,
        answer=asked.read(UpholdBody).answer,
        answered_by=asked.user.login,
        answered_at=app[CLOCK].now(),
    )
    await app[QUALITY].cards.move(card, CardCause.UPHOLD, said)
    await asked.audit("quality.dispute_answered", card.card, card.agent)
    return await card_answer(asked, await check_card(asked))


async def _new_card(asked: Asked, call: CallId, reason: str, sheet: Sheet) -> Card:
    """Return the card of a talk that the asker oversees."""
    app, login = asked.request.app, asked.user.login
    now, talk = app[CLOCK].now(), await _talk(asked, call)
    origin = await _origin(asked, talk)
    if origin is Origin.CHOSEN and not reason:
        raise _invalid({"reason": "say why a talk that was not drawn is reviewed"})
    return Card(
        card=app[QUALITY].new_id(),
        call=call,
        agent=talk.agent,
        team=app[FEED].teams.get(talk.agent, ""),
        queue=talk.queue,
        started_at=talk.started_at,
        is_callback=is_callback(call),
        origin=origin,
        reason="" if origin is Origin.DRAWN else reason,
        made_by=login,
        made_at=now,
        versions=(Version(number=1, sheet=sheet.version, author=login, saved_at=now),),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class _Talk:
    """A talk that a card can be opened for: over, or `heard` live by who asks."""

    call: CallId
    agent: AgentId
    queue: QueueId | None
    started_at: Seconds
    heard: bool


async def _talk(asked: Asked, call: CallId) -> _Talk:
    """Return a talk that the asker oversees: one they listen to, or one that is over."""
    app = asked.request.app
    live = app[FEED].calls.get(call)
    if live is not None and live.agent is not None and live.place == "talking":
        check_call(asked, call)
        if not app[QUALITY].listens(asked.user.login, call):
            detail = "This talk goes on: listen to it, or wait until it is over."
            raise Problem(HTTPStatus.CONFLICT, "talk_not_over", detail)
        return _Talk(call=call, agent=live.agent, queue=live.queue, started_at=live.since_at, heard=True)
    talk = await app[BUS].request(GetTalk(call=call))
    scope = asked.user.scope
    if talk is None or not app[FEED].has_agent(scope, talk.agent) or not scope.has_queue(talk.queue):
        raise _no_talk()
    return _Talk(call=call, agent=talk.agent, queue=talk.queue, started_at=talk.connected_at, heard=False)


async def _origin(asked: Asked, talk: _Talk) -> Origin:
    if talk.heard:
        return Origin.LISTENED
    app = asked.request.app
    draws = await app[QUALITY].draws.of_week(week_of(talk.started_at, app[ZONE]).name, {talk.agent})
    is_drawn = any(pick.call == talk.call for one in draws for pick in one.draw.picks)
    return Origin.DRAWN if is_drawn else Origin.CHOSEN


async def _filled_in(asked: Asked, *, whole: bool) -> tuple[Card, Sheet, Version]:
    """Return the card, its sheet and what was filled in, checked."""
    card, body, login = await check_card(asked), asked.read(VersionBody), asked.user.login
    if card.draft is not None and card.draft.author != login:
        raise Problem(HTTPStatus.CONFLICT, "being_written", "Somebody else is writing this card.")
    if card.draft is None:
        await check_plain_card(asked)
    if card.calibration is not None:
        await _check_open(asked, card.calibration)
    name = card.versions[0].sheet
    sheet = (await asked.request.app[QUALITY].cards.sheets({name}))[name]
    answers = {
        question: Given(question=question, points=one.points, na=one.na, comment=one.comment)
        for question, one in body.answers.items()
    }
    wrong = {f"answers.{name}": why for name, why in mistakes(sheet, answers, whole=whole).items()}
    if whole and card.submits is CardCause.CORRECT and not body.reason:
        wrong["reason"] = "say why the card is corrected"
    if wrong:
        raise _invalid(wrong)
    now, made = asked.request.app[CLOCK].now(), score(sheet, answers)
    version = Version(
        number=1 if card.current is None else card.current.number + 1,
        sheet=name,
        author=login,
        answers=tuple(answers.values()),
        note=body.note,
        reason=body.reason,
        saved_at=now,
        submitted_at=now if whole else None,
        percent=made.percent if whole else None,
        failed=whole and made.failed,
    )
    return card, sheet, version


async def _check_open(asked: Asked, calibration: str) -> None:
    found = await asked.request.app[QUALITY].calibrations.one(calibration)
    if found is None or found.closed_at is not None:
        raise Problem(HTTPStatus.CONFLICT, "closed_already", "This calibration is closed.")


def _invalid(wrong: dict[str, str]) -> Problem:
    field, why = next(iter(wrong.items()))
    errors = [{"field": name, "message": message} for name, message in wrong.items()]
    return Problem(HTTPStatus.UNPROCESSABLE_ENTITY, "invalid", f"{field}: {why}", errors=errors)


def _no_talk() -> Problem:
    detail = "There is no such talk that is over among those you may see."
    return Problem(HTTPStatus.NOT_FOUND, "no_such_talk", detail)


_CARDS = "/api/v1/quality/cards"
_PROBLEMS = (HTTPStatus.NOT_FOUND, HTTPStatus.CONFLICT, HTTPStatus.SERVICE_UNAVAILABLE)
ROUTES = (
    Route(
        method="GET",
        path=_CARDS,
        handler=listed,
        summary="Cards in the asker's scope, by when their talk began, the newest first",
        roles=LEADERS,
        tag="quality",
        query=CardsQuery,
        answer=list[CardRow],
    ),
    Route(
        method="POST",
        path=_CARDS,
        handler=open_card,
        summary="Open the card of a talk; 200 with the one that there is",
        roles=LEADERS,
        tag="quality",
        body=NewCardBody,
        answer=CardAnswer,
        status=HTTPStatus.CREATED,
        also=(HTTPStatus.OK,),
        problems=_PROBLEMS,
    ),
    Route(
        method="GET",
        path=f"{_CARDS}/{{id}}",
        handler=show,
        summary="One card with its talk; consultants see their own submitted ones",
        roles=STAFF,
        tag="quality",
        answer=CardAnswer,
        problems=(HTTPStatus.NOT_FOUND,),
    ),
    Route(
        method="PUT",
        path=f"{_CARDS}/{{id}}/draft",
        handler=save,
        summary="Keep what is filled in so far; on a submitted card, the draft of a correction",
        roles=LEADERS,
        tag="quality",
        body=VersionBody,
        answer=CardAnswer,
        problems=_PROBLEMS,
    ),
    Route(
        method="DELETE",
        path=f"{_CARDS}/{{id}}/draft",
        handler=discard,
        summary="Throw one's own draft away, with the card where nothing was submitted",
        roles=LEADERS,
        tag="quality",
        status=HTTPStatus.NO_CONTENT,
        problems=_PROBLEMS,
    ),
    Route(
        method="POST",
        path=f"{_CARDS}/{{id}}/submit",
        handler=submit,
        summary="Submit a card; on a submitted one a corrected version, with its reason",
        roles=LEADERS,
        tag="quality",
        body=VersionBody,
        answer=CardAnswer,
        problems=_PROBLEMS,
    ),
    Route(
        method="POST",
        path=f"{_CARDS}/{{id}}/uphold",
        handler=uphold,
        summary="Answer a dispute: the score stays",
        roles=LEADERS,
        tag="quality",
        body=UpholdBody,
        answer=CardAnswer,
        problems=_PROBLEMS,
    ),
)
