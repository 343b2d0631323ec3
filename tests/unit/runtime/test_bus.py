import asyncio

import pytest

from contact.commands import Done, GetCase, SetAvailability
from contact.errors import CentralaError, NotAvailable, Refused
from contact.events import Event, OfferAnswered, OfferRinging, TelephonyLost
from contact.ids import AgentId, CaseNumber, OfferId
from contact.states import Availability
from runtime.bus import MemoryBus

RINGING = OfferRinging(offer=OfferId("a"))
OF_OFFERS: tuple[type[Event], ...] = (OfferRinging, OfferAnswered)
ANSWERED = OfferAnswered(offer=OfferId("a"))
READY = SetAvailability(agent=AgentId("anna"), availability=Availability.READY, reason="", by=AgentId("anna"))


def test_an_event_reaches_every_subscriber_of_its_kind_in_order_of_subscription() -> None:
    bus, seen = MemoryBus(), list[tuple[str, Event]]()
    bus.subscribe([OfferRinging], lambda event: seen.append(("first", event)))
    bus.subscribe(OF_OFFERS, lambda event: seen.append(("second", event)))
    bus.publish(RINGING)
    bus.publish(ANSWERED)
    bus.publish(TelephonyLost())
    assert seen == [("first", RINGING), ("second", RINGING), ("second", ANSWERED)]


def test_an_event_published_by_a_subscriber_waits_until_everybody_had_the_first() -> None:
    bus, seen = MemoryBus(), list[tuple[str, Event]]()

    def answers(event: OfferRinging) -> None:
        bus.publish(OfferAnswered(offer=event.offer))
        seen.append(("answers", event))

    bus.subscribe([OfferRinging], answers)
    bus.subscribe(OF_OFFERS, lambda event: seen.append(("watches", event)))
    bus.publish(RINGING)
    assert seen == [("answers", RINGING), ("watches", RINGING), ("watches", ANSWERED)]


def test_a_subscriber_that_fails_is_logged_and_stops_nobody(caplog: pytest.LogCaptureFixture) -> None:
    bus, seen = MemoryBus(), list[Event]()

    def fails(_: OfferRinging) -> None:
        raise ValueError

    bus.subscribe([OfferRinging], fails)
    bus.subscribe([OfferRinging], seen.append)
    bus.publish(RINGING)
    bus.publish(RINGING)
    assert seen == [RINGING, RINGING]
    assert "a subscriber of OfferRinging failed" in caplog.text


def test_who_unsubscribed_hears_no_more_even_when_asked_twice() -> None:
    bus, seen = MemoryBus(), list[Event]()
    leave = bus.subscribe(OF_OFFERS, seen.append)
    bus.publish(RINGING)
    leave()
    leave()
    bus.publish(RINGING)
    bus.publish(ANSWERED)
    assert seen == [RINGING]


def test_a_subscriber_may_leave_while_it_is_called() -> None:
    bus, seen = MemoryBus(), list[str]()

    def once(_: OfferRinging) -> None:
        seen.append("once")
        leave()

    leave = bus.subscribe([OfferRinging], once)
    bus.subscribe([OfferRinging], lambda _: seen.append("always"))
    bus.publish(RINGING)
    bus.publish(RINGING)
    assert seen == ["once", "always", "always"]


async def test_a_request_is_answered_by_its_server() -> None:
    bus = MemoryBus()

    async def serve(request: SetAvailability) -> Done:
        assert request is READY
        return Done()

    bus.serve(SetAvailability, serve)
    assert await bus.request(READY) == Done()


async def test_a_refusal_reaches_who_asked() -> None:
    bus = MemoryBus()

    async def serve(_: SetAvailability) -> Done:
        raise Refused("No such agent.", code="no_such_agent")

    bus.serve(SetAvailability, serve)
    with pytest.raises(Refused, match=r"No such agent\."):
        await bus.request(READY)


async def test_a_request_that_nobody_serves_is_not_available() -> None:
    with pytest.raises(NotAvailable, match="nobody answers GetCase"):
        await MemoryBus().request(GetCase(number=CaseNumber("1/26")))


async def test_a_server_that_takes_too_long_is_not_available_and_is_cancelled() -> None:
    bus, cancelled = MemoryBus(), asyncio.Event()

    async def serve(_: SetAvailability) -> Done:
        try:
            await asyncio.Event().wait()
        finally:
            cancelled.set()
        return Done()

    bus.serve(SetAvailability, serve)
    with pytest.raises(NotAvailable, match="no answer to SetAvailability within 0 s"):
        await bus.request(READY, timeout_s=0)
    assert cancelled.is_set()


def test_two_servers_of_one_request_are_a_mistake() -> None:
    bus = MemoryBus()

    async def serve(_: SetAvailability) -> Done:
        return Done()

    bus.serve(SetAvailability, serve)
    with pytest.raises(CentralaError, match="two servers for SetAvailability"):
        bus.serve(SetAvailability, serve)
