"""The bridge's metrics, each with the question it answers."""

from prometheus_client import CollectorRegistry, Counter, Gauge


class BridgeMetrics:
    """What the bridge counts; without a registry given, into one of its own that nobody reads."""

    def __init__(self, registry: CollectorRegistry | None = None) -> None:
        """Register every metric with `registry`."""
        into = registry if registry is not None else CollectorRegistry()
        self.outbox_depth = Gauge(
            "centrala_outbox_depth", "Cases that wait for delivery to the CRM", registry=into
        )
        self.outbox_oldest_s = Gauge(
            "centrala_outbox_oldest_seconds", "Age of the oldest case that waits for delivery", registry=into
        )
        self.undeliverable = Gauge(
            "centrala_cases_undeliverable", "Cases that the CRM refused for good", registry=into
        )
        self.attempts = Counter(
            "centrala_deliveries", "Delivery attempts by verdict", ["verdict"], registry=into
        )
        self.cases_filed = Counter("centrala_cases_filed", "Cases filed", registry=into)
        self.contacts_written = Counter(
            "centrala_contacts_written", "Terminal records of calls written to the store", registry=into
        )
        self.contacts_pending = Gauge(
            "centrala_contacts_pending", "Terminal records that wait for the store", registry=into
        )
        self.contacts_lost = Counter(
            "centrala_contacts_lost", "Terminal records dropped: queue full or not storable", registry=into
        )
        self.talks_kept = Counter("centrala_kept_talks", "Recorded talks that were kept", registry=into)
        self.talks_erased = Counter(
            "centrala_kept_talks_erased", "Recorded talks that were erased, by why", ["why"], registry=into
        )
        self.talks_stored = Gauge("centrala_kept_talks_stored", "Recorded talks in the store", registry=into)
        self.talk_bytes = Gauge(
            "centrala_kept_talks_bytes", "What the recorded talks take on the disk, encrypted", registry=into
        )
        self.look_ups = Counter(
            "centrala_look_ups", "Caller look-ups by where the answer came from", ["source"], registry=into
        )
