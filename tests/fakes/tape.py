"""What a pretend exchange records: which legs are told to, which do, and whether they are muted."""

from dataclasses import dataclass, field

from contact.events import Input, TalkStarted
from contact.ids import CallId, OfferId
from contact.talk_recording import (
    AimRecording,
    MuteRecording,
    RecordingOrder,
    StopRecording,
    TalkRecordingStarted,
)


@dataclass
class Tape:
    """`running` are legs that record while they are with their caller, and whether they are muted."""

    aimed: set[OfferId] = field(default_factory=set)
    running: dict[OfferId, bool] = field(default_factory=dict)

    def aim(self, offer: OfferId, *, records: bool) -> None:
        """Have a leg record when it joins its caller, or not."""
        self.aimed.discard(offer)
        if records:
            self.aimed.add(offer)

    def obey(self, order: RecordingOrder) -> None:
        """Do what is asked of a recording; of one that is over nothing."""
        match order:
            case AimRecording(offer=offer, records=records):
                self.aim(offer, records=records)
            case MuteRecording(offer=offer, muted=muted) if offer in self.running:
                self.running[offer] = muted
            case StopRecording(offer=offer):
                self.aim(offer, records=False)
                self.running.pop(offer, None)
            case _:
                pass

    def met(self, offer: OfferId, call: CallId) -> list[Input]:
        """A leg joins its caller: what it records from now on is not muted."""
        self.running.pop(offer, None)
        started: list[Input] = []
        if offer in self.aimed:
            self.running[offer] = False
            started.append(TalkRecordingStarted(offer=offer, call=call))
        return [*started, TalkStarted(offer=offer, call=call)]
