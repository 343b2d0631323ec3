"""The link against a scripted peer, in memory and in virtual time; P2 to P15 of panoramisk's faults."""

import asyncio
import itertools
import random
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress

import pytest

from acd.adapters import ami_link
from acd.adapters.ami_connection import Outcome
from acd.adapters.ami_link import AmiLink
from acd.adapters.ami_message import AmiEvent, AmiReply
from acd.errors import AmiDown, AmiError, AmiRefused, AmiTimeout
from runtime.config import Ami
from tests.fakes.ami_peer import AmiPeer, LoopClock, VirtualTimePolicy

pytestmark = pytest.mark.filterwarnings("ignore:Overriding the:pytest.PytestDeprecationWarning")
SETTINGS = Ami(secret="secret", events_max=100)


@pytest.fixture
def event_loop_policy() -> VirtualTimePolicy:
    return VirtualTimePolicy()


class Owner:
    """What a link reports to: keeps the story and does in `on_up` what the test says."""

    def __init__(self) -> None:
        self.story: list[str] = []
        self.resync: Callable[[], Awaitable[object]] | None = None
        self.fails_on = ""
        self.events: list[AmiEvent] = []

    def on_event(self, event: AmiEvent) -> None:
        if event.get("UserEvent") == self.fails_on != "":
            raise ValueError("a mistake in the handler")
        self.events.append(event)
        self.story.append(event.get("UserEvent") or event.name)

    async def on_up(self) -> None:
        self.story.append("resync")
        if self.resync is not None:
            await self.resync()
        self.story.append("up")

    def on_down(self) -> None:
        self.story.append("down")

    @property
    def told(self) -> list[str]:
        return [one for one in self.story if one != "FullyBooted"]


@asynccontextmanager
async def running(peer: AmiPeer, owner: Owner, settings: Ami = SETTINGS) -> AsyncIterator[AmiLink]:
    link = AmiLink(
        settings=settings,
        on_event=owner.on_event,
        on_up=owner.on_up,
        on_down=owner.on_down,
        clock=LoopClock(),
        rng=random.Random(1),  # noqa: S311 - a test must repeat itself
        connect=peer.connect,
    )
    task = asyncio.create_task(link.run())
    try:
        await asyncio.sleep(0.01)
        yield link
    finally:
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task


def user_event(name: str) -> dict[str, str]:
    return {"Event": "UserEvent", "UserEvent": name}


async def test_the_link_logs_in_resynchronises_and_then_delivers() -> None:
    peer, owner = AmiPeer(), Owner()
    async with running(peer, owner) as link:
        peer.send(user_event("A"), user_event("B"))
        await asyncio.sleep(0.01)
        assert link.up
        assert link.trouble == ""
        assert owner.told == ["resync", "up", "A", "B"]
    assert owner.told[-1] == "down"
    assert not link.up


async def test_p2_an_action_without_an_answer_is_not_sent_again_after_a_reconnection() -> None:
    peer, owner = AmiPeer(), Owner()
    peer.on_action["Originate"] = lambda _id, _action: None
    replies: list[Outcome] = []
    async with running(peer, owner) as link:
        link.send("Originate", {"Channel": "PJSIP/2001"}, replies.append)
        peer.drop()
        await asyncio.sleep(10)
        assert peer.connections == 2
        assert len(peer.named("Originate")) == 1
    assert [type(one) for one in replies] == [AmiDown]


async def test_p3_a_half_open_link_is_noticed_by_the_missing_pong() -> None:
    peer, owner = AmiPeer(), Owner()
    async with running(peer, owner) as link:
        peer.stalled = True
        await asyncio.sleep(SETTINGS.ping_interval_s + SETTINGS.ping_timeout_s + 0.01)
        assert owner.told == ["resync", "up", "down"]
        peer.stalled = False
        await asyncio.sleep(10)
        assert owner.told == ["resync", "up", "down", "resync", "up"]
        assert link.counts.connections == 2


async def test_p4_a_silent_peer_is_a_timeout_and_its_late_answer_is_dropped() -> None:
    peer, owner = AmiPeer(), Owner()
    late: list[str] = []
    peer.on_action["Setvar"] = lambda action_id, _action: late.append(action_id)
    async with running(peer, owner) as link:
        with pytest.raises(AmiTimeout):
            await link.action("Setvar", {"Variable": "A", "Value": "1"}, 2)
        peer.send({"Response": "Success", "ActionID": late[0]})
        await asyncio.sleep(0.01)
        assert link.counts.late_replies == 1
        assert (await link.action("Ping")).ok


