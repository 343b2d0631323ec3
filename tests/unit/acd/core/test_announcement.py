"""What waiting callers are told: the words for a place and a wait, and the rhythm."""

import pytest

from acd.core.announcement import Announcements, Comfort, PlaceSaid, Rhythm, compose
from contact.announcement import MINUTES, PLACES_MAX, PromptName
from contact.ids import CallId

RHYTHM = Rhythm(first_s=20, every_s=60)
RULES = Announcements(rhythm=RHYTHM)


def said(
    rules: Announcements = RULES,
    *,
    position: int = 3,
    wait_s: float | None = None,
    error_s: float | None = None,
    last_said: int | None = None,
) -> tuple[str, ...]:
    return compose(rules, position=position, wait_s=wait_s, error_s=error_s, last_said=last_said)


@pytest.mark.parametrize(
    ("place", "position", "words"),
    [
        (PlaceSaid.NO, 1, ()),
        (PlaceSaid.YES, 12, ("queue_place", "place_12")),
        (PlaceSaid.YES, 31, ("queue_place_beyond", "place_30")),
        (PlaceSaid.LIMIT, 5, ("queue_place", "place_5")),
        (PlaceSaid.LIMIT, 6, ()),
        (PlaceSaid.MORE_THAN, 5, ("queue_place", "place_5")),
        (PlaceSaid.MORE_THAN, 6, ("queue_place_beyond", "place_5")),
    ],
)
def test_place_is_told_as_the_queue_has_it(place: PlaceSaid, position: int, words: tuple[str, ...]) -> None:
    assert said(Announcements(rhythm=RHYTHM, place=place, place_max=5), position=position) == words


def test_a_place_that_is_not_better_is_not_told_again_where_only_better_ones_are() -> None:
    rules = Announcements(rhythm=RHYTHM, only_improved=True)
    assert said(rules, last_said=None) == ("queue_place", "place_3")
    assert said(rules, last_said=4) == ("queue_place", "place_3")
    assert said(rules, last_said=3) == ()
    assert said(RULES, last_said=3) == ("queue_place", "place_3")


@pytest.mark.parametrize(
    ("wait_s", "error_s", "words"),
    [
        (None, None, ()),
        (59, None, ()),
        (61, None, ("queue_wait_about", "minutes_1")),
        (280, 30, ("queue_wait_about", "minutes_5")),
        (660, 100, ("queue_wait_about", "minutes_10")),
        (1_201, 100, ("queue_wait_more", "minutes_20")),
        (100, 75, ("queue_wait_less", "minutes_3")),
        (1_000, 600, ()),
    ],
)
def test_wait_is_rounded_and_no_more_exact_than_it_is_known(
    wait_s: float | None, error_s: float | None, words: tuple[str, ...]
) -> None:
    rules = Announcements(rhythm=RHYTHM, place=PlaceSaid.NO, wait_max_s=1_200)
    assert said(rules, wait_s=wait_s, error_s=error_s) == words


def test_a_wait_below_a_minute_is_less_than_one_where_it_is_told_at_all() -> None:
    rules = Announcements(rhythm=RHYTHM, place=PlaceSaid.NO, wait_min_s=0)
    assert said(rules, wait_s=20) == ("queue_wait_less", "minutes_1")
    assert said(Announcements(rhythm=RHYTHM, place=PlaceSaid.NO, wait=False), wait_s=300) == ()


def test_place_comes_before_the_wait() -> None:
    assert said(wait_s=120) == ("queue_place", "place_3", "queue_wait_about", "minutes_2")


def test_moments_count_from_joining_and_each_comes_once() -> None:
    assert RHYTHM.next_at(100, 100) == 120
    assert RHYTHM.next_at(100, 120) == 180
    assert RHYTHM.next_at(100, 185) == 240
    assert Rhythm(first_s=5, every_s=0).next_at(100, 104) == 105
    assert Rhythm(first_s=5, every_s=0).next_at(100, 105) is None
    assert [RHYTHM.number_at(100, at) for at in (119, 120, 179, 180)] == [0, 0, 0, 1]


def test_the_next_moment_is_always_later() -> None:
    rhythm = Rhythm(first_s=0.1, every_s=0.1)
    now = 1_763_800_000.3
    for _ in range(1_000):
        later = rhythm.next_at(1_763_800_000.0, now)
        assert later is not None
        assert later > now
        now = later


def test_messages_take_turns_in_their_order_or_each_once_before_one_again() -> None:
    prompts = tuple(map(PromptName, ("a", "b", "c")))
    in_order = Comfort(prompts=prompts, rhythm=RHYTHM)
    assert [in_order.at(CallId("1.1"), n) for n in range(4)] == ["a", "b", "c", "a"]
    shuffled = Comfort(prompts=prompts, rhythm=RHYTHM, shuffled=True)
    for call in map(CallId, ("1.1", "1.2", "1.3")):
        heard = [shuffled.at(call, n) for n in range(6)]
        assert sorted(heard[:3]) == sorted(heard[3:]) == ["a", "b", "c"]
    orders = {tuple(shuffled.at(CallId(f"1.{n}"), place) for place in range(3)) for n in range(50)}
    assert len(orders) > 3


def test_every_number_that_is_said_can_be_said() -> None:
    for wait_s in range(0, 4_000, 7):
        for error_s in (None, 0.0, 200.0):
            words = said(wait_s=float(wait_s), error_s=error_s, position=wait_s + 1)
            assert words[1] in {f"place_{n}" for n in range(1, PLACES_MAX + 1)}
            assert not words[3:] or words[3] in {f"minutes_{n}" for n in MINUTES}
