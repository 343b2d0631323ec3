"""What the IVR counts, for Prometheus."""

from prometheus_client import CollectorRegistry, Counter, Gauge


class IvrMeasures:
    """The IVR's metrics in one registry."""

    def __init__(self, registry: CollectorRegistry | None = None) -> None:
        """Register them in `registry`, or in one of their own that nobody reads."""
        registry = registry if registry is not None else CollectorRegistry()
        self.connections = Gauge(
            "centrala_fastagi_connections", "FastAGI connections that are open", registry=registry
        )
        self.connections_ended = Counter(
            "centrala_fastagi_connections_ended_total",
            "FastAGI connections by how they ended",
            ["how"],
            registry=registry,
        )
        self.node_visits = Counter(
            "centrala_ivr_node_visits_total",
            "Visits of flow nodes by how they ended",
            ["flow", "node", "ended_by"],
            registry=registry,
        )
        self.flashes_heard = Counter(
            "centrala_flash_plays_total",
            "Flash messages that callers were played",
            ["flash", "language"],
            registry=registry,
        )
        self.prompts_unplayed = Counter(
            "centrala_ivr_prompts_unplayed_total", "Prompts Asterisk did not play", registry=registry
        )
