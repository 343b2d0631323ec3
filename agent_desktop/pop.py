"""The screen-pop: what a consultant gets on their screen before their phone rings.

Theory of operation. An agent has at most one pop. It is made by `CallOffered`, moves with the facts of
its call, and is dropped when the agent's wrap-up is over or the offer ended without an answer. Every
move sends the whole pop, to its agent only. The caller's history is asked for at once; if it comes
within `HISTORY_GRACE_S` it travels in the first message, else the pop goes without it and a second
message follows. After a restart pops are made again from routing's standing.
"""

import asyncio
import logging
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, Protocol, TypeAlias, get_args

from agent_desktop.live_call import UNKNOWN_LANGUAGE
from agent_desktop.measure import DesktopMeasures
from agent_desktop.pop_cases import cases_of
from agent_desktop.pop_consult import PopConsult
from agent_desktop.recording_state import RecordingMoved, seen, standing_after
from contact.callbacks import CallbackDialled
from contact.case import CallerHistory
from contact.commands import CallStanding, LookUpCaller, Standing
from contact.consult import CallGivenOver, ConsultBegan, ConsultEnded, ConsultFact, ConsultMoved, ConsultState
from contact.errors import CentralaError
from contact.events import AgentStateChanged, CallConnected, CallOffered, CallReleased, OfferEnded
from contact.ids import E164, AgentId, CallId, CaseNumber, Language, OfferId, QueueId
from contact.numbers import WITHHELD
from contact.people import IdentifiedCall
from contact.states import AgentState, OfferState
from contact.talk import CallHeld, CallResumed
from contact.talk_recording import RecordingStanding
from contact.times import Seconds
from runtime.bus import Bus
from runtime.clock import Clock

log = logging.getLogger(__name__)

HISTORY_GRACE_S = 0.005
HISTORY_TIMEOUT_S = 5.0
RELEASED = "released"
CONSULTED = "consulted"
DIALLING = "dialling"
PopEvent: TypeAlias = (
    CallOffered
    | OfferEnded
    | CallbackDialled
    | CallConnected
    | CallHeld
    | CallResumed
    | CallReleased
    | AgentStateChanged
    | ConsultFact
)
FOLLOWED: tuple[type[PopEvent], ...] = get_args(PopEvent)
_WITH_A_CALL = frozenset({AgentState.RESERVED, AgentState.TALKING})


@dataclass(frozen=True, slots=True, kw_only=True)
class Pop:
    """One agent's pop.

    `attempt` counts the diallings of a callback from 1, this one included; 0 for a caller on the line.
    `state` is an offer's state, `dialling` while a citizen is called, `consulted` while a colleague asks
    about their call, then `released` in wrap-up and `closed` after it. `consult` is whom the agent asks, or
    who asks the agent, `listeners` the supervisors who hear the talk. `person` is who the agent said it is, 0
    while nobody said; `linked` are the cases that the call concerns. `history_state` is `loading`,
    `complete`, `incomplete` (a source did not answer) or `missing` (nobody answered).
    """

    call: CallId
    agent: AgentId
    state: str
    caller: E164 = WITHHELD
    offer: OfferId | None = None
    queue: QueueId | None = None
    language: Language = UNKNOWN_LANGUAGE
    path: tuple[str, ...] = ()
    topic: str = ""
    attempt: int = 0
    joined_at: Seconds | None = None
    offered_at: Seconds | None = None
    expires_at: Seconds | None = None
    connected_at: Seconds | None = None
    released_at: Seconds | None = None
    held_at: Seconds | None = None
    awaited: bool = False
    consult: PopConsult | None = None
    recording: RecordingStanding | None = None
    listeners: tuple[dict[str, Any], ...] = ()
    person: int = 0
    person_name: str = ""
    linked: tuple[CaseNumber, ...] = ()
    history: CallerHistory | None = None
    history_state: str = "loading"


class PopSink(Protocol):
    """Where pops go."""

    def __call__(self, pop: Pop) -> None:
        """Send the pop to its agent's screens and to nobody else's."""


