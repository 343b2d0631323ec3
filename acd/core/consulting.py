"""Consulting: an agent in a talk asks a third party, brings them in, or leaves the caller to them.

Theory of operation. While the party is rung and asked the talk is *held* as by the agent's own wish; with
`joins` it goes on, and the party is heard in it as soon as they answer. A colleague is rung by an offer of
the consultation's own id: it reserves them and ends as any offer does, only that nobody is taken out of work
for not answering, and the caller does not wait for it. Whoever else is rung is known by their leg alone.

A hand-over ends the agent's talk with the end of their leg. A colleague's own talk begins when telephony
says that they and the caller are in one bridge (`talking.started`); one outside keeps the caller until
either hangs up. An agent whose leg ends by itself has not cut the caller off: a party who was asked or
brought in gets them, and where it is still ringing they wait in their queue again, at their old place.
"""

from dataclasses import replace

from acd.core import consent, consult_end, music, offering
from acd.core.agent import Agent
from acd.core.books import Books
from acd.core.call import Call, Offer, Place
from acd.core.timers import Timer
from contact.commands import HangUpLeg
from contact.consult import (
    CallGivenOver,
    ConsultBegan,
    ConsultCause,
    ConsultEnd,
    ConsultEndRequested,
    ConsultId,
    ConsultInput,
    ConsultJoinRequested,
    ConsultMoved,
    ConsultRequested,
    ConsultStanding,
    ConsultState,
    DropParty,
    GiveCaller,
    HandOverRequested,
    JoinParty,
    PartyAnswered,
    PartyGone,
    RingParty,
    consult_channel_id,
    next_consult_state,
)
from contact.ids import AgentId, LegId, OfferId, QueueId, offer_channel_id
from contact.states import AgentCause, AgentState, OfferCause, OfferState
from contact.talk import (
    EndHeld,
    HangUpRequested,
    PageLost,
    RejoinRequested,
    ResumeCall,
    ResumeRequested,
    TalkInput,
    TransferCall,
    TransferRequested,
)

PARTY_RING_S = 40.0
"""So long a party outside is rung."""


def take(books: Books, event: ConsultInput) -> None:
    """Take a wish of the agent's or word of a party's leg; nothing where it makes no sense any more."""
    match event:
        case PartyAnswered() | PartyGone():
            _take_leg(books, event)
        case ConsultRequested() | ConsultJoinRequested() | ConsultEndRequested() | HandOverRequested():
            _take_wish(books, event)


def rules(books: Books, call: Call, offer: Offer, event: TalkInput) -> bool:
    """Take a wish about a talk where a third who is asked changes what it means; return whether they do."""
    match event:
        case ResumeRequested() if is_aside(call):
            back(books, call, offer)
        case HangUpRequested() if is_asking(call):
            back(books, call, offer)
        case HangUpRequested() | PageLost() if is_joined(call):
            give(books, call, offer)
        case RejoinRequested() | TransferRequested() if call.consult is not None:
            books.stale[type(event).__name__] += 1
        case _:
            return False
    return True


def talks(books: Books, call: Call, offer: Offer, agent: AgentId) -> bool:
    """Return whether this is the talk of `agent`, and in sight."""
    known = books.agents.get(agent)
    return (
        books.telephony_up
        and known is not None
        and known.state is AgentState.TALKING
        and call.place is Place.TALKING
        and offer.agent == agent
        and offer.bridged
    )


def is_aside(call: Call) -> bool:
    """Return whether a third is rung or asked while the caller hears music for that."""
    return is_asking(call) and call.consult is not None and not call.consult.joins


def is_asking(call: Call) -> bool:
    """Return whether a third is rung, or asked alone."""
    return call.consult is not None and call.consult.state in (ConsultState.DIALLING, ConsultState.PRIVATE)


def is_joined(call: Call) -> bool:
    """Return whether all three hear each other."""
    return call.consult is not None and call.consult.state is ConsultState.JOINED


def answered(books: Books, call: Call) -> None:
    """The party has picked up, a colleague or another."""
    consult = call.consult
    if consult is None or consult.state is not ConsultState.DIALLING:
        books.stale["PartyAnswered"] += 1
        return
    books.timers.cancel(Timer.CONSULT_OVERDUE, call.call)
    _move(books, call, ConsultCause.ANSWERED_INTO_TALK if consult.joins else ConsultCause.ANSWERED)


def back(books: Books, call: Call, offer: Offer) -> None:
    """Let the agent be alone with the caller again."""
    drop(books, call)
    if call.held_at is not None:
        books.out.append(ResumeCall(offer=offer.offer, call=call.call))


