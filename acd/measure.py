"""What distribution tells Prometheus."""

from collections.abc import Callable, Sequence
from typing import NamedTuple, TypeAlias, get_args

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram

from contact.callbacks import CallbackAttempted
from contact.commands import Command, Publish
from contact.events import CallConnected, CallEnded, CallOffered, Fact, OfferEnded
from contact.ids import QueueId, is_callback
from contact.talk_recording import TalkRecordingBegan, TalkRecordingDiscarded, TalkRecordingPaused

_WAIT_BUCKETS_S = (1, 2, 5, 10, 15, 20, 30, 45, 60, 90, 120, 180, 300, 600)
_LEAD_BUCKETS_S = (0.01, 0.02, 0.05, 0.075, 0.1, 0.15, 0.2, 0.25, 0.5)
_DECISION_BUCKETS_S = (0.000_02, 0.000_05, 0.000_1, 0.000_2, 0.000_5, 0.001, 0.002, 0.005, 0.01, 0.05)


class WaitFigures(NamedTuple):
    """Seconds that a caller is to wait, and how wrong that has been; None where it is not known."""

    expected_s: float | None
    bias_s: float | None
    error_p80_s: float | None


class Measure:
    """The metrics of distribution, all named `centrala_acd_*`."""

    def __init__(self, registry: CollectorRegistry) -> None:
        """Register every metric."""
        self._offers = Counter("centrala_acd_offers", "Offers made", ["queue"], registry=registry)
        self._ended = Counter(
            "centrala_acd_offers_ended", "Offers by their final state", ["queue", "state"], registry=registry
        )
        self._calls = Counter(
            "centrala_acd_calls_ended", "Calls by outcome", ["queue", "outcome"], registry=registry
        )
        self._wait = Histogram(
            "centrala_acd_wait_seconds",
            "Wait in the queue of calls that were answered",
            ["queue"],
            buckets=_WAIT_BUCKETS_S,
            registry=registry,
        )
        self._ring = Histogram(
            "centrala_acd_ring_seconds",
            "From offer to answer",
            ["queue"],
            buckets=_WAIT_BUCKETS_S,
            registry=registry,
        )
        self._decision = Histogram(
            "centrala_acd_decision_seconds",
            "One step of the engine",
            buckets=_DECISION_BUCKETS_S,
            registry=registry,
        )
        self._lead = Histogram(
            "centrala_acd_ring_lead_seconds",
            "How long a phone waited for the page to show the caller",
            buckets=_LEAD_BUCKETS_S,
            registry=registry,
        )
        self._journaled = Counter("centrala_acd_journal_entries", "Inputs written", registry=registry)
        self._journal_failures = Counter(
            "centrala_acd_journal_failures", "Writes of the journal that failed", registry=registry
        )
        self._repairs = Counter(
            "centrala_acd_repairs",
            "Differences from Asterisk that the watchdog had repaired",
            ["what"],
            registry=registry,
        )
        self._register_waits(registry)
        self._announced = Counter(
            "centrala_acd_announcements",
            "What waiting callers were told",
            ["queue", "what"],
            registry=registry,
        )
        self._attempts = _callback_attempts(registry)
        self.waiting = Gauge("centrala_acd_waiting", "Calls waiting now", registry=registry)
        self.ready = Gauge("centrala_acd_agents_ready", "Agents ready now", registry=registry)

    def led(self, held_s: float) -> None:
        """Note how long an offer was held for its agent's page."""
        self._lead.observe(held_s)

    def step(self, commands: Sequence[Command], spent_s: float) -> None:
        """Count one step of the engine and what it decided."""
        self._decision.observe(spent_s)
        for command in commands:
            if isinstance(command, Publish):
                self._fact(command.fact)

    def watch_waits(self, queue: QueueId, figures: Callable[[], WaitFigures]) -> None:
        """Ask for the figures of `queue` whenever Prometheus does."""
        self._expected.labels(queue).set_function(lambda: _or_nan(figures().expected_s))
        self._bias.labels(queue).set_function(lambda: _or_nan(figures().bias_s))
        self._error.labels(queue).set_function(lambda: _or_nan(figures().error_p80_s))

    def announced(self, queue: QueueId, what: str) -> None:
        """Count something a waiting caller was to hear."""
        self._announced.labels(queue, what).inc()

    def imported(self, record: CallEnded) -> None:
        """Count a call that ended without the engine having known of it."""
        self._fact(record)

    def repaired(self, what: str) -> None:
        """Count something that was otherwise than Asterisk had it for too long."""
        self._repairs.labels(what).inc()

    def journaled(self, entries: int) -> None:
        """Count entries that were written."""
        self._journaled.inc(entries)

    def journal_failed(self) -> None:
        """Count a write that failed."""
        self._journal_failures.inc()

    def _fact(self, fact: Fact) -> None:
        match fact:
            case CallOffered():
                self._offers.labels(fact.queue).inc()
            case OfferEnded():
                self._ended.labels(fact.queue, fact.state).inc()
                if fact.state == "accepted":
                    self._ring.labels(fact.queue).observe(fact.ring_s)
            case CallConnected() if not is_callback(fact.call):
                self._wait.labels(fact.queue).observe(max(0.0, fact.connected_at - fact.joined_at))
            case CallbackAttempted():
                self._attempts.labels(fact.queue, fact.end).inc()
            case CallEnded():
                self._calls.labels(fact.queue or "", fact.outcome).inc()
            case _:
                pass

    def _register_waits(self, registry: CollectorRegistry) -> None:
        self._expected = Gauge(
            "centrala_acd_expected_wait_seconds",
            "What a caller who joins now is to wait; NaN where nobody is there to answer",
            ["queue"],
            registry=registry,
        )
        self._bias = Gauge(
            "centrala_acd_expected_wait_bias_seconds",
            "Mean of real less expected wait; positive where callers waited longer",
            ["queue"],
            registry=registry,
        )
        self._error = Gauge(
            "centrala_acd_expected_wait_error_p80_seconds",
            "Four in five expected waits were wrong by no more",
            ["queue"],
            registry=registry,
        )


Counted: TypeAlias = TalkRecordingBegan | TalkRecordingPaused | TalkRecordingDiscarded
COUNTED: tuple[type[Counted], ...] = get_args(Counted)
"""What is counted of talk recordings."""


class RecordingMeasure:
    """What is counted of talk recordings on the machine that makes them."""

    def __init__(self, registry: CollectorRegistry) -> None:
        """Register everything with `registry`."""
        self._states = Counter(
            "centrala_acd_talk_recordings",
            "Talk recordings that began, were paused, or were discarded at the caller's wish",
            ["what"],
            registry=registry,
        )
        self._imported = Counter(
            "centrala_acd_talk_recordings_taken_over",
            "Recorded talks by what became of their files",
            ["outcome"],
            registry=registry,
        )

    def hear(self, fact: Counted) -> None:
        """Count what happened to a recording."""
        match fact:
            case TalkRecordingBegan():
                self._states.labels("began").inc()
            case TalkRecordingPaused():
                self._states.labels("paused").inc()
            case TalkRecordingDiscarded():
                self._states.labels("discarded").inc()

    def imported(self, outcome: str) -> None:
        """Count a recorded talk whose files were kept or deleted, or could not be taken over."""
        self._imported.labels(outcome).inc()


def _callback_attempts(registry: CollectorRegistry) -> Counter:
    return Counter(
        "centrala_acd_callback_attempts",
        "Citizens dialled without a talk, by how that ended",
        ["queue", "end"],
        registry=registry,
    )


def _or_nan(value: float | None) -> float:
    return float("nan") if value is None else value
