"""Who listens to whom, as the pages are told of it.

Theory of operation. Facts of distribution move this: a supervisor's own pages get every move of their
listening as a private frame, and an agent's pop says who listens where the city wants that shown. A
supervisor whose page is gone has nobody to hear any more: their listening is ended.
"""

import logging
from collections.abc import Callable
from dataclasses import replace
from typing import Any, Protocol, TypeAlias, get_args

from contact.errors import CentralaError
from contact.ids import AgentId, CallId
from contact.listen_requests import StopListening
from contact.listening import ListeningBegan, ListeningEnded, ListeningFact, ListeningId, ListeningTurned
from runtime.bus import Bus

log = logging.getLogger(__name__)

FOLLOWED: tuple[type[ListeningFact], ...] = get_args(ListeningFact)
Row: TypeAlias = dict[str, Any]


class Show(Protocol):
    """Where an agent's listeners are shown."""

    def __call__(self, agent: AgentId, listeners: tuple[Row, ...]) -> None:
        """Show who listens to `agent` now."""


class Listenings:
    """The listenings of all supervisors."""

    def __init__(self, *, bus: Bus, send: Callable[[AgentId, Row], None], show: Show | None) -> None:
        """Tell supervisors by `send`; without `show` agents are not told."""
        self._bus = bus
        self._send = send
        self._show = show
        self._known: dict[ListeningId, ListeningBegan] = {}

    def follow(self, fact: ListeningFact) -> None:
        """Move on by one fact."""
        known = self._known.get(fact.listening)
        match fact:
            case ListeningBegan():
                self._known[fact.listening] = fact
            case ListeningTurned() if known is not None:
                self._known[fact.listening] = replace(known, mode=fact.mode)
            case ListeningEnded():
                self._known.pop(fact.listening, None)
            case _:
                return
        now = self._known.get(fact.listening)
        self._send(fact.by, {"id": fact.listening, "call": fact.call, "agent": fact.agent} | _state(now))
        if self._show is not None:
            heard = [one for one in self._known.values() if one.agent == fact.agent]
            self._show(fact.agent, tuple({"name": one.name, "mode": one.mode.value} for one in heard))

    def hears(self, supervisor: AgentId, call: CallId) -> bool:
        """Say whether a supervisor listens to a call just now."""
        return any(one.by == supervisor and one.call == call for one in self._known.values())

    async def page_lost(self, supervisor: AgentId) -> None:
        """End what a supervisor listens to whose phone in the page is gone."""
        for one in [known for known in self._known.values() if known.by == supervisor]:
            try:
                await self._bus.request(StopListening(listening=one.listening, by=supervisor))
            except CentralaError as error:
                log.debug("listening %s is not ended: %s", one.listening, error)


def _state(now: ListeningBegan | None) -> Row:
    if now is None:
        return {"mode": None, "began_at": None}
    return {"mode": now.mode.value, "began_at": now.began_at}
