import asyncio
import contextlib
import logging
from dataclasses import replace
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from prometheus_client import CollectorRegistry

from agent_desktop.alert import AlertKind, AlertRule, Alerts, ReadingKey
from agent_desktop.letter import LetterWriter
from agent_desktop.measure import DesktopMeasures
from agent_desktop.notice import GIVE_UP_S, Occurrence
from agent_desktop.notifier import GATHER_S, GO_ON_S, Notifier
from agent_desktop.recipient import Recipient, Way
from agent_desktop.sender import Arrived, Deferred, Outcome, Refused
from agent_desktop.users import Role, User
from contact.errors import CentralaError
from contact.ids import QueueId
from tests.fakes.notices import BEGAN, SYLWIA, FakeSender, alert, recipient

ROADS: ReadingKey = (AlertKind.LONGEST_WAIT, QueueId("roads"))
WASTE: ReadingKey = (AlertKind.LONGEST_WAIT, QueueId("waste"))
RULE = AlertRule(kind=AlertKind.LONGEST_WAIT, raise_at=120, clear_at=60)


class FakeStore:
    """The table in memory; `away` has it fail as the database does."""

    def __init__(self, *rows: tuple[Occurrence, float]) -> None:
        self.rows = {one.alert.occurrence: (one, at) for one, at in rows}
        self.away = False

    async def read(self) -> list[tuple[Occurrence, float]]:
        self._check()
        return list(self.rows.values())

    async def keep(self, standing: list[Occurrence], gone: list[str], now: float) -> None:
        self._check()
        self.rows |= {one.alert.occurrence: (one, now) for one in standing}
        for name in gone:
            self.rows.pop(name, None)

    def _check(self) -> None:
        if self.away:
            raise CentralaError("the database does not answer")


class FakeUsers:
    def __init__(self) -> None:
        self.away = False

    async def get(self, login: str) -> User | None:
        if self.away:
            raise CentralaError("the database does not answer")
        return User(login=SYLWIA, name="Sylwia Maj", role=Role.SUPERVISOR) if login == SYLWIA else None


class Bench:
    """A teller whose clock is set by hand and whose tasks take one turn when asked."""

    def __init__(self, *recipients: Recipient, outcomes: tuple[Outcome, ...] = ()) -> None:
        self.at = BEGAN
        self.alerts = Alerts([RULE])
        self.store, self.users = FakeStore(), FakeUsers()
        self.senders = [FakeSender(outcomes) for _ in recipients]
        self.registry = CollectorRegistry()
        self.sent_to_board = 0
        parts: dict[str, Any] = {"store": self.store, "users": self.users, "clock": self}
        self.notifier = Notifier(
            recipients=zip(recipients, self.senders, strict=True),
            writer=LetterWriter(
                line="19115",
                city="warszawa",
                link="https://desk.example.pl/board",
                zone=ZoneInfo("Europe/Warsaw"),
                queue_name=lambda queue, _: queue,
            ),
            alerts=self.alerts,
            measures=DesktopMeasures(self.registry),
            jitter=lambda: 0.0,
            changed=self.note,
            **parts,
        )

    def now(self) -> float:
        return self.at

    def note(self) -> None:
        self.sent_to_board += 1

    def judge(self, after_s: float, *keys: ReadingKey, reading: float = 125.0) -> None:
        self.at = BEGAN + after_s
        self.alerts.judge(dict.fromkeys(keys, reading), self.at)
        self.notifier.follow()

    async def turn(self, after_s: float) -> float | None:
        self.at = BEGAN + after_s
        pauses = [await self.notifier._turn(line) for line in self.notifier._lines]
        self.notifier.follow()
        return pauses[0]

    def subjects(self, sender: int = 0) -> list[str]:
        return [one.subject.removeprefix("[19115] ") for one in self.senders[sender].letters]

    def shown(self, name: str = "longest_wait:roads") -> list[tuple[str, str]]:
        return [(one.recipient, one.state.value) for one in self.alerts.raised[name].told]

    def count(self, outcome: str, way: str = "email") -> float | None:
        return self.registry.get_sample_value(
            "centrala_desktop_notices_total", {"way": way, "outcome": outcome}
        )


async def test_alerts_that_come_together_are_one_e_mail_after_a_moment() -> None:
    bench = Bench(recipient())
    bench.judge(0, ROADS)
    bench.judge(2, WASTE)
    assert await bench.turn(2) == GATHER_S - 2
    assert await bench.turn(GATHER_S) == 0
    assert bench.subjects() == ["Alarmy (2): roads, rozmówca czeka ponad 2 min i inne"]
    assert await bench.turn(GATHER_S) is None
    assert bench.count("sent") == 1
    assert bench.shown() == [("dyżurny", "told")]


