"""What is written for what the engine tells, held by one scripted day and by single cases."""

import json
from dataclasses import replace
from pathlib import Path

import pytest

from acd.core.queue_log_lines import TERMINAL, LogState, Profile, Scribe
from acd.core.queue_log_text import line, missing, whole
from contact import codec
from contact.commands import Command, Publish
from contact.events import (
    AgentConfigured,
    CallConnected,
    CallDiverted,
    CallEnded,
    CallHungUp,
    CallLeftQueue,
    CallOffered,
    CallReleased,
    CallWaiting,
    TalkEnded,
)
from contact.ids import AgentId, CallId, Extension, OfferId, QueueId, Skill
from contact.states import Availability, OfferCause, Outcome, PhoneState
from tests.unit.acd.core.floor import EXTENSIONS, Floor

GOLDEN = Path(__file__).parents[3] / "golden" / "queue_log"
ANNA, CALL, ROADS = AgentId("anna"), CallId("1000.1"), QueueId("roads")


class LoggedFloor(Floor):
    """A floor beside which a scribe sits."""

    def __init__(self, profile: Profile = Profile.STANDARD) -> None:
        self.scribe = Scribe(profile=profile, member=self._member, dialled="19115")
        self.lines: list[str] = []
        super().__init__()
        self.lines += self.scribe.began(self.now)

    def _member(self, agent: AgentId) -> tuple[Extension, tuple[QueueId, ...]] | None:
        return self.engine.member(agent)

    def _obey(self, commands: tuple[Command, ...]) -> None:
        for one in commands:
            if isinstance(one, Publish):
                self.lines += self.scribe.lines(one.fact, self.now)
        super()._obey(commands)

    def connect(self, call: CallId, agent: str, offer: str) -> None:
        """An agent takes a call over from whoever has it."""
        fact = CallConnected(
            call=call,
            offer=OfferId(offer),
            agent=AgentId(agent),
            queue=ROADS,
            joined_at=self.now,
            connected_at=self.now,
        )
        self.lines += self.scribe.lines(fact, self.now)

    def release(self, call: CallId, agent: str, offer: str) -> None:
        fact = CallReleased(
            call=call,
            offer=OfferId(offer),
            agent=AgentId(agent),
            queue=ROADS,
            connected_at=self.now,
            released_at=self.now,
        )
        self.lines += self.scribe.lines(fact, self.now)

    def events(self) -> list[str]:
        return [one.split("|")[4] for one in self.lines]


def day(profile: Profile) -> list[str]:
    """A fragment of a day in which everything happens once."""
    floor = LoggedFloor(profile)
    floor.agent("anna", roads=80)
    floor.agent("bartek", roads=60, waste=80, wish=Availability.NOT_READY)
    floor.pass_s(5)
    first = floor.arrive()
    floor.tell(replace(floor.queued(first), path=("menu=2", "roads=1")))
    floor.pass_s(3.9)
    offer = floor.answer()
    second = floor.call()
    third = floor.call(priority=2)
    floor.pass_s(61.2)
    floor.end_leg(offer)
    floor.tell(CallHungUp(call=first, cause=16, place="after-call"))
    floor.wish("bartek", Availability.READY)
    floor.pass_s(8)
    floor.end_leg(floor.ordered_offer("bartek"), OfferCause.NO_ANSWER)
    floor.pass_s(40)
    floor.answer(floor.ordered_offer("anna"))
    floor.pass_s(12.5)
    floor.hang_up(third)
    floor.pass_s(4)
    floor.hang_up(second)
    floor.wish("anna", Availability.NOT_READY, "lunch")
    floor.wish("anna", Availability.NOT_READY, "form|of\nday")
    floor.pass_s(2)
    fourth = floor.call("waste")
    floor.pass_s(1.5)
    floor.hang_up(fourth)
    floor.wish("bartek", Availability.NOT_READY, "training")
    fifth, sixth = floor.call(), floor.call("waste")
    floor.pass_s(60)
    floor.tell(
        CallDiverted(
            call=fifth, outcome=Outcome.FALLBACK, destination="fallback", diverted_at=floor.now - 10
        ),
        CallDiverted(call=sixth, outcome=Outcome.EMERGENCY, destination="112"),
    )
    floor.wish("anna", Availability.READY)
    seventh = floor.call()
    floor.pass_s(2)
    handed = floor.answer()
    floor.pass_s(30)
    floor.connect(seventh, "bartek", "r-h")
    floor.pass_s(20)
    floor.release(seventh, "anna", handed)
    floor.release(seventh, "bartek", "r-h")
    floor.wish("bartek", Availability.LOGGED_OUT)
    return floor.lines


