"""The whole bridge during a call: reporters and notes reach the CRM, people and places are found."""

import asyncio
from pathlib import Path

import pytest

from contact.agent_day import AgentDay
from contact.case import CaseDraft, Point
from contact.case_requests import (
    AddMediaUrls,
    AddNote,
    AddReporter,
    CasesOfCall,
    FindNearby,
    GetCaseFile,
    LinkCall,
)
from contact.commands import FileCase, GetCase, GetCatalogue, LookUpCaller
from contact.errors import NotAvailable, Refused
from contact.ids import E164, AgentId, CallId, CaseNumber, TopicId
from contact.knowledge import GetKnowledge
from contact.people import IdentifyCall, SearchCallers
from contact.photo import (
    AskForPhotos,
    FindPhotoRequest,
    GetCasePhotos,
    GetPictureAt,
    KeepPhoto,
    SetPhotoRemoved,
)
from contact.place import GetCityMap, LocatePoint
from crm_bridge.reference_crm import Fault, ReferenceCrm
from tests.integration.test_crm_bridge import NEW, Bench, bench, crm

__all__ = ["bench", "crm"]
ANNA, CALL = AgentId("anna"), CallId("1763800000.7")
OTHER = E164("+48500600701")
LAMP = TopicId("street_light")
POINT = Point(latitude=52.2395, longitude=20.9470)


async def filed(bench: Bench, key: str = "k", **changes: object) -> CaseNumber:
    plain = {"topic": TopicId("pothole"), "description": "Dziura", "caller": NEW, "point": POINT}
    draft = CaseDraft(**(plain | changes))  # type: ignore[arg-type]
    return (await bench.bus.request(FileCase(draft=draft, idempotency_key=key))).number


async def told(bench: Bench, count: int) -> list[dict[str, object]]:
    """Return what the CRM took, once it has so many."""
    while len(bench.crm.cases) < count:  # noqa: ASYNC110 - the reference CRM has no event of its own
        await asyncio.sleep(0.02)
    return [one["case"] for one in bench.crm.cases]


async def test_a_point_gives_the_district_the_metres_and_reaches_the_crm(bench: Bench) -> None:
    case = await bench.bus.request(GetCase(number=await filed(bench)))
    assert case is not None
    assert case.district == "Wola"
    assert case.point is not None
    assert case.point.easting == pytest.approx(7_496_400, abs=200)
    (sent,) = await told(bench, 1)
    assert (sent["latitude"], sent["epsg_2178_y"]) == (POINT.latitude, case.point.easting)
    with pytest.raises(Refused) as refusal:
        await filed(bench, "far", point=Point(latitude=0.0, longitude=0.0))
    assert refusal.value.code == "point_invalid"


async def test_a_reporter_and_a_note_follow_the_case_to_the_crm_once_each(
    bench: Bench, crm: ReferenceCrm
) -> None:
    number = await filed(bench)
    await bench.until_delivered(1)
    crm.add_faults(Fault(status=503), Fault(cut_after_accept=True))
    for _ in range(2):
        found = await bench.bus.request(
            AddReporter(number=number, agent=ANNA, idempotency_key="r", caller=OTHER, call=CALL)
        )
    await bench.bus.request(
        AddNote(number=number, agent=ANNA, idempotency_key="n", text="Pogłębia się", call=CALL)
    )
    assert found.further_reporters == 1
    case, reporter, note = await told(bench, 3)
    assert (reporter["news"], reporter["caller"], reporter["reference"]) == ("reporter", OTHER, "SR-000001")
    assert (note["news"], note["text"], note["case_number"]) == ("note", "Pogłębia się", case["case_number"])
    keys = [one["key"] for one in crm.cases]
    assert len(set(keys)) == 3
    kinds: list[str] = []
    while kinds.count("news_delivered") < 2:
        file = await bench.bus.request(GetCaseFile(number=number))
        assert file is not None
        kinds = [one.kind for one in file.events]
    assert len(crm.cases) == 3
    assert len(bench.delivered) == 1


async def test_links_to_photos_reach_the_crm_with_the_case_and_later(bench: Bench) -> None:
    first, second = "https://example.pl/1.jpg", "https://example.pl/2.jpg"
    number = await filed(bench, media_urls=(first,))
    await bench.until_delivered(1)
    await bench.bus.request(AddMediaUrls(number=number, agent=ANNA, idempotency_key="m", urls=(second,)))
    case, news = await told(bench, 2)
    assert (case["media_url"], case["media_urls"]) == (first, [first])
    assert (news["news"], news["media_urls"], news["reference"]) == ("media", [second], "SR-000001")


