"""The HTTP API during a call: near cases, reporters, people, places, knowledge, one's own day."""

from dataclasses import replace
from typing import Any

from contact.agent_day import AgentTally
from contact.case import CaseStatus
from contact.ids import E164, AgentId, CallId, CaseNumber, TopicId
from contact.numbers import WITHHELD
from tests.fakes.roles import CALLER, OTHER_CALLER
from tests.integration.desktop_server import Client, RunningDesktop

CALL = CallId("1763800000.5")
ANNA = AgentId("anna")
LATE = CaseNumber("4711/26")
POTHOLE = {"topic": "pothole", "description": "Dziura", "answers": {"side": "jezdnia"}}
FILE = "/api/v1/cases/4711%2F26"


async def talking(desktop: RunningDesktop, caller: E164 = CALLER) -> Client:
    """Have Anna talk to `caller`, and a late case of another one in the store."""
    desktop.bridge.remember(OTHER_CALLER)
    anna = await desktop.signed_in("anna")
    desktop.acd.wait(CALL, caller)
    desktop.acd.offer(CALL, ANNA)
    desktop.acd.connect(CALL)
    return anna


async def deeds(desktop: RunningDesktop) -> list[tuple[str, str]]:
    return [(one.action, one.subject) for one in await desktop.app._audit.newest()]


async def test_near_cases_are_shown_with_whoever_filed_them_masked(desktop: RunningDesktop) -> None:
    anna = await talking(desktop)
    desktop.bridge.desk.near[TopicId("street_light")] = [LATE]
    path = "/api/v1/nearby-cases?topic=street_light&latitude=52.2&longitude=21.0"
    _, (found,) = await anna.ask("GET", path)
    assert (found["case"]["number"], found["distance_m"], found["further_reporters"]) == (LATE, 40, 0)
    assert found["case"]["caller"] == "+48601***333"
    for wrong in ("topic=", "topic=a&latitude=52", "topic=a&latitude=x&longitude=1", "topic=a&latitude=95"):
        answer, problem = await anna.ask("GET", f"/api/v1/nearby-cases?{wrong}")
        assert (answer.status, problem["code"]) == (422, "invalid"), wrong


async def test_the_caller_becomes_a_further_reporter_once(desktop: RunningDesktop) -> None:
    anna = await talking(desktop)
    key = {"Idempotency-Key": "r1"}
    for _ in range(2):
        answer, found = await anna.ask("POST", f"{FILE}/reporters", {"call": CALL}, key)
        assert (answer.status, found["further_reporters"]) == (201, 1)
    (reporter,) = desktop.bridge.desk.reporters[LATE]
    assert (reporter.caller, reporter.call, reporter.agent) == (CALLER, CALL, ANNA)
    bartek = await desktop.signed_in("bartek")
    answer, problem = await bartek.ask("POST", f"{FILE}/reporters", {"call": CALL})
    assert (answer.status, problem["code"]) == (404, "no_such_call")
    assert ("case.reporter_added", LATE) in await deeds(desktop)


async def test_an_unnamed_reporter_leaves_neither_number_nor_call(desktop: RunningDesktop) -> None:
    anna = await talking(desktop)
    await anna.ask("POST", f"{FILE}/reporters", {"call": CALL, "anonymous": True})
    (reporter,) = desktop.bridge.desk.reporters[LATE]
    assert (reporter.caller, reporter.call) == (WITHHELD, None)


async def test_an_anonymous_case_keeps_neither_number_nor_call(desktop: RunningDesktop) -> None:
    anna = await talking(desktop)
    body = {**POTHOLE, "call": CALL, "anonymous": True, "caller": CALLER}
    _, filed = await anna.ask("POST", "/api/v1/cases", body)
    assert (filed["caller"], filed["call"], filed["agent"]) == ("", None, "anna")


async def test_a_case_keeps_its_point(desktop: RunningDesktop) -> None:
    anna = await talking(desktop)
    body = {**POTHOLE, "point": {"latitude": 52.23, "longitude": 21.01}}
    _, filed = await anna.ask("POST", "/api/v1/cases", body)
    assert (filed["point"]["latitude"], filed["point"]["longitude"]) == (52.23, 21.01)
    answer, _ = await anna.ask(
        "POST", "/api/v1/cases", {**POTHOLE, "point": {"latitude": 99, "longitude": 1}}
    )
    assert answer.status == 422


async def test_a_call_is_about_a_case_and_the_case_shows_its_calls(desktop: RunningDesktop) -> None:
    anna = await talking(desktop)
    path = f"/api/v1/calls/{CALL}/cases"
    _, found = await anna.ask("POST", path, {"number": LATE})
    assert [(one["call"], one["reason"]) for one in found["calls"]] == [(CALL, "about")]
    assert [one["number"] for one in (await anna.ask("GET", path))[1]] == [LATE]
    assert desktop.app._pops.of(ANNA).linked == (LATE,)  # type: ignore[union-attr]
    answer, problem = await anna.ask("POST", path, {"number": "9/99"})
    assert (answer.status, problem["code"]) == (404, "not_found")
    bartek = await desktop.signed_in("bartek")
    assert (await bartek.ask("POST", path, {"number": LATE}))[0].status == 404
    assert (await bartek.ask("GET", path))[0].status == 404


