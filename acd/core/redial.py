"""Redial: a caller who hung up waiting and calls the same queue again soon has their old place back.

The place is the time of joining, and everything that counts from it: rank, relaxation, overflow ladder. It is
given back once, to the same number, in the same queue, within the seconds its policy says.
"""

from acd.core.books import Books
from acd.core.call import Call
from contact.ids import E164, QueueId
from contact.numbers import WITHHELD
from contact.states import Outcome
from contact.times import Seconds

PLACES_MAX = 10_000
"""The places of so many callers are kept; whoever hung up longest ago is forgotten first."""


def remember(books: Books, call: Call) -> None:
    """Keep the place of a caller who has hung up while waiting, where the queue gives places back."""
    if call.outcome is not Outcome.ABANDONED_QUEUE or call.caller == WITHHELD or call.joined_at is None:
        return
    if call.queue is None or books.policy.queue(call.queue).redial_keep_s <= 0:
        return
    books.left_places.pop((call.caller, call.queue), None)
    books.left_places[(call.caller, call.queue)] = (call.joined_at, books.now)
    while len(books.left_places) > PLACES_MAX:
        del books.left_places[next(iter(books.left_places))]


def joined_at(books: Books, caller: E164, queue: QueueId, claimed_at: Seconds) -> Seconds:
    """Return from when a caller who joins `queue` at `claimed_at` counts as waiting."""
    old_at, left_at = books.left_places.pop((caller, queue), (claimed_at, claimed_at))
    if claimed_at - left_at > books.policy.queue(queue).redial_keep_s:
        return claimed_at
    return min(old_at, claimed_at)
