"""Who hears something next: moments by the facts, and by the policy of the day."""

from acd.core.announcement import Announcements, Comfort, Rhythm
from acd.core.announcer import Announcer, Saying
from acd.core.expected_wait import Expectation
from acd.core.policy import QueuePolicy
from contact.announcement import PromptName
from contact.events import CallLeftQueue, CallWaiting
from contact.ids import E164, CallId, Language, QueueId, callback_id

ROADS = QueueId("roads")
TOLD = QueuePolicy(
    queue=ROADS,
    announcements=Announcements(rhythm=Rhythm(first_s=20, every_s=60)),
    comfort=Comfort(prompts=(PromptName("a"), PromptName("b")), rhythm=Rhythm(first_s=30, every_s=30)),
)
SILENT = QueuePolicy(queue=ROADS)


def waiting(call: str, joined_at: float) -> CallWaiting:
    return CallWaiting(
        call=CallId(call),
        caller=E164("+48600100200"),
        queue=ROADS,
        requirement="",
        priority=0,
        language=Language("pl"),
        joined_at=joined_at,
    )


def heard(announcer: Announcer, call: str, saying: Saying, now: float, position: int = 2) -> tuple[str, ...]:
    expectation = Expectation(queue=ROADS, position=position, wait_s=None)
    return announcer.words(CallId(call), saying, now, expectation=expectation, error_s=None)


def test_callers_hear_each_thing_at_its_own_moment() -> None:
    announcer = Announcer(lambda _: TOLD)
    announcer.take(waiting("1.1", 100.0), 100.0)
    announcer.take(waiting("1.2", 105.0), 105.0)
    assert announcer.next_at() == 120.0
    assert announcer.pop_due(119.0) is None
    due = [announcer.pop_due(160.0) for _ in range(5)]
    assert due == [
        ("1.1", Saying.STANDING),
        ("1.2", Saying.STANDING),
        ("1.1", Saying.COMFORT),
        ("1.2", Saying.COMFORT),
        None,
    ]
    assert announcer.next_at() == 165.0


def test_nobody_who_waits_no_more_hears_anything() -> None:
    announcer = Announcer(lambda _: TOLD)
    announcer.take(waiting("1.1", 100.0), 100.0)
    announcer.take(CallLeftQueue(call=CallId("1.1"), queue=ROADS, reason="key"), 110.0)
    assert announcer.next_at() is None
    assert heard(announcer, "1.1", Saying.STANDING, 120.0) == ()


def test_a_caller_adopted_late_hears_the_next_thing_not_all_that_was_missed() -> None:
    announcer = Announcer(lambda _: TOLD)
    announcer.take(waiting("1.1", 100.0), 500.0)
    assert announcer.next_at() == 520.0


def test_another_policy_counts_from_the_next_moment_on() -> None:
    rules = TOLD
    announcer = Announcer(lambda _: rules)
    announcer.take(waiting("1.1", 100.0), 100.0)
    rules = SILENT
    assert heard(announcer, "1.1", Saying.STANDING, 120.0) == ()
    assert heard(announcer, "1.1", Saying.COMFORT, 120.0) == ()
    announcer.renew(110.0)
    assert announcer.next_at() is None
    rules = TOLD
    announcer.renew(125.0)
    assert announcer.next_at() == 130.0


def test_messages_take_turns_and_the_best_place_said_is_remembered() -> None:
    better = QueuePolicy(
        queue=ROADS,
        comfort=TOLD.comfort,
        announcements=Announcements(rhythm=Rhythm(first_s=20, every_s=60), only_improved=True),
    )
    announcer = Announcer(lambda _: better)
    announcer.take(waiting("1.1", 100.0), 100.0)
    assert [heard(announcer, "1.1", Saying.COMFORT, at) for at in (130.0, 160.0, 190.0)] == [
        ("a",),
        ("b",),
        ("a",),
    ]
    assert heard(announcer, "1.1", Saying.STANDING, 120.0) == ("queue_place", "place_2")
    assert heard(announcer, "1.1", Saying.STANDING, 180.0, position=3) == ()
    assert heard(announcer, "1.1", Saying.STANDING, 240.0, position=1) == ("queue_place", "place_1")


def test_a_citizen_who_is_to_be_called_hears_nothing() -> None:
    announcer = Announcer(lambda _: TOLD)
    announcer.take(waiting(callback_id("order-1"), 100.0), 100.0)
    assert announcer.next_at() is None
