"""Answers what agents ask about the recording of their talk."""

from collections.abc import Callable
from typing import Protocol

from acd.shell import Shell
from contact.commands import Done
from contact.errors import Refused
from contact.ids import AgentId, CallId
from contact.kept_talk import DiscardRecording, PauseRecording, ResumeRecording
from contact.states import AgentState
from contact.talk_recording import (
    RecordingDiscardRequested,
    RecordingInput,
    RecordingPauseRequested,
    RecordingResumeRequested,
    RecordingState,
)
from contact.times import Seconds
from runtime.bus import Bus


class Discarding(Protocol):
    """What deletes the recordings of a talk that is over."""

    async def discard(self, call: CallId) -> None:
        """Delete whatever was recorded of a call."""


class RecordingRequests:
    """Turns requests about recordings into inputs of the engine; what makes no sense now is `Refused`."""

    def __init__(self, *, shell: Shell, now: Callable[[], Seconds], talks: Discarding) -> None:
        """Feed `shell`; have `talks` delete what was recorded of a call whose talk is over."""
        self._shell = shell
        self._now = now
        self._talks = talks

    def serve(self, bus: Bus) -> None:
        """Become the server of every request about a recording."""
        bus.serve(PauseRecording, self._pause)
        bus.serve(ResumeRecording, self._resume)
        bus.serve(DiscardRecording, self._discard)

    async def _pause(self, request: PauseRecording) -> Done:
        if self._state(request.call, request.agent) is not RecordingState.ON:
            raise Refused("this talk is not recorded now", code="not_recorded")
        return self._take(RecordingPauseRequested(call=request.call, agent=request.agent))

    async def _resume(self, request: ResumeRecording) -> Done:
        if self._state(request.call, request.agent) is not RecordingState.PAUSED:
            raise Refused("the recording of this talk is not paused", code="not_paused")
        return self._take(RecordingResumeRequested(call=request.call, agent=request.agent))

    async def _discard(self, request: DiscardRecording) -> Done:
        if self._state(request.call, request.agent) in (RecordingState.ON, RecordingState.PAUSED):
            return self._take(RecordingDiscardRequested(call=request.call, agent=request.agent))
        if not self._writes_up(request.call, request.agent):
            raise Refused("nothing is recorded of this talk", code="not_recorded")
        await self._talks.discard(request.call)
        return Done()

    def _state(self, call: CallId, agent: AgentId) -> RecordingState | None:
        for one in self._shell.engine.standing(self._now()).calls:
            if one.call == call and one.agent == agent and one.recording is not None:
                return one.recording.state
        return None

    def _writes_up(self, call: CallId, agent: AgentId) -> bool:
        agents = self._shell.engine.standing(self._now()).agents
        found = next((one.state for one in agents if one.agent == agent), None)
        return found is not None and found.new is AgentState.WRAP_UP and found.call == call

    def _take(self, event: RecordingInput) -> Done:
        self._shell.take(event)
        return Done()
