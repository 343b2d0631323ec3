"""What the desktop measures about itself."""

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram

_HISTORY_BUCKETS_S = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0)


class DesktopMeasures:
    """The desktop's metrics, in `registry` or, without one, in a registry of their own."""

    def __init__(self, registry: CollectorRegistry | None = None) -> None:
        """Declare every metric."""
        registry = registry or CollectorRegistry()
        self.watchers = Gauge("centrala_desktop_watchers", "Open event streams", registry=registry)
        self.frames = Counter("centrala_desktop_frames", "Messages put on event streams", registry=registry)
        self.slow = Counter(
            "centrala_desktop_slow_watchers", "Event streams closed for not reading", registry=registry
        )
        self.alerts = Gauge("centrala_desktop_alerts", "Alerts that are raised", registry=registry)
        self.notices = Counter(
            "centrala_desktop_notices",
            "Messages about alerts beyond the board, by way and by what became of them",
            ["way", "outcome"],
            registry=registry,
        )
        self.notices_waiting = Gauge(
            "centrala_desktop_notices_waiting",
            "Alerts that recipients are yet to be told of, by way",
            ["way"],
            registry=registry,
        )
        self.pops = Counter("centrala_desktop_pops", "Screen-pops sent", registry=registry)
        self.wrap_ups = Counter(
            "centrala_desktop_wrap_ups",
            "Wrap-ups that are over, by whether a disposition was given",
            ["disposition"],
            registry=registry,
        )
        self.history = Histogram(
            "centrala_desktop_history_seconds",
            "From an offer to the caller's history",
            buckets=_HISTORY_BUCKETS_S,
            registry=registry,
        )
        self.photos = Counter(
            "centrala_photos",
            "Files that callers sent to cases, by whether they were taken or why not",
            ["outcome"],
            registry=registry,
        )
        self.photo_codes_wrong = Counter(
            "centrala_photo_codes_wrong", "Codes for photos that were wrong or over", registry=registry
        )
        self.requests = Counter(
            "centrala_desktop_requests", "Answered HTTP requests", ["route", "status"], registry=registry
        )
