"""From degrees to the metres that the city's registers use: EPSG:2178, PL-2000 zone 7, by PROJ.

A point that is more than `MARGIN_DEGREES` outside the outlines is refused: it is a slip of the finger.
"""

import math

from pyproj import Transformer

from contact.errors import Refused
from contact.place import CityMap, Located
from crm_bridge.core.district import district_at

WGS84 = "EPSG:4326"
PL_2000_ZONE_7 = "EPSG:2178"
MARGIN_DEGREES = 0.25
_LATITUDES = (49.0, 55.0)
_LONGITUDES = (19.5, 22.5)
"""Where EPSG:2178 is meant for, and what is taken while a city has no outlines."""


class Projection:
    """Places points of one city."""

    def __init__(self, city: CityMap) -> None:
        """Measure the city's outlines."""
        self._outlines = city.outlines
        corners = [corner for one in city.outlines for ring in one.rings for corner in ring]
        self._longitudes = _around([x for x, _ in corners]) or _LONGITUDES
        self._latitudes = _around([y for _, y in corners]) or _LATITUDES
        # Both as degrees north and east, northing and easting: the order of the registers themselves.
        self._to_metres = Transformer.from_crs(WGS84, PL_2000_ZONE_7)

    def locate(self, latitude: float, longitude: float) -> Located:
        """Return the point with its metres and its district; raise `Refused` (`point_invalid`)."""
        if not _within(latitude, self._latitudes) or not _within(longitude, self._longitudes):
            raise Refused("point: does not lie in the city", code="point_invalid")
        northing, easting = self._to_metres.transform(latitude, longitude)
        return Located(
            latitude=latitude,
            longitude=longitude,
            northing=round(northing, 2),
            easting=round(easting, 2),
            district=district_at(self._outlines, latitude=latitude, longitude=longitude),
        )


def _around(values: list[float]) -> tuple[float, float] | None:
    return (min(values) - MARGIN_DEGREES, max(values) + MARGIN_DEGREES) if values else None


def _within(value: float, bounds: tuple[float, float]) -> bool:
    return math.isfinite(value) and bounds[0] <= value <= bounds[1]
