import pytest

from acd.core.call import Call, Offer
from contact.ids import E164, AgentId, CallId, ChannelName, LegId, OfferId, QueueId
from contact.states import IllegalMove, OfferCause, OfferState, Outcome


def call() -> Call:
    return Call(
        call=CallId("c"),
        leg=LegId("c"),
        channel=ChannelName("PJSIP/trunk-1"),
        caller=E164("+48600100200"),
        dialled="19115",
        arrived_at=100.0,
        sequence=3,
        since_at=100.0,
    )


def test_rank_goes_by_priority_then_join_time_then_sequence() -> None:
    one = call()
    one.priority, one.joined_at = 2, 110.0
    assert one.rank == (-2, 110.0, 3)


def test_a_call_that_never_joined_a_queue_was_abandoned_in_the_ivr_without_wait() -> None:
    ended = call().ended(105.0)
    assert (ended.outcome, ended.queued_at, ended.wait_s, ended.talk_s) == (
        Outcome.ABANDONED_IVR,
        None,
        0.0,
        0.0,
    )


def test_a_call_that_joined_and_was_not_answered_waited_until_its_end() -> None:
    one = call()
    one.joined_at = 110.0
    ended = one.ended(140.0)
    assert (ended.outcome, ended.wait_s, ended.talk_s) == (Outcome.ABANDONED_QUEUE, 30.0, 0.0)


def test_a_call_that_left_its_queue_waited_until_then() -> None:
    one = call()
    one.joined_at, one.left_at, one.diverted = 110.0, 120.0, Outcome.FALLBACK
    ended = one.ended(300.0)
    assert (ended.outcome, ended.wait_s, ended.talk_s) == (Outcome.FALLBACK, 10.0, 0.0)


def test_a_connected_call_is_connected_whatever_else_happened_to_it() -> None:
    one = call()
    one.joined_at, one.connected_at, one.released_at = 110.0, 125.0, 165.0
    one.diverted = Outcome.EMERGENCY
    ended = one.ended(170.0)
    assert (ended.outcome, ended.wait_s, ended.talk_s) == (Outcome.CONNECTED, 15.0, 40.0)


def test_a_talk_that_the_caller_ends_lasts_until_the_end_of_the_call() -> None:
    one = call()
    one.joined_at, one.connected_at = 110.0, 125.0
    assert one.ended(170.0).talk_s == 45.0


def test_no_duration_is_below_zero() -> None:
    one = call()
    one.joined_at, one.connected_at, one.released_at = 130.0, 125.0, 120.0
    ended = one.ended(170.0)
    assert (ended.wait_s, ended.talk_s) == (0.0, 0.0)


def test_a_call_sent_elsewhere_from_the_ivr_ends_as_that() -> None:
    one = call()
    one.diverted = Outcome.EMERGENCY
    assert one.ended(170.0).outcome is Outcome.EMERGENCY


def test_an_offer_takes_one_final_state_and_refuses_another() -> None:
    offer = Offer(
        offer=OfferId("o"),
        call=CallId("c"),
        agent=AgentId("anna"),
        queue=QueueId("roads"),
        offered_at=1.0,
        expires_at=21.0,
    )
    offer.move(OfferCause.PHONE_BUSY)
    with pytest.raises(IllegalMove):
        offer.move(OfferCause.ANSWERED)
    assert offer.state is OfferState.BUSY
