"""What an answer of the city's CRM means for a delivery, and when to try again.

Three verdicts. *Delivered*: the CRM has the case. *Refused*: it understood the case and will not take it, so
sending it again changes nothing. *Retry*: nothing is known for certain, or the CRM asks for patience; the
same request goes out again under the same idempotency key, which makes a second arrival harmless.

| answer | verdict |
|---|---|
| 201, 202, 204 | delivered, with the reference if there is one |
| other 2xx with a JSON object | delivered |
| other 2xx with anything else (a proxy's page, a sign-in form) | retry |
| 409 with a reference | delivered: it was taken earlier |
| 408, 425, 429, 409 without a reference | retry, after `Retry-After` where given |
| other 4xx | refused |
| 1xx, 3xx, 5xx, no answer, a cut connection, a timeout | retry |
"""

from dataclasses import dataclass
from http import HTTPStatus
from typing import TypeAlias

from contact.times import Seconds

_CREATED = frozenset({HTTPStatus.CREATED, HTTPStatus.ACCEPTED, HTTPStatus.NO_CONTENT})
_PATIENCE = frozenset(
    {
        HTTPStatus.REQUEST_TIMEOUT,
        HTTPStatus.CONFLICT,
        HTTPStatus.TOO_EARLY,
        HTTPStatus.TOO_MANY_REQUESTS,
    }
)
_DOUBLINGS_MAX = 30


@dataclass(frozen=True, slots=True, kw_only=True)
class Answered:
    """A whole answer came. `text` is the beginning of its body, `is_object` says that it is a JSON object."""

    status: int
    reference: str = ""
    is_object: bool = False
    retry_after_s: float | None = None
    text: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Unanswered:
    """No whole answer came; the CRM may have the case or not."""

    reason: str


Answer: TypeAlias = Answered | Unanswered


@dataclass(frozen=True, slots=True, kw_only=True)
class Delivered:
    """The CRM has the case, under `reference` ("" where it named none)."""

    reference: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Retry:
    """Send again; `after_s` is what the CRM asked for, if it did."""

    reason: str
    after_s: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class RefusedForGood:
    """The CRM will not take this case."""

    reason: str


Verdict: TypeAlias = Delivered | Retry | RefusedForGood


def classify(answer: Answer) -> Verdict:
    """Return what `answer` means for the delivery."""
    if isinstance(answer, Unanswered):
        return Retry(reason=answer.reason)
    status = answer.status
    words = f"HTTP {status}: {answer.text}" if answer.text else f"HTTP {status}"
    if 200 <= status < 300:  # noqa: PLR2004 - the class of an HTTP status
        if status in _CREATED or answer.is_object:
            return Delivered(reference=answer.reference)
        return Retry(reason=f"{words} (not a JSON object)")
    if status == HTTPStatus.CONFLICT and answer.reference:
        return Delivered(reference=answer.reference)
    if 400 <= status < 500 and status not in _PATIENCE:  # noqa: PLR2004 - the class of an HTTP status
        return RefusedForGood(reason=words)
    return Retry(reason=words, after_s=answer.retry_after_s)


def backoff_s(attempts: int, *, first_s: float, max_s: float, jitter: float) -> Seconds:
    """Return how long to wait after `attempts` failures: doubling from `first_s` up to `max_s`.

    `jitter`, in [0, 1), takes away up to half, so that the cases of one outage do not return in step.
    """
    doublings = min(max(attempts - 1, 0), _DOUBLINGS_MAX)
    whole = min(first_s * 2.0**doublings, max_s)
    return whole * (1 - jitter / 2)


def delay_s(retry: Retry, attempts: int, *, first_s: float, max_s: float, jitter: float) -> Seconds:
    """Return the wait before the next attempt: the back-off, or longer where the CRM asked for longer."""
    own = backoff_s(attempts, first_s=first_s, max_s=max_s, jitter=jitter)
    return max(own, min(retry.after_s or 0.0, max_s))
