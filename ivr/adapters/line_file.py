"""The last `LineState` that the IVR was given, in a file: what it goes by where nobody can tell it more.

The file is replaced whole, so that a kill leaves either the old one or the new one. One that cannot be read
is put aside, and the line is as the city's own files have it.
"""

import json
import logging
import os
from pathlib import Path

from contact.codec import from_plain, to_plain
from contact.errors import CodecError
from contact.line import LineState

log = logging.getLogger(__name__)


def write_line(path: Path, state: LineState) -> None:
    """Keep `state`; it is on the disk when this returns. Raise `OSError` where it cannot be kept."""
    path.parent.mkdir(parents=True, exist_ok=True)
    beside = path.with_suffix(".new")
    with beside.open("w", encoding="utf-8") as file:
        json.dump(to_plain(state), file, ensure_ascii=False)
        file.flush()
        os.fsync(file.fileno())
    beside.replace(path)


def read_line(path: Path) -> LineState:
    """Return what was kept, an empty state where nothing was."""
    try:
        return from_plain(LineState, json.loads(path.read_text(encoding="utf-8")))
    except FileNotFoundError:
        return LineState()
    except (OSError, ValueError, CodecError) as error:
        log.error("%s cannot be read and is put aside: %s", path, error)  # noqa: TRY400 - the reason is all
        aside = path.with_suffix(".broken")
        if path.is_file():
            path.replace(aside)
        return LineState()
