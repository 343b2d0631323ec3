"""Quality cards over HTTP: from the draw to the consultant's word, corrections, calibration and results."""

import asyncio
from typing import Any

import pytest

from agent_desktop.scope import scope_of
from agent_desktop.users import Role, User
from contact.ids import AgentId, CallId
from contact.listening import ListeningBegan, ListeningId, ListenMode
from tests.integration.desktop_server import PASSWORD, Client, RunningDesktop

CALL = CallId("1763800000.5")
QUALITY = "/api/v1/quality"
CARDS = f"{QUALITY}/cards"
CONSULTANTS = ["anna", "bartek", "celina"]
FULL = {
    "greeting": 1,
    "need": 3,
    "knowledge": 2,
    "case_topic": 1,
    "case_place": 1,
    "disposition": 1,
    "data_protection": 1,
    "emergency": None,
    "courtesy": 4,
    "pace": 3,
    "case_number": 0,
    "farewell": 1,
}
PERCENT = 81.11
"""14.6 of the 18 that count."""


def answers(**other: int | None) -> dict[str, dict[str, Any]]:
    """Return an answer to each question of the shipped sheet; None is not applicable."""
    return {
        name: {"points": points, "na": points is None, "comment": ""}
        for name, points in {**FULL, **other}.items()
    }


async def reviewed(client: Client) -> dict[str, Any]:
    """Return what was drawn of the last week, as soon as it is."""
    while True:
        answer, reviews = await client.ask("GET", f"{QUALITY}/reviews")
        assert answer.status == 200
        if len(reviews["agents"]) == len(CONSULTANTS):
            return reviews  # type: ignore[no-any-return]
        await asyncio.sleep(0.01)


async def drawn_of(client: Client, agent: str) -> list[dict[str, Any]]:
    """Return what was drawn of a consultant's last week."""
    reviews = await reviewed(client)
    return next(one["picks"] for one in reviews["agents"] if one["agent"] == agent)  # type: ignore[no-any-return]


async def opened(client: Client, agent: str = "anna", place: int = 0) -> dict[str, Any]:
    """Return a new card of a talk that was drawn."""
    call = (await drawn_of(client, agent))[place]["call"]
    answer, card = await client.ask("POST", CARDS, {"call": call})
    assert answer.status == 201, card
    return card  # type: ignore[no-any-return]


async def submitted(
    client: Client, agent: str = "anna", place: int = 0, **points: int | None
) -> dict[str, Any]:
    """Return a submitted card."""
    card = await opened(client, agent, place)
    body = {"answers": answers(**points), "note": "Dobra rozmowa"}
    answer, card = await client.ask("POST", f"{CARDS}/{card['id']}/submit", body)
    assert answer.status == 200, card
    return card  # type: ignore[no-any-return]


async def lead(desktop: RunningDesktop, login: str, *teams: str, role: Role = Role.TEAM_LEAD) -> Client:
    """Return somebody of ours who oversees `teams`, signed in."""
    person = User(login=AgentId(login), name=login.title(), role=role, scope=scope_of(teams, (), ()))
    await desktop.app.users.create(person, PASSWORD)
    return await desktop.signed_in(login)


async def test_drawn_talks_are_reviewed_with_the_reason_why_they_were_drawn(desktop: RunningDesktop) -> None:
    sylwia = await desktop.signed_in("sylwia")
    reviews = await reviewed(sylwia)
    assert [one["agent"] for one in reviews["agents"]] == CONSULTANTS
    assert reviews["weeks"] == [reviews["week"]]
    anna = reviews["agents"][0]
    assert (anna["talks"], anna["eligible"], len(anna["picks"])) == (14, 7, 3)
    assert all(pick["talk_s"] == 180 and pick["card"] is None for pick in anna["picks"])
    assert len({pick["queue"] for pick in anna["picks"]}) == 3
    card = await opened(sylwia)
    assert (card["origin"], card["state"], card["may"]) == ("drawn", "draft", ["save", "submit", "discard"])
    assert card["why"] == anna["picks"][0]["why"]
    assert (card["talk"]["caller"], card["talk"]["note"]) == ("+48600***200", "Dziura przy przejściu.")
    assert (await drawn_of(sylwia, "anna"))[0]["card"]["id"] == card["id"]
    for week in ("2026-11-10", "2026-13-01"):
        assert (await sylwia.ask("GET", f"{QUALITY}/reviews?week={week}"))[0].status == 422
    empty = (await sylwia.ask("GET", f"{QUALITY}/reviews?week=2026-01-05"))[1]
    assert empty["agents"] == []


