from dataclasses import replace

import pytest

from agent_desktop.quality.sheet import Given, from_text, mistakes, score, sheet_of, to_text
from tests.fakes.quality import given, question, sheet


@pytest.mark.parametrize(
    ("answers", "percent"),
    [
        ({"need": 3, "place": 2, "data": 1}, 100.0),
        ({"need": 0, "place": 0, "data": 1}, 33.33),
        ({"need": 2, "place": 1, "data": 1}, 75.0),
        ({"need": 2, "place": None, "data": 1}, 80.0),
    ],
)
def test_the_score_is_the_weighted_mean_without_what_is_not_applicable(
    answers: dict[str, int | None], percent: float
) -> None:
    made = score(sheet(), given(**answers))
    assert (made.percent, made.earned, made.misses, made.failed) == (percent, percent, (), False)


def test_a_missed_critical_question_fails_the_whole_card_and_says_what_was_earned() -> None:
    made = score(sheet(), given(need=3, place=2, data=0))
    assert (made.percent, made.earned, made.misses, made.failed) == (0.0, 66.67, ("data",), True)


def test_no_points_on_an_ordinary_question_fail_nothing() -> None:
    assert not score(sheet(), given(need=0, place=0, data=1)).failed


def test_nothing_answered_has_no_score() -> None:
    assert score(sheet(), {}).percent is None
    assert score(sheet(), {"place": Given(question="place", na=True)}).percent is None


def test_a_whole_card_has_an_answer_to_every_question() -> None:
    assert mistakes(sheet(), given(need=3, place=None, data=1), whole=True) == {}
    assert mistakes(sheet(), given(need=3), whole=True) == {
        "place": "is not answered",
        "data": "is not answered",
    }
    assert mistakes(sheet(), {"need": Given(question="need", comment="jeszcze nie wiem")}, whole=False) == {}


def test_answers_are_within_their_scales() -> None:
    wrong = {
        "need": Given(question="need", points=4),
        "place": Given(question="place", points=1, na=True),
        "data": Given(question="data", na=True),
        "smile": Given(question="smile", points=1),
    }
    assert mistakes(sheet(), wrong, whole=False) == {
        "need": "takes 0 to 3 points",
        "place": "is answered twice",
        "data": "cannot be left out as not applicable",
        "smile": "is not a question of this sheet",
    }


def test_a_card_on_which_nothing_is_applicable_is_no_card() -> None:
    only = replace(sheet().sections[0], questions=(question("place", na=True),))
    assert mistakes(sheet_of([only]), given(place=None), whole=True) == {
        "place": "nothing on this card is applicable"
    }


def test_a_sheet_is_named_by_its_content() -> None:
    same, other = sheet(), sheet_of([replace(sheet().sections[0], section="call")])
    assert same.version == sheet().version != other.version
    assert from_text(to_text(same)) == same
