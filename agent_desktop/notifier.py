"""Tells recipients of alerts: one task each, none of which the judging of alerts ever waits for.

Theory of operation. Once a second `follow` gives the ledger (`notice.py`) what is raised, and shows beside
each alert who has been told. A recipient's task sleeps until something is owed and their pace allows a
message, writes it from how things stand then, sends it, and settles it or waits. A server that is away
holds up its own recipient alone. What stands and who was told is kept in the database within a second, and
read back before alerts are judged at all: an alert that was told before a restart is not told again, and
whoever was told of its raising is told of its end. A database that is away holds up nothing: what could not
be kept is kept later.
"""

import asyncio
import contextlib
import logging
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from agent_desktop.alert import Alert, Alerts
from agent_desktop.letter import LetterWriter
from agent_desktop.measure import DesktopMeasures
from agent_desktop.notice import Notices, Owed
from agent_desktop.notice_pace import Pace
from agent_desktop.notice_store import NoticeStore
from agent_desktop.recipient import Recipient, Way
from agent_desktop.sender import Arrived, Deferred, Outcome, Refused, Sender
from agent_desktop.users import Users
from contact.errors import CentralaError
from contact.ids import AgentId
from contact.times import Seconds
from runtime.clock import Clock

log = logging.getLogger(__name__)

GATHER_S = 5.0
"""So long after the first alert an e-mail waits for others to tell of with it."""
KEEP_EVERY_S = 1.0
SEEN_EVERY_S = 60.0
GO_ON_S = 900.0
"""An alert goes on after a restart if it was seen so lately; an older one is over, and judged anew."""
RESTORE_S = 3.0
STOP_S = 1.0
STOP_AGAIN_S = 0.1


@dataclass(slots=True, kw_only=True)
class _Line:
    """One recipient with the way to them, the pace of it, and what wakes its task."""

    recipient: Recipient
    sender: Sender
    pace: Pace
    wake: asyncio.Event


