"""Which unit owns a case, and the words for it."""

from contact.ids import TopicId, UnitId
from crm_bridge.core.mapping import find_topic, find_unit, propose, text_in
from tests.fakes.crm import catalogue


def test_a_topic_goes_to_its_owner() -> None:
    topic = catalogue().topics[0]
    proposal = propose(catalogue(), topic, "Wola")
    assert proposal.unit == "zdm"
    assert dict(proposal.reasons)["en"] == "The topic belongs to Roads."


def test_a_district_topic_goes_to_the_office_of_the_district() -> None:
    proposal = propose(catalogue(), catalogue().topics[2], "Wola")
    assert proposal.unit == "ud_wola"
    assert "w dzielnicy Wola" in proposal.reason("pl")


def test_a_district_topic_without_a_known_office_stays_with_its_owner() -> None:
    for district in ("", "Wawer"):
        assert propose(catalogue(), catalogue().topics[2], district).unit == "zzw"


def test_texts_fall_back_to_the_first_language() -> None:
    assert text_in((("pl", "tak"), ("en", "yes")), "uk") == "tak"
    assert text_in((), "pl") == ""


def test_unknown_ids_are_not_found() -> None:
    assert find_topic(catalogue(), TopicId("x")) is None
    assert find_unit(catalogue(), UnitId("x")) is None
