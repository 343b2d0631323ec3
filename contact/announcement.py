"""What a waiting caller is told of place and wait, as names of prompts: routing names them, the IVR has them.

A sentence is put together from recordings: an opening of the city's (`prompts.yaml`), then a number of
ours. Only the numbers below are recorded; whoever says one rounds to them.
"""

from typing import NewType

PromptName = NewType("PromptName", str)

PLACES_MAX = 30
"""Places 1 to so many can be said."""
MINUTES: tuple[int, ...] = (*range(1, 11), 12, 15, 20, 25, 30, 40, 50, 60)
"""Lengths of time that can be said, in minutes, smallest first."""

PLACE = PromptName("queue_place")
PLACE_BEYOND = PromptName("queue_place_beyond")
WAIT_ABOUT = PromptName("queue_wait_about")
WAIT_LESS = PromptName("queue_wait_less")
WAIT_MORE = PromptName("queue_wait_more")
OPENINGS = (PLACE, PLACE_BEYOND, WAIT_ABOUT, WAIT_LESS, WAIT_MORE)
"""The openings, each a prompt of the city's: a place or a length of time follows."""


def place_prompt(place: int) -> PromptName:
    """Return the prompt that says a place, 1 to `PLACES_MAX`."""
    return PromptName(f"place_{place}")


def minutes_prompt(minutes: int) -> PromptName:
    """Return the prompt that says one of `MINUTES`."""
    return PromptName(f"minutes_{minutes}")
