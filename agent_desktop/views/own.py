"""What belongs to one user: their favourites in the directory, and their own day."""

from http import HTTPStatus

from agent_desktop.day import bounds_of_day
from agent_desktop.desk_schemas import FavouriteRow, FavouritesAnswer, FavouritesBody, OwnDayAnswer
from agent_desktop.favourites import Favourite
from agent_desktop.keys import BUS, CLOCK, FAVOURITES, FEED, OWN_DAYS, ZONE
from agent_desktop.routes import AGENTS, EVERYBODY, Asked, Route
from contact.agent_day import AgentDay
from contact.errors import NotAvailable


async def favourites(asked: Asked) -> FavouritesAnswer:
    """List the user's favourites."""
    found = await asked.request.app[FAVOURITES].of(asked.user.login)
    return FavouritesAnswer(
        favourites=[FavouriteRow.model_validate({"kind": one.kind, "target": one.target}) for one in found]
    )


async def set_favourites(asked: Asked) -> FavouritesAnswer:
    """Make exactly these the user's favourites."""
    body = asked.read(FavouritesBody)
    wanted = tuple(Favourite(kind=one.kind, target=one.target) for one in body.favourites)
    await asked.request.app[FAVOURITES].replace(asked.user.login, wanted)
    return await favourites(asked)


async def own_day(asked: Asked) -> OwnDayAnswer:
    """Show the agent's calls, handling time and pauses of today."""
    app, login = asked.request.app, asked.user.login
    now = app[CLOCK].now()
    begins_at, ends_at = bounds_of_day(now, app[ZONE])
    own = app[OWN_DAYS].of(login, now)
    standing = app[FEED].agents.get(login)
    in_hand = None if standing is None else standing.state.call
    request = AgentDay(agent=login, begins_at=begins_at, ends_at=ends_at, in_hand=in_hand)
    try:
        tally = await app[BUS].request(request)
    except NotAvailable:
        tally = None
    aht_s = None
    if tally is not None and tally.calls and own.wrap_ups:
        aht_s = round(tally.talk_s / tally.calls + own.wrap_up_s / own.wrap_ups)
    return OwnDayAnswer(
        calls=None if tally is None else tally.calls,
        talk_s=None if tally is None else round(tally.talk_s),
        without_disposition=None if tally is None else tally.without_disposition,
        aht_s=aht_s,
        pause_s=round(own.pause_until(now)),
        since_at=own.since_at,
    )


_AWAY = HTTPStatus.SERVICE_UNAVAILABLE
ROUTES = (
    Route(
        method="GET",
        path="/api/v1/me/favourites",
        handler=favourites,
        summary="What I keep at the top of the directory",
        roles=EVERYBODY,
        tag="session",
        answer=FavouritesAnswer,
        problems=(_AWAY,),
    ),
    Route(
        method="PUT",
        path="/api/v1/me/favourites",
        handler=set_favourites,
        summary="Keep exactly these at the top of the directory",
        roles=EVERYBODY,
        tag="session",
        body=FavouritesBody,
        answer=FavouritesAnswer,
        problems=(_AWAY,),
    ),
    Route(
        method="GET",
        path="/api/v1/me/day",
        handler=own_day,
        summary="My calls, handling time and pauses of today",
        roles=AGENTS,
        tag="session",
        answer=OwnDayAnswer,
    ),
)
