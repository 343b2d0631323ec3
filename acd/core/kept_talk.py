"""What the facts of a call say of the recording of one of its talks."""

from collections.abc import Iterable

from contact.events import CallReleased, Fact
from contact.ids import OfferId
from contact.kept_talk import Pause, TalkFacts
from contact.talk_recording import (
    TalkRecordingBegan,
    TalkRecordingDiscarded,
    TalkRecordingPaused,
    TalkRecordingResumed,
)
from contact.times import Seconds


def is_discarded(facts: Iterable[Fact]) -> bool:
    """Return whether the caller withdrew their consent, which they do for every talk of a call."""
    return any(isinstance(fact, TalkRecordingDiscarded) for fact in facts)


def talk_facts(facts: Iterable[Fact], offer: OfferId, *, begins_at: Seconds) -> TalkFacts | None:
    """Return what is known of the talk of `offer`, None where nobody knows of a consent for it.

    `begins_at` is where its sound begins, which pauses are counted from.
    """
    began: TalkRecordingBegan | None = None
    pauses: list[Pause] = []
    paused_at: Seconds | None = None
    for fact in facts:
        if getattr(fact, "offer", None) != offer:
            continue
        match fact:
            case TalkRecordingBegan() if began is None:
                began = fact
            case TalkRecordingPaused():
                paused_at = fact.paused_at
            case TalkRecordingResumed(resumed_at=over_at) | CallReleased(released_at=over_at) if (
                paused_at is not None
            ):
                pauses.append(Pause(from_s=max(0.0, paused_at - begins_at), to_s=over_at - begins_at))
                paused_at = None
            case _:
                pass
    if began is None:
        return None
    return TalkFacts(
        call=began.call,
        offer=offer,
        agent=began.agent,
        queue=began.queue,
        consented_at=began.consented_at,
        began_at=began.began_at,
        pauses=tuple(pauses),
    )
