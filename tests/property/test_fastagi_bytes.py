"""Ten thousand strings of bytes at the FastAGI reader: it never raises, and cutting changes nothing."""

import itertools
import random

from hypothesis import given, settings
from hypothesis import strategies as st

from ivr.adapters.agi_codec import LINE_BYTES_MAX, AgiReader, Frame, Header, Violation

HEADER = b"agi_network: yes\nagi_network_script: entry\n\n"
WORDS = (
    b"200 result=0\n",
    b"200 result=1 (x)\n",
    b"HANGUP\n",
    b"520-Invalid\n",
    b"520 End of proper usage.\n",
    b"510 Invalid or unknown command\n",
    b"100 Trying\n",
    b"agi_x: y\n",
    b"\n",
    b"\0",
    b"\xff\xfe",
    b"200 result=",
    b"9" * 400,
)


def all_frames(data: bytes, cuts: list[int]) -> list[Frame]:
    reader = AgiReader()
    places = [0, *sorted(cut % (len(data) + 1) for cut in cuts), len(data)]
    return [frame for start, end in itertools.pairwise(places) for frame in reader.receive(data[start:end])]


@settings(max_examples=150, deadline=None)
@given(
    words=st.lists(st.sampled_from(WORDS) | st.binary(max_size=40), max_size=12),
    cuts=st.lists(st.integers(min_value=0, max_value=10_000), max_size=8),
)
def test_the_same_stream_gives_the_same_frames_however_it_is_cut(words: list[bytes], cuts: list[int]) -> None:
    data = HEADER + b"".join(words)
    assert all_frames(data, cuts) == all_frames(data, [])


def test_ten_thousand_random_strings_break_nothing() -> None:
    source = random.Random(19_115)  # noqa: S311 - to be repeated, not to be secret
    for turn in range(10_000):
        data = source.randbytes(source.randrange(200))
        reader = AgiReader()
        frames = reader.receive((HEADER if turn % 2 else b"") + data) + reader.receive(data)
        ends = [place for place, frame in enumerate(frames) if isinstance(frame, Violation)]
        assert ends in ([], [len(frames) - 1])
        assert not any(isinstance(frame, Header) for frame in frames[1:])
        assert len(reader._buffer) <= LINE_BYTES_MAX
