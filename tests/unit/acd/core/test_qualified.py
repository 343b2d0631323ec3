"""Who meets a requirement."""

import pytest

from acd.core import qualified
from acd.core.qualified import Qualified
from acd.core.skills import parse
from contact.ids import AgentId, Skill

ANNA, BARTEK, CELINA = AgentId("anna"), AgentId("bartek"), AgentId("celina")
PL, ROADS = Skill("pl"), Skill("roads")


def three() -> Qualified:
    found = Qualified()
    found.add(ANNA, {PL: 90, ROADS: 60})
    found.add(BARTEK, {PL: 30})
    found.add(CELINA, {ROADS: 0})
    return found


@pytest.mark.parametrize(
    ("requirement", "agents"),
    [
        ("", {ANNA, BARTEK, CELINA}),
        ("pl", {ANNA, BARTEK}),
        ("pl>=60", {ANNA}),
        ("roads<=10", {CELINA}),
        ("uk", set()),
        ("!pl", {CELINA}),
        ("!uk", {ANNA, BARTEK, CELINA}),
        ("pl & roads>=40", {ANNA}),
        ("pl<60 | roads<60", {BARTEK, CELINA}),
        ("!(pl & roads)", {BARTEK, CELINA}),
    ],
)
def test_who_meets_a_requirement(requirement: str, agents: set[AgentId]) -> None:
    assert three().meeting(parse(requirement)) == agents


def test_an_agent_with_other_skills_is_found_by_those_only() -> None:
    found = three()
    assert found.meeting(parse("pl")) == {ANNA, BARTEK}
    found.add(ANNA, {ROADS: 60})
    assert found.meeting(parse("pl")) == {BARTEK}
    assert found.meeting(parse("roads>=40")) == {ANNA}


def test_one_who_is_gone_is_found_no_more() -> None:
    found = three()
    assert found.meeting(parse("")) == {ANNA, BARTEK, CELINA}
    found.discard(ANNA)
    found.discard(ANNA)
    assert found.meeting(parse("")) == {BARTEK, CELINA}
    assert found.meeting(parse("roads>=40")) == set()


def test_no_more_answers_are_kept_than_the_limit_says(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(qualified, "KEPT_MAX", 3)
    found = three()
    for level in range(10):
        found.meeting(parse(f"roads>={level}"))
        assert len(found._kept) <= 3
