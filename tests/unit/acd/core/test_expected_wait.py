import heapq
import random
from collections.abc import Callable
from functools import partial
from itertools import pairwise

import pytest

from acd.core.expected_wait import AHEAD_MAX, Expectation
from acd.core.pace import FIRST_ANSWER_S, FIRST_TALK_S, FIRST_WRAP_UP_S, Mean, Pace, QueuePace
from acd.core.policy import QueuePolicy, Relaxation
from acd.core.skills import parse
from contact.commands import Publish
from contact.events import CallWaiting
from contact.ids import CallId, QueueId
from contact.states import Availability, OfferCause
from tests.unit.acd.core.floor import ROADS, WASTE, Floor, queue

HANDLE_S = FIRST_ANSWER_S + FIRST_TALK_S + FIRST_WRAP_UP_S
ROADS_ID = QueueId("roads")


def wait_of(floor: Floor, call: CallId) -> Expectation:
    found = floor.engine.expected_wait(Pace(), call, floor.now)
    assert found is not None
    return found


def talking(floor: Floor, queue: str = "roads") -> CallId:
    call = floor.call(queue)
    floor.answer()
    return call


def test_one_agent_in_a_talk_is_there_after_a_wrap_up_and_a_mean_handle_time() -> None:
    floor = Floor()
    floor.agent()
    talking(floor)
    found = wait_of(floor, floor.call())
    assert found.position == 1
    assert found.queue == "roads"
    assert found.wait_s == pytest.approx(FIRST_WRAP_UP_S + HANDLE_S + FIRST_ANSWER_S)


def test_each_caller_ahead_is_one_more_turn_of_all_agents_together() -> None:
    floor = Floor()
    floor.agent("anna")
    floor.agent("bartek")
    talking(floor)
    talking(floor)
    waits = [wait_of(floor, floor.call()) for _ in range(3)]
    assert [one.position for one in waits] == [1, 2, 3]
    steps = [later.wait_s - earlier.wait_s for earlier, later in pairwise(waits)]  # type: ignore[operator]
    assert steps == pytest.approx([HANDLE_S / 2] * 2)


def test_a_wrap_up_ends_by_its_deadline_at_the_latest() -> None:
    floor = Floor(wrap_up_s=20.0)
    floor.agent()
    talking(floor)
    floor.end_leg(floor.ringing().offer)
    floor.pass_s(12.0)
    assert wait_of(floor, floor.call()).wait_s == pytest.approx(8.0 + FIRST_ANSWER_S)


def test_an_agent_held_after_a_failed_offer_is_there_when_the_hold_is_over() -> None:
    floor = Floor()
    floor.agent()
    call = floor.call()
    floor.end_leg(floor.ringing().offer, OfferCause.DECLINED)
    assert wait_of(floor, call).wait_s == pytest.approx(5.0 + FIRST_ANSWER_S)


def test_nobody_at_work_means_no_time_and_still_a_position() -> None:
    floor = Floor()
    floor.agent("anna", wish=Availability.NOT_READY)
    floor.agent("bartek", waste=50)
    call = floor.call()
    assert wait_of(floor, call) == Expectation(queue=ROADS_ID, position=1, wait_s=None)


def test_an_agent_who_asked_for_a_pause_after_the_call_is_not_waited_for() -> None:
    floor = Floor()
    floor.agent()
    talking(floor)
    floor.wish("anna", Availability.NOT_READY)
    assert wait_of(floor, floor.call()).wait_s is None


def test_callers_whom_other_agents_serve_are_not_ahead() -> None:
    floor = Floor()
    floor.agent("anna", roads=80)
    floor.agent("bartek", waste=80)
    talking(floor, "roads")
    talking(floor, "waste")
    for _ in range(4):
        floor.call("waste")
    assert wait_of(floor, floor.call("roads")).position == 1


def test_callers_whom_others_may_serve_too_count_by_the_share_of_ours() -> None:
    floor = Floor(ROADS, WASTE)
    floor.agent("anna", roads=80, waste=80)
    floor.agent("bartek", waste=80)
    for queue_name in ("waste", "waste"):
        talking(floor, queue_name)
    floor.call("waste")
    found = wait_of(floor, floor.call("roads"))
    assert found.position == 2
    assert found.wait_s == pytest.approx(FIRST_WRAP_UP_S + 1.5 * HANDLE_S + FIRST_ANSWER_S)


def test_a_caller_of_higher_priority_goes_first_however_late() -> None:
    floor = Floor()
    floor.agent()
    talking(floor)
    early = floor.call()
    late = floor.call(priority=3)
    assert (wait_of(floor, early).position, wait_of(floor, late).position) == (2, 1)


