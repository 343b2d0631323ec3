from contact.ids import QueueId
from contact.line import Place, PlaceKind
from contact.schedule import ScheduleId
from ivr.flow.line import EMPTY_LINE, THE_LINE
from tests.fakes.lines import OFFICE, closure, flash, line, office

ROADS = QueueId("roads")


def test_a_schedule_is_asked_by_its_name() -> None:
    known = line(hours=office(week=("00:00-24:00",)))
    found = known.verdict(OFFICE, 5.0)
    assert found is not None
    assert found.is_open
    assert known.verdict(ScheduleId("other"), 5.0) is None


def test_the_line_and_its_queues_are_closed_apart() -> None:
    both = line(closures=[closure(None, until_at=10.0), closure("roads", until_at=20.0)])
    of_line, of_roads = both.closure(None, 5.0), both.closure(ROADS, 5.0)
    assert (of_line is None, of_roads is None) == (False, False)
    assert of_line is not of_roads
    assert both.closure(None, 10.0) is None
    assert both.closure(ROADS, 10.0) is not None
    assert EMPTY_LINE.closure(None, 5.0) is None


def test_what_is_told_is_asked_by_place_and_moment() -> None:
    menu = Place(kind=PlaceKind.MENU, name="menu")
    told = line(flashes=[flash("water"), flash("later", starts_at=10.0), flash("menus", place=menu)])
    assert [one.flash for one in told.flashes(THE_LINE, 5.0)] == ["water"]
    assert [one.flash for one in told.flashes(THE_LINE, 10.0)] == ["water", "later"]
    assert [one.flash for one in told.flashes(menu, 5.0)] == ["menus"]
