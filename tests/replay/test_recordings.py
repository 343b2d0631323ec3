"""Recorded journals do not change their commands unannounced; docs/explain-and-replay.md tells of renewal."""

import dataclasses
import re
from pathlib import Path

import pytest

from acd.core.policy import Policy, Strategy
from acd.recording import compare
from acd.replay import replay
from tests.replay.digest import RECORDINGS, digest, recording, stored


@pytest.mark.parametrize("name", RECORDINGS)
def test_a_recorded_journal_gives_the_commands_it_gave(name: str) -> None:
    assert digest(recording(name)) == stored(name).read_text(encoding="utf-8")


@pytest.mark.parametrize("name", RECORDINGS)
def test_every_recorded_offer_is_made_again_to_the_same_agent(name: str) -> None:
    found = compare(recording(name))
    assert found.differences == ()
    assert found.refused == 0
    assert found.made == found.recorded > 0


@pytest.mark.parametrize("name", RECORDINGS)
def test_no_recording_holds_a_number_that_may_be_a_persons(name: str) -> None:
    text = (Path(__file__).parent / f"{name}.jsonl").read_text(encoding="utf-8")
    assert set(re.findall(r"\+[0-9]{7,}", text)) == set(re.findall(r"\+4800[0-9]{7}", text))


def test_a_recording_under_other_rules_differs_and_names_the_first_decision() -> None:
    recorded = recording("an_afternoon")
    other = with_strategy(recorded.ruling, Strategy.MOST_SKILLED)
    found = compare(recorded, other)
    first = found.differences[0]
    assert first.recorded != first.made
    assert recorded.begins_at <= first.at < recorded.ends_at


def test_the_same_rules_in_the_model_change_no_call() -> None:
    found = replay(recording("an_afternoon"), recording("an_afternoon").ruling, seed=5)
    assert found.changed == ()
    assert found.model == found.other


def test_every_recorded_caller_is_in_each_column_once() -> None:
    recorded = recording("hotline")
    found = replay(recorded, with_strategy(recorded.ruling, Strategy.FEWEST_CALLS), seed=2)
    for column in (found.recorded, found.model, found.other):
        assert column.all.callers == 9
        assert column.all.answered + column.all.abandoned + column.all.unserved == 9
        assert sum(column.agents.values()) == column.all.answered


def with_strategy(policy: Policy, strategy: Strategy) -> Policy:
    queues = {name: dataclasses.replace(one, strategy=strategy) for name, one in policy.queues.items()}
    return dataclasses.replace(policy, queues=queues)
