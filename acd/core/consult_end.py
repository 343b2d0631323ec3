"""The end of a consultation, whoever brings it about."""

from acd.core.books import Books
from acd.core.call import Call, Offer
from acd.core.timers import Timer
from contact.consult import ConsultEnd, ConsultEnded
from contact.states import OfferState

ENDS = {
    OfferState.REJECTED: ConsultEnd.REJECTED,
    OfferState.EXPIRED: ConsultEnd.NO_ANSWER,
    OfferState.BUSY: ConsultEnd.BUSY,
    OfferState.UNREACHABLE: ConsultEnd.UNREACHABLE,
    OfferState.RESCINDED: ConsultEnd.WITHDRAWN,
}
"""How a consultation ends whose colleague's offer came to nothing."""


def offer_over(books: Books, offer: Offer) -> None:
    """A colleague's offer came to nothing, or their leg is gone after they had answered."""
    call = books.calls.get(offer.call)
    if call is not None and call.consult is not None and call.consult.consult == offer.offer:
        over(books, call, ENDS.get(offer.state, ConsultEnd.PARTY_LEFT))


def over(books: Books, call: Call, end: ConsultEnd) -> None:
    """Note that a consultation is over, and why; nothing where there is none."""
    consult, call.consult = call.consult, None
    if consult is None:
        return
    books.timers.cancel(Timer.CONSULT_OVERDUE, call.call)
    books.publish(
        ConsultEnded(
            consult=consult.consult,
            call=call.call,
            by=consult.by,
            party=consult.party,
            end=end,
            ended_at=books.now,
        )
    )
