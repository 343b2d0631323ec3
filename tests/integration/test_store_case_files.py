"""Reporters, notes, calls and people on SQLite and on PostgreSQL."""

import asyncio
import uuid
from collections.abc import AsyncIterator
from dataclasses import replace

import pytest

from contact.agent_day import AgentDay
from contact.case import CaseStatus, Point
from contact.errors import Refused
from contact.ids import E164, AgentId, CallId, CaseNumber, Language, TopicId
from contact.people import ContactKind, NewPerson, PersonId
from crm_bridge.adapters.agent_day import read_agent_day
from crm_bridge.adapters.case_file_store import Addition, CaseFileStore
from crm_bridge.adapters.outbox import StoredOutbox
from crm_bridge.adapters.person_store import PersonStore
from crm_bridge.adapters.store import Filing, Store
from crm_bridge.core.case import open_case
from crm_bridge.core.delivery import RefusedForGood
from crm_bridge.core.duplicates import box_around
from runtime.db import Database
from tests.fakes.crm import CALLER, PlainTemplate, catalogue, draft, ended

ANNA = AgentId("anna")
OTHER = E164("+48601222333")
POINT = Point(latitude=52.23, longitude=21.0, northing=5_788_678.96, easting=7_500_423.57)


@pytest.fixture
async def database(store_url: str) -> AsyncIterator[Database]:
    made = Database(store_url)
    await made.upgrade()
    await _store(made).load_catalogue(catalogue())
    yield made
    await made.close()


def _store(database: Database) -> Store:
    return Store(database=database, new_id=lambda: str(uuid.uuid4()))


def _files(database: Database) -> CaseFileStore:
    return CaseFileStore(database=database, new_id=lambda: str(uuid.uuid4()))


def _outbox(database: Database) -> StoredOutbox:
    return StoredOutbox(database=database, template=PlainTemplate())


async def _filed(
    database: Database, key: str = "k", *, opened_at: float = 1.0, **changes: object
) -> CaseNumber:
    filing = Filing(
        key=key,
        fingerprint="f",
        year=2026,
        filed_at=opened_at,
        catalogue_version="v1",
        build=lambda number: open_case(
            draft(**changes), catalogue(), number=number, opened_at=opened_at, promised_at=None
        ),
    )
    return (await _store(database).file(filing))[0].number


def _addition(number: CaseNumber, key: str = "a", **changes: object) -> Addition:
    plain = Addition(
        number=number,
        key=key,
        fingerprint="f",
        agent=ANNA,
        caller=OTHER,
        call=CallId("7.1"),
        text="",
        now=5.0,
    )
    return replace(plain, **changes)  # type: ignore[arg-type]


async def test_a_point_is_kept_in_both_systems(database: Database) -> None:
    number = await _filed(database, point=POINT)
    case = await _store(database).case(number)
    assert case is not None
    assert case.point == POINT


async def test_a_reporter_is_counted_once_and_told_to_the_crm_after_the_case(database: Database) -> None:
    number, files, outbox = await _filed(database), _files(database), _outbox(database)
    await asyncio.gather(*(files.add_reporter(_addition(number)) for _ in range(4)))
    found = await files.add_reporter(_addition(number, key="b"))
    assert found.further_reporters == 1
    assert [one.kind for one in found.events] == ["opened", "reporter_added"]
    assert [(one.call, one.reason) for one in found.calls] == [("7.1", "reporter")]
    (first,) = await outbox.claim("w", 10.0, lease_s=5, deliveries_max=9)
    assert first.is_case
    await outbox.mark_delivered(first, "SR-1", 11.0)
    (second,) = await outbox.claim("w", 11.0, lease_s=5, deliveries_max=9)
    assert (second.kind, second.case.reference) == ("reporter", "SR-1")
    assert second.idempotency_key != first.idempotency_key
    assert await outbox.mark_delivered(second, "", 12.0)
    after = await files.file(number)
    assert after is not None
    assert (after.case.reference, after.case.status) == ("SR-1", CaseStatus.DELIVERED)
    assert [one.kind for one in after.events][-1] == "news_delivered"
    assert await outbox.claim("w", 13.0, lease_s=5, deliveries_max=9) == ()


async def test_the_case_becomes_one_of_the_reporters_open_cases(database: Database) -> None:
    number = await _filed(database)
    assert (await _store(database).history(OTHER, 5)).open_cases == ()
    await _files(database).add_reporter(_addition(number))
    assert [one.number for one in (await _store(database).history(OTHER, 5)).open_cases] == [number]
    assert [one.number for one in (await _store(database).history(CALLER, 5)).open_cases] == [number]


