"""The score sheet in force, and which talks are to be reviewed; with every other route of quality cards."""

from datetime import date
from http import HTTPStatus

from agent_desktop.keys import CLOCK, QUALITY, USERS, ZONE
from agent_desktop.problem import Problem
from agent_desktop.quality.card import Card
from agent_desktop.quality.draw_store import DrawnWeek
from agent_desktop.quality.period import Week, week_before, week_from, week_of
from agent_desktop.quality.schemas import AgentReviews, PickRow, ReviewsAnswer, ReviewsQuery, RulesAnswer
from agent_desktop.quality.scoped import hidden_of
from agent_desktop.quality.shown import card_row, sheet_answer, why_row
from agent_desktop.routes import EVERYBODY, LEADERS, Asked, Route
from agent_desktop.users import Role, User
from agent_desktop.views import quality_calibrations, quality_cards, quality_own, quality_results
from contact.ids import AgentId, CallId

_MONDAY = 0


async def rules(asked: Asked) -> RulesAnswer:
    """Show the sheet and the rule of the draw, which everybody who is scored by them may know."""
    found = asked.request.app[QUALITY].rules
    if found is None:
        raise Problem(HTTPStatus.NOT_FOUND, "no_sheet", "The city has no score sheet (quality.toml).")
    rule = found.rule
    return RulesAnswer(
        sheet=sheet_answer(found.sheet),
        talks_per_week=rule.talks_per_week,
        talks_per_day_max=rule.talks_per_day_max,
        talk_s_min=rule.talk_s_min,
        callback_share=rule.callback_share,
        queue_weights={str(queue): weight for queue, weight in rule.queue_weights.items()},
        keep_months=found.keep_months,
    )


async def reviews(asked: Asked) -> ReviewsAnswer:
    """List the talks of a week that were drawn, consultant by consultant in the asker's scope."""
    app = asked.request.app
    week, desk = _week(asked), app[QUALITY]
    people = {one.login: one for one in await app[USERS].list_all()}
    mine = [one.login for one in people.values() if one.role is Role.AGENT and _oversees(asked, one)]
    drawn = await desk.draws.of_week(week.name, mine)
    cards = await desk.cards.of_calls(pick.call for one in drawn for pick in one.draw.picks)
    hidden = await hidden_of(asked, cards.values())
    return ReviewsAnswer(
        week=week.name,
        begins_at=week.begins_at,
        ends_at=week.ends_at,
        weeks=list(await desk.draws.weeks()),
        agents=[_agent_reviews(asked, one, people, cards, hidden) for one in drawn],
    )


def _week(asked: Asked) -> Week:
    zone, wanted = asked.request.app[ZONE], asked.asked_for(ReviewsQuery).week
    if not wanted:
        return week_before(week_of(asked.request.app[CLOCK].now(), zone), zone)
    try:
        monday = date.fromisoformat(wanted)
    except ValueError:
        monday = None
    if monday is None or monday.weekday() != _MONDAY:
        errors = [{"field": "week", "message": "must be the date of a Monday"}]
        detail = "week: must be the date of a Monday"
        raise Problem(HTTPStatus.UNPROCESSABLE_ENTITY, "invalid", detail, errors=errors)
    return week_from(monday, zone)


def _oversees(asked: Asked, person: User) -> bool:
    return asked.user.scope.has_team(person.team)


def _agent_reviews(
    asked: Asked,
    drawn: DrawnWeek,
    people: dict[AgentId, User],
    cards: dict[CallId, Card],
    hidden: set[str],
) -> AgentReviews:
    names = {login: one.name for login, one in people.items()}
    person = people[drawn.agent]
    return AgentReviews(
        agent=drawn.agent,
        name=person.name,
        team=person.team,
        talks=drawn.draw.talks,
        eligible=drawn.draw.eligible,
        picks=[
            PickRow(
                call=pick.call,
                queue=pick.queue,
                started_at=pick.started_at,
                talk_s=pick.talk_s,
                callback=pick.is_callback,
                why=why_row(drawn, pick),
                card=None if card is None else card_row(card, names, hidden=card.card in hidden),
            )
            for pick in drawn.draw.picks
            if asked.user.scope.has_queue(pick.queue)
            for card in (cards.get(pick.call),)
        ],
    )


ROUTES = (
    Route(
        method="GET",
        path="/api/v1/quality/sheet",
        handler=rules,
        summary="The score sheet in force, and the rule by which talks are drawn",
        roles=EVERYBODY,
        tag="quality",
        answer=RulesAnswer,
        problems=(HTTPStatus.NOT_FOUND,),
    ),
    Route(
        method="GET",
        path="/api/v1/quality/reviews",
        handler=reviews,
        summary="Talks to be reviewed: what was drawn of a week, and the cards there are",
        roles=LEADERS,
        tag="quality",
        query=ReviewsQuery,
        answer=ReviewsAnswer,
        problems=(HTTPStatus.UNPROCESSABLE_ENTITY,),
    ),
    *quality_cards.ROUTES,
    *quality_own.ROUTES,
    *quality_calibrations.ROUTES,
    *quality_results.ROUTES,
)
