"""Whatever a caller presses, and however long they are silent, a dialogue comes to one end."""

from hypothesis import given, settings
from hypothesis import strategies as st

from ivr.flow.dialogue import Stage, begin, step
from ivr.flow.nodes import KEYS, Menu, Say
from ivr.flow.turn import CallEmergency, EndCall, HandOver, Nothing, Play, Pressed, Visited
from tests.fakes.flows import flow, menu

FLOW = flow(menu(key_1="roads", key_2="menu", key_9="english", key_0="emergency"))


@settings(max_examples=150, deadline=None)
@given(presses=st.lists(st.sampled_from(["", *KEYS]) | st.just("2"), max_size=60))
def test_every_dialogue_ends_and_counts_each_visit_once(presses: list[str]) -> None:
    state, actions = begin(FLOW, 0.0)
    seen, at, turn = list(actions), 0.0, 0
    while state.stage is not Stage.ENDED:
        assert isinstance(actions[-1], Play)
        assert isinstance(FLOW.nodes[state.node], Say | Menu)
        at += 1.0
        key = presses[turn] if turn < len(presses) else ""
        state, actions = step(state, Pressed(key=key, at=at) if key else Nothing(at=at))
        seen += actions
        turn += 1
    assert isinstance(actions[-1], HandOver | CallEmergency | EndCall)
    assert len([one for one in seen if isinstance(one, Visited)]) == state.visits <= FLOW.visits_max + 1
    assert turn <= FLOW.visits_max + 1


@settings(max_examples=50, deadline=None)
@given(presses=st.lists(st.sampled_from(KEYS), min_size=1, max_size=20))
def test_the_same_presses_give_the_same_dialogue(presses: list[str]) -> None:
    def run() -> object:
        state, actions = begin(FLOW, 0.0)
        for place, key in enumerate(presses):
            if state.stage is Stage.ENDED:
                break
            state, actions = step(state, Pressed(key=key, at=float(place)))
        return state, actions

    assert run() == run()
