"""Raised hands: consultants who ask for help in a talk, and who comes.

Theory of operation. A consultant in a talk raises a hand, once for each talk; raising it again only changes
what it says. Whoever leads them takes it and so is the one who comes; the first stays. It goes down when the
consultant lowers it or is in that talk no more, however the talk ended. Hands are kept in memory alone: a
desktop that starts anew has none up, and the consultant's page shows that it is down.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace

from contact.commands import AgentStanding
from contact.errors import Refused
from contact.events import AgentStateChanged
from contact.ids import AgentId, CallId
from contact.states import AgentState
from contact.times import Seconds


@dataclass(frozen=True, slots=True, kw_only=True)
class Hand:
    """A consultant who asks for help in `call`; `taken_by` is who comes, None while nobody does."""

    agent: AgentId
    call: CallId
    note: str
    raised_at: Seconds
    taken_by: AgentId | None = None
    taken_name: str = ""
    taken_at: Seconds | None = None


class Hands:
    """All hands that are up. `up` is for reading only."""

    def __init__(self) -> None:
        """Start with none up."""
        self.up: dict[AgentId, Hand] = {}
        self.changed: set[AgentId] = set()

    def put_up(self, standing: AgentStanding | None, note: str, now: Seconds) -> Hand:
        """Raise the hand of an agent in a talk; raise `Refused` for anybody else."""
        call = None if standing is None or not _talks(standing.state) else standing.state.call
        if standing is None or call is None:
            message = "only a consultant in a talk can ask for help"
            raise Refused(message, code="not_talking")
        known = self.up.get(standing.agent)
        if known is None or known.call != call:
            known = Hand(agent=standing.agent, call=call, note=note, raised_at=now)
        return self._put(replace(known, note=note))

    def take(self, agent: AgentId, *, by: AgentId, name: str, now: Seconds) -> Hand:
        """Note who comes to help; the first one stays. Raise `Refused` where no hand is up."""
        hand = self.up.get(agent)
        if hand is None:
            message = f"{agent} does not ask for help"
            raise Refused(message, code="not_found")
        if hand.taken_by is not None:
            return hand
        return self._put(replace(hand, taken_by=by, taken_name=name, taken_at=now))

    def put_down(self, agent: AgentId) -> bool:
        """Lower a hand; return whether it was up."""
        if self.up.pop(agent, None) is None:
            return False
        self.changed.add(agent)
        return True

    def follow(self, state: AgentStateChanged) -> None:
        """Lower the hand of whoever is in their talk no more."""
        hand = self.up.get(state.agent)
        if hand is not None and (not _talks(state) or state.call != hand.call):
            self.put_down(state.agent)

    def start_from(self, agents: Mapping[AgentId, AgentStanding]) -> None:
        """Lower the hands of those who, as routing now says, are not in their talk."""
        for agent in tuple(self.up):
            standing = agents.get(agent)
            if standing is None:
                self.put_down(agent)
            else:
                self.follow(standing.state)

    def _put(self, hand: Hand) -> Hand:
        if self.up.get(hand.agent) != hand:
            self.up[hand.agent] = hand
            self.changed.add(hand.agent)
        return hand


def _talks(state: AgentStateChanged) -> bool:
    return state.new is AgentState.TALKING
