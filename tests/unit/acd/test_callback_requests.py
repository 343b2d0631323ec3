from collections.abc import AsyncIterator
from dataclasses import replace

import pytest
from prometheus_client import CollectorRegistry

from acd import callback_requests
from acd.callback_requests import CallbackRequests
from acd.core.engine import Engine
from acd.measure import Measure
from acd.shell import Shell
from contact.callback_requests import ListCallbacks, OrderCallback, WithdrawCallback
from contact.commands import Done
from contact.errors import Refused
from contact.events import (
    AgentConfigured,
    AvailabilityRequested,
    CallEnded,
    Event,
    OfferAnswered,
    PhoneChanged,
)
from contact.ids import E164, AgentId, Extension, Language, QueueId, Skill
from contact.states import Availability, PhoneState
from runtime.bus import MemoryBus
from tests.fakes.ami_peer import LoopClock, VirtualTimePolicy
from tests.fakes.exchange import Exchange
from tests.unit.acd.core.floor import policy
from tests.unit.acd.core.shell_parts import MemoryJournal, NotingTelephony

pytestmark = pytest.mark.filterwarnings("ignore:Overriding the:pytest.PytestDeprecationWarning")
NUMBER = E164("+48600700800")
ORDER = OrderCallback(number=NUMBER, key="anna:1", queue=QueueId("roads"), language=Language("pl"))


@pytest.fixture
def event_loop_policy() -> VirtualTimePolicy:
    return VirtualTimePolicy()


class Desk:
    """The bus with routing's answers about callbacks behind it."""

    def __init__(self) -> None:
        self.bus = MemoryBus()
        self.exchange = Exchange()
        self.clock = LoopClock()
        self.published: list[Event] = []
        self.forbidden: set[E164] = set()
        self.engine = Engine(policy=policy(), run="r")
        self.shell = Shell(
            engine=self.engine,
            journal=MemoryJournal(),
            telephony=NotingTelephony(),
            publish=self.published.append,
            clock=self.clock,
            measure=Measure(CollectorRegistry()),
        )
        self.shell.take(self.exchange.report())
        self.requests = CallbackRequests(
            shell=self.shell,
            clock=self.clock,
            may_dial=lambda number: number not in self.forbidden,
            can_dial=True,
        )
        self.requests.serve(self.bus)


@pytest.fixture
async def desk() -> AsyncIterator[Desk]:
    made = Desk()
    yield made
    made.shell.stop()


async def test_the_same_key_orders_once(desk: Desk) -> None:
    first = await desk.bus.request(ORDER)
    again = await desk.bus.request(replace(ORDER, number=E164("+48600700801")))
    assert (first.is_new, again) == (True, replace(first, is_new=False))
    assert [one.call for one in await desk.bus.request(ListCallbacks())] == [first.call]


async def test_the_same_number_gets_the_one_that_stands(desk: Desk) -> None:
    first = await desk.bus.request(ORDER)
    again = await desk.bus.request(replace(ORDER, key="anna:2"))
    assert (again.call, again.is_new) == (first.call, False)


async def test_a_caller_who_waits_somewhere_orders_for_that_queue(desk: Desk) -> None:
    arrived = desk.exchange.arrive()
    desk.shell.take(arrived)
    desk.shell.take(desk.exchange.queue(arrived.call, "waste", desk.clock.now()))
    made = await desk.bus.request(replace(ORDER, origin=arrived.call, queue=None))
    assert made.call == f"cb-{arrived.call}"
    assert [one.queue for one in await desk.bus.request(ListCallbacks())] == ["waste"]


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"queue": QueueId("nowhere")}, "unknown_queue"),
        ({"queue": None}, "unknown_queue"),
        ({"not_before_at": 5.0}, "in_the_past"),
        ({"number": E164("+48701100100")}, "number_not_allowed"),
    ],
)
async def test_an_order_that_makes_no_sense_is_refused(
    desk: Desk, change: dict[str, object], code: str
) -> None:
    desk.forbidden.add(E164("+48701100100"))
    desk.clock.now = lambda: 1_000_000.0  # type: ignore[method-assign]
    with pytest.raises(Refused) as refused:
        await desk.bus.request(replace(ORDER, **change))  # type: ignore[arg-type]
    assert refused.value.code == code
    assert desk.engine.callbacks() == ()


async def test_without_a_trunk_none_is_ordered(desk: Desk) -> None:
    bus = MemoryBus()
    CallbackRequests(shell=desk.shell, clock=desk.clock, may_dial=lambda _: True, can_dial=False).serve(bus)
    with pytest.raises(Refused) as refused:
        await bus.request(ORDER)
    assert refused.value.code == "callbacks_off"


async def test_only_so_many_wait(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(callback_requests, "CALLBACKS_MAX", 1)
    await desk.bus.request(ORDER)
    with pytest.raises(Refused) as refused:
        await desk.bus.request(replace(ORDER, number=E164("+48600700801"), key="2"))
    assert refused.value.code == "too_many"


async def test_one_is_withdrawn_once(desk: Desk) -> None:
    made = await desk.bus.request(ORDER)
    withdrawal = WithdrawCallback(call=made.call, by=AgentId("sylwia"))
    assert await desk.bus.request(withdrawal) == Done()
    with pytest.raises(Refused) as refused:
        await desk.bus.request(withdrawal)
    assert refused.value.code == "no_such_callback"
    assert [one.outcome for one in desk.published if isinstance(one, CallEnded)] == ["callback_withdrawn"]


async def test_one_that_is_dialled_is_not_withdrawn(desk: Desk) -> None:
    anna, extension = AgentId("anna"), Extension("2001")
    skills = ((Skill("roads"), 80),)
    desk.shell.take(AgentConfigured(agent=anna, name="Anna", extension=extension, skills=skills))
    desk.shell.take(PhoneChanged(extension=extension, state=PhoneState.IDLE))
    ready = AvailabilityRequested(agent=anna, availability=Availability.READY, reason="", by=anna)
    desk.shell.take(ready)
    made = await desk.bus.request(ORDER)
    offer = desk.engine.snapshot().offers[0].offer
    desk.shell.take(OfferAnswered(offer=offer))
    with pytest.raises(Refused) as refused:
        await desk.bus.request(WithdrawCallback(call=made.call, by=anna))
    assert refused.value.code == "being_called"


async def test_numbers_that_may_be_called_no_more_are_dropped(desk: Desk) -> None:
    made = await desk.bus.request(ORDER)
    desk.requests.drop_forbidden()
    assert [one.call for one in desk.engine.callbacks()] == [made.call]
    desk.forbidden.add(NUMBER)
    desk.requests.drop_forbidden()
    assert desk.engine.callbacks() == ()
