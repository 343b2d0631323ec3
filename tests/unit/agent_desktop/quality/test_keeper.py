from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from agent_desktop.quality.draw import DrawRule
from agent_desktop.quality.draw_store import DrawnWeek
from agent_desktop.quality.file import QualityRules
from agent_desktop.quality.keeper import AGENTS_AT_ONCE, SETTLED_S, QualityKeeper
from contact.errors import NotAvailable
from contact.finished_talks import FinishedTalk, ListTalks
from contact.ids import AgentId
from runtime.bus import MemoryBus
from tests.fakes.crm import ManualClock
from tests.fakes.quality import sheet
from tests.fakes.talks import past_talk

WARSAW = ZoneInfo("Europe/Warsaw")
MONDAY = datetime(2026, 11, 16, tzinfo=WARSAW).timestamp()
DAY_S = 86_400.0
RULE = DrawRule(talks_per_week=2, talks_per_day_max=1, talk_s_min=60, callback_share=0, seed="x")


@dataclass
class Someone:
    """An account as far as draws go."""

    login: AgentId


@dataclass
class Everybody:
    """The accounts."""

    logins: list[str] = field(default_factory=lambda: ["anna", "bartek"])

    async def agents(self) -> tuple[Someone, ...]:
        return tuple(Someone(AgentId(one)) for one in self.logins)


@dataclass
class Kept:
    """The store of draws, and what was asked to be removed."""

    rows: dict[tuple[str, AgentId], DrawnWeek] = field(default_factory=dict)
    removed: list[tuple[float, str]] = field(default_factory=list)

    async def of_week(self, week: str) -> tuple[DrawnWeek, ...]:
        return tuple(one for (name, _), one in self.rows.items() if name == week)

    async def put(self, drawn: DrawnWeek, _at: float) -> None:
        self.rows.setdefault((drawn.week, drawn.agent), drawn)

    async def remove_before(self, moment: float, week: str) -> int:
        self.removed.append((moment, week))
        return 1


class Scene:
    """A keeper with fakes around it."""

    def __init__(self) -> None:
        self.clock = ManualClock(MONDAY + SETTLED_S)
        self.kept, self.people = Kept(), Everybody()
        self.asked: list[ListTalks] = []
        self.away = False
        bus = MemoryBus()
        bus.serve(ListTalks, self.talks)
        kept: Any = self.kept
        people: Any = self.people
        self.keeper = QualityKeeper(
            rules=QualityRules(sheet=sheet(), rule=RULE, keep_months=12),
            draws=kept,
            users=people,
            bus=bus,
            clock=self.clock,
            zone=WARSAW,
        )

    async def talks(self, request: ListTalks) -> tuple[FinishedTalk, ...]:
        if self.away:
            raise NotAvailable("the store is away")
        self.asked.append(request)
        week = range(7)
        return tuple(
            past_talk(one, at=request.begins_at + day * DAY_S) for one in request.agents for day in week
        )

    def drawn(self) -> dict[tuple[str, str], int]:
        return {(week, str(agent)): len(one.draw.picks) for (week, agent), one in self.kept.rows.items()}


@pytest.fixture
def scene() -> Scene:
    return Scene()


async def test_the_week_that_is_over_is_drawn_once_for_everybody(scene: Scene) -> None:
    assert await scene.keeper.look()
    assert scene.drawn() == {("2026-11-09", "anna"): 2, ("2026-11-09", "bartek"): 2}
    assert (scene.asked[0].begins_at, scene.asked[0].ends_at) == (MONDAY - 7 * DAY_S, MONDAY)
    scene.clock.at += 60
    assert await scene.keeper.look()
    assert len(scene.asked) == 1


async def test_a_week_has_to_settle_before_it_is_drawn(scene: Scene) -> None:
    scene.clock.at = MONDAY + SETTLED_S - 1
    await scene.keeper.look()
    assert {week for week, _ in scene.drawn()} == {"2026-11-02"}


async def test_who_comes_later_is_drawn_alone(scene: Scene) -> None:
    await scene.keeper.look()
    scene.people.logins.append("celina")
    await scene.keeper.look()
    assert scene.asked[-1].agents == ("celina",)
    assert len(scene.drawn()) == 3


async def test_many_consultants_are_asked_for_some_at_a_time(scene: Scene) -> None:
    scene.people.logins = [f"agent{number:03}" for number in range(2 * AGENTS_AT_ONCE + 1)]
    await scene.keeper.look()
    assert [len(one.agents) for one in scene.asked] == [AGENTS_AT_ONCE, AGENTS_AT_ONCE, 1]


async def test_a_store_that_is_away_is_asked_again(scene: Scene) -> None:
    scene.away = True
    assert not await scene.keeper.look()
    assert scene.drawn() == {}
    scene.away = False
    assert await scene.keeper.look()
    assert len(scene.drawn()) == 2


async def test_old_cards_are_removed_once_a_day(scene: Scene) -> None:
    await scene.keeper.look()
    await scene.keeper.look()
    year_before = datetime(2025, 11, 16, tzinfo=WARSAW).timestamp()
    assert scene.kept.removed == [(year_before, "2025-11-10")]
    scene.clock.at += DAY_S
    await scene.keeper.look()
    assert len(scene.kept.removed) == 2
