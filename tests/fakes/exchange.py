"""A pretend telephone exchange: takes the engine's orders and can be told what its phones do.

It keeps the media truth (who waits, whose phone rings, who talks) the way Asterisk would, gives back the
events Asterisk would raise, and can report all of it for a resynchronisation.
"""

from collections import Counter
from dataclasses import dataclass, field, replace

from contact.commands import Command, Destination, HangUpLeg, LeaveQueue, OfferCall, RescindOffer
from contact.consult import (
    ConsultEnd,
    ConsultId,
    ConsultOrder,
    DropParty,
    GiveCaller,
    JoinParty,
    PartyAnswered,
    PartyGone,
    RingParty,
)
from contact.events import (
    CallArrived,
    CallDiverted,
    CallHungUp,
    CallQueued,
    Input,
    LiveOffer,
    OfferAnswered,
    OfferFailed,
    PhoneChanged,
    TalkEnded,
    TelephonyResynced,
)
from contact.ids import (
    E164,
    CallId,
    ChannelName,
    Extension,
    Language,
    LegId,
    OfferId,
    QueueId,
    offer_channel_id,
)
from contact.missed import TalkMissed
from contact.states import OfferCause, Outcome, PhoneState
from contact.talk import EndHeld, HoldCall, RejoinCall, ResumeCall, TalkOrder, TransferCall
from contact.talk_recording import AimRecording, KeepConsent, MuteRecording, RecordingOrder, StopRecording
from tests.fakes.tape import Tape


