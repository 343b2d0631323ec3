import pytest

from contact.ids import Language, QueueId
from contact.schedule import ScheduleException
from contact.states import IllegalMove
from ivr.flow.dialogue import KEY_ECHO_S, begin, step
from ivr.flow.nodes import KEYS, Consent, Flow, GoTo, OpenHours, Say
from ivr.flow.stage import ENDINGS, PATH_STEPS_MAX, Cause, Dialogue, Stage
from ivr.flow.turn import (
    Action,
    Agree,
    CallEmergency,
    EndCall,
    EndedBy,
    HandOver,
    Heard,
    HungUp,
    Nothing,
    Play,
    Pressed,
    Speak,
    Visited,
)
from tests.fakes.flows import EN, PL, flow, menu, node_id, prompts
from tests.fakes.lines import OFFICE, line, office

Step = tuple[Dialogue, tuple[Action, ...]]


def at_menu(one: Flow) -> Dialogue:
    state, _ = begin(one, 0.0)
    state, _ = step(state, Nothing(at=8.0))
    assert state.stage is Stage.ASKING
    return state


def press(state: Dialogue, *keys: str, at: float = 10.0) -> Step:
    actions: tuple[Action, ...] = ()
    for place, key in enumerate(keys):
        state, actions = step(state, Pressed(key=key, at=at + place))
    return state, actions


def visits(actions: tuple[Action, ...]) -> list[tuple[str, str, EndedBy]]:
    return [(one.node, one.heard, one.ended_by) for one in actions if isinstance(one, Visited)]


def test_a_call_begins_with_the_greeting_in_the_flows_language() -> None:
    state, actions = begin(flow(), 0.0)
    assert actions == (
        Speak(language=PL),
        Play(prompts=prompts("hello", "notice"), language=PL, keys=KEYS, wait_s=0.0),
    )
    assert state.stage is Stage.SAYING


def test_a_call_that_comes_back_begins_at_the_menu_in_its_own_language() -> None:
    state, actions = begin(flow(), 0.0, resumed_in=EN)
    assert state.language == EN
    assert actions == (
        Speak(language=EN),
        Play(prompts=prompts("choose"), language=EN, keys=KEYS, wait_s=5.0),
    )


def test_a_call_that_comes_back_in_an_unknown_language_begins_at_the_start() -> None:
    state, _ = begin(flow(), 0.0, resumed_in=Language("xx"))
    assert (state.node, state.language) == ("greeting", PL)


def test_the_greeting_played_through_leads_to_the_menu() -> None:
    state, _ = begin(flow(), 1.0)
    _, actions = step(state, Nothing(at=9.0))
    assert actions == (
        Visited(node=node_id("greeting"), heard="", ended_by=EndedBy.DONE, spent_s=8.0),
        Play(prompts=prompts("choose"), language=PL, keys=KEYS, wait_s=5.0),
    )


def test_a_key_during_the_greeting_is_the_answer_to_the_menu() -> None:
    state, _ = begin(flow(), 0.0)
    state, actions = step(state, Pressed(key="1", at=2.0))
    assert visits(actions) == [
        ("greeting", "1", EndedBy.DIGITS),
        ("menu", "1", EndedBy.DIGITS),
        ("roads", "", EndedBy.DONE),
    ]
    assert state.stage is Stage.ENDED


def test_a_key_ahead_passes_by_further_prompts() -> None:
    second = Say(node=node_id("second"), prompts=prompts("more"), next=node_id("menu"))
    first = Say(node=node_id("greeting"), prompts=prompts("hello"), next=node_id("second"))
    state, _ = begin(flow(first, second), 0.0)
    _, actions = step(state, Pressed(key="1", at=2.0))
    assert ("second", "", EndedBy.DIGITS) in visits(actions)
    assert isinstance(actions[-1], HandOver)


def test_a_prompt_that_must_be_heard_is_played_and_the_key_ahead_kept() -> None:
    law = Say(node=node_id("law"), prompts=prompts("law"), next=node_id("menu"), interruptible=False)
    first = Say(node=node_id("greeting"), prompts=prompts("hello"), next=node_id("law"))
    state, _ = begin(flow(first, law), 0.0)
    state, actions = step(state, Pressed(key="1", at=2.0))
    assert actions[-1] == Play(prompts=prompts("law"), language=PL, keys="", wait_s=0.0)
    state, actions = step(state, Nothing(at=4.0))
    assert isinstance(actions[-1], HandOver)


