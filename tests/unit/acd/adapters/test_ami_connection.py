"""One connection: limits, correlation, and the end of everything pending."""

import asyncio

import pytest

from acd.adapters import ami_connection
from acd.adapters.ami_connection import AmiConnection, AmiCounts, Outcome
from acd.adapters.ami_link import decode, encode
from acd.adapters.ami_message import AmiEvent
from acd.errors import AmiDown, AmiGarbled, AmiRefused, AmiTimeout
from tests.fakes.ami_peer import AmiPeer, MemoryTransport, VirtualTimePolicy

pytestmark = pytest.mark.filterwarnings("ignore:Overriding the:pytest.PytestDeprecationWarning")


@pytest.fixture
def event_loop_policy() -> VirtualTimePolicy:
    return VirtualTimePolicy()


class Bench:
    """A connection to a peer that answers nothing by itself, and what came of it."""

    def __init__(self) -> None:
        self.events: list[AmiEvent] = []
        self.outcomes: list[Outcome] = []
        self.counts = AmiCounts()
        self.written = bytearray()
        self.connection = AmiConnection(
            decode=decode, encode=encode, on_event=self.events.append, counts=self.counts
        )
        self.transport = MemoryTransport(self.connection, self.written.extend)
        self.connection.connection_made(self.transport)
        self.connection.data_received(b"Asterisk Call Manager/11.0.0\r\n")

    def ask(self, action_id: str = "1", items: list[AmiEvent] | None = None) -> None:
        self.connection.send(
            "Status", {}, self.outcomes.append, action_id=action_id, timeout_s=5, items=items
        )

    def hear(self, text: str) -> None:
        self.connection.data_received(text.replace("\n", "\r\n").encode())


async def test_the_banner_is_known() -> None:
    assert await Bench().connection.greeted == "Asterisk Call Manager/11.0.0"


async def test_each_answer_goes_to_the_one_who_asked_in_whatever_order() -> None:
    bench = Bench()
    first: list[Outcome] = []
    bench.connection.send("Ping", {}, first.append, action_id="1", timeout_s=5)
    bench.ask("2")
    bench.hear("Response: Success\nActionID: 2\n\nResponse: Error\nActionID: 1\n\n")
    assert [one.get("ActionID") for one in first if isinstance(one, AmiEvent)] == ["1"]
    assert [one.get("ActionID") for one in bench.outcomes if isinstance(one, AmiEvent)] == ["2"]


async def test_an_action_id_is_used_once_at_a_time() -> None:
    bench = Bench()
    bench.ask("1")
    with pytest.raises(AmiRefused):
        bench.ask("1")


async def test_too_many_unanswered_actions_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ami_connection, "PENDING_MAX", 2)
    bench = Bench()
    bench.ask("1")
    bench.ask("2")
    with pytest.raises(AmiRefused):
        bench.ask("3")


async def test_a_peer_that_does_not_read_is_dropped(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(MemoryTransport, "get_write_buffer_size", lambda _self: 2_000_000)
    bench = Bench()
    bench.ask()
    assert isinstance(await bench.connection.lost, AmiDown)
    assert isinstance(bench.outcomes[0], AmiDown)


async def test_a_list_without_end_is_dropped(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ami_connection, "LIST_ITEMS_MAX", 3)
    bench = Bench()
    bench.ask(items=[])
    bench.hear("Response: Success\nActionID: 1\nEventList: start\n\n" + "Event: Status\nActionID: 1\n\n" * 4)
    assert isinstance(await bench.connection.lost, AmiGarbled)


async def test_a_list_that_asterisk_breaks_off_is_of_unknown_content() -> None:
    bench = Bench()
    bench.ask(items=[])
    bench.hear("Response: Success\nActionID: 1\nEventList: start\n\n")
    bench.hear("Event: StatusComplete\nActionID: 1\nEventList: cancelled\n\n")
    assert isinstance(bench.outcomes[0], AmiTimeout)


async def test_an_event_that_carries_a_pending_actions_id_is_still_an_event() -> None:
    bench = Bench()
    bench.ask()
    bench.hear("Event: OriginateResponse\nActionID: 1\n\n")
    assert [one.name for one in bench.events] == ["OriginateResponse"]


async def test_nothing_is_read_behind_a_drop() -> None:
    bench = Bench()
    bench.events = []
    bench.connection._on_event = lambda _event: bench.connection.drop(AmiDown("enough"))
    bench.hear("Event: A\n\nEvent: B\n\n")
    assert str(await bench.connection.lost) == "enough"
    with pytest.raises(AmiDown):
        bench.ask()


async def test_closing_ends_what_is_pending_once() -> None:
    bench = Bench()
    bench.ask()
    await bench.connection.close()
    bench.hear("Response: Success\nActionID: 1\n\n")
    await asyncio.sleep(60)
    assert [type(one) for one in bench.outcomes] == [AmiDown]
    assert bench.counts.timeouts == 0


async def test_a_connection_that_was_never_made_closes_like_any_other() -> None:
    bench = AmiConnection(decode=decode, encode=encode, on_event=lambda _event: None, counts=AmiCounts())
    await bench.close()
    await bench.abandon()


async def test_the_fake_peer_greets_and_answers_as_asterisk_does() -> None:
    peer = AmiPeer()
    connection = AmiConnection(decode=decode, encode=encode, on_event=lambda _event: None, counts=AmiCounts())
    await peer.connect(lambda: connection)
    assert await connection.greeted == "Asterisk Call Manager/11.0.0"
    await connection.close()
