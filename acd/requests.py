"""Answers the requests that other roles make of distribution."""

from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import UTC, tzinfo
from functools import partial

from acd.explanation import Known, describe
from acd.measure import Measure, WaitFigures
from acd.shell import Shell
from acd.wording import WORDINGS
from contact.commands import (
    CallExplanation,
    ChangePriority,
    CompleteWrapUp,
    ConfigureAgent,
    DeclineOffer,
    Done,
    EstimateWait,
    ExpectedWait,
    ExplainCall,
    ExtendWrapUp,
    GetStanding,
    MoveCall,
    QueueStanding,
    RemoveAgent,
    SetAvailability,
    Standing,
)
from contact.consult import ConsultState
from contact.errors import Refused
from contact.events import (
    AgentConfigured,
    AgentRemoved,
    AgentStateChanged,
    AvailabilityRequested,
    CallEnded,
    CallWaiting,
    Fact,
    OfferDeclined,
    WrapUpCompleted,
    WrapUpExtended,
)
from contact.ids import AgentId, CallId, QueueId
from contact.states import AgentState
from contact.steering import CallMoved, PriorityChanged
from contact.times import Seconds
from runtime.bus import Bus
from runtime.clock import Clock


class Requests:
    """Turns requests into inputs of the engine; what makes no sense now is `Refused`."""

    def __init__(
        self,
        *,
        shell: Shell,
        clock: Clock,
        measure: Measure,
        zone: tzinfo = UTC,
        look_up: Callable[[CallId], Awaitable[tuple[Fact, ...]]] | None = None,
    ) -> None:
        """Answer from, and feed, `shell`.

        Explanations tell the time in `zone`; `look_up` finds the facts of a call that `shell` has forgotten.
        """
        self._zone = zone
        self._look_up = look_up or _nothing
        self._shell = shell
        self._clock = clock
        measure.waiting.set_function(lambda: self._count_calls("waiting"))
        measure.ready.set_function(self._count_ready)
        self._measure = measure
        self.watch_waits()

    def serve(self, bus: Bus) -> None:
        """Become the server of every request that distribution answers."""
        bus.serve(SetAvailability, self._set_availability)
        bus.serve(DeclineOffer, self._decline)
        bus.serve(CompleteWrapUp, self._complete_wrap_up)
        bus.serve(ExtendWrapUp, self._extend_wrap_up)
        bus.serve(ConfigureAgent, self._configure)
        bus.serve(RemoveAgent, self._remove)
        bus.serve(ChangePriority, self._change_priority)
        bus.serve(MoveCall, self._move_call)
        bus.serve(GetStanding, self._standing)
        bus.serve(ExplainCall, self._explain)
        bus.serve(EstimateWait, self._estimate_wait)

    async def _set_availability(self, request: SetAvailability) -> Done:
        self._require_agent(request.agent)
        self._shell.take(
            AvailabilityRequested(
                agent=request.agent,
                availability=request.availability,
                reason=request.reason,
                by=request.by,
            )
        )
        return Done()

    async def _decline(self, request: DeclineOffer) -> Done:
        call = next(
            (one for one in self._now().calls if one.offer and one.offer.offer == request.offer), None
        )
        is_offered = call is not None and call.agent == request.agent and call.place == "offered"
        if not is_offered and not self._consults(request):
            raise Refused("this offer is over", code="offer_over")
        self._shell.take(OfferDeclined(offer=request.offer, agent=request.agent))
        return Done()

    def _consults(self, request: DeclineOffer) -> bool:
        """Tell whether an offer rings a colleague who is asked about another agent's call."""
        found = (one.consult for one in self._now().calls if one.consult is not None)
        return any(
            one.consult == request.offer
            and one.party.agent == request.agent
            and one.state is ConsultState.DIALLING
            for one in found
        )

    async def _complete_wrap_up(self, request: CompleteWrapUp) -> Done:
        self._require_wrap_up(request.agent, request.call)
        self._shell.take(WrapUpCompleted(agent=request.agent, call=request.call))
        return Done()

    async def _extend_wrap_up(self, request: ExtendWrapUp) -> Done:
        self._require_wrap_up(request.agent, request.call)
        before = self._state(request.agent).until_at
        self._shell.take(WrapUpExtended(agent=request.agent, call=request.call))
        if self._state(request.agent).until_at == before:
            raise Refused("wrap-up can be extended once only", code="extended_already")
        return Done()

    async def _configure(self, request: ConfigureAgent) -> Done:
        taken = {one.extension: one.agent for one in self._now().agents}
        if taken.get(request.extension, request.agent) != request.agent:
            raise Refused(f"extension {request.extension} is another agent's", code="extension_taken")
        self._shell.take(
            AgentConfigured(
                agent=request.agent,
                name=request.name,
                extension=request.extension,
                skills=request.skills,
                wrap_up_s=request.wrap_up_s,
            )
        )
        return Done()

    async def _remove(self, request: RemoveAgent) -> Done:
        self._shell.take(AgentRemoved(agent=request.agent))
        return Done()

    async def _change_priority(self, request: ChangePriority) -> Done:
        self._require_waiting(request.call)
        self._shell.take(PriorityChanged(call=request.call, priority=request.priority, by=request.by))
        return Done()

    async def _move_call(self, request: MoveCall) -> Done:
        self._require_waiting(request.call)
        if all(one.queue != request.queue for one in self._now().queues):
            raise Refused(f"no queue {request.queue}", code="unknown_queue")
        self._shell.take(CallMoved(call=request.call, queue=request.queue, by=request.by))
        return Done()

    def _require_waiting(self, call: CallId) -> None:
        if all(one.call != call or one.waiting is None for one in self._now().calls):
            raise Refused("nobody waits on this call", code="not_waiting")

    async def _standing(self, _request: GetStanding) -> Standing:
        standing = self._now()
        return replace(standing, queues=tuple(self._with_wait(one, standing.at) for one in standing.queues))

    def _with_wait(self, queue: QueueStanding, now: Seconds) -> QueueStanding:
        """Return `queue` with what its next caller is to expect, and how wrong that has been."""
        pace = self._shell.pace
        learned = pace.of(queue.queue)
        return replace(
            queue,
            expected_wait_s=self._shell.engine.expected_wait_in(pace, queue.queue, now).wait_s,
            wait_error_bias_s=learned.bias_s,
            wait_error_p80_s=learned.error_p80_s,
            wait_error_calls=len(learned.errors_s),
        )

    async def _estimate_wait(self, request: EstimateWait) -> ExpectedWait:
        shell = self._shell
        found = shell.engine.expected_wait(shell.pace, request.call, self._clock.now())
        if found is None:
            raise Refused("this caller does not wait", code="not_waiting")
        return ExpectedWait(
            call=request.call,
            queue=found.queue,
            position=found.position,
            wait_s=found.wait_s,
            error_p80_s=shell.pace.of(found.queue).error_p80_s,
        )

    async def _explain(self, request: ExplainCall) -> CallExplanation:
        facts = self._shell.facts_of(request.call)
        if not any(_is_beginning(fact) for fact in facts):
            facts = await self._look_up(request.call) or facts
        standing = self._now()
        known = Known(
            agents={one.agent: one for one in standing.agents},
            queues={one.queue: one for one in standing.queues},
            zone=self._zone,
        )
        return CallExplanation(
            facts=facts, words=tuple((one.language, describe(facts, known, one)) for one in WORDINGS)
        )

    def _now(self) -> Standing:
        return self._shell.engine.standing(self._clock.now())

    def _state(self, agent: AgentId) -> AgentStateChanged:
        return next(one.state for one in self._now().agents if one.agent == agent)

    def _require_agent(self, agent: AgentId) -> None:
        if all(one.agent != agent for one in self._now().agents):
            raise Refused(f"no agent {agent}", code="unknown_agent")

    def _require_wrap_up(self, agent: AgentId, call: CallId) -> None:
        self._require_agent(agent)
        state = self._state(agent)
        if state.new is not AgentState.WRAP_UP or state.call != call:
            raise Refused("this call is not in wrap-up", code="not_in_wrap_up")

    def watch_waits(self) -> None:
        """Measure the waits of every queue that there is now."""
        for queue in self._now().queues:
            self._measure.watch_waits(queue.queue, partial(self._wait_figures, queue.queue))

    def _count_calls(self, place: str) -> float:
        return float(sum(one.place == place for one in self._now().calls))

    def _wait_figures(self, queue: QueueId) -> WaitFigures:
        shell, learned = self._shell, self._shell.pace.of(queue)
        expected = shell.engine.expected_wait_in(shell.pace, queue, self._clock.now())
        return WaitFigures(expected.wait_s, learned.bias_s, learned.error_p80_s)

    def _count_ready(self) -> float:
        return float(sum(one.state.new is AgentState.READY for one in self._now().agents))


def _is_beginning(fact: Fact) -> bool:
    """Return whether nothing can have been decided about a call before `fact`."""
    return isinstance(fact, CallWaiting) or (isinstance(fact, CallEnded) and fact.queued_at is None)


async def _nothing(_call: CallId) -> tuple[Fact, ...]:
    return ()
