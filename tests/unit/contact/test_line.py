import json

from hypothesis import given
from hypothesis import strategies as st

from contact.codec import from_plain, to_plain
from contact.flash import FlashId
from contact.ids import Language, QueueId
from contact.line import Closure, ClosureId, Flash, LineState, Place, PlaceKind, schedule_of
from contact.schedule import Schedule, ScheduleId

TEXTS = ((Language("pl"), "Woda"),)
FLASH = Flash(
    flash=FlashId("a"),
    title="Woda",
    place=Place(kind=PlaceKind.LINE),
    texts=TEXTS,
    starts_at=10.0,
    ends_at=20.0,
)
CLOSURE = Closure(
    closure=ClosureId("b"),
    queue=QueueId("roads"),
    reason="Awaria",
    texts=TEXTS,
    closed_by="sylwia",
    closed_at=10.0,
    until_at=20.0,
)


def test_a_flash_message_is_told_from_its_start_until_before_its_end() -> None:
    assert [FLASH.is_told(at) for at in (9.9, 10.0, 19.9, 20.0)] == [False, True, True, False]


def test_a_flash_message_that_is_off_is_never_told() -> None:
    off = Flash(**{name: getattr(FLASH, name) for name in FLASH.__slots__} | {"is_on": False})
    assert not off.is_told(15.0)


def test_a_closure_holds_until_before_its_end() -> None:
    assert [CLOSURE.holds(at) for at in (10.0, 19.9, 20.0)] == [True, True, False]


def test_a_schedule_is_found_by_its_name() -> None:
    office = Schedule(schedule=ScheduleId("office"), names=(), zone="Europe/Warsaw", week=("00:00-24:00",))
    state = LineState(schedules=(office,))
    assert schedule_of(state, ScheduleId("office")) == office
    assert schedule_of(state, ScheduleId("other")) is None


@given(state=st.from_type(LineState))
def test_what_is_decided_reads_back_as_it_was_written(state: LineState) -> None:
    assert from_plain(LineState, json.loads(json.dumps(to_plain(state)))) == state
