"""The driver: what it makes of a workload, against the very engine."""

import random
from itertools import pairwise

import pytest

from acd.core.policy import OverflowStep, Policy, QueuePolicy
from acd.core.skills import parse
from acd.sim.driver import Run, simulate
from acd.sim.workload import AgentGroup, Workload
from contact.commands import Destination
from contact.ids import Skill
from contact.states import AgentState
from tests.unit.acd.sim.days import ROADS, day, fixed, kind


def run(workload: Workload, seed: int = 1) -> Run:
    return simulate(workload, random.Random(seed))  # noqa: S311 - a simulation, no secret


def waits(found: Run) -> list[float | None]:
    return [call.wait_s for call in found.calls]


def group(on: tuple[int, ...], skills: tuple[tuple[Skill, int], ...] = ((Skill("roads"), 80),)) -> AgentGroup:
    return AgentGroup(name="g", skills=skills, on=on)


def test_the_same_seed_gives_the_same_day_and_another_another() -> None:
    assert waits(run(day())) == waits(run(day()))
    assert waits(run(day())) != waits(run(day(), seed=2))


def test_other_staff_meets_the_same_callers() -> None:
    few, many = run(day(groups=(group((2, 2)),))), run(day(groups=(group((9, 9)),)))
    assert [call.joined_at for call in few.calls] == [call.joined_at for call in many.calls]
    assert sum(wait or 0.0 for wait in waits(few)) > sum(wait or 0.0 for wait in waits(many))


def test_calls_come_in_order_within_their_half_hours() -> None:
    joined = [call.joined_at for call in run(day(calls=(0.0, 50.0))).calls]
    assert joined == sorted(joined)
    assert len(joined) > 20
    assert all(8.5 * 3_600 <= at < 9 * 3_600 for at in joined)


def test_everybody_is_answered_where_nobody_gives_up() -> None:
    found = run(day())
    assert all(call.answered for call in found.calls)
    assert found.offers == len(found.calls)


def test_with_enough_agents_the_wait_is_the_ringing() -> None:
    found = run(day(groups=(group((50, 50)),), ring=fixed(3.0)))
    assert {round(wait or 0.0, 6) for wait in waits(found)} == {3.0}


def test_one_agent_takes_calls_one_after_another_in_their_order() -> None:
    found = run(day(calls=(10.0,), groups=(group((1,)),)))
    answered_at = [call.joined_at + (call.wait_s or 0.0) for call in found.calls]
    assert all(later - earlier >= 100.0 - 1e-6 for earlier, later in pairwise(answered_at))


def test_the_work_after_a_call_keeps_an_agent_until_it_is_done() -> None:
    found = run(day(calls=(10.0,), groups=(group((1,)),), types=(kind(wrap_up=fixed(20.0)),)))
    answered_at = [call.joined_at + (call.wait_s or 0.0) for call in found.calls]
    assert min(later - earlier for earlier, later in pairwise(answered_at)) == pytest.approx(120.0)


def test_the_policys_limit_ends_a_longer_wrap_up() -> None:
    found = run(day(calls=(10.0,), groups=(group((1,)),), types=(kind(wrap_up=fixed(900.0)),)))
    answered_at = [call.joined_at + (call.wait_s or 0.0) for call in found.calls]
    assert min(later - earlier for earlier, later in pairwise(answered_at)) == pytest.approx(160.0)


def test_callers_without_an_agent_give_up_when_their_patience_ends() -> None:
    found = run(day(groups=(group((0, 0)),), types=(kind(patience=fixed(45.0)),)))
    assert found.calls
    assert all(call.abandoned and call.wait_s == pytest.approx(45.0) for call in found.calls)


def test_a_caller_may_give_up_while_the_phone_rings() -> None:
    found = run(day(ring=fixed(10.0), types=(kind(patience=fixed(5.0)),)))
    assert all(call.abandoned for call in found.calls)
    assert found.offers > 0
    assert found.agents.spent_s(AgentState.TALKING) == 0.0


