"""Whatever a caller presses, and however long they are silent, a dialogue comes to one end."""

from hypothesis import given, settings
from hypothesis import strategies as st

from ivr.flow.dialogue import begin, step
from ivr.flow.nodes import KEYS, Menu, Say
from ivr.flow.stage import Stage
from ivr.flow.turn import CallEmergency, EndCall, HandOver, Nothing, Play, Pressed, Told, Visited
from tests.fakes.flows import flow, menu
from tests.fakes.lines import closure, flash, line

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


@settings(max_examples=100, deadline=None)
@given(
    presses=st.lists(st.sampled_from(["", *KEYS]), max_size=60),
    closed=st.sets(st.sampled_from([None, "roads", "general"])),
    flashes=st.integers(min_value=0, max_value=3),
    until_at=st.floats(min_value=0.0, max_value=100.0),
)
def test_whatever_is_told_on_the_way_every_dialogue_ends_and_nobody_hears_a_message_twice(
    presses: list[str], closed: set[str | None], flashes: int, until_at: float
) -> None:
    one = line(
        flashes=[flash(f"f{n}") for n in range(flashes)],
        closures=[closure(queue, until_at=until_at) for queue in closed],
    )
    state, actions = begin(FLOW, 0.0, line=one)
    seen, at = list(actions), 0.0
    while state.stage is not Stage.ENDED:
        at += 1.0
        key = presses[int(at) - 1] if at <= len(presses) else ""
        state, actions = step(state, Pressed(key=key, at=at) if key else Nothing(at=at))
        seen += actions
        assert at < 200
    heard = [(told.flash, told.language) for told in seen if isinstance(told, Told) and told.flash]
    assert len(heard) == len(set(heard))
    last = actions[-1]
    assert isinstance(last, HandOver | CallEmergency | EndCall)
    if isinstance(last, HandOver):
        assert one.closure(last.queue, at) is None
