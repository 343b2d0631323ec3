"""A snapshot: the books as a value that can be written down and read back exactly."""

from dataclasses import dataclass, replace

from acd.core import arrival, offering
from acd.core.agent import Agent
from acd.core.books import Books
from acd.core.call import Call, Offer, Place
from acd.core.pace import QueuePace
from acd.core.queue_log_lines import LogMark
from acd.core.timers import Deadline
from contact.ids import E164, AgentId, CallId, Extension, QueueId
from contact.states import PhoneState
from contact.times import Seconds


@dataclass(frozen=True, slots=True, kw_only=True)
class Snapshot:
    """Everything an engine knows; only its policy comes from elsewhere. `at` is its last `now`.

    `pace` and `log` are not the engine's: what whoever feeds it has learned of its pace (`acd.core.pace`) and
    how far the queue_log is written (`acd.core.queue_log_lines`) is kept along.
    """

    at: Seconds
    run: str
    sequence: int
    telephony_up: bool
    agents: tuple[Agent, ...]
    calls: tuple[Call, ...]
    offers: tuple[Offer, ...]
    deadlines: tuple[Deadline, ...]
    stale: tuple[tuple[str, int], ...]
    phones: tuple[tuple[Extension, PhoneState], ...] = ()
    last_agents: tuple[tuple[E164, AgentId, Seconds], ...] = ()
    orders: tuple[tuple[str, CallId], ...] = ()
    left_places: tuple[tuple[E164, QueueId, Seconds, Seconds], ...] = ()
    pace: tuple[QueuePace, ...] = ()
    log: LogMark | None = None


def write_snapshot(books: Books) -> Snapshot:
    """Return the books as a value of its own: later steps of the engine do not show in it."""
    return Snapshot(
        at=books.now,
        run=books.run,
        sequence=books.sequence,
        telephony_up=books.telephony_up,
        agents=tuple(replace(agent) for agent in books.agents.values()),
        calls=tuple(replace(call) for call in books.calls.values()),
        offers=tuple(replace(offer) for offer in books.offers.values()),
        deadlines=books.timers.deadlines(),
        stale=tuple(sorted(books.stale.items())),
        phones=tuple(sorted(books.phones.items())),
        last_agents=tuple((caller, *last) for caller, last in books.last_agents.items()),
        orders=tuple(books.orders.items()),
        left_places=tuple((*whose, *place) for whose, place in books.left_places.items()),
    )


def read_snapshot(books: Books, snapshot: Snapshot) -> None:
    """Fill empty books from a snapshot; callers wait in their old order under the present policy."""
    books.now, books.sequence = snapshot.at, snapshot.sequence
    books.telephony_up = snapshot.telephony_up
    books.stale.update(dict(snapshot.stale))
    books.phones.update(dict(snapshot.phones))
    books.last_agents.update({caller: (agent, at) for caller, agent, at in snapshot.last_agents})
    books.orders.update(snapshot.orders)
    books.left_places.update({(caller, queue): (a, b) for caller, queue, a, b in snapshot.left_places})
    for agent in snapshot.agents:
        mine = replace(agent)
        books.add_agent(mine)
        books.index(mine)
    for offer in snapshot.offers:
        books.offers[offer.offer] = replace(offer)
    for kept in snapshot.calls:
        call = replace(kept)
        call.asked = arrival.asked_by(books, call.requirement)
        books.calls[call.call] = call
        if call.callback is not None:
            books.callbacks[(call.callback.queue, call.caller)] = call.call
        if call.place is Place.WAITING:
            books.let_wait(call, offering.requirement_of(books, call))
    for deadline in snapshot.deadlines:
        books.timers.set(deadline.timer, deadline.key, deadline.at)
    books.agents_changed = False
