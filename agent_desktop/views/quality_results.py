"""What submitted cards say of teams, queues and questions; of consultants only to who leads them."""

import csv
import io
from http import HTTPStatus

from aiohttp import web

from agent_desktop.keys import CLOCK, FEED, QUALITY
from agent_desktop.quality.card_store import CardsWanted
from agent_desktop.quality.results import By, results
from agent_desktop.quality.schemas import ResultRow, ResultsAnswer, ResultsQuery
from agent_desktop.quality.scoped import names_of
from agent_desktop.quality.shown import result_row
from agent_desktop.routes import LEADERS, READERS, Asked, Route
from agent_desktop.views.changes import cell
from agent_desktop.views.quality_cards import PERIOD_S
from contact.ids import AgentId, QueueId

_COLUMNS = (
    "by",
    "id",
    "name",
    "cards",
    "mean",
    "standard_error",
    "critical_misses",
    "acknowledged",
    "enough",
)


async def show(asked: Asked) -> ResultsAnswer:
    """Show the results of a period."""
    query, now = asked.asked_for(ResultsQuery), asked.request.app[CLOCK].now()
    until = now if query.until is None else query.until
    since = until - PERIOD_S if query.since is None else query.since
    return ResultsAnswer(since=since, until=until, results=await _results(asked, query, since, until))


async def export(asked: Asked) -> web.Response:
    """Send the results of a period as CSV, and note that somebody took them."""
    found = await show(asked)
    await asked.audit("quality.results_exported", detail=f"{len(found.results)} rows")
    text = io.StringIO()
    rows = csv.writer(text)
    rows.writerow(_COLUMNS)
    for one in found.results:
        figures = (one.count, one.mean, one.error, one.misses, one.acknowledged)
        shown = ("" if value is None else f"{value:.4g}" for value in figures)
        name = one.words.get("pl", one.name)
        rows.writerow([one.by, cell(one.name), cell(name), *shown, "yes" if one.enough else "no"])
    return web.Response(
        body=text.getvalue().encode("utf-8-sig"),
        content_type="text/csv",
        charset="utf-8",
        headers={"Content-Disposition": 'attachment; filename="quality.csv"'},
    )


async def _results(asked: Asked, query: ResultsQuery, since: float, until: float) -> list[ResultRow]:
    desk, scope = asked.request.app[QUALITY], asked.user.scope
    wanted = CardsWanted(
        teams=scope.teams, queues=scope.queues, since_at=since, until_at=until, submitted=True
    )
    counted = await desk.counted(wanted, drawn_only=query.drawn)
    sheets = await desk.cards.sheets({one.sheet for one in counted})
    found = results(counted, sheets, agents=asked.user.role in LEADERS)
    words: dict[tuple[By, str], dict[str, str]] = {}
    for sheet in sheets.values():
        words |= {(By.QUESTION, one.question): dict(one.words) for one in sheet.questions}
    if desk.rules is not None:
        words |= {(By.QUESTION, one.question): dict(one.words) for one in desk.rules.sheet.questions}
    names, queues = await names_of(asked), asked.request.app[FEED].queues
    for one in found:
        if one.by is By.AGENT:
            name = names.get(AgentId(one.name), one.name)
            words[one.by, one.name] = {"pl": name, "en": name}
        elif one.by is By.QUEUE and (queue := queues.get(QueueId(one.name))) is not None:
            words[one.by, one.name] = dict(queue.names)
    return [result_row(one, words) for one in found]


_RESULTS = "/api/v1/quality/results"
_PROBLEMS = (HTTPStatus.UNPROCESSABLE_ENTITY, HTTPStatus.SERVICE_UNAVAILABLE)
ROUTES = (
    Route(
        method="GET",
        path=_RESULTS,
        handler=show,
        summary="Results by team, queue and question, and for leaders by consultant",
        roles=READERS,
        tag="quality",
        query=ResultsQuery,
        answer=ResultsAnswer,
        problems=_PROBLEMS,
    ),
    Route(
        method="GET",
        path=f"{_RESULTS}.csv",
        handler=export,
        summary="The same as CSV",
        roles=READERS,
        tag="quality",
        query=ResultsQuery,
        media_type="text/csv",
        problems=_PROBLEMS,
    ),
)
