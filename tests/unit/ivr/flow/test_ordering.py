import pytest

from contact.ids import E164, Language
from contact.states import IllegalMove
from ivr.flow import ordering
from ivr.flow.dialogue import Dialogue, Stage, begin, step
from ivr.flow.nodes import BackToQueue, Callback, Say
from ivr.flow.ordering import DIGITS_MAX
from ivr.flow.turn import (
    Action,
    EndCall,
    HandOver,
    Heard,
    Nothing,
    Number,
    NumberRead,
    OrderAnswer,
    OrderAnswered,
    PlaceOrder,
    Play,
    Pressed,
    ReadNumber,
    Visited,
    WaitOn,
)
from tests.fakes.flows import flow, node_id, offering, prompts

PL = Language("pl")
MINE = Number(e164=E164("+48600100200"), digits="600100200")
OTHER = Number(e164=E164("+48221234567"), digits="221234567")
FLOW = offering()
ASK = FLOW.nodes[node_id("ask")]
assert isinstance(ASK, Callback)


class Caller:
    """A caller out of a queue, in the offer."""

    def __init__(self, number: Number | None = MINE, *, entry: str = "callback") -> None:
        self.at = 0.0
        self.state: Dialogue
        self.actions: tuple[Action, ...]
        self.state, self.actions = begin(FLOW, 0.0, resumed_in=PL, caller=number, entry=entry)

    def hear(self, heard: Heard) -> Action:
        self.state, self.actions = step(self.state, heard)
        return self.actions[-1]

    def press(self, keys: str) -> Action:
        for key in keys:
            self.at += 1.0
            self.hear(Pressed(key=key, at=self.at))
        return self.actions[-1]

    def silent(self) -> Action:
        return self.hear(Nothing(at=self.at + 5.0))

    def read(self, number: Number | None) -> Action:
        return self.hear(NumberRead(number=number, at=self.at))

    def answered(self, answer: OrderAnswer) -> Action:
        return self.hear(OrderAnswered(answer=answer, at=self.at))


def played(action: Action) -> tuple[str, ...]:
    assert isinstance(action, Play)
    return action.prompts


def test_the_number_is_read_out_digit_by_digit_before_it_is_ordered() -> None:
    caller = Caller()
    digits = tuple(f"digit_{digit}" for digit in "600100200")
    assert played(caller.actions[-1]) == ("offer", "number", *digits, "choices")
    order = caller.press("1")
    assert isinstance(order, PlaceOrder)
    assert (order.number, order.queue, order.requirement) == (MINE, "general", "pl")
    assert isinstance(caller.answered(OrderAnswer.ORDERED), EndCall)
    visited = [one for one in caller.actions if isinstance(one, Visited)]
    assert [(one.node, one.heard, one.ended_by) for one in visited] == [
        ("ask", "1", "digits"),
        ("bye", "", "hang_up"),
    ]


def test_another_number_is_keyed_in_read_out_and_confirmed() -> None:
    caller = Caller()
    assert played(caller.press("2")) == ("enter",)
    assert played(caller.press("22123456")) == ()
    assert caller.press("7#") == ReadNumber(digits="221234567")
    confirm = played(caller.read(OTHER))
    assert confirm[:3] == ("number", "digit_2", "digit_2")
    order = caller.press("1")
    assert isinstance(order, PlaceOrder)
    assert order.number == OTHER


def test_a_silence_ends_the_number_too() -> None:
    caller = Caller()
    caller.press("2600")
    assert caller.silent() == ReadNumber(digits="600")


def test_a_caller_without_a_number_is_asked_for_one() -> None:
    assert played(Caller(None).actions[-1]) == ("offer", "enter")


def test_a_number_that_is_none_is_asked_for_again() -> None:
    caller = Caller()
    caller.press("2123#")
    assert played(caller.read(None)) == ("invalid", "enter")
    caller.press("6")
    assert caller.state.asking is not None
    assert caller.state.asking.typed == "6"


def test_a_number_that_may_not_be_called_is_asked_for_again() -> None:
    caller = Caller()
    caller.press("1")
    assert played(caller.answered(OrderAnswer.NOT_ALLOWED)) == ("invalid", "enter")


def test_a_number_longer_than_any_is_read_at_once() -> None:
    caller = Caller()
    caller.press("2" + "48" * 8)
    assert caller.press("12") == ReadNumber(digits="48" * 8 + "12")
    assert DIGITS_MAX == 18


def test_a_key_that_is_no_digit_begins_the_number_again() -> None:
    caller = Caller()
    assert played(caller.press("26A")) == ("invalid", "enter")


@pytest.mark.parametrize("keys", ["*", "2*", "26*"])
def test_the_star_leads_back_to_the_old_place(keys: str) -> None:
    assert Caller().press(keys) == WaitOn()


def test_who_answers_nothing_waits_on_after_all_tries() -> None:
    caller = Caller()
    assert played(caller.silent())[:1] == ("number",)
    assert played(caller.press("7"))[:1] == ("number",)
    assert caller.silent() == WaitOn()
    visited = next(one for one in caller.actions if isinstance(one, Visited))
    assert visited.ended_by == "exhausted"


def test_further_keys_lead_where_the_flow_says() -> None:
    caller = Caller()
    caller.press("#")
    assert caller.state.node == "emergency"


def test_each_answer_to_the_order_has_its_way() -> None:
    known, failed = Caller(), Caller()
    known.press("1")
    assert played(known.answered(OrderAnswer.ALREADY)) == ("known",)
    failed.press("1")
    assert played(failed.answered(OrderAnswer.FAILED)) == ("sorry",)


def test_who_was_in_no_queue_goes_to_one_instead_of_back() -> None:
    menu = flow(
        ASK,
        Say(node=node_id("known"), prompts=prompts("known"), next=node_id("bye")),
        BackToQueue(node=node_id("back"), otherwise=node_id("general")),
        start="ask",
    )
    state, _ = begin(menu, 0.0, caller=MINE)
    state, actions = step(state, Pressed(key="*", at=1.0))
    assert (state.node, state.stage) == ("general", Stage.ENDED)
    assert isinstance(actions[-1], HandOver)


def test_a_flow_without_the_entry_lets_the_caller_wait_on() -> None:
    state, actions = begin(flow(), 0.0, resumed_in=PL, caller=MINE, entry="callback")
    assert (state.stage, actions) == (Stage.ENDED, (WaitOn(),))


def test_what_was_not_asked_is_not_heard() -> None:
    asking = ordering.begin(ASK, MINE, PL).asking
    with pytest.raises(IllegalMove):
        ordering.hear(ASK, asking, NumberRead(number=MINE, at=1.0), PL, ())
    with pytest.raises(IllegalMove):
        Caller().hear(OrderAnswered(answer=OrderAnswer.ORDERED, at=1.0))
