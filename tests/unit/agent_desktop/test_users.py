"""What is set up about a person, as fields; the store itself is tested in tests/integration."""

from dataclasses import replace

import pytest

from agent_desktop.scope import scope_of
from agent_desktop.users import Role, User, fields_of, user_of
from contact.ids import AgentId, Extension, Skill

EWA = User(
    login=AgentId("ewa"),
    name="Ewa Łącka",
    role=Role.AGENT,
    extension=Extension("2009"),
    skills=((Skill("pl"), 100), (Skill("roads"), 0)),
    wrap_up_s=15.0,
)


@pytest.mark.parametrize(
    "user",
    [
        EWA,
        replace(EWA, extension=None, skills=(), wrap_up_s=None, role=Role.ADMIN, active=False),
        replace(EWA, language="en", wrap_up_s=0.0, team="Zespół 1"),
        replace(EWA, role=Role.TEAM_LEAD, scope=scope_of(["Zespół 1", "B"], ["roads"], [])),
    ],
)
def test_a_user_comes_back_from_their_fields(user: User) -> None:
    fields = fields_of(user)
    assert user_of(user.login, fields) == user
    assert user_of(user.login, {name: value for name, value in fields.items() if value is not None}) == user


def test_each_level_is_a_field_of_its_own_and_nothing_secret_is_one() -> None:
    assert fields_of(EWA) == {
        "name": "Ewa Łącka",
        "role": "agent",
        "extension": "2009",
        "language": "pl",
        "wrap_up_s": 15.0,
        "active": True,
        "team": "",
        "skills.pl": 100,
        "skills.roads": 0,
    }
