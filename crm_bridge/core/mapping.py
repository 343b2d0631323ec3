"""Which city unit owns a case, and why, in words that a consultant can read out.

A topic has an owner unit. Where the topic's `district_decides_unit` is set, the office of the district in
which the place lies comes first, and the topic's own unit takes the case while the district is unknown.
"""

from dataclasses import dataclass

from contact.case import Catalogue, Topic, Unit
from contact.ids import TopicId, UnitId


@dataclass(frozen=True, slots=True, kw_only=True)
class Proposal:
    """The unit that should own a case; `reasons` holds one sentence for each language."""

    unit: UnitId
    reasons: tuple[tuple[str, str], ...]

    def reason(self, language: str) -> str:
        """Return the sentence in `language`, or in the first one there is."""
        return text_in(self.reasons, language)


def text_in(texts: tuple[tuple[str, str], ...], language: str) -> str:
    """Return the text in `language`, else the first one, else ""."""
    return dict(texts).get(language) or (texts[0][1] if texts else "")


def find_topic(catalogue: Catalogue, topic: TopicId) -> Topic | None:
    """Return the topic of that id, or None."""
    return next((one for one in catalogue.topics if one.topic == topic), None)


def find_unit(catalogue: Catalogue, unit: UnitId) -> Unit | None:
    """Return the unit of that id, or None."""
    return next((one for one in catalogue.units if one.unit == unit), None)


def propose(catalogue: Catalogue, topic: Topic, district: str) -> Proposal:
    """Return the unit for a case of `topic` at a place in `district` ("" where that is unknown)."""
    if topic.district_decides_unit:
        office = next((one for one in catalogue.units if district and one.district == district), None)
        if office is not None:
            return _because(
                office,
                f"Tym tematem zajmują się urzędy dzielnic, a miejsce leży w dzielnicy {district}: {{unit}}.",
                f"District offices own this topic, and the place is in {district}: {{unit}}.",
            )
        return _because(
            _owner(catalogue, topic),
            "Tym tematem zajmują się urzędy dzielnic, ale dzielnica nie jest znana; sprawę przyjmuje {unit}.",
            "District offices own this topic, but the district is not known; {unit} takes the case.",
        )
    return _because(
        _owner(catalogue, topic), "Temat należy do jednostki {unit}.", "The topic belongs to {unit}."
    )


def chosen(unit: Unit) -> Proposal:
    """Return the reason of a unit that a person chose against the proposal."""
    return _because(unit, "Jednostkę {unit} wybrał konsultant.", "The consultant chose {unit}.")


def _owner(catalogue: Catalogue, topic: Topic) -> Unit:
    return find_unit(catalogue, topic.unit) or Unit(unit=topic.unit, names=(("pl", topic.unit),))


def _because(unit: Unit, polish: str, english: str) -> Proposal:
    reasons = (
        ("pl", polish.format(unit=text_in(unit.names, "pl"))),
        ("en", english.format(unit=text_in(unit.names, "en"))),
    )
    return Proposal(unit=unit.unit, reasons=reasons)