@pytest.mark.parametrize("profile", list(Profile))
def test_a_day_is_written_as_the_golden_file_says(profile: Profile) -> None:
    assert day(profile) == (GOLDEN / profile).read_text(encoding="utf-8").splitlines()


@pytest.mark.parametrize("profile", list(Profile))
def test_each_entry_has_one_terminal_event_in_every_profile(profile: Profile) -> None:
    events = [one.split("|")[4] for one in day(profile)]
    assert events.count("ENTERQUEUE") == sum(one in TERMINAL for one in events) == 8


def test_profile_for_old_readers_writes_no_event_they_do_not_know() -> None:
    events = {one.split("|")[4] for one in day(Profile.ASTERNIC_LEGACY)} & TERMINAL
    assert events == {"COMPLETEAGENT", "COMPLETECALLER", "ABANDON", "EXITWITHTIMEOUT", "TRANSFER"}


def test_scribe_brought_back_at_any_moment_writes_the_same() -> None:
    class Forgetful(LoggedFloor):
        def _obey(self, commands: tuple[Command, ...]) -> None:
            plain = json.loads(json.dumps(codec.to_plain(self.scribe.state())))
            again = Scribe(profile=self.scribe.profile, member=self.scribe.member)
            again.restore(codec.from_plain(LogState, plain))
            self.scribe = again
            super()._obey(commands)

    floor = Forgetful()
    floor.agent("anna")
    calls = [floor.call() for _ in range(3)]
    offer = floor.answer()
    floor.pass_s(5)
    floor.hang_up(calls[1])
    floor.end_leg(offer)
    floor.hang_up(calls[0])
    floor.hang_up(calls[2])
    assert floor.events().count("ENTERQUEUE") == 3
    assert sum(one in TERMINAL for one in floor.events()) == 3
    abandoned = [one.split("|")[5:] for one in floor.lines if "|ABANDON|" in one]
    assert abandoned == [["1", "2", "5"], ["1", "3", "5"]]


def test_queue_starts_for_readers_only_while_nothing_is_open() -> None:
    floor = LoggedFloor()
    assert floor.events() == ["QUEUESTART"]
    floor.agent("anna", phone=PhoneState.UNREACHABLE)
    assert floor.scribe.began(floor.now) == ()
    floor.wish("anna", Availability.LOGGED_OUT)
    call = floor.call()
    assert floor.scribe.began(floor.now) == ()
    floor.hang_up(call)
    assert floor.scribe.began(floor.now) == ("1000|NONE|NONE|NONE|QUEUESTART|",)


def test_position_counts_those_of_the_same_queue_who_are_nearer_to_an_agent() -> None:
    floor = LoggedFloor()
    for queue, priority in (("roads", 0), ("waste", 0), ("roads", 0), ("roads", 5), ("roads", 1)):
        floor.call(queue, priority=priority)
    assert [one.split("|")[7] for one in floor.lines[1:]] == ["1", "1", "2", "1", "2"]


@pytest.mark.parametrize(
    ("by_caller", "event"), [(True, "COMPLETECALLER"), (False, "COMPLETEAGENT")], ids=["caller", "agent"]
)
def test_talk_is_ended_by_whoever_left_it_first(by_caller: bool, event: str) -> None:  # noqa: FBT001
    floor = LoggedFloor()
    floor.agent("anna")
    call = floor.call()
    offer = floor.answer()
    floor.tell(TalkEnded(offer=offer, by_caller=by_caller))
    floor.hang_up(call)
    assert floor.events()[-1] == event


