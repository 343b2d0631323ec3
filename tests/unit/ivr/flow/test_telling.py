from dataclasses import replace

import pytest

from contact.flash import FlashId
from contact.ids import QueueId
from contact.line import Place, PlaceKind
from contact.states import IllegalMove
from ivr.flow.dialogue import begin, step
from ivr.flow.line import EMPTY_LINE, Line
from ivr.flow.nodes import KEYS, Flow, NodeId, Queue, Voicemail
from ivr.flow.stage import Dialogue, Stage
from ivr.flow.telling import errand
from ivr.flow.turn import (
    Action,
    EndCall,
    EndedBy,
    HandOver,
    HungUp,
    LeaveMessage,
    Nothing,
    Play,
    Pressed,
    Told,
    Visited,
)
from tests.fakes.flows import EN, PL, flow, node_id, prompts
from tests.fakes.lines import closure, flash, line

ROADS = Place(kind=PlaceKind.QUEUE, name="roads")
MENU = Place(kind=PlaceKind.MENU, name="menu")
MESSAGE = Voicemail(node=node_id("message"))


def begun(one: Line, *, of: Flow | None = None) -> Dialogue:
    """Return a dialogue whose greeting has been played."""
    state, _ = begin(of or flow(), 0.0, line=one)
    return state


def hear(state: Dialogue, *keys: str) -> tuple[Dialogue, list[Action]]:
    """Return the dialogue after these keys, "" for none, each a second after the other."""
    seen: list[Action] = []
    for place, key in enumerate(keys):
        at = 10.0 + place
        state, actions = step(state, Pressed(key=key, at=at) if key else Nothing(at=at))
        seen += actions
    return state, seen


def played(actions: list[Action]) -> list[str]:
    return [one.prompts[0] for one in actions if isinstance(one, Play)]


def told(actions: list[Action]) -> list[tuple[str, str, EndedBy]]:
    return [
        (one.visited.node, one.visited.heard, one.visited.ended_by)
        for one in actions
        if isinstance(one, Told)
    ]


def test_a_message_of_the_line_comes_between_the_greeting_and_the_first_menu() -> None:
    state, actions = hear(begun(line(flashes=[flash("water")])), "")
    assert state.stage is Stage.TELLING
    assert actions[-1] == Play(prompts=prompts("water-pl"), language=PL, keys=KEYS, wait_s=0.0)
    state, actions = hear(state, "")
    assert state.stage is Stage.ASKING
    assert told(actions) == [("flash_water", "", EndedBy.DONE)]
    assert played(actions) == ["choose"]


def test_each_message_is_told_once_in_each_language() -> None:
    state, actions = hear(begun(line(flashes=[flash("water")])), "", "", "9", "", "7")
    assert played(actions) == ["water-pl", "choose", "water-en", "choose", "wrong"]
    flashes = [one.flash for one in actions if isinstance(one, Told)]
    assert flashes == [FlashId("water"), FlashId("water")]
    assert state.path == ("flash=water", "menu=9")


def test_a_key_stops_all_messages_and_answers_the_menu() -> None:
    one = line(flashes=[flash("water"), flash("power")])
    state, actions = hear(begun(one), "", "1")
    assert told(actions) == [("flash_water", "1", EndedBy.DIGITS)]
    assert state.stage is Stage.ENDED
    assert isinstance(actions[-1], HandOver)
    assert actions[-1].path == ("flash=water", "menu=1")


def test_whoever_presses_a_key_in_the_greeting_is_told_before_the_queue() -> None:
    _, actions = hear(begun(line(flashes=[flash("water")])), "1", "")
    assert played(actions) == ["water-pl"]
    assert isinstance(actions[-1], HandOver)
    assert actions[-1].path == ("menu=1", "flash=water")


def test_hanging_up_in_a_message_ends_the_dialogue() -> None:
    state, _ = hear(begun(line(flashes=[flash("water")])), "")
    state, actions = step(state, HungUp(at=12.0))
    assert told(list(actions)) == [("flash_water", "", EndedBy.HANGUP)]
    assert state.stage is Stage.ENDED
    with pytest.raises(IllegalMove):
        step(state, Nothing(at=13.0))


def test_messages_of_a_menu_and_a_queue_are_told_there_only() -> None:
    one = line(flashes=[flash("menus", place=MENU), flash("roads", place=ROADS)])
    _, actions = hear(begun(one), "", "", "1", "")
    assert played(actions) == ["menus-pl", "choose", "roads-pl"]
    assert isinstance(actions[-1], HandOver)
    _, actions = hear(begun(one), "", "", "", "", "")
    assert "roads-pl" not in played(actions)
    assert isinstance(actions[-1], HandOver)
    assert actions[-1].queue == "general"


def test_a_key_in_the_message_of_a_queue_only_stops_it() -> None:
    _, actions = hear(begun(line(flashes=[flash("roads", place=ROADS)])), "", "1", "5")
    assert told(actions) == [("flash_roads", "5", EndedBy.DIGITS)]
    assert isinstance(actions[-1], HandOver)


