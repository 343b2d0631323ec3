"""What may come in, and what may go out."""

import pytest

from acd.adapters import ami_message
from acd.adapters.ami_link import decode, encode
from acd.adapters.ami_message import AmiEvent, AmiReply, AmiSplitter, checked_headers
from acd.errors import AmiGarbled, AmiRefused

STREAM = (
    "Asterisk Call Manager/11.0.0\r\n"
    "Event: UserEvent\r\nCity: Łódź\r\n\r\n"
    "\r\nResponse: Success\r\nActionID: 7\r\nMessage: Fine\r\n\r\n"
).encode()


def test_the_banner_and_the_messages_are_cut_out() -> None:
    splitter = AmiSplitter()
    texts = splitter.feed(STREAM)
    assert splitter.banner == "Asterisk Call Manager/11.0.0"
    assert texts == [
        "Event: UserEvent\r\nCity: Łódź",
        "Response: Success\r\nActionID: 7\r\nMessage: Fine",
    ]


@pytest.mark.parametrize("cut", range(1, len(STREAM)))
def test_a_packet_may_end_at_any_byte_even_within_a_character(cut: int) -> None:
    splitter = AmiSplitter()
    texts = splitter.feed(STREAM[:cut]) + splitter.feed(STREAM[cut:])
    assert texts == AmiSplitter().feed(STREAM)


def test_bytes_that_are_no_utf8_are_replaced_and_nothing_around_them_is_lost() -> None:
    splitter = AmiSplitter()
    texts = splitter.feed(b"Asterisk Call Manager/11.0.0\r\nEvent: X\r\nName: a\xff\xc5b\r\n\r\n")
    assert texts == ["Event: X\r\nName: a��b"]


@pytest.mark.parametrize(
    "greeting", [b"SSH-2.0-OpenSSH\r\n", b"Asterisk\r\n", b"x", b"Asterisk Call Manager/" + b"1" * 300]
)
def test_a_peer_that_is_no_asterisk_is_refused_at_the_banner(greeting: bytes) -> None:
    with pytest.raises(AmiGarbled):
        AmiSplitter().feed(greeting)


def test_an_endless_message_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ami_message, "MESSAGE_BYTES_MAX", 1000)
    splitter = AmiSplitter()
    splitter.feed(b"Asterisk Call Manager/11.0.0\r\nEvent: " + b"x" * 900)
    with pytest.raises(AmiGarbled):
        splitter.feed(b"x" * 200)


def test_header_names_are_found_in_any_case_and_repeated_ones_keep_their_order() -> None:
    event = decode("Event: Status\r\nVariable: A=1\r\nVariable: B=2\r\nEmpty: ")
    assert isinstance(event, AmiEvent)
    assert event.name == "Status"
    assert event.all("variable") == ("A=1", "B=2")
    assert event.get("VARIABLE") == "B=2"
    assert event.get("empty") == ""
    assert "empty" in event
    assert "absent" not in event
    assert event.get("absent", "no") == "no"
    assert event.all("absent") == ()


def test_an_event_shows_no_values_when_printed() -> None:
    assert repr(AmiEvent.of({"Event": "Hangup", "CallerIDNum": "+48600100200"})) == "<AmiEvent Hangup>"


@pytest.mark.parametrize(("verdict", "ok"), [("Success", True), ("Error", False), ("Goodbye", True)])
def test_a_reply_says_whether_it_was_done(verdict: str, *, ok: bool) -> None:
    reply = decode(f"Response: {verdict}\r\nMessage: why")
    assert isinstance(reply, AmiReply)
    assert reply.ok is ok
    assert reply.message == "why"


def test_a_block_that_is_neither_event_nor_reply_is_none() -> None:
    assert decode("Nonsense\r\nmore") is None


async def test_repeated_headers_go_out_as_one_line_each() -> None:
    headers = checked_headers("Originate", "a-1", {"Variable": ["A=1", "B=2"], "Priority": 1})
    assert encode(headers) == (
        b"Action: Originate\r\nActionID: a-1\r\nPriority: 1\r\nVariable: A=1\r\nVariable: B=2\r\n\r\n"
    )


@pytest.mark.parametrize("value", ["a\r\nAction: Originate", "a\nb", "a\rb", "a\0b"])
def test_p11_a_line_break_in_a_value_is_refused_not_stripped(value: str) -> None:
    with pytest.raises(AmiRefused, match="CR, LF or NUL"):
        checked_headers("Setvar", "a-1", {"Value": value})
    with pytest.raises(AmiRefused, match="CR, LF or NUL"):
        checked_headers("Originate", "a-1", {"Variable": ["A=1", value]})


@pytest.mark.parametrize("name", ["Value\r\nX", "", "Value:", "ActionID", "action"])
def test_a_header_name_that_is_none_is_refused(name: str) -> None:
    with pytest.raises(AmiRefused):
        checked_headers("Setvar", "a-1", {name: "1"})


def test_the_longest_line_that_asterisk_reads_goes_and_one_byte_more_does_not() -> None:
    longest = "ł" * ((ami_message.LINE_BYTES_MAX - len("Value: \r\n")) // 2)
    checked_headers("Setvar", "a-1", {"Value": longest})
    with pytest.raises(AmiRefused, match="limit"):
        checked_headers("Setvar", "a-1", {"Value": longest + "ł"})


def test_more_headers_than_asterisk_reads_are_refused() -> None:
    fits = ["A=1"] * (ami_message.HEADERS_MAX - 2)
    checked_headers("Originate", "a-1", {"Variable": fits})
    with pytest.raises(AmiRefused, match="headers"):
        checked_headers("Originate", "a-1", {"Variable": [*fits, "A=1"]})


def test_a_value_that_cannot_be_utf8_is_refused() -> None:
    with pytest.raises(AmiRefused, match="UTF-8"):
        checked_headers("Setvar", "a-1", {"Value": "\udc80"})
