from acd.core.policy import Policy, QueuePolicy, Relaxation, Strategy
from acd.core.skills import ANYBODY, parse
from contact.ids import QueueId
from contact.states import OfferState

STEPS = QueuePolicy(
    queue=QueueId("roads"),
    requirement=parse("roads>=60"),
    relaxations=(
        Relaxation(after_s=30, requirement=parse("roads")),
        Relaxation(after_s=60, requirement=parse("roads | general")),
    ),
)


def test_a_queue_asks_for_less_from_the_moment_of_each_step_on() -> None:
    asked = [str(STEPS.requirement_at(100.0, now)) for now in (100.0, 129.9, 130.0, 159.9, 160.0, 900.0)]
    assert asked == [
        "roads>=60",
        "roads>=60",
        "roads>=1",
        "roads>=1",
        "roads>=1 | general>=1",
        "roads>=1 | general>=1",
    ]


def test_a_queue_without_steps_asks_for_the_same_for_ever() -> None:
    plain = QueuePolicy(queue=QueueId("waste"), requirement=parse("waste"))
    assert plain.requirement_at(0.0, 1e9) == parse("waste")


def test_a_queue_nobody_configured_asks_nothing_and_takes_the_longest_idle() -> None:
    found = Policy(queues={STEPS.queue: STEPS}).queue(QueueId("lost"))
    assert (found.queue, found.requirement, found.strategy) == ("lost", ANYBODY, Strategy.LONGEST_IDLE)


def test_a_configured_queue_is_found_by_its_id() -> None:
    assert Policy(queues={STEPS.queue: STEPS}).queue(QueueId("roads")) is STEPS


def test_every_end_of_an_offer_has_a_delay_before_the_next() -> None:
    assert set(Policy(queues={}).reoffer_after_s) == set(OfferState) - {OfferState.PENDING}
