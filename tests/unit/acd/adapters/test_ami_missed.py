"""How a talk ended that nobody saw end; the values are as Asterisk 22 keeps them."""

import pytest

from acd.adapters.ami_missed import read_talk
from contact.ids import OfferId
from contact.missed import TalkMissed

OFFER = OfferId("9c1f-12")


def test_a_talk_that_the_agent_ended_is_read() -> None:
    assert read_talk("9c1f-12/1795337438.807/1795337440.101/SUCCESS/", OFFER) == TalkMissed(
        offer=OFFER,
        answered_at=1795337438.807,
        ended_at=1795337440.101,
        has_met=True,
        by_caller=False,
    )


def test_a_talk_that_the_caller_ended_is_read() -> None:
    talk = read_talk("9c1f-12/1795337438.807/1795337440.101/SUCCESS/caller", OFFER)
    assert talk is not None
    assert talk.by_caller


def test_an_answer_for_a_caller_who_was_gone_is_read() -> None:
    talk = read_talk("9c1f-12/1795337438.807/1795337438.811/NONEXISTENT/caller", OFFER)
    assert talk is not None
    assert not talk.has_met


@pytest.mark.parametrize("value", ["", "9c1f-11/1/2/SUCCESS/", "9c1f-12", "9c1f-12//2/SUCCESS/", "a/b/c/d/e"])
def test_what_is_no_talk_of_the_offer_is_none(value: str) -> None:
    assert read_talk(value, OFFER) is None
