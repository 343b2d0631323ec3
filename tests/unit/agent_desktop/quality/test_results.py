import math

import pytest

from agent_desktop.quality.card import CardState
from agent_desktop.quality.results import By, Counted, Result, results
from contact.ids import AgentId, QueueId
from tests.fakes.quality import given, sheet


def counted(
    agent: str,
    percent: float,
    *,
    queue: str | None = "roads",
    team: str = "1",
    state: str = "read",
    **points: int,
) -> Counted:
    answers = given(**{"need": 3, "place": None, "data": 1, **points})
    return Counted(
        agent=AgentId(agent),
        team=team,
        queue=None if queue is None else QueueId(queue),
        state=CardState(state),
        sheet=sheet().version,
        answers=tuple(answers.values()),
        percent=percent,
        failed=answers["data"].points == 0,
    )


def found(*cards: Counted, agents: bool = True) -> dict[tuple[By, str], Result]:
    return {(one.by, one.name): one for one in results(cards, {sheet().version: sheet()}, agents=agents)}


def test_a_mean_stands_beside_its_standard_error_and_count() -> None:
    groups = found(counted("anna", 80), counted("anna", 100), counted("bartek", 60))
    anna, whole = groups[By.AGENT, "anna"], groups[By.ALL, ""]
    assert (anna.count, anna.mean, anna.error) == (2, 90.0, pytest.approx(10.0))
    assert (whole.count, whole.mean, whole.error) == (3, 80.0, pytest.approx(20 / math.sqrt(3)))
    assert groups[By.AGENT, "bartek"].error is None


def test_few_cards_are_not_enough_to_go_by() -> None:
    few = found(*(counted("anna", 80) for _ in range(4)))[By.AGENT, "anna"]
    enough = found(*(counted("anna", 80) for _ in range(5)))[By.AGENT, "anna"]
    assert (few.is_enough, enough.is_enough, enough.error) == (False, True, 0.0)


def test_misses_and_what_was_taken_note_of_are_counted() -> None:
    groups = found(
        counted("anna", 0, data=0, state="acknowledged"),
        counted("anna", 90, state="settled"),
        counted("anna", 90, state="disputed"),
        counted("anna", 90, state="submitted"),
    )
    assert (groups[By.ALL, ""].misses, groups[By.ALL, ""].acknowledged) == (1, 0.5)


def test_questions_are_counted_by_the_share_of_their_scale_without_what_is_not_applicable() -> None:
    groups = found(counted("anna", 80, need=3), counted("anna", 40, need=0, data=0), counted("b", 1, place=1))
    need, data, place = (groups[By.QUESTION, name] for name in ("need", "data", "place"))
    assert (need.count, need.mean, need.misses) == (3, pytest.approx(200 / 3), 0)
    assert (data.count, data.misses, data.acknowledged) == (3, 1, None)
    assert (place.count, place.mean, place.error) == (1, 50.0, None)


def test_groups_are_by_team_and_queue_and_by_consultant_only_where_wanted() -> None:
    cards = (counted("anna", 80), counted("celina", 70, team="", queue=None))
    assert {key for key in found(*cards) if key[0] is not By.QUESTION} == {
        (By.ALL, ""),
        (By.TEAM, ""),
        (By.TEAM, "1"),
        (By.AGENT, "anna"),
        (By.AGENT, "celina"),
        (By.QUEUE, ""),
        (By.QUEUE, "roads"),
    }
    assert By.AGENT not in {by for by, _ in found(*cards, agents=False)}


def test_no_cards_have_no_results() -> None:
    assert found() == {}
