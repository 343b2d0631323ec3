"""Identifiers, one type each, so that no two can be mixed up.

Their forms: a `CallId` is Asterisk's Linkedid and a `LegId` its Uniqueid (`1763800000.42`); an
`OfferId` is made by us and becomes the agent leg's channel id `offer-<OfferId>`; an `AgentId` is the
login name of the person; a `QueueId` is the key of the queue in `queues.toml`. A callback is a call of its
own, with an id that we make (`cb-1763800000.42`).
"""

from typing import NewType

CallId = NewType("CallId", str)
LegId = NewType("LegId", str)
ChannelName = NewType("ChannelName", str)
OfferId = NewType("OfferId", str)
AgentId = NewType("AgentId", str)
QueueId = NewType("QueueId", str)
Skill = NewType("Skill", str)
Extension = NewType("Extension", str)
E164 = NewType("E164", str)
TopicId = NewType("TopicId", str)
UnitId = NewType("UnitId", str)
CaseNumber = NewType("CaseNumber", str)
Language = NewType("Language", str)

NO_NUMBER = E164("")
"""No number at all, where one may be given."""
OFFER_CHANNEL_PREFIX = "offer-"
CALLBACK_PREFIX = "cb-"
_AGAIN = "_"


def offer_channel_id(offer: OfferId) -> LegId:
    """Return the Asterisk channel id that the agent leg of `offer` carries."""
    return LegId(OFFER_CHANNEL_PREFIX + offer)


def rejoin_channel_id(offer: OfferId, number: int) -> LegId:
    """Return the channel id of the agent's leg that joins the talk of `offer` anew, as the `number`th."""
    return LegId(f"{offer_channel_id(offer)}{_AGAIN}{number}")


def offer_of_channel_id(leg: LegId) -> OfferId | None:
    """Return the offer that `leg` is, or was, an agent's leg of; None for any other channel.

    Asterisk appends `;1` or `;2` to the ids of local channel halves; those are not ours.
    """
    if not leg.startswith(OFFER_CHANNEL_PREFIX) or ";" in leg:
        return None
    offer, _, number = leg.removeprefix(OFFER_CHANNEL_PREFIX).rpartition(_AGAIN)
    return OfferId(offer if offer and number.isdigit() else leg.removeprefix(OFFER_CHANNEL_PREFIX))


def callback_id(name: str) -> CallId:
    """Return the id of the callback that `name`, such as the id of the call it comes from, tells apart."""
    return CallId(CALLBACK_PREFIX + name)


def is_callback(call: CallId) -> bool:
    """Say whether `call` is a callback."""
    return call.startswith(CALLBACK_PREFIX)
