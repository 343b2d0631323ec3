from datetime import UTC

from hypothesis import given
from hypothesis import strategies as st

from contact.times import to_iso, to_utc


def test_a_moment_is_written_with_milliseconds_in_utc() -> None:
    assert to_iso(1_772_352_930.125) == "2026-03-01T08:15:30.125Z"


@given(st.floats(min_value=0, max_value=4e9))
def test_a_moment_reads_back_to_the_microsecond(moment: float) -> None:
    when = to_utc(moment)
    assert when.tzinfo is UTC
    assert abs(when.timestamp() - moment) < 1e-5
