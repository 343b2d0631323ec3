from dataclasses import replace

import pytest

from agent_desktop.quality.card import (
    CARD_TRANSITIONS,
    NOTED,
    UNSEEN,
    CardCause,
    CardState,
    moved,
)
from contact.errors import Refused
from tests.fakes.quality import card, submitted


def course(*causes: CardCause) -> CardState:
    state = CardState.DRAFT
    for cause in causes:
        state = moved(state, cause)
    return state


def test_a_card_that_is_taken_note_of() -> None:
    assert course(CardCause.SUBMIT, CardCause.READ, CardCause.ACKNOWLEDGE) is CardState.ACKNOWLEDGED


@pytest.mark.parametrize("answer", [CardCause.UPHOLD, CardCause.CORRECT])
def test_a_dispute_is_answered_either_way_and_then_taken_note_of(answer: CardCause) -> None:
    disputed = (CardCause.SUBMIT, CardCause.READ, CardCause.DISPUTE)
    assert course(*disputed, answer) is CardState.ANSWERED
    assert course(*disputed, answer, CardCause.ACKNOWLEDGE) is CardState.SETTLED


def test_a_card_is_disputed_once_whatever_comes_after() -> None:
    reached, left = set(), {CardState.ANSWERED}
    while left:
        state = left.pop()
        reached.add(state)
        left |= set(CARD_TRANSITIONS[state].values()) - reached
    assert all(CardCause.DISPUTE not in CARD_TRANSITIONS[state] for state in reached)


def test_only_what_was_read_can_be_taken_note_of_or_disputed() -> None:
    for cause in (CardCause.ACKNOWLEDGE, CardCause.DISPUTE):
        with pytest.raises(Refused) as error:
            moved(CardState.SUBMITTED, cause)
        assert error.value.code == "not_now"


def test_a_corrected_card_is_to_be_looked_at_again() -> None:
    for state in CardState:
        if CardCause.CORRECT in CARD_TRANSITIONS[state]:
            assert moved(state, CardCause.CORRECT) in UNSEEN
    assert not UNSEEN & NOTED


def test_the_last_submitted_version_counts_while_a_correction_is_written() -> None:
    opened = card()
    assert (opened.current, opened.draft, opened.submits) == (None, opened.versions[0], CardCause.SUBMIT)
    first, second = submitted(opened), replace(submitted(opened, number=2), submitted_at=None)
    corrected = replace(opened, versions=(first, second))
    assert (corrected.current, corrected.draft) == (first, second)
    assert corrected.submits is CardCause.CORRECT