async def test_a_draft_is_its_authors_until_it_is_submitted(desktop: RunningDesktop) -> None:
    sylwia, admin, anna = [await desktop.signed_in(one) for one in ("sylwia", "admin", "anna")]
    card = await opened(sylwia)
    path = f"{CARDS}/{card['id']}"
    half = {"answers": {"need": {"points": 2, "comment": "podsumowała"}}, "note": "na razie"}
    saved = (await sylwia.ask("PUT", f"{path}/draft", half))[1]
    assert saved["draft"]["answers"]["need"] == {"points": 2, "na": False, "comment": "podsumowała"}
    answer, problem = await sylwia.ask("POST", f"{path}/submit", half)
    assert (answer.status, "answers.courtesy" in {one["field"] for one in problem["errors"]}) == (422, True)
    assert (await sylwia.ask("GET", path))[1]["draft"] == saved["draft"]
    assert (await anna.ask("GET", path))[0].status == 404
    assert (await anna.ask("GET", f"{QUALITY}/own-cards"))[1] == []
    others = (await admin.ask("GET", path))[1]
    assert (others["draft"], others["current"], others["may"]) == (None, None, [])
    for method, tail in (("PUT", "draft"), ("POST", "submit")):
        answer, problem = await admin.ask(method, f"{path}/{tail}", {"answers": answers()})
        assert (answer.status, problem["code"]) == (409, "being_written")
    assert (await admin.ask("DELETE", f"{path}/draft"))[0].status == 409
    assert (await admin.ask("POST", CARDS, {"call": card["call"]}))[0].status == 200
    done = (await sylwia.ask("POST", f"{path}/submit", {"answers": answers()}))[1]
    assert (done["state"], done["percent"], done["draft"]) == (
        "submitted",
        PERCENT,
        None,
    )
    assert (await sylwia.ask("DELETE", f"{path}/draft"))[0].status == 409
    again = await opened(sylwia, place=1)
    assert (await sylwia.ask("DELETE", f"{CARDS}/{again['id']}/draft"))[0].status == 204
    assert (await sylwia.ask("GET", f"{CARDS}/{again['id']}"))[0].status == 404


async def test_a_consultant_reads_and_takes_note_of_their_own_card_alone(desktop: RunningDesktop) -> None:
    sylwia, anna, bartek = [await desktop.signed_in(one) for one in ("sylwia", "anna", "bartek")]
    card = await submitted(sylwia, data_protection=0)
    path = f"{CARDS}/{card['id']}"
    (row,) = (await anna.ask("GET", f"{QUALITY}/own-cards"))[1]
    assert (row["state"], row["percent"], row["failed"]) == ("submitted", 0.0, True)
    shown = (await anna.ask("GET", path))[1]
    assert (shown["current"]["misses"], shown["current"]["author_name"]) == (
        ["data_protection"],
        "Sylwia Zielińska",
    )
    assert (shown["may"], "600100200" in str(shown)) == ([], False)
    for deed in ("read", "acknowledge", "dispute"):
        assert (await bartek.ask("POST", f"{path}/{deed}", {"reason": "bo tak"}))[0].status in (404, 422)
    assert (await anna.ask("POST", f"{path}/acknowledge", {}))[0].status == 409
    assert (await anna.ask("POST", f"{path}/read"))[1]["may"] == ["acknowledge", "dispute"]
    assert (await anna.ask("POST", f"{path}/read"))[1]["state"] == "read"
    noted = (await anna.ask("POST", f"{path}/acknowledge", {"comment": "Dziękuję"}))[1]
    assert (noted["state"], noted["feedback"]["comment"], noted["may"]) == ("acknowledged", "Dziękuję", [])
    assert (await sylwia.ask("GET", path))[1]["feedback"]["comment"] == "Dziękuję"
    assert (await anna.ask("POST", f"{path}/dispute", {"reason": "za późno"}))[0].status == 409


