import pytest

from acd.core import explain
from acd.core.policy import Strategy
from contact.explanation import OfferExplained
from contact.ids import AgentId, CallId
from contact.states import Availability, OfferCause, PhoneState
from tests.unit.acd.core.floor import ROADS, WASTE, Floor, queue


def test_an_offer_says_what_was_asked_by_which_strategy() -> None:
    floor = Floor(queue("roads", "roads>=40", strategy=Strategy.MOST_SKILLED))
    floor.agent("anna", roads=60, pl=80)
    call = floor.call(requirement="pl")
    told = floor.last(OfferExplained)
    assert (told.offer, told.call, told.agent, told.queue) == (
        floor.ringing().offer,
        call,
        "anna",
        "roads",
    )
    assert (told.requirement, told.strategy) == ("pl>=1 & roads>=40", "most_skilled")


def test_every_candidate_is_named_with_their_score_the_chosen_first() -> None:
    floor = Floor(ROADS)
    floor.agent("bartek")
    floor.pass_s(5)
    floor.agent("anna")
    floor.call()
    assert floor.last(OfferExplained).candidates == (("bartek", 1_000.0), ("anna", 1_005.0))


def test_everybody_who_is_signed_in_and_was_not_chosen_is_named_with_the_reason() -> None:
    floor = Floor(ROADS, WASTE, wrap_up_s=100.0)
    floor.agent("bartek")
    floor.talked()
    floor.agent("celina", waste=50)
    floor.agent("dorota", wish=Availability.LOGGED_OUT)
    floor.agent("anna")
    floor.call()
    told = floor.last(OfferExplained)
    assert told.candidates == (("anna", 1_010.0),)
    assert told.skipped == (("bartek", "wrap_up"),)
    assert told.lacking == ("celina",)


def test_who_signs_in_or_out_between_two_offers_is_named_or_not() -> None:
    floor = Floor(ROADS)
    floor.agent("anna")
    floor.agent("bartek")
    floor.call()
    assert floor.last(OfferExplained).lacking == ()
    floor.agent("celina", waste=50)
    floor.call()
    assert floor.last(OfferExplained).lacking == ("celina",)
    floor.wish("celina", Availability.LOGGED_OUT)
    floor.agent("dorota")
    floor.call()
    assert floor.last(OfferExplained).signed_in == ("anna", "bartek", "dorota")


@pytest.mark.parametrize(
    ("phone", "wish", "reason"),
    [
        (PhoneState.UNREACHABLE, Availability.READY, "not_ready"),
        (PhoneState.IDLE, Availability.NOT_READY, "not_ready"),
    ],
)
def test_a_state_that_kept_somebody_away_is_the_reason(
    phone: PhoneState, wish: Availability, reason: str
) -> None:
    floor = Floor(ROADS)
    floor.agent("bartek", phone=phone, wish=wish)
    floor.agent("anna")
    floor.call()
    assert floor.last(OfferExplained).skipped == (("bartek", reason),)


def test_an_agent_held_after_a_failed_offer_is_named_as_held() -> None:
    floor = Floor(ROADS)
    floor.agent("bartek")
    floor.call()
    floor.end_leg(floor.ringing().offer, OfferCause.DECLINED)
    floor.agent("anna")
    assert floor.last(OfferExplained).skipped == (("bartek", "held"),)


def test_an_agent_whose_old_leg_still_hangs_on_is_named_so() -> None:
    floor = Floor(ROADS)
    floor.agent("bartek")
    floor.obeys = False
    floor.hang_up(floor.call())
    floor.agent("anna")
    floor.call()
    assert floor.last(OfferExplained).skipped == (("bartek", "leg_up"),)


def test_older_calls_that_this_agent_cannot_take_are_named() -> None:
    floor = Floor(ROADS, WASTE)
    litter = floor.call("waste", joined_at=900.0)
    floor.call("waste", joined_at=910.0)
    floor.call("roads", joined_at=950.0)
    floor.call("waste", priority=-1, joined_at=800.0)
    floor.agent("anna")
    assert floor.last(OfferExplained).older_calls_passed == ((litter, "agent_lacks_skill"),)


def test_so_many_passed_calls_are_named_and_no_more(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(explain, "PASSED_CALLS_MAX", 2)
    floor = Floor(*(queue(f"q{n}", "waste") for n in range(5)), ROADS)
    calls = [floor.call(f"q{n}", joined_at=900.0 + n) for n in range(5)]
    floor.call("roads")
    floor.agent("anna")
    passed = floor.last(OfferExplained).older_calls_passed
    assert passed == tuple((CallId(one), "agent_lacks_skill") for one in calls[:2])


def test_nobody_is_named_twice() -> None:
    floor = Floor(ROADS)
    for name in ("anna", "bartek", "celina"):
        floor.agent(name)
    floor.call()
    floor.call()
    told = floor.last(OfferExplained)
    named = [one for one, _ in (*told.candidates, *told.skipped)]
    assert sorted(named) == [AgentId("anna"), AgentId("bartek"), AgentId("celina")]
