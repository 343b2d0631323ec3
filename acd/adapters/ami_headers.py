"""Reads typed values out of one event's headers; each reader raises `TranslationError`, naming the header."""

import math
import re
from urllib.parse import unquote_to_bytes

from acd.adapters.ami_message import AmiEvent
from acd.adapters.ami_values import CHANNEL, ID
from acd.errors import TranslationError
from contact.browser_phone import SUFFIX
from contact.ids import CallId, ChannelName, LegId, OfferId
from contact.states import PhoneState
from contact.times import Seconds

_CHANNEL_ID = re.compile(r"[A-Za-z0-9._-]{1,128}", re.ASCII)
_PHONE = re.compile(rf"PJSIP/([0-9]{{1,10}}(?:{SUFFIX})?)", re.ASCII)
_PHONE_CHANNEL = re.compile(rf"PJSIP/([0-9]{{1,10}}(?:{SUFFIX})?)-[0-9a-f]{{1,16}}", re.ASCII)
_BAD_PERCENT = re.compile(r"%(?![0-9A-Fa-f]{2})")
_CONTROL = re.compile(r"[\x00-\x1f\x7f]")
_TEXT_MAX = 4096
_MOMENT_MAX = 1e11

PHONE_STATES = {
    "NOT_INUSE": PhoneState.IDLE,
    "INUSE": PhoneState.IN_USE,
    "BUSY": PhoneState.IN_USE,
    "RINGING": PhoneState.IN_USE,
    "RINGINUSE": PhoneState.IN_USE,
    "ONHOLD": PhoneState.IN_USE,
    "UNAVAILABLE": PhoneState.UNREACHABLE,
    "INVALID": PhoneState.UNREACHABLE,
    "UNKNOWN": PhoneState.UNREACHABLE,
}
"""Asterisk's device states; one that is not listed here is a translation error."""

NO_ANSWER_CAUSE = 19
DIAL_CAUSES = {"BUSY": 17, "CHANUNAVAIL": 20, "CONGESTION": 34}
"""Q.850 causes of what `Dial()` says in DIALSTATUS; with any other, nobody picked up."""


def fault(event: AmiEvent, header: str, reason: str) -> TranslationError:
    """Return the error that says what is wrong with `header` of `event`."""
    name = event.get("UserEvent") or event.name
    return TranslationError(name[:40], header, reason)


def needed(event: AmiEvent, header: str) -> str:
    """Return the value of a header that must be there and not empty."""
    value = event.get(header)
    if not value:
        raise fault(event, header, "empty" if header in event else "missing")
    return plain(event, header)


def plain(event: AmiEvent, header: str) -> str:
    """Return a value that may be empty, free of control characters and of reasonable length."""
    value = event.get(header)
    if _CONTROL.search(value):
        raise fault(event, header, "holds a control character")
    if len(value) > _TEXT_MAX:
        raise fault(event, header, f"longer than {_TEXT_MAX} characters")
    return value


def decoded(event: AmiEvent, header: str) -> str:
    """Return a percent-encoded value in clear; it must be valid in its encoding and in UTF-8."""
    value = plain(event, header)
    if _BAD_PERCENT.search(value):
        raise fault(event, header, "a percent sign without two hexadecimal digits")
    try:
        text = unquote_to_bytes(value).decode()
    except UnicodeDecodeError:
        raise fault(event, header, "not UTF-8 once decoded") from None
    if _CONTROL.search(text):
        raise fault(event, header, "holds a control character once decoded")
    return text


def steps(event: AmiEvent, header: str) -> tuple[str, ...]:
    """Return the percent-encoded path of a caller through the menu as its `node=key` steps."""
    parts = tuple(part for part in decoded(event, header).split(";") if part)
    if any("=" not in part for part in parts):
        raise fault(event, header, "a step without =")
    return parts


def whole(event: AmiEvent, header: str, default: int | None = None) -> int:
    """Return a whole number; an empty or missing one is `default` where that is given."""
    if default is not None and not event.get(header):
        return default
    value = needed(event, header)
    if not re.fullmatch(r"-?[0-9]{1,9}", value, re.ASCII):
        raise fault(event, header, "not a whole number")
    return int(value)


def moment(event: AmiEvent, header: str) -> Seconds:
    """Return a moment in seconds since the epoch."""
    value = needed(event, header)
    try:
        seconds = float(value)
    except ValueError:
        raise fault(event, header, "not a moment in seconds") from None
    if not math.isfinite(seconds) or not 0 < seconds < _MOMENT_MAX:
        raise fault(event, header, "not a moment in seconds")
    return seconds


def leg_id(event: AmiEvent, header: str = "Uniqueid") -> LegId:
    """Return the id of a channel."""
    return LegId(_matched(event, header, _CHANNEL_ID, "a channel id"))


def call_id(event: AmiEvent, header: str = "CallId") -> CallId:
    """Return the id of a call."""
    return CallId(_matched(event, header, _CHANNEL_ID, "a call id"))


def offer_id(event: AmiEvent, header: str = "OfferId") -> OfferId:
    """Return the id of an offer."""
    return OfferId(_matched(event, header, ID, "an offer id"))


def channel_name(event: AmiEvent, header: str = "Channel") -> ChannelName:
    """Return the name of a channel."""
    return ChannelName(_matched(event, header, CHANNEL, "a channel name"))


def phone_of_device(device: str) -> str | None:
    """Return which agent's phone the device `PJSIP/<extension>[-web]` is, None for other devices."""
    found = _PHONE.fullmatch(device)
    return found[1] if found else None


def phone_of_channel(channel: str) -> str | None:
    """Return which agent's phone has the channel `PJSIP/<extension>[-web]-<number>`, else None."""
    found = _PHONE_CHANNEL.fullmatch(channel)
    return found[1] if found else None


def _matched(event: AmiEvent, header: str, pattern: re.Pattern[str], what: str) -> str:
    value = needed(event, header)
    if not pattern.fullmatch(value):
        raise fault(event, header, f"not {what}")
    return value


def lenient_cause(event: AmiEvent) -> int:
    """Return the cause of a hang-up, 0 for one that cannot be read: the leg is gone all the same."""
    try:
        return whole(event, "Cause", 0)
    except TranslationError:
        return 0


def dial_cause(event: AmiEvent) -> int:
    """Return the Q.850 cause behind the status of a `Dial()` that nobody answered."""
    return DIAL_CAUSES.get(event.get("Status"), NO_ANSWER_CAUSE)