async def test_a_photo_reaches_the_crm_as_an_address_and_so_does_its_removal(bench: Bench) -> None:
    number = await filed(bench)
    await bench.until_delivered(1)
    made = await bench.bus.request(AskForPhotos(number=number, agent=ANNA, call=CALL))
    asked = await bench.bus.request(FindPhotoRequest(code=made.code.lower()))
    assert asked is not None
    assert (asked.number, dict(asked.titles)["en"]) == (number, "Pothole in a road or pavement")
    photo = KeepPhoto(code=made.code, digest="d", picture=b"p", thumbnail=b"t", width=4, height=3)
    for left in (4, 4):
        assert (await bench.bus.request(photo)).left == left
    found = await bench.bus.request(GetCasePhotos(number=number))
    assert found is not None
    (kept,) = found.photos
    await bench.bus.request(SetPhotoRemoved(number=number, photo=kept.photo, agent=ANNA, removed=True))
    _, came, gone = await told(bench, 3)
    assert (came["news"], gone["news"], came["reference"]) == ("photo", "photo_removed", "SR-000001")
    assert came["media_urls"] == gone["media_urls"]
    (address,) = came["media_urls"]  # type: ignore[misc]
    assert str(address).startswith("http://127.0.0.1:8080/photo/")
    assert await bench.bus.request(GetPictureAt(key=str(address).rpartition("/")[2])) is None


async def test_near_cases_are_found_by_point_and_by_address(bench: Bench) -> None:
    lamps = await bench.bus.request(
        FindNearby(topic=LAMP, latitude=52.2399, longitude=20.9475, district="Wola")
    )
    assert [one.case.address for one in lamps] == ["ul. Górczewska, od nr 15 do 31"]
    assert lamps[0].distance_m is not None
    assert lamps[0].distance_m < 60
    by_address = await bench.bus.request(FindNearby(topic=LAMP, address="Gorczewska", district="Wola"))
    assert [one.distance_m for one in by_address] == [None]
    assert await bench.bus.request(FindNearby(topic=LAMP, address="Puławska 3")) == ()


async def test_a_caller_finds_what_they_joined_when_they_call_again(bench: Bench) -> None:
    number = await filed(bench)
    assert (await bench.bus.request(LookUpCaller(caller=OTHER))).open_cases == ()
    await bench.bus.request(
        AddReporter(number=number, agent=ANNA, idempotency_key="r", caller=OTHER, call=CALL)
    )
    found = None
    while found is None or not found.complete:
        found = await bench.bus.request(LookUpCaller(caller=OTHER))
    assert [one.number for one in found.open_cases] == [number]


async def test_a_call_and_its_cases_know_each_other(bench: Bench) -> None:
    number = await filed(bench)
    await bench.bus.request(LinkCall(number=number, call=CALL, agent=ANNA))
    assert [one.number for one in await bench.bus.request(CasesOfCall(call=CALL))] == [number]
    file = await bench.bus.request(GetCaseFile(number=number))
    assert file is not None
    assert [one.call for one in file.calls] == [CALL]


async def test_the_demos_people_are_found_and_tied_to_a_call(bench: Bench) -> None:
    found = await bench.bus.request(SearchCallers(text="zielinsk"))
    assert [one.name for one in found.people] == ["Ewa Zielińska", "Jan Zieliński"]
    found = await bench.bus.request(SearchCallers(text="pulawska 111"))
    assert [one.name for one in found.people] == ["Jan Zieliński"]
    assert [one.address for one in found.cases] == ["ul. Puławska 111"]
    person = found.people[0].person
    known = await bench.bus.request(IdentifyCall(call=CALL, caller=E164(""), agent=ANNA, person=person))
    assert [one.title for one in known.history.open_cases] == ["Nieodebrane odpady"]


async def test_knowledge_and_map_fit_the_catalogue(bench: Bench) -> None:
    catalogue = await bench.bus.request(GetCatalogue())
    knowledge = await bench.bus.request(GetKnowledge())
    assert len(knowledge.articles) >= 25
    city = await bench.bus.request(GetCityMap())
    assert sorted(one.district for one in city.outlines) == sorted(catalogue.districts)
    for street in city.streets:
        at = await bench.bus.request(LocatePoint(latitude=street.latitude, longitude=street.longitude))
        assert at.district in street.districts, street.name


async def test_a_store_that_is_away_is_said_and_what_is_in_files_still_answered(
    tmp_path: Path, crm: ReferenceCrm
) -> None:
    away = Bench("postgresql+asyncpg://nobody@127.0.0.1:1/nothing", tmp_path / "state", crm)
    await away.app.start()
    try:
        for request in (
            GetCaseFile(number=CaseNumber("1/26")),
            SearchCallers(text="nowak"),
            AgentDay(agent=ANNA, begins_at=0.0, ends_at=1.0),
        ):
            with pytest.raises(NotAvailable):
                await away.bus.request(request)
        assert (await away.bus.request(GetKnowledge())).articles
        assert (await away.bus.request(LocatePoint(latitude=52.23, longitude=21.01))).district
    finally:
        await away.close()