def give(books: Books, call: Call, offer: Offer) -> None:
    """Leave the caller to the party; the agent's leg ends, and the talk with it.

    The dialplan joins to whoever was brought in a caller whom the agent's leg leaves in the bridge.
    """
    assert call.consult is not None  # noqa: S101 - whoever gives has asked
    if call.held_at is not None:
        consent.give_on(books, call)
        books.out.append(GiveCaller(consult=call.consult.consult, leg=_leg(call.consult), call=call.call))
    books.out.append(HangUpLeg(leg=offer_channel_id(offer.offer)))
    _gave(books, call, offer)


def left(books: Books, call: Call, offer: Offer) -> None:
    """The agent's leg is gone in the middle of a consultation: the caller is not."""
    consult = call.consult
    if consult is None or consult.state is ConsultState.HANDED_OVER:
        return
    if consult.state is ConsultState.DIALLING:
        drop(books, call)
        if call.held_at is not None:
            _wait_again(books, call, offer)
        return
    if call.held_at is not None:
        consent.give_on(books, call)
        books.out.append(GiveCaller(consult=consult.consult, leg=_leg(consult), call=call.call))
    _gave(books, call, offer)


def _wait_again(books: Books, call: Call, offer: Offer) -> None:
    """Let a caller who hears music wait in their queue; a citizen who was called back has none."""
    if call.callback is not None:
        books.out.append(EndHeld(call=call.call, caller_channel=call.channel))
        return
    call.handed_on = call.transferred = True
    queue = call.queue or offer.queue
    books.out.append(TransferCall(call=call.call, caller_channel=call.channel, queue=queue))


def drop(books: Books, call: Call) -> None:
    """End the party's leg and the consultation with it, whether it rings or talks."""
    consult = call.consult
    if consult is None:
        return
    consult_end.over(books, call, ConsultEnd.WITHDRAWN)
    offer = books.offers.get(consult.consult)
    if consult.party.agent is None:
        books.out.append(DropParty(consult=consult.consult, leg=_leg(consult)))
    elif offer is not None and offer.state is OfferState.PENDING:
        offering.stop(books, offer, OfferCause.WITHDRAWN)
    elif offer is not None:
        books.out.append(HangUpLeg(leg=_leg(consult)))
        books.timers.set(Timer.LEG_OVERDUE, offer.offer, books.now + books.policy.leg_grace_s)


def overdue(books: Books, call: Call) -> None:
    """Telephony never said what became of a party outside: nobody answered."""
    consult = call.consult
    if consult is not None and consult.state is ConsultState.DIALLING:
        books.out.append(DropParty(consult=consult.consult, leg=_leg(consult)))
        consult_end.over(books, call, ConsultEnd.NO_ANSWER)


def seen(books: Books, parties: frozenset[ConsultId]) -> None:
    """Take a resynchronisation's word on the legs of parties that are no agents."""
    known = {one.consult.consult: one for one in books.calls.values() if one.consult is not None}
    for consult, call in known.items():
        assert call.consult is not None  # noqa: S101 - that is how they were found
        if call.consult.party.agent is None and consult not in parties:
            consult_end.over(books, call, ConsultEnd.PARTY_LEFT)
    for stranger in sorted(parties - known.keys()):
        books.out.append(DropParty(consult=stranger, leg=consult_channel_id(stranger)))


def _take_wish(
    books: Books,
    event: ConsultRequested | ConsultJoinRequested | ConsultEndRequested | HandOverRequested,
) -> None:
    call = books.calls.get(event.call)
    offer = books.offers.get(call.offer) if call is not None and call.offer is not None else None
    if call is None or offer is None or not talks(books, call, offer, event.agent):
        books.stale[type(event).__name__] += 1
        return
    consult = call.consult
    match event:
        case ConsultRequested() if consult is None and not call.awaits and not call.handed_on:
            _begin(books, call, offer, event)
        case ConsultJoinRequested() if consult is not None and consult.state is ConsultState.PRIVATE:
            books.out.append(
                JoinParty(consult=consult.consult, leg=_leg(consult), offer=offer.offer, call=call.call)
            )
            _move(books, call, ConsultCause.BROUGHT_IN)
        case ConsultEndRequested() if is_aside(call):
            back(books, call, offer)
        case ConsultEndRequested() if consult is not None and not call.handed_on:
            drop(books, call)
        case HandOverRequested() if consult is not None and consult.state in (
            ConsultState.PRIVATE,
            ConsultState.JOINED,
        ):
            give(books, call, offer)
        case _:
            books.stale[type(event).__name__] += 1


