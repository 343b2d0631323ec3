"""Answers the requests that are made of a consultation."""

from collections.abc import Callable

from acd.shell import Shell
from contact.commands import AgentStanding, CallStanding, Done
from contact.consult import (
    ConsultEndRequested,
    ConsultInput,
    ConsultJoinRequested,
    ConsultRequested,
    ConsultState,
    HandOverRequested,
    Party,
    PartyKind,
)
from contact.errors import Refused
from contact.ids import E164, AgentId, CallId
from contact.states import AgentState, PhoneState
from contact.talk_requests import ConsultParty, EndConsult, HandOver, JoinConsult
from contact.times import Seconds
from runtime.bus import Bus

_BUSY = frozenset({AgentState.RESERVED, AgentState.TALKING, AgentState.WRAP_UP})


class ConsultRequests:
    """Turns requests about consultations into inputs of the engine; what makes no sense now is `Refused`."""

    def __init__(
        self,
        *,
        shell: Shell,
        now: Callable[[], Seconds],
        may_dial: Callable[[E164], bool],
        has_emergency: bool,
    ) -> None:
        """Feed `shell`; `may_dial` says whether a number outside can and may be called."""
        self._shell = shell
        self._now = now
        self._may_dial = may_dial
        self._has_emergency = has_emergency

    def serve(self, bus: Bus) -> None:
        """Become the server of every request about a consultation."""
        bus.serve(ConsultParty, self._consult)
        bus.serve(JoinConsult, self._join)
        bus.serve(EndConsult, self._end)
        bus.serve(HandOver, self._hand_over)

    async def _consult(self, request: ConsultParty) -> Done:
        talk = self._talk(request.call, request.agent)
        if talk.consult is not None:
            raise Refused("somebody is being asked about this caller already", code="consulting")
        if talk.awaits:
            raise Refused("the sound of this talk is not there", code="not_talking")
        match request.party.kind:
            case PartyKind.AGENT:
                self._require_free(request.party, request.agent)
            case PartyKind.EMERGENCY:
                if not self._has_emergency:
                    raise Refused("this city has no line to the emergency service", code="no_emergency_line")
            case PartyKind.OUTSIDE:
                if not self._may_dial(request.party.number):
                    raise Refused("this number may not be called from here", code="number_not_allowed")
        self._take(
            ConsultRequested(call=request.call, agent=request.agent, party=request.party, joins=request.joins)
        )
        if self._talk(request.call, request.agent).consult is None:
            raise Refused(f"{request.party.name} has just become busy", code="busy")
        return Done()

    async def _join(self, request: JoinConsult) -> Done:
        self._require(request.call, request.agent, ConsultState.PRIVATE)
        return self._take(ConsultJoinRequested(call=request.call, agent=request.agent))

    async def _end(self, request: EndConsult) -> Done:
        self._require(request.call, request.agent, *ConsultState)
        return self._take(ConsultEndRequested(call=request.call, agent=request.agent))

    async def _hand_over(self, request: HandOver) -> Done:
        self._require(request.call, request.agent, ConsultState.PRIVATE, ConsultState.JOINED)
        return self._take(HandOverRequested(call=request.call, agent=request.agent))

    def _take(self, event: ConsultInput) -> Done:
        self._shell.take(event)
        return Done()

    def _require_free(self, party: Party, asker: AgentId) -> None:
        known = next((one for one in self._agents() if one.agent == party.agent), None)
        if known is None or known.agent == asker:
            raise Refused(f"no colleague {party.agent}", code="unknown_agent")
        if known.state.new in _BUSY:
            raise Refused(f"{known.name} is busy", code="busy")
        if known.state.new is not AgentState.READY or known.phone is not PhoneState.IDLE:
            raise Refused(f"{known.name} is not at work", code="not_there")

    def _agents(self) -> tuple[AgentStanding, ...]:
        return self._shell.engine.standing(self._now()).agents

    def _require(self, call: CallId, agent: AgentId, *states: ConsultState) -> None:
        talk = self._talk(call, agent)
        if talk.consult is None or talk.consult.state not in states:
            raise Refused("nobody is being asked about this caller", code="not_consulting")

    def _talk(self, call: CallId, agent: AgentId) -> CallStanding:
        calls = self._shell.engine.standing(self._now()).calls
        talk = next((one for one in calls if one.call == call and one.place == "talking"), None)
        if talk is None or talk.agent != agent:
            raise Refused("this agent is not talking on this call", code="not_talking")
        return talk
