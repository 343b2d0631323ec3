"""What every test runs under: hypothesis without time limits, since speed belongs in benchmarks."""

from hypothesis import HealthCheck, settings

settings.register_profile(
    "centrala", deadline=None, max_examples=50, suppress_health_check=[HealthCheck.too_slow]
)
settings.load_profile("centrala")