async def test_a_case_that_is_filed_in_a_call_is_linked_to_it(desktop: RunningDesktop) -> None:
    anna = await talking(desktop)
    _, filed = await anna.ask("POST", "/api/v1/cases", {**POTHOLE, "call": CALL})
    assert desktop.app._pops.of(ANNA).linked == (filed["number"],)  # type: ignore[union-attr]


async def test_a_note_is_added_once_and_shown_in_the_file(desktop: RunningDesktop) -> None:
    anna = await talking(desktop)
    key = {"Idempotency-Key": "n1"}
    for _ in range(2):
        await anna.ask("POST", f"{FILE}/notes", {"text": "Ponaglenie", "call": CALL}, key)
    _, found = await anna.ask("GET", f"{FILE}/file")
    assert [(one["kind"], one["detail"]) for one in found["events"]][-1] == ("note", "Ponaglenie")
    assert len(desktop.bridge.desk.notes[LATE]) == 1
    assert (await anna.ask("POST", f"{FILE}/notes", {"text": " "}))[0].status == 422
    answer, problem = await anna.ask("GET", "/api/v1/cases/9%2F99/file")
    assert (answer.status, problem["code"]) == (404, "no_such_case")


async def test_links_to_photos_are_filed_with_a_case_and_added_later(desktop: RunningDesktop) -> None:
    anna = await talking(desktop)
    url, later = "https://zdjecia.example.pl/1.jpg", "http://zdjecia.example.pl/2.jpg"
    _, filed = await anna.ask("POST", "/api/v1/cases", {**POTHOLE, "media_urls": [f" {url} "]})
    assert filed["media_urls"] == [url]
    path = f"/api/v1/cases/{filed['number'].replace('/', '%2F')}"
    for _ in range(2):
        answer, found = await anna.ask("POST", f"{path}/links", {"urls": [later]}, {"Idempotency-Key": "l1"})
        assert (answer.status, found["case"]["media_urls"]) == (201, [url, later])
    assert ("case.links_added", filed["number"]) in await deeds(desktop)
    for wrong in ("javascript:alert(1)", "https://a:b@example.pl/", "https://example.pl/a\r\nX: y", ""):
        answer, problem = await anna.ask("POST", "/api/v1/cases", {**POTHOLE, "media_urls": [wrong]})
        assert (answer.status, problem["errors"][0]["field"]) == (422, "media_urls.0"), wrong
    six = [f"https://example.pl/{number}" for number in range(6)]
    assert (await anna.ask("POST", "/api/v1/cases", {**POTHOLE, "media_urls": six}))[0].status == 422
    answer, problem = await anna.ask("POST", f"{path}/links", {"urls": six[:5]})
    assert (answer.status, problem["code"]) == (409, "too_many_media_urls")


async def test_a_closed_case_refuses_a_reporter_in_words(desktop: RunningDesktop) -> None:
    anna = await talking(desktop)
    desktop.bridge.cases[LATE] = replace(desktop.bridge.cases[LATE], status=CaseStatus.CLOSED)
    answer, problem = await anna.ask("POST", f"{FILE}/reporters", {"call": CALL})
    assert (answer.status, problem["code"]) == (409, "case_closed")


async def test_consultants_search_people_during_a_call_only_and_see_numbers_masked(
    desktop: RunningDesktop,
) -> None:
    desktop.bridge.people.add("Jan Zieliński", OTHER_CALLER)
    anna, sylwia = await desktop.signed_in("anna"), await desktop.signed_in("sylwia")
    path = "/api/v1/callers?text=zieli"
    answer, problem = await anna.ask("GET", path)
    assert (answer.status, problem["code"]) == (403, "no_call")
    desktop.acd.wait(CALL, WITHHELD)
    desktop.acd.offer(CALL, ANNA)
    _, found = await anna.ask("GET", path)
    assert [(one["name"], one["number"]) for one in found["people"]] == [("Jan Zieliński", "+48601***333")]
    _, found = await sylwia.ask("GET", path)
    assert found["people"][0]["number"] == OTHER_CALLER
    assert (await anna.ask("GET", "/api/v1/callers?text=a"))[0].status == 422
    assert ("callers.searched", "zieli") in await deeds(desktop)


