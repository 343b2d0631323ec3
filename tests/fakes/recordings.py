"""The recording of talks as distribution answers for it, beside `FakeAcd`; a test says when one begins."""

from contact.commands import Done
from contact.errors import Refused
from contact.ids import CallId, OfferId
from contact.kept_talk import DiscardRecording, PauseRecording, ResumeRecording
from contact.talk_recording import (
    TalkRecordingBegan,
    TalkRecordingDiscarded,
    TalkRecordingPaused,
    TalkRecordingResumed,
)
from tests.fakes.roles import ROADS, FakeAcd

PAUSE_S = 120.0


class FakeRecordings:
    """Notes what is asked, and publishes what comes of it."""

    def __init__(self, acd: FakeAcd) -> None:
        self.acd = acd
        self.asked: list[PauseRecording | ResumeRecording | DiscardRecording] = []
        self.refusal = ""
        for kind in (PauseRecording, ResumeRecording, DiscardRecording):
            acd.bus.serve(kind, self.take)

    def begin(self, call: CallId) -> None:
        """Have a talk be recorded from now on."""
        now = self.acd.clock.now()
        agent = self.acd.calls[call].agent
        assert agent is not None
        self.acd.bus.publish(
            TalkRecordingBegan(
                call=call,
                offer=OfferId("o"),
                agent=agent,
                queue=ROADS,
                consented_at=now - 60,
                began_at=now,
            )
        )

    async def take(self, request: PauseRecording | ResumeRecording | DiscardRecording) -> Done:
        if self.refusal:
            raise Refused("this talk is not recorded now", code=self.refusal)
        self.asked.append(request)
        now, call, agent, offer = self.acd.clock.now(), request.call, request.agent, OfferId("o")
        match request:
            case PauseRecording():
                self.acd.bus.publish(
                    TalkRecordingPaused(
                        call=call,
                        offer=offer,
                        agent=agent,
                        queue=ROADS,
                        paused_at=now,
                        until_at=now + PAUSE_S,
                    )
                )
            case ResumeRecording():
                self.acd.bus.publish(
                    TalkRecordingResumed(call=call, offer=offer, agent=agent, queue=ROADS, resumed_at=now)
                )
            case DiscardRecording():
                self.acd.bus.publish(
                    TalkRecordingDiscarded(call=call, offer=offer, agent=agent, queue=ROADS, discarded_at=now)
                )
        return Done()
