from dataclasses import replace

from agent_desktop.own_day import OwnDays
from contact.ids import CallId
from contact.states import AgentState
from tests.unit.agent_desktop.test_feed import ANNA, RELEASED, standing, state

DAY_S = 86_400.0


def bounds(now: float) -> tuple[float, float]:
    return now - now % DAY_S, now - now % DAY_S + DAY_S


class Bench:
    def __init__(self) -> None:
        self.ended: list[str] = []
        self.days = OwnDays(bounds=bounds, ended=self.ended.append)

    def move(self, old: AgentState, new: AgentState, at: float) -> None:
        self.days.fold(replace(state(ANNA, new), old=old, since_at=at), at)

    def wrap_up(self, call: CallId, *, ends_at: float) -> None:
        self.days.fold(replace(RELEASED, agent=ANNA, call=call, released_at=ends_at - 20), ends_at - 20)
        self.move(AgentState.WRAP_UP, AgentState.READY, ends_at)


def test_pauses_add_up_and_one_that_goes_on_counts() -> None:
    bench = Bench()
    bench.move(AgentState.READY, AgentState.NOT_READY, 100.0)
    assert bench.days.of(ANNA, 130.0).pause_until(130.0) == 30.0
    bench.move(AgentState.NOT_READY, AgentState.READY, 160.0)
    bench.move(AgentState.READY, AgentState.NOT_READY, 200.0)
    bench.move(AgentState.NOT_READY, AgentState.LOGGED_OUT, 210.0)
    assert bench.days.of(ANNA, 900.0).pause_until(900.0) == 70.0


def test_another_reason_for_the_same_pause_goes_on_with_it() -> None:
    bench = Bench()
    bench.move(AgentState.READY, AgentState.NOT_READY, 100.0)
    bench.move(AgentState.NOT_READY, AgentState.NOT_READY, 150.0)
    bench.move(AgentState.NOT_READY, AgentState.READY, 160.0)
    assert bench.days.of(ANNA, 900.0).pause_until(900.0) == 60.0


def test_what_happened_before_is_not_known_and_not_counted() -> None:
    bench = Bench()
    known = standing()
    agents = tuple(replace(one, state=state(one.agent, AgentState.NOT_READY)) for one in known.agents)
    bench.days.start_from(replace(known, agents=agents), 500.0)
    day = bench.days.of(ANNA, 560.0)
    assert (day.since_at, day.pause_until(560.0)) == (500.0, 60.0)


def test_a_new_day_begins_with_nothing_but_the_pause_that_goes_on() -> None:
    bench = Bench()
    bench.wrap_up(CallId("1"), ends_at=DAY_S - 100)
    bench.move(AgentState.READY, AgentState.NOT_READY, DAY_S - 50)
    day = bench.days.of(ANNA, DAY_S + 30)
    assert (day.since_at, day.wrap_ups, day.pause_until(DAY_S + 30)) == (DAY_S, 0, 30.0)


def test_a_wrap_up_is_counted_by_whether_a_disposition_was_given() -> None:
    bench = Bench()
    bench.days.note(CallId("1"))
    bench.wrap_up(CallId("1"), ends_at=50.0)
    bench.wrap_up(CallId("2"), ends_at=100.0)
    assert bench.ended == ["given", "none"]
    day = bench.days.of(ANNA, 100.0)
    assert (day.wrap_ups, day.wrap_up_s) == (2, 40.0)


def test_leaving_a_wrap_up_that_was_not_seen_to_begin_counts_nothing() -> None:
    bench = Bench()
    bench.move(AgentState.WRAP_UP, AgentState.READY, 50.0)
    assert bench.ended == []
