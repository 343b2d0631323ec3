"""Answers supervisors who want to hear a talk, and tells what becomes of it.

Theory of operation. Nothing of this is routing's, and nothing of it is journaled: a listening lives in
Asterisk as long as the agent's leg and the supervisor's do, and is over when either ends. A controller that
begins anew, or finds the link to Asterisk again, ends the listenings that it does not know (`known`).
"""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Protocol

from acd.shell import Shell
from contact.browser_phone import endpoint_of
from contact.commands import Done
from contact.errors import Refused
from contact.events import Event
from contact.ids import AgentId, CallId, OfferId
from contact.listen_requests import ListenIn, ListeningStarted, StopListening, TurnListening
from contact.listening import ListeningBegan, ListeningEnded, ListeningId, ListeningTurned, ListenMode
from contact.times import Seconds
from runtime.bus import Bus

LISTENINGS_MAX = 200
PHONE_LOOKS, PHONE_LOOK_S = 60, 0.05


class Listeners(Protocol):
    """The part of telephony that has supervisors' legs."""

    def can_ring(self, device: str) -> bool:
        """Return whether a phone is known to be there."""

    def ring(self, listening: ListeningId, *, offer: OfferId, device: str, mode: ListenMode) -> None:
        """Ring a supervisor's phone for the talk of `offer`."""

    def turn(self, listening: ListeningId, mode: ListenMode) -> None:
        """Let a supervisor be heard by others than before."""

    def drop(self, listening: ListeningId) -> None:
        """End a supervisor's leg."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _One:
    """One listening; `hears` once the supervisor has answered."""

    call: CallId
    agent: AgentId
    by: AgentId
    name: str
    mode: ListenMode
    hears: bool = False


class Listening:
    """All listenings. Its `answered` and `gone` are told by telephony."""

    def __init__(
        self,
        *,
        shell: Shell,
        listeners: Listeners,
        publish: Callable[[Event], None],
        now: Callable[[], Seconds],
        new_id: Callable[[], str],
    ) -> None:
        """Look up talks in `shell`; `new_id` makes ids unlike any other's."""
        self._shell = shell
        self._listeners = listeners
        self._publish = publish
        self._now = now
        self._new_id = new_id
        self._known: dict[ListeningId, _One] = {}

    def serve(self, bus: Bus) -> None:
        """Become the server of every request about listening."""
        bus.serve(ListenIn, self._listen)
        bus.serve(TurnListening, self._turn)
        bus.serve(StopListening, self._stop)

    def answered(self, listening: ListeningId) -> None:
        """The supervisor hears the talk; one that nobody here knows is ended."""
        one = self._known.get(listening)
        if one is None:
            self._listeners.drop(listening)
            return
        if one.hears:
            return  # said again at every turn
        self._known[listening] = replace(one, hears=True)
        began = ListeningBegan(
            listening=listening,
            call=one.call,
            agent=one.agent,
            by=one.by,
            name=one.name,
            mode=one.mode,
            began_at=self._now(),
        )
        self._publish(began)

    def gone(self, listening: ListeningId) -> None:
        """The supervisor's leg is gone, or never was."""
        one = self._known.pop(listening, None)
        if one is not None:
            ended = ListeningEnded(
                listening=listening, call=one.call, agent=one.agent, by=one.by, ended_at=self._now()
            )
            self._publish(ended)

    def forget_all(self) -> None:
        """The link is down: nothing is known of any leg, and what comes back is ended."""
        for listening in list(self._known):
            self.gone(listening)

    async def _listen(self, request: ListenIn) -> ListeningStarted:
        device = endpoint_of(request.extension) if request.in_page else request.extension
        await self._reach(device)
        calls = self._shell.engine.standing(self._now()).calls
        talk = next((one for one in calls if one.call == request.call and one.place == "talking"), None)
        if talk is None or talk.agent is None or talk.offer is None:
            raise Refused("nobody is talking on this call", code="not_talking")
        if any(one.by == request.by for one in self._known.values()):
            raise Refused("one talk can be listened to at a time", code="listening_already")
        if len(self._known) >= LISTENINGS_MAX:
            raise Refused("too many talks are being listened to", code="too_many")
        listening = ListeningId(self._new_id())
        self._known[listening] = _One(
            call=talk.call, agent=talk.agent, by=request.by, name=request.name, mode=request.mode
        )
        self._listeners.ring(listening, offer=talk.offer.offer, device=device, mode=request.mode)
        return ListeningStarted(listening=listening)

    async def _reach(self, device: str) -> None:
        """Wait until a phone is known to be there: a page asks as soon as Asterisk has taken it in."""
        for _ in range(PHONE_LOOKS):
            if self._listeners.can_ring(device):
                return
            await asyncio.sleep(PHONE_LOOK_S)
        raise Refused("the supervisor's phone cannot be reached", code="phone_unreachable")

    async def _turn(self, request: TurnListening) -> Done:
        one = self._require(request.listening, request.by)
        self._known[request.listening] = replace(one, mode=request.mode)
        self._listeners.turn(request.listening, request.mode)
        turned = ListeningTurned(
            listening=request.listening, call=one.call, agent=one.agent, by=one.by, mode=request.mode
        )
        self._publish(turned)
        return Done()

    async def _stop(self, request: StopListening) -> Done:
        self._require(request.listening, request.by)
        self._listeners.drop(request.listening)
        return Done()

    def _require(self, listening: ListeningId, by: AgentId) -> _One:
        one = self._known.get(listening)
        if one is None or one.by != by:
            raise Refused("there is no such listening", code="no_such_listening")
        return one
