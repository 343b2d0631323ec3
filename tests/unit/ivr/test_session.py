import re

import pytest
from prometheus_client import CollectorRegistry

from contact.callback_requests import OrderCallback, OrderedCallback
from contact.errors import NotAvailable, Refused
from contact.events import NodeVisited
from contact.flash import FlashHeard
from contact.ids import E164, CallId, ChannelName, LegId
from contact.missed import CallEntered, CallHandedOver
from ivr.errors import CallerHungUp
from ivr.flow.line import Line
from ivr.flow.nodes import Consent, Flow
from ivr.measure import IvrMeasures
from ivr.session import CallSession
from runtime.bus import MemoryBus
from tests.fakes.flows import flow, menu, node_id, offering, prompts
from tests.fakes.lines import closure, flash, line
from tests.fakes.phone import FakePhone

FLOW, OFFERING = flow(), offering()
CALLER = E164("+48600100200")
ENTERED = CallEntered(
    call=CallId("1.1"),
    leg=LegId("1.1"),
    channel=ChannelName("PJSIP/trunk-00000001"),
    caller=CALLER,
    dialled="19115",
)


class Ticks:
    """A clock that moves on by a second each time it is read."""

    def __init__(self) -> None:
        self._now = 0.0

    def now(self) -> float:
        self._now += 1.0
        return self._now


class Bench:
    def __init__(self, phone: FakePhone, *, flow: Flow = FLOW, line: Line | None = None) -> None:
        self.phone = phone
        self.visits: list[NodeVisited] = []
        self.registry = CollectorRegistry()
        self.bus = bus = MemoryBus()
        bus.subscribe([NodeVisited], self.visits.append)
        self.told: list[CallEntered | CallHandedOver] = []
        bus.subscribe([CallEntered, CallHandedOver], self.told.append)
        self.heard: list[FlashHeard] = []
        bus.subscribe([FlashHeard], self.heard.append)
        self.line = line or Line()
        self.session = CallSession(
            phone=phone,
            entered=ENTERED,
            flow=flow,
            bus=bus,
            clock=Ticks(),
            measures=IvrMeasures(self.registry),
            line=lambda: self.line,
        )

    async def run(self) -> None:
        await self.session.run()


async def test_a_hand_over_sets_everything_and_the_next_step_last() -> None:
    bench = Bench(FakePhone("1"))
    await bench.run()
    told = bench.phone.told
    assert told[-7:] == [
        "CENTRALA_QUEUE",
        "CENTRALA_REQUIREMENT",
        "CENTRALA_PRIORITY",
        "CENTRALA_LANGUAGE",
        "CENTRALA_PATH",
        "CENTRALA_TOPIC",
        "CENTRALA_NEXT",
    ]
    assert told.count("CENTRALA_NEXT") == 1
    variables = bench.phone.variables
    assert variables["CENTRALA_CALLER"] == CALLER
    assert variables["CENTRALA_QUEUE"] == "roads"
    assert variables["CENTRALA_PRIORITY"] == "5"
    assert variables["CENTRALA_PATH"] == "menu%3D1"
    assert variables["CENTRALA_NEXT"] == "queue"


async def test_routing_is_told_of_a_caller_and_of_the_hand_over() -> None:
    bench = Bench(FakePhone("1"))
    await bench.run()
    entered, handed_over = bench.told
    assert entered == ENTERED
    assert isinstance(handed_over, CallHandedOver)
    assert (handed_over.call, handed_over.leg, handed_over.channel) == (ENTERED.call, "1.1", ENTERED.channel)
    assert (handed_over.queue, handed_over.priority, handed_over.path) == ("roads", 5, ("menu=1",))
    assert handed_over.caller == CALLER


async def test_a_caller_who_goes_elsewhere_is_handed_over_to_no_queue() -> None:
    bench = Bench(FakePhone("0"))
    await bench.run()
    assert bench.told == [ENTERED]


async def test_a_new_call_is_marked_as_attached_before_anything_is_played() -> None:
    bench = Bench(FakePhone("hangup"))
    with pytest.raises(CallerHungUp):
        await bench.run()
    assert bench.phone.told[0] == "CENTRALA_ATTACHED"
    assert bench.phone.played == [("hello", "notice")]


async def test_a_call_that_comes_back_hears_no_greeting_and_keeps_its_language() -> None:
    phone = FakePhone("1", variables={"CENTRALA_ATTACHED": "1", "CENTRALA_LANGUAGE": "en"})
    bench = Bench(phone)
    await bench.run()
    assert phone.played == [("choose",)]
    assert phone.variables["CENTRALA_REQUIREMENT"] == "en"
    assert phone.variables["CHANNEL(language)"] == "en"


async def test_a_call_that_comes_back_before_a_language_was_set_begins_anew() -> None:
    bench = Bench(FakePhone("1", variables={"CENTRALA_ATTACHED": "1"}))
    await bench.run()
    assert bench.phone.played[0] == ("hello", "notice")


async def test_every_visit_is_published_and_counted() -> None:
    bench = Bench(FakePhone("9", "7", "1"))
    await bench.run()
    assert [(visit.node, visit.heard, visit.ended_by) for visit in bench.visits] == [
        ("greeting", "9", "digits"),
        ("menu", "9", "digits"),
        ("english", "", "done"),
        ("menu", "7", "wrong_key"),
        ("menu", "1", "digits"),
        ("roads", "", "done"),
    ]
    labels = {"flow": "test", "node": "menu", "ended_by": "digits"}
    assert bench.registry.get_sample_value("centrala_ivr_node_visits_total", labels) == 2


