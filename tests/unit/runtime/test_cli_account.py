import argparse
from dataclasses import replace

import pytest

from agent_desktop.scope import scope_of
from agent_desktop.users import Role, User
from contact.errors import CentralaError
from contact.ids import AgentId, Extension, Skill
from runtime.cli_account import changed, parse_skills

ANNA = User(
    login=AgentId("anna"),
    name="Anna",
    role=Role.AGENT,
    extension=Extension("2001"),
    skills=((Skill("pl"), 90),),
)


def asked(**named: object) -> argparse.Namespace:
    fields = ("name", "role", "extension", "skills", "open", "team", "teams", "queues", "districts")
    nothing = dict.fromkeys(fields)
    return argparse.Namespace(login="anna", **{**nothing, **named})


def test_what_is_not_named_stays() -> None:
    assert changed(ANNA, asked()) == ANNA


def test_what_is_named_changes() -> None:
    after = changed(ANNA, asked(name="Ania", role="supervisor", extension="", skills="en=5,aa=1", open=False))
    assert (after.name, after.role, after.extension, after.active) == ("Ania", Role.SUPERVISOR, None, False)
    assert after.skills == (("aa", 1), ("en", 5))


def test_each_list_of_a_scope_changes_by_itself() -> None:
    lead = replace(ANNA, role=Role.TEAM_LEAD, scope=scope_of(["A"], ["roads"], []))
    after = changed(lead, asked(team="B", queues="waste, roads,", districts="Wola"))
    assert (after.team, after.scope) == ("B", scope_of(["A"], ["roads", "waste"], ["Wola"]))
    assert changed(after, asked(team="", queues="", districts="")).scope == scope_of(["A"], [], [])


def test_skills_can_all_be_taken_away() -> None:
    assert changed(ANNA, asked(skills="")).skills == ()


def test_a_part_that_is_no_skill_is_named() -> None:
    with pytest.raises(CentralaError, match="'roads' is not of the form name=level"):
        parse_skills("pl=5,roads")
