"""Music: telling that the caller of a talk hears it, and since when."""

from acd.core.books import Books
from acd.core.call import Call, Offer
from contact.talk import CallHeld
from contact.times import Seconds


def say(books: Books, call: Call, offer: Offer, held_at: Seconds) -> None:
    """Tell of a caller on hold; `Call.awaits` says whether that is for an agent whose page is gone."""
    books.publish(
        CallHeld(
            call=call.call,
            offer=offer.offer,
            agent=offer.agent,
            queue=offer.queue,
            held_at=held_at,
            awaits=call.awaits,
        )
    )
