"""Holding: a talk whose caller hears music, by the agent's wish or because the agent's page is gone.

Theory of operation. A talk is held by taking the caller out of the bridge; the agent's leg waits beside it.
When a page is gone, its leg carries nothing any more: the caller is held, that leg ends, and the talk is
*awaited*. The page that is back gets a new leg which joins the caller; the talk was one all the time, with
one `CallConnected` and one `CallReleased`. That the two hear each other again is known by telephony's word
alone. A transfer sends the caller to `[wait]`, at the place they always had, and that ends the talk. If no
page comes, the dialplan lets the caller wait in their queue again, at their old place: that
ends the talk (`arrival.queue`). A caller who hangs up ends it as any other.
"""

from acd.core import consent, consulting, music, parting
from acd.core.books import Books
from acd.core.call import Call, Offer, Place
from contact.commands import HangUpLeg
from contact.ids import offer_channel_id, rejoin_channel_id
from contact.talk import (
    CallResumed,
    CallTransferred,
    EndHeld,
    HangUpRequested,
    HoldCall,
    HoldRequested,
    PageLost,
    RejoinCall,
    RejoinRequested,
    ResumeCall,
    ResumeRequested,
    TalkInput,
    TransferCall,
    TransferRequested,
)

REJOIN_AGAIN_S = 1.5
"""A page that asks for the sound once more gets another leg only after so long."""


def control(books: Books, event: TalkInput) -> None:
    """Do what is asked of a talk; nothing where there is none, or none in that state, or none in sight."""
    call = books.calls.get(event.call)
    offer = books.offers.get(call.offer) if call is not None and call.offer is not None else None
    if call is not None and offer is not None and _dials(call, offer, event):
        books.out.append(HangUpLeg(leg=offer_channel_id(offer.offer)))
        return
    if call is None or offer is None or not consulting.talks(books, call, offer, event.agent):
        books.stale[type(event).__name__] += 1
        return
    if consulting.rules(books, call, offer, event):
        return
    match event:
        case HoldRequested() if call.held_at is None:
            _hold(books, call, offer, awaits=False)
        case ResumeRequested() if call.held_at is not None and not call.awaits:
            books.out.append(ResumeCall(offer=offer.offer, call=call.call))
        case PageLost() if not call.awaits:
            _await(books, call, offer)
            consulting.drop(books, call)
        case RejoinRequested() if offer.rejoined_at is None or _may_again(books, offer.rejoined_at):
            _rejoin(books, call, offer)
        case HangUpRequested():
            hang_up(books, call, offer)
        case TransferRequested() if call.callback is None and not call.handed_on:
            _transfer(books, call, offer, event)
        case _:
            books.stale[type(event).__name__] += 1


def seen(books: Books, call: Call, offer: Offer, *, bridged: bool) -> None:
    """Take a resynchronisation's word on whether a talk is held; its orders may have been lost."""
    if bridged and call.held_at is not None:
        resumed(books, call, offer)
    elif not bridged and call.held_at is None:
        call.held_at = books.now
        music.say(books, call, offer, books.now)


def resumed(books: Books, call: Call, offer: Offer) -> None:
    """Caller and agent are in one bridge again, on whatever leg."""
    books.agents[offer.agent].leg = offer.offer
    again, offer.rejoined_at = offer.rejoined_at is not None, None
    if call.held_at is None:
        if not again:
            books.stale["TalkStarted"] += 1
        return
    held_s = max(0.0, books.now - call.held_at)
    call.held_at, call.awaits = None, False
    books.publish(
        CallResumed(
            call=call.call,
            offer=offer.offer,
            agent=offer.agent,
            queue=offer.queue,
            resumed_at=books.now,
            held_s=held_s,
        )
    )


def hang_up(books: Books, call: Call, offer: Offer) -> None:
    """End the agent's part: a held caller is sent on by us, one in the bridge by the end of the leg.

    Where the page is gone there is no leg whose end could tell of it: the talk is over with the order. A
    leg on its way to a page that is back is given up.
    """
    if call.held_at is not None:
        books.out.append(EndHeld(call=call.call, caller_channel=call.channel))
    if not call.awaits or offer.rejoined_at is not None:
        books.out.append(HangUpLeg(leg=offer_channel_id(offer.offer)))
    if call.awaits:
        parting.release(books, offer, call)


def leg_is_missed(books: Books, call: Call, offer: Offer) -> bool:
    """Take the end of the agent's leg of a held talk; return whether the talk goes on without one."""
    if call.awaits:
        books.agents[offer.agent].leg = None
        return True
    if call.consult is not None and not call.handed_on:
        consulting.left(books, call, offer)
    elif call.held_at is not None and not call.handed_on:
        books.out.append(EndHeld(call=call.call, caller_channel=call.channel))
    return False


def _dials(call: Call, offer: Offer, event: TalkInput) -> bool:
    """Tell whether an agent gives up a citizen who is being called back."""
    return isinstance(event, HangUpRequested) and call.place is Place.DIALLING and offer.agent == event.agent


def _hold(books: Books, call: Call, offer: Offer, *, awaits: bool) -> None:
    books.out.append(
        HoldCall(offer=offer.offer, call=call.call, caller_channel=call.channel, keeps_leg=not awaits)
    )
    call.held_at, call.awaits = books.now, awaits
    music.say(books, call, offer, books.now)


def _await(books: Books, call: Call, offer: Offer) -> None:
    """The page is gone: the caller hears music from now on, if not already, and the dead leg ends."""
    offer.rejoined_at = None
    if call.held_at is None:
        _hold(books, call, offer, awaits=True)
        return
    call.awaits = True
    books.out.append(HangUpLeg(leg=offer_channel_id(offer.offer)))
    music.say(books, call, offer, call.held_at)


def _rejoin(books: Books, call: Call, offer: Offer) -> None:
    offer.rejoins += 1
    offer.rejoined_at = books.now
    books.out.append(
        RejoinCall(
            offer=offer.offer,
            call=call.call,
            leg=rejoin_channel_id(offer.offer, offer.rejoins),
            caller_channel=call.channel,
            extension=books.agents[offer.agent].extension,
            caller=call.caller,
            records=consent.is_aimed(offer),
        )
    )


def _transfer(books: Books, call: Call, offer: Offer, event: TransferRequested) -> None:
    """Hand the caller on; the agent's leg is left alone in the bridge and ends, one that waits is ended."""
    call.handed_on = call.transferred = True
    call.directed_to = event.to
    books.out.append(
        TransferCall(call=call.call, caller_channel=call.channel, queue=event.queue, number=event.number)
    )
    if call.held_at is not None and not call.awaits:
        books.out.append(HangUpLeg(leg=offer_channel_id(offer.offer)))
    books.publish(
        CallTransferred(
            call=call.call,
            offer=offer.offer,
            agent=offer.agent,
            queue=event.queue,
            to=event.to,
            transferred_at=books.now,
            number=event.number,
        )
    )


def _may_again(books: Books, rejoined_at: float) -> bool:
    return books.now - rejoined_at >= REJOIN_AGAIN_S
