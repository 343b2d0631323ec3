"""What is seen of consulted parties that are no agents: their legs bear the consultation's id.

Nothing is remembered of them: a leg that is answered says so itself (`UserEvent(ConsultAnswered)`), and its
end is told whatever went before; the engine knows which of the two it waits for.
"""

from acd.adapters import ami_headers as headers
from acd.adapters.ami_causes import party_end, party_not_reached
from acd.adapters.ami_message import AmiEvent
from contact.consult import ConsultId, PartyAnswered, PartyGone, consult_of_channel_id
from contact.ids import LegId, OfferId

CONSULT_ACTION_PREFIX = "consult-"
"""An `Originate` of such a leg has the action id `consult-<ConsultId>`."""


def answered(event: AmiEvent) -> tuple[PartyAnswered, ...]:
    """Return what `UserEvent(ConsultAnswered)` says; raise `TranslationError`."""
    return (PartyAnswered(consult=ConsultId(headers.offer_id(event, "ConsultId"))),)


def gone(event: AmiEvent) -> tuple[PartyGone, ...]:
    """Return what a `Hangup` means, () where it is not of a party's leg; raise `TranslationError`."""
    consult = consult_of_channel_id(LegId(event.get("Uniqueid")))
    if consult is None:
        return ()
    return (PartyGone(consult=consult, end=party_end(headers.whole(event, "Cause", 0))),)


def not_reached(event: AmiEvent) -> tuple[PartyGone, ...]:
    """Return what an `OriginateResponse` means, () where it is not a party's or they answered."""
    action_id = event.get("ActionID")
    if not action_id.startswith(CONSULT_ACTION_PREFIX) or event.get("Response") == "Success":
        return ()
    consult = ConsultId(OfferId(action_id.removeprefix(CONSULT_ACTION_PREFIX)))
    return (PartyGone(consult=consult, end=party_not_reached(event.get("Reason"))),)