async def test_the_first_reporter_is_not_counted_again_and_unnamed_ones_each(database: Database) -> None:
    number, files = await _filed(database), _files(database)
    found = await files.add_reporter(_addition(number, caller=CALLER))
    assert found.further_reporters == 0
    assert [one.reason for one in found.calls] == ["about"]
    for key in ("x", "y", "x"):
        found = await files.add_reporter(_addition(number, key=key, caller=E164(""), call=None))
    assert found.further_reporters == 2


async def test_what_cannot_be_added_leaves_nothing_behind(database: Database) -> None:
    files = _files(database)
    with pytest.raises(Refused) as refusal:
        await files.add_reporter(_addition(CaseNumber("9/26")))
    assert refusal.value.code == "not_found"
    number = await _filed(database)
    await files.add_note(_addition(number, text="pierwsza"))
    with pytest.raises(Refused) as refusal:
        await files.add_note(_addition(number, text="inna", fingerprint="g"))
    assert refusal.value.code == "idempotency_mismatch"
    found = await files.file(number)
    assert found is not None
    assert [one.detail for one in found.events if one.kind == "note"] == ["pierwsza"]


async def test_a_closed_case_takes_no_reporter_but_a_note(database: Database) -> None:
    store, files = _store(database), _files(database)
    filing = Filing(
        key="old",
        fingerprint="f",
        year=2026,
        filed_at=1.0,
        catalogue_version="v1",
        build=lambda number: open_case(draft(), catalogue(), number=number, opened_at=1.0, promised_at=None),
    )
    await store.file_settled(filing, reference="SR-9", closed=True)
    number = CaseNumber("1/26")
    with pytest.raises(Refused) as refusal:
        await files.add_reporter(_addition(number))
    assert refusal.value.code == "case_closed"
    assert [one.kind for one in (await files.add_note(_addition(number, text="dalej"))).events][-1] == "note"


async def test_news_that_the_crm_refuses_leaves_the_case_as_it_is(database: Database) -> None:
    number, files, outbox = await _filed(database), _files(database), _outbox(database)
    (first,) = await outbox.claim("w", 10.0, lease_s=5, deliveries_max=9)
    await outbox.mark_delivered(first, "SR-1", 11.0)
    await files.add_note(_addition(number, text="uwaga"))
    (news,) = await outbox.claim("w", 12.0, lease_s=5, deliveries_max=9)
    assert news.body == '{"case_number": "1/26", "news": "note", "text": "uwaga"}'
    assert await outbox.mark_refused(news, "w", RefusedForGood(reason="no notes"), 13.0)
    found = await files.file(number)
    assert found is not None
    assert found.case.status is CaseStatus.DELIVERED
    assert (await outbox.standing()).refused == 1
    assert await outbox.requeue(number, 14.0)
    again = await files.file(number)
    assert again is not None
    assert again.case.status is CaseStatus.DELIVERED


async def test_links_are_kept_with_the_case_and_what_is_added_later_is_news(database: Database) -> None:
    first, second, third = (f"https://example.pl/{one}.jpg" for one in "123")
    number, files, outbox = (
        await _filed(database, media_urls=(first,)),
        _files(database),
        _outbox(database),
    )
    added = _addition(number, caller=E164(""), media_urls=(first, second))
    await asyncio.gather(*(files.add_media(replace(added, key=key)) for key in "ab"))
    found = await files.add_media(replace(added, key="b"))
    assert found.case.media_urls == (first, second)
    assert [one.detail for one in found.events if one.kind == "media"] == [second]
    more = tuple(f"{third}{one}" for one in range(4))
    with pytest.raises(Refused) as refusal:
        await files.add_media(_addition(number, key="c", media_urls=more))
    assert refusal.value.code == "too_many_media_urls"
    (case,) = await outbox.claim("w", 10.0, lease_s=5, deliveries_max=9)
    await outbox.mark_delivered(case, "SR-1", 11.0)
    (news,) = await outbox.claim("w", 11.0, lease_s=5, deliveries_max=9)
    assert (case.is_case, news.kind) == (True, "media")


async def test_a_call_and_a_case_know_each_other(database: Database) -> None:
    files = _files(database)
    first = await _filed(database, call=CallId("7.1"))
    second = await _filed(database, "l", opened_at=2.0)
    for _ in range(2):
        found = await files.link_call(second, CallId("7.1"), ANNA, 3.0)
    assert [(one.call, one.reason) for one in found.calls] == [("7.1", "about")]
    same = await files.link_call(first, CallId("7.1"), ANNA, 3.0)
    assert [(one.call, one.reason) for one in same.calls] == [("7.1", "filed")]
    assert [one.number for one in await files.cases_of_call(CallId("7.1"))] == [first, second]