def _begin(books: Books, call: Call, offer: Offer, event: ConsultRequested) -> None:
    colleague = None if event.party.agent is None else books.agents.get(event.party.agent)
    if event.party.agent is not None and (colleague is None or not colleague.is_free):
        books.stale["ConsultRequested"] += 1
        return
    consult = ConsultStanding(
        consult=ConsultId(OfferId(f"{books.run}-{books.next_sequence()}")),
        by=event.agent,
        party=event.party,
        state=ConsultState.DIALLING,
        joins=event.joins,
        began_at=books.now,
    )
    ring_s = PARTY_RING_S if colleague is None else books.policy.ring_timeout_s
    if event.joins and call.held_at is not None:
        books.out.append(ResumeCall(offer=offer.offer, call=call.call))
    books.out.append(
        RingParty(
            consult=consult.consult,
            leg=_leg(consult),
            offer=offer.offer,
            call=call.call,
            caller_channel=call.channel,
            caller=call.caller,
            party=event.party,
            extension=None if colleague is None else colleague.extension,
            joins=event.joins,
            holds=not event.joins and call.held_at is None,
            ring_timeout_s=ring_s,
        )
    )
    call.consult = consult
    if not event.joins and call.held_at is None:
        call.held_at = books.now
        music.say(books, call, offer, books.now)
    books.publish(_as_began(books, call, offer, consult, books.now + ring_s))
    if colleague is None:
        books.timers.set(Timer.CONSULT_OVERDUE, call.call, books.now + ring_s + books.policy.offer_grace_s)
    else:
        _reserve(books, call, offer, consult, colleague)


def _reserve(books: Books, call: Call, offer: Offer, consult: ConsultStanding, colleague: Agent) -> None:
    """Keep a colleague for the consultation, as an offer does."""
    asked = Offer(
        offer=consult.consult,
        call=call.call,
        agent=colleague.agent,
        queue=call.queue or offer.queue,
        offered_at=books.now,
        expires_at=books.now + books.policy.ring_timeout_s,
        consults=True,
    )
    books.offers[asked.offer] = asked
    colleague.offer, colleague.leg, colleague.call = asked.offer, asked.offer, call.call
    colleague.offered_at = books.now
    books.timers.set(Timer.OFFER_OVERDUE, asked.offer, asked.expires_at + books.policy.offer_grace_s)
    books.move(colleague, AgentCause.OFFERED, until_at=asked.expires_at)


def _take_leg(books: Books, event: PartyAnswered | PartyGone) -> None:
    found = (one for one in books.calls.values() if one.consult is not None)
    call = next((one for one in found if one.consult and one.consult.consult == event.consult), None)
    if call is None or call.consult is None:
        books.stale[type(event).__name__] += 1
    elif isinstance(event, PartyAnswered):
        answered(books, call)
    else:
        consult_end.over(
            books, call, event.end if call.consult.state is ConsultState.DIALLING else ConsultEnd.PARTY_LEFT
        )


def _move(books: Books, call: Call, cause: ConsultCause) -> None:
    consult = _turned(call, cause)
    books.publish(
        ConsultMoved(
            consult=consult.consult,
            call=call.call,
            by=consult.by,
            party=consult.party,
            state=consult.state,
            moved_at=books.now,
        )
    )


def _gave(books: Books, call: Call, offer: Offer) -> None:
    call.handed_on = True
    consult = _turned(call, ConsultCause.GAVE_CALLER)
    books.publish(
        CallGivenOver(
            consult=consult.consult,
            call=call.call,
            by=consult.by,
            party=consult.party,
            queue=offer.queue,
            given_at=books.now,
        )
    )


def _turned(call: Call, cause: ConsultCause) -> ConsultStanding:
    """Bring a call's consultation into its next state, and return it."""
    assert call.consult is not None  # noqa: S101 - only calls in a consultation come here
    call.consult = replace(call.consult, state=next_consult_state(call.consult.state, cause))
    return call.consult


def _leg(consult: ConsultStanding) -> LegId:
    if consult.party.agent is None:
        return consult_channel_id(consult.consult)
    return offer_channel_id(consult.consult)


def _as_began(
    books: Books, call: Call, offer: Offer, consult: ConsultStanding, expires_at: float
) -> ConsultBegan:
    return ConsultBegan(
        consult=consult.consult,
        call=call.call,
        by=consult.by,
        party=consult.party,
        joins=consult.joins,
        queue=call.queue or QueueId(offer.queue),
        caller=call.caller,
        language=call.language,
        path=call.path,
        topic=call.topic,
        joined_at=call.joined_at or books.now,
        began_at=books.now,
        expires_at=expires_at,
    )