def test_a_topic_hands_over_with_everything_the_consultant_should_know() -> None:
    _, actions = press(at_menu(flow()), "9", "1")
    assert actions[-1] == HandOver(
        queue=QueueId("roads"),
        requirement="en",
        priority=5,
        language=EN,
        path=("menu=9", "menu=1"),
        topic="roads",
    )


def test_a_queue_without_a_requirement_leaves_the_choice_to_routing() -> None:
    state = at_menu(flow())
    for turn in range(3):
        state, actions = step(state, Nothing(at=20.0 + turn))
    last = actions[-1]
    assert isinstance(last, HandOver)
    assert last.requirement == ""


def test_a_wrong_key_is_told_and_asked_again_until_the_tries_are_used() -> None:
    state = at_menu(flow())
    ends = []
    for turn in range(3):
        state, actions = step(state, Pressed(key="7", at=10.0 + turn))
        ends += visits(actions)
        if turn < 2:
            assert actions[-1] == Play(prompts=prompts("wrong", "choose"), language=PL, keys=KEYS, wait_s=5.0)
    assert [end for _, _, end in ends] == [
        EndedBy.WRONG_KEY,
        EndedBy.WRONG_KEY,
        EndedBy.EXHAUSTED,
        EndedBy.DONE,
    ]
    assert state.node == "general"


def test_silence_has_a_notice_of_its_own_and_counts_as_a_try() -> None:
    state, actions = step(at_menu(flow()), Nothing(at=20.0))
    assert visits(actions) == [("menu", "", EndedBy.SILENCE)]
    assert actions[-1] == Play(prompts=prompts("silent", "choose"), language=PL, keys=KEYS, wait_s=5.0)
    state, _ = press(state, "7", at=21.0)
    state, actions = step(state, Nothing(at=30.0))
    assert visits(actions)[0] == ("menu", "", EndedBy.EXHAUSTED)


def test_wrong_key_silence_and_exhausted_lead_to_three_places() -> None:
    leaving = menu(
        key_1="roads", wrong_key=GoTo(next=node_id("bye")), silence=GoTo(next=node_id("emergency"))
    )
    assert isinstance(press(at_menu(flow(leaving)), "7")[1][-1], EndCall)
    assert isinstance(step(at_menu(flow(leaving)), Nothing(at=20.0))[1][-1], CallEmergency)


def test_a_key_back_to_the_same_menu_gives_all_tries_again() -> None:
    again = menu(key_1="roads", key_2="menu")
    state, _ = press(at_menu(flow(again)), "7", "2")
    assert state.attempt == 1


def test_the_emergency_key_ends_the_dialogue_at_once() -> None:
    state, actions = press(at_menu(flow()), "0")
    assert actions[-1] == CallEmergency(language=PL, path=("menu=0",))
    assert state.stage is Stage.ENDED


def test_a_caller_who_hangs_up_leaves_a_visit_and_nothing_else() -> None:
    state, actions = step(at_menu(flow()), HungUp(at=9.5))
    assert actions == (Visited(node=node_id("menu"), heard="", ended_by=EndedBy.HANGUP, spent_s=1.5),)
    assert state.stage is Stage.ENDED


def test_a_flow_that_ends_the_call_says_so() -> None:
    bye = menu(key_0="bye")
    _, actions = press(at_menu(flow(bye)), "0")
    assert visits(actions)[-1] == ("bye", "", EndedBy.HANG_UP)


def test_a_late_copy_of_a_key_is_the_same_press() -> None:
    state, _ = press(at_menu(flow()), "9")
    echoed, actions = step(state, Pressed(key="9", at=10.0 + KEY_ECHO_S / 2))
    assert echoed == state
    assert actions == (state.playing,)


def test_the_same_key_later_is_another_press() -> None:
    state, _ = press(at_menu(flow()), "9")
    _, actions = step(state, Pressed(key="9", at=10.0 + 2 * KEY_ECHO_S))
    assert visits(actions)[0] == ("menu", "9", EndedBy.DIGITS)


def test_another_key_at_once_is_another_press() -> None:
    state, _ = press(at_menu(flow()), "9")
    _, actions = step(state, Pressed(key="1", at=10.01))
    assert isinstance(actions[-1], HandOver)


def test_a_dialogue_that_goes_round_ends_at_the_flows_limit() -> None:
    again = menu(key_2="menu", key_1="roads")
    state = at_menu(flow(again, visits_max=10))
    turns = 0
    while state.stage is not Stage.ENDED:
        state, _ = step(state, Pressed(key="2", at=10.0 + turns))
        turns += 1
    assert (turns, state.node) == (9, "general")


