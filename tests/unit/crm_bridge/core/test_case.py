"""Drafts that are taken, and each way in which one is not."""

from typing import Any

import pytest

from contact.case import CaseStatus
from contact.errors import Refused
from crm_bridge.core.case import (
    case_number,
    check_draft,
    check_key,
    check_text,
    fingerprint,
    open_case,
    propose_for,
)
from tests.fakes.crm import catalogue, draft


def test_a_number_is_the_running_number_and_two_digits_of_the_year() -> None:
    assert case_number(4711, 2026) == "4711/26"
    assert case_number(1, 2105) == "1/05"


def test_a_draft_is_tidied_and_opened() -> None:
    checked = check_draft(draft(description="  Dziura\r\nduża ", address=" Wolska 1 "), catalogue())
    case = open_case(checked, catalogue(), number=case_number(1, 2026), opened_at=5.0, promised_at=9.0)
    assert (case.description, case.address) == ("Dziura\nduża", "Wolska 1")
    assert case.media_urls == ()
    assert (case.title, case.unit, case.status) == ("Dziura", "zdm", CaseStatus.OPEN)
    assert case.unit_reason == "Temat należy do jednostki Zarząd Dróg."


def test_addresses_of_photos_are_kept_each_once() -> None:
    twice = ("https://example.pl/1.jpg", " https://example.pl/1.jpg")
    checked = check_draft(draft(media_urls=twice), catalogue())
    case = open_case(checked, catalogue(), number=case_number(1, 2026), opened_at=5.0, promised_at=None)
    assert case.media_urls == ("https://example.pl/1.jpg",)


REFUSALS: list[tuple[dict[str, Any], str, str]] = [
    ({"topic": "nothing"}, "topic_unknown", "topic"),
    ({"description": " "}, "description_missing", "description"),
    ({"description": "x" * 4001}, "description_too_long", "description"),
    ({"description": "a\0b"}, "description_control_characters", "description"),
    ({"description": "a\rb"}, "description_control_characters", "description"),
    ({"description": "a\ud800b"}, "description_control_characters", "description"),
    ({"address": "a\nb"}, "address_control_characters", "address"),
    ({"address": "x" * 301}, "address_too_long", "address"),
    ({"caller": "600100200"}, "caller_invalid", "caller"),
    ({"call": "1\r\n2"}, "call_control_characters", "call"),
    ({"media_urls": ("javascript:alert(1)",)}, "media_urls_invalid", "media_urls"),
    ({"district": "Kraków"}, "district_unknown", "district"),
    ({"unit": "nobody"}, "unit_unknown", "unit"),
    ({"answers": (("lamp", "3"),)}, "answers_unknown", "answers.lamp"),
    ({"topic": "asked"}, "answers_missing", "answers.danger"),
    ({"topic": "asked", "answers": (("danger", " "),)}, "answers_missing", "answers.danger"),
    ({"topic": "asked", "answers": (("danger", "moze"),)}, "answers_invalid", "answers.danger"),
    (
        {"topic": "asked", "answers": (("danger", "tak"), ("danger", "nie"))},
        "answers_invalid",
        "answers.danger",
    ),
    (
        {"topic": "asked", "answers": (("danger", "tak"), ("count", "dwa"))},
        "answers_invalid",
        "answers.count",
    ),
    ({"topic": "asked", "answers": (("danger", "tak"), ("when", "soon"))}, "answers_invalid", "answers.when"),
    ({"topic": "asked", "answers": (("notes", "x" * 1001),)}, "answers_too_long", "answers.notes"),
]


@pytest.mark.parametrize(("changes", "code", "field"), REFUSALS)
def test_a_wrong_field_is_named(changes: dict[str, Any], code: str, field: str) -> None:
    with pytest.raises(Refused) as refusal:
        check_draft(draft(**changes), catalogue())
    assert refusal.value.code == code
    assert refusal.value.reason.startswith(f"{field}: ")


def test_every_kind_of_answer_is_taken() -> None:
    answers = (
        ("danger", "tak"),
        ("kinds", "a"),
        ("kinds", "c"),
        ("count", "2,5"),
        ("when", "2026-03-01T08:15"),
        ("notes", "a\nb"),
    )
    assert check_draft(draft(topic="asked", answers=answers), catalogue()).answers == answers


def test_a_unit_chosen_by_a_person_stays() -> None:
    proposal = propose_for(draft(unit="zzw"), catalogue())
    assert proposal.unit == "zzw"
    assert proposal.reason("en") == "The consultant chose Greenery."


def test_choosing_the_proposed_unit_keeps_its_reason() -> None:
    assert propose_for(draft(unit="zdm"), catalogue()) == propose_for(draft(), catalogue())


@pytest.mark.parametrize("key", ["", "x" * 201, "a b", "zażółć", "a\n"])
def test_an_unusable_idempotency_key_is_refused(key: str) -> None:
    with pytest.raises(Refused) as refusal:
        check_key(key)
    assert refusal.value.code == "idempotency_key_invalid"


def test_a_usable_idempotency_key_passes() -> None:
    check_key("1763800000.42-form-1")


def test_fingerprints_differ_where_drafts_do() -> None:
    assert fingerprint(draft()) == fingerprint(draft())
    assert fingerprint(draft()) != fingerprint(draft(address="Wolska 1"))


def test_lines_are_allowed_only_where_asked_for() -> None:
    assert check_text("note", "a\n\tb", 10, lines=True) == "a\n\tb"
    with pytest.raises(Refused):
        check_text("note", "a\tb", 10)
