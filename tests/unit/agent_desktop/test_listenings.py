from typing import Any

from agent_desktop.listenings import Listenings
from contact.commands import Done
from contact.errors import Refused
from contact.ids import AgentId, CallId
from contact.listen_requests import StopListening
from contact.listening import ListeningBegan, ListeningEnded, ListeningId, ListeningTurned, ListenMode
from runtime.bus import MemoryBus

ANNA, SYLWIA = AgentId("anna"), AgentId("sylwia")
CALL, LISTENING = CallId("1.1"), ListeningId("l1")
BEGAN = ListeningBegan(
    listening=LISTENING,
    call=CALL,
    agent=ANNA,
    by=SYLWIA,
    name="Sylwia Z.",
    mode=ListenMode.LISTEN,
    began_at=10.0,
)
ENDED = ListeningEnded(listening=LISTENING, call=CALL, agent=ANNA, by=SYLWIA, ended_at=20.0)


def turned(mode: ListenMode) -> ListeningTurned:
    return ListeningTurned(listening=LISTENING, call=CALL, agent=ANNA, by=SYLWIA, mode=mode)


class Pages:
    """What supervisors and agents were shown."""

    def __init__(self, *, shown: bool = True) -> None:
        self.bus = MemoryBus()
        self.sent: list[tuple[AgentId, dict[str, Any]]] = []
        self.listeners: list[tuple[AgentId, tuple[dict[str, Any], ...]]] = []
        self.listenings = Listenings(
            bus=self.bus,
            send=lambda who, row: self.sent.append((who, row)),
            show=(lambda agent, rows: self.listeners.append((agent, rows))) if shown else None,
        )


def test_supervisor_and_agent_see_every_move() -> None:
    pages = Pages()
    for fact in (BEGAN, turned(ListenMode.WHISPER), ENDED):
        pages.listenings.follow(fact)
    assert [(who, row["mode"], row["began_at"]) for who, row in pages.sent] == [
        (SYLWIA, "listen", 10.0),
        (SYLWIA, "whisper", 10.0),
        (SYLWIA, None, None),
    ]
    assert pages.listeners == [
        (ANNA, ({"name": "Sylwia Z.", "mode": "listen"},)),
        (ANNA, ({"name": "Sylwia Z.", "mode": "whisper"},)),
        (ANNA, ()),
    ]


def test_where_the_city_wants_it_agents_are_not_told() -> None:
    pages = Pages(shown=False)
    pages.listenings.follow(BEGAN)
    assert len(pages.sent) == 1
    assert pages.listeners == []


def test_a_turn_of_something_unknown_is_nothing() -> None:
    pages = Pages()
    pages.listenings.follow(turned(ListenMode.BARGE))
    assert (pages.sent, pages.listeners) == ([], [])


async def test_a_lost_page_ends_what_was_heard_on_it_and_nothing_else() -> None:
    pages = Pages()
    stopped: list[StopListening] = []

    async def stop(request: StopListening) -> Done:
        stopped.append(request)
        if len(stopped) > 1:
            raise Refused("over", code="no_such_listening")
        return Done()

    pages.bus.serve(StopListening, stop)
    await pages.listenings.page_lost(SYLWIA)
    pages.listenings.follow(BEGAN)
    await pages.listenings.page_lost(ANNA)
    assert stopped == []
    await pages.listenings.page_lost(SYLWIA)
    await pages.listenings.page_lost(SYLWIA)
    assert stopped == [StopListening(listening=LISTENING, by=SYLWIA)] * 2


def test_a_supervisor_hears_a_call_until_the_listening_ends() -> None:
    listenings = Pages().listenings
    assert not listenings.hears(SYLWIA, CALL)
    listenings.follow(BEGAN)
    assert listenings.hears(SYLWIA, CALL)
    assert not listenings.hears(ANNA, CALL)
    assert not listenings.hears(SYLWIA, CallId("1.2"))
    listenings.follow(ENDED)
    assert not listenings.hears(SYLWIA, CALL)
