import pytest

from contact.case import Point
from contact.errors import Refused
from contact.place import CityMap, GetCityMap, LocatePoint, Outline
from crm_bridge.places import Places
from runtime.bus import MemoryBus
from tests.fakes.crm import draft

WOLA = Outline(
    district="Wola", rings=(((20.9, 52.2), (21.0, 52.2), (21.0, 52.3), (20.9, 52.3), (20.9, 52.2)),)
)
CITY = CityMap(outlines=(WOLA,))
POINT = Point(latitude=52.25, longitude=20.95)


def test_a_point_gives_a_draft_its_metres_and_its_district() -> None:
    placed = Places(CITY).put(draft(point=POINT))
    assert placed.district == "Wola"
    assert placed.point is not None
    assert placed.point.northing == pytest.approx(5_790_700, abs=300)
    assert placed.point.easting == pytest.approx(7_496_587, abs=50)


def test_a_district_that_was_chosen_stays() -> None:
    assert Places(CITY).put(draft(point=POINT, district="Wawer")).district == "Wawer"


def test_a_draft_without_a_point_is_left_as_it_is() -> None:
    assert Places(CITY).put(draft()) == draft()


def test_a_point_outside_the_city_is_refused() -> None:
    with pytest.raises(Refused):
        Places(CITY).put(draft(point=Point(latitude=0.0, longitude=0.0)))


async def test_the_map_and_a_point_are_answered_over_the_bus() -> None:
    bus = MemoryBus()
    Places(CITY).serve(bus)
    assert await bus.request(GetCityMap()) == CITY
    assert (await bus.request(LocatePoint(latitude=52.25, longitude=20.95))).district == "Wola"