class Notifier:
    """Every recipient's messages."""

    def __init__(
        self,
        *,
        recipients: Iterable[tuple[Recipient, Sender]],
        writer: LetterWriter,
        alerts: Alerts,
        store: NoticeStore,
        users: Users,
        clock: Clock,
        measures: DesktopMeasures,
        jitter: Callable[[], float],
        changed: Callable[[], None],
    ) -> None:
        """Call `changed` when the board has something new to show; `jitter` is in [0, 1)."""
        self._lines = tuple(
            _Line(
                recipient=one,
                sender=sender,
                pace=Pace(
                    per_hour=one.per_hour, gather_s=GATHER_S if one.way is Way.EMAIL else 0.0, jitter=jitter
                ),
                wake=asyncio.Event(),
            )
            for one, sender in recipients
        )
        self._notices = Notices(one.recipient for one in self._lines)
        self._writer = writer
        self._alerts = alerts
        self._store = store
        self._users = users
        self._clock = clock
        self._measures = measures
        self._changed = changed
        self._store_away = False

    async def restore(self) -> None:
        """Go on with the alerts that stood before a restart; without the store, begin with none."""
        now = self._clock.now()
        try:
            async with asyncio.timeout(RESTORE_S):
                kept = await self._store.read()
        except (CentralaError, TimeoutError) as error:
            log.warning("alerts of before the start are not known and may be told again: %s", error)
            return
        for one, seen_at in kept:
            self._notices.restore(one)
            if one.ended_at is None and now - seen_at <= GO_ON_S:
                self._alerts.resume(one.alert)

    async def run(self) -> None:
        """Work until cancelled."""
        tasks = [
            asyncio.create_task(self._serve(line), name=f"tell {line.recipient.name} of alerts")
            for line in self._lines
        ]
        tasks.append(asyncio.create_task(self._keep(), name="keep who was told of alerts"))
        for task in tasks:
            task.add_done_callback(_log_failure)
        try:
            # One that fails is logged, and takes none of the others with it.
            await asyncio.wait(tasks)
        finally:
            await _end(tasks)
            await asyncio.gather(*(line.sender.close() for line in self._lines))
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(STOP_S):
                    await self._save()

    def follow(self) -> None:
        """Take what is raised now, and show who has been told."""
        now = self._clock.now()
        news = self._notices.follow(self._alerts.raised.values(), now)
        waiting = dict.fromkeys(Way, 0)
        for line in self._lines:
            owed = self._notices.owed(line.recipient, now)
            late = self._notices.give_up(line.recipient, owed, now)
            for one in late:
                log.error("%s was never told of %s", _who(line), one.occurrence.alert.id)
                self._count(line, "failed")
            waiting[line.recipient.way] += len(owed) - len(late)
            if news or owed:
                line.wake.set()
        for way, count in waiting.items():
            self._measures.notices_waiting.labels(way.value).set(count)
        self._show(now)

    def _show(self, now: Seconds) -> None:
        failing = {line.recipient.name for line in self._lines if line.pace.failing_since is not None}
        news = False
        for alert in list(self._alerts.raised.values()):
            told = self._notices.tellings(alert.occurrence, now, failing=failing)
            news |= self._alerts.show_told(alert.id, told)
        if news:
            self._changed()

    async def _serve(self, line: _Line) -> None:
        while True:
            line.wake.clear()
            pause_s = await self._turn(line)
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(pause_s):
                    await line.wake.wait()

    async def _turn(self, line: _Line) -> Seconds | None:
        """Send one message if one may leave now; return how long to sleep then, None until woken."""
        now = self._clock.now()
        owed = self._notices.owed(line.recipient, now)
        ready_at = line.pace.ready_at(min(one.due_at for one in owed)) if owed else None
        if ready_at is not None and ready_at <= now:
            told = owed if line.recipient.way is Way.EMAIL else owed[:1]
            self._take(line, told, await self._send(line, told, now))
            return 0.0
        moments = (ready_at, self._notices.next_planned_at(line.recipient, now))
        until = min((one for one in moments if one is not None), default=None)
        return None if until is None else until - now

    async def _send(self, line: _Line, told: list[Owed], now: Seconds) -> Outcome:
        slowed = line.pace.is_slowed(min(one.due_at for one in told))
        people = await self._people(one.occurrence.alert for one in told)
        letter = self._writer.letter(line.recipient, told, people, now, slowed=slowed)
        return await line.sender.send(letter)

    def _take(self, line: _Line, told: list[Owed], outcome: Outcome) -> None:
        now = self._clock.now()
        match outcome:
            case Deferred(reason=reason, after_s=after_s):
                is_first = line.pace.failing_since is None
                log.log(
                    logging.WARNING if is_first else logging.DEBUG, "%s is not told: %s", _who(line), reason
                )
                line.pace.failed(now, after_s)
                self._count(line, "deferred")
            case Refused(reason=reason):
                log.error("the message to %s was refused: %s", _who(line), reason)
                self._answered(line, now)
                self._notices.settle(line.recipient, told, now, arrived=False)
                self._count(line, "failed")
            case Arrived(missed=missed):
                if missed:
                    log.warning("%s was told in part: %s", _who(line), missed)
                self._answered(line, now)
                self._notices.settle(line.recipient, told, now, arrived=True)
                self._count(line, "sent")
        self._show(now)

    def _answered(self, line: _Line, now: Seconds) -> None:
        if line.pace.failing_since is not None:
            log.info("%s can be told again, after %.0f s", _who(line), now - line.pace.failing_since)
        line.pace.done(now)

    def _count(self, line: _Line, outcome: str) -> None:
        self._measures.notices.labels(line.recipient.way.value, outcome).inc()

    async def _people(self, alerts: Iterable[Alert]) -> dict[AgentId, str]:
        """Return the names of who sees to the alerts; who cannot be looked up stays a login."""
        names = {}
        for login in {one.acknowledged_by for one in alerts if one.acknowledged_by is not None}:
            with contextlib.suppress(CentralaError, TimeoutError):
                async with asyncio.timeout(RESTORE_S):
                    user = await self._users.get(login)
                if user is not None:
                    names[login] = user.name
        return names

    async def _keep(self) -> None:
        seen_at = self._clock.now()
        while True:
            await asyncio.sleep(KEEP_EVERY_S)
            now = self._clock.now()
            if now - seen_at >= SEEN_EVERY_S:
                self._notices.changed.update(self._notices.occurrences)
                seen_at = now
            await self._save()

    async def _save(self) -> None:
        names, self._notices.changed = self._notices.changed, set()
        if not names:
            return
        known = self._notices.occurrences
        standing = [known[name] for name in sorted(names) if name in known]
        is_kept = False
        try:
            await self._store.keep(standing, sorted(names - known.keys()), self._clock.now())
            is_kept = True
        except CentralaError as error:
            level = logging.DEBUG if self._store_away else logging.WARNING
            log.log(level, "who was told of alerts is not kept: %s", error)
        finally:
            self._store_away = not is_kept
            if not is_kept:
                self._notices.changed |= names


async def _end(tasks: Iterable[asyncio.Task[None]]) -> None:
    """Cancel tasks until they are over: before Python 3.12 `asyncio.wait_for` may swallow a cancellation."""
    pending = set(tasks)
    while pending:
        for task in pending:
            task.cancel()
        _, pending = await asyncio.wait(pending, timeout=STOP_AGAIN_S)


def _log_failure(task: asyncio.Task[None]) -> None:
    if not task.cancelled() and (error := task.exception()) is not None:
        log.error("%s: stopped by a fault of ours until the next start", task.get_name(), exc_info=error)


def _who(line: _Line) -> str:
    return f"{line.recipient.name} ({line.recipient.way.value})"
