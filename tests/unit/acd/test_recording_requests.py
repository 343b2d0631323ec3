"""What an agent asks about the recording of their talk, and what is refused."""

from collections.abc import AsyncIterator
from dataclasses import replace

import pytest
from prometheus_client import CollectorRegistry

from acd.core.engine import Engine
from acd.measure import Measure
from acd.recording_requests import RecordingRequests
from acd.shell import Shell
from contact.commands import Done
from contact.errors import NotAvailable, Refused
from contact.events import (
    AvailabilityRequested,
    OfferAnswered,
    PhoneChanged,
    TalkEnded,
    TalkStarted,
    TelephonyResynced,
)
from contact.ids import AgentId, CallId, Extension
from contact.kept_talk import DiscardRecording, PauseRecording, ResumeRecording
from contact.states import Availability, PhoneState
from contact.talk_recording import MuteRecording, StopRecording, TalkRecordingStarted
from runtime.bus import MemoryBus
from tests.fakes.ami_peer import LoopClock, VirtualTimePolicy
from tests.fakes.exchange import Exchange
from tests.unit.acd.core.floor import configured, policy, queue
from tests.unit.acd.core.shell_parts import MemoryJournal, NotingTelephony

pytestmark = pytest.mark.filterwarnings("ignore:Overriding the:pytest.PytestDeprecationWarning")
ANNA, BARTEK = AgentId("anna"), AgentId("bartek")


@pytest.fixture
def event_loop_policy() -> VirtualTimePolicy:
    return VirtualTimePolicy()


class Talk:
    """Anna talks to a caller who agreed; what is over is deleted unless the store is `away`."""

    def __init__(self) -> None:
        self.bus, self.telephony, clock = MemoryBus(), NotingTelephony(), LoopClock()
        self.deleted: list[CallId] = []
        self.away = False
        self.shell = Shell(
            engine=Engine(policy=policy(queue("roads", "roads", recording_percent=100)), run="r"),
            journal=MemoryJournal(),
            telephony=self.telephony,
            publish=self.bus.publish,
            clock=clock,
            measure=Measure(CollectorRegistry()),
        )
        RecordingRequests(shell=self.shell, now=clock.now, talks=self).serve(self.bus)
        exchange = Exchange()
        arrived = exchange.arrive()
        self.call = arrived.call
        for event in (
            TelephonyResynced(calls=(), waiting=(), offers=(), phones=()),
            configured("anna", {"roads": 80}),
            PhoneChanged(extension=Extension("2001"), state=PhoneState.IDLE),
            AvailabilityRequested(agent=ANNA, availability=Availability.READY, reason="", by=ANNA),
            arrived,
            replace(exchange.queue(self.call, "roads", 0.0), consented_at=1.0),
        ):
            self.shell.take(event)
        self.offer = self.shell.engine.snapshot().offers[0].offer
        self.shell.take(OfferAnswered(offer=self.offer))

    def begin(self, *, recorded: bool = True) -> None:
        if recorded:
            self.shell.take(TalkRecordingStarted(offer=self.offer, call=self.call))
        self.shell.take(TalkStarted(offer=self.offer, call=self.call))

    async def discard(self, call: CallId) -> None:
        if self.away:
            raise NotAvailable("the store is away")
        self.deleted.append(call)


@pytest.fixture
async def talk() -> AsyncIterator[Talk]:
    made = Talk()
    yield made
    made.shell.stop()


async def test_a_recording_is_paused_and_goes_on(talk: Talk) -> None:
    talk.begin()
    assert await talk.bus.request(PauseRecording(call=talk.call, agent=ANNA)) == Done()
    assert await talk.bus.request(ResumeRecording(call=talk.call, agent=ANNA)) == Done()
    muted = [one.muted for one in talk.telephony.orders if isinstance(one, MuteRecording)]
    assert muted == [True, False]


@pytest.mark.parametrize(
    ("request_", "code"),
    [(PauseRecording, "not_recorded"), (ResumeRecording, "not_paused"), (DiscardRecording, "not_recorded")],
)
@pytest.mark.parametrize("agent", [ANNA, BARTEK])
async def test_what_makes_no_sense_is_refused(
    talk: Talk, request_: type[PauseRecording], code: str, agent: AgentId
) -> None:
    talk.begin(recorded=agent == BARTEK)
    with pytest.raises(Refused) as refused:
        await talk.bus.request(request_(call=talk.call, agent=agent))
    assert refused.value.code == code


async def test_a_withdrawal_stops_the_recording_while_the_talk_lasts(talk: Talk) -> None:
    talk.begin()
    await talk.bus.request(DiscardRecording(call=talk.call, agent=ANNA))
    assert [one.offer for one in talk.telephony.orders if isinstance(one, StopRecording)] == [talk.offer]
    assert talk.deleted == []


async def test_a_withdrawal_in_wrap_up_deletes_what_there_is_and_says_if_it_cannot(talk: Talk) -> None:
    talk.begin()
    talk.shell.take(talk_ended(talk))
    talk.away = True
    with pytest.raises(NotAvailable):
        await talk.bus.request(DiscardRecording(call=talk.call, agent=ANNA))
    talk.away = False
    await talk.bus.request(DiscardRecording(call=talk.call, agent=ANNA))
    assert talk.deleted == [talk.call]


def talk_ended(talk: Talk) -> TalkEnded:
    return TalkEnded(offer=talk.offer)
