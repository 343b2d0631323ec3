import pytest

from acd.core.pace import ERRORS_MAX, FIRST_TALK_S, NEWEST_SHARE, Mean, Pace
from acd.core.snapshot import Snapshot
from contact import codec
from contact.ids import CallId, QueueId
from tests.unit.acd.core.floor import ROADS, WASTE, Floor

ROADS_ID, WASTE_ID = QueueId("roads"), QueueId("waste")


def learned(floor: Floor) -> Pace:
    pace = Pace()
    for fact in floor.facts:
        pace.take(fact)
    return pace


def answered(floor: Floor, *, ring_s: float = 4.0, talk_s: float = 100.0, wrap_up_s: float = 12.0) -> None:
    call = floor.call()
    floor.pass_s(ring_s)
    offer = floor.answer()
    floor.pass_s(talk_s)
    floor.end_leg(offer)
    floor.hang_up(call)
    floor.pass_s(wrap_up_s)
    floor.complete("anna", call)


def test_a_mean_counts_the_first_observations_alike_and_later_ones_by_the_newest_share() -> None:
    mean = Mean()
    for value in (2.0, 4.0, 9.0):
        mean = mean.with_one(value)
    assert mean == Mean(5.0, 3)
    settled = Mean(10.0, 1_000).with_one(20.0)
    assert settled.value == pytest.approx(10.0 + 10.0 * NEWEST_SHARE)


def test_answer_talk_and_wrap_up_are_learned_from_the_facts() -> None:
    floor = Floor()
    floor.agent()
    answered(floor)
    pace = learned(floor)
    assert pace.answer_s(ROADS_ID) == pytest.approx(4.0)
    assert pace.talk_s(ROADS_ID) == pytest.approx(100.0)
    assert pace.wrap_up_s(ROADS_ID) == pytest.approx(12.0)
    assert pace.handle_s(ROADS_ID) == pytest.approx(116.0)


def test_a_queue_without_a_past_goes_by_all_together_and_without_any_by_the_first_guess() -> None:
    floor = Floor()
    floor.agent()
    assert learned(floor).talk_s(WASTE_ID) == FIRST_TALK_S
    answered(floor)
    assert learned(floor).talk_s(WASTE_ID) == pytest.approx(100.0)


def test_callers_leave_at_the_rate_of_those_who_gave_up_over_all_waiting_time() -> None:
    floor = Floor()
    floor.agent()
    answered(floor, ring_s=10.0)
    floor.wish("anna", floor.see().availability.LOGGED_OUT)
    call = floor.call()
    floor.pass_s(30.0)
    floor.hang_up(call)
    assert learned(floor).leaving_per_s(ROADS_ID) == pytest.approx(1 / 40)
    assert Pace().leaving_per_s(ROADS_ID) == 0.0


def test_the_error_is_the_real_wait_less_the_expected_one_of_callers_who_had_to_wait() -> None:
    floor = Floor()
    floor.agent()
    pace = Pace()
    for expected_s in (5.0, 25.0, None):
        seen = len(floor.facts)
        call = floor.call()
        for fact in floor.facts[seen:]:
            pace.take(fact)
        pace.expected(call, expected_s)
        seen = len(floor.facts)
        floor.pass_s(15.0)
        offer = floor.answer()
        floor.end_leg(offer)
        floor.hang_up(call)
        floor.complete("anna", call)
        for fact in floor.facts[seen:]:
            pace.take(fact)
    own = pace.of(ROADS_ID)
    assert own.errors_s == pytest.approx((10.0, -10.0))
    assert own.bias_s == pytest.approx(0.0)
    assert own.error_p80_s == pytest.approx(10.0)


def test_four_in_five_errors_are_within_the_80th_percentile() -> None:
    pace = Pace().of(ROADS_ID)
    assert pace.bias_s is None
    assert pace.error_p80_s is None
    pace.errors_s = tuple(float(one) for one in (1, -2, 3, -4, 5, 6, 7, -8, 9, 100))
    assert pace.error_p80_s == 8.0


def test_only_the_last_errors_are_kept() -> None:
    floor = Floor()
    floor.agent()
    answered(floor)
    pace = learned(floor)
    pace.of(ROADS_ID).errors_s = tuple(float(one) for one in range(ERRORS_MAX))
    more = [fact for fact in floor.facts if getattr(fact, "call", None) is not None]
    pace.take(more[0])
    pace.expected(CallId("c00001"), 0.0)
    for fact in more[1:]:
        pace.take(fact)
    assert len(pace.of(ROADS_ID).errors_s) == ERRORS_MAX
    assert pace.of(ROADS_ID).errors_s[0] == 1.0


def test_what_was_learned_outlives_the_process_in_a_snapshot() -> None:
    floor = Floor(ROADS, WASTE)
    floor.agent()
    answered(floor)
    pace = learned(floor)
    kept = codec.from_plain(Snapshot, codec.to_plain(_with_pace(floor, pace)))
    again = Pace(kept.pace)
    assert again.known() == pace.known()
    assert again.handle_s(ROADS_ID) == pace.handle_s(ROADS_ID)


def _with_pace(floor: Floor, pace: Pace) -> Snapshot:
    plain = codec.to_plain(floor.engine.snapshot())
    plain["pace"] = codec.to_plain(pace.known())
    return codec.from_plain(Snapshot, plain)
