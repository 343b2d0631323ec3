import pytest

from ivr.adapters.agi_codec import (
    COMMAND_BYTES_MAX,
    HEADER_LINES_MAX,
    LINE_BYTES_MAX,
    USAGE_LINES_MAX,
    AgiReader,
    Frame,
    HangUpNotice,
    Header,
    Reply,
    Violation,
    encode_command,
)
from ivr.errors import ValueRefused

HEADER = b"agi_network: yes\nagi_network_script: entry\nagi_callerid: +48600100200\n\n"


def frames_after_header(data: bytes) -> tuple[Frame, ...]:
    reader = AgiReader()
    assert isinstance(reader.receive(HEADER)[0], Header)
    return reader.receive(data)


def header_of(data: bytes) -> Header:
    frame = AgiReader().receive(data)[0]
    assert isinstance(frame, Header)
    return frame


def test_header_fields_lose_their_prefix_and_absent_ones_stay_absent() -> None:
    header = header_of(HEADER)
    assert header.fields["callerid"] == "+48600100200"
    assert "uniqueid" not in header.fields


def test_route_is_found_behind_a_query() -> None:
    header = header_of(b"agi_network_script: entry?line=1&line=2&empty=\n\n")
    assert header.path == "entry"
    assert header.query == {"line": "1", "empty": ""}


def test_header_value_may_be_empty_or_broken_utf8() -> None:
    header = header_of(b"agi_calleridname: \nagi_dnid:\nagi_rdnis: \xc5\n\n")
    assert (header.fields["calleridname"], header.fields["dnid"], header.fields["rdnis"]) == ("", "", "�")


@pytest.mark.parametrize(
    ("line", "reply"),
    [
        (b"200 result=0\n", Reply(code=200, result="0", text="result=0")),
        (b"200 result=1 (pl)\n", Reply(code=200, result="1", data="pl", text="result=1 (pl)")),
        (b"200 result=1 (a (b) c)\n", Reply(code=200, result="1", data="a (b) c", text="result=1 (a (b) c)")),
        (
            b"200 result=50 endpos=1600\n",
            Reply(code=200, result="50", end_position=1600, text="result=50 endpos=1600"),
        ),
        (b"200 result=-1\n", Reply(code=200, result="-1", text="result=-1")),
        (
            b"510 Invalid or unknown command\n",
            Reply(code=510, text="Invalid or unknown command"),
        ),
        (b"511 Command Not Permitted\n", Reply(code=511, text="Command Not Permitted")),
    ],
)
def test_replies_are_read_as_asterisk_writes_them(line: bytes, reply: Reply) -> None:
    assert frames_after_header(line) == (reply,)


def test_trying_is_not_a_reply() -> None:
    assert frames_after_header(b"100 result=0 Trying...\n200 result=1\n") == (
        Reply(code=200, result="1", text="result=1"),
    )


def test_usage_of_several_lines_is_one_reply_and_the_next_one_is_in_step() -> None:
    usage = b"520-Invalid command syntax.  Proper usage follows:\nUsage: HANGUP [<channel>]\n HANGUP\n"
    frames = frames_after_header(usage + b"520 End of proper usage.\n200 result=1\n")
    assert [frame.code for frame in frames if isinstance(frame, Reply)] == [520, 200]
    assert len(frames) == 2


def test_usage_of_one_line_is_one_reply() -> None:
    assert frames_after_header(b"520 Invalid command syntax.\n")[0] == Reply(
        code=520, text="Invalid command syntax."
    )


def test_hangup_is_a_notice_wherever_it_stands() -> None:
    frames = frames_after_header(b"HANGUP\n200 result=-1\nHANGUP\n")
    assert [type(frame) for frame in frames] == [HangUpNotice, Reply, HangUpNotice]


@pytest.mark.parametrize(
    "data",
    [
        b"GET / HTTP/1.1\n",
        b"agi_x" * 2_000,
        b"agi_network: \0\n",
        b"agi_x: 1\n" * (HEADER_LINES_MAX + 1),
        (b"agi_x: " + b"1" * 8_000 + b"\n") * 9,
    ],
    ids=["another protocol", "a line without end", "a NUL", "too many lines", "too many bytes"],
)
def test_what_is_no_header_is_a_violation_and_nothing_after_it_counts(data: bytes) -> None:
    reader = AgiReader()
    frames = reader.receive(data)
    assert isinstance(frames[-1], Violation)
    assert reader.receive(b"\n" + HEADER) == ()


@pytest.mark.parametrize(
    "data",
    [
        b"what\n",
        b"\n",
        b"2000 result=1\n",
        b"200 " + b"1" * LINE_BYTES_MAX,
        b"520-usage\n" + b"more\n" * (USAGE_LINES_MAX + 1),
    ],
    ids=["a stray word", "an empty line", "a code of four", "a line too long", "a usage without end"],
)
def test_what_is_no_reply_is_a_violation(data: bytes) -> None:
    assert isinstance(frames_after_header(data)[-1], Violation)


def test_arguments_are_quoted() -> None:
    line = encode_command(("SET VARIABLE", "A", 'say "yes" \\ no'))
    assert line == b'SET VARIABLE "A" "say \\"yes\\" \\\\ no"\n'


@pytest.mark.parametrize("value", ["a\nHANGUP", "a\rb", "a\0b"])
def test_a_value_with_a_line_break_or_nul_is_refused_not_cleaned(value: str) -> None:
    with pytest.raises(ValueRefused):
        encode_command(("SET VARIABLE", "A", value))


def test_a_command_longer_than_asterisk_reads_is_refused() -> None:
    with pytest.raises(ValueRefused, match="longer"):
        encode_command(("SET VARIABLE", "A", "ł" * (COMMAND_BYTES_MAX // 2)))
