"""Who filed the caller's case is found out while they are in the IVR."""

import asyncio
from dataclasses import replace

import pytest

from acd.core.engine import Engine
from acd.core.policy import QueuePolicy
from acd.owner import TRIES_MAX, TRY_AGAIN_S, OwnerLookUp
from contact.case import CallerHistory, Case, CaseStatus
from contact.commands import LookUpCaller
from contact.errors import NotAvailable
from contact.events import CallArrived, Input
from contact.ids import E164, AgentId, CallId, CaseNumber, TopicId, UnitId
from contact.numbers import WITHHELD
from contact.steering import OwnerFound
from runtime.bus import MemoryBus
from tests.fakes.ami_peer import VirtualTimePolicy
from tests.fakes.exchange import Exchange
from tests.unit.acd.core.floor import policy, queue

pytestmark = pytest.mark.filterwarnings("ignore:Overriding the:pytest.PytestDeprecationWarning")
KEEPS = queue("roads", "roads", owner_s=10.0)
ARRIVED = Exchange().arrive()


@pytest.fixture
def event_loop_policy() -> VirtualTimePolicy:
    return VirtualTimePolicy()


def case(number: str, agent: str | None) -> Case:
    return Case(
        number=CaseNumber(number),
        topic=TopicId("pothole"),
        title="Dziura",
        unit=UnitId("zdm"),
        unit_reason="",
        description="",
        caller=ARRIVED.caller,
        call=CallId("1.1"),
        agent=None if agent is None else AgentId(agent),
        district="",
        address="",
        answers=(),
        status=CaseStatus.OPEN,
        reference="",
        opened_at=1.0,
    )


class Bridge:
    """Knows some open cases, newest first, or is away."""

    def __init__(self, bus: MemoryBus, *cases: Case) -> None:
        self.cases = cases
        self.away = False
        self.incomplete = 0
        self.asked: list[E164] = []
        bus.serve(LookUpCaller, self.look_up)

    async def look_up(self, request: LookUpCaller) -> CallerHistory:
        self.asked.append(request.caller)
        if self.away:
            raise NotAvailable("the bridge is away")
        if self.incomplete:
            self.incomplete -= 1
            return CallerHistory(caller=request.caller, complete=False)
        return CallerHistory(caller=request.caller, open_cases=self.cases)


async def told(
    bridge_of: list[Case], arrived: CallArrived, *, rules: QueuePolicy = KEEPS, away: bool = False
) -> tuple[list[Input], Bridge]:
    bus, fed = MemoryBus(), list[Input]()
    bridge = Bridge(bus, *bridge_of)
    bridge.away = away
    engine = Engine(policy=policy(rules), run="r")
    looks = OwnerLookUp(engine=engine, bus=bus, feed=fed.append)
    looks.hear(arrived)
    for _ in range(5):
        await asyncio.sleep(0)
    looks.stop()
    return fed, bridge


async def test_the_newest_open_case_that_a_consultant_filed_names_the_owner() -> None:
    fed, _ = await told([case("3/26", None), case("2/26", "anna"), case("1/26", "bartek")], ARRIVED)
    assert fed == [OwnerFound(call=ARRIVED.call, agent=AgentId("anna"))]


async def test_a_caller_without_such_a_case_has_no_owner() -> None:
    fed, bridge = await told([case("3/26", None)], ARRIVED)
    assert fed == []
    assert bridge.asked == [ARRIVED.caller]


async def test_a_bridge_that_is_away_keeps_nobody_waiting() -> None:
    fed, _ = await told([case("2/26", "anna")], ARRIVED, away=True)
    assert fed == []


@pytest.mark.parametrize(
    ("arrived", "rules"), [(replace(ARRIVED, caller=WITHHELD), KEEPS), (ARRIVED, queue("roads", "roads"))]
)
async def test_nobody_is_looked_up_without_a_number_or_a_reason(
    arrived: CallArrived, rules: QueuePolicy
) -> None:
    fed, bridge = await told([case("2/26", "anna")], arrived, rules=rules)
    assert (fed, bridge.asked) == ([], [])


async def test_a_history_that_is_not_complete_yet_is_asked_for_again() -> None:
    bus, fed = MemoryBus(), list[Input]()
    bridge = Bridge(bus, case("2/26", "anna"))
    bridge.incomplete = 3
    looks = OwnerLookUp(engine=Engine(policy=policy(KEEPS), run="r"), bus=bus, feed=fed.append)
    looks.hear(ARRIVED)
    await asyncio.sleep(3 * TRY_AGAIN_S + 0.1)
    assert fed == [OwnerFound(call=ARRIVED.call, agent=AgentId("anna"))]
    bridge.incomplete = TRIES_MAX
    looks.hear(ARRIVED)
    await asyncio.sleep(TRIES_MAX * TRY_AGAIN_S + 1)
    assert len(fed) == 1