def test_the_path_keeps_its_last_steps_only() -> None:
    again = menu(key_2="menu", key_1="roads")
    state = at_menu(flow(again))
    for turn in range(20):
        state, _ = step(state, Pressed(key="2", at=10.0 + turn))
    assert state.path == ("menu=2",) * PATH_STEPS_MAX


def test_a_dialogue_that_has_ended_hears_nothing_more() -> None:
    state, _ = press(at_menu(flow()), "0")
    for heard in (Pressed(key="1", at=99.0), Nothing(at=99.0), HungUp(at=99.0)):
        with pytest.raises(IllegalMove):
            step(state, heard)


def test_the_table_of_endings_has_every_stage_and_uses_every_cause_and_ending() -> None:
    assert set(ENDINGS) == set(Stage)
    assert {cause for row in ENDINGS.values() for cause in row} == set(Cause)
    used = {ended_by for row in ENDINGS.values() for ended_by in row.values()}
    assert used == set(EndedBy) - {EndedBy.HANG_UP, EndedBy.OPEN, EndedBy.CLOSED, EndedBy.EXCEPTION}


MONDAY_NOON = 1_795_435_200.0  # 2026-11-23T12:00:00Z
HOURS_OF_DAY = 3_600.0
OFFICE_HOURS = OpenHours(
    node=node_id("hours"),
    schedule=OFFICE,
    open=node_id("roads"),
    closed=node_id("general"),
    exceptions={"christmas": node_id("bye")},
)


@pytest.mark.parametrize(
    ("exception", "at", "ended_by", "ending"),
    [
        (None, MONDAY_NOON, EndedBy.OPEN, HandOver),
        (None, MONDAY_NOON + 4 * HOURS_OF_DAY, EndedBy.CLOSED, HandOver),
        ("christmas", MONDAY_NOON, EndedBy.EXCEPTION, EndCall),
        ("unheard_of", MONDAY_NOON, EndedBy.CLOSED, HandOver),
        ("", MONDAY_NOON, EndedBy.CLOSED, HandOver),
    ],
)
def test_opening_hours_lead_on_by_the_moment(
    exception: str | None, at: float, ended_by: EndedBy, ending: type
) -> None:
    exceptions = (
        ()
        if exception is None
        else (ScheduleException(first="2026-11-23", last="2026-11-23", destination=exception),)
    )
    state, actions = begin(flow(OFFICE_HOURS, start="hours"), at, line=line(hours=office(*exceptions)))
    assert state.stage is Stage.ENDED
    assert visits(actions)[0] == ("hours", "", ended_by)
    assert isinstance(actions[-1], ending)
    if isinstance(actions[-1], HandOver):
        assert actions[-1].queue == ("roads" if ended_by is EndedBy.OPEN else "general")


def test_a_schedule_that_is_not_known_turns_nobody_away() -> None:
    _, actions = begin(flow(OFFICE_HOURS, start="hours"), MONDAY_NOON)
    assert visits(actions)[0] == ("hours", "", EndedBy.OPEN)


CONSENT = Consent(node=node_id("consent"), prompts=prompts("may_record"), next=node_id("roads"))


def asked_for_consent() -> Dialogue:
    state, _ = begin(flow(CONSENT, menu(key_1="consent")), 0.0)
    state, _ = step(state, Nothing(at=1.0))
    state, actions = step(state, Pressed(key="1", at=2.0))
    assert actions[-1] == Play(prompts=prompts("may_record"), language=PL, keys=KEYS, wait_s=3.0)
    return state


def test_the_key_of_consent_agrees_and_leads_on() -> None:
    _, actions = step(asked_for_consent(), Pressed(key="1", at=3.0))
    assert Agree(agreed=True) in actions
    handed_over = actions[-1]
    assert isinstance(handed_over, HandOver)
    assert handed_over.path == ("menu=1", "consent=1")


@pytest.mark.parametrize("heard", [Pressed(key="2", at=3.0), Nothing(at=6.0)])
def test_any_other_key_and_none_agree_to_nothing_and_lead_on_all_the_same(heard: Heard) -> None:
    _, actions = step(asked_for_consent(), heard)
    assert Agree(agreed=False) in actions
    assert isinstance(actions[-1], HandOver)


def test_a_key_pressed_before_the_question_is_no_consent() -> None:
    first = Say(node=node_id("first"), prompts=prompts("x"), next=node_id("consent"))
    state, _ = begin(flow(first, CONSENT, start="first"), 0.0)
    state, actions = step(state, Pressed(key="1", at=0.5))
    assert not [one for one in actions if isinstance(one, Agree)]
    assert isinstance(actions[-1], Play)
