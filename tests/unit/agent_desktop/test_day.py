from dataclasses import replace
from zoneinfo import ZoneInfo

import pytest

from agent_desktop.day import SLOT_S, Day, bounds_of_day
from contact.day import DayTallies, ReadDay, SlotTally
from contact.events import AgentStateChanged, CallConnected, CallEnded, CallReleased
from contact.ids import E164, AgentId, CallId, Language, OfferId, QueueId
from contact.states import AgentState, Availability, Outcome

WARSAW = ZoneInfo("Europe/Warsaw")
ROADS, WASTE = QueueId("roads"), QueueId("waste")
ANNA = AgentId("anna")
MIDNIGHT = 1_795_302_000.0
"""2026-11-22T00:00:00+01:00."""
NEXT_MIDNIGHT = MIDNIGHT + 86_400
NOON = MIDNIGHT + 12 * 3_600
WITHIN = {ROADS: 30.0, WASTE: 20.0}


def ended(
    call: str,
    *,
    wait_s: float,
    talk_s: float | None = None,
    joined_at: float = NOON,
    queue: QueueId = ROADS,
    outcome: Outcome = Outcome.ABANDONED_QUEUE,
) -> CallEnded:
    connected_at = None if talk_s is None else joined_at + wait_s
    return CallEnded(
        call=CallId(call),
        caller=E164(""),
        dialled="19115",
        language=Language("pl"),
        queue=queue,
        agent=None if talk_s is None else ANNA,
        outcome=outcome if talk_s is None else Outcome.CONNECTED,
        path=(),
        topic="",
        arrived_at=joined_at - 8,
        queued_at=joined_at,
        connected_at=connected_at,
        ended_at=joined_at + wait_s + (talk_s or 0.0),
        wait_s=wait_s,
        talk_s=talk_s or 0.0,
        offers=0,
    )


def connected(call: str, *, wait_s: float, joined_at: float = NOON) -> CallConnected:
    return CallConnected(
        call=CallId(call),
        offer=OfferId(call),
        agent=ANNA,
        queue=ROADS,
        joined_at=joined_at,
        connected_at=joined_at + wait_s,
    )


def released(call: str, at: float) -> CallReleased:
    return CallReleased(
        call=CallId(call), offer=OfferId(call), agent=ANNA, queue=ROADS, connected_at=NOON, released_at=at
    )


def state(old: AgentState, new: AgentState, at: float) -> AgentStateChanged:
    return AgentStateChanged(
        agent=ANNA,
        old=old,
        new=new,
        availability=Availability.READY,
        reason="",
        by=None,
        call=None,
        since_at=at,
    )


def ask(day: Day, begins_at: float = MIDNIGHT) -> ReadDay:
    return day.ask(begins_at=begins_at, ends_at=begins_at + 86_400, within=WITHIN, now=NOON)


def known(*slots: SlotTally) -> Day:
    day = Day()
    day.start_from(ask(day), DayTallies(slots=slots))
    return day


MORNING = SlotTally(
    queue=ROADS,
    slot=16,
    offered=10,
    answered=7,
    answered_within=5,
    abandoned=2,
    abandoned_within=1,
    wait_sum_s=210.0,
    talked=7,
    talk_sum_s=1_400.0,
)


def test_figures_of_a_day_are_those_counted_by_hand() -> None:
    day = known()
    for one in (
        ended("1", wait_s=10, talk_s=100),
        ended("2", wait_s=30, talk_s=200),
        ended("3", wait_s=50, talk_s=300),
        ended("4", wait_s=5),
        ended("5", wait_s=70),
        ended("6", wait_s=90, outcome=Outcome.OVERFLOWED),
    ):
        day.fold(one)
    roads = day.of(ROADS)
    assert (roads.offered, roads.answered, roads.abandoned) == (6, 3, 2)
    assert roads.share_of_offered == 2 / 6
    assert roads.share_without_short_abandons == 2 / 5
    assert roads.asa_s == 30
    assert day.of(WASTE).share_of_offered is None
    assert day.of(WASTE).share_without_short_abandons is None
    assert day.of(WASTE).asa_s is None


def test_handling_time_is_mean_talk_and_mean_wrap_up_once_both_were_seen() -> None:
    day = known(MORNING)
    assert day.of(ROADS).aht_s is None
    day.fold(released("1", NOON + 100))
    day.fold(state(AgentState.TALKING, AgentState.WRAP_UP, NOON + 100))
    day.fold(state(AgentState.WRAP_UP, AgentState.WRAP_UP, NOON + 120))
    assert day.of(ROADS).aht_s is None
    day.fold(state(AgentState.WRAP_UP, AgentState.READY, NOON + 140))
    day.fold(state(AgentState.READY, AgentState.NOT_READY, NOON + 150))
    assert day.of(ROADS).aht_s == 200 + 40


