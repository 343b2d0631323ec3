"""The whole AMI side against a scripted peer."""

import asyncio
import random
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress

import pytest

from acd.adapters.ami_beat import BEAT_INTERVAL_S
from acd.adapters.ami_link import SETTLE_S
from acd.adapters.ami_telephony import Telephony
from acd.errors import AmiDown
from contact.commands import OfferCall, RescindOffer
from contact.events import (
    CallHungUp,
    Input,
    OfferFailed,
    OfferRinging,
    PhoneChanged,
    TelephonyLost,
    TelephonyResynced,
)
from contact.ids import E164, AgentId, CallId, ChannelName, Extension, OfferId
from contact.states import OfferCause, PhoneState
from runtime.config import Ami
from tests.fakes.ami_peer import AmiPeer, LoopClock, VirtualTimePolicy

pytestmark = pytest.mark.filterwarnings("ignore:Overriding the:pytest.PytestDeprecationWarning")
PHONE = Extension("2001")
ORDER = OfferCall(
    offer=OfferId("o1"),
    call=CallId("1.1"),
    caller_channel=ChannelName("PJSIP/trunk-00000001"),
    agent=AgentId("anna"),
    extension=PHONE,
    caller=E164("+48600100200"),
    ring_timeout_s=20,
)
CALLER = {
    "Channel": "PJSIP/trunk-00000001",
    "ChannelState": "6",
    "Context": "from-trunk",
    "Uniqueid": "1.1",
    "BridgeID": "",
    "Variable": "CALL_ID=1.1",
}


@pytest.fixture
def event_loop_policy() -> VirtualTimePolicy:
    return VirtualTimePolicy()


@asynccontextmanager
async def running(peer: AmiPeer, inputs: list[Input]) -> AsyncIterator[Telephony]:
    telephony = Telephony(
        settings=Ami(secret="secret"),
        feed=inputs.append,
        extensions=lambda: [PHONE],
        open_offers=dict,
        number=E164,
        clock=LoopClock(),
        rng=random.Random(1),  # noqa: S311 - a test must repeat itself
        connect=peer.connect,
    )
    task = asyncio.create_task(telephony.run())
    try:
        await asyncio.sleep(0.01)
        yield telephony
    finally:
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task


async def test_the_first_input_of_every_session_is_the_resynchronisation() -> None:
    peer, inputs = AmiPeer(), list[Input]()
    peer.channels = [CALLER]
    peer.devices = [{"Device": "PJSIP/2001", "State": "NOT_INUSE"}]
    peer.before_list = [{"Event": "Hangup", "Uniqueid": "1.1", "Cause": "16", "Context": "from-trunk"}]
    async with running(peer, inputs) as telephony:
        resynced = TelephonyResynced(
            calls=(CallId("1.1"),),
            waiting=(),
            offers=(),
            phones=(PhoneChanged(extension=PHONE, state=PhoneState.IDLE),),
        )
        assert inputs == [resynced, CallHungUp(call=CallId("1.1"), cause=16, place="from-trunk")]
        assert telephony.health() == {"asterisk": "ok"}
        peer.drop()
        await asyncio.sleep(0)
        await asyncio.sleep(0)
        await asyncio.sleep(0.05)
        assert inputs[2:] == [TelephonyLost()]
        assert telephony.health() != {"asterisk": "ok"}
        await asyncio.sleep(1)
        assert inputs[3:] == [resynced]


async def test_a_resynchronisation_that_fails_again_and_again_is_no_news() -> None:
    peer, inputs = AmiPeer(), list[Input]()
    async with running(peer, inputs):
        peer.on_action["Status"] = lambda action_id, _action: [
            {"Response": "Error", "ActionID": action_id, "Message": "Permission denied"}
        ]
        peer.drop()
        await asyncio.sleep(20)
        assert [type(one) for one in inputs] == [TelephonyResynced, TelephonyLost]
        assert len(peer.named("Status")) > 3
        del peer.on_action["Status"]
        await asyncio.sleep(5)
        assert [type(one) for one in inputs] == [TelephonyResynced, TelephonyLost, TelephonyResynced]


async def test_a_look_at_asterisk_changes_nothing() -> None:
    peer, inputs = AmiPeer(), list[Input]()
    async with running(peer, inputs) as telephony:
        peer.channels = [CALLER]
        assert (await telephony.look()).calls == (CallId("1.1"),)
        assert [type(one) for one in inputs] == [TelephonyResynced]
        assert not telephony.translator.is_up(CallId("1.1"))


