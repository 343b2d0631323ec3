from dataclasses import replace

import pytest

from agent_desktop.feed import Feed
from agent_desktop.hand import Hand, Hands
from contact.commands import AgentStanding
from contact.errors import Refused
from contact.ids import AgentId
from contact.states import AgentState
from tests.unit.agent_desktop.test_feed import ANNA, BARTEK, CALL, OTHER, standing, state

LIDIA, SYLWIA = AgentId("lidia"), AgentId("sylwia")


def talking() -> AgentStanding:
    known = {one.agent: one for one in standing().agents}
    return replace(known[ANNA], state=state(ANNA, AgentState.TALKING, CALL))


def raised() -> Hands:
    hands = Hands()
    hands.put_up(talking(), "nie wiem", 10.0)
    hands.changed.clear()
    return hands


@pytest.mark.parametrize("new", [one for one in AgentState if one is not AgentState.TALKING])
def test_only_whoever_talks_can_ask(new: AgentState) -> None:
    hands = Hands()
    for asking in (None, replace(talking(), state=state(ANNA, new, CALL))):
        with pytest.raises(Refused) as refused:
            hands.put_up(asking, "", 10.0)
        assert refused.value.code == "not_talking"
    assert (hands.up, hands.changed) == ({}, set())


def test_asking_again_changes_the_words_and_neither_the_time_nor_who_comes() -> None:
    hands = raised()
    hands.take(ANNA, by=LIDIA, name="Lidia", now=12.0)
    hand = hands.put_up(talking(), "umowa", 20.0)
    assert (hand.note, hand.raised_at, hand.taken_by) == ("umowa", 10.0, LIDIA)


def test_another_talk_is_another_hand() -> None:
    hands = raised()
    hands.take(ANNA, by=LIDIA, name="Lidia", now=12.0)
    other = replace(talking(), state=state(ANNA, AgentState.TALKING, OTHER))
    assert hands.put_up(other, "", 30.0) == Hand(agent=ANNA, call=OTHER, note="", raised_at=30.0)


def test_the_first_who_comes_stays() -> None:
    hands = raised()
    first = hands.take(ANNA, by=LIDIA, name="Lidia", now=12.0)
    hands.changed.clear()
    assert hands.take(ANNA, by=SYLWIA, name="Sylwia", now=13.0) == first
    assert (first.taken_by, first.taken_name, first.taken_at, hands.changed) == (LIDIA, "Lidia", 12.0, set())
    with pytest.raises(Refused) as refused:
        hands.take(BARTEK, by=LIDIA, name="Lidia", now=14.0)
    assert refused.value.code == "not_found"


@pytest.mark.parametrize(
    ("after", "up"),
    [
        (state(ANNA, AgentState.TALKING, CALL), True),
        (state(ANNA, AgentState.TALKING, OTHER), False),
        (state(ANNA, AgentState.WRAP_UP, CALL), False),
        (state(ANNA, AgentState.LOGGED_OUT), False),
        (state(BARTEK, AgentState.WRAP_UP, CALL), True),
    ],
)
def test_it_goes_down_with_its_talk(after: object, *, up: bool) -> None:
    hands = raised()
    hands.follow(after)  # type: ignore[arg-type]
    assert (ANNA in hands.up, ANNA in hands.changed) == (up, not up)


@pytest.mark.parametrize("new", [None, *AgentState])
def test_it_goes_down_where_routing_knows_of_no_such_talk(new: AgentState | None) -> None:
    hands = raised()
    hands.start_from({} if new is None else {ANNA: replace(talking(), state=state(ANNA, new, CALL))})
    assert (ANNA in hands.up) is (new is AgentState.TALKING)


def test_lowering_says_whether_it_was_up() -> None:
    hands = raised()
    assert hands.put_down(ANNA)
    assert not hands.put_down(ANNA)


def test_the_feed_tells_of_the_hand_and_of_its_agent() -> None:
    feed = Feed()
    feed.start_from(standing())
    feed.fold(state(ANNA, AgentState.TALKING, CALL), 5.0)
    feed.take_changes()
    feed.hands.put_up(feed.agents[ANNA], "", 6.0)
    changes = feed.take_changes()
    assert (changes.hands, changes.agents) == ({ANNA}, {ANNA})
    feed.fold(state(ANNA, AgentState.WRAP_UP, CALL), 9.0)
    assert feed.take_changes().hands == {ANNA}
    assert feed.hands.up == {}
