import pytest

from contact.states import (
    AGENT_TRANSITIONS,
    OFFER_TRANSITIONS,
    AgentCause,
    AgentState,
    IllegalMove,
    OfferCause,
    OfferState,
    next_agent_state,
    next_offer_state,
)


@pytest.mark.parametrize("state", AgentState)
@pytest.mark.parametrize("cause", AgentCause)
def test_an_agent_moves_as_the_table_says_or_not_at_all(state: AgentState, cause: AgentCause) -> None:
    target = AGENT_TRANSITIONS[state].get(cause)
    if target is not None:
        assert next_agent_state(state, cause) is target
        return
    with pytest.raises(IllegalMove, match=f"{state} cannot be moved by {cause}"):
        next_agent_state(state, cause)


@pytest.mark.parametrize("state", OfferState)
@pytest.mark.parametrize("cause", OfferCause)
def test_an_offer_moves_as_the_table_says_or_not_at_all(state: OfferState, cause: OfferCause) -> None:
    target = OFFER_TRANSITIONS[state].get(cause)
    if target is not None:
        assert next_offer_state(state, cause) is target
        return
    with pytest.raises(IllegalMove, match=f"{state} cannot be moved by {cause}"):
        next_offer_state(state, cause)


def test_an_offer_leaves_pending_once_and_every_cause_gives_another_end() -> None:
    final = [state for state in OfferState if not OFFER_TRANSITIONS[state]]
    assert set(final) == set(OfferState) - {OfferState.PENDING}
    assert sorted(OFFER_TRANSITIONS[OfferState.PENDING].values()) == sorted(final)


def test_talk_ends_in_wrap_up_whatever_else_is_asked() -> None:
    assert AGENT_TRANSITIONS[AgentState.TALKING] == {AgentCause.TALK_ENDED: AgentState.WRAP_UP}


def test_a_call_found_after_a_reconnection_makes_any_other_agent_talk() -> None:
    for state in set(AgentState) - {AgentState.TALKING}:
        assert next_agent_state(state, AgentCause.ADOPTED) is AgentState.TALKING


def test_tables_cannot_be_written_to() -> None:
    with pytest.raises(TypeError):
        AGENT_TRANSITIONS[AgentState.READY] = {}  # type: ignore[index]
