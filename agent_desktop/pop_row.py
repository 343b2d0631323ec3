"""A pop as its agent's page gets it."""

from collections.abc import Mapping
from typing import Any

from agent_desktop.city import Words
from agent_desktop.pop import Pop
from agent_desktop.schemas import History


def pop_row(pop: Pop, path_words: Mapping[str, Words]) -> dict[str, Any]:
    """Return the pop as its agent's page gets it, the caller's way through the menus in words."""
    return {
        "offer": pop.offer,
        "call": pop.call,
        "state": pop.state,
        "caller": pop.caller,
        "queue": pop.queue,
        "language": pop.language,
        "path": list(pop.path),
        "path_words": [path_words[step].model_dump() for step in pop.path if step in path_words],
        "topic": pop.topic,
        "attempt": pop.attempt,
        "joined_at": pop.joined_at,
        "offered_at": pop.offered_at,
        "expires_at": pop.expires_at,
        "connected_at": pop.connected_at,
        "released_at": pop.released_at,
        "held_at": pop.held_at,
        "awaited": pop.awaited,
        "recording": None if pop.recording is None else pop.recording.state.value,
        "recording_until": None if pop.recording is None else pop.recording.until_at,
        "listeners": list(pop.listeners),
        "consult": None if pop.consult is None else pop.consult.row(),
        "person": pop.person,
        "person_name": pop.person_name,
        "linked": list(pop.linked),
        "history": None if pop.history is None else History.of(pop.history).model_dump(),
        "history_state": pop.history_state,
    }
