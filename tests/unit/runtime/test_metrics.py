from runtime import metrics
from runtime.metrics import LoopLag


def test_dependencies_are_read_when_asked_for() -> None:
    health = {"database": "ok", "asterisk": "not running"}
    registry = metrics.new_registry(version="1.2", health=lambda: health)
    assert registry.get_sample_value("centrala_dependency_up", {"dependency": "database"}) == 1
    assert registry.get_sample_value("centrala_dependency_up", {"dependency": "asterisk"}) == 0
    health["asterisk"] = "ok"
    assert registry.get_sample_value("centrala_dependency_up", {"dependency": "asterisk"}) == 1


def test_the_text_names_version_and_process() -> None:
    text = metrics.render(metrics.new_registry(version="1.2", health=dict)).decode()
    assert 'centrala_build_info{python="' in text
    assert 'version="1.2"' in text
    assert "process_resident_memory_bytes" in text


def test_lag_is_counted_and_an_early_timer_counts_as_none() -> None:
    registry = metrics.new_registry(version="1.2", health=dict)
    lag = LoopLag(registry=registry)
    lag.observe(0.3)
    lag.observe(-0.001)
    assert registry.get_sample_value("centrala_event_loop_lag_seconds_count") == 2
    assert registry.get_sample_value("centrala_event_loop_lag_seconds_sum") == 0.3
    assert registry.get_sample_value("centrala_event_loop_lag_last_seconds") == 0


async def test_measuring_starts_and_stops_any_number_of_times() -> None:
    lag = LoopLag(registry=metrics.new_registry(version="1.2", health=dict))
    await lag.stop()
    await lag.start()
    await lag.start()
    await lag.stop()
    await lag.stop()