async def test_a_dispute_is_answered_in_words_or_by_a_correction_and_made_once(
    desktop: RunningDesktop,
) -> None:
    sylwia, anna = await desktop.signed_in("sylwia"), await desktop.signed_in("anna")
    for place, upheld in enumerate((True, False)):
        path = f"{CARDS}/{(await submitted(sylwia, place=place))['id']}"
        assert (await sylwia.ask("POST", f"{path}/uphold", {"answer": "nikt nie pytał"}))[0].status == 409
        await anna.ask("POST", f"{path}/read")
        disputed = (await anna.ask("POST", f"{path}/dispute", {"reason": "Numer podałam"}))[1]
        assert (disputed["state"], disputed["may"]) == ("disputed", [])
        assert (await sylwia.ask("GET", path))[1]["may"] == ["correct", "uphold", "calibrate"]
        if upheld:
            answered = (await sylwia.ask("POST", f"{path}/uphold", {"answer": "W nagraniu go nie ma"}))[1]
        else:
            body = {"answers": answers(case_number=1)}
            assert (await sylwia.ask("POST", f"{path}/submit", body))[0].status == 422
            answered = (await sylwia.ask("POST", f"{path}/submit", {**body, "reason": "Numer padł"}))[1]
        assert answered["state"] == "answered"
        assert answered["feedback"]["answer"] == ("W nagraniu go nie ma" if upheld else "Numer padł")
        seen = (await anna.ask("GET", path))[1]
        assert (seen["may"], len(seen["earlier"])) == (["acknowledge"], 0 if upheld else 1)
        assert (await anna.ask("POST", f"{path}/dispute", {"reason": "jeszcze raz"}))[0].status == 409
        assert (await anna.ask("POST", f"{path}/acknowledge", {}))[1]["state"] == "settled"


async def test_a_talk_that_was_not_drawn_needs_a_reason_and_a_live_one_a_listener(
    desktop: RunningDesktop,
) -> None:
    sylwia = await desktop.signed_in("sylwia")
    picked = {one["call"] for one in await drawn_of(sylwia, "anna")}
    other = next(
        one for one in desktop.bridge.talks.known.values() if one.agent == "anna" and one.call not in picked
    )
    answer, problem = await sylwia.ask("POST", CARDS, {"call": other.call})
    assert (answer.status, problem["errors"][0]["field"]) == (422, "reason")
    chosen = (await sylwia.ask("POST", CARDS, {"call": other.call, "reason": "skarga"}))[1]
    assert (chosen["origin"], chosen["reason"], chosen["why"]) == ("chosen", "skarga", None)
    assert (await sylwia.ask("POST", CARDS, {"call": "none", "reason": "skarga"}))[0].status == 404
    desktop.acd.wait(CALL)
    desktop.acd.offer(CALL, AgentId("anna"))
    desktop.acd.connect(CALL)
    answer, problem = await sylwia.ask("POST", CARDS, {"call": CALL})
    assert (answer.status, problem["code"]) == (409, "talk_not_over")
    listening = ListeningId("l1")
    desktop.bus.publish(
        ListeningBegan(
            listening=listening,
            call=CALL,
            agent=AgentId("anna"),
            by=AgentId("sylwia"),
            name="Sylwia",
            mode=ListenMode.LISTEN,
            began_at=1.0,
        )
    )
    heard = (await sylwia.ask("POST", CARDS, {"call": CALL}))[1]
    assert (heard["origin"], heard["agent"], heard["queue"], heard["talk"]) == (
        "listened",
        "anna",
        "roads",
        None,
    )
    admin = await desktop.signed_in("admin")
    assert (await admin.ask("POST", CARDS, {"call": CALL}))[1]["id"] == heard["id"]


async def test_leaders_see_the_cards_of_their_teams_and_queues(desktop: RunningDesktop) -> None:
    sylwia = await desktop.signed_in("sylwia")
    anna, celina = await submitted(sylwia, "anna"), await submitted(sylwia, "celina")
    second = await lead(desktop, "lead2", "Zespół 2")
    assert [one["agent"] for one in (await second.ask("GET", f"{QUALITY}/reviews"))[1]["agents"]] == [
        "celina"
    ]
    assert [one["id"] for one in (await second.ask("GET", CARDS))[1]] == [celina["id"]]
    assert (await second.ask("GET", f"{CARDS}/{celina['id']}"))[0].status == 200
    assert (await second.ask("GET", f"{CARDS}/{anna['id']}"))[0].status == 404
    assert (await second.ask("POST", CARDS, {"call": anna["call"]}))[0].status == 404
    undrawn = next(one for one in desktop.bridge.talks.known.values() if one.agent == "bartek")
    assert (await second.ask("POST", CARDS, {"call": undrawn.call, "reason": "tak"}))[0].status == 404
    rows = (await second.ask("GET", f"{QUALITY}/results"))[1]["results"]
    assert {(one["by"], one["name"]) for one in rows if one["by"] in ("team", "agent")} == {
        ("team", "Zespół 2"),
        ("agent", "celina"),
    }


