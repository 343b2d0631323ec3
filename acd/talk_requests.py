"""Answers the requests that are made of a talk while it lasts."""

from collections.abc import Callable

from acd.shell import Shell
from contact.commands import CallStanding, Done, HangUpCall, QueueStanding, Standing
from contact.consult import ConsultEndRequested, ConsultInput
from contact.errors import Refused
from contact.ids import E164, AgentId, CallId, OfferId, QueueId, is_callback
from contact.states import AgentState
from contact.talk import (
    HangUpRequested,
    HoldRequested,
    PageLost,
    RejoinRequested,
    ResumeRequested,
    TalkInput,
    TransferRequested,
)
from contact.talk_requests import HoldTalk, RejoinTalk, ReportLostPage, ResumeTalk, TransferTalk
from contact.times import Seconds
from runtime.bus import Bus

_AWAY = (None, AgentState.LOGGED_OUT, AgentState.NOT_READY)


class TalkRequests:
    """Turns requests about talks into inputs of the engine; what makes no sense now is `Refused`."""

    def __init__(
        self,
        *,
        shell: Shell,
        now: Callable[[], Seconds],
        is_at_page: Callable[[OfferId], bool],
        may_dial: Callable[[E164], bool] = lambda _: False,
    ) -> None:
        """Feed `shell`; ask `is_at_page` whether an offer's talk is at a phone in a browser.

        `may_dial` says whether a number outside can and may be called.
        """
        self._may_dial = may_dial
        self._shell = shell
        self._now = now
        self._is_at_page = is_at_page

    def serve(self, bus: Bus) -> None:
        """Become the server of every request about a talk."""
        bus.serve(HangUpCall, self._hang_up)
        bus.serve(HoldTalk, self._hold)
        bus.serve(ResumeTalk, self._resume)
        bus.serve(TransferTalk, self._transfer)
        bus.serve(RejoinTalk, self._rejoin)
        bus.serve(ReportLostPage, self._page_lost)

    async def _hang_up(self, request: HangUpCall) -> Done:
        talk = self._talk(request.call, "talking", "dialling")
        if talk is None or talk.agent is None:
            raise Refused("nobody is talking on this call", code="not_talking")
        if talk.consult is not None and talk.consult.party.agent == request.by:
            return self._take(ConsultEndRequested(call=request.call, agent=talk.consult.by))
        if talk.agent != request.by:  # who handed the caller on and writes it up has the call, not the talk
            raise Refused("another agent is talking on this call", code="not_talking")
        return self._take(HangUpRequested(call=request.call, agent=talk.agent))

    async def _hold(self, request: HoldTalk) -> Done:
        talk = self._require(request.call, request.agent)
        if talk.held_at is not None:
            raise Refused("this caller is on hold already", code="held_already")
        return self._take(HoldRequested(call=request.call, agent=request.agent))

    async def _resume(self, request: ResumeTalk) -> Done:
        talk = self._require(request.call, request.agent)
        if talk.held_at is None or talk.awaits:
            raise Refused("this caller is not on hold", code="not_held")
        return self._take(ResumeRequested(call=request.call, agent=request.agent))

    async def _rejoin(self, request: RejoinTalk) -> Done:
        talk = self._require(request.call, request.agent)
        if not talk.awaits and not self._is_here(talk):
            raise Refused("another phone has this talk", code="on_desk_phone")
        return self._take(RejoinRequested(call=request.call, agent=request.agent))

    async def _transfer(self, request: TransferTalk) -> Done:
        talk = self._require(request.call, request.agent)
        if is_callback(request.call):
            raise Refused("a citizen who was called back cannot be handed on", code="is_callback")
        if talk.consult is not None:
            raise Refused("somebody is being asked about this caller", code="consulting")
        if request.number:
            return self._transfer_outside(request, talk)
        own = talk.offer.queue if talk.offer is not None else None
        queues = {one.queue: one for one in self._standing().queues}
        queue = queues.get(request.queue or own or QueueId(""))
        if queue is None:
            raise Refused(f"no queue {request.queue}", code="unknown_queue")
        if request.to is None and queue.queue == own:
            raise Refused("the caller is in this queue already", code="same_queue")
        if request.to is not None and (request.to == request.agent or not self._takes(request.to, queue)):
            raise Refused(f"{request.to} takes no calls of this queue now", code="not_there")
        event = TransferRequested(call=request.call, agent=request.agent, queue=queue.queue, to=request.to)
        return self._take(event)

    def _transfer_outside(self, request: TransferTalk, talk: CallStanding) -> Done:
        """Send the caller to a number; they come back to this agent where nobody answers there."""
        if not self._may_dial(request.number):
            raise Refused("this number may not be called from here", code="number_not_allowed")
        if talk.offer is None:
            raise Refused("this agent is not talking on this call", code="not_talking")
        event = TransferRequested(
            call=request.call,
            agent=request.agent,
            queue=talk.offer.queue,
            to=request.agent,
            number=request.number,
        )
        return self._take(event)

    def _takes(self, agent: AgentId, queue: QueueStanding) -> bool:
        known = {one.agent: one.state.new for one in self._standing().agents}
        return agent in queue.members and known.get(agent) not in _AWAY

    def _standing(self) -> Standing:
        return self._shell.engine.standing(self._now())

    async def _page_lost(self, request: ReportLostPage) -> Done:
        calls = self._standing().calls
        for talk in [one for one in calls if one.agent == request.agent and one.place == "talking"]:
            if self._is_here(talk):
                self._take(PageLost(call=talk.call, agent=request.agent))
        return Done()

    def _take(self, event: TalkInput | ConsultInput) -> Done:
        self._shell.take(event)
        return Done()

    def _require(self, call: CallId, agent: AgentId) -> CallStanding:
        talk = self._talk(call, "talking")
        if talk is None or talk.agent != agent:
            raise Refused("this agent is not talking on this call", code="not_talking")
        return talk

    def _talk(self, call: CallId, *places: str) -> CallStanding | None:
        calls = self._standing().calls
        return next((one for one in calls if one.call == call and one.place in places), None)

    def _is_here(self, talk: CallStanding) -> bool:
        return talk.offer is not None and self._is_at_page(talk.offer.offer)
