"""What is done when a deadline comes; each belongs to something that may be gone by now."""

from acd.core import callback, consulting, offering, overflow, presence, reunion, talk_recording, talking
from acd.core.books import Books
from acd.core.call import Call
from acd.core.timers import OFFER_TIMERS, OUT_OF_SIGHT_S, Deadline, Timer
from contact.ids import AgentId, CallId, OfferId, QueueId


def come(books: Books, due: Deadline) -> None:
    """Do what a deadline is for."""
    if due.timer in OFFER_TIMERS and not books.telephony_up:
        books.timers.set(due.timer, due.key, books.now + OUT_OF_SIGHT_S)
        return
    offer = books.offers.get(OfferId(due.key))
    call = books.calls.get(CallId(due.key))
    agent = books.agents.get(AgentId(due.key))
    match due.timer:
        case Timer.OFFER_OVERDUE if offer is not None:
            offering.overdue(books, offer)
        case Timer.LEG_OVERDUE if offer is not None:
            talking.leg_overdue(books, offer)
        case Timer.RECORDING_PAUSED if offer is not None:
            talk_recording.pause_over(books, offer)
        case Timer.RELAX | Timer.OVERFLOW | Timer.KEPT | Timer.CALLBACK | Timer.CONSULT_OVERDUE if (
            call is not None
        ):
            _come_to_call(books, due.timer, call)
        case Timer.EMPTY:
            overflow.look(books, QueueId(due.key))
        case Timer.HOLD_OVER if agent is not None:
            agent.held_until_at = None
            offering.offer_best_call(books, agent)
        case Timer.WRAP_UP_OVER if agent is not None:
            presence.end_wrap_up(books, agent)
        case _:
            pass


def _come_to_call(books: Books, timer: Timer, call: Call) -> None:
    match timer:
        case Timer.RELAX:
            offering.relax(books, call)
        case Timer.OVERFLOW:
            overflow.climb(books, call)
        case Timer.KEPT:
            reunion.release(books, call)
        case Timer.CONSULT_OVERDUE:
            consulting.overdue(books, call)
        case _:
            callback.turn(books, call)
