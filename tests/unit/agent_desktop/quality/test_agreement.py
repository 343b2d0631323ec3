import pytest

from agent_desktop.quality.agreement import Agreement, Scoring, compare
from contact.ids import AgentId
from tests.fakes.quality import given, sheet


def compared(*cards: dict[str, int | None]) -> Agreement:
    scorings = [
        Scoring(author=AgentId(f"l{number}"), answers=tuple(given(**one).values()), note="")
        for number, one in enumerate(cards)
    ]
    return compare(sheet(), scorings)


def test_leaders_who_score_alike_agree_wholly() -> None:
    same: dict[str, int | None] = {"need": 2, "place": None, "data": 1}
    found = compared(same, same, same)
    assert (found.exact, found.mean, found.deviation) == (1.0, 80.0, 0.0)
    assert [one.spread for one in found.questions] == [0, None, 0]


def test_agreement_is_the_share_of_pairs() -> None:
    found = compared(
        {"need": 3, "place": 2, "data": 1},
        {"need": 2, "place": 2, "data": 1},
        {"need": 0, "place": None, "data": 0},
    )
    need, place, data = found.questions
    assert (need.exact, need.within_one, need.spread) == (0.0, pytest.approx(1 / 3), 3)
    assert (place.exact, place.within_one, place.spread) == (pytest.approx(1 / 3), pytest.approx(1 / 3), 0)
    assert (data.exact, data.within_one, data.spread) == (pytest.approx(1 / 3), None, 1)
    assert found.exact == pytest.approx(2 / 9)
    assert found.percents == (100.0, 83.33, 0.0)
    assert found.mean == pytest.approx(61.11, abs=0.01)
    assert found.deviation == pytest.approx(40.74, abs=0.01)


def test_one_leader_agrees_with_nobody() -> None:
    found = compared({"need": 3, "place": 2, "data": 1})
    assert (found.exact, found.deviation, found.mean) == (None, None, 100.0)
    assert [one.exact for one in found.questions] == [None, None, None]


def test_without_a_card_there_is_nothing_to_compare() -> None:
    found = compared()
    assert (found.percents, found.mean, found.exact) == ((), None, None)