async def test_p4_a_cancelled_action_leaves_nothing_behind() -> None:
    peer, owner = AmiPeer(), Owner()
    peer.on_action["Setvar"] = lambda _id, _action: None
    async with running(peer, owner) as link:
        task = asyncio.create_task(link.action("Setvar", {"Variable": "A", "Value": "1"}))
        await asyncio.sleep(0)
        task.cancel()
        await asyncio.wait({task})
        assert link._connection is not None
        assert link._connection._exchanges == {}


async def test_p5_an_exception_in_a_handler_costs_neither_the_link_nor_the_events_behind_it() -> None:
    peer, owner = AmiPeer(), Owner()
    owner.fails_on = "B"
    async with running(peer, owner) as link:
        peer.send(user_event("A"), user_event("B"), user_event("C"))
        await asyncio.sleep(0.01)
        assert owner.told == ["resync", "up", "A", "C"]
        assert link.up
        assert link.counts.failed_handlers == 1


async def test_p5_an_exception_in_the_handler_of_an_answer_costs_nothing_else() -> None:
    peer, owner = AmiPeer(), Owner()

    def mistaken(_outcome: Outcome) -> None:
        raise ValueError("a mistake in the handler")

    async with running(peer, owner) as link:
        link.send("Setvar", {"Variable": "A", "Value": "1"}, mistaken)
        await asyncio.sleep(0.01)
        assert link.up
        assert link.counts.failed_handlers == 1


async def test_p6_events_are_delivered_in_the_order_of_the_stream() -> None:
    peer, owner = AmiPeer(), Owner()
    peer.chunk_bytes = 7
    names = [f"N{number}" for number in range(200)]
    async with running(peer, owner):
        peer.send(*(user_event(name) for name in names))
        await asyncio.sleep(0.1)
        assert owner.told[2:] == names


async def test_p7_an_originate_that_is_not_asynchronous_is_an_action_like_any_other() -> None:
    peer, owner = AmiPeer(), Owner()
    async with running(peer, owner) as link:
        assert (await link.action("Originate", {"Channel": "PJSIP/2001"})).ok
        assert link.up


async def test_p8_an_added_queue_member_is_one_answer() -> None:
    peer, owner = AmiPeer(), Owner()
    peer.on_action["QueueAdd"] = lambda action_id, _action: [
        {"Response": "Success", "ActionID": action_id, "Message": "Added interface to queue"}
    ]
    async with running(peer, owner) as link:
        assert (await link.action("QueueAdd", {"Queue": "q"})).message == "Added interface to queue"


async def test_p9_an_error_instead_of_a_list_is_a_refusal() -> None:
    peer, owner = AmiPeer(), Owner()
    peer.on_action["Status"] = lambda action_id, _action: [
        {"Response": "Error", "ActionID": action_id, "Message": "No such channel"}
    ]
    async with running(peer, owner) as link:
        with pytest.raises(AmiRefused, match="No such channel"):
            await link.collect("Status")


async def test_p10_a_character_split_over_two_packets_survives() -> None:
    peer, owner = AmiPeer(), Owner()
    peer.chunk_bytes = 1
    async with running(peer, owner):
        await asyncio.sleep(0.1)
        peer.send({"Event": "UserEvent", "UserEvent": "A", "City": "Łódź"})
        await asyncio.sleep(0.1)
        assert owner.events[-1].get("City") == "Łódź"


async def test_p11_nothing_of_an_action_with_a_line_break_is_written() -> None:
    peer, owner = AmiPeer(), Owner()
    async with running(peer, owner) as link:
        before = len(peer.actions)
        with pytest.raises(AmiRefused):
            await link.action("Setvar", {"Variable": "A", "Value": "1\r\n\r\nAction: Originate"})
        with pytest.raises(AmiRefused):
            link.send("Setvar", {"Variable": "A", "Value": "1\n"})
        assert len(peer.actions) == before


async def test_p12_everything_is_read_again_after_an_outage() -> None:
    peer, owner = AmiPeer(), Owner()
    async with running(peer, owner):
        peer.drop()
        await asyncio.sleep(5)
        assert owner.told == ["resync", "up", "down", "resync", "up"]


async def test_p13_a_refused_login_is_retried_rarely_and_ever_more_rarely() -> None:
    peer, owner = AmiPeer(secret="another"), Owner()
    async with running(peer, owner) as link:
        await asyncio.sleep(ami_link.LOGIN_RETRY_FIRST_S / 2 - 1)
        assert len(peer.named("Login")) == 1
        await asyncio.sleep(600)
        assert 4 <= len(peer.named("Login")) <= 10
        assert "refuses the login" in link.trouble
        assert owner.told == []
        peer.secret = "secret"
        await asyncio.sleep(ami_link.LOGIN_RETRY_MAX_S)
        assert owner.told == ["resync", "up"]
        assert link.counts.refused_logins >= 4