async def test_others_score_a_calibrated_talk_blind_and_compare_when_they_have(
    desktop: RunningDesktop,
) -> None:
    sylwia, admin, anna = [await desktop.signed_in(one) for one in ("sylwia", "admin", "anna")]
    card = await submitted(sylwia)
    path = f"{CARDS}/{card['id']}"
    await anna.ask("POST", f"{path}/read")
    await anna.ask("POST", f"{path}/dispute", {"reason": "Za powitanie mam zero"})
    answer, made = await sylwia.ask(
        "POST", f"{QUALITY}/calibrations", {"card": card["id"], "note": "Miejsce"}
    )
    assert (answer.status, made["mine"], made["shown"], made["submitted"]) == (201, "author", True, 1)
    assert (await sylwia.ask("POST", f"{QUALITY}/calibrations", {"card": card["id"]}))[0].status == 409
    calibration = f"{QUALITY}/calibrations/{made['id']}"
    blind = (await admin.ask("GET", path))[1]
    assert (blind["hidden"], blind["current"], blind["percent"], blind["may"]) == (True, None, None, [])
    assert blind["feedback"]["dispute"] == ""
    assert [one["percent"] for one in (await admin.ask("GET", CARDS))[1]] == [None]
    compared = (await admin.ask("GET", calibration))[1]
    assert (compared["mine"], compared["shown"], compared["scorings"]) == ("none", False, [])
    assert str(PERCENT) not in str(compared)
    assert (await admin.ask("POST", f"{calibration}/close"))[1]["code"] == "blind"
    assert (await admin.ask("GET", f"{QUALITY}/results"))[1]["results"] == []
    own = (await admin.ask("POST", f"{calibration}/card"))[1]
    assert (own["blind"], own["may"], own["current"]) == (True, ["save", "submit", "discard"], None)
    assert (await admin.ask("POST", f"{calibration}/card"))[1]["id"] == own["id"]
    assert (await sylwia.ask("GET", f"{CARDS}/{own['id']}"))[0].status == 404
    assert (await sylwia.ask("POST", f"{calibration}/card"))[0].status == 409
    body = {"answers": answers(need=1, case_place=None)}
    assert (await admin.ask("POST", f"{CARDS}/{own['id']}/submit", body))[0].status == 200
    compared = (await admin.ask("GET", calibration))[1]
    assert [one["author"] for one in compared["scorings"]] == ["sylwia", "admin"]
    need, place = (
        next(one for one in compared["questions"] if one["question"] == name)
        for name in ("need", "case_place")
    )
    assert (need["spread"], need["exact"], need["within_one"]) == (2, 0.0, 0.0)
    assert (place["exact"], place["spread"]) == (0.0, None)
    assert compared["exact"] == pytest.approx(10 / 12)
    assert (await admin.ask("GET", path))[1]["percent"] is not None
    assert [one["id"] for one in (await anna.ask("GET", f"{QUALITY}/own-cards"))[1]] == [card["id"]]
    assert (await anna.ask("GET", f"{CARDS}/{own['id']}"))[0].status == 404
    assert (await sylwia.ask("POST", f"{calibration}/close"))[0].status == 204
    (whole,) = [
        one for one in (await sylwia.ask("GET", f"{QUALITY}/results"))[1]["results"] if one["by"] == "all"
    ]
    assert whole["count"] == 1


