"""What recipients of alerts read: e-mails in plain text, bodies of webhooks.

Nothing of a caller is in either: an alert knows queues and figures. Of people only who sees to an alert is
named. Raisings of one alert that an e-mail tells of together are put as one entry, with how many there were.
"""

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from hashlib import sha256
from itertools import groupby
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from jinja2 import Environment, FileSystemLoader, StrictUndefined, select_autoescape

from agent_desktop.notice import Occurrence, Owed
from agent_desktop.recipient import Moment, Recipient, Way
from agent_desktop.sender import Letter, one_line
from contact.ids import AgentId, QueueId
from contact.times import Seconds, to_iso, to_utc

TEMPLATES = Path(__file__).parent / "templates"
ENTRIES_MAX = 25
BODY_VERSION = 1
_MINUTE_S, _HOUR_S = 60, 3600
_ORDER = (Moment.RAISED, Moment.ACKNOWLEDGED, Moment.ENDED)

QueueName = Callable[[QueueId, str], str]
People = Mapping[AgentId, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One alert as a letter tells it; moments are on the city's clock."""

    kind: str
    queue: str
    moment: str
    reading: float
    bound: float
    raised: datetime
    acknowledged: datetime | None
    by: str
    ended: datetime | None
    stood_s: Seconds
    times: int
    first: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class LetterWriter:
    """Writes to every recipient; `line` is the number citizens dial, `link` leads to the board."""

    line: str
    city: str
    link: str
    zone: ZoneInfo
    queue_name: QueueName
    _environment: Environment = field(init=False, repr=False)

    def __post_init__(self) -> None:
        """Read the templates."""
        environment = Environment(
            loader=FileSystemLoader(TEMPLATES),
            autoescape=select_autoescape(enabled_extensions=("html.j2",)),
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
        )
        environment.filters.update(span_pl=_span_pl, span_en=_span_en, percent=_percent)
        object.__setattr__(self, "_environment", environment)

    def letter(
        self, recipient: Recipient, told: Sequence[Owed], people: People, now: Seconds, *, slowed: bool
    ) -> Letter:
        """Return the one message about all of `told`; a webhook's is about a single one."""
        entries = self._entries(told, recipient.language, people, now)
        words = self._words(recipient.language)
        title = one_line(words.title(entries))
        text = words.text(
            entries=entries[:ENTRIES_MAX],
            more=max(0, len(entries) - ENTRIES_MAX),
            per_hour=recipient.per_hour if slowed else 0,
            **self._about(recipient),
        )
        key = _key(recipient, *(f"{_name(one)}:{one.moment}" for one in told))
        body = self._body(recipient, told[0], people, title) if recipient.way is Way.WEBHOOK else ""
        return Letter(
            key=key,
            subject=f"[{self.line}] {title}",
            text=text.strip() + "\n",
            language=recipient.language,
            threads=tuple(dict.fromkeys(_name(one) for one in told)),
            body=body,
        )

    def test(self, recipient: Recipient, now: Seconds) -> Letter:
        """Return a message that says it is only a test."""
        words = self._words(recipient.language)
        title = one_line(words.test_title())
        event = {"event": "test", "alert": None, "text": title}
        return Letter(
            key=_key(recipient, f"test:{now}"),
            subject=f"[{self.line}] {title}",
            text=words.test(**self._about(recipient)).strip() + "\n",
            language=recipient.language,
            body=self._json(recipient, event),
        )

    def _words(self, language: str) -> Any:
        """Return the macros of a language."""
        return self._environment.get_template(f"alert.{language}.txt.j2").module

    def _about(self, recipient: Recipient) -> dict[str, str]:
        return {"line": self.line, "link": self.link, "recipient": one_line(recipient.name)}

    def _body(self, recipient: Recipient, told: Owed, people: People, title: str) -> str:
        one, alert = told.occurrence, told.occurrence.alert
        by = alert.acknowledged_by
        queue = alert.queue
        about = {
            "id": alert.occurrence,
            "kind": alert.kind.value,
            "queue": queue,
            "queue_name": None if queue is None else self.queue_name(queue, recipient.language),
            "reading": alert.reading,
            "bound": alert.bound,
            "state": told.moment.value,
            "raised_at": to_iso(alert.raised_at),
            "acknowledged_at": None if alert.acknowledged_at is None else to_iso(alert.acknowledged_at),
            "acknowledged_by": None if by is None else people.get(by, by),
            "ended_at": None if one.ended_at is None else to_iso(one.ended_at),
        }
        return self._json(recipient, {"event": f"alert.{told.moment.value}", "alert": about, "text": title})

    def _json(self, recipient: Recipient, event: Mapping[str, object]) -> str:
        whole = {
            "version": BODY_VERSION,
            **event,
            "recipient": recipient.name,
            "city": self.city,
            "line": self.line,
            "link": self.link,
        }
        return json.dumps(whole, ensure_ascii=False)

    def _entries(self, told: Sequence[Owed], language: str, people: People, now: Seconds) -> list[Entry]:
        by_alert = sorted(told, key=lambda one: (one.occurrence.alert.id, one.occurrence.alert.raised_at))
        entries = []
        for _, group in groupby(by_alert, key=lambda one: one.occurrence.alert.id):
            same = [one.occurrence for one in group]
            entries.append(self._entry(same, language, people, now))
        return sorted(entries, key=lambda one: (_ORDER.index(Moment(one.moment)), one.raised, one.queue))

    def _entry(self, same: list[Occurrence], language: str, people: People, now: Seconds) -> Entry:
        one = same[-1]
        alert, by = one.alert, one.alert.acknowledged_by
        return Entry(
            kind=alert.kind.value,
            queue="" if alert.queue is None else self.queue_name(alert.queue, language),
            moment=one.moment.value,
            reading=alert.reading,
            bound=alert.bound,
            raised=self._local(alert.raised_at),
            acknowledged=None if alert.acknowledged_at is None else self._local(alert.acknowledged_at),
            by="" if by is None else one_line(people.get(by, by)),
            ended=None if one.ended_at is None else self._local(one.ended_at),
            stood_s=(now if one.ended_at is None else one.ended_at) - alert.raised_at,
            times=len(same),
            first=self._local(same[0].alert.raised_at),
        )

    def _local(self, moment: Seconds) -> datetime:
        return to_utc(moment).astimezone(self.zone)


def _name(told: Owed) -> str:
    return told.occurrence.alert.occurrence


def _key(recipient: Recipient, *parts: str) -> str:
    whole = "\n".join((recipient.name, *parts))
    return "msg_" + sha256(whole.encode()).hexdigest()[:32]


def _percent(part: float) -> str:
    return f"{part * 100:.0f}%"


def _span_pl(seconds: float) -> str:
    return _span(seconds, hours="godz.")


def _span_en(seconds: float) -> str:
    return _span(seconds, hours="h")


def _span(seconds: float, *, hours: str) -> str:
    """Return a duration in its two largest units, such as `2 min 5 s`."""
    whole = max(0, int(seconds))
    parts = (
        (whole // _HOUR_S, hours),
        (whole % _HOUR_S // _MINUTE_S, "min"),
        (whole % _MINUTE_S if whole < _HOUR_S else 0, "s"),
    )
    return " ".join(f"{count} {unit}" for count, unit in parts if count) or "0 s"
