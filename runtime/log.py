"""Logging set up once for the process: text for people, or one JSON object a line for machines.

Roles log with `logging.getLogger(__name__)`. Telephone numbers are masked by whoever writes the line;
as a second fence, a run of nine or more digits after a plus sign is masked here too.
"""

import json
import logging
import re
import sys
from datetime import UTC, datetime
from typing import Literal, TextIO

from contact.ids import E164
from contact.numbers import mask
from contact.times import to_iso

_NUMBER = re.compile(r"\+\d{9,15}")
_OWN = frozenset(vars(logging.makeLogRecord({}))) | {"message", "asctime", "taskName"}
_QUIETER = ("aiohttp.access", "alembic", "asyncio", "panoramisk", "sqlalchemy.engine", "aiosqlite")
"""Packages whose INFO lines tell an operator nothing about the service."""


def set_up(
    *,
    level: Literal["DEBUG", "INFO", "WARNING", "ERROR"],
    form: Literal["text", "json"],
    stream: TextIO = sys.stderr,
) -> None:
    """Send every record from `level` up to `stream`; a second call replaces the first."""
    handler = logging.StreamHandler(stream)
    handler.setFormatter(JsonFormatter() if form == "json" else TextFormatter())
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(level)
    for name in _QUIETER:
        logging.getLogger(name).setLevel(max(logging.WARNING, root.level))


class TextFormatter(logging.Formatter):
    """`10:15:30.125 INFO    acd.shell: text`, in the machine's local time."""

    def format(self, record: logging.LogRecord) -> str:
        """Return the line, followed by a traceback where there is one."""
        moment = datetime.fromtimestamp(record.created, tz=UTC).astimezone()
        clock = moment.strftime("%H:%M:%S") + f".{int(record.msecs):03d}"
        line = f"{clock} {record.levelname:<7} {record.name}: {record.getMessage()}"
        return _masked(line + _trace(self, record, before="\n"))


class JsonFormatter(logging.Formatter):
    """One JSON object a line: `at` (RFC 3339, UTC), `level`, `logger`, `text`, and every extra field."""

    def format(self, record: logging.LogRecord) -> str:
        """Return the object; a traceback is in `trace`, with its newlines escaped."""
        fields: dict[str, object] = {
            "at": to_iso(record.created),
            "level": record.levelname,
            "logger": record.name,
            "text": record.getMessage(),
        }
        fields |= {key: value for key, value in vars(record).items() if key not in _OWN}
        if trace := _trace(self, record, before=""):
            fields["trace"] = trace
        return _masked(json.dumps(fields, ensure_ascii=False, default=str))


def _trace(formatter: logging.Formatter, record: logging.LogRecord, *, before: str) -> str:
    if record.exc_info is None or record.exc_info[0] is None:
        return ""
    return before + formatter.formatException(record.exc_info)


def _masked(line: str) -> str:
    return _NUMBER.sub(lambda found: mask(E164(found.group())), line)
