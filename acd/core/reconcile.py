"""Reconciliation: after telephony was out of sight, its own report is made true in the books.

Order matters: first what is gone (calls, legs), then who talks to whom, then who waits, oldest first, so
that callers are adopted with the place they had; only when all of it is known are offers made again.
"""

from acd.core import arrival, callback, consulting, holding, offering, presence, talk_recording, talking
from acd.core.books import Books
from acd.core.call import Call, Offer, Place
from contact.commands import HangUpLeg, RescindOffer
from contact.events import CallQueued, LiveOffer, TelephonyResynced
from contact.ids import CallId, QueueId, offer_channel_id
from contact.missed import TalkMissed
from contact.states import OfferCause, OfferState


def resync(books: Books, event: TelephonyResynced) -> None:
    """Bring the books in line with everything Asterisk reports, then route again."""
    books.telephony_up = False
    for phone in event.phones:
        presence.phone_changed(books, phone)
    _end_what_is_gone(books, event)
    for live in event.offers:
        _take_over(books, live, set(event.calls))
    for waiting in sorted(event.waiting, key=lambda one: (one.joined_at, one.call)):
        _take_back(books, waiting)
    _let_go(books, {waiting.call for waiting in event.waiting})
    consulting.seen(books, frozenset(event.parties))
    books.telephony_up = True
    offering.offer_all(books)
    for agent_id in sorted(books.ready):
        offering.offer_best_call(books, books.agents[agent_id])


def talk_missed(books: Books, event: TalkMissed) -> None:
    """Enter a talk that ended out of sight, as of the moments at which Asterisk saw it begin and end."""
    offer = books.offers.get(event.offer)
    call = books.calls.get(offer.call) if offer is not None else None
    if offer is None or call is None or not event.has_met or books.telephony_up:
        books.stale["TalkMissed"] += 1
        return
    now = books.now
    if not offer.bridged:
        books.now = min(now, max(event.answered_at, offer.offered_at))
        talking.started(books, offer, call)
    books.now = min(now, max(event.ended_at, call.connected_at or offer.offered_at))
    talking.leg_ended(books, offer, by_caller=event.by_caller)
    books.now = now


def _end_what_is_gone(books: Books, event: TelephonyResynced) -> None:
    alive = set(event.calls) | {waiting.call for waiting in event.waiting}
    for call in [one for one in books.calls.values() if one.call not in alive]:
        if call.callback is None or call.place in callback.UP:
            talking.finish(books, call)
    legs = {live.offer for live in event.offers}
    for offer in [one for one in books.offers.values() if one.offer not in legs]:
        mine = books.calls.get(offer.call)
        if offer.state is OfferState.PENDING and mine is not None and mine.callback is not None:
            callback.lose(books, offer, mine)
        elif offer.state is OfferState.PENDING:
            offering.end_offer(books, offer, OfferCause.WITHDRAWN, leg_is_down=True)
        else:
            talking.leg_ended(books, offer)
            if mine is not None and mine.callback is not None and offer.state is not OfferState.ACCEPTED:
                callback.dialled_unseen(books, mine)


def _take_over(books: Books, live: LiveOffer, up: set[CallId]) -> None:
    """Adopt an agent's leg that is up; stop one that rings for nothing."""
    offer, call = books.offers.get(live.offer), books.calls.get(live.call)
    if not live.answered:
        if offer is None or offer.state is not OfferState.PENDING:
            books.out.append(RescindOffer(offer=live.offer))
        return
    if live.consults:
        _take_consulted(books, live, offer, call)
        return
    agent = books.extensions.get(live.extension)
    if call is not None and offer is not None and offer.bridged and call.offer == offer.offer:
        holding.seen(books, call, offer, bridged=live.bridged)
        if live.records:
            talk_recording.started(books, call, offer)
    if call is None or agent is None or (offer is not None and offer.bridged):
        return
    if callback.is_dialled(call, up):
        _take_dialling(books, live, offer, call)
        return
    if offer is None:
        offer = Offer(
            offer=live.offer,
            call=call.call,
            agent=agent,
            queue=call.queue or QueueId(""),
            offered_at=books.now,
            expires_at=books.now,
            state=OfferState.ACCEPTED,
        )
        books.offers[offer.offer] = offer
    talking.started(books, offer, call)
    if live.records:
        talk_recording.started(books, call, offer)


def _take_consulted(books: Books, live: LiveOffer, offer: Offer | None, call: Call | None) -> None:
    """Let a colleague be asked on; end a leg that asks about a call that nobody consults about any more."""
    consult = None if call is None else call.consult
    if offer is None or consult is None or consult.consult != live.offer:
        books.out.append(HangUpLeg(leg=offer_channel_id(live.offer)))
    elif offer.state is OfferState.PENDING:
        talking.answered(books, offer)


def _take_dialling(books: Books, live: LiveOffer, offer: Offer | None, call: Call) -> None:
    """Let an agent's leg go on that dials a citizen, unless its offer was given up meanwhile."""
    if offer is not None and call.offer == offer.offer:
        if offer.state is OfferState.PENDING:
            talking.answered(books, offer)
        return
    callback.dialled_unseen(books, call)
    books.out.append(HangUpLeg(leg=offer_channel_id(live.offer)))


def _take_back(books: Books, event: CallQueued) -> None:
    """Let a caller who stands in `[wait]` wait in the books too, by the steps of the present policy."""
    call = books.calls.get(event.call)
    if call is not None and call.place is Place.WAITING:
        call.consented_at = event.consented_at
        offering.relax(books, call)
    elif call is None or call.place is not Place.OFFERED:
        arrival.queue(books, event)


def _let_go(books: Books, waiting: set[CallId]) -> None:
    """The books say waiting, Asterisk has the caller elsewhere: answered and over while out of sight."""
    gone = (one for one in books.waiting.calls() if one.call not in waiting and one.callback is None)
    for call in list(gone):
        offering.abandon_queue(books, call, "out_of_sight")
