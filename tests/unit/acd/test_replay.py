import json

import pytest

from acd.core.policy import Strategy
from acd.replay import replay
from tests.unit.acd.core.floor import policy, queue
from tests.unit.acd.scripted import Day

OLD = policy(queue("roads", "roads", service_level_s=20.0))
NEW = policy(queue("roads", "roads", service_level_s=5.0, strategy=Strategy.MOST_SKILLED))


def day() -> Day:
    """Anna takes a call at once, Bartek one after 8 s of ringing, and one caller gives up after 30 s."""
    day = Day(OLD)
    day.agent("anna", roads=50)
    day.pass_s(10)
    day.agent("bartek", roads=90)
    first = day.call()
    day.answer(after_s=1)
    second = day.call()
    day.answer(after_s=8)
    third = day.call()
    day.pass_s(30)
    day.hang_up(third)
    day.hang_up(first)
    day.hang_up(second)
    day.pass_s(60)
    return day


def test_the_first_column_is_what_was_recorded() -> None:
    figures = replay(day().recording(), OLD).recorded.all
    assert (figures.callers, figures.answered, figures.abandoned, figures.unserved) == (3, 2, 1, 0)
    assert figures.service_level == pytest.approx(2 / 3)
    assert figures.asa_s == pytest.approx(4.5)
    assert figures.mean_wait_s == pytest.approx(13.0)
    assert figures.wait_max_s == pytest.approx(30.0)


def test_the_threshold_is_that_of_the_other_rules_in_every_column() -> None:
    found = replay(day().recording(), NEW)
    assert found.recorded.all.service_level == pytest.approx(1 / 3)


def test_calls_that_go_to_somebody_else_are_listed_with_both_waits() -> None:
    found = replay(day().recording(), NEW)
    swapped = [(one.model_agent, one.other_agent) for one in found.changed]
    assert swapped == [("anna", "bartek"), ("bartek", "anna")]
    assert found.changed[0].model_wait_s == found.changed[0].other_wait_s == pytest.approx(1.0)
    assert found.other.agents == {"anna": 1, "bartek": 1}


def test_what_had_to_be_drawn_is_counted() -> None:
    drawn = replay(day().recording(), NEW).drawn
    assert (drawn.patience, drawn.ring, drawn.talk, drawn.wrap_up) == (2, 1, 1, 1)


def test_occupancy_is_work_over_the_time_for_it() -> None:
    found = replay(day().recording(), OLD)
    assert found.recorded.occupancy is not None
    assert found.recorded.occupancy == pytest.approx(found.model.occupancy)


def test_progress_covers_both_runs() -> None:
    busy = Day(OLD)
    busy.agent()
    for _ in range(300):
        call = busy.call()
        busy.answer(after_s=1)
        busy.hang_up(call)
        busy.pass_s(31)
    told: list[float] = []
    replay(busy.recording(), OLD, progress=told.append)
    assert told == sorted(told)
    assert told[0] < 0.5 < told[-1] <= 1.0


def test_the_whole_is_plain_json() -> None:
    plain = json.loads(json.dumps(replay(day().recording(), NEW, seed=4).as_plain()))
    assert plain["seed"] == 4
    assert plain["other"]["queues"]["roads"]["callers"] == 3
    assert len(plain["changed"]) == 2
