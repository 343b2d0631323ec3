"""Answers where things are: the map, a point's district and metres, the place of a draft."""

from dataclasses import replace

from contact.case import CaseDraft, Point
from contact.place import CityMap, GetCityMap, Located, LocatePoint
from crm_bridge.adapters.projection import Projection
from runtime.bus import Bus


class Places:
    """The server of the requests of `contact.place`."""

    def __init__(self, city_map: CityMap) -> None:
        """Answer from the map that was read at start."""
        self._map = city_map
        self._projection = Projection(city_map)

    def serve(self, bus: Bus) -> None:
        """Become the server of every request about places."""
        bus.serve(GetCityMap, self._get_map)
        bus.serve(LocatePoint, self._locate)

    def put(self, draft: CaseDraft) -> CaseDraft:
        """Return the draft with its point in both systems, and the point's district where it has none."""
        if draft.point is None:
            return draft
        found = self._projection.locate(draft.point.latitude, draft.point.longitude)
        point = Point(
            latitude=found.latitude,
            longitude=found.longitude,
            northing=found.northing,
            easting=found.easting,
        )
        return replace(draft, point=point, district=draft.district or found.district)

    async def _get_map(self, _request: GetCityMap) -> CityMap:
        return self._map

    async def _locate(self, request: LocatePoint) -> Located:
        return self._projection.locate(request.latitude, request.longitude)
