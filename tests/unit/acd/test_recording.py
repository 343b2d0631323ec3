from dataclasses import replace

import pytest

from acd.core.policy import Strategy
from acd.errors import JournalError
from acd.journal import Decision, Entry, EntryKind
from acd.recording import Difference, compare, retrace
from contact.events import CallConnected
from contact.ids import AgentId, CallId, OfferId
from tests.unit.acd.core.floor import policy, queue
from tests.unit.acd.scripted import Day


def two_agents() -> Day:
    """Bartek is the better one at roads, Anna is free for longer."""
    day = Day(policy(queue("roads", "roads")))
    day.agent("anna", roads=50)
    day.pass_s(10)
    day.agent("bartek", roads=90)
    day.pass_s(10)
    return day


def test_taking_a_recording_again_gives_the_facts_that_were_given() -> None:
    day = two_agents()
    day.call()
    day.answer()
    facts = [fact for step in retrace(day.recording()) for fact in step.facts]
    assert [fact.agent for fact in facts if isinstance(fact, CallConnected)] == ["anna"]


def test_an_exact_replay_under_the_same_rules_decides_the_same() -> None:
    day = two_agents()
    day.call()
    day.answer()
    found = compare(day.recording())
    assert (found.recorded, found.made, found.differences, found.refused) == (1, 1, (), 0)


def test_under_other_rules_the_offer_that_goes_elsewhere_is_named() -> None:
    day = two_agents()
    call = day.call()
    other = policy(queue("roads", "roads", strategy=Strategy.MOST_SKILLED))
    assert compare(day.recording(), other).differences == (
        Difference(at=day.now, call=call, number=1, recorded="anna", made="bartek"),
    )


def test_later_offers_of_one_call_are_compared_one_by_one() -> None:
    day = two_agents()
    day.call()
    day.pass_s(5)
    day.refuse()
    found = compare(day.recording())
    assert found.recorded == found.made == 2
    lost = replace(day.recording(), entries=tuple(one for one in day.entries if not is_last(day, one)))
    (difference,) = compare(lost).differences
    assert (difference.number, difference.recorded, difference.made) == (2, "", "bartek")


def is_last(day: Day, entry: Entry) -> bool:
    return entry is [one for one in day.entries if one.kind is EntryKind.DECISION][-1]


def test_what_lies_before_the_stretch_only_leads_to_it() -> None:
    day = two_agents()
    call = day.call()
    day.answer()
    day.pass_s(30)
    begins_at = day.now
    day.call()
    day.hang_up(call)
    found = compare(replace(day.recording(), begins_at=begins_at))
    assert (found.inputs, found.recorded, found.made) == (4, 1, 1)


def test_an_input_the_engine_refuses_is_counted_and_nothing_follows_from_it() -> None:
    day = two_agents()
    garbled = Entry(at=day.now, kind=EntryKind.EVENT, body='{"type":"Dance"}')
    found = compare(replace(day.recording(), entries=(*day.entries, garbled)))
    assert found.refused == 1


def test_a_decision_is_written_and_read_back() -> None:
    decision = Decision(offer=OfferId("r-3"), call=CallId("1.2"), agent=AgentId("anna"))
    assert Decision.read(decision.entry(7.0)) == decision
    with pytest.raises(JournalError, match="a decision that cannot be read"):
        Decision.read(Entry(at=7.0, kind=EntryKind.DECISION, body="anna"))