async def test_p14_a_cancelled_link_does_not_come_back() -> None:
    peer, owner = AmiPeer(), Owner()
    async with running(peer, owner):
        pass
    connections = peer.connections
    await asyncio.sleep(1000)
    assert peer.connections == connections
    assert asyncio.all_tasks() == {asyncio.current_task()}


async def test_p15_sending_without_a_link_is_an_error_of_ours() -> None:
    peer, owner = AmiPeer(), Owner()
    peer.refusing_connections = True
    async with running(peer, owner) as link:
        with pytest.raises(AmiDown):
            link.send("Ping", {})
        with pytest.raises(AmiDown):
            await link.action("Ping")
        with pytest.raises(AmiDown):
            await link.collect("Status")


async def test_an_action_is_on_the_wire_before_send_returns() -> None:
    peer, owner = AmiPeer(), Owner()
    async with running(peer, owner) as link:
        link.send("Originate", {"Channel": "PJSIP/2001"}, action_id="originate-o1")
        assert peer.named("Originate")[0]["ActionID"] == ["originate-o1"]


async def test_a_handler_sends_within_the_turn_in_which_its_event_was_read() -> None:
    peer, owner = AmiPeer(), Owner()
    async with running(peer, owner) as link:

        def answer(_event: AmiEvent) -> None:
            link.send("Originate", {"Channel": "PJSIP/2001"})

        link._on_event = answer
        assert link._connection is not None
        link._connection.data_received(b"Event: Hangup\r\n\r\n")
        assert len(peer.named("Originate")) == 1


async def test_events_during_the_resynchronisation_come_after_it_in_order_and_marked() -> None:
    peer, owner = AmiPeer(), Owner()
    peer.before_list = [user_event("old")]
    async with running(peer, owner) as link:

        async def resync() -> None:
            peer.before_list = [user_event("B")]
            peer.send(user_event("A"))
            await link.collect("Status")
            peer.send(user_event("C"))
            await asyncio.sleep(0.01)

        owner.resync = resync
        peer.drop()
        await asyncio.sleep(5)
        peer.send(user_event("D"))
        await asyncio.sleep(0.01)
        assert owner.told[2:] == ["down", "resync", "up", "A", "B", "C", "D"]
        assert [one.held for one in owner.events[-4:]] == [True, True, True, False]


async def test_too_many_held_events_are_counted_and_the_link_begins_again() -> None:
    peer, owner = AmiPeer(), Owner()
    floods = [True]
    async with running(peer, owner) as link:

        async def resync() -> None:
            if floods.pop() if floods else False:
                peer.send(*(user_event(f"N{number}") for number in range(200)))
                await link.collect("Status")

        owner.resync = resync
        peer.drop()
        await asyncio.sleep(5)
        assert link.counts.overflows == 1
        assert owner.told == ["resync", "up", "down", "resync", "down", "resync", "up"]


async def test_a_mistake_in_the_resynchronisation_is_retried_not_fatal() -> None:
    peer, owner = AmiPeer(), Owner()
    mistakes = [ValueError("a mistake")]

    async def resync() -> None:
        if mistakes:
            raise mistakes.pop()

    owner.resync = resync
    async with running(peer, owner) as link:
        await asyncio.sleep(5)
        assert owner.told == ["resync", "down", "resync", "up"]
        assert link.up


async def test_a_resynchronisation_that_hangs_is_given_up() -> None:
    peer, owner = AmiPeer(), Owner()
    waits = [3600.0]

    async def resync() -> None:
        if waits:
            await asyncio.sleep(waits.pop())

    owner.resync = resync
    async with running(peer, owner):
        await asyncio.sleep(ami_link.RESYNC_TIMEOUT_S + 5)
        assert owner.told == ["resync", "down", "resync", "up"]


async def test_a_drop_in_the_middle_of_a_list_is_down_and_the_half_list_is_thrown_away() -> None:
    peer, owner = AmiPeer(), Owner()

    def half(action_id: str, _action: object) -> list[dict[str, str]]:
        return [
            {"Response": "Success", "ActionID": action_id, "EventList": "start"},
            {"Event": "Status", "ActionID": action_id, "Channel": "PJSIP/trunk-1"},
        ]

    peer.on_action["Status"] = half
    async with running(peer, owner) as link:
        waiting = asyncio.create_task(link.collect("Status"))
        await asyncio.sleep(0.01)
        peer.drop()
        with pytest.raises(AmiDown):
            await waiting
        assert "Status" not in owner.told


