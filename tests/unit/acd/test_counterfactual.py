import pytest

from acd.core.pace import FIRST_TALK_S
from acd.core.policy import OverflowStep
from acd.counterfactual import Course, draw, recorded, run
from acd.recorded_day import RecordedDay, read_day
from contact.callbacks import CallbackOrdered
from contact.commands import Destination
from contact.ids import E164, CallId, Language, QueueId, callback_id
from contact.states import Availability
from tests.unit.acd.core.floor import policy, queue
from tests.unit.acd.scripted import Day

RULES = policy(queue("roads", "roads"), queue("waste", "waste"))


def busy_day() -> Day:
    """One answered call, one that gave up while it lasted, one answered after it."""
    day = Day(RULES)
    day.agent("anna", roads=80)
    first = day.call()
    day.answer(after_s=2)
    impatient = day.call()
    day.pass_s(40)
    patient = day.call()
    day.hang_up(impatient)
    day.pass_s(20)
    day.hang_up(first)
    day.pass_s(30)
    day.answer(after_s=3)
    day.pass_s(50)
    day.hang_up(patient)
    day.pass_s(30)
    return day


def rounded(course: Course) -> dict[CallId, tuple[float, str | None, bool]]:
    return {call: (round(one.wait_s, 3), one.agent, one.abandoned) for call, one in course.fates.items()}


def test_the_same_rules_lead_to_what_was_recorded() -> None:
    read = read_day(busy_day().recording())
    assert rounded(run(read, draw(read, 1), RULES)) == rounded(recorded(read))


def test_more_hands_serve_one_who_gave_up_with_a_talk_drawn_from_the_others() -> None:
    day = Day(RULES)
    day.agent("bartek", waste=80)
    busy = busy_day()
    read = read_day(busy.recording())
    wider = policy(queue("roads", ""), queue("waste", "waste"))
    helped = RecordedDay(
        begins_at=read.begins_at,
        ends_at=read.ends_at,
        stays=read.stays,
        wishes=sorted([*read.wishes, *read_day(day.recording()).wishes], key=lambda one: one[0]),
    )
    course = run(helped, draw(helped, 1), wider)
    impatient = read.stays[1].call
    assert read.stays[1].talk_s is None
    assert course.fates[impatient].agent == "bartek"
    assert not course.fates[impatient].abandoned
    drawn = {round(caller.talk_s) for caller in draw(read, 1)}
    assert drawn <= {60, 50}


def test_what_was_not_recorded_is_drawn_for_each_call_by_itself_and_the_same_each_time() -> None:
    read = read_day(busy_day().recording())
    assert draw(read, 7) == draw(read, 7)
    answered, impatient, other = draw(read, 7)
    assert impatient.patience_s == impatient.stay.gave_up_after_s == pytest.approx(40.0)
    for caller in (answered, other):
        assert caller.patience_s is not None
        assert caller.patience_s > (caller.stay.wait_s or 0.0)


def test_on_a_day_on_which_nobody_gave_up_nobody_does() -> None:
    day = Day(RULES)
    day.agent()
    day.call()
    day.answer()
    read = read_day(day.recording())
    assert [caller.patience_s for caller in draw(read, 1)] == [None]


def test_a_day_without_any_talk_takes_the_first_guess() -> None:
    day = Day(RULES)
    day.call()
    read = read_day(day.recording())
    assert [caller.talk_s for caller in draw(read, 1)] == [FIRST_TALK_S]


def test_callers_nobody_may_serve_are_unserved_in_the_end() -> None:
    day = Day(RULES)
    day.call("waste")
    read = read_day(day.recording())
    (fate,) = run(read, draw(read, 1), RULES).fates.values()
    assert (fate.agent, fate.abandoned) == (None, False)


def test_agents_sign_out_when_they_did() -> None:
    day = Day(RULES)
    day.agent()
    day.pass_s(10)
    day.wish("anna", Availability.LOGGED_OUT)
    day.pass_s(10)
    call = day.call()
    day.pass_s(30)
    day.hang_up(call)
    read = read_day(day.recording())
    assert rounded(run(read, draw(read, 1), RULES)) == {call: (30.0, None, True)}


def test_progress_is_told_between_nought_and_one() -> None:
    day = Day(RULES)
    day.agent()
    for _ in range(400):
        call = day.call()
        day.answer(after_s=1)
        day.hang_up(call)
        day.pass_s(31)
    read = read_day(day.recording())
    told: list[float] = []
    run(read, draw(read, 1), RULES, told.append)
    assert told == sorted(told)
    assert 0.0 < told[0] <= told[-1] <= 1.0


def test_callers_whom_other_rules_send_out_of_the_queue_count_as_not_served() -> None:
    read = read_day(busy_day().recording())
    ladder = (OverflowStep(after_s=5.0, leave=Destination.CALLBACK),)
    course = run(
        read, draw(read, 1), policy(queue("roads", "roads", overflow=ladder), queue("waste", "waste"))
    )
    left = course.fates[read.stays[1].call]
    assert (left.wait_s, left.agent, left.abandoned) == (5.0, None, False)
    assert course.fates[read.stays[0].call].agent == "anna"


def test_a_day_with_callbacks_is_run_again_without_them() -> None:
    day = Day(RULES)
    day.agent("anna", roads=80)
    day.tell(
        CallbackOrdered(
            call=callback_id("1"),
            number=E164("+48600700800"),
            queue=QueueId("roads"),
            key="1",
            language=Language("pl"),
        )
    )
    read = read_day(day.recording())
    assert (read.stays, read.left_out) == ([], 1)
    assert run(read, draw(read, 1), RULES).fates == {}
