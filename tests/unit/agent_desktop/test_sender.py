from agent_desktop.sender import REASON_CHARACTERS_MAX, one_line


def test_what_others_wrote_is_one_short_line() -> None:
    assert one_line(" 550\r\n\x00no \x1b[31m such\tuser ") == "550 no [31m such user"
    assert len(one_line("x" * 5_000)) == REASON_CHARACTERS_MAX