@pytest.mark.parametrize(("starts_at", "ends_at"), [(0.0, 10.0), (10.5, 99.0)])
def test_a_message_is_told_in_its_time_only(starts_at: float, ends_at: float) -> None:
    one = line(flashes=[flash("water", starts_at=starts_at, ends_at=ends_at)])
    _, actions = hear(begun(one), "")
    assert played(actions) == ["choose"]


def test_a_message_that_cannot_be_told_in_a_language_is_left_out_there() -> None:
    one = line(flashes=[flash("water")], languages=(EN,))
    _, actions = hear(begun(one), "", "9", "")
    assert played(actions) == ["choose", "water-en", "choose"]


def test_a_closed_queue_leads_to_its_own_destination_after_its_words() -> None:
    shut = flow(
        Queue(node=node_id("roads"), queue=QueueId("roads"), requirement={}, closed=node_id("general"))
    )
    state, actions = hear(begun(line(closures=[closure("roads")]), of=shut), "", "1")
    assert actions[-1] == Play(prompts=prompts("c-roads-pl"), language=PL, keys="", wait_s=0.0)
    assert state.stage is Stage.TELLING
    _, actions = hear(state, "")
    assert told(actions) == [("closed_roads", "", EndedBy.DONE)]
    assert isinstance(actions[-1], HandOver)
    assert (actions[-1].queue, actions[-1].path) == ("general", ("menu=1", "closed=roads"))


def test_a_closed_queue_leads_where_the_flow_sends_all_else() -> None:
    shut = replace(flow(MESSAGE), closed=node_id("message"))
    _, actions = hear(begun(line(closures=[closure("roads")]), of=shut), "", "1", "")
    assert actions[-1] == LeaveMessage(language=PL, path=("menu=1", "closed=roads"))


def test_without_a_destination_the_call_ends_after_the_words() -> None:
    state, actions = hear(begun(line(closures=[closure("roads")])), "", "1", "")
    assert state.stage is Stage.ENDED
    assert actions[-2] == Visited(node=NodeId("closed"), heard="", ended_by=EndedBy.HANG_UP, spent_s=0.0)
    assert actions[-1] == EndCall(language=PL, path=("menu=1", "closed=roads"))


def test_a_closure_whose_words_cannot_be_spoken_closes_all_the_same() -> None:
    _, actions = hear(begun(line(closures=[closure("roads")], languages=())), "", "1")
    assert isinstance(actions[-1], EndCall)


def test_a_closure_that_is_over_closes_nothing() -> None:
    _, actions = hear(begun(line(closures=[closure("roads", until_at=11.0)])), "", "1")
    assert isinstance(actions[-1], HandOver)


def test_other_queues_stay_open() -> None:
    _, actions = hear(begun(line(closures=[closure("general")])), "", "1")
    assert isinstance(actions[-1], HandOver)


def test_a_closed_line_is_told_in_each_language_before_the_first_menu_whatever_was_pressed() -> None:
    shut = replace(flow(MESSAGE), closed=node_id("message"))
    one = line(closures=[closure(None)], flashes=[flash("water")])
    _, actions = hear(begun(one, of=shut), "1", "", "")
    assert played(actions) == ["c-None-pl", "c-None-en"]
    assert told(actions) == [("closed_line", "", EndedBy.DONE)] * 2
    assert actions[-1] == LeaveMessage(language=PL, path=("closed=line",))


def test_a_closed_line_lets_its_destination_go_on_through_a_menu() -> None:
    shut = replace(flow(), closed=node_id("menu"))
    _, actions = hear(begun(line(closures=[closure(None)]), of=shut), "", "", "", "1")
    assert played(actions) == ["c-None-pl", "c-None-en", "choose"]
    assert isinstance(actions[-1], HandOver)


def test_a_closure_counts_for_whoever_is_in_the_menu_already() -> None:
    state, _ = hear(begun(EMPTY_LINE), "")
    state, actions = hear(replace(state, line=line(closures=[closure("roads")])), "1")
    assert played(actions) == ["c-roads-pl"]


def test_nothing_comes_before_other_nodes() -> None:
    one, whole = line(flashes=[flash("water")], closures=[closure(None)]), flow()
    for name in ("greeting", "english", "emergency", "bye"):
        node = whole.nodes[node_id(name)]
        assert errand(whole, one, node, language=PL, told=frozenset(), ahead="", at=1.0) is None


def test_too_many_visits_lead_no_caller_of_a_closed_queue_round_for_ever() -> None:
    shut = replace(flow(MESSAGE, visits_max=1), closed=node_id("message"))
    state, actions = hear(begun(line(closures=[closure("general")]), of=shut), "", "")
    assert state.stage is Stage.ENDED
    assert isinstance(actions[-1], LeaveMessage)
