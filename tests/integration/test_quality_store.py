"""Quality cards, draws and calibrations, on the real databases."""

from collections.abc import AsyncIterator
from dataclasses import dataclass, replace

import pytest
from sqlalchemy import func, select

from agent_desktop.quality.calibration_store import Calibration, CalibrationStore
from agent_desktop.quality.card import Card, CardCause, CardState, Feedback
from agent_desktop.quality.card_store import CardStore, CardsWanted
from agent_desktop.quality.draw import Draw, Pick, Turn
from agent_desktop.quality.draw_store import DrawnWeek, DrawStore
from agent_desktop.quality.result_store import read_counted
from agent_desktop.quality.tables import quality_sheets, quality_versions
from contact.errors import Refused
from contact.ids import AgentId, CallId, QueueId
from runtime.db import Database
from tests.fakes.quality import ANNA, LIDIA, card, given, sheet, submitted

SYLWIA = AgentId("sylwia")


@dataclass
class Stores:
    """All stores over one database."""

    database: Database
    cards: CardStore
    draws: DrawStore
    calibrations: CalibrationStore

    async def put(self, wanted: Card) -> Card:
        """Have a submitted card, as it is read back."""
        await self.cards.open(wanted, sheet())
        await self.cards.submit(wanted, submitted(wanted), sheet())
        return await self.read(wanted.card)

    async def read(self, name: str) -> Card:
        found = await self.cards.one(name)
        assert found is not None
        return found


@pytest.fixture
async def stores(store_url: str) -> AsyncIterator[Stores]:
    database = Database(store_url)
    await database.upgrade()
    yield Stores(
        database,
        CardStore(database=database),
        DrawStore(database=database),
        CalibrationStore(database=database),
    )
    await database.close()


async def test_a_card_is_a_draft_until_it_is_submitted(stores: Stores) -> None:
    made = card()
    await stores.cards.open(made, sheet())
    assert await stores.cards.one("c1") == made
    half = replace(made.versions[0], answers=tuple(given(need=1).values()), note="Na razie", saved_at=2_000.0)
    await stores.cards.save(made, half, sheet())
    assert (await stores.read("c1")).draft == half
    assert await stores.cards.submit(made, submitted(made), sheet()) is CardState.SUBMITTED
    found = await stores.read("c1")
    assert (found.state, found.current, found.draft) == (CardState.SUBMITTED, submitted(made), None)
    assert await stores.cards.sheets([sheet().version, "none"]) == {sheet().version: sheet()}


async def test_a_talk_has_one_card_and_a_leader_one_of_each_calibration(stores: Stores) -> None:
    await stores.cards.open(card(), sheet())
    with pytest.raises(Refused) as error:
        await stores.cards.open(card("c2"), sheet())
    assert error.value.code == "has_card"
    blind = [
        replace(card(f"b{number}", by=by), calibration="k1") for number, by in enumerate((LIDIA, SYLWIA))
    ]
    for one in blind:
        await stores.cards.open(one, sheet())
    with pytest.raises(Refused):
        await stores.cards.open(replace(blind[0], card="b3"), sheet())
    assert [one.card for one in await stores.cards.of_calibration("k1")] == ["b0", "b1"]
    assert set(await stores.cards.of_calls([CallId("1.1"), CallId("1.2")])) == {"1.1"}


async def test_a_correction_is_a_further_version_and_the_earlier_one_stays(stores: Stores) -> None:
    first = await stores.put(card())
    started = replace(submitted(first, number=2), submitted_at=None, percent=None, reason="Pomyłka")
    await stores.cards.save(first, started, sheet())
    writing = await stores.read("c1")
    assert (writing.current, writing.draft) == (first.current, started)
    second = submitted(first, number=2, percent=90.0, reason="Pomyłka")
    await stores.cards.submit(writing, second, sheet())
    found = await stores.read("c1")
    assert (found.current, found.versions[0], found.draft) == (second, first.current, None)