class Pops:
    """The pops of all agents."""

    def __init__(
        self,
        *,
        bus: Bus,
        clock: Clock,
        send: PopSink,
        measures: DesktopMeasures,
        grace_s: float = HISTORY_GRACE_S,
    ) -> None:
        """Send every pop through `send`."""
        self._bus = bus
        self._clock = clock
        self._send = send
        self._measures = measures
        self._grace_s = grace_s
        self._pops: dict[AgentId, Pop] = {}
        self._tasks: set[asyncio.Task[None]] = set()

    def of(self, agent: AgentId) -> Pop | None:
        """Return the agent's pop, if they have one."""
        return self._pops.get(agent)

    def follow(self, event: PopEvent) -> None:
        """Move pops on by one event."""
        match event:
            case CallOffered():
                self._open(_from_offer(event))
            case OfferEnded():
                self._offer_ended(event)
            case CallbackDialled(agent=agent, call=call, attempt=attempt):
                self._move(agent, call, state=DIALLING, attempt=attempt)
            case CallConnected():
                self._connected(event)
            case CallHeld(agent=agent, call=call, held_at=held_at, awaits=awaits):
                self._move(agent, call, held_at=held_at, awaited=awaits)
            case CallResumed(agent=agent, call=call):
                self._move(agent, call, held_at=None, awaited=False)
            case CallReleased(agent=agent, call=call, released_at=released_at):
                self._move(agent, call, state=RELEASED, released_at=released_at, held_at=None, awaited=False)
            case AgentStateChanged():
                self._agent_moved(event)
            case ConsultBegan() | ConsultMoved() | ConsultEnded() | CallGivenOver():
                self._follow_consult(event)

    def follow_recording(self, event: RecordingMoved) -> None:
        """Show how the recording of a talk stands."""
        self._move(event.agent, event.call, recording=standing_after(event))

    def identify(self, agent: AgentId, call: CallId, found: IdentifiedCall) -> None:
        """Show who is on the call; where the number told nothing, what is known of the person."""
        pop = self._pops.get(agent)
        if pop is None or pop.call != call:
            return
        self._move(agent, call, person=found.person, person_name=found.name)
        if not pop.caller:
            known = replace(found.history, caller=WITHHELD)
            self._move(agent, call, history=known, history_state="complete")

    def link(self, agent: AgentId, call: CallId, number: CaseNumber) -> None:
        """Show that the call concerns a case."""
        pop = self._pops.get(agent)
        if pop is not None and number not in pop.linked:
            self._move(agent, call, linked=(*pop.linked, number))

    def start_from(self, standing: Standing) -> None:
        """Make the pops that must exist and do not; drop those whose agent is busy no more."""
        calls = {one.call: one for one in standing.calls}
        for agent in standing.agents:
            state = agent.state
            if state.call is None or state.new not in _STATE_OF_AGENT:
                self._close(agent.agent)
                continue
            known = self._pops.get(agent.agent)
            if known is None or known.call != state.call:
                self._open(_from_standing(state, state.call, calls.get(state.call)))

    async def stop(self) -> None:
        """Cancel the look-ups under way."""
        tasks = tuple(self._tasks)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    def show_listeners(self, agent: AgentId, listeners: tuple[dict[str, Any], ...]) -> None:
        """Show on an agent's page who listens to them."""
        pop = self._pops.get(agent)
        if pop is not None:
            self._move(agent, pop.call, listeners=listeners)

    def _open(self, pop: Pop) -> None:
        self._pops[pop.agent] = pop
        if pop.history_state != "loading":
            self._send(pop)
            return
        task = asyncio.create_task(self._fill(pop), name=f"history for offer {pop.offer}")
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _fill(self, pop: Pop) -> None:
        """Send the pop with the history if that is there in a moment, else without, and then with it."""
        began_at = self._clock.now()
        look_up = asyncio.create_task(self._look_up(pop))
        try:
            done, _ = await asyncio.wait({look_up}, timeout=self._grace_s)
            if not done:
                self._send_current(pop)
            history = await look_up
        finally:
            look_up.cancel()
        self._measures.history.observe(max(0.0, self._clock.now() - began_at))
        state = "missing" if history is None else "complete" if history.complete else "incomplete"
        # What is just being offered concerns no case yet.
        linked = () if pop.state == OfferState.PENDING.value else await cases_of(self._bus, pop.call)
        current = self._pops.get(pop.agent)
        if current is not None and current.call == pop.call:
            linked = linked or current.linked
            self._pops[pop.agent] = replace(current, history=history, history_state=state, linked=linked)
            self._send_current(pop)

    async def _look_up(self, pop: Pop) -> CallerHistory | None:
        if not pop.caller:
            return CallerHistory(caller=pop.caller)
        try:
            return await self._bus.request(LookUpCaller(caller=pop.caller), timeout_s=HISTORY_TIMEOUT_S)
        except CentralaError as error:
            log.warning("no history for the offer %s: %s", pop.offer, error)
            return None

    def _send_current(self, pop: Pop) -> None:
        current = self._pops.get(pop.agent)
        if current is not None and current.call == pop.call:
            self._measures.pops.inc()
            self._send(current)

    def _move(self, agent: AgentId, call: CallId, **values: Any) -> None:
        pop = self._pops.get(agent)
        if pop is not None and pop.call == call:
            self._pops[agent] = replace(pop, **values)
            self._send(self._pops[agent])

    def _follow_consult(self, event: ConsultFact) -> None:
        """Show a consultation on the page of the agent who asks, and on that of a colleague who is asked."""
        colleague = event.party.agent
        match event:
            case ConsultBegan():
                consult = PopConsult.began(event)
                self._move(event.by, event.call, consult=consult)
                if colleague is not None:
                    self._open(_from_consult(event, colleague, consult))
            case ConsultMoved(state=state, moved_at=moved_at):
                self._consult_moved(event.by, event, state, moved_at)
                if colleague is not None:
                    self._consult_moved(colleague, event, state, moved_at)
                    self._move(colleague, event.call, state=CONSULTED, connected_at=moved_at)
            case ConsultEnded() | CallGivenOver():
                self._move(event.by, event.call, consult=None)
                asked = self._pops.get(colleague) if colleague is not None else None
                if isinstance(event, ConsultEnded) and asked is not None and asked.offer == event.consult:
                    self._close(asked.agent)

    def _consult_moved(
        self, agent: AgentId, event: ConsultMoved, state: ConsultState, moved_at: Seconds
    ) -> None:
        pop = self._pops.get(agent)
        if pop is not None and pop.consult is not None and pop.consult.consult == event.consult:
            self._move(agent, event.call, consult=replace(pop.consult, state=state, since_at=moved_at))

    def _offer_ended(self, event: OfferEnded) -> None:
        pop = self._pops.get(event.agent)
        if event.state is OfferState.ACCEPTED or pop is None or pop.offer != event.offer:
            return
        del self._pops[event.agent]
        self._send(replace(pop, state=event.state.value))

    def _connected(self, event: CallConnected) -> None:
        pop = self._pops.get(event.agent)
        if pop is None or pop.call != event.call:
            pop = Pop(call=event.call, agent=event.agent, state="", history_state="missing")
        self._pops[event.agent] = replace(
            pop,
            offer=event.offer,
            queue=event.queue,
            joined_at=event.joined_at,
            state=OfferState.ACCEPTED.value,
            connected_at=event.connected_at,
            consult=None,
        )
        self._send(self._pops[event.agent])

    def _agent_moved(self, event: AgentStateChanged) -> None:
        # Only what is being wrapped up ends with the wrap-up: the next offer may already be here.
        pop = self._pops.get(event.agent)
        was_wrap_up = event.old is AgentState.WRAP_UP and event.new is not AgentState.WRAP_UP
        if was_wrap_up and pop is not None and pop.state == RELEASED:
            self._close(event.agent)
        gave_up = event.old is AgentState.RESERVED and event.new not in _WITH_A_CALL
        if gave_up and pop is not None and pop.state == DIALLING:
            self._close(event.agent)

    def _close(self, agent: AgentId) -> None:
        pop = self._pops.pop(agent, None)
        if pop is not None:
            self._send(replace(pop, state="closed"))


