import json

import pytest

from acd.core.engine import Engine
from acd.core.policy import Relaxation
from acd.core.skills import parse
from acd.core.snapshot import Snapshot
from contact import codec
from contact.events import OfferAnswered
from contact.ids import AgentId
from contact.states import Availability, OfferCause, PhoneState
from tests.unit.acd.core.floor import WASTE, Floor, numbered_anew, queue


def written_and_read(snapshot: Snapshot) -> Snapshot:
    return codec.from_plain(Snapshot, json.loads(json.dumps(codec.to_plain(snapshot))))


def busy_floor() -> Floor:
    """One of everything: a talk, a wrap-up, a ringing phone, a held agent, callers who wait, stale words."""
    step = Relaxation(after_s=30, requirement=parse("roads"))
    floor = Floor(queue("roads", "roads>=50", relaxations=(step,)), WASTE, wrap_up_s=60.0)
    floor.agent("anna")
    floor.talked()
    floor.agent("bartek")
    floor.call()
    floor.answer()
    floor.agent("celina", waste=50)
    floor.call("waste")
    floor.end_leg(floor.ringing().offer, OfferCause.DECLINED)
    floor.agent("dorota", roads=70)
    floor.call()
    floor.call(requirement="pl", priority=2)
    floor.arrive()
    floor.tell(OfferAnswered(offer=floor.ringing().offer), OfferAnswered(offer=floor.ringing().offer))
    floor.wish("bartek", Availability.NOT_READY, "lunch", by="sylwia")
    return floor


def test_a_snapshot_outlives_being_written_down() -> None:
    snapshot = busy_floor().engine.snapshot()
    assert written_and_read(snapshot) == snapshot


def test_an_engine_brought_back_is_the_same() -> None:
    floor = busy_floor()
    snapshot = floor.engine.snapshot()
    back = Engine.restore(written_and_read(snapshot), floor.policy).snapshot()
    assert numbered_anew(back) == numbered_anew(snapshot)


def test_an_engine_brought_back_does_the_same_from_then_on() -> None:
    told: list[list[object]] = []
    for restored in (False, True):
        floor = busy_floor()
        if restored:
            floor.engine = Engine.restore(written_and_read(floor.engine.snapshot()), floor.policy)
        before = len(floor.commands)
        floor.pass_s(20)
        floor.phone("anna", PhoneState.UNREACHABLE)
        floor.call("waste")
        floor.pass_s(100)
        told.append(list(floor.commands[before:]))
    assert told[0] == told[1]
    assert told[0]


def test_a_snapshot_does_not_change_with_its_engine() -> None:
    floor = busy_floor()
    snapshot = floor.engine.snapshot()
    kept = json.dumps(codec.to_plain(snapshot))
    floor.pass_s(200)
    assert json.dumps(codec.to_plain(snapshot)) == kept


def test_an_engine_does_not_write_into_the_snapshot_it_came_from() -> None:
    floor = busy_floor()
    snapshot = floor.engine.snapshot()
    kept = json.dumps(codec.to_plain(snapshot))
    Engine.restore(snapshot, floor.policy).advance(floor.now + 200)
    assert json.dumps(codec.to_plain(snapshot)) == kept


def test_phones_without_an_agent_are_kept_too() -> None:
    floor = Floor()
    floor.phone("anna", PhoneState.IDLE)
    floor.engine = Engine.restore(written_and_read(floor.engine.snapshot()), floor.policy)
    floor.agent("anna", phone=PhoneState.IDLE, wish=Availability.READY)
    assert floor.see().agent == AgentId("anna")


def test_a_snapshot_of_an_earlier_version_is_read_and_one_of_a_later_is_refused() -> None:
    plain = codec.to_plain(busy_floor().engine.snapshot())
    del plain["phones"]
    assert codec.from_plain(Snapshot, plain).phones == ()
    plain["moods"] = []
    with pytest.raises(codec.CodecError, match="moods"):
        codec.from_plain(Snapshot, plain)
