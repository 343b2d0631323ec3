from dataclasses import replace

from agent_desktop.alert import AlertKind
from agent_desktop.feed import Feed
from agent_desktop.reading import readings
from contact.day import DayTallies
from contact.events import TelephonyLost
from contact.states import AgentState
from tests.unit.agent_desktop.test_day import MIDNIGHT, NOON, ROADS, ended
from tests.unit.agent_desktop.test_feed import ANNA, CALL, OTHER, WAITING, standing, state


def live() -> Feed:
    feed = Feed()
    feed.start_from(standing())
    within = {ROADS: 30.0}
    asked = feed.day.ask(begins_at=MIDNIGHT, ends_at=MIDNIGHT + 86_400, within=within, now=NOON)
    feed.day.start_from(asked, DayTallies())
    return feed


def read(feed: Feed, kind: AlertKind, now: float = NOON) -> float:
    return readings(feed, now, undelivered=None)[kind, ROADS]


def test_the_longest_wait_counts_from_joining_and_is_nothing_without_a_caller() -> None:
    feed = live()
    assert read(feed, AlertKind.LONGEST_WAIT) == 0
    feed.fold(replace(WAITING, joined_at=NOON - 70), NOON)
    feed.fold(replace(WAITING, call=OTHER, joined_at=NOON - 20), NOON)
    assert read(feed, AlertKind.LONGEST_WAIT) == 70


def test_nobody_is_free_only_where_somebody_waits_and_none_of_the_queue_is_ready() -> None:
    feed = live()
    feed.fold(state(ANNA, AgentState.NOT_READY), NOON)
    assert read(feed, AlertKind.NO_FREE_AGENT) == 0
    feed.fold(WAITING, NOON)
    assert read(feed, AlertKind.NO_FREE_AGENT) == 1
    feed.fold(state(ANNA, AgentState.READY), NOON)
    assert read(feed, AlertKind.NO_FREE_AGENT) == 0


def test_abandons_count_for_five_minutes() -> None:
    feed = live()
    for number in range(3):
        feed.fold(ended(f"9.{number}", wait_s=10.0 * number), NOON)
    assert read(feed, AlertKind.ABANDON_BURST, NOON + 20) == 3
    assert read(feed, AlertKind.ABANDON_BURST, NOON + 305) == 2


def test_the_service_level_is_of_this_half_hour_and_the_last_and_says_nothing_of_few_calls() -> None:
    feed = live()
    for number in range(9):
        feed.fold(ended(f"8.{number}", wait_s=60, talk_s=5), NOON)
    assert read(feed, AlertKind.SERVICE_LEVEL) == 1
    feed.fold(ended("8.9", wait_s=5, talk_s=5), NOON)
    assert read(feed, AlertKind.SERVICE_LEVEL, NOON + 1_900) == 0.1
    assert read(feed, AlertKind.SERVICE_LEVEL, NOON + 3_700) == 1


def test_the_centre_as_a_whole_has_its_link_and_its_outbox() -> None:
    feed = live()
    assert readings(feed, NOON, undelivered=7)[AlertKind.OUTBOX_GROWING, None] == 7
    assert (AlertKind.OUTBOX_GROWING, None) not in readings(feed, NOON, undelivered=None)
    assert readings(feed, NOON, undelivered=None)[AlertKind.TELEPHONY_DOWN, None] == 0
    feed.fold(TelephonyLost(), NOON)
    assert readings(feed, NOON, undelivered=None)[AlertKind.TELEPHONY_DOWN, None] == 1
    assert CALL not in feed.calls