def test_a_step_that_widens_the_circle_shortens_the_wait_to_its_moment() -> None:
    wide = QueuePolicy(
        queue=ROADS_ID,
        requirement=parse("roads"),
        relaxations=(Relaxation(after_s=60.0, requirement=parse("roads | general")),),
    )
    floor = Floor(wide)
    floor.agent("anna", roads=80)
    floor.agent("bartek", general=80)
    talking(floor)
    call = floor.call()
    assert wait_of(floor, call).wait_s == pytest.approx(60.0 + FIRST_ANSWER_S)
    floor.pass_s(45.0)
    assert wait_of(floor, call).wait_s == pytest.approx(15.0 + FIRST_ANSWER_S)


def test_who_joins_now_waits_behind_all_and_at_once_where_somebody_is_free() -> None:
    floor = Floor()
    floor.agent()
    free = floor.engine.expected_wait_in(Pace(), ROADS_ID, floor.now)
    assert free == Expectation(queue=ROADS_ID, position=1, wait_s=FIRST_ANSWER_S)
    talking(floor)
    floor.call()
    assert floor.engine.expected_wait_in(Pace(), ROADS_ID, floor.now).position == 2


def test_a_call_that_does_not_wait_expects_nothing() -> None:
    floor = Floor()
    floor.agent()
    call = talking(floor)
    assert floor.engine.expected_wait(Pace(), call, floor.now) is None
    assert floor.engine.expected_wait(Pace(), CallId("unknown"), floor.now) is None


def test_a_crowd_beyond_all_measure_is_told_no_time() -> None:
    floor = Floor()
    floor.agent()
    talking(floor)
    for _ in range(AHEAD_MAX + 1):
        floor.call(joined_at=floor.now)
    last = floor.call()
    assert wait_of(floor, last) == Expectation(queue=ROADS_ID, position=AHEAD_MAX + 2, wait_s=None)


# --- the error, where the model's assumptions hold --------------------------------------------------


class Crowd:
    """Poisson callers and exponential talks before the real engine; `known` knows their means exactly."""

    def __init__(self, *, agents: int, calls_per_s: float, talk_s: float, seed: int) -> None:
        self.floor = Floor(queue("roads", "roads"), wrap_up_s=0.0)
        self.pace, self.chance = Pace(), random.Random(seed)  # noqa: S311 - a simulation's chance, no secret
        self.rate, self.talk_s = calls_per_s, talk_s
        self.known = Pace(
            [QueuePace(queue=ROADS_ID, answer=Mean(0.0, 1), talk=Mean(talk_s, 1), wrap_up=Mean(0.0, 1))]
        )
        self.heap: list[tuple[float, int, Callable[[], None]]] = []
        self.planned = self.read = 0
        for name in ("anna", "bartek", "celina", "dorota")[:agents]:
            self.floor.agent(name)

    def run(self, until_s: float) -> None:
        until = self.floor.now + until_s
        self.plan(0.0, self.arrive)
        while self.heap[0][0] < until:
            at, _, act = heapq.heappop(self.heap)
            self.floor.pass_s(at - self.floor.now)
            act()
            self.learn()

    def plan(self, in_s: float, act: Callable[[], None]) -> None:
        self.planned += 1
        heapq.heappush(self.heap, (self.floor.now + in_s, self.planned, act))

    def arrive(self) -> None:
        self.plan(self.chance.expovariate(self.rate), self.arrive)
        self.floor.call()

    def learn(self) -> None:
        self.read_on()
        while ringing := sorted(set(self.floor.exchange.legs) - set(self.floor.exchange.talking)):
            call = self.floor.exchange.legs[ringing[0]].call
            self.floor.answer(ringing[0])
            self.plan(self.chance.expovariate(1 / self.talk_s), partial(self.floor.hang_up, call))
            self.read_on()

    def read_on(self) -> None:
        for command in self.floor.commands[self.read :]:
            self.read += 1
            if not isinstance(command, Publish):
                continue
            self.pace.take(command.fact)
            if isinstance(command.fact, CallWaiting):
                found = self.floor.engine.expected_wait(self.known, command.fact.call, self.floor.now)
                if found is not None:
                    self.pace.expected(command.fact.call, found.wait_s)


def test_the_bias_is_within_three_standard_errors_of_nought_where_the_model_is_exact() -> None:
    biases = []
    for seed in range(6):
        crowd = Crowd(agents=4, calls_per_s=4 / 100, talk_s=80.0, seed=seed)
        crowd.run(12_000.0)
        bias_s = crowd.pace.of(ROADS_ID).bias_s
        assert bias_s is not None
        biases.append(bias_s)
    mean = sum(biases) / len(biases)
    deviation = (sum((one - mean) ** 2 for one in biases) / (len(biases) - 1)) ** 0.5
    assert abs(mean) <= 3 * deviation / len(biases) ** 0.5


def test_where_nobody_is_at_work_those_for_the_same_agents_or_in_the_queue_are_ahead() -> None:
    floor = Floor(ROADS, WASTE)
    assert [wait_of(floor, floor.call(one)).position for one in ("roads", "roads", "waste")] == [1, 2, 1]
    floor.agent(wish=Availability.NOT_READY, roads=80, waste=80)
    assert wait_of(floor, floor.call("waste")).position == 4