async def test_who_is_on_the_call_is_kept_and_shown_in_the_pop(desktop: RunningDesktop) -> None:
    anna = await talking(desktop, WITHHELD)
    person = desktop.bridge.people.add("Maria Nowak", OTHER_CALLER)
    path = f"/api/v1/calls/{CALL}/person"
    _, found = await anna.ask("PUT", path, {"person": person.person})
    assert (found["name"], found["history"]["caller"]) == ("Maria Nowak", "")
    assert [(one["number"], one["caller"]) for one in found["history"]["open_cases"]] == [
        (LATE, "+48601***333")
    ]
    pop = desktop.app._pops.of(ANNA)
    assert pop is not None
    assert (pop.person, pop.person_name) == (person.person, "Maria Nowak")
    assert pop.history is not None
    assert pop.history.caller == WITHHELD
    assert ("caller.identified", CALL) in await deeds(desktop)


async def test_somebody_new_is_noted_with_their_contacts(desktop: RunningDesktop) -> None:
    anna = await talking(desktop)
    path = f"/api/v1/calls/{CALL}/person"
    body = {"name": "Ewa Lis", "language": "pl", "contacts": {"address": "Wolska 1"}}
    _, found = await anna.ask("PUT", path, body)
    assert found["name"] == "Ewa Lis"
    kept = desktop.bridge.people.identified[CALL]
    assert (kept.caller, kept.new and kept.new.contacts) == (CALLER, (("address", "Wolska 1"),))
    for wrong in ({}, {"person": 1, "name": "A"}, {"name": "A", "contacts": {"pigeon": "x"}}):
        assert (await anna.ask("PUT", path, wrong))[0].status == 422
    assert (await anna.ask("PUT", path, {"person": 99}))[0].status == 404
    bartek = await desktop.signed_in("bartek")
    assert (await bartek.ask("PUT", path, {"person": 1}))[0].status == 404


async def test_places_and_knowledge_are_there_for_everybody(desktop: RunningDesktop) -> None:
    anna = await desktop.signed_in("anna")
    _, city = await anna.ask("GET", "/api/v1/places")
    assert [one["district"] for one in city["outlines"]] == ["Wola", "Śródmieście"]
    _, point = await anna.ask("GET", "/api/v1/places/at?latitude=52.23&longitude=20.95")
    assert (point["district"], point["northing"]) == ("Wola", 5_788_678.96)
    answer, problem = await anna.ask("GET", "/api/v1/places/at?latitude=0&longitude=0")
    assert (answer.status, problem["code"]) == (409, "point_invalid")
    _, known = await anna.ask("GET", "/api/v1/knowledge")
    assert [(one["id"], one["kind"]) for one in known["articles"]] == [
        ("damages", "article"),
        ("ask", "script"),
    ]
    assert set(known["articles"][0]["texts"]) == {"pl", "en"}


async def test_a_persons_own_number_is_masked_for_consultants(desktop: RunningDesktop) -> None:
    async def phones(login: str) -> list[Any]:
        client = await desktop.signed_in(login)
        _, catalogue = await client.ask("GET", "/api/v1/catalogue")
        return [one["number"] for one in catalogue["units"][0]["phones"]]

    assert await phones("anna") == ["+48221550110", "+48601***110"]
    assert await phones("sylwia") == ["+48221550110", "+48601000110"]


async def test_favourites_are_each_users_own_and_keep_their_order(desktop: RunningDesktop) -> None:
    anna, bartek = await desktop.signed_in("anna"), await desktop.signed_in("bartek")
    wanted = [{"kind": "unit", "target": "zdm"}, {"kind": "agent", "target": "celina"}]
    _, kept = await anna.ask("PUT", "/api/v1/me/favourites", {"favourites": [*wanted, wanted[0]]})
    assert kept["favourites"] == wanted
    assert (await anna.ask("GET", "/api/v1/me/favourites"))[1]["favourites"] == wanted
    assert (await bartek.ask("GET", "/api/v1/me/favourites"))[1]["favourites"] == []
    await anna.ask("PUT", "/api/v1/me/favourites", {"favourites": []})
    assert (await anna.ask("GET", "/api/v1/me/favourites"))[1]["favourites"] == []
    odd = {"favourites": [{"kind": "dog", "target": "x"}]}
    assert (await anna.ask("PUT", "/api/v1/me/favourites", odd))[0].status == 422


async def test_an_agents_day_is_told_and_a_wrap_up_without_disposition_counted(
    desktop: RunningDesktop,
) -> None:
    anna = await talking(desktop)
    _, day = await anna.ask("GET", "/api/v1/me/day")
    assert (day["calls"], day["aht_s"]) == (None, None)
    desktop.bridge.desk.tally = AgentTally(agent=ANNA, calls=3, talk_s=300.0, without_disposition=1)
    await anna.ask("POST", f"/api/v1/calls/{CALL}/hangup")
    await anna.ask("PUT", f"/api/v1/calls/{CALL}/wrap-up", {"complete": True})
    _, day = await anna.ask("GET", "/api/v1/me/day")
    assert (day["calls"], day["without_disposition"], day["aht_s"]) == (3, 1, 100)
    ended = desktop.app._measures.wrap_ups
    assert ended.labels("none")._value.get() == 1
    assert ended.labels("given")._value.get() == 0
