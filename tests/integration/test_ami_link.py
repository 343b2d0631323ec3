"""The link and everything on it against a real Asterisk with the product's dialplan and real SIP calls."""

import asyncio
import itertools
import random
import time
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, suppress
from pathlib import Path

import pytest

from acd.adapters.ami_commands import RESCINDED_VARIABLE
from acd.adapters.ami_telephony import Telephony
from acd.errors import AmiRefused
from contact.commands import HangUpLeg, OfferCall, RescindOffer
from contact.events import (
    CallArrived,
    CallHungUp,
    CallQueued,
    Input,
    OfferAnswered,
    OfferFailed,
    OfferRinging,
    PhoneChanged,
    TalkEnded,
    TalkStarted,
    TelephonyLost,
    TelephonyResynced,
)
from contact.ids import E164, AgentId, Extension, OfferId, offer_channel_id
from contact.states import OfferCause, PhoneState
from runtime.clock import SystemClock
from runtime.config import Ami, Settings
from tests.e2e.sip_caller import CallerLeg, Callers
from tests.e2e.sip_phone import ANSWERS, BUSY, DECLINES, NEVER_ANSWERS, Behaviour, Phone
from tests.integration.ami_asterisk import EXTENSIONS, NUMBER, SECRET, asterisk, entry_script

PHONE = Extension(EXTENSIONS[0])
_offers = itertools.count(1)


@pytest.fixture(scope="module")
def exchange(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Settings]:
    with asterisk(tmp_path_factory.mktemp("asterisk")) as settings:
        yield settings


class World:
    """One running `Telephony`, the inputs it fed, and what a test does with them."""

    def __init__(self, settings: Settings, folder: Path, ami: Ami | None = None) -> None:
        self.settings = settings
        self.folder = folder
        self.inputs: list[Input] = []
        self._changed = asyncio.Event()
        self.telephony = Telephony(
            settings=ami or settings.ami,
            feed=self._feed,
            extensions=lambda: [Extension(one) for one in EXTENSIONS],
            open_offers=dict,
            number=E164,
            clock=SystemClock(),
            rng=random.Random(),  # noqa: S311 - spreads retries
        )

    def _feed(self, happened: Input) -> None:
        self.inputs.append(happened)
        self._changed.set()

    async def told(self, matches: Callable[[Input], bool], *, what: str) -> Input:
        """The first input that matches, waited for."""
        async with asyncio.timeout(60):
            while True:
                self._changed.clear()
                for happened in self.inputs:
                    if matches(happened):
                        return happened
                try:
                    await self._changed.wait()
                except asyncio.CancelledError:
                    raise AssertionError(f"no {what} among {self.inputs}") from None

    async def input(self, kind: type[Input]) -> Input:
        return await self.told(lambda one: isinstance(one, kind), what=kind.__name__)

    async def ended(self, offer: OfferId) -> Input:
        """How the offer's leg ended."""
        return await self.told(
            lambda one: isinstance(one, OfferFailed | TalkEnded) and one.offer == offer, what="end of offer"
        )

    async def queued(self) -> CallQueued:
        found = await self.input(CallQueued)
        assert isinstance(found, CallQueued)
        return found

    def offer(self, queued: CallQueued, *, ring_timeout_s: float = 10) -> OfferId:
        offer = OfferId(f"t{next(_offers)}")
        self.telephony.carry_out(
            OfferCall(
                offer=offer,
                call=queued.call,
                caller_channel=queued.channel,
                agent=AgentId("anna"),
                extension=PHONE,
                caller=queued.caller,
                ring_timeout_s=ring_timeout_s,
            )
        )
        return offer

    @asynccontextmanager
    async def caller(self) -> AsyncIterator[CallerLeg]:
        callers = Callers(
            sip_port=self.settings.sip.port, folder=self.folder / f"c{time.time_ns()}", numbers=[NUMBER]
        )
        await asyncio.to_thread(callers.__enter__)
        try:
            yield callers.legs[0]
        finally:
            await asyncio.to_thread(callers.__exit__, None, None, None)

    @asynccontextmanager
    async def phone(self, behaviour: Behaviour) -> AsyncIterator[Phone]:
        phone = Phone(
            sip_port=self.settings.sip.port,
            folder=self.folder / f"p{time.time_ns()}",
            extensions=[PHONE],
            secret=SECRET,
        )
        await asyncio.to_thread(phone.register, behaviour)
        try:
            yield phone
        finally:
            await asyncio.to_thread(phone.unregister)
            phone.close()


