from dataclasses import replace

import pytest

from agent_desktop.alert import AlertKind, AlertRule, Alerts, ReadingKey, Telling, TellingState
from contact.errors import Refused
from contact.ids import AgentId, QueueId

ROADS, WASTE = QueueId("roads"), QueueId("waste")
SYLWIA, ADMIN = AgentId("sylwia"), AgentId("admin")
WAIT: ReadingKey = (AlertKind.LONGEST_WAIT, ROADS)
LEVEL: ReadingKey = (AlertKind.SERVICE_LEVEL, ROADS)
LONG = AlertRule(kind=AlertKind.LONGEST_WAIT, raise_at=120, clear_at=60, hold_s=10)
LOW = AlertRule(kind=AlertKind.SERVICE_LEVEL, raise_at=0.6, clear_at=0.8)


def course(rule: AlertRule, key: ReadingKey, *readings: tuple[float, float]) -> list[bool]:
    """Return whether the alert is raised after each `(moment, reading)`."""
    alerts = Alerts([rule])
    seen = []
    for now, reading in readings:
        alerts.judge({key: reading}, now)
        seen.append(bool(alerts.raised))
    return seen


def test_a_bound_must_be_reached_for_a_while() -> None:
    assert course(LONG, WAIT, (0, 119), (1, 120), (5, 130), (10.9, 130), (11, 130)) == [False] * 4 + [True]


def test_a_short_peak_raises_nothing() -> None:
    assert course(LONG, WAIT, (0, 150), (9, 150), (9.5, 119), (10, 150), (19, 150)) == [False] * 5


def test_between_the_bounds_nothing_changes() -> None:
    readings = [
        (0.0, 150.0),
        (10.0, 150.0),
        (11.0, 61.0),
        (100.0, 119.0),
        (101.0, 60.0),
        (110.0, 60.0),
        (111.0, 60.0),
    ]
    assert course(LONG, WAIT, *readings) == [False, True, True, True, True, True, False]


def test_where_little_is_bad_the_smaller_bound_raises() -> None:
    readings = [(0.0, 0.61), (1.0, 0.6), (2.0, 0.79), (3.0, 0.8)]
    assert course(LOW, LEVEL, *readings) == [False, True, True, False]


def test_a_reading_that_is_not_known_changes_nothing() -> None:
    alerts = Alerts([LOW])
    assert alerts.judge({LEVEL: 0.1}, 1.0)
    assert not alerts.judge({}, 2.0)
    assert alerts.raised.keys() == {"service_level:roads"}


def test_who_takes_note_first_stays_until_the_alert_has_ended() -> None:
    alerts = Alerts([LOW])
    alerts.judge({LEVEL: 0.5}, 1.0)
    alerts.changed.clear()
    noted = alerts.acknowledge("service_level:roads", SYLWIA, 2.0)
    assert (noted.reading, noted.bound, noted.raised_at) == (0.5, 0.6, 1.0)
    assert alerts.changed == {"service_level:roads"}
    assert alerts.acknowledge("service_level:roads", ADMIN, 3.0) == noted
    assert (noted.acknowledged_by, noted.acknowledged_at) == (SYLWIA, 2.0)
    alerts.judge({LEVEL: 1.0}, 4.0)
    with pytest.raises(Refused, match="service_level:roads"):
        alerts.acknowledge("service_level:roads", SYLWIA, 5.0)
    alerts.judge({LEVEL: 0.5}, 6.0)
    assert alerts.raised["service_level:roads"].acknowledged_by is None


def test_a_rule_may_hold_for_some_queues_and_the_first_one_rules() -> None:
    strict = replace(LOW, raise_at=0.9, clear_at=0.95, queues=frozenset({ROADS}))
    alerts = Alerts([strict, LOW])
    alerts.judge({LEVEL: 0.85, (AlertKind.SERVICE_LEVEL, WASTE): 0.85}, 1.0)
    assert alerts.raised.keys() == {"service_level:roads"}


def test_a_reading_of_the_whole_centre_has_no_queue() -> None:
    down = AlertRule(kind=AlertKind.TELEPHONY_DOWN, raise_at=1, clear_at=0)
    alerts = Alerts([replace(down, queues=frozenset({ROADS}))])
    alerts.judge({(AlertKind.TELEPHONY_DOWN, None): 1.0}, 1.0)
    assert alerts.raised["telephony_down"].queue is None


def test_what_no_rule_watches_is_left_alone() -> None:
    alerts = Alerts()
    assert not alerts.judge({LEVEL: 0.0}, 1.0)


def test_each_raising_is_an_occurrence_of_its_own() -> None:
    alerts = Alerts([LOW])
    names = []
    for now in (1.0, 2.0):
        alerts.judge({LEVEL: 0.5}, now)
        names.append(alerts.raised["service_level:roads"].occurrence)
        alerts.judge({LEVEL: 0.9}, now + 0.5)
    assert names == ["service_level:roads:1000", "service_level:roads:2000"]


def test_an_alert_of_before_a_restart_goes_on_and_ends_as_any_other() -> None:
    before, after = Alerts([LOW]), Alerts([LOW])
    before.judge({LEVEL: 0.5}, 1.0)
    assert after.resume(before.raised["service_level:roads"])
    after.judge({LEVEL: 0.5}, 10.0)
    assert after.raised == before.raised
    after.judge({LEVEL: 0.9}, 11.0)
    assert after.raised == {}


def test_an_alert_that_no_rule_watches_any_more_does_not_go_on() -> None:
    before, after = Alerts([LOW]), Alerts([LONG])
    before.judge({LEVEL: 0.5}, 1.0)
    assert not after.resume(before.raised["service_level:roads"])
    assert after.raised == {}


def test_the_alerts_of_a_queue_that_is_no_more_end_with_it() -> None:
    alerts = Alerts([LOW, AlertRule(kind=AlertKind.TELEPHONY_DOWN, raise_at=1, clear_at=0)])
    alerts.judge({LEVEL: 0.5, (AlertKind.TELEPHONY_DOWN, None): 1.0}, 1.0)
    assert not alerts.keep_queues({ROADS})
    alerts.changed.clear()
    assert alerts.keep_queues({WASTE})
    assert alerts.raised.keys() == {"telephony_down"}
    assert alerts.changed == {"service_level:roads"}


def test_who_was_told_is_news_once() -> None:
    alerts = Alerts([LOW])
    alerts.judge({LEVEL: 0.5}, 1.0)
    alerts.changed.clear()
    told = (Telling(recipient="dyżurny", way="email", state=TellingState.TOLD, at=2.0),)
    assert alerts.show_told("service_level:roads", told)
    assert not alerts.show_told("service_level:roads", told)
    assert alerts.changed == {"service_level:roads"}
    assert alerts.raised["service_level:roads"].told == told