async def test_a_calibration_that_is_closed_takes_no_more_cards(desktop: RunningDesktop) -> None:
    sylwia, admin = await desktop.signed_in("sylwia"), await desktop.signed_in("admin")
    card = await submitted(sylwia)
    made = (await sylwia.ask("POST", f"{QUALITY}/calibrations", {"card": card["id"]}))[1]
    own = (await admin.ask("POST", f"{QUALITY}/calibrations/{made['id']}/card"))[1]
    await sylwia.ask("POST", f"{QUALITY}/calibrations/{made['id']}/close")
    answer, problem = await admin.ask("POST", f"{CARDS}/{own['id']}/submit", {"answers": answers()})
    assert (answer.status, problem["code"]) == (409, "closed_already")
    assert (await admin.ask("GET", f"{CARDS}/{card['id']}"))[1]["hidden"] is False
    assert (await sylwia.ask("POST", f"{QUALITY}/calibrations/{made['id']}/close"))[0].status == 409
    assert (await sylwia.ask("POST", f"{QUALITY}/calibrations", {"card": "none"}))[0].status == 404
    assert (await sylwia.ask("GET", f"{QUALITY}/calibrations/none"))[0].status == 404


async def test_results_are_counted_and_name_no_consultant_to_an_analyst(desktop: RunningDesktop) -> None:
    sylwia = await desktop.signed_in("sylwia")
    for place in (0, 1):
        await submitted(sylwia, "anna", place, case_number=place)
    await submitted(sylwia, "bartek", emergency=0)
    adam = await lead(desktop, "analyst2", role=Role.ANALYST)
    rows = {
        (one["by"], one["name"]): one for one in (await sylwia.ask("GET", f"{QUALITY}/results"))[1]["results"]
    }
    anna, whole = rows["agent", "anna"], rows["all", ""]
    assert (anna["count"], anna["enough"], anna["acknowledged"], anna["misses"]) == (2, False, 0.0, 0)
    assert (anna["words"]["pl"], anna["error"] > 0) == ("Anna Kowalska", True)
    assert (whole["count"], whole["misses"], rows["question", "case_number"]["count"]) == (3, 1, 3)
    seen = (await adam.ask("GET", f"{QUALITY}/results"))[1]["results"]
    assert {one["by"] for one in seen} == {"all", "team", "queue", "question"}
    assert (await adam.ask("GET", f"{QUALITY}/reviews"))[0].status == 403
    answer = (await adam.ask("GET", f"{QUALITY}/results.csv"))[0]
    text = await answer.text()
    assert answer.headers["Content-Disposition"] == 'attachment; filename="quality.csv"'
    assert text.splitlines()[0].lstrip("\ufeff").startswith("by,id,name,cards,mean,standard_error")
    assert "anna" not in text
    assert "Wita" not in text
    assert (await sylwia.ask("GET", f"{QUALITY}/results?until=1000"))[1]["results"] == []
    chosen = (await sylwia.ask("GET", f"{QUALITY}/results?drawn=false"))[1]["results"]
    assert chosen[0]["count"] == 3


async def test_every_deed_is_written_down_without_what_was_scored(desktop: RunningDesktop) -> None:
    sylwia, anna = await desktop.signed_in("sylwia"), await desktop.signed_in("anna")
    card = await submitted(sylwia)
    path = f"{CARDS}/{card['id']}"
    await anna.ask("POST", f"{path}/read")
    await anna.ask("POST", f"{path}/dispute", {"reason": "Numer podałam"})
    await sylwia.ask("GET", path)
    await sylwia.ask("POST", f"{path}/submit", {"answers": answers(), "reason": "pomyłka"})
    found = [one for one in await desktop.app._audit.newest() if one.action.startswith("quality.")]
    assert [(one.actor, one.action) for one in found] == [
        ("sylwia", "quality.card_corrected"),
        ("sylwia", "quality.card_seen"),
        ("anna", "quality.card_disputed"),
        ("anna", "quality.card_read"),
        ("sylwia", "quality.card_submitted"),
        ("sylwia", "quality.card_opened"),
    ]
    assert {one.subject for one in found} == {card["id"]}
    assert "Numer" not in str(found)
    changes = (await sylwia.ask("GET", "/api/v1/changes"))[1]
    assert [one["action"] for one in changes][:2] == ["quality.card_corrected", "quality.card_submitted"]


async def test_the_sheet_is_open_to_everybody_who_is_scored_by_it(desktop: RunningDesktop) -> None:
    anna = await desktop.signed_in("anna")
    answer, rules = await anna.ask("GET", f"{QUALITY}/sheet")
    assert (answer.status, rules["talks_per_week"], rules["keep_months"]) == (200, 3, 12)
    assert {one["id"] for section in rules["sheet"]["sections"] for one in section["questions"]} == set(FULL)
