from dataclasses import replace

import pytest

from contact.case import Case, CaseStatus, Point
from contact.ids import CaseNumber
from crm_bridge.core.case import open_case
from crm_bridge.core.duplicates import (
    DAY_S,
    NEARBY_MAX,
    NearRule,
    Whereabouts,
    box_around,
    distance_m,
    nearby,
)
from tests.fakes.crm import catalogue, draft

NOW = 100 * DAY_S
RULE = NearRule(radius_m=100, days=30)
HERE = Point(latitude=52.2300, longitude=21.0000)


def case(number: int, *, point: Point | None = None, address: str = "", days_ago: float = 1.0) -> Case:
    made = open_case(
        draft(address=address, district="Wola", point=point),
        catalogue(),
        number=CaseNumber(f"{number}/26"),
        opened_at=NOW - days_ago * DAY_S,
        promised_at=None,
    )
    assert made.point == point
    return made


def north(metres: float) -> Point:
    return Point(latitude=HERE.latitude + metres / 111_195, longitude=HERE.longitude)


def at(point: Point | None = HERE, *, district: str = "Wola", address: str = "") -> Whereabouts:
    return Whereabouts(point=point, district=district, address=address)


def numbers(place: Whereabouts, *cases: Case) -> list[str]:
    return [one.case.number for one in nearby([(one, 0) for one in cases], place, RULE, NOW)]


def test_distances_are_those_of_the_map() -> None:
    palace = Point(latitude=52.2317, longitude=21.0062)
    stadium = Point(latitude=52.2394, longitude=21.0455)
    assert distance_m(palace, stadium) == pytest.approx(2_811, rel=0.01)
    assert distance_m(palace, palace) == 0


def test_the_box_around_a_point_holds_its_circle_and_little_more() -> None:
    box = box_around(HERE, 100)
    north, east = Point(latitude=box.north, longitude=21.0), Point(latitude=52.23, longitude=box.east)
    assert 100 < distance_m(HERE, north) < 102
    assert 100 < distance_m(HERE, east) < 102
    assert box.south < HERE.latitude < box.north
    assert box.west < HERE.longitude < box.east


def test_cases_within_the_radius_come_nearest_first_and_those_beyond_do_not() -> None:
    far, near = case(1, point=north(90)), case(2, point=north(20))
    beyond = case(3, point=north(110))
    assert numbers(at(), far, near, beyond) == ["2/26", "1/26"]


def test_old_and_closed_cases_are_left() -> None:
    old = case(1, point=HERE, days_ago=31)
    closed = replace(case(2, point=HERE), status=CaseStatus.CLOSED)
    assert numbers(at(), old, closed) == []


def test_the_further_reporters_travel_with_the_case() -> None:
    (found,) = nearby([(case(1, point=HERE), 3)], at(), RULE, NOW)
    assert (found.further_reporters, found.distance_m) == (3, 0)


@pytest.mark.parametrize(
    ("mine", "theirs", "same"),
    [
        ("ul. Górczewska 15", "Gorczewska 15", True),
        ("Górczewska", "ul. Górczewska, od nr 15 do 31", True),
        ("Górczewska 15", "ul. Górczewska, od nr 15 do 31", True),
        ("Górczewska 15", "Górczewska 17", False),
        ("Górczewska 15a", "Górczewska 15", False),
        ("Wolska 15", "Górczewska 15", False),
        ("17 Stycznia 5", "ul. 17 Stycznia 5", True),
        ("", "", False),
    ],
)
def test_without_a_point_the_addresses_decide(mine: str, theirs: str, same: bool) -> None:  # noqa: FBT001
    found = nearby([(case(1, address=theirs), 0)], at(None, address=mine), RULE, NOW)
    assert bool(found) == same
    assert all(one.distance_m is None for one in found)


def test_the_same_address_in_another_district_is_another_place() -> None:
    there = case(1, address="Kwiatowa 3")
    assert numbers(at(None, district="Wawer", address="Kwiatowa 3"), there) == []
    assert numbers(at(None, district="", address="Kwiatowa 3"), there) == ["1/26"]


def test_measured_cases_come_before_those_known_by_their_address_and_only_so_many() -> None:
    by_address = [case(n, address="Wolska 1", days_ago=n) for n in (3, 2, 9)]
    measured = case(5, point=north(80), address="Wolska 1")
    place = at(address="Wolska 1")
    assert numbers(place, *by_address, measured) == ["5/26", "2/26", "3/26", "9/26"]
    assert len(numbers(place, *(case(n, point=HERE) for n in range(9)))) == NEARBY_MAX