@pytest.mark.parametrize(
    ("place", "event"), [("wait", "COMPLETECALLER"), ("after-call", "COMPLETEAGENT")], ids=["caller", "agent"]
)
def test_caller_whose_end_is_told_first_was_left_by_the_agent_or_hung_up(place: str, event: str) -> None:
    floor = LoggedFloor()
    floor.agent("anna")
    call = floor.call()
    floor.answer()
    floor.tell(CallHungUp(call=call, cause=16, place=place))
    assert floor.events()[-1] == event


def test_refused_and_unreachable_phones_rang_without_answer() -> None:
    floor = LoggedFloor()
    floor.agent("anna")
    floor.call()
    floor.pass_s(1.25)
    floor.end_leg(floor.ringing().offer, OfferCause.DECLINED)
    assert floor.lines[-1] == "1001|c00001|roads|anna|RINGNOANSWER|1250"


def test_ring_that_a_caller_ends_is_cancelled_before_the_caller_is_gone() -> None:
    floor = LoggedFloor()
    floor.agent("anna")
    call = floor.call()
    floor.pass_s(2)
    floor.hang_up(call)
    assert floor.events()[-2:] == ["RINGCANCELED", "ABANDON"]


def test_call_that_goes_on_while_a_phone_rings_cancels_the_ring_too() -> None:
    floor = LoggedFloor()
    floor.agent("anna")
    call = floor.call()
    floor.pass_s(2)
    floor.divert(call, Outcome.OVERFLOWED)
    floor.hang_up(call)
    assert floor.lines[-2:] == [
        "1002|c00001|roads|anna|RINGCANCELED|2000",
        "1002|c00001|roads|NONE|EXITWITHTIMEOUT|1|1|2",
    ]


def test_answered_call_whose_caller_was_gone_was_abandoned() -> None:
    floor = LoggedFloor()
    floor.agent("anna")
    call = floor.call()
    floor.tell(floor.pick_up()[0])
    floor.hang_up(call)
    assert floor.events()[-1] == "ABANDON"
    assert "RINGCANCELED" not in floor.events()


def test_reason_of_a_withdrawal_is_cut_as_app_queue_cuts_it() -> None:
    floor = LoggedFloor()
    call = floor.call()
    fact = CallLeftQueue(call=call, queue=ROADS, reason="x" * 60)
    assert floor.scribe.lines(fact, floor.now)[0].split("|")[8] == "x" * 40


def test_leaving_is_never_before_joining() -> None:
    floor = LoggedFloor()
    call = floor.call()
    fact = CallLeftQueue(call=call, queue=ROADS, reason="empty", left_at=floor.now - 50)
    assert floor.scribe.lines(fact, floor.now) == ("1000|c00001|roads|NONE|EXITEMPTY|1|1|0",)


def test_talk_that_was_adopted_without_a_stay_gets_its_entry() -> None:
    floor = LoggedFloor()
    floor.connect(CALL, "anna", "r-9")
    floor.pass_s(7)
    floor.release(CALL, "anna", "r-9")
    assert floor.lines[1:] == [
        "1000|1000.1|roads|NONE|ENTERQUEUE|||1",
        "1000|1000.1|roads|anna|CONNECT|0|offer-r-9|0",
        "1007|1000.1|roads|anna|COMPLETEAGENT|0|7|1",
    ]


def test_call_that_waits_again_after_a_talk_enters_again() -> None:
    floor = LoggedFloor()
    floor.agent("anna", wrap_up_s=0.0)
    call = floor.call()
    offer = floor.answer()
    again = floor.queued(call)
    floor.tell(TalkEnded(offer=offer))
    floor.exchange.talking.pop(offer)
    floor.exchange.legs.pop(offer)
    floor.tell(again)
    floor.hang_up(call)
    calls = [one for one in floor.events() if one == "ENTERQUEUE" or one in TERMINAL]
    assert calls == ["ENTERQUEUE", "COMPLETEAGENT", "ENTERQUEUE", "ABANDON"]


def test_call_that_joins_anew_without_having_left_closes_its_stay_first() -> None:
    floor = LoggedFloor()
    call = floor.call()
    joined = floor.last(CallWaiting)
    assert floor.scribe.lines(joined, floor.now)[0] == f"1000|{call}|roads|NONE|WITHDRAW|1|1|0|joined_again"
    floor.connect(call, "anna", "r-9")
    lines = floor.scribe.lines(joined, floor.now + 4)
    assert [one.split("|")[4] for one in lines] == ["COMPLETEAGENT", "ENTERQUEUE"]