@dataclass
class Exchange:
    """`legs` are agents' channels by offer; `talking` those of them that are bridged.

    `held` are callers who hear music in a talk, whether its leg is still there or not.

    `talked` are all callers who ever were; `missed` tells how their talks ended. `dialling` are legs from
    which a citizen is called; `dialled` how often that happened to each callback. `parties` are the legs of
    consulted thirds, colleagues among them; `asked` those who have answered, `joined` those who hear a talk
    and are heard in it, by the offer of that talk.
    """

    waiting: dict[CallId, CallQueued] = field(default_factory=dict)
    in_ivr: set[CallId] = field(default_factory=set)
    after: set[CallId] = field(default_factory=set)
    legs: dict[OfferId, OfferCall] = field(default_factory=dict)
    talking: dict[OfferId, CallId] = field(default_factory=dict)
    dialling: dict[OfferId, CallId] = field(default_factory=dict)
    dialled: Counter[CallId] = field(default_factory=Counter)
    phones: dict[Extension, PhoneState] = field(default_factory=dict)
    made: list[OfferCall] = field(default_factory=list)
    left: list[LeaveQueue] = field(default_factory=list)
    held: dict[OfferId, CallId] = field(default_factory=dict)
    queued: dict[CallId, CallQueued] = field(default_factory=dict)
    missed: list[TalkMissed] = field(default_factory=list)
    parties: dict[ConsultId, RingParty] = field(default_factory=dict)
    asked: set[ConsultId] = field(default_factory=set)
    joined: dict[ConsultId, OfferId] = field(default_factory=dict)
    talked: set[CallId] = field(default_factory=set)
    tape: Tape = field(default_factory=Tape)
    numbered: int = 0

    def carry_out(self, commands: tuple[Command, ...]) -> list[Input]:
        """Do what the engine ordered; return the events that follow at once."""
        events: list[Input] = []
        for command in commands:
            match command:
                case OfferCall():
                    self.made.append(command)
                    self.legs[command.offer] = command
                    self.tape.aim(command.offer, records=command.records)
                case RescindOffer():
                    events += self.end_leg(command.offer, OfferCause.WITHDRAWN)
                case LeaveQueue() if command.call in self.waiting:
                    events += self._leave(command)
                case HangUpLeg():
                    events += self._hang_up_leg(command)
                case HoldCall() | ResumeCall() | RejoinCall() | EndHeld():
                    events += self._control(command)
                case TransferCall():
                    events += self._transfer(command)
                case RingParty() | JoinParty() | DropParty() | GiveCaller():
                    events += self._consult(command)
                case KeepConsent() | AimRecording() | MuteRecording() | StopRecording():
                    self._record(command)
        return events

    def _hang_up_leg(self, order: HangUpLeg) -> list[Input]:
        gone = [one for one in self.legs if offer_channel_id(one) == order.leg]
        return [event for offer in gone for event in self.end_leg(offer, OfferCause.WITHDRAWN)]

    def _record(self, order: RecordingOrder) -> None:
        self.tape.obey(order)
        if isinstance(order, KeepConsent):
            for known in (one for one in (self.queued, self.waiting) if order.call in one):
                known[order.call] = replace(known[order.call], consented_at=order.consented_at)

    def _leave(self, order: LeaveQueue) -> list[Input]:
        """Send a waiting caller where the dialplan would, which is silent about the menu."""
        del self.waiting[order.call]
        self.left.append(order)
        if order.destination in (Destination.MENU, Destination.CALLBACK):
            self.in_ivr.add(order.call)
            return []
        self.after.add(order.call)
        is_voicemail = order.destination is Destination.VOICEMAIL
        outcome = Outcome.VOICEMAIL if is_voicemail else Outcome.OVERFLOWED
        return [CallDiverted(call=order.call, outcome=outcome, destination=order.destination)]

    def _control(self, order: TalkOrder) -> list[Input]:
        """Do what is asked of a talk; one that is over is left alone."""
        match order:
            case HoldCall(offer=offer, keeps_leg=keeps_leg) if offer in self.talking:
                self.held[offer] = self.talking.pop(offer)
                if not keeps_leg:
                    del self.legs[offer]
                    return [TalkEnded(offer=offer, by_caller=True)]
            case ResumeCall(offer=offer, call=call) if offer in self.held and offer in self.legs:
                self.talking[offer] = self.held.pop(offer)
                return self.tape.met(offer, call)
            case RejoinCall(offer=offer, call=call) if offer in self.held or offer in self.talking:
                self.tape.aim(offer, records=order.records)
                self.talking[offer] = self.held.pop(offer, call)
                self.legs[offer] = next(one for one in self.made if one.offer == offer)
                return self.tape.met(offer, call)
            case EndHeld(call=call) if call in self.held.values():
                self.held = {offer: one for offer, one in self.held.items() if one != call}
                self.after.add(call)
        return []

    def _consult(self, order: ConsultOrder) -> list[Input]:
        """Do what is asked of a consultation; what is over is left alone."""
        match order:
            case RingParty(offer=offer):
                self.parties[order.consult] = order
                if order.extension is not None:
                    self.legs[order.consult] = self._as_offered(order)
                if order.holds and offer in self.talking:
                    self.held[offer] = self.talking.pop(offer)
            case JoinParty(offer=offer) if order.consult in self.asked and offer in self.held:
                self.joined[order.consult] = offer
                self.talking[offer] = self.held.pop(offer)
                return self.tape.met(offer, order.call)
            case DropParty():
                return self.end_party(order.consult)
            case GiveCaller() if order.consult in self.asked and order.call in self.held.values():
                self.held = {one: call for one, call in self.held.items() if call != order.call}
                return self._take_caller(order.consult, order.call)
            case _:
                pass
        return []

    def _as_offered(self, order: RingParty) -> OfferCall:
        assert order.extension is not None
        assert order.party.agent is not None
        offered = OfferCall(
            offer=order.consult,
            call=order.call,
            caller_channel=order.caller_channel,
            agent=order.party.agent,
            extension=order.extension,
            caller=order.caller,
            ring_timeout_s=order.ring_timeout_s,
        )
        self.made.append(offered)
        return offered

    def _take_caller(self, consult: ConsultId, call: CallId) -> list[Input]:
        """A party and a caller are in one bridge from here on; only a colleague's is a talk of ours."""
        self.joined.pop(consult, None)
        if consult not in self.legs:
            self.after.add(call)
            return []
        del self.parties[consult]
        self.asked.discard(consult)
        self.talking[consult] = call
        return self.tape.met(consult, call)

    def answer_party(self, consult: ConsultId) -> list[Input]:
        """A third picks up."""
        order = self.parties[consult]
        self.asked.add(consult)
        if order.joins and order.offer in self.talking:
            self.joined[consult] = order.offer
        is_agent = order.extension is not None
        return [OfferAnswered(offer=consult) if is_agent else PartyAnswered(consult=consult)]

    def end_party(self, consult: ConsultId, end: ConsultEnd = ConsultEnd.NO_ANSWER) -> list[Input]:
        """The leg of a third ends, ringing or not."""
        order = self.parties.pop(consult, None)
        if order is None:
            return []
        was_asked = consult in self.asked
        self.asked.discard(consult)
        self.joined.pop(consult, None)
        if order.extension is None:
            return [PartyGone(consult=consult, end=end)]
        del self.legs[consult]
        return [
            TalkEnded(offer=consult) if was_asked else OfferFailed(offer=consult, cause=OfferCause.NO_ANSWER)
        ]

    def _transfer(self, order: TransferCall) -> list[Input]:
        """Let the caller of a talk wait in another queue; the leg that was bridged to them ends."""
        events: list[Input] = []
        for offer, call in [*self.talking.items(), *self.held.items()]:
            if call != order.call:
                continue
            if self.talking.pop(offer, None) is not None:
                del self.legs[offer]
                events.append(TalkEnded(offer=offer, by_caller=True))
            self.held.pop(offer, None)
            again = replace(self.queued[call], queue=order.queue)
            self.waiting[call] = self.queued[call] = again
            events.append(again)
        return events

    def give_up(self, offer: OfferId) -> list[Input]:
        """A held caller whose agent's leg is gone waits again; a citizen called back has no place to."""
        if offer not in self.held or offer in self.legs:
            return []
        if self.held[offer] not in self.queued:
            return self.hang_up(self.held[offer])
        again = self.queued[self.held.pop(offer)]
        self.waiting[again.call] = again
        return [again]

    def arrive(self) -> CallArrived:
        self.numbered += 1
        call = CallId(f"c{self.numbered:05d}")
        self.in_ivr.add(call)
        return CallArrived(
            call=call,
            leg=LegId(call),
            channel=ChannelName(f"PJSIP/trunk-{call}"),
            caller=E164("+48600100200"),
            dialled="19115",
        )

    def queue(
        self, call: CallId, queue: str, joined_at: float, *, requirement: str = "", priority: int = 0
    ) -> CallQueued:
        event = CallQueued(
            call=call,
            leg=LegId(call),
            channel=ChannelName(f"PJSIP/trunk-{call}"),
            caller=E164("+48600100200"),
            queue=QueueId(queue),
            requirement=requirement,
            priority=priority,
            language=Language("pl"),
            joined_at=joined_at,
        )
        self.in_ivr.discard(call)
        self.waiting[call] = self.queued[call] = event
        return event

    def take_missed(self) -> list[TalkMissed]:
        """Return the talks that have ended, for one who did not see it; each is told once."""
        missed, self.missed = self.missed, []
        return missed

    def _note_end(self, offer: OfferId, *, by_caller: bool) -> None:
        """Note the end of a talk; this exchange has no clock, so it is told as of the present."""
        always = 1e12
        self.missed.append(
            TalkMissed(offer=offer, answered_at=0, ended_at=always, has_met=True, by_caller=by_caller)
        )

    def answer(self, offer: OfferId) -> list[Input]:
        """The agent picks up: bridged at once, unless the caller is gone."""
        order = self.legs[offer]
        events: list[Input] = [OfferAnswered(offer=offer)]
        if order.dial_timeout_s is not None:
            self.dialling[offer] = order.call
            self.dialled[order.call] += 1
            return events
        if order.call in self.waiting:
            del self.waiting[order.call]
            self.talking[offer] = order.call
            self.talked.add(order.call)
            return [*events, *self.tape.met(offer, order.call)]
        del self.legs[offer]
        return [*events, TalkEnded(offer=offer)]

    def pick_up(self, offer: OfferId) -> list[Input]:
        """The citizen whom an agent's leg dials answers."""
        call = self.talking[offer] = self.dialling.pop(offer)
        self.talked.add(call)
        return self.tape.met(offer, call)

    def fail(self, offer: OfferId, cause: int) -> list[Input]:
        """The citizen does not answer; the agent's leg ends behind theirs."""
        call = self.dialling.pop(offer)
        del self.legs[offer]
        return [CallHungUp(call=call, cause=cause), TalkEnded(offer=offer)]

    def end_leg(self, offer: OfferId, cause: OfferCause) -> list[Input]:
        """The agent's channel ends, ringing or talking."""
        if offer not in self.legs:
            return []
        if offer in self.dialling or offer in self.parties:
            return self.fail(offer, 0) if offer in self.dialling else self.end_party(ConsultId(offer))
        del self.legs[offer]
        if offer in self.held:
            return [TalkEnded(offer=offer)]
        call = self.talking.pop(offer, None)
        if call is None:
            return [OfferFailed(offer=offer, cause=cause)]
        self._note_end(offer, by_caller=False)
        third = next((one for one, talk in self.joined.items() if talk == offer), None)
        if third is not None:
            return [TalkEnded(offer=offer), *self._take_caller(third, call)]
        self.after.add(call)
        return [TalkEnded(offer=offer)]

    def hang_up(self, call: CallId) -> list[Input]:
        """The caller hangs up, wherever they are; a bridged agent's leg follows."""
        self.waiting.pop(call, None)
        self.in_ivr.discard(call)
        self.after.discard(call)
        events: list[Input] = [CallHungUp(call=call, cause=16)]
        for offer, talking in list(self.talking.items()):
            if talking == call:
                del self.talking[offer], self.legs[offer]
                self._note_end(offer, by_caller=True)
                events.append(TalkEnded(offer=offer))
        for offer, held in list(self.held.items()):
            if held == call:
                del self.held[offer]
                if self.legs.pop(offer, None) is not None:
                    events.append(TalkEnded(offer=offer))
        gone = [one for one, order in self.parties.items() if order.call == call and one in self.asked]
        return events + [event for one in gone for event in self.end_party(one)]

    @property
    def ringing(self) -> list[OfferId]:
        """The offers at whose phones nobody has picked up."""
        busy = {*self.talking, *self.dialling, *self.held, *self.parties}
        return [one for one in self.legs if one not in busy]

    @property
    def calls(self) -> list[CallId]:
        return sorted({*self.waiting, *self.in_ivr, *self.after, *self.talking.values(), *self.held.values()})

    def report(self) -> TelephonyResynced:
        """Everything as it is, for a resynchronisation."""
        return TelephonyResynced(
            calls=tuple(self.calls),
            waiting=tuple(self.waiting.values()),
            offers=tuple(
                LiveOffer(
                    offer=offer,
                    call=order.call,
                    extension=order.extension,
                    answered=offer in {*self.talking, *self.dialling, *self.held, *self.asked},
                    bridged=offer not in self.held and offer not in self.dialling,
                    consults=offer in self.asked,
                    records=offer in self.tape.running and offer in self.talking,
                )
                for offer, order in self.legs.items()
            ),
            phones=tuple(PhoneChanged(extension=e, state=s) for e, s in self.phones.items()),
            parties=tuple(one for one, order in self.parties.items() if order.extension is None),
        )
