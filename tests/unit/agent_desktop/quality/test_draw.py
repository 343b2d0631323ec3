import math
from collections import Counter
from dataclasses import replace

import pytest

from agent_desktop.quality.draw import Candidate, Draw, DrawRule, Turn, draw
from contact.ids import AgentId, CallId, QueueId

ANNA = AgentId("anna")
ROADS, WASTE, GENERAL = QueueId("roads"), QueueId("waste"), QueueId("general")
WEEK = "2026-11-09"
RULE = DrawRule(talks_per_week=3, talks_per_day_max=1, talk_s_min=60, callback_share=0.0, seed="19115")
STANDARD_ERRORS = 4


def talk(name: str, *, queue: QueueId | None = ROADS, day: int = 0, talk_s: float = 100.0) -> Candidate:
    return Candidate(
        call=CallId(name),
        queue=queue,
        started_at=day * 86_400.0,
        talk_s=talk_s,
        day=str(day),
        is_callback=name.startswith("cb-"),
    )


def drawn(talks: list[Candidate], rule: DrawRule = RULE, agent: str = "anna", week: str = WEEK) -> Draw:
    return draw(rule, agent=AgentId(agent), week=week, talks=talks)


def calls(found: Draw) -> list[str]:
    return [str(one.call) for one in found.picks]


WEEK_OF_ROADS = [talk(f"{day}.{number}", day=day) for day in range(5) for number in range(8)]


def test_the_order_of_the_talks_changes_nothing() -> None:
    assert drawn(WEEK_OF_ROADS) == drawn(WEEK_OF_ROADS[::-1])


@pytest.mark.parametrize("other", ["seed", "week", "agent"])
def test_another_seed_week_or_consultant_draws_others(other: str) -> None:
    changed = {
        "seed": drawn(WEEK_OF_ROADS, replace(RULE, seed="other")),
        "week": drawn(WEEK_OF_ROADS, week="2026-11-16"),
        "agent": drawn(WEEK_OF_ROADS, agent="bartek"),
    }
    assert calls(changed[other]) != calls(drawn(WEEK_OF_ROADS))


def test_at_most_so_many_are_drawn_of_a_day() -> None:
    days = Counter(call.split(".")[0] for call in calls(drawn(WEEK_OF_ROADS)))
    assert set(days.values()) == {1}
    two = drawn([talk(str(number)) for number in range(9)], replace(RULE, talks_per_day_max=2))
    assert len(two.picks) == 2


def test_short_talks_are_left_out_and_counted() -> None:
    found = drawn([talk("short", talk_s=59.9), talk("long", talk_s=60.0, day=1)])
    assert (found.talks, found.eligible, calls(found)) == (2, 1, ["long"])


def test_queues_have_turns_alike_and_one_without_weight_has_none() -> None:
    mixed = [talk(f"{queue}{day}", queue=queue, day=day) for queue in (ROADS, WASTE) for day in range(6)]
    rare = talk("rare", queue=GENERAL, day=6)
    for seed in "abcdef":
        found = drawn([*mixed, rare], replace(RULE, seed=seed))
        assert {one.queue for one in found.picks} == {ROADS, WASTE, GENERAL}
    none = drawn([*mixed, rare], replace(RULE, queue_weights={GENERAL: 0.0}))
    assert GENERAL not in {one.queue for one in none.picks}
    assert none.eligible == len(mixed)


def test_a_queue_of_double_weight_comes_twice_as_often() -> None:
    rule = replace(RULE, talks_per_week=6, talks_per_day_max=9, queue_weights={ROADS: 2.0})
    many = [talk(f"{queue}{number}", queue=queue) for queue in (ROADS, WASTE) for number in range(9)]
    assert Counter(one.queue for one in drawn(many, rule).picks) == {ROADS: 4, WASTE: 2}


def test_callbacks_have_their_share_and_each_kind_makes_up_for_the_other() -> None:
    rule = replace(RULE, talks_per_week=4, talks_per_day_max=9, callback_share=0.5)
    back = [talk(f"cb-{number}") for number in range(9)]
    plain = [talk(f"{number}") for number in range(9)]
    turns = Counter(one.turn for one in drawn([*back, *plain], rule).picks)
    assert turns == {Turn.CALLBACK: 2, Turn.QUEUE: 2}
    assert len(drawn(back, rule).picks) == len(drawn(plain, rule).picks) == 4
    assert all(one.is_callback for one in drawn([*back, *plain], replace(rule, callback_share=1.0)).picks)


def test_a_fraction_of_a_callback_is_decided_by_lot_so_that_the_share_holds_in_the_mean() -> None:
    rule = replace(RULE, talks_per_day_max=9, callback_share=0.1)
    talks = [talk(f"cb-{number}") for number in range(5)] + [talk(f"{number}") for number in range(9)]
    many = 2_000
    shares = [
        sum(one.is_callback for one in drawn(talks, rule, agent=f"a{number}").picks) for number in range(many)
    ]
    error = math.sqrt(0.3 * 0.7 / many)
    assert abs(sum(shares) / many - 0.3) < STANDARD_ERRORS * error


def test_every_talk_of_a_queue_is_as_likely_as_any_other() -> None:
    many = 2_000
    counts = Counter(
        call for number in range(many) for call in calls(drawn(WEEK_OF_ROADS, agent=f"a{number}"))
    )
    share = 3 / len(WEEK_OF_ROADS)
    error = math.sqrt(share * (1 - share) / many)
    assert len(counts) == len(WEEK_OF_ROADS)
    assert all(abs(count / many - share) < STANDARD_ERRORS * error for count in counts.values())


def test_a_pick_says_among_how_many_its_lot_was_the_lowest() -> None:
    found = drawn(WEEK_OF_ROADS)
    assert [one.rivals for one in found.picks] == [40, 32, 24]
    assert [one.lot for one in found.picks] == sorted(one.lot for one in found.picks)
    assert all(one.turn is Turn.QUEUE for one in found.picks)


def test_a_week_without_talks_draws_nothing() -> None:
    assert drawn([]) == Draw(talks=0, eligible=0, picks=())


def test_a_talk_without_a_queue_can_be_drawn() -> None:
    assert calls(drawn([talk("direct", queue=None)])) == ["direct"]
