"""Supervisors who want to hear a talk: what is asked, refused and told."""

from collections.abc import AsyncIterator

import pytest

from acd.listening import LISTENINGS_MAX, Listening
from contact.commands import Done
from contact.events import Event
from contact.ids import AgentId, CallId, Extension, OfferId
from contact.listen_requests import ListenIn, StopListening, TurnListening
from contact.listening import ListeningBegan, ListeningEnded, ListeningId, ListeningTurned, ListenMode
from tests.fakes.ami_peer import VirtualTimePolicy
from tests.unit.acd.test_talk_requests import Talk

pytestmark = pytest.mark.filterwarnings("ignore:Overriding the:pytest.PytestDeprecationWarning")
SYLWIA, OTHER = AgentId("sylwia"), AgentId("zenon")


@pytest.fixture
def event_loop_policy() -> VirtualTimePolicy:
    return VirtualTimePolicy()


class Floor:
    """Anna's talk, and what is done to supervisors' legs."""

    def __init__(self) -> None:
        self.talk = Talk()
        self.talk.begin()
        self.done: list[tuple[str, ...]] = []
        self.told: list[Event] = []
        self.made = self.looked = self.looks_in_vain = 0
        self.reachable = {"2009", "2009-web"}
        self.listening = Listening(
            shell=self.talk.shell,
            listeners=self,
            publish=self.told.append,
            now=self.talk.clock.now,
            new_id=self.new_id,
        )
        self.listening.serve(self.talk.bus)

    def new_id(self) -> str:
        self.made += 1
        return f"l{self.made}"

    def can_ring(self, device: str) -> bool:
        self.looked += 1
        return device in self.reachable and self.looked > self.looks_in_vain

    def ring(self, listening: ListeningId, *, offer: OfferId, device: str, mode: ListenMode) -> None:
        self.done.append(("ring", listening, offer, device, mode))

    def turn(self, listening: ListeningId, mode: ListenMode) -> None:
        self.done.append(("turn", listening, mode))

    def drop(self, listening: ListeningId) -> None:
        self.done.append(("drop", listening))

    def ask(self, by: AgentId = SYLWIA, call: CallId | None = None, *, in_page: bool = True) -> ListenIn:
        return ListenIn(
            call=call or self.talk.call,
            by=by,
            name=by.title(),
            extension=Extension("2009"),
            in_page=in_page,
            mode=ListenMode.LISTEN,
        )


@pytest.fixture
async def floor() -> AsyncIterator[Floor]:
    one = Floor()
    yield one
    one.talk.shell.stop()


async def test_a_talk_is_heard_turned_and_left(floor: Floor) -> None:
    started = await floor.talk.bus.request(floor.ask())
    assert floor.done == [("ring", "l1", floor.talk.offer, "2009-web", "listen")]
    assert floor.told == []
    floor.listening.answered(started.listening)
    floor.listening.answered(started.listening)
    turn = TurnListening(listening=started.listening, by=SYLWIA, mode=ListenMode.WHISPER)
    assert await floor.talk.bus.request(turn) == Done()
    await floor.talk.bus.request(StopListening(listening=started.listening, by=SYLWIA))
    assert floor.done[1:] == [("turn", "l1", "whisper"), ("drop", "l1")]
    floor.listening.gone(started.listening)
    floor.listening.gone(started.listening)
    began, turned, ended = floor.told
    assert isinstance(began, ListeningBegan)
    assert (began.call, began.agent, began.name) == (floor.talk.call, "anna", "Sylwia")
    assert isinstance(turned, ListeningTurned)
    assert isinstance(ended, ListeningEnded)


async def test_what_makes_no_sense_is_refused(floor: Floor) -> None:
    assert await floor.talk.refusal(floor.ask(call=CallId("9.9"))) == "not_talking"
    await floor.talk.bus.request(floor.ask())
    assert await floor.talk.refusal(floor.ask()) == "listening_already"
    foreign = StopListening(listening=ListeningId("l1"), by=OTHER)
    assert await floor.talk.refusal(foreign) == "no_such_listening"
    unknown = TurnListening(listening=ListeningId("l9"), by=SYLWIA, mode=ListenMode.BARGE)
    assert await floor.talk.refusal(unknown) == "no_such_listening"


async def test_there_is_a_limit(floor: Floor) -> None:
    for number in range(LISTENINGS_MAX):
        await floor.talk.bus.request(floor.ask(AgentId(f"s{number}")))
    assert await floor.talk.refusal(floor.ask(AgentId("one-more"))) == "too_many"


async def test_a_listener_whom_nobody_knows_is_ended(floor: Floor) -> None:
    floor.listening.answered(ListeningId("old"))
    assert floor.done == [("drop", "old")]
    await floor.talk.bus.request(floor.ask())
    floor.listening.forget_all()
    floor.listening.answered(ListeningId("l1"))
    assert floor.done[-1] == ("drop", "l1")
    assert [type(one) for one in floor.told] == [ListeningEnded]


async def test_the_phone_that_asks_is_the_one_that_rings_as_soon_as_it_is_known(floor: Floor) -> None:
    floor.looks_in_vain = 5
    await floor.talk.bus.request(floor.ask())
    await floor.talk.bus.request(floor.ask(OTHER, in_page=False))
    assert [one[3] for one in floor.done] == ["2009-web", "2009"]


async def test_who_has_no_phone_that_can_be_reached_is_told_so(floor: Floor) -> None:
    floor.reachable = {"2009"}
    assert await floor.talk.refusal(floor.ask()) == "phone_unreachable"
    assert floor.done == []
    floor.reachable = {"2009-web"}
    await floor.talk.bus.request(floor.ask())