@asynccontextmanager
async def world(settings: Settings, folder: Path, ami: Ami | None = None) -> AsyncIterator[World]:
    one = World(settings, folder, ami)
    task = asyncio.create_task(one.telephony.run())
    try:
        async with entry_script(settings):
            yield one
    finally:
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task


async def test_phones_are_known_from_the_start_and_followed(exchange: Settings, tmp_path: Path) -> None:
    async with world(exchange, tmp_path) as here:
        first = await here.input(TelephonyResynced)
        assert isinstance(first, TelephonyResynced)
        states = {one.extension: one.state for one in first.phones}
        assert states == dict.fromkeys(map(Extension, EXTENSIONS), PhoneState.UNREACHABLE)
        async with here.phone(ANSWERS):
            free = PhoneChanged(extension=PHONE, state=PhoneState.IDLE)
            await here.told(lambda one: one == free, what="registered phone")
        gone = PhoneChanged(extension=PHONE, state=PhoneState.UNREACHABLE)
        await here.told(lambda one: one == gone, what="unregistered phone")


async def test_caller_and_agent_talk_until_the_agent_hangs_up(exchange: Settings, tmp_path: Path) -> None:
    async with world(exchange, tmp_path) as here, here.phone(Behaviour(ring_s=0.2)) as phone:
        async with here.caller():
            queued = await here.queued()
            offer = here.offer(queued)
            started = await here.input(TalkStarted)
            assert started == TalkStarted(offer=offer, call=queued.call)
            assert not here.telephony.translator.counts.faults
            await asyncio.to_thread(phone.wait_for_call().hang_up)
            assert await here.ended(offer) == TalkEnded(offer=offer)
            await here.input(CallHungUp)
        order = [type(one) for one in here.inputs if not isinstance(one, PhoneChanged)]
        assert order[:6] == [
            TelephonyResynced,
            CallArrived,
            CallQueued,
            OfferRinging,
            OfferAnswered,
            TalkStarted,
        ]
        assert here.telephony.translator.legs == 0


@pytest.mark.parametrize(
    ("behaviour", "cause"),
    [
        (BUSY, OfferCause.PHONE_BUSY),
        (DECLINES, OfferCause.DECLINED),
        (NEVER_ANSWERS, OfferCause.NO_ANSWER),
        (None, OfferCause.PHONE_UNREACHABLE),
    ],
)
async def test_an_offer_that_fails_says_why_and_the_caller_waits_on(
    exchange: Settings, tmp_path: Path, behaviour: Behaviour | None, cause: OfferCause
) -> None:
    async with world(exchange, tmp_path) as here, here.caller() as caller:
        queued = await here.queued()
        if behaviour is None:
            offer = here.offer(queued)
            assert await here.ended(offer) == OfferFailed(offer=offer, cause=cause)
        else:
            async with here.phone(behaviour):
                offer = here.offer(queued, ring_timeout_s=1)
                assert await here.ended(offer) == OfferFailed(offer=offer, cause=cause)
        # Asterisk's events can be here before SIPp has said that its call was answered.
        await asyncio.to_thread(caller.wait, "answered")
        assert caller.is_up
        assert sum(isinstance(one, OfferFailed) for one in here.inputs) == 1


async def test_a_phone_that_is_gone_without_unregistering_is_unreachable(
    exchange: Settings, tmp_path: Path
) -> None:
    async with world(exchange, tmp_path) as here, here.caller(), here.phone(ANSWERS) as phone:
        queued = await here.queued()
        phone.close()
        offer = here.offer(queued, ring_timeout_s=1)
        assert await here.ended(offer) == OfferFailed(offer=offer, cause=OfferCause.PHONE_UNREACHABLE)


async def test_the_phone_stops_ringing_when_the_offer_is_rescinded(
    exchange: Settings, tmp_path: Path
) -> None:
    async with (
        world(exchange, tmp_path) as here,
        here.caller() as caller,
        here.phone(NEVER_ANSWERS) as phone,
    ):
        queued = await here.queued()
        offer = here.offer(queued)
        await here.input(OfferRinging)
        await asyncio.to_thread(caller.hang_up)
        await here.input(CallHungUp)
        here.telephony.carry_out(RescindOffer(offer=offer))
        await asyncio.to_thread(phone.wait_for_call().wait, "cancelled")
        assert isinstance(await here.ended(offer), OfferFailed)


