"""A hang-up that Asterisk was asked for and did not carry out is asked for again."""

import asyncio

import pytest

from acd.adapters.ami_connection import OnReply
from acd.adapters.ami_hangups import CARRIED_OUT_WITHIN_S, REQUESTS_MAX, TRIES_MAX, HangupWatch
from acd.adapters.ami_message import AmiEvent, Fields
from acd.errors import AmiDown
from tests.fakes.ami_peer import VirtualTimePolicy

pytestmark = pytest.mark.filterwarnings("ignore:Overriding the:pytest.PytestDeprecationWarning")
CHANNEL = "PJSIP/trunk-00000001"


@pytest.fixture
def event_loop_policy() -> VirtualTimePolicy:
    return VirtualTimePolicy()


class Link:
    def __init__(self) -> None:
        self.sent: list[tuple[str, Fields]] = []
        self.is_down = False

    def send(
        self, name: str, fields: Fields, on_reply: OnReply | None = None, *, action_id: str | None = None
    ) -> None:
        assert (on_reply, action_id) == (None, None)
        if self.is_down:
            raise AmiDown("down")
        self.sent.append((name, fields))


class Bench:
    def __init__(self) -> None:
        self.link = Link()
        self.lost = 0
        self.watch = HangupWatch(link=self.link, lost=self._count)

    def _count(self) -> None:
        self.lost += 1

    def requested(self, leg: str = "1.1") -> None:
        self.watch.see(AmiEvent.of({"Event": "HangupRequest", "Uniqueid": leg, "Channel": CHANNEL}))

    def hung_up(self, leg: str = "1.1") -> None:
        self.watch.see(AmiEvent.of({"Event": "Hangup", "Uniqueid": leg, "Channel": CHANNEL}))


async def test_a_hang_up_that_follows_its_request_is_all_there_is() -> None:
    bench = Bench()
    bench.requested()
    bench.hung_up()
    await asyncio.sleep(10 * CARRIED_OUT_WITHIN_S)
    assert (bench.link.sent, bench.lost, bench.watch.pending) == ([], 0, 0)


async def test_a_lost_hang_up_is_asked_for_again_and_counted_once() -> None:
    bench = Bench()
    bench.requested()
    bench.requested()
    await asyncio.sleep(2.5 * CARRIED_OUT_WITHIN_S)
    assert bench.link.sent == [("Hangup", {"Channel": CHANNEL})] * 2
    bench.hung_up()
    await asyncio.sleep(10 * CARRIED_OUT_WITHIN_S)
    assert (len(bench.link.sent), bench.lost, bench.watch.pending) == (2, 1, 0)


async def test_a_channel_that_never_goes_is_given_up() -> None:
    bench = Bench()
    bench.requested()
    await asyncio.sleep(10 * TRIES_MAX * CARRIED_OUT_WITHIN_S)
    assert (len(bench.link.sent), bench.watch.pending) == (TRIES_MAX, 0)


async def test_while_the_link_is_down_nothing_is_asked_for() -> None:
    bench = Bench()
    bench.requested("1.1")
    bench.link.is_down = True
    await asyncio.sleep(1.5 * CARRIED_OUT_WITHIN_S)
    bench.watch.forget_all()
    bench.link.is_down = False
    await asyncio.sleep(10 * CARRIED_OUT_WITHIN_S)
    assert (bench.link.sent, bench.watch.pending) == ([], 0)


async def test_no_more_requests_are_followed_than_the_limit() -> None:
    bench = Bench()
    for n in range(REQUESTS_MAX + 5):
        bench.requested(f"1.{n}")
    assert bench.watch.pending == REQUESTS_MAX
    bench.watch.forget_all()


async def test_other_events_mean_nothing() -> None:
    bench = Bench()
    bench.watch.see(AmiEvent.of({"Event": "BridgeEnter", "Uniqueid": "1.1"}))
    bench.hung_up("2.2")
    assert bench.watch.pending == 0