def test_a_phone_that_rings_too_long_is_a_missed_offer_and_the_agent_comes_back() -> None:
    ringing = run(day(calls=(5.0,), ring=fixed(30.0), types=(kind(patience=fixed(300.0)),)))
    assert all(call.abandoned for call in ringing.calls)
    assert ringing.offers > len(ringing.calls)
    assert ringing.agents.spent_s(AgentState.NOT_READY) > 0.0


def test_a_caller_nobody_may_serve_is_left_waiting_and_the_day_ends() -> None:
    found = run(day(groups=(group((5, 5), ((Skill("waste"), 80),)),)))
    assert found.calls
    assert all(wait is None for wait in waits(found))


def test_the_last_agents_stay_until_the_last_caller_is_served() -> None:
    found = run(day(calls=(30.0, 30.0), groups=(group((1, 1)),)))
    assert all(call.answered for call in found.calls)
    assert max(call.joined_at + (call.wait_s or 0.0) for call in found.calls) > 9 * 3_600.0


def test_agents_come_and_go_by_the_roster() -> None:
    found = run(day(calls=(0.0, 20.0), groups=(group((0, 3)),)))
    assert found.agents.occupancy(0) is None
    available = sum(
        found.agents.spent_s(state, slot=1)
        for state in (AgentState.READY, AgentState.RESERVED, AgentState.TALKING, AgentState.WRAP_UP)
    )
    assert available == pytest.approx(3 * 1_800.0)


def test_one_who_goes_off_during_a_call_ends_it_first() -> None:
    found = run(day(calls=(20.0, 0.0), groups=(group((3, 0)),), types=(kind(talk=fixed(600.0)),)))
    assert found.agents.spent_s(AgentState.TALKING, slot=1) > 0.0
    assert all(call.answered or call.wait_s is None for call in found.calls)


def test_a_caller_who_finds_all_waiting_places_taken_is_blocked() -> None:
    found = run(day(groups=(group((1, 1)),), waiting_places=2))
    blocked = [call for call in found.calls if call.blocked]
    assert blocked
    assert all(call.wait_s == 0.0 and not call.answered for call in blocked)
    assert all(call.answered for call in found.calls if not call.blocked)


def test_no_waiting_place_at_all_still_lets_those_in_whom_an_agent_is_free_for() -> None:
    found = run(day(groups=(group((2, 2)),), waiting_places=0))
    assert {call.wait_s for call in found.calls} == {0.0}
    assert 0 < sum(call.blocked for call in found.calls) < len(found.calls)


def test_higher_priority_goes_first() -> None:
    types = (kind("plain"), kind("urgent", priority=5))
    found = run(day(groups=(group((2, 2)),), types=types))
    mean = {
        name: sum(call.wait_s or 0.0 for call in found.calls if call.kind.name == name)
        / sum(call.kind.name == name for call in found.calls)
        for name in ("plain", "urgent")
    }
    assert mean["urgent"] < mean["plain"]


def test_the_rules_are_the_engines_own() -> None:
    strict = Policy(queues={ROADS: QueuePolicy(queue=ROADS, requirement=parse("roads>=90"))})
    assert all(wait is None for wait in waits(run(day(policy=strict))))


def test_progress_is_told_each_half_hour() -> None:
    heard: list[float] = []
    simulate(day(), random.Random(1), heard.append)  # noqa: S311 - a simulation, no secret
    assert heard == [0.0, 0.5]


def test_a_caller_whom_the_rules_send_out_of_the_queue_is_neither_answered_nor_gave_up() -> None:
    ladder = (OverflowStep(after_s=30.0, leave=Destination.CALLBACK),)
    rules = Policy(queues={ROADS: QueuePolicy(queue=ROADS, requirement=parse("roads"), overflow=ladder)})
    found = run(day(calls=(60.0,), groups=(group((1,)),), policy=rules))
    sent_on = [call for call in found.calls if not call.answered]
    assert sent_on
    assert {round(call.wait_s or 0.0, 6) for call in sent_on} == {30.0}
    assert not any(call.abandoned or call.blocked for call in sent_on)
