"""Routing knows the agents as the accounts have them."""

from dataclasses import replace
from typing import cast

from agent_desktop.roster import Roster
from agent_desktop.users import Role, User, Users
from contact.commands import ConfigureAgent, Done, RemoveAgent
from contact.errors import Refused
from contact.ids import AgentId, Extension, Skill
from runtime.bus import MemoryBus
from tests.fakes.crm import ManualClock
from tests.fakes.roles import FakeAcd

ANNA = User(
    login=AgentId("anna"),
    name="Anna",
    role=Role.AGENT,
    extension=Extension("2001"),
    skills=((Skill("pl"), 90),),
)
BARTEK = replace(ANNA, login=AgentId("bartek"), name="Bartek", extension=Extension("2002"))


class Accounts:
    def __init__(self, *people: User) -> None:
        self.people = {one.login: one for one in people}

    async def agents(self) -> tuple[User, ...]:
        return tuple(one for one in self.people.values() if one.active)


class Acd(FakeAcd):
    """Routing that notes what it is told, and lets no two agents have one phone."""

    told: list[ConfigureAgent | RemoveAgent]

    async def configure(self, request: ConfigureAgent) -> Done:
        for one in self.agents.values():
            if one.extension == request.extension and one.agent != request.agent:
                raise Refused("another agent's", code="extension_taken")
        self.told.append(request)
        return await super().configure(request)

    async def remove(self, request: RemoveAgent) -> Done:
        self.told.append(request)
        return await super().remove(request)


class Bench:
    def __init__(self, *people: User) -> None:
        self.bus = MemoryBus()
        self.acd = Acd(bus=self.bus, clock=ManualClock())
        self.acd.told = self.told = []
        self.acd.serve()
        self.accounts = Accounts(*people)
        self.roster = Roster(users=cast("Users", self.accounts), bus=self.bus)


async def test_routing_is_told_of_every_agent_once() -> None:
    bench = Bench(ANNA, BARTEK)
    assert {one.agent for one in (await bench.roster.sync()).agents} == {"anna", "bartek"}
    await bench.roster.sync()
    assert [one.agent for one in bench.told] == ["anna", "bartek"]


async def test_routing_is_told_of_other_skills_and_of_nobody_else() -> None:
    bench = Bench(ANNA, BARTEK)
    await bench.roster.sync()
    bench.told.clear()
    bench.accounts.people[ANNA.login] = replace(ANNA, skills=((Skill("roads"), 50),))
    (anna, _) = (await bench.roster.sync()).agents
    assert [one.agent for one in bench.told] == ["anna"]
    assert anna.skills == ((Skill("roads"), 50),)


async def test_a_closed_account_is_no_agent_any_more() -> None:
    bench = Bench(ANNA, BARTEK)
    await bench.roster.sync()
    bench.accounts.people[ANNA.login] = replace(ANNA, active=False)
    assert [one.agent for one in (await bench.roster.sync()).agents] == ["bartek"]
    bench.accounts.people[ANNA.login] = ANNA
    assert {one.agent for one in (await bench.roster.sync()).agents} == {"anna", "bartek"}


async def test_agents_whom_routing_remembers_and_nobody_else_does_are_removed() -> None:
    bench = Bench(ANNA)
    await bench.roster.sync()
    again = Roster(users=cast("Users", Accounts(BARTEK)), bus=bench.bus)
    assert [one.agent for one in (await again.sync()).agents] == ["bartek"]


async def test_a_phone_passes_from_one_agent_to_another_who_comes_first() -> None:
    bench = Bench(ANNA, BARTEK)
    await bench.roster.sync()
    bench.accounts.people = {
        ANNA.login: replace(ANNA, extension=Extension("2002")),
        BARTEK.login: replace(BARTEK, extension=Extension("2003")),
    }
    anna, bartek = (await bench.roster.sync()).agents
    assert (anna.extension, bartek.extension) == ("2002", "2003")
