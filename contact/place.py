"""Places in the city: points in both coordinate systems that the city uses, its districts and its streets."""

from dataclasses import dataclass

from contact.commands import Request


@dataclass(frozen=True, slots=True, kw_only=True)
class Outline:
    """A district and the rings around it, each a list of longitude and latitude in degrees, first = last."""

    district: str
    rings: tuple[tuple[tuple[float, float], ...], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Street:
    """A street, the districts it runs through, and a point on it."""

    name: str
    districts: tuple[str, ...]
    latitude: float
    longitude: float


@dataclass(frozen=True, slots=True, kw_only=True)
class CityMap:
    """What a place is found from; both lists may be empty."""

    outlines: tuple[Outline, ...] = ()
    streets: tuple[Street, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Located:
    """A point: degrees of WGS84, metres of EPSG:2178 (PL-2000, zone 7), its district ("" for none)."""

    latitude: float
    longitude: float
    northing: float
    easting: float
    district: str


@dataclass(frozen=True, slots=True, kw_only=True)
class GetCityMap(Request[CityMap]):
    """Ask for the districts' outlines and the streets."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LocatePoint(Request[Located]):
    """Ask where a point lies; `Refused` (`point_invalid`) for one that is far from the city."""

    latitude: float
    longitude: float