@pytest.mark.parametrize("pause_s", [0, 0.0005, 0.001, 0.002, 0.004, 0.008])
async def test_an_offer_rescinded_while_its_channel_is_being_made_never_rings_on(
    exchange: Settings, tmp_path: Path, pause_s: float
) -> None:
    async with world(exchange, tmp_path) as here, here.caller(), here.phone(NEVER_ANSWERS) as phone:
        offer = here.offer(await here.queued())
        await asyncio.sleep(pause_s)
        here.telephony.carry_out(RescindOffer(offer=offer))
        assert isinstance(await here.ended(offer), OfferFailed)
        for leg in phone.legs:
            await asyncio.to_thread(leg.wait, "cancelled")
        channels = await here.telephony.link.collect("Status")
        assert offer_channel_id(offer) not in [one.get("Uniqueid") for one in channels]


async def test_an_established_talk_survives_a_late_rescind(exchange: Settings, tmp_path: Path) -> None:
    async with world(exchange, tmp_path) as here, here.phone(ANSWERS), here.caller() as caller:
        offer = here.offer(await here.queued())
        await here.input(TalkStarted)
        here.telephony.carry_out(RescindOffer(offer=offer))
        await asyncio.sleep(0.3)
        assert caller.is_up
        assert not any(isinstance(one, TalkEnded) for one in here.inputs)
        here.telephony.carry_out(HangUpLeg(leg=offer_channel_id(offer)))
        assert await here.ended(offer) == TalkEnded(offer=offer)


async def test_a_caller_bridged_to_a_leg_that_was_being_taken_back_waits_on_in_the_old_place(
    exchange: Settings, tmp_path: Path
) -> None:
    async with world(exchange, tmp_path) as here, here.phone(ANSWERS), here.caller() as caller:
        queued = await here.queued()
        offer = here.offer(queued)
        await here.input(TalkStarted)
        mark = {"Channel": queued.channel, "Variable": RESCINDED_VARIABLE, "Value": offer}
        await here.telephony.link.action("Setvar", mark)
        here.inputs.clear()
        here.telephony.carry_out(HangUpLeg(leg=offer_channel_id(offer)))
        assert await here.queued() == queued
        assert caller.is_up


async def test_a_second_originate_for_a_living_offer_is_refused_and_harmless(
    exchange: Settings, tmp_path: Path
) -> None:
    async with world(exchange, tmp_path) as here, here.phone(NEVER_ANSWERS) as phone, here.caller():
        queued = await here.queued()
        offer = here.offer(queued)
        await here.input(OfferRinging)
        here.telephony.carry_out(
            OfferCall(
                offer=offer,
                call=queued.call,
                caller_channel=queued.channel,
                agent=AgentId("anna"),
                extension=PHONE,
                caller=queued.caller,
                ring_timeout_s=5,
            )
        )
        await asyncio.sleep(0.5)
        assert len(phone.legs) == 1
        assert not any(isinstance(one, OfferFailed) for one in here.inputs)
        here.telephony.carry_out(RescindOffer(offer=offer))
        await here.ended(offer)


async def test_a_new_controller_finds_the_waiting_the_talking_and_the_ringing(
    exchange: Settings, tmp_path: Path
) -> None:
    async with world(exchange, tmp_path) as first, first.caller(), first.phone(NEVER_ANSWERS):
        queued = await first.queued()
        offer = first.offer(queued, ring_timeout_s=30)
        await first.input(OfferRinging)
        second = World(exchange, tmp_path)
        task = asyncio.create_task(second.telephony.run())
        try:
            found = await second.input(TelephonyResynced)
            assert isinstance(found, TelephonyResynced)
            assert found.calls == (queued.call,)
            assert found.waiting == (queued,)
            assert [(one.offer, one.call, one.answered) for one in found.offers] == [
                (offer, queued.call, False)
            ]
            second.telephony.carry_out(RescindOffer(offer=offer))
            assert isinstance(await second.ended(offer), OfferFailed)
        finally:
            task.cancel()
            await asyncio.wait({task})


