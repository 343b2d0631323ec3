"""Reads how talks ended that nobody of ours saw end.

The dialplan keeps the last talk of each phone in a global variable, written when the agent's leg is gone:
`<offer>/<answered>/<ended>/<BRIDGERESULT>/<caller, or nothing>`, both moments as seconds since the epoch. It
is asked for where an offer is open here and has no leg there. Whatever is not the talk of that very offer is
none: the leg was never answered, or Asterisk was started anew.
"""

from collections.abc import Mapping

from acd.adapters.ami_link import AmiLink
from contact.ids import Extension, OfferId
from contact.missed import TalkMissed

VARIABLE_PREFIX = "CENTRALA_TALK_"
_FIELDS = 5
_MET = "SUCCESS"


async def read_missed(link: AmiLink, offers: Mapping[OfferId, Extension]) -> tuple[TalkMissed, ...]:
    """Return the talk of each of `offers`, by the phone that was called, where there was one.

    Raises:
        AmiError: Asterisk cannot be asked.

    """
    missed: list[TalkMissed] = []
    for offer, extension in offers.items():
        reply = await link.action("Getvar", {"Variable": VARIABLE_PREFIX + extension})
        talk = read_talk(reply.get("Value"), offer)
        if talk is not None:
            missed.append(talk)
    return tuple(sorted(missed, key=lambda one: (one.ended_at, one.offer)))


def read_talk(value: str, offer: OfferId) -> TalkMissed | None:
    """Return the talk of `offer` that `value` tells of, None for another one's or what cannot be read."""
    fields = value.split("/")
    if len(fields) != _FIELDS or fields[0] != offer:
        return None
    _, answered_at, ended_at, result, left = fields
    try:
        return TalkMissed(
            offer=offer,
            answered_at=float(answered_at),
            ended_at=float(ended_at),
            has_met=result == _MET,
            by_caller=left == "caller",
        )
    except ValueError:
        return None