async def test_a_webhook_gets_each_alert_at_once() -> None:
    bench = Bench(recipient(way=Way.WEBHOOK))
    bench.judge(0, ROADS, WASTE)
    assert await bench.turn(0) == 0
    assert await bench.turn(0) == 0
    assert len(bench.senders[0].letters) == 2
    assert len({one.key for one in bench.senders[0].letters}) == 2
    assert bench.count("sent", "webhook") == 2


async def test_what_does_not_arrive_is_tried_again_and_logged_as_one_series(
    caplog: pytest.LogCaptureFixture,
) -> None:
    caplog.set_level(logging.DEBUG, "agent_desktop.notifier")
    bench = Bench(recipient(), outcomes=(Deferred(reason="451 later"), Deferred(reason="451 later")))
    bench.judge(0, ROADS)
    await bench.turn(5)
    assert bench.shown() == [("dyżurny", "failing")]
    assert await bench.turn(6) == pytest.approx(4.0)
    await bench.turn(10)
    await bench.turn(20)
    assert bench.shown() == [("dyżurny", "told")]
    assert [one.key for one in bench.senders[0].letters] == [bench.senders[0].letters[0].key] * 3
    levels = [one.levelname for one in caplog.records]
    assert levels == ["WARNING", "DEBUG", "INFO"]
    assert "451 later" in caplog.records[0].message
    assert "after 15 s" in caplog.records[2].message
    assert (bench.count("deferred"), bench.count("sent")) == (2, 1)


async def test_a_late_message_says_how_things_are_by_then() -> None:
    bench = Bench(recipient(), outcomes=(Deferred(reason="away", after_s=300.0),))
    bench.judge(0, ROADS)
    await bench.turn(5)
    bench.alerts.acknowledge("longest_wait:roads", SYLWIA, BEGAN + 60)
    bench.judge(61, ROADS)
    bench.judge(120, ROADS, reading=0.0)
    await bench.turn(305)
    assert bench.subjects()[1:] == ["Koniec alarmu: roads, rozmówca czekał ponad 2 min"]
    assert "Sylwia Maj" in bench.senders[0].letters[1].text


async def test_what_is_refused_is_told_on_the_board_and_not_sent_again() -> None:
    bench = Bench(recipient(), outcomes=(Refused(reason="HTTP 400"),))
    bench.judge(0, ROADS)
    await bench.turn(5)
    assert await bench.turn(100) is None
    assert bench.shown() == [("dyżurny", "failed")]
    assert bench.count("failed") == 1


async def test_a_part_that_is_missed_is_logged(caplog: pytest.LogCaptureFixture) -> None:
    bench = Bench(recipient(), outcomes=(Arrived(missed="1 of 2 addresses refused: 550 no"),))
    bench.judge(0, ROADS)
    await bench.turn(5)
    assert "told in part: 1 of 2" in caplog.text
    assert bench.shown() == [("dyżurny", "told")]


async def test_what_cannot_be_told_for_hours_is_given_up_and_counted() -> None:
    bench = Bench(recipient())
    bench.judge(0, ROADS)
    bench.judge(GIVE_UP_S + 1, ROADS)
    assert bench.shown() == [("dyżurny", "failed")]
    assert bench.count("failed") == 1


async def test_one_recipient_whose_server_is_away_holds_up_no_other() -> None:
    bench = Bench(recipient(), recipient(name="monitoring", way=Way.WEBHOOK))
    bench.senders[0].outcomes = [Deferred(reason="away")] * 5
    bench.judge(0, ROADS)
    await bench.turn(5)
    assert bench.shown() == [("dyżurny", "failing"), ("monitoring", "told")]


async def test_an_escalation_is_planned_on_the_board_and_sent_in_its_time() -> None:
    bench = Bench(recipient(after_s=900))
    bench.judge(0, ROADS)
    assert bench.shown() == [("dyżurny", "planned")]
    assert await bench.turn(1) == 899
    await bench.turn(905)
    assert "Od 15 min 5 s" in bench.senders[0].letters[0].text


async def test_a_storm_becomes_few_e_mails() -> None:
    bench = Bench(recipient())
    for second in range(0, 3_600, 10):
        bench.judge(second, ROADS, reading=125.0 if second % 20 == 0 else 0.0)
        await bench.turn(second + 5)
    assert len(bench.senders[0].letters) <= 5 + 20
    assert "najwyżej 20 na godzinę" in bench.senders[0].letters[-1].text


async def test_how_many_alerts_wait_is_measured() -> None:
    bench = Bench(recipient(), recipient(name="drugi"))
    bench.judge(0, ROADS)
    waiting = {"way": "email"}
    assert bench.registry.get_sample_value("centrala_desktop_notices_waiting", waiting) == 2
    await bench.turn(5)
    assert bench.registry.get_sample_value("centrala_desktop_notices_waiting", waiting) == 0


async def test_the_board_is_sent_something_when_telling_moves_on_and_not_else() -> None:
    bench = Bench(recipient())
    bench.judge(0, ROADS)
    assert bench.sent_to_board == 1
    bench.judge(1, ROADS)
    assert bench.sent_to_board == 1
    await bench.turn(5)
    assert bench.sent_to_board == 2


