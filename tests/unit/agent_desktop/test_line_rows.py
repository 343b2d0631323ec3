from agent_desktop.line_rows import line_rows
from agent_desktop.view import View
from tests.unit.agent_desktop.test_line_live import live

IDS = ("c-roads", "water", "later", "gone")


def test_supervisors_see_what_is_planned_too() -> None:
    rows = line_rows(live(), IDS, View.SUPERVISOR)
    assert {one for one, row in rows["flashes"].items() if row} == {"water", "later"}
    assert {one for one, row in rows["closures"].items() if row} == {"c-roads"}


def test_consultants_see_what_callers_are_told_now() -> None:
    rows = line_rows(live(), IDS, View.AGENT)
    assert {one for one, row in rows["flashes"].items() if row} == {"water"}
    closed = rows["closures"]["c-roads"]
    assert closed is not None
    assert (closed["reason"], closed["closed_by"]) == ("Awaria", "sylwia")


def test_a_board_on_the_wall_shows_only_what_is_closed_until_when() -> None:
    rows = line_rows(live(), IDS, View.TV)
    assert not any(rows["flashes"].values())
    closed = rows["closures"]["c-roads"]
    assert closed is not None
    assert closed.keys() == {"id", "queue", "closed_at", "until_at", "at_the_line"}
