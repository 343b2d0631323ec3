"""How soon a call is at an agent's phone: when it joins and an agent is free, and when an agent is freed."""

import re
from collections.abc import Sequence

from benchmarks.line import Line
from benchmarks.trace import Message, first_invites, joins, messages
from tests.e2e.sip_caller import Callers
from tests.e2e.wait import until

ANSWERED_WITHIN_S = 180.0
_NUMBER = re.compile(r"sip:\+?(?:48)?(\d+)@")


def join_to_invite(line: Line, *, dialled: str, first: int, calls: int, rate: int) -> list[float]:
    """Place `calls` at `rate` a second to idle agents; return the seconds from each join to its INVITE."""
    numbers = _numbers(first, calls)
    before = len(line.phone.legs)
    with line.hotline.callers(*numbers, dialled=dialled, rate=rate) as callers:
        _wait_for_end(callers)
    invited = _invited_at(line)
    arrivals = {
        _caller_of(leg.caller): invited[leg.call_id]
        for leg in line.phone.legs[before:]
        if leg.call_id in invited
    }
    joined = {caller[-9:]: at for at, caller in joins(line.asterisk_log) if caller[-9:] in numbers}
    return [arrivals[caller] - at for caller, at in joined.items() if caller in arrivals]


def freed_to_invite(line: Line, *, dialled: str, first: int, calls: int) -> list[float]:
    """Place `calls` at once, far more than agents; return the seconds from each BYE to the next INVITE.

    An agent's last BYE, with nobody waiting any more, has no next INVITE and is not counted.
    """
    before = len(line.phone.legs)
    with line.hotline.callers(*_numbers(first, calls), dialled=dialled, rate=50) as callers:
        _wait_for_end(callers)
    extensions = {leg.call_id: leg.extension for leg in line.phone.legs[before:]}
    traces: dict[str, list[Message]] = {}
    for one in messages(line.phone.folder, "phone-*.short"):
        if one.call_id in extensions:
            traces.setdefault(extensions[one.call_id], []).append(one)
    return [gap for trace in traces.values() for gap in _gaps(trace)]


def _gaps(trace: Sequence[Message]) -> list[float]:
    """Return the seconds from each first BYE to the INVITE that follows it at the same extension."""
    invites = {id(message) for message in first_invites(trace)}
    gaps, freed_at, over = [], None, set()
    for message in trace:
        if message.is_bye and message.call_id not in over:
            over.add(message.call_id)
            freed_at = message.at
        elif id(message) in invites and freed_at is not None:
            gaps.append(message.at - freed_at)
            freed_at = None
    return gaps


def _numbers(first: int, calls: int) -> list[str]:
    return [str(number) for number in range(first, first + calls)]


def _wait_for_end(callers: Callers) -> None:
    until(
        lambda: all(leg.ended_by for leg in callers.legs),
        within_s=ANSWERED_WITHIN_S,
        what="every call served",
    )


def _invited_at(line: Line) -> dict[str, float]:
    trace = messages(line.phone.folder, "phone-*.short")
    return {message.call_id: message.at for message in first_invites(trace)}


def _caller_of(header: str) -> str:
    found = _NUMBER.search(header)
    return found[1] if found else ""
