"""Which open cases may be about the same thing: the same topic, not far away, not long ago.

How far and how long is a rule of the topic: a pothole is one within some tens of metres, a burst main
within some hundred; a fallen tree is news for days, a damaged sign for months. Where one of the two places
has no point the addresses decide: the same street and, if both name one, the same house.
"""

import math
import re
from collections.abc import Iterable
from dataclasses import dataclass

from contact.case import Case, CaseStatus, Point
from contact.case_requests import NearbyCase
from contact.times import Seconds
from crm_bridge.core.folding import fold

EARTH_RADIUS_M = 6_371_000.0
DAY_S = 86_400.0
NEARBY_MAX = 5
BOX_MARGIN = 1.01
_HOUSE = re.compile(r"^[0-9]+[a-z]?$")
_NOT_A_NAME = frozenset(
    ["ul", "ulica", "ulicy", "al", "aleja", "aleje", "pl", "plac", "placu", "nr", "numer", "od", "do"]
)


@dataclass(frozen=True, slots=True, kw_only=True)
class NearRule:
    """How near and how new another case must be to be about the same thing."""

    radius_m: float
    days: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Box:
    """A part of the earth between two latitudes and two longitudes, in degrees."""

    south: float
    north: float
    west: float
    east: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Whereabouts:
    """The place of a case that is being written."""

    point: Point | None
    district: str
    address: str


def nearby(
    candidates: Iterable[tuple[Case, int]], place: Whereabouts, rule: NearRule, now: Seconds
) -> tuple[NearbyCase, ...]:
    """Return the candidates, cases of one topic with their further reporters, that `rule` takes.

    Measured ones come first, nearest first; then those known by their address, newest first.
    """
    found = []
    for case, reporters in candidates:
        if case.status is CaseStatus.CLOSED or case.opened_at < now - rule.days * DAY_S:
            continue
        distance = None
        if place.point is not None and case.point is not None:
            distance = distance_m(place.point, case.point)
            if distance > rule.radius_m:
                continue
        elif not _same_address(place, case):
            continue
        found.append(NearbyCase(case=case, distance_m=distance, further_reporters=reporters))
    found.sort(key=_order)
    return tuple(found[:NEARBY_MAX])


def box_around(point: Point, radius_m: float) -> Box:
    """Return a box that holds everything within `radius_m` of `point`, and somewhat more."""
    north = math.degrees(radius_m / EARTH_RADIUS_M) * BOX_MARGIN
    east = north / max(0.01, math.cos(math.radians(point.latitude)))
    return Box(
        south=point.latitude - north,
        north=point.latitude + north,
        west=point.longitude - east,
        east=point.longitude + east,
    )


def distance_m(one: Point, other: Point) -> float:
    """Return the metres between two points on a sphere (haversine); right to half a per cent."""
    here, there = math.radians(one.latitude), math.radians(other.latitude)
    north = math.sin((there - here) / 2) ** 2
    east = math.sin(math.radians(other.longitude - one.longitude) / 2) ** 2
    return 2 * EARTH_RADIUS_M * math.asin(math.sqrt(north + math.cos(here) * math.cos(there) * east))


def _order(one: NearbyCase) -> tuple[bool, float, float]:
    return one.distance_m is None, one.distance_m or 0.0, -one.case.opened_at


def _same_address(place: Whereabouts, case: Case) -> bool:
    if place.district and case.district and place.district != case.district:
        return False
    street, houses = _street_and_houses(place.address)
    other_street, other_houses = _street_and_houses(case.address)
    if not street or street != other_street:
        return False
    return not houses or not other_houses or bool(houses & other_houses)


def _street_and_houses(address: str) -> tuple[tuple[str, ...], frozenset[str]]:
    """Return the words that name the street, folded, and the house numbers."""
    found = re.findall(r"[a-z0-9]+", fold(address))
    words = [one for one in found if one not in _NOT_A_NAME]
    # A street may begin with a number, as 11 Listopada does.
    houses = frozenset(one for one in words[1:] if _HOUSE.fullmatch(one))
    return tuple(one for one in words if one not in houses), houses