async def test_two_leaders_do_not_correct_the_same_card_at_once(stores: Stores) -> None:
    first = await stores.put(card())
    await stores.cards.save(first, replace(submitted(first, number=2), submitted_at=None), sheet())
    with pytest.raises(Refused) as error:
        await stores.cards.save(
            first, replace(submitted(first, number=2), author=SYLWIA, submitted_at=None), sheet()
        )
    assert error.value.code == "changed_meanwhile"
    await stores.cards.discard(await stores.read("c1"))
    assert (await stores.read("c1")).versions == first.versions


async def test_whoever_read_a_card_before_it_changed_changes_nothing(stores: Stores) -> None:
    before = await stores.put(card())
    assert await stores.cards.move(before, CardCause.READ, Feedback()) is CardState.READ
    for stale in (
        stores.cards.move(before, CardCause.READ, Feedback()),
        stores.cards.save(before, submitted(before, number=2), sheet()),
        stores.cards.submit(before, submitted(before, number=2), sheet()),
        stores.cards.discard(before),
    ):
        with pytest.raises(Refused) as error:
            await stale
        assert error.value.code == "changed_meanwhile"


async def test_a_dispute_is_answered_by_a_corrected_version(stores: Stores) -> None:
    await stores.cards.move(await stores.put(card()), CardCause.READ, Feedback())
    said = Feedback(dispute="Numer podałam", disputed_at=3_000.0)
    await stores.cards.move(await stores.read("c1"), CardCause.DISPUTE, said)
    disputed = await stores.read("c1")
    assert (disputed.state, disputed.feedback) == (CardState.DISPUTED, said)
    answer = replace(submitted(disputed, number=2, reason="Rzeczywiście"), author=SYLWIA)
    assert await stores.cards.submit(disputed, answer, sheet()) is CardState.ANSWERED
    feedback = (await stores.read("c1")).feedback
    assert (feedback.dispute, feedback.answer, feedback.answered_by) == (
        "Numer podałam",
        "Rzeczywiście",
        SYLWIA,
    )


async def test_a_draft_that_is_thrown_away_was_never_there(stores: Stores) -> None:
    await stores.cards.open(card(), sheet())
    await stores.cards.discard(card())
    assert await stores.cards.one("c1") is None
    await stores.cards.open(card("c2"), sheet())


async def test_cards_are_found_by_consultant_team_queue_and_time(stores: Stores) -> None:
    await stores.put(card("c1", "1.1"))
    await stores.put(replace(card("c2", "1.2", started_at=5_000.0), agent=AgentId("celina"), team="Zespół 2"))
    await stores.cards.open(replace(card("c3", "1.3", started_at=9_000.0), queue=QueueId("waste")), sheet())
    await stores.cards.open(replace(card("b1", "1.1", by=SYLWIA), calibration="k1"), sheet())

    async def names(wanted: CardsWanted) -> list[str]:
        return [one.card for one in await stores.cards.listed(wanted)]

    assert await names(CardsWanted()) == ["c3", "c2", "c1"]
    assert await names(CardsWanted(agent=ANNA)) == ["c3", "c1"]
    assert await names(CardsWanted(teams={"Zespół 2"})) == ["c2"]
    assert await names(CardsWanted(queues={QueueId("waste")})) == ["c3"]
    assert await names(CardsWanted(since_at=1_001, until_at=9_000)) == ["c2"]
    assert await names(CardsWanted(submitted=True)) == ["c2", "c1"]