def test_what_the_store_has_and_what_comes_after_add_up() -> None:
    day = known(MORNING)
    day.fold(ended("1", wait_s=30, talk_s=240))
    roads = day.of(ROADS)
    assert (roads.offered, roads.answered, roads.answered_within, roads.asa_s) == (11, 8, 6, 30)
    assert sorted(day.slots) == [(ROADS, 16), (ROADS, 24)]


def test_a_call_counts_as_answered_when_its_talk_begins_and_only_once() -> None:
    day = known()
    day.fold(connected("1", wait_s=12))
    day.fold(connected("1", wait_s=12))
    assert (day.of(ROADS).offered, day.of(ROADS).answered, day.of(ROADS).talked) == (1, 1, 0)
    day.fold(ended("1", wait_s=12, talk_s=60))
    roads = day.of(ROADS)
    assert (roads.offered, roads.answered, roads.talked, roads.talk_sum_s) == (1, 1, 1, 60)


def test_calls_that_end_while_the_store_is_asked_count_once() -> None:
    day = Day()
    day.talking_are([(CallId("1"), ROADS, NOON, NOON + 10)], {CallId("1")})
    asked = ask(day)
    for one in (ended("1", wait_s=10, talk_s=5), ended("2", wait_s=40), ended("3", wait_s=41)):
        day.fold(one)
    stored = SlotTally(
        queue=ROADS,
        slot=24,
        offered=1,
        answered=0,
        answered_within=0,
        abandoned=1,
        abandoned_within=0,
        wait_sum_s=0.0,
        talked=0,
        talk_sum_s=0.0,
    )
    day.start_from(asked, DayTallies(slots=(stored,), recent=(CallId("2"),)))
    roads = day.of(ROADS)
    assert (roads.offered, roads.answered, roads.abandoned, roads.talked) == (3, 1, 2, 1)


def test_calls_that_talk_at_the_start_count_as_answered() -> None:
    day = Day()
    talk = (CallId("1"), ROADS, NOON, NOON + 31)
    day.talking_are([talk], {CallId("1")})
    assert day.of(ROADS).offered == 0
    day.start_from(ask(day), DayTallies())
    day.talking_are([talk], {CallId("1")})
    assert (day.of(ROADS).answered, day.of(ROADS).answered_within) == (1, 0)
    day.talking_are([], set())
    day.start_from(ask(day), DayTallies())
    assert day.of(ROADS).answered == 0


def test_a_call_of_yesterday_is_not_counted_today() -> None:
    day = known()
    day.fold(connected("1", wait_s=20, joined_at=MIDNIGHT - 10))
    day.fold(ended("1", wait_s=20, talk_s=9, joined_at=MIDNIGHT - 10))
    day.fold(ended("2", wait_s=20, joined_at=NEXT_MIDNIGHT))
    day.fold(replace(ended("3", wait_s=0), queue=None, queued_at=None, outcome=Outcome.ABANDONED_IVR))
    assert day.slots == {}


def test_a_new_day_begins_with_what_the_store_says_and_the_old_one_is_gone() -> None:
    day = known(MORNING)
    day.fold(released("1", NOON + 1))
    day.fold(state(AgentState.WRAP_UP, AgentState.READY, NOON + 2))
    day.changed.clear()
    assert day.is_of(NOON, WITHIN)
    assert not day.is_of(NOON, {ROADS: 60.0})
    assert not day.is_of(NEXT_MIDNIGHT, WITHIN)
    day.start_from(ask(day, NEXT_MIDNIGHT), DayTallies())
    assert day.slots == {}
    assert (ROADS, 16) in day.changed


def test_wrap_ups_that_were_seen_outlive_another_question_on_the_same_day() -> None:
    day = known(MORNING)
    day.fold(released("1", NOON + 10))
    day.fold(state(AgentState.WRAP_UP, AgentState.READY, NOON + 30))
    day.start_from(ask(day), DayTallies(slots=(MORNING,)))
    assert day.of(ROADS).aht_s == 220


def test_who_gave_up_of_late_is_counted() -> None:
    day = known()
    day.fold(ended("1", wait_s=5))
    day.fold(ended("2", wait_s=65))
    assert day.given_up_since(ROADS, NOON + 60) == 1
    assert day.given_up_since(WASTE, NOON) == 0


@pytest.mark.parametrize(
    ("now", "slots"),
    [(NOON, 48), (1_792_920_000.0, 50), (1_774_780_000.0, 46)],
    ids=["ordinary", "25 hours", "23 hours"],
)
def test_a_day_lasts_from_midnight_to_midnight_in_the_city(now: float, slots: int) -> None:
    begins_at, ends_at = bounds_of_day(now, WARSAW)
    assert begins_at <= now < ends_at
    assert (ends_at - begins_at) / SLOT_S == slots


def test_callbacks_are_no_callers_of_the_day() -> None:
    day = known()
    day.fold(connected("cb-1", wait_s=3_600.0))
    day.fold(ended("cb-2", wait_s=60.0, outcome=Outcome.CALLBACK_FAILED))
    assert day.of(QueueId("roads")).offered == 0
