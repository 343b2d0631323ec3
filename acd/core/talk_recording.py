"""Talk recordings: which talks are recorded, and what consent, pause and withdrawal make of them.

Theory of operation. Without the caller's consent nothing here happens. With it, an offer that the queue's
policy picks is *wanted*: its leg records when it joins the caller. Asterisk's word makes it *on*; the same
word comes again after each hold, and a pause or a withdrawal is then ordered again, since the dialplan knows
of neither. A pause ends by itself at its deadline, whatever has become of the page that asked for it.
What cannot happen: a recording without a consent that is known here, and one that goes on after it was
withdrawn.
"""

from dataclasses import replace

from acd.core import consent, consulting
from acd.core.books import Books
from acd.core.call import Call, Offer
from acd.core.consent import WANTED
from acd.core.timers import Timer
from contact.talk_recording import (
    MuteRecording,
    RecordingCause,
    RecordingDiscardRequested,
    RecordingInput,
    RecordingPauseRequested,
    RecordingResumeRequested,
    RecordingStanding,
    RecordingState,
    StopRecording,
    TalkRecordingBegan,
    TalkRecordingDiscarded,
    TalkRecordingPaused,
    TalkRecordingResumed,
    TalkRecordingStarted,
    next_recording_state,
)


def take(books: Books, event: RecordingInput) -> None:
    """Take Asterisk's word on a recording, or the agent's wish; nothing where it makes no sense any more."""
    if isinstance(event, TalkRecordingStarted):
        offer, call = books.offers.get(event.offer), books.calls.get(event.call)
        if offer is None or call is None or offer.call != event.call:
            books.stale[type(event).__name__] += 1
        else:
            started(books, call, offer)
        return
    call = books.calls.get(event.call)
    offer = books.offers.get(call.offer) if call is not None and call.offer is not None else None
    if call is None or offer is None or not consulting.talks(books, call, offer, event.agent):
        books.stale[type(event).__name__] += 1
        return
    state = offer.recording.state if offer.recording is not None else None
    match event:
        case RecordingPauseRequested() if state is RecordingState.ON:
            _pause(books, call, offer)
        case RecordingResumeRequested() if state is RecordingState.PAUSED:
            _resume(books, call, offer, by_limit=False)
        case RecordingDiscardRequested() if state in (RecordingState.ON, RecordingState.PAUSED):
            _discard(books, call, offer)
        case _:
            books.stale[type(event).__name__] += 1


def started(books: Books, call: Call, offer: Offer) -> None:
    """Asterisk records this talk: one without consent is stopped, one that is paused is muted anew."""
    known = offer.recording
    if call.consented_at is None and (known is None or known.state is not RecordingState.DISCARDED):
        offer.recording = known or WANTED
        _discard(books, call, offer)
        return
    before = known or WANTED
    offer.recording = replace(before, state=next_recording_state(before.state, RecordingCause.STARTED))
    match before.state:
        case RecordingState.WANTED:
            _say_began(books, call, offer)
        case RecordingState.PAUSED:
            books.out.append(MuteRecording(offer=offer.offer, call=call.call, muted=True))
        case RecordingState.DISCARDED:
            books.out.append(StopRecording(offer=offer.offer, call=call.call))
        case RecordingState.ON:
            pass


def pause_over(books: Books, offer: Offer) -> None:
    """A pause has lasted for as long as one may."""
    call = books.calls.get(offer.call)
    if call is not None and offer.recording is not None and offer.recording.state is RecordingState.PAUSED:
        _resume(books, call, offer, by_limit=True)


def _pause(books: Books, call: Call, offer: Offer) -> None:
    until_at = books.now + books.policy.recording_pause_s_max
    _move(offer, RecordingCause.PAUSED, until_at=until_at)
    books.timers.set(Timer.RECORDING_PAUSED, offer.offer, until_at)
    books.out.append(MuteRecording(offer=offer.offer, call=call.call, muted=True))
    books.publish(
        TalkRecordingPaused(
            call=call.call,
            offer=offer.offer,
            agent=offer.agent,
            queue=offer.queue,
            paused_at=books.now,
            until_at=until_at,
        )
    )


def _resume(books: Books, call: Call, offer: Offer, *, by_limit: bool) -> None:
    _move(offer, RecordingCause.RESUMED)
    books.timers.cancel(Timer.RECORDING_PAUSED, offer.offer)
    books.out.append(MuteRecording(offer=offer.offer, call=call.call, muted=False))
    books.publish(
        TalkRecordingResumed(
            call=call.call,
            offer=offer.offer,
            agent=offer.agent,
            queue=offer.queue,
            resumed_at=books.now,
            by_limit=by_limit,
        )
    )


def _discard(books: Books, call: Call, offer: Offer) -> None:
    _move(offer, RecordingCause.DISCARDED)
    books.timers.cancel(Timer.RECORDING_PAUSED, offer.offer)
    books.out.append(StopRecording(offer=offer.offer, call=call.call))
    if call.consented_at is not None:
        consent.change(books, call, None)
    books.publish(
        TalkRecordingDiscarded(
            call=call.call,
            offer=offer.offer,
            agent=offer.agent,
            queue=offer.queue,
            discarded_at=books.now,
        )
    )


def _move(offer: Offer, cause: RecordingCause, *, until_at: float | None = None) -> None:
    assert offer.recording is not None  # noqa: S101 - only offers with a recording come here
    state = next_recording_state(offer.recording.state, cause)
    offer.recording = RecordingStanding(state=state, until_at=until_at)


def _say_began(books: Books, call: Call, offer: Offer) -> None:
    assert call.consented_at is not None  # noqa: S101 - that is looked at first
    books.publish(
        TalkRecordingBegan(
            call=call.call,
            offer=offer.offer,
            agent=offer.agent,
            queue=offer.queue,
            consented_at=call.consented_at,
            began_at=books.now,
        )
    )
