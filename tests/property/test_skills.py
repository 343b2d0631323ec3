"""The requirement language: its canonical text, its errors and its logic hold for whatever can be written."""

import re

from hypothesis import given
from hypothesis import strategies as st

from acd.core.qualified import Qualified
from acd.core.skills import LEVEL_MAX, AllOf, AnyOf, Has, Node, Not, RequirementError, both, matches, parse
from contact.ids import AgentId, Skill

SKILLS = st.sampled_from(["pl", "lang.uk", "roads", "sign-language", "ż_1"]).map(Skill)
HAS = st.builds(Has, SKILLS, st.sampled_from([">=", "<=", ">", "<", "=", "!="]), st.integers(0, LEVEL_MAX))


def _grown(inner: st.SearchStrategy[Node]) -> st.SearchStrategy[Node]:
    parts = st.lists(inner, min_size=2, max_size=3).map(tuple)
    return st.builds(Not, inner) | st.builds(AllOf, parts) | st.builds(AnyOf, parts)


NODES: st.SearchStrategy[Node] = st.recursive(HAS, _grown, max_leaves=12)
LEVELS = st.dictionaries(SKILLS, st.integers(0, LEVEL_MAX))
WORDS = st.sampled_from(["pl", "roads", "&", "|", "!", "(", ")", ">=", "!=", "40", "101", " ", "?", "ż"])


@given(NODES)
def test_what_is_written_is_read_back_as_it_was(node: Node) -> None:
    assert parse(str(node)) == node


@given(NODES, LEVELS)
def test_not_is_the_contrary(node: Node, levels: dict[Skill, int]) -> None:
    assert matches(Not(node), levels) is not matches(node, levels)


@given(NODES, NODES, LEVELS)
def test_both_is_met_where_each_is(one: Node, other: Node, levels: dict[Skill, int]) -> None:
    assert matches(both(one, other), levels) is (matches(one, levels) and matches(other, levels))


@given(NODES, st.dictionaries(st.sampled_from(["anna", "bartek", "celina"]).map(AgentId), LEVELS))
def test_who_is_found_for_a_requirement_meets_it(node: Node, team: dict[AgentId, dict[Skill, int]]) -> None:
    found = Qualified()
    for agent, levels in team.items():
        found.add(agent, levels)
    assert found.meeting(node) == {agent for agent, levels in team.items() if matches(node, levels)}


@given(st.lists(WORDS, max_size=40).map("".join) | st.text(max_size=600))
def test_any_text_is_a_requirement_or_an_error_with_its_place(text: str) -> None:
    try:
        node = parse(text)
    except RequirementError as error:
        complaint = str(error)
    else:
        complaint = "" if parse(str(node)) == node else "not read back"
    place = re.match(r"character (\d+): ", complaint)
    assert complaint in ("", "longer than 500 characters") or (place and int(place[1]) <= len(text) + 1)
