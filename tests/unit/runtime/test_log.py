import io
import json
import logging
from collections.abc import Iterator

import pytest

from runtime import log


@pytest.fixture
def stream() -> Iterator[io.StringIO]:
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    yield io.StringIO()
    root.handlers[:] = handlers
    root.setLevel(level)


def test_text_lines_name_level_and_logger(stream: io.StringIO) -> None:
    log.set_up(level="INFO", form="text", stream=stream)
    logging.getLogger("acd.shell").warning("queue %s is long", "roads")
    line = stream.getvalue()
    assert line.endswith("WARNING acd.shell: queue roads is long\n")


def test_json_lines_hold_the_extra_fields(stream: io.StringIO) -> None:
    log.set_up(level="INFO", form="json", stream=stream)
    logging.getLogger("ivr").info("Łódź", extra={"call": "1.1"})
    entry = json.loads(stream.getvalue())
    assert entry.pop("at").endswith("Z")
    assert entry == {"level": "INFO", "logger": "ivr", "text": "Łódź", "call": "1.1"}


def test_a_traceback_in_json_stays_on_one_line(stream: io.StringIO) -> None:
    log.set_up(level="INFO", form="json", stream=stream)
    try:
        raise ValueError("broken")  # noqa: TRY301 - a traceback is what is tested
    except ValueError:
        logging.getLogger("ivr").exception("failed")
    assert stream.getvalue().count("\n") == 1
    assert "ValueError: broken" in json.loads(stream.getvalue())["trace"]


def test_a_traceback_in_text_follows_its_line(stream: io.StringIO) -> None:
    log.set_up(level="INFO", form="text", stream=stream)
    try:
        raise ValueError("broken")  # noqa: TRY301 - a traceback is what is tested
    except ValueError:
        logging.getLogger("ivr").exception("failed")
    first, *_, last = stream.getvalue().splitlines()
    assert first.endswith("ivr: failed")
    assert last == "ValueError: broken"


@pytest.mark.parametrize("form", ["text", "json"])
def test_a_number_that_slipped_through_is_masked(stream: io.StringIO, form: str) -> None:
    log.set_up(level="INFO", form="json" if form == "json" else "text", stream=stream)
    logging.getLogger("ivr").info("caller %s", "+48600100200", extra={"caller": "+48600100200"})
    assert "+48600***200" in stream.getvalue()
    assert "100200" not in stream.getvalue()


def test_lower_levels_and_chatty_packages_are_left_out(stream: io.StringIO) -> None:
    log.set_up(level="INFO", form="text", stream=stream)
    logging.getLogger("acd").debug("detail")
    logging.getLogger("aiohttp.access").info("GET /")
    logging.getLogger("aiohttp.access").warning("slow")
    assert stream.getvalue().splitlines()[0].endswith("aiohttp.access: slow")


def test_setting_up_again_replaces_the_first_stream(stream: io.StringIO) -> None:
    first = io.StringIO()
    log.set_up(level="INFO", form="text", stream=first)
    log.set_up(level="INFO", form="text", stream=stream)
    logging.getLogger("acd").info("once")
    assert first.getvalue() == ""
    assert stream.getvalue().count("once") == 1