async def test_a_new_controller_does_not_take_a_talking_caller_for_a_waiting_one(
    exchange: Settings, tmp_path: Path
) -> None:
    async with world(exchange, tmp_path) as first, first.caller(), first.phone(ANSWERS):
        queued = await first.queued()
        offer = first.offer(queued)
        await first.input(TalkStarted)
        second = World(exchange, tmp_path)
        task = asyncio.create_task(second.telephony.run())
        try:
            found = await second.input(TelephonyResynced)
            assert isinstance(found, TelephonyResynced)
            assert found.calls == (queued.call,)
            assert found.waiting == ()
            assert [(one.offer, one.answered) for one in found.offers] == [(offer, True)]
            second.telephony.carry_out(HangUpLeg(leg=offer_channel_id(offer)))
            assert await second.ended(offer) == TalkEnded(offer=offer)
            await second.input(CallHungUp)
        finally:
            task.cancel()
            await asyncio.wait({task})


async def test_a_broken_link_is_lost_and_resynchronised_with_the_original_place(
    exchange: Settings, tmp_path: Path
) -> None:
    async with world(exchange, tmp_path) as here, here.caller():
        queued = await here.queued()
        connection = here.telephony.link._connection
        assert connection is not None
        assert connection._transport is not None
        connection._transport.abort()
        await here.input(TelephonyLost)
        again = await here.told(
            lambda one: isinstance(one, TelephonyResynced) and one.waiting != (), what="second resync"
        )
        assert isinstance(again, TelephonyResynced)
        assert again.waiting == (queued,)


async def test_p13_a_wrong_password_is_tried_once_and_named(exchange: Settings, tmp_path: Path) -> None:
    wrong = exchange.ami.model_copy(update={"secret": "wrong"})
    async with world(exchange, tmp_path, wrong) as here:
        while not here.telephony.link.counts.refused_logins:  # noqa: ASYNC110 - the count has no event
            await asyncio.sleep(0.05)
        await asyncio.sleep(1)
        assert here.telephony.link.counts.refused_logins == 1
        assert "refuses the login" in here.telephony.health()["asterisk"]
        assert here.inputs == []


async def test_the_heartbeat_is_answered_and_the_link_stays(exchange: Settings, tmp_path: Path) -> None:
    async with world(exchange, tmp_path) as here:
        await here.input(TelephonyResynced)
        await asyncio.sleep(2.5 * exchange.ami.ping_interval_s)
        assert here.telephony.link.counts.connections == 1
        assert here.telephony.link.up


async def test_p7_an_originate_that_is_not_asynchronous_does_not_hurt_the_link(
    exchange: Settings, tmp_path: Path
) -> None:
    async with world(exchange, tmp_path) as here:
        await here.input(TelephonyResynced)
        link = here.telephony.link
        fields = {"Channel": "PJSIP/2001", "Context": "agent-offer", "Exten": "s", "Priority": "1"}
        with pytest.raises(AmiRefused):
            await link.action("Originate", {**fields, "Timeout": "1000"})
        assert (await link.action("Ping")).ok


async def test_p9_an_error_instead_of_a_list_is_a_refusal(exchange: Settings, tmp_path: Path) -> None:
    async with world(exchange, tmp_path) as here:
        await here.input(TelephonyResynced)
        with pytest.raises(AmiRefused, match="No such channel"):
            await here.telephony.link.collect("Status", {"Channel": "PJSIP/nobody-1"})


async def test_what_the_account_may_not_do_is_refused_by_asterisk(exchange: Settings, tmp_path: Path) -> None:
    async with world(exchange, tmp_path) as here:
        await here.input(TelephonyResynced)
        for name, fields in (("Command", {"Command": "core show version"}), ("GetConfig", {"Filename": "x"})):
            with pytest.raises(AmiRefused):
                await here.telephony.link.action(name, fields)


async def test_p10_p11_values_reach_asterisk_whole_and_line_breaks_do_not_leave(
    exchange: Settings, tmp_path: Path
) -> None:
    async with world(exchange, tmp_path) as here:
        await here.input(TelephonyResynced)
        link = here.telephony.link
        for value in ("Łódź, ul. Żółta 7", "ż" * 490):
            await link.action("Setvar", {"Variable": "CENTRALA_TEST", "Value": value})
            assert (await link.action("Getvar", {"Variable": "CENTRALA_TEST"})).get("Value") == value
        with pytest.raises(AmiRefused):
            await link.action("Setvar", {"Variable": "CENTRALA_TEST", "Value": "a\r\n\r\nAction: Ping"})
        assert link.up