async def test_a_list_may_last_as_long_as_it_moves() -> None:
    peer, owner = AmiPeer(), Owner()
    ids: list[str] = []
    peer.on_action["Status"] = lambda action_id, _action: ids.append(action_id)
    async with running(peer, owner, SETTINGS.model_copy(update={"ping_interval_s": 500.0})) as link:
        waiting = asyncio.create_task(link.collect("Status", timeout_s=3))
        await asyncio.sleep(0.01)
        peer.send({"Response": "Success", "ActionID": ids[0], "EventList": "start"})
        for _ in range(5):
            await asyncio.sleep(2)
            peer.send({"Event": "Status", "ActionID": ids[0]})
        peer.send({"Event": "StatusComplete", "ActionID": ids[0], "EventList": "Complete"})
        assert len(await waiting) == 5


async def test_a_peer_that_garbles_the_stream_is_left_and_tried_again() -> None:
    peer, owner = AmiPeer(), Owner()
    async with running(peer, owner) as link:
        peer.send_bytes(b"Event: " + b"x" * 300_000)
        await asyncio.sleep(5)
        assert owner.told == ["resync", "up", "down", "resync", "up"]
        assert link.up


async def test_a_block_that_is_no_message_is_counted_and_passed_over() -> None:
    peer, owner = AmiPeer(), Owner()
    async with running(peer, owner) as link:
        peer.send_bytes(b"nonsense\r\n\r\n")
        peer.send(user_event("A"))
        await asyncio.sleep(0.01)
        assert owner.told[-1] == "A"
        assert link.counts.unreadable == 1


async def test_a_peer_that_says_nothing_is_given_up_after_the_connect_timeout() -> None:
    peer, owner = AmiPeer(), Owner()
    peer.greets = False
    async with running(peer, owner) as link:
        await asyncio.sleep(SETTINGS.connect_timeout_s + 1)
        assert "no connection within" in link.trouble
        peer.greets = True
        await asyncio.sleep(SETTINGS.connect_timeout_s + 5)
        assert link.up


async def test_a_peer_that_closes_at_once_does_not_keep_the_loop_busy() -> None:
    peer, owner = AmiPeer(), Owner()
    peer.greets = False
    async with running(peer, owner):
        for _ in range(20):
            peer.drop()
            await asyncio.sleep(1)
        assert peer.connections < 60


async def test_an_asterisk_that_still_boots_is_waited_for() -> None:
    peer, owner = AmiPeer(), Owner()
    peer.boots = False
    async with running(peer, owner) as link:
        assert owner.told == []
        peer.send({"Event": "FullyBooted"})
        await asyncio.sleep(0.01)
        assert owner.told == ["resync", "up"]
        assert link.up


async def test_an_asterisk_that_never_says_that_it_booted_is_named_as_such() -> None:
    peer, owner = AmiPeer(), Owner()
    peer.boots = False
    async with running(peer, owner) as link:
        await asyncio.sleep(SETTINGS.connect_timeout_s + 1)
        assert "FullyBooted" in link.trouble


async def test_an_absent_asterisk_is_tried_with_growing_pauses_that_differ() -> None:
    peer, owner = AmiPeer(), Owner()
    moments: list[float] = []

    async def refuse(_factory: Callable[[], asyncio.Protocol]) -> None:
        moments.append(asyncio.get_running_loop().time())
        raise ConnectionRefusedError

    peer.connect = refuse  # type: ignore[assignment, method-assign]
    async with running(peer, owner):
        await asyncio.sleep(60)
    pauses = [later - earlier for earlier, later in itertools.pairwise(moments)]
    assert pauses[0] < pauses[3] < pauses[5]
    assert max(pauses) <= ami_link.RETRY_MAX_S + 0.01
    assert len({round(pause, 6) for pause in pauses}) == len(pauses)


async def test_an_answer_that_says_no_reaches_the_one_who_asked() -> None:
    peer, owner = AmiPeer(), Owner()
    peer.on_action["Hangup"] = lambda action_id, _action: [
        {"Response": "Error", "ActionID": action_id, "Message": "No such channel"}
    ]
    replies: list[Outcome] = []
    async with running(peer, owner) as link:
        with pytest.raises(AmiRefused, match="No such channel"):
            await link.action("Hangup", {"Channel": "x"})
        link.send("Hangup", {"Channel": "x"}, replies.append)
        await asyncio.sleep(0.01)
    assert isinstance(replies[0], AmiReply)
    assert not isinstance(replies[0], AmiError)
    assert not replies[0].ok
