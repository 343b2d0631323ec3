from dataclasses import replace

import pytest

from agent_desktop.alert import Alert, Telling, TellingState
from agent_desktop.notice import GIVE_UP_S, OCCURRENCES_MAX, Notices, Occurrence
from agent_desktop.recipient import Recipient
from tests.fakes.notices import BEGAN, SYLWIA, alert, recipient


class Course:
    """One alert and one recipient; moments are seconds after it was raised."""

    def __init__(self, who: Recipient) -> None:
        self.who = who
        self.notices = Notices([who])
        self.alert: Alert = alert()

    def follow(self, after_s: float, *, up: bool = True) -> None:
        self.notices.follow([self.alert] if up else [], BEGAN + after_s)

    def take(self, after_s: float) -> None:
        self.alert = replace(self.alert, acknowledged_by=SYLWIA, acknowledged_at=BEGAN + after_s)
        self.follow(after_s)

    def owed(self, after_s: float) -> list[str]:
        return [one.moment.value for one in self.notices.owed(self.who, BEGAN + after_s)]

    def settle(self, after_s: float, *, arrived: bool = True) -> None:
        now = BEGAN + after_s
        self.notices.settle(self.who, self.notices.owed(self.who, now), now, arrived=arrived)

    def shown(self, after_s: float, *failing: str) -> list[tuple[str, float]]:
        found = self.notices.tellings(self.alert.occurrence, BEGAN + after_s, failing=failing)
        return [(one.state.value, one.at - BEGAN) for one in found]


def test_the_raising_and_then_the_end_are_told_once_each() -> None:
    course = Course(recipient())
    course.follow(0)
    assert course.owed(0) == ["raised"]
    course.settle(5)
    assert course.owed(6) == []
    course.take(60)
    assert course.owed(60) == []
    course.follow(90, up=False)
    assert course.owed(90) == ["ended"]
    course.settle(95)
    assert course.notices.occurrences == {}


def test_who_asks_for_it_is_told_who_sees_to_the_alert() -> None:
    course = Course(recipient("raised", "acknowledged"))
    course.follow(0)
    course.settle(5)
    course.take(60)
    assert course.owed(60) == ["acknowledged"]
    course.settle(65)
    assert course.owed(66) == []


def test_what_could_not_be_told_in_time_is_told_as_it_stands_then() -> None:
    course = Course(recipient())
    course.follow(0)
    course.take(60)
    assert course.owed(100) == ["acknowledged"]
    course.follow(200, up=False)
    assert course.owed(3_600) == ["ended"]
    course.settle(3_601)
    assert course.notices.occurrences == {}


def test_who_wants_no_ends_is_told_nothing_of_an_alert_that_is_over() -> None:
    course = Course(recipient("raised"))
    course.follow(0)
    assert course.owed(0) == ["raised"]
    course.follow(3, up=False)
    assert course.notices.occurrences == {}


def test_an_escalation_waits_and_is_told_of_what_nobody_sees_to() -> None:
    course = Course(recipient(after_s=900))
    course.follow(0)
    assert course.owed(899) == []
    assert course.notices.next_planned_at(course.who, BEGAN) == BEGAN + 900
    assert course.owed(900) == ["raised"]
    assert course.notices.next_planned_at(course.who, BEGAN + 900) is None


@pytest.mark.parametrize("taken", [True, False])
def test_an_escalation_is_not_told_of_what_is_seen_to_or_over_before(taken: bool) -> None:  # noqa: FBT001 - a case
    course = Course(recipient("raised", "acknowledged", "ended", after_s=900))
    course.follow(0)
    if taken:
        course.take(600)
    else:
        course.follow(600, up=False)
    assert course.owed(1_000) == []
    course.follow(2_000, up=False)
    assert course.owed(2_000) == []
    assert course.notices.occurrences == {}


def test_an_escalation_that_could_not_be_sent_is_dropped_once_somebody_sees_to_the_alert() -> None:
    course = Course(recipient(after_s=900))
    course.follow(0)
    assert course.owed(1_000) == ["raised"]
    course.take(1_100)
    assert course.owed(1_200) == []


def test_whoever_was_escalated_to_is_told_of_the_end_although_it_was_seen_to() -> None:
    course = Course(recipient(after_s=900))
    course.follow(0)
    course.settle(901)
    course.take(1_000)
    course.follow(2_000, up=False)
    assert course.owed(2_000) == ["ended"]


def test_a_moment_that_came_while_a_message_was_on_its_way_is_still_owed() -> None:
    course = Course(recipient())
    course.follow(0)
    on_its_way = course.notices.owed(course.who, BEGAN)
    course.follow(3, up=False)
    course.notices.settle(course.who, on_its_way, BEGAN + 4, arrived=True)
    assert course.owed(4) == ["ended"]


