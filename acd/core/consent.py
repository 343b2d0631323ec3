"""Consent to be recorded: what the caller's key says, and which offers are to be recorded by it.

The consent is the call's: it holds for every talk of it, and who took it back has it back for all of them.
Asterisk has it too, on the caller's channel, so that it outlives this process. Of the calls that agreed, a
queue that records some takes those whose id falls into its share: a call is always drawn alike.
"""

import hashlib

from acd.core.books import Books
from acd.core.call import Call, Offer
from contact.commands import Announce
from contact.states import OfferState
from contact.talk_recording import (
    AGREED_PROMPT,
    WITHDRAWN_PROMPT,
    AimRecording,
    KeepConsent,
    RecordingConsentChanged,
    RecordingStanding,
    RecordingState,
)
from contact.times import Seconds

WANTED = RecordingStanding(state=RecordingState.WANTED)
KEY_ECHO_S = 0.6
"""The same key within so short a time is the same press: a telephone sends the end of a key three times, and
Asterisk may take a late copy for a second key. A copy must not take back what was just agreed to."""
_ALL_PERCENT = 100


def aim(books: Books, call: Call, offer: Offer) -> bool:
    """Note whether the talk of an offer is to be recorded, and return that."""
    offer.recording = WANTED if _is_wanted(books, call, offer) else None
    return offer.recording is not None


def is_aimed(offer: Offer) -> bool:
    """Return whether a further leg of this talk is to record."""
    return offer.recording is not None and offer.recording.state is not RecordingState.DISCARDED


def turn(books: Books, call: Call) -> None:
    """Take a waiting caller's key: they agree, or take back what they agreed to."""
    last_at, call.agreed_key_at = call.agreed_key_at, books.now
    if books.now - last_at < KEY_ECHO_S:
        return
    change(books, call, books.now if call.consented_at is None else None)
    prompt = WITHDRAWN_PROMPT if call.consented_at is None else AGREED_PROMPT
    books.out.append(Announce(call=call.call, prompts=(prompt,)))
    offer = books.offers.get(call.offer) if call.offer is not None else None
    if offer is not None and offer.state is OfferState.PENDING:
        records = aim(books, call, offer)
        books.out.append(AimRecording(offer=offer.offer, call=call.call, records=records))


def give_on(books: Books, call: Call) -> None:
    """Have a colleague's talk recorded who is given the caller after a consultation, where it is wanted."""
    asked = books.offers.get(call.consult.consult) if call.consult is not None else None
    if asked is not None and aim(books, call, asked):
        books.out.append(AimRecording(offer=asked.offer, call=call.call, records=True))


def change(books: Books, call: Call, consented_at: Seconds | None) -> None:
    """Note what the caller says of being recorded, here and on their channel."""
    call.consented_at = consented_at
    books.out.append(KeepConsent(call=call.call, caller_channel=call.channel, consented_at=call.consented_at))
    books.publish(RecordingConsentChanged(call=call.call, consented_at=call.consented_at))


def _is_wanted(books: Books, call: Call, offer: Offer) -> bool:
    """Return whether a talk is to be recorded; a citizen who is called back was never asked."""
    if call.consented_at is None or call.callback is not None:
        return False
    drawn = int.from_bytes(hashlib.sha256(call.call.encode()).digest()[:4]) % _ALL_PERCENT
    return drawn < books.policy.queue(offer.queue).recording_percent