async def test_what_counts_is_submitted_and_not_under_a_calibration_that_goes_on(stores: Stores) -> None:
    await stores.put(card("c1", "1.1"))
    await stores.put(replace(card("c2", "1.2", started_at=2_000.0)))
    await stores.cards.open(card("c3", "1.3"), sheet())
    blind = replace(card("b1", "1.1", by=SYLWIA), calibration="k1")
    await stores.put(blind)
    calibration = Calibration(calibration="k1", card="c1", version=1, note="", made_by=LIDIA, made_at=1.0)
    await stores.calibrations.make(calibration)
    counted = await read_counted(stores.database, CardsWanted(submitted=True), drawn_only=True)
    assert len(counted) == 1
    assert (counted[0].percent, counted[0].answers) == (80.0, submitted(card()).answers)
    await stores.calibrations.close("k1", by=SYLWIA, at=9.0)
    assert len(await read_counted(stores.database, CardsWanted(submitted=True), drawn_only=True)) == 2


async def test_a_card_is_calibrated_once_and_closed_once(stores: Stores) -> None:
    await stores.put(card())
    made = Calibration(calibration="k1", card="c1", version=1, note="Miejsce", made_by=LIDIA, made_at=1.0)
    await stores.calibrations.make(made)
    with pytest.raises(Refused) as error:
        await stores.calibrations.make(replace(made, calibration="k2"))
    assert error.value.code == "calibrated_already"
    assert await stores.calibrations.of_cards(["c1", "c2"]) == {"c1": made}
    await stores.calibrations.close("k1", by=SYLWIA, at=9.0)
    closed = replace(made, closed_by=SYLWIA, closed_at=9.0)
    assert await stores.calibrations.one("k1") == closed
    assert await stores.calibrations.all() == (closed,)
    with pytest.raises(Refused) as error:
        await stores.calibrations.close("k1", by=SYLWIA, at=10.0)
    assert error.value.code == "closed_already"


def drawn(week: str, agent: str, *calls: str) -> DrawnWeek:
    picks = tuple(
        Pick(
            call=CallId(call),
            queue=None,
            started_at=1_000.0,
            talk_s=90.0,
            is_callback=False,
            turn=Turn.QUEUE,
            lot=0.25,
            rivals=4,
        )
        for call in calls
    )
    return DrawnWeek(week=week, agent=AgentId(agent), draw=Draw(talks=9, eligible=4, picks=picks))


async def test_a_week_that_was_drawn_stays_drawn(stores: Stores) -> None:
    first = drawn("2026-11-09", "anna", "1.1", "1.2")
    await stores.draws.put(first, 1.0)
    await stores.draws.put(drawn("2026-11-09", "anna", "1.3"), 2.0)
    await stores.draws.put(drawn("2026-11-09", "bartek"), 2.0)
    await stores.draws.put(drawn("2026-11-16", "anna", "1.4"), 3.0)
    assert await stores.draws.of_week("2026-11-09") == (first, drawn("2026-11-09", "bartek"))
    assert await stores.draws.of_week("2026-11-09", [ANNA]) == (first,)
    assert await stores.draws.weeks() == ("2026-11-16", "2026-11-09")


async def test_what_is_old_is_removed_with_everything_that_was_said_of_it(stores: Stores) -> None:
    await stores.put(card("old", "1.1", started_at=1_000.0))
    await stores.put(replace(card("b1", "1.1", started_at=1_000.0, by=SYLWIA), calibration="k1"))
    calibration = Calibration(calibration="k1", card="old", version=1, note="", made_by=LIDIA, made_at=1.0)
    await stores.calibrations.make(calibration)
    await stores.draws.put(drawn("2026-11-09", "anna", "1.1"), 1.0)
    await stores.draws.put(drawn("2026-11-16", "anna"), 1.0)
    assert await stores.draws.remove_before(1_000.0, "2026-11-09") == 0
    assert await stores.draws.remove_before(1_000.1, "2026-11-16") == 1
    assert await stores.cards.listed(CardsWanted()) == ()
    assert await stores.cards.of_calibration("k1") == ()
    assert await stores.calibrations.all() == ()
    assert await stores.draws.weeks() == ("2026-11-16",)
    async with stores.database.read_session() as work:
        for table in (quality_versions, quality_sheets):
            assert (await work.execute(select(func.count()).select_from(table))).scalar_one() == 0
