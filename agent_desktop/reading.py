"""What the alerts watch, read from the live state of one moment."""

from agent_desktop.alert import AlertKind, ReadingKey
from agent_desktop.day import SLOT_S, Tally
from agent_desktop.feed import Feed
from contact.ids import QueueId
from contact.states import AgentState
from contact.times import Seconds

BURST_S = 300.0
"""Abandons are counted over so long."""
CALLS_MIN = 10
"""A service level of fewer calls than these says nothing."""


def readings(feed: Feed, now: Seconds, *, undelivered: int | None) -> dict[ReadingKey, float]:
    """Return every reading; `undelivered` cases wait for the CRM, None where that is not known."""
    found: dict[ReadingKey, float] = {(AlertKind.TELEPHONY_DOWN, None): 0.0 if feed.telephony_up else 1.0}
    if undelivered is not None:
        found[AlertKind.OUTBOX_GROWING, None] = float(undelivered)
    for queue, standing in feed.queues.items():
        waiting = feed.waiting(queue)
        oldest_at = min((one.joined_at for one in waiting if one.joined_at is not None), default=now)
        states = [feed.agents[one].state.new for one in standing.members if one in feed.agents]
        nobody = bool(waiting) and AgentState.READY not in states
        found[AlertKind.LONGEST_WAIT, queue] = max(0.0, now - oldest_at)
        found[AlertKind.NO_FREE_AGENT, queue] = float(nobody)
        found[AlertKind.ABANDON_BURST, queue] = float(feed.day.given_up_since(queue, now - BURST_S))
        if feed.day.known:
            found[AlertKind.SERVICE_LEVEL, queue] = _service_level(feed, queue, now)
    return found


def _service_level(feed: Feed, queue: QueueId, now: Seconds) -> float:
    """Return the share answered in time in this half hour and the one before; 1 for too few calls."""
    slot = int((now - feed.day.begins_at) // SLOT_S)
    lately = Tally()
    for one in (slot - 1, slot):
        lately.add(feed.day.slots.get((queue, one), Tally()))
    share = lately.share_of_offered
    return 1.0 if share is None or lately.offered < CALLS_MIN else share
