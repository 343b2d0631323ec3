"""What counts as answered in time, as abandoned, as busy."""

import pytest

from acd.core.measures import AgentTimes, CallTally
from contact.events import AgentStateChanged
from contact.ids import AgentId
from contact.states import AgentState, Availability


def change(agent: str, old: AgentState, new: AgentState, at: float) -> AgentStateChanged:
    return AgentStateChanged(
        agent=AgentId(agent),
        old=old,
        new=new,
        availability=Availability.READY,
        reason="",
        by=None,
        call=None,
        since_at=at,
    )


def times(counts_from_at: float = 0.0) -> AgentTimes:
    return AgentTimes(begins_at=0.0, slot_s=100.0, counts_from_at=counts_from_at)


def test_nothing_counted_has_no_figures() -> None:
    tally = CallTally(within_s=20.0)
    assert (tally.offered, tally.service_level, tally.asa_s) == (0, None, None)
    assert (tally.mean_wait_s, tally.abandoned_share) == (None, None)


def test_the_threshold_itself_is_in_time() -> None:
    tally = CallTally(within_s=20.0)
    tally.add_answered(20.0)
    tally.add_answered(20.5)
    assert tally.service_level == 0.5


def test_who_gives_up_within_the_threshold_does_not_count_against_it() -> None:
    tally = CallTally(within_s=20.0)
    tally.add_answered(5.0)
    tally.add_abandoned(10.0)
    assert tally.service_level == 1.0
    tally.add_abandoned(30.0)
    assert tally.service_level == 0.5
    assert tally.abandoned_share == pytest.approx(2 / 3)


def test_only_hurried_calls_leave_no_service_level() -> None:
    tally = CallTally(within_s=20.0)
    tally.add_abandoned(1.0)
    assert tally.service_level is None


def test_the_speed_of_answer_is_of_answered_calls_and_the_wait_of_all() -> None:
    tally = CallTally(within_s=20.0)
    tally.add_answered(10.0)
    tally.add_answered(20.0)
    tally.add_abandoned(60.0)
    assert tally.asa_s == 15.0
    assert tally.mean_wait_s == 30.0
    assert tally.wait_max_s == 60.0


def test_occupancy_is_work_on_calls_as_a_share_of_the_time_calls_could_be_had() -> None:
    mine = times()
    mine.take(change("a", AgentState.LOGGED_OUT, AgentState.READY, 0.0))
    mine.take(change("a", AgentState.READY, AgentState.RESERVED, 10.0))
    mine.take(change("a", AgentState.RESERVED, AgentState.TALKING, 20.0))
    mine.take(change("a", AgentState.TALKING, AgentState.WRAP_UP, 50.0))
    mine.take(change("a", AgentState.WRAP_UP, AgentState.NOT_READY, 60.0))
    mine.take(change("a", AgentState.NOT_READY, AgentState.LOGGED_OUT, 90.0))
    mine.close(100.0)
    assert mine.occupancy() == pytest.approx(40 / 60)
    assert mine.spent_s(AgentState.NOT_READY) == 30.0


def test_time_is_split_where_the_slots_meet() -> None:
    mine = times()
    mine.take(change("a", AgentState.LOGGED_OUT, AgentState.READY, 50.0))
    mine.take(change("a", AgentState.READY, AgentState.TALKING, 150.0))
    mine.close(320.0)
    assert [mine.spent_s(AgentState.READY, slot=slot) for slot in range(4)] == [50.0, 50.0, 0.0, 0.0]
    assert [mine.spent_s(AgentState.TALKING, slot=slot) for slot in range(4)] == [0.0, 50.0, 100.0, 20.0]
    assert mine.occupancy(1) == 0.5
    assert mine.occupancy(7) is None


def test_the_warm_up_is_left_out_and_slots_stay_where_they_are() -> None:
    mine = times(counts_from_at=120.0)
    mine.take(change("a", AgentState.LOGGED_OUT, AgentState.READY, 50.0))
    mine.close(200.0)
    assert mine.occupancy(0) is None
    assert mine.spent_s(AgentState.READY, slot=1) == 80.0


def test_what_comes_after_closing_is_counted_from_there() -> None:
    mine = times()
    mine.take(change("a", AgentState.LOGGED_OUT, AgentState.TALKING, 0.0))
    mine.close(40.0)
    mine.take(change("a", AgentState.TALKING, AgentState.READY, 70.0))
    assert mine.spent_s(AgentState.TALKING) == 70.0
