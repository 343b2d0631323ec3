from dataclasses import dataclass, field

from acd.entrance import Entrance, as_input
from contact.events import CallArrived, CallQueued, Input
from contact.ids import E164, CallId, ChannelName, Language, LegId, QueueId
from contact.missed import CallEntered, CallHandedOver

CALL, LEG = CallId("1.1"), LegId("1.1")
CHANNEL = ChannelName("PJSIP/trunk-00000001")
CALLER = E164("+48600100200")
ENTERED = CallEntered(call=CALL, leg=LEG, channel=CHANNEL, caller=CALLER, dialled="19115")
HANDED_OVER = CallHandedOver(
    call=CALL,
    leg=LEG,
    channel=CHANNEL,
    caller=CALLER,
    queue=QueueId("roads"),
    requirement="pl",
    priority=2,
    language=Language("pl"),
    path=("menu=2",),
    topic="roads",
    at=1_000.0,
)
ARRIVED = CallArrived(call=CALL, leg=LEG, channel=CHANNEL, caller=CALLER, dialled="19115")
QUEUED = CallQueued(
    call=CALL,
    leg=LEG,
    channel=CHANNEL,
    caller=CALLER,
    queue=QueueId("roads"),
    requirement="pl",
    priority=2,
    language=Language("pl"),
    joined_at=1_000.0,
    path=("menu=2",),
    topic="roads",
)


@dataclass
class Sight:
    is_blind: bool = False
    in_step: bool = False
    up: set[CallId] = field(default_factory=set)

    def is_up(self, call: CallId) -> bool:
        return call in self.up


class Bench:
    def __init__(self, **sight: bool) -> None:
        self.sight = Sight(**sight)
        self.known: set[CallId] = set()
        self.fed: list[Input] = []
        self.entrance = Entrance(sight=self.sight, has_call=self.known.__contains__, feed=self.fed.append)


def test_what_the_ivr_says_stands_for_what_asterisk_would_have_said() -> None:
    assert as_input(ENTERED) == ARRIVED
    assert as_input(HANDED_OVER) == QUEUED


def test_while_asterisk_cannot_be_heard_the_ivrs_word_is_taken() -> None:
    bench = Bench(is_blind=True)
    bench.entrance.hear(ENTERED)
    bench.entrance.hear(HANDED_OVER)
    assert bench.fed == [ARRIVED, QUEUED]


def test_with_the_link_up_asterisk_has_said_it_already() -> None:
    bench = Bench(in_step=True)
    bench.known.add(CALL)
    bench.entrance.hear(ENTERED)
    bench.entrance.hear(HANDED_OVER)
    assert bench.fed == []


def test_with_the_link_up_an_unknown_caller_is_taken_whose_leg_is_up() -> None:
    bench = Bench(in_step=True)
    bench.entrance.hear(ENTERED)
    assert bench.fed == []
    bench.sight.up.add(CALL)
    bench.entrance.hear(ENTERED)
    assert bench.fed == [ARRIVED]


def test_what_is_said_while_asterisk_is_looked_at_waits_until_that_is_done() -> None:
    bench = Bench()
    bench.entrance.hear(ENTERED)
    bench.entrance.hear(HANDED_OVER)
    assert bench.fed == []
    bench.entrance.resynced()
    bench.entrance.resynced()
    assert bench.fed == [ARRIVED]


def test_what_waited_for_a_look_that_failed_is_taken_first() -> None:
    bench = Bench()
    bench.entrance.hear(ENTERED)
    bench.sight.is_blind = True
    bench.entrance.hear(HANDED_OVER)
    assert bench.fed == [ARRIVED, QUEUED]
