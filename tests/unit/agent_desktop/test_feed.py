from dataclasses import replace

from agent_desktop.feed import RECENT_CALLS_MAX, Feed
from contact.callbacks import CallbackDialled, CallbackRested, CallbackResumed, Rest
from contact.commands import AgentStanding, CallStanding, QueueStanding, Standing
from contact.events import (
    AgentRemoved,
    AgentStateChanged,
    CallArrived,
    CallConnected,
    CallEnded,
    CallLeftQueue,
    CallOffered,
    CallReleased,
    CallWaiting,
    OfferEnded,
    PhoneChanged,
    TelephonyLost,
    TelephonyResynced,
)
from contact.ids import E164, AgentId, CallId, ChannelName, Extension, Language, LegId, OfferId, QueueId
from contact.states import AgentState, Availability, OfferState, Outcome, PhoneState

ANNA, BARTEK = AgentId("anna"), AgentId("bartek")
CALL, OTHER = CallId("1.1"), CallId("1.2")
ROADS = QueueId("roads")
CALLER = E164("+48600100200")
WAITING = CallWaiting(
    call=CALL,
    caller=CALLER,
    queue=ROADS,
    requirement="roads>=40",
    priority=3,
    language=Language("pl"),
    joined_at=100.0,
)
OFFERED = CallOffered(
    offer=OfferId("o1"),
    call=CALL,
    agent=ANNA,
    queue=ROADS,
    caller=CALLER,
    language=Language("pl"),
    path=(),
    topic="",
    joined_at=100.0,
    offered_at=130.0,
    expires_at=150.0,
)
CONNECTED = CallConnected(
    call=CALL, offer=OfferId("o1"), agent=ANNA, queue=ROADS, joined_at=100.0, connected_at=135.0
)
RELEASED = CallReleased(
    call=CALL, offer=OfferId("o1"), agent=ANNA, queue=ROADS, connected_at=135.0, released_at=200.0
)


def state(agent: AgentId, new: AgentState, call: CallId | None = None) -> AgentStateChanged:
    return AgentStateChanged(
        agent=agent,
        old=AgentState.READY,
        new=new,
        availability=Availability.READY,
        reason="",
        by=None,
        call=call,
        since_at=90.0,
    )


def agent(login: AgentId, extension: str) -> AgentStanding:
    return AgentStanding(
        agent=login,
        name=login.title(),
        extension=Extension(extension),
        phone=PhoneState.IDLE,
        skills=(),
        state=state(login, AgentState.READY),
    )


def standing(*calls: CallStanding) -> Standing:
    return Standing(
        at=90.0,
        telephony_up=True,
        queues=(
            QueueStanding(
                queue=ROADS, names=(("pl", "Drogi"),), requirement="", service_level_s=30.0, members=(ANNA,)
            ),
        ),
        agents=(agent(ANNA, "2001"), agent(BARTEK, "2002")),
        calls=calls,
    )


def ended_offer(how: OfferState, offer: str = "o1") -> OfferEnded:
    return OfferEnded(
        offer=OfferId(offer), call=CALL, agent=ANNA, queue=ROADS, state=how, ring_s=20.0, ended_at=150.0
    )


def started() -> Feed:
    feed = Feed()
    feed.start_from(standing())
    feed.take_changes()
    return feed


def test_a_call_goes_from_the_menu_to_its_end() -> None:
    feed = started()
    arrived = CallArrived(
        call=CALL, leg=LegId("1.1"), channel=ChannelName("PJSIP/t-1"), caller=CALLER, dialled="19115"
    )
    seen = []
    for event in (arrived, WAITING, OFFERED, ended_offer(OfferState.ACCEPTED), CONNECTED, RELEASED):
        feed.fold(event, 99.0)
        seen.append(feed.calls[CALL].place)
    assert seen == ["ivr", "waiting", "offered", "offered", "talking", "after"]
    ended = CallEnded(
        call=CALL,
        caller=CALLER,
        dialled="19115",
        language=Language("pl"),
        queue=ROADS,
        agent=ANNA,
        outcome=Outcome.CONNECTED,
        path=(),
        topic="",
        arrived_at=99.0,
        queued_at=100.0,
        connected_at=135.0,
        ended_at=200.0,
        wait_s=30.0,
        talk_s=65.0,
        offers=1,
    )
    feed.fold(ended, 200.0)
    assert feed.calls == {}
    assert feed.waiting(ROADS) == []


def test_an_offer_without_an_answer_puts_the_caller_back_where_they_were() -> None:
    feed = started()
    feed.fold(WAITING, 100.0)
    feed.fold(OFFERED, 130.0)
    feed.fold(ended_offer(OfferState.EXPIRED), 150.0)
    live = feed.calls[CALL]
    assert (live.place, live.since_at, live.agent, live.priority) == ("waiting", 100.0, None, 3)