_STATE_OF_AGENT: Mapping[AgentState, str] = {
    AgentState.RESERVED: OfferState.PENDING.value,
    AgentState.TALKING: OfferState.ACCEPTED.value,
    AgentState.WRAP_UP: RELEASED,
}


def _from_standing(state: AgentStateChanged, call: CallId, live: CallStanding | None) -> Pop:
    """Return the pop of a call that was there before us; where it is gone already, little is known."""
    pop = Pop(call=call, agent=state.agent, state="", history_state="missing")
    if live is not None and live.offer is not None:
        pop = _from_offer(live.offer)
    elif live is not None and live.waiting is not None:
        pop = replace(
            pop,
            queue=live.waiting.queue,
            language=live.waiting.language,
            path=live.waiting.path,
            topic=live.waiting.topic,
            joined_at=live.waiting.joined_at,
        )
    if live is not None:
        pop = replace(
            pop,
            caller=live.caller,
            held_at=live.held_at,
            awaited=live.awaits,
            recording=seen(live.recording),
            history_state="loading",
        )
    consult = None if live is None else live.consult
    if consult is not None:
        pop = replace(pop, consult=PopConsult.standing(consult))
    if consult is not None and consult.party.agent == state.agent:
        rings = consult.state is ConsultState.DIALLING
        asked = OfferState.PENDING.value if rings else CONSULTED
        return replace(pop, agent=state.agent, state=asked, offer=consult.consult, held_at=None)
    return replace(
        pop,
        agent=state.agent,
        state=DIALLING if live is not None and live.place == DIALLING else _STATE_OF_AGENT[state.new],
        connected_at=state.since_at if state.new is AgentState.TALKING else None,
        released_at=state.since_at if state.new is AgentState.WRAP_UP else None,
    )


def _from_consult(event: ConsultBegan, colleague: AgentId, consult: PopConsult) -> Pop:
    """Return what a colleague sees who is asked about another agent's call."""
    return Pop(
        call=event.call,
        agent=colleague,
        state=OfferState.PENDING.value,
        caller=event.caller,
        offer=event.consult,
        queue=event.queue,
        language=event.language,
        path=event.path,
        topic=event.topic,
        joined_at=event.joined_at,
        offered_at=event.began_at,
        expires_at=event.expires_at,
        consult=consult,
    )


def _from_offer(event: CallOffered) -> Pop:
    return Pop(
        call=event.call,
        agent=event.agent,
        state=OfferState.PENDING.value,
        caller=event.caller,
        offer=event.offer,
        queue=event.queue,
        language=event.language,
        path=event.path,
        topic=event.topic,
        joined_at=event.joined_at,
        offered_at=event.offered_at,
        expires_at=event.expires_at,
        attempt=event.attempt,
    )