def test_only_ends_can_be_asked_for() -> None:
    course = Course(recipient("ended"))
    course.follow(0)
    assert course.owed(0) == []
    course.follow(60, up=False)
    assert course.owed(60) == ["ended"]


def test_what_was_refused_is_not_tried_again_but_the_end_is_told() -> None:
    course = Course(recipient())
    course.follow(0)
    course.settle(5, arrived=False)
    assert course.owed(6) == []
    course.follow(60, up=False)
    assert course.owed(60) == ["ended"]


def test_what_cannot_be_told_for_hours_is_given_up() -> None:
    course = Course(recipient())
    course.follow(0)
    owed = course.notices.owed(course.who, BEGAN)
    assert course.notices.give_up(course.who, owed, BEGAN + GIVE_UP_S) == []
    late = course.notices.give_up(course.who, owed, BEGAN + GIVE_UP_S + 1)
    assert [one.occurrence.alert.id for one in late] == ["longest_wait:roads"]
    assert course.shown(GIVE_UP_S + 1) == [("failed", GIVE_UP_S + 1)]


def test_the_board_sees_how_far_telling_is() -> None:
    course = Course(recipient(after_s=60))
    course.follow(0)
    assert course.shown(0) == [("planned", 60)]
    assert course.shown(61) == [("waiting", 60)]
    assert course.shown(61, "dyżurny") == [("failing", 60)]
    course.settle(62)
    assert course.shown(63) == [("told", 62)]


def test_a_recipient_whom_an_alert_does_not_concern_is_not_shown() -> None:
    course = Course(recipient("ended"))
    course.follow(0)
    assert course.shown(0) == []
    assert course.notices.tellings("unknown", BEGAN, failing=()) == ()


def test_alerts_that_stand_are_told_before_those_that_are_over_each_the_oldest_first() -> None:
    who = recipient()
    notices = Notices([who])
    first, second = alert(queue="roads"), alert(queue="waste", at=BEGAN + 1)
    third = alert("telephony_down", None, at=BEGAN + 2)
    notices.follow([first, second, third], BEGAN + 2)
    notices.follow([second, third], BEGAN + 3)
    found = [one.occurrence.alert.id for one in notices.owed(who, BEGAN + 3)]
    assert found == ["longest_wait:waste", "telephony_down", "longest_wait:roads"]


def test_without_recipients_an_alert_is_remembered_until_it_ends() -> None:
    notices = Notices()
    notices.follow([alert()], BEGAN)
    assert len(notices.occurrences) == 1
    notices.follow([], BEGAN + 1)
    assert notices.occurrences == {}
    assert notices.changed == {alert().occurrence}


def test_who_was_told_shows_on_the_board_only_and_is_no_news() -> None:
    notices = Notices([recipient()])
    notices.follow([alert()], BEGAN)
    notices.changed.clear()
    telling = Telling(recipient="dyżurny", way="email", state=TellingState.WAITING, at=BEGAN)
    notices.follow([replace(alert(), told=(telling,))], BEGAN + 1)
    assert notices.changed == set()


def test_only_what_comes_is_seen_to_or_goes_is_news() -> None:
    notices = Notices([recipient()])
    assert notices.follow([alert()], BEGAN)
    assert not notices.follow([alert()], BEGAN + 1)
    assert notices.follow([alert(acknowledged_at=BEGAN + 2)], BEGAN + 2)
    assert notices.follow([], BEGAN + 3)
    assert not notices.follow([], BEGAN + 4)


def test_what_was_told_before_a_restart_is_not_told_again_but_its_end_is() -> None:
    before = Course(recipient())
    before.follow(0)
    before.settle(5)
    (kept,) = before.notices.occurrences.values()
    after = Course(recipient())
    after.notices.restore(kept)
    after.follow(100)
    assert after.owed(100) == []
    after.follow(101, up=False)
    assert after.owed(101) == ["ended"]


def test_of_too_many_alerts_that_are_over_the_oldest_are_forgotten() -> None:
    who = recipient()
    notices = Notices([who])
    for number in range(OCCURRENCES_MAX + 10):
        one = alert(at=BEGAN + number)
        notices.restore(Occurrence(alert=one, ended_at=BEGAN + number + 0.5))
    standing = alert(queue="waste", at=BEGAN + 5_000)
    notices.follow([standing], BEGAN + 5_000)
    assert len(notices.occurrences) == OCCURRENCES_MAX
    assert standing.occurrence in notices.occurrences
    assert alert(at=BEGAN + 10).occurrence not in notices.occurrences


def test_a_message_about_what_is_forgotten_settles_nothing() -> None:
    course = Course(recipient("raised"))
    course.follow(0)
    on_its_way = course.notices.owed(course.who, BEGAN)
    course.follow(1, up=False)
    course.notices.settle(course.who, on_its_way, BEGAN + 2, arrived=True)
    assert course.notices.occurrences == {}