async def test_after_a_restart_an_alert_goes_on_with_who_saw_to_it_and_who_was_told() -> None:
    before = Bench(recipient())
    before.judge(0, ROADS)
    await before.turn(5)
    before.alerts.acknowledge("longest_wait:roads", SYLWIA, BEGAN + 60)
    before.judge(60, ROADS)
    await before.notifier._save()
    after = Bench(recipient())
    after.store = before.store
    after.notifier._store = before.notifier._store
    after.at = BEGAN + 100
    await after.notifier.restore()
    after.judge(101, ROADS)
    assert after.alerts.raised["longest_wait:roads"].acknowledged_by == SYLWIA
    assert await after.turn(110) is None
    after.judge(120, ROADS, reading=0.0)
    await after.turn(126)
    assert after.subjects() == ["Koniec alarmu: roads, rozmówca czekał ponad 2 min"]
    await after.notifier._save()
    assert after.store.rows == {}


async def test_an_alert_from_long_before_a_restart_is_over_and_judged_anew() -> None:
    bench = Bench(recipient())
    kept = Occurrence(alert=alert())
    bench.store.rows = {kept.alert.occurrence: (kept, BEGAN)}
    bench.at = BEGAN + GO_ON_S + 1
    await bench.notifier.restore()
    assert bench.alerts.raised == {}
    bench.notifier.follow()
    await bench.turn(GO_ON_S + 10)
    assert bench.subjects() == ["Koniec alarmu: roads, rozmówca czekał ponad 2 min"]


async def test_an_alert_whose_rule_is_gone_ends_with_the_restart() -> None:
    bench = Bench(recipient())
    kept = Occurrence(alert=replace(alert("telephony_down", None)))
    bench.store.rows = {kept.alert.occurrence: (kept, BEGAN)}
    await bench.notifier.restore()
    assert bench.alerts.raised == {}


async def test_without_the_store_alerts_are_told_and_kept_when_it_is_back(
    caplog: pytest.LogCaptureFixture,
) -> None:
    bench = Bench(recipient("raised", "acknowledged"))
    bench.store.away = bench.users.away = True
    await bench.notifier.restore()
    bench.judge(0, ROADS)
    await bench.turn(5)
    bench.alerts.acknowledge("longest_wait:roads", SYLWIA, BEGAN + 60)
    bench.judge(60, ROADS)
    await bench.turn(65)
    assert "Zajmuje się tym: sylwia" in bench.senders[0].letters[1].text
    await bench.notifier._save()
    await bench.notifier._save()
    assert caplog.text.count("is not kept") == 1
    bench.store.away = False
    await bench.notifier._save()
    assert list(bench.store.rows) == ["longest_wait:roads:1763800000000"]


async def test_stopping_keeps_what_is_known_and_closes_every_way() -> None:
    bench = Bench(recipient())
    bench.judge(0, ROADS)
    task = asyncio.create_task(bench.notifier.run())
    await asyncio.sleep(0)
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)
    assert bench.senders[0].closed
    assert len(bench.store.rows) == 1


async def test_what_was_being_kept_when_it_was_interrupted_is_kept_at_the_end() -> None:
    bench = Bench(recipient())
    bench.judge(0, ROADS)
    bench.store.keep = never  # type: ignore[method-assign]
    saving = asyncio.create_task(bench.notifier._save())
    await asyncio.sleep(0)
    saving.cancel()
    await asyncio.gather(saving, return_exceptions=True)
    assert bench.notifier._notices.changed == {"longest_wait:roads:1763800000000"}


async def never(*_: object) -> None:
    await asyncio.Event().wait()


async def test_a_way_that_swallows_a_cancellation_does_not_keep_anybody_from_stopping() -> None:
    bench = Bench(recipient(way=Way.WEBHOOK))
    bench.senders[0].send = deaf  # type: ignore[method-assign]
    bench.judge(0, ROADS)
    task = asyncio.create_task(bench.notifier.run())
    for _ in range(5):
        await asyncio.sleep(0)
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)
    assert bench.senders[0].closed
    assert bench.shown() == [("dyżurny", "told")]


async def deaf(_: object) -> Outcome:
    with contextlib.suppress(asyncio.CancelledError):
        await asyncio.Event().wait()
    return Arrived()


async def test_a_fault_of_ours_stops_one_recipient_and_is_logged(caplog: pytest.LogCaptureFixture) -> None:
    bench = Bench(recipient(way=Way.WEBHOOK))
    bench.senders[0].send = broken  # type: ignore[method-assign]
    bench.judge(0, ROADS)
    task = asyncio.create_task(bench.notifier.run())
    for _ in range(5):
        await asyncio.sleep(0)
    assert not task.done()
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)
    assert "tell dyżurny of alerts: stopped by a fault of ours" in caplog.text


async def broken(_: object) -> Outcome:
    raise LookupError("nothing there")
