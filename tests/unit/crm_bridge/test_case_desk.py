from collections.abc import Coroutine
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from contact.case import Case, Point
from contact.case_requests import (
    AddMediaUrls,
    AddNote,
    AddReporter,
    CaseFile,
    CasesOfCall,
    FindNearby,
    GetCaseFile,
    LinkCall,
)
from contact.errors import Refused
from contact.ids import E164, AgentId, CallId, CaseNumber, TopicId
from crm_bridge.adapters.case_file_store import Addition
from crm_bridge.adapters.catalogue_yaml import load_catalogue
from crm_bridge.asking import Asking
from crm_bridge.case_desk import CaseDesk
from crm_bridge.core.case import open_case
from crm_bridge.core.duplicates import DAY_S, Box
from runtime.bus import MemoryBus
from tests.fakes.crm import CALLER, ManualClock, catalogue, draft

CITY = load_catalogue(Path(__file__).parents[3] / "config" / "warszawa" / "catalogue")
ANNA, CALL, NUMBER = AgentId("anna"), CallId("7.1"), CaseNumber("1/26")
OTHER = E164("+48601222333")
NOW = 100 * DAY_S
POINT = Point(latitude=52.23, longitude=21.0)
CASE = open_case(draft(point=POINT), catalogue(), number=NUMBER, opened_at=NOW - DAY_S, promised_at=None)


@dataclass
class KnownFiles:
    """A store with one case; additions are kept."""

    asked: list[tuple[TopicId, float]] = field(default_factory=list)
    added: list[Addition] = field(default_factory=list)

    async def candidates(self, topic: TopicId, since: float, _: Box | None) -> tuple[tuple[Case, int], ...]:
        self.asked.append((topic, since))
        return ((CASE, 2),)

    async def file(self, number: CaseNumber) -> CaseFile | None:
        return CaseFile(case=CASE, further_reporters=2, events=(), calls=()) if number == NUMBER else None

    async def add_reporter(self, addition: Addition) -> CaseFile:
        self.added.append(addition)
        return CaseFile(case=CASE, further_reporters=3, events=(), calls=())

    add_note = add_reporter
    add_media = add_reporter

    async def link_call(self, *_: Any) -> CaseFile:
        return CaseFile(case=CASE, further_reporters=2, events=(), calls=())

    async def cases_of_call(self, _: CallId) -> tuple[Case, ...]:
        return (CASE,)


class Bench:
    def __init__(self) -> None:
        self.store = KnownFiles()
        self.changed: set[E164] = set()
        self.woken = 0
        self.bus = MemoryBus()
        desk = CaseDesk(
            store=self.store,  # type: ignore[arg-type]
            city=CITY,
            clock=ManualClock(NOW),
            asking=Asking(lambda: None),
            changed=self.changed.add,
            wake=self.wake,
        )
        desk.serve(self.bus)

    def wake(self) -> None:
        self.woken += 1

    def report(self, **changes: Any) -> Coroutine[Any, Any, CaseFile]:
        asked = {"number": NUMBER, "agent": ANNA, "idempotency_key": "k", "caller": OTHER, "call": CALL}
        return self.bus.request(AddReporter(**(asked | changes)))  # type: ignore[arg-type]


async def test_near_cases_follow_the_rule_of_their_topic() -> None:
    bench = Bench()
    place = {"latitude": POINT.latitude, "longitude": POINT.longitude + 0.0012}
    near = await bench.bus.request(FindNearby(topic=TopicId("street_light"), **place))
    assert [(one.case.number, one.further_reporters) for one in near] == [(NUMBER, 2)]
    assert await bench.bus.request(FindNearby(topic=TopicId("pothole"), **place)) == ()
    assert bench.store.asked == [("street_light", NOW - 21 * DAY_S), ("pothole", NOW - 30 * DAY_S)]
    with pytest.raises(Refused) as refusal:
        await bench.bus.request(FindNearby(topic=TopicId("nothing")))
    assert refusal.value.code == "unknown_topic"


async def test_a_reporter_wakes_the_delivery_and_makes_both_numbers_histories_stale() -> None:
    bench = Bench()
    assert (await bench.report()).further_reporters == 3
    assert (bench.changed, bench.woken) == ({CALLER, OTHER}, 1)
    (added,) = bench.store.added
    assert (added.caller, added.call, added.key, added.now) == (OTHER, CALL, "k", NOW)


async def test_another_request_under_the_same_key_has_another_fingerprint() -> None:
    bench = Bench()
    await bench.report()
    await bench.report()
    await bench.report(note="x")
    first, same, other = (one.fingerprint for one in bench.store.added)
    assert first == same != other


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"idempotency_key": "a b"}, "idempotency_key_invalid"),
        ({"note": "a\x00"}, "note_control_characters"),
        ({"call": "x" * 200}, "call_too_long"),
    ],
)
async def test_what_cannot_be_added_is_refused(changes: dict[str, Any], code: str) -> None:
    bench = Bench()
    with pytest.raises(Refused) as refusal:
        await bench.report(**changes)
    assert (refusal.value.code, bench.store.added) == (code, [])


async def test_a_note_says_something() -> None:
    bench = Bench()
    await bench.bus.request(AddNote(number=NUMBER, agent=ANNA, idempotency_key="k", text=" a\nb "))
    assert bench.store.added[0].text == "a\nb"
    with pytest.raises(Refused) as refusal:
        await bench.bus.request(AddNote(number=NUMBER, agent=ANNA, idempotency_key="k", text="  "))
    assert refusal.value.code == "missing_note"


async def test_files_and_links_are_answered() -> None:
    bench = Bench()
    assert await bench.bus.request(GetCaseFile(number=CaseNumber("9/26"))) is None
    assert await bench.bus.request(CasesOfCall(call=CALL)) == (CASE,)
    linked = await bench.bus.request(LinkCall(number=NUMBER, call=CALL, agent=ANNA))
    assert linked.case == CASE
    with pytest.raises(Refused):
        await bench.bus.request(LinkCall(number=NUMBER, call=CallId(""), agent=ANNA))


async def test_links_are_checked_and_each_given_once_to_the_store() -> None:
    bench = Bench()
    url = "https://zdjecia.example.pl/1.jpg"
    await bench.bus.request(
        AddMediaUrls(number=NUMBER, agent=ANNA, idempotency_key="m", urls=(url, url), call=CALL)
    )
    assert [one.media_urls for one in bench.store.added] == [(url,)]
    assert (bench.changed, bench.woken) == ({CALLER}, 1)
    with pytest.raises(Refused) as refusal:
        await bench.bus.request(
            AddMediaUrls(number=NUMBER, agent=ANNA, idempotency_key="n", urls=("javascript:1",))
        )
    assert refusal.value.code == "media_urls_invalid"
