"""What SIPp's short traces and Asterisk's log say about when something was on the wire."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

_COLUMNS = 7
JOINED = re.compile(r"bench join (?P<caller>\S*) (?P<at>\d+\.\d+)")


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    """One SIP message: when (seconds since the epoch), sent or received, whose call, its first line."""

    at: float
    sent: bool
    call_id: str
    cseq: str
    first_line: str

    @property
    def is_new_invite(self) -> bool:
        """Tell whether an INVITE arrived."""
        return not self.sent and self.first_line.startswith("INVITE ")

    @property
    def is_bye(self) -> bool:
        """Tell whether this is a BYE, of either side."""
        return self.first_line.startswith("BYE ")


def messages(folder: Path, pattern: str) -> list[Message]:
    """Return the messages of all short traces in `folder` whose names match, in their order in time."""
    found = (message for file in folder.glob(pattern) for message in _read(file))
    return sorted(found, key=lambda message: message.at)


def first_invites(trace: Iterable[Message]) -> list[Message]:
    """Return the INVITEs that arrived, without retransmissions."""
    seen: set[tuple[str, str]] = set()
    fresh = []
    for message in trace:
        key = (message.call_id, message.cseq)
        if message.is_new_invite and key not in seen:
            seen.add(key)
            fresh.append(message)
    return fresh


def joins(log: str) -> list[tuple[float, str]]:
    """Return when which caller joined, as the benchmark's dialplan wrote it into Asterisk's log."""
    found = ((float(match["at"]), match["caller"]) for match in JOINED.finditer(log))
    return sorted(found)


def _read(file: Path) -> Iterator[Message]:
    for line in file.read_text(errors="replace").splitlines():
        columns = line.split("\t")
        if len(columns) != _COLUMNS or columns[3] not in ("S", "R"):
            continue
        _, _, at, direction, call_id, cseq, first_line = columns
        yield Message(at=float(at), sent=direction == "S", call_id=call_id, cseq=cseq, first_line=first_line)