async def test_without_a_link_there_is_nothing_to_look_at_or_to_resynchronise() -> None:
    peer, inputs = AmiPeer(), list[Input]()
    peer.refusing_connections = True
    async with running(peer, inputs) as telephony:
        telephony.resync()
        with pytest.raises(AmiDown):
            await telephony.look()
        assert inputs == []


async def test_a_resynchronisation_in_mid_session_lets_nothing_newer_be_undone() -> None:
    peer, inputs = AmiPeer(), list[Input]()
    hung_up = {"Event": "Hangup", "Uniqueid": "1.1", "Cause": "16", "Context": "from-trunk"}
    async with running(peer, inputs) as telephony:
        peer.channels = [CALLER]
        telephony.resync()
        telephony.resync()
        peer.before_list = [hung_up]
        await asyncio.sleep(2)
        assert [type(one) for one in inputs[1:]] == [
            TelephonyLost,
            TelephonyLost,
            TelephonyResynced,
            CallHungUp,
        ]
        assert peer.connections == 1
        peer.before_list = []
        await asyncio.sleep(60)
        assert len(inputs) == 5


async def test_a_link_that_breaks_while_it_is_resynchronised_comes_back_by_its_login() -> None:
    peer, inputs = AmiPeer(), list[Input]()
    async with running(peer, inputs) as telephony:
        telephony.resync()
        await asyncio.sleep(SETTLE_S / 2)
        peer.drop()
        await asyncio.sleep(5)
        assert [type(one) for one in inputs] == [
            TelephonyResynced,
            TelephonyLost,
            TelephonyLost,
            TelephonyResynced,
        ]
        assert telephony.link.up


async def test_the_variables_of_every_channel_are_asked_for() -> None:
    peer, inputs = AmiPeer(), list[Input]()
    async with running(peer, inputs):
        (asked,) = peer.named("Status")
        assert "CENTRALA_JOINED_AT" in asked["Variables"][0].split(",")


async def test_the_beat_is_set_at_once_and_goes_on() -> None:
    peer, inputs = AmiPeer(), list[Input]()
    async with running(peer, inputs):
        assert peer.named("Setvar")[0]["Variable"] == ["CENTRALA_BEAT"]
        assert "Channel" not in peer.named("Setvar")[0]
        before = len(peer.named("Setvar"))
        await asyncio.sleep(5 * BEAT_INTERVAL_S)
        assert len(peer.named("Setvar")) == before + 5
        values = [int(one["Value"][0]) for one in peer.named("Setvar")]
        assert values == sorted(values)


async def test_a_refused_beat_is_not_the_end() -> None:
    peer, inputs = AmiPeer(), list[Input]()
    async with running(peer, inputs) as telephony:
        peer.on_action["Setvar"] = lambda action_id, _action: [
            {"Response": "Error", "ActionID": action_id, "Message": "Permission denied"}
        ]
        await asyncio.sleep(3 * BEAT_INTERVAL_S)
        del peer.on_action["Setvar"]
        before = len(peer.named("Setvar"))
        await asyncio.sleep(3 * BEAT_INTERVAL_S)
        assert len(peer.named("Setvar")) > before
        assert telephony.link.up


async def test_an_offer_goes_out_and_comes_back() -> None:
    peer, inputs = AmiPeer(), list[Input]()
    async with running(peer, inputs) as telephony:
        telephony.carry_out(ORDER)
        assert peer.named("Originate")[0]["ChannelId"] == ["offer-o1"]
        peer.send({"Event": "Newstate", "Uniqueid": "offer-o1", "ChannelStateDesc": "Ringing"})
        await asyncio.sleep(0.01)
        telephony.carry_out(RescindOffer(offer=OfferId("o1")))
        assert peer.named("Hangup")[0]["Channel"] == ["offer-o1"]
        peer.send({"Event": "Hangup", "Uniqueid": "offer-o1", "Cause": "0"})
        await asyncio.sleep(0.01)
        assert inputs[1:] == [
            OfferRinging(offer=OfferId("o1")),
            OfferFailed(offer=OfferId("o1"), cause=OfferCause.NO_ANSWER),
        ]
        assert telephony.orders.open_offers == 0


async def test_nothing_is_left_when_it_is_stopped() -> None:
    peer, inputs = AmiPeer(), list[Input]()
    async with running(peer, inputs) as telephony:
        telephony.carry_out(ORDER)
    assert asyncio.all_tasks() == {asyncio.current_task()}
    assert inputs[-1] == TelephonyLost()
