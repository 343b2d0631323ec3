"""Sets of agents as the bits of numbers."""

import pytest

from acd.core import bits
from acd.core.bits import AgentBits
from contact.ids import AgentId

AGENTS = [AgentId(f"a{number}") for number in range(100)]


def test_what_two_sets_have_in_common_is_what_their_numbers_have() -> None:
    known = AgentBits()
    few, many = frozenset(AGENTS[:7]), frozenset(AGENTS[5:90])
    assert (known.of(few) & known.of(many)).bit_count() == len(few & many)
    assert known.of(AGENTS[90:]) & known.of(many) == 0
    assert known.of(()) == 0


def test_a_set_that_is_kept_has_the_number_it_always_has() -> None:
    known = AgentBits()
    some = frozenset(AGENTS[10:20])
    assert known.kept(some) == known.kept(frozenset(AGENTS[10:20])) == known.of(some)


def test_no_more_sets_are_kept_than_the_limit_says(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bits, "KEPT_MAX", 3)
    known = AgentBits()
    for agent in AGENTS:
        known.kept(frozenset({agent}))
        assert len(known._kept) <= 3