def test_the_end_of_an_older_offer_changes_nothing() -> None:
    feed = started()
    feed.fold(WAITING, 100.0)
    feed.fold(OFFERED, 130.0)
    feed.fold(ended_offer(OfferState.EXPIRED, offer="o0"), 150.0)
    assert feed.calls[CALL].place == "offered"


def test_a_call_that_is_diverted_waits_no_more() -> None:
    feed = started()
    feed.fold(WAITING, 100.0)
    feed.fold(CallLeftQueue(call=CALL, queue=ROADS, reason="fallback"), 160.0)
    assert feed.waiting(ROADS) == []


def test_the_longest_wait_comes_first_and_an_offered_caller_still_waits() -> None:
    feed = started()
    feed.fold(replace(WAITING, call=OTHER, joined_at=110.0), 110.0)
    feed.fold(WAITING, 111.0)
    feed.fold(OFFERED, 130.0)
    assert [one.call for one in feed.waiting(ROADS)] == [CALL, OTHER]


def test_a_standing_corrects_what_was_missed() -> None:
    feed = started()
    feed.fold(WAITING, 100.0)
    feed.take_changes()
    other = CallStanding(call=OTHER, caller=CALLER, place="talking", since_at=95.0, agent=BARTEK)
    feed.start_from(standing(other))
    assert set(feed.calls) == {OTHER}
    changes = feed.take_changes()
    assert changes.calls == {CALL, OTHER}
    assert changes.queues == {ROADS}


def test_the_same_standing_again_changes_nothing() -> None:
    feed = started()
    feed.start_from(standing())
    assert not feed.take_changes()


def test_an_agent_holds_a_call_from_the_offer_to_the_end_of_wrap_up() -> None:
    feed = started()
    feed.fold(WAITING, 100.0)
    assert not feed.holds(ANNA, CALL)
    feed.fold(OFFERED, 130.0)
    assert feed.holds(ANNA, CALL)
    assert not feed.holds(BARTEK, CALL)
    feed.fold(CONNECTED, 135.0)
    feed.fold(RELEASED, 200.0)
    feed.fold(state(ANNA, AgentState.WRAP_UP, CALL), 200.0)
    assert feed.holds(ANNA, CALL)
    assert feed.numbers_before(ANNA) == {CALLER}
    feed.fold(state(ANNA, AgentState.READY), 230.0)
    assert not feed.holds(ANNA, CALL)
    assert feed.handled(ANNA, CALL)
    assert not feed.handled(BARTEK, CALL)
    assert feed.numbers_before(ANNA) == frozenset()


def test_recent_calls_are_bounded() -> None:
    feed = started()
    for number in range(RECENT_CALLS_MAX + 1):
        call = CallId(f"9.{number}")
        feed.fold(replace(CONNECTED, call=call), 135.0)
    assert not feed.handled(BARTEK, CallId("9.0"))
    assert feed.caller_of(CallId("0.0")) == ""


def test_phones_agents_and_telephony_move() -> None:
    feed = started()
    feed.fold(PhoneChanged(extension=Extension("2001"), state=PhoneState.UNREACHABLE), 1.0)
    assert feed.agents[ANNA].phone is PhoneState.UNREACHABLE
    feed.fold(TelephonyLost(), 1.0)
    assert not feed.telephony_up
    assert feed.take_changes().telephony
    feed.fold(TelephonyResynced(calls=(), waiting=(), offers=(), phones=()), 2.0)
    assert feed.telephony_up
    feed.fold(AgentRemoved(agent=ANNA), 3.0)
    assert ANNA not in feed.agents
    feed.fold(state(ANNA, AgentState.READY), 3.0)
    assert ANNA not in feed.agents


def test_a_callback_rests_waits_and_is_dialled_beside_the_callers_on_the_line() -> None:
    feed = started()
    call = CallId("cb-1.1")
    feed.fold(replace(WAITING, call=call), 100.0)
    feed.fold(WAITING, 100.0)
    assert [one.call for one in feed.waiting(ROADS)] == [CALL]
    assert [one.call for one in feed.callbacks(ROADS)] == [call]
    rested = CallbackRested(call=call, queue=ROADS, reason=Rest.GAP, until_at=900.0)
    feed.fold(rested, 110.0)
    assert (feed.calls[call].place, len(feed.callbacks(ROADS))) == ("resting", 1)
    feed.fold(CallbackResumed(call=call, queue=ROADS, resumed_at=900.0), 900.0)
    assert (feed.calls[call].place, feed.calls[call].since_at) == ("waiting", 100.0)
    dialled = CallbackDialled(
        call=call, offer=OfferId("o1"), agent=ANNA, queue=ROADS, attempt=2, dialled_at=910.0
    )
    feed.fold(dialled, 910.0)
    assert (feed.calls[call].place, feed.calls[call].agent) == ("dialling", ANNA)
    assert feed.callbacks(ROADS) == []
    feed.fold(CallbackResumed(call=CallId("cb-unknown"), queue=ROADS, resumed_at=1.0), 1.0)