async def test_candidates_are_open_cases_of_the_topic_with_their_reporters(database: Database) -> None:
    files = _files(database)
    number = await _filed(database, opened_at=100.0)
    await _filed(database, "l", opened_at=10.0)
    await files.add_reporter(_addition(number))
    found = await files.candidates(TopicId("pothole"), 50.0, None)
    assert [(case.number, count) for case, count in found] == [(number, 1)]
    assert await files.candidates(TopicId("tree"), 0.0, None) == ()


async def test_candidates_with_a_point_lie_within_the_box_and_others_are_left_to_their_address(
    database: Database,
) -> None:
    files = _files(database)
    near = await _filed(database, point=POINT)
    bare = await _filed(database, "l", opened_at=2.0)
    await _filed(database, "m", point=replace(POINT, longitude=21.01))
    found = await files.candidates(TopicId("pothole"), 0.0, box_around(POINT, 100))
    assert {case.number for case, _ in found} == {near, bare}


async def test_people_share_a_number_and_are_found_by_whatever_is_known(database: Database) -> None:
    people = PersonStore(database=database)
    new = NewPerson(
        name="Łucja Żółkiewska",
        language=Language("pl"),
        contacts=((ContactKind.ADDRESS, "ul. Śliska 4 m. 2"), (ContactKind.EMAIL, "lucja@example.pl")),
    )
    first, _, _ = await people.note(call=CallId("1"), caller=CALLER, agent=ANNA, new=new, now=1.0)
    second = replace(new, name="Jan Żółkiewski", contacts=())
    other, _, _ = await people.note(call=CallId("2"), caller=CALLER, agent=ANNA, new=second, now=2.0)
    known = (await _store(database).history(CALLER, 5)).people
    assert [(one.person, one.name) for one in known] == [(first, new.name), (other, second.name)]
    for typed in ("zolkiewska", "ŁUCJA żół", "sliska 4", "lucja@example.pl"):
        assert [one.person for one in (await people.search(typed)).people] == [first], typed
    assert {one.person for one in (await people.search("600 100 200")).people} == {first, other}
    assert (await people.search("100% _")).people == ()
    assert (await people.search("   ")).people == ()


async def test_a_person_who_calls_from_another_number_is_known_there_from_then_on(database: Database) -> None:
    people, store = PersonStore(database=database), _store(database)
    new = NewPerson(name="Jan Nowak", language=Language(""))
    person, _, _ = await people.note(call=CallId("1"), caller=CALLER, agent=ANNA, new=new, now=1.0)
    again, name, number = await people.identify(
        call=CallId("2"), caller=OTHER, agent=ANNA, person=person, now=2.0
    )
    assert (again, name, number) == (person, "Jan Nowak", CALLER)
    assert [one.name for one in (await store.history(OTHER, 5)).people] == ["Jan Nowak"]
    await store.add_contacts([ended("2", caller=OTHER)])
    assert [one.person for one in (await store.history(OTHER, 5)).contacts] == ["Jan Nowak"]
    with pytest.raises(Refused):
        await people.identify(call=CallId("3"), caller=OTHER, agent=ANNA, person=PersonId(99), now=3.0)


async def test_somebody_without_a_number_is_noted_once(database: Database) -> None:
    people = PersonStore(database=database)
    new = NewPerson(name="Ewa Lis", language=Language(""))
    await people.note(call=CallId("1"), caller=E164(""), agent=ANNA, new=new, now=1.0)
    with pytest.raises(Refused) as refusal:
        await people.note(call=CallId("2"), caller=E164(""), agent=ANNA, new=new, now=1.0)
    assert refusal.value.code == "person_known"


async def test_cases_are_found_by_number_reference_and_address(database: Database) -> None:
    people = PersonStore(database=database)
    number = await _filed(database, address="ul. Śliska 4")
    await _filed(database, "l", address="Wolska 1")
    for typed in (number, "sliska", "Śliska 4"):
        assert [one.number for one in (await people.search(typed)).cases] == [number], typed


async def test_an_agents_day_counts_calls_talk_and_what_has_no_disposition(database: Database) -> None:
    store = _store(database)
    await store.add_contacts([ended("1"), ended("2", arrived_at=2_000.0), ended("3", arrived_at=90_000.0)])
    await store.record_wrap_up(CallId("1"), ANNA, disposition="settled.information", note="", now=1.0)
    asked = AgentDay(agent=ANNA, begins_at=0.0, ends_at=86_400.0)
    tally = await read_agent_day(database, asked)
    assert (tally.calls, tally.talk_s, tally.without_disposition) == (2, 100.0, 1)
    current = replace(asked, in_hand=CallId("2"))
    assert (await read_agent_day(database, current)).without_disposition == 0
    nobody = await read_agent_day(database, replace(asked, agent=AgentId("bartek")))
    assert (nobody.calls, nobody.talk_s, nobody.without_disposition) == (0, 0.0, 0)