def test_offer_of_a_call_without_a_stay_opens_one() -> None:
    floor = LoggedFloor()
    floor.agent("anna")
    floor.call()
    floor.scribe.restore(LogState())
    lines = floor.scribe.lines(floor.last(CallOffered), floor.now)
    assert [one.split("|")[4] for one in lines] == ["ENTERQUEUE"]


def test_end_of_a_talk_whose_release_was_never_told_completes_it() -> None:
    floor = LoggedFloor()
    floor.connect(CALL, "anna", "r-9")
    fact = CallEnded(
        call=CALL,
        caller=floor.exchange.arrive().caller,
        dialled="19115",
        language=floor.queued(CALL).language,
        queue=ROADS,
        agent=ANNA,
        outcome=Outcome.CONNECTED,
        path=(),
        topic="",
        arrived_at=1000.0,
        queued_at=1000.0,
        connected_at=1000.0,
        ended_at=1003.0,
        wait_s=0.0,
        talk_s=3.0,
        offers=1,
    )
    assert floor.scribe.lines(fact, 1003.0) == ("1003|1000.1|roads|anna|COMPLETECALLER|0|3|1",)
    assert floor.scribe.lines(fact, 1003.0) == ()


def test_skills_that_change_while_signed_in_change_the_queues() -> None:
    floor = LoggedFloor()
    floor.agent("anna", roads=80)
    floor.tell(
        AgentConfigured(
            agent=ANNA, name="Anna", extension=Extension(EXTENSIONS["anna"]), skills=((Skill("waste"), 80),)
        )
    )
    floor.wish("anna", Availability.NOT_READY, "lunch")
    assert floor.lines[2:] == [
        "1000|MANAGER|roads|anna|REMOVEMEMBER|",
        "1000|MANAGER|waste|anna|ADDMEMBER|PAUSED",
        "1000|NONE|NONE|anna|PAUSEALL|lunch",
        "1000|NONE|waste|anna|PAUSE|lunch",
    ]


def test_stranger_is_a_member_of_nothing() -> None:
    scribe = Scribe(profile=Profile.STANDARD, member=lambda _: None)
    floor = LoggedFloor()
    floor.scribe = scribe
    floor.agent("anna", wish=Availability.NOT_READY)
    floor.wish("anna", Availability.LOGGED_OUT)
    assert floor.lines[1:] == ["1000|NONE|NONE|anna|PAUSEALL|"]


def test_nothing_in_a_field_ends_the_field_or_the_line() -> None:
    assert line(1.9, CALL, ROADS, "a|b", "PAUSE", "x\ny\rz") == "1|1000.1|roads|a_b|PAUSE|x_y_z"
    assert line(1.9, CALL, "", "a", "PAUSE", 3) == "1|1000.1|NONE|a|PAUSE|3"


@pytest.mark.parametrize(("duration_s", "seconds"), [(-0.5, 0), (0.99, 0), (1.0, 1), (61.9, 61)])
def test_durations_are_cut_to_whole_seconds(duration_s: float, seconds: int) -> None:
    assert whole(duration_s) == seconds


@pytest.mark.parametrize(
    ("wanted", "written", "lacking"),
    [
        ("", "", ""),
        ("ab", "", "ab"),
        ("ab", "ab", ""),
        ("abc", "a", "bc"),
        ("abc", "axxb", "c"),
        ("aba", "ab", "a"),
        ("abab", "abxab", ""),
        ("abc", "ac", ""),
        ("abc", "ba", "bc"),
    ],
)
def test_only_the_end_that_the_file_has_not_is_missing(wanted: str, written: str, lacking: str) -> None:
    assert "".join(missing(wanted, written)) == lacking


@pytest.mark.parametrize("profile", list(Profile))
def test_leaving_by_a_key_is_one_line_that_names_the_key(profile: Profile) -> None:
    floor = LoggedFloor(profile)
    call = floor.call()
    fact = CallLeftQueue(call=call, queue=ROADS, reason="key=2")
    assert floor.scribe.lines(fact, floor.now) == ("1000|c00001|roads|NONE|EXITWITHKEY|2|1|1|0",)