async def test_a_hang_up_in_the_dialogue_is_a_visit_and_reaches_the_server() -> None:
    bench = Bench(FakePhone("", "hangup"))
    with pytest.raises(CallerHungUp):
        await bench.run()
    assert [(visit.node, visit.ended_by) for visit in bench.visits] == [
        ("greeting", "done"),
        ("menu", "hangup"),
    ]
    assert "CENTRALA_NEXT" not in bench.phone.variables


@pytest.mark.parametrize(("key", "following"), [("0", "emergency"), ("8", "hangup")])
async def test_other_ends_say_where_the_dialplan_goes_on(key: str, following: str) -> None:
    bench = Bench(FakePhone(key))
    await bench.run()
    assert bench.phone.variables["CENTRALA_NEXT"] == following
    assert "CENTRALA_QUEUE" not in bench.phone.variables


class Orders:
    """Routing's answers to orders of callbacks."""

    def __init__(self, bench: Bench, *answers: OrderedCallback | Exception) -> None:
        self.taken: list[OrderCallback] = []
        self._answers = list(answers)
        bench.bus.serve(OrderCallback, self._answer)

    async def _answer(self, request: OrderCallback) -> OrderedCallback:
        self.taken.append(request)
        answer = self._answers.pop(0)
        if isinstance(answer, Exception):
            raise answer
        return answer


IN_THE_OFFER = {"CENTRALA_ATTACHED": "1", "CENTRALA_LANGUAGE": "pl", "CENTRALA_ENTRY": "callback"}
MADE = OrderedCallback(call=CallId("cb-1.1"), is_new=True)


def offered(*keys: str) -> Bench:
    return Bench(FakePhone(*keys, variables=IN_THE_OFFER), flow=OFFERING)


async def test_a_caller_out_of_a_queue_orders_a_callback_and_is_let_go() -> None:
    bench = offered("1")
    orders = Orders(bench, MADE)
    await bench.run()
    order = orders.taken[0]
    assert (order.number, order.origin, order.key) == (CALLER, "1.1", "call 1.1")
    assert (order.queue, order.requirement, order.language) == ("general", "pl", "pl")
    assert bench.phone.variables["CENTRALA_NEXT"] == "hangup"


async def test_a_caller_who_wants_none_waits_on_with_everything_as_it_was() -> None:
    bench = offered("*")
    await bench.run()
    assert bench.phone.variables["CENTRALA_NEXT"] == "queue"
    assert not {"CENTRALA_QUEUE", "CENTRALA_PATH", "CENTRALA_PRIORITY"} & set(bench.phone.told)


@pytest.mark.parametrize(
    ("keyed", "number"), [("221234567", "+48221234567"), ("004930123456", "+4930123456")]
)
async def test_a_number_is_keyed_in_as_people_dial_it(keyed: str, number: str) -> None:
    bench = offered("2", *keyed, "#", "1")
    orders = Orders(bench, MADE)
    await bench.run()
    assert [one.number for one in orders.taken] == [number]


async def test_a_number_that_may_not_be_called_is_asked_for_again() -> None:
    bench = offered("1", *"221234567#", "1")
    orders = Orders(bench, Refused("no", code="number_not_allowed"), MADE)
    await bench.run()
    assert [one.number for one in orders.taken] == [CALLER, "+48221234567"]


@pytest.mark.parametrize("error", [Refused("off", code="callbacks_off"), NotAvailable("late")])
async def test_an_order_that_comes_to_nothing_leads_back_to_the_queue(error: Exception) -> None:
    bench = offered("1")
    Orders(bench, error)
    await bench.run()
    assert bench.phone.variables["CENTRALA_NEXT"] == "queue"


async def test_each_play_of_a_flash_message_is_published_and_counted() -> None:
    bench = Bench(FakePhone("", "", "9", "1"), line=line(flashes=[flash("water")]))
    await bench.run()
    assert [(one.flash, one.language, one.whole) for one in bench.heard] == [
        ("water", "pl", True),
        ("water", "en", False),
    ]
    assert [one.node for one in bench.visits if one.node.startswith("flash")] == ["flash_water"] * 2
    labels = {"flash": "water", "language": "pl"}
    assert bench.registry.get_sample_value("centrala_flash_plays_total", labels) == 1
    assert bench.phone.variables["CENTRALA_PATH"] == "flash%3Dwater%3Bmenu%3D9%3Bmenu%3D1"


async def test_a_closure_that_comes_while_a_caller_chooses_counts_for_them() -> None:
    phone = FakePhone("", "1", "")
    bench = Bench(phone)
    play = phone.play

    async def play_and_close(*args: object, **more: object) -> str:
        key = await play(*args, **more)  # type: ignore[arg-type]
        bench.line = line(closures=[closure("roads")])
        return key

    phone.play = play_and_close  # type: ignore[method-assign, assignment]
    await bench.run()
    assert phone.played[-1] == ("c-roads-pl",)
    assert phone.variables["CENTRALA_NEXT"] == "hangup"
    assert bench.heard == []


async def test_consent_is_set_at_once_so_that_no_restart_loses_it_and_a_no_takes_it_away() -> None:
    consent = Consent(node=node_id("consent"), prompts=prompts("may_record"), next=node_id("roads"))
    asking = flow(consent, menu(key_1="consent"))
    for key, given in (("1", r"[0-9]+\.[0-9]{3}"), ("2", "")):
        bench = Bench(FakePhone("1", key, variables={"CENTRALA_CONSENT": "5.000"}), flow=asking)
        await bench.run()
        assert re.fullmatch(given, bench.phone.variables["CENTRALA_CONSENT"])
        assert bench.phone.told.index("CENTRALA_CONSENT") < bench.phone.told.index("CENTRALA_QUEUE")
