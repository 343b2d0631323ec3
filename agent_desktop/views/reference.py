"""What a consultant looks up: scripts and articles, the map, where a point lies."""

from http import HTTPStatus

from agent_desktop.desk_schemas import CityMapAnswer, KnowledgeAnswer, LocatedAnswer, PointQuery
from agent_desktop.keys import BUS
from agent_desktop.routes import EVERYBODY, Asked, Route
from contact.knowledge import GetKnowledge
from contact.place import GetCityMap, LocatePoint


async def knowledge(asked: Asked) -> KnowledgeAnswer:
    """List every script and article with its text in both languages."""
    return KnowledgeAnswer.of(await asked.request.app[BUS].request(GetKnowledge()))


async def city_map(asked: Asked) -> CityMapAnswer:
    """List the districts' outlines and the streets."""
    return CityMapAnswer.of(await asked.request.app[BUS].request(GetCityMap()))


async def locate(asked: Asked) -> LocatedAnswer:
    """Say in which district a point lies, and where in the city's own coordinates."""
    query = asked.asked_for(PointQuery)
    request = LocatePoint(latitude=query.latitude, longitude=query.longitude)
    return LocatedAnswer.model_validate(await asked.request.app[BUS].request(request))


_AWAY = HTTPStatus.SERVICE_UNAVAILABLE
ROUTES = (
    Route(
        method="GET",
        path="/api/v1/knowledge",
        handler=knowledge,
        summary="Scripts and articles",
        roles=EVERYBODY,
        tag="knowledge",
        answer=KnowledgeAnswer,
        problems=(_AWAY,),
    ),
    Route(
        method="GET",
        path="/api/v1/places",
        handler=city_map,
        summary="Outlines of the districts, and streets",
        roles=EVERYBODY,
        tag="places",
        answer=CityMapAnswer,
        problems=(_AWAY,),
    ),
    Route(
        method="GET",
        path="/api/v1/places/at",
        handler=locate,
        summary="The district and the coordinates of a point",
        roles=EVERYBODY,
        tag="places",
        query=PointQuery,
        answer=LocatedAnswer,
        problems=(HTTPStatus.CONFLICT, _AWAY),
    ),
)
