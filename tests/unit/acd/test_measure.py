import pytest
from prometheus_client import CollectorRegistry

from acd.measure import Measure
from contact.states import OfferCause, OfferState
from tests.unit.acd.core.floor import Floor


def measured(floor: Floor) -> CollectorRegistry:
    registry = CollectorRegistry()
    Measure(registry).step(floor.commands, 0.000_03)
    return registry


def value(registry: CollectorRegistry, name: str, **labels: str) -> float | None:
    return registry.get_sample_value(f"centrala_acd_{name}", labels)


@pytest.fixture
def answered() -> CollectorRegistry:
    """One call was missed after 5 s and answered 10 s after it joined."""
    floor = Floor(reoffer_after_s=dict.fromkeys(OfferState, 0.0))
    floor.agent("anna")
    call = floor.call()
    floor.pass_s(5)
    floor.end_leg(floor.ringing().offer, OfferCause.NO_ANSWER)
    floor.pass_s(5)
    floor.answer()
    floor.hang_up(call)
    return measured(floor)


def test_offers_are_counted_and_each_end_by_its_name(answered: CollectorRegistry) -> None:
    assert value(answered, "offers_total", queue="roads") == 2
    assert value(answered, "offers_ended_total", queue="roads", state="expired") == 1
    assert value(answered, "offers_ended_total", queue="roads", state="accepted") == 1


def test_calls_are_counted_by_how_they_ended(answered: CollectorRegistry) -> None:
    assert value(answered, "calls_ended_total", queue="roads", outcome="connected") == 1


def test_waits_and_ringing_of_answered_calls_are_measured_in_seconds(answered: CollectorRegistry) -> None:
    assert value(answered, "wait_seconds_sum", queue="roads") == 10
    assert value(answered, "wait_seconds_count", queue="roads") == 1
    assert value(answered, "ring_seconds_sum", queue="roads") == 5
    assert value(answered, "ring_seconds_count", queue="roads") == 1


def test_a_call_that_reached_no_queue_is_counted_without_one() -> None:
    floor = Floor()
    floor.hang_up(floor.arrive())
    assert value(measured(floor), "calls_ended_total", queue="", outcome="abandoned_ivr") == 1


def test_every_step_is_timed(answered: CollectorRegistry) -> None:
    assert value(answered, "decision_seconds_count") == 1
    assert value(answered, "decision_seconds_bucket", le="5e-05") == 1
    assert value(answered, "decision_seconds_bucket", le="2e-05") == 0


def test_writes_of_the_journal_and_their_failures_are_counted() -> None:
    registry = CollectorRegistry()
    measure = Measure(registry)
    measure.journaled(3)
    measure.journaled(1)
    measure.journal_failed()
    assert value(registry, "journal_entries_total") == 4
    assert value(registry, "journal_failures_total") == 1
