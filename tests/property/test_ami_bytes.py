"""Whatever bytes come from the peer: messages, a clean refusal, never anything else."""

import itertools
import random

from hypothesis import given
from hypothesis import strategies as st

from acd.adapters.ami_events import AmiTranslator
from acd.adapters.ami_link import decode
from acd.adapters.ami_message import AmiEvent, AmiReply, AmiSplitter
from acd.errors import AmiGarbled
from contact.ids import E164

BANNER = b"Asterisk Call Manager/11.0.0\r\n"
WORDS = (
    b"\r\n",
    b"\r\n\r\n",
    b"\n",
    b"\r",
    b": ",
    b":",
    b"\0",
    b"\xff",
    b"\xc5",
    b"Event: ",
    b"Event: UserEvent\r\n",
    b"Event: Hangup\r\n",
    b"Event: Status\r\n",
    b"Response: Follows\r\n",
    b"Response: Error\r\n",
    b"UserEvent: CallQueued\r\n",
    b"Uniqueid: offer-\r\n",
    b"Uniqueid: 1.1\r\n",
    b"CallId: 1.1\r\n",
    b"Channel: PJSIP/trunk-1\r\n",
    b"Cause: 16\r\n",
    b"ActionID: originate-\r\n",
    b"JoinedAt: 1e999\r\n",
    b"Path: %%%\r\n",
)


def read(*packets: bytes) -> list[str] | None:
    """The texts that the packets hold, None where the peer was refused."""
    splitter = AmiSplitter()
    try:
        return [text for packet in packets for text in splitter.feed(packet)]
    except AmiGarbled:
        return None


def test_ten_thousand_random_byte_strings_raise_nothing_else() -> None:
    chance = random.Random(19115)  # noqa: S311 - a test must repeat itself
    translator = AmiTranslator(number=E164)
    for _ in range(10_000):
        noise = chance.randbytes(chance.randrange(40))
        words = chance.choices(WORDS, k=chance.randrange(12))
        data = noise + b"".join(words) if chance.random() < 0.5 else b"".join(words) + noise
        start = BANNER if chance.random() < 0.9 else b""
        for text in read(start + data + b"\r\n\r\n") or ():
            message = decode(text)
            assert message is None or isinstance(message, AmiEvent)
            if message is not None and not isinstance(message, AmiReply):
                translator.translate(message)
    assert translator.counts.faults.total() > 0


@given(st.binary(max_size=200), st.lists(st.integers(0, 230), max_size=6))
def test_the_packets_in_which_bytes_arrive_make_no_difference(data: bytes, cuts: list[int]) -> None:
    whole = BANNER + data.replace(b"a", b"\r\n\r\n")
    places = [0, *sorted(min(cut, len(whole)) for cut in cuts), len(whole)]
    pieces = [whole[start:end] for start, end in itertools.pairwise(places)]
    assert read(*pieces) == read(whole)
