"""The bodies of the HTTP API about the catalogue: topics, units with their numbers, dispositions."""

from agent_desktop.forms import Answer
from contact.case import Catalogue, Unit
from contact.ids import E164
from contact.numbers import mask


class QuestionRow(Answer):
    """One question of a topic; `datatype` is one of Open311's."""

    code: str
    datatype: str
    required: bool
    texts: dict[str, str]
    values: list[str]


class TopicRow(Answer):
    """A reason to call."""

    id: str
    titles: dict[str, str]
    group: str
    unit: str
    skill: str
    synonyms: list[str]
    questions: list[QuestionRow]
    district_decides_unit: bool


class UnitPhoneRow(Answer):
    """A number of a unit; one person's own (`personal`) is masked for consultants."""

    number: str
    labels: dict[str, str]
    personal: bool


class UnitRow(Answer):
    """A city unit; `district` is set for a district office."""

    id: str
    names: dict[str, str]
    district: str
    phones: list[UnitPhoneRow]

    @classmethod
    def of(cls, unit: Unit, *, masks_personal: bool) -> "UnitRow":
        """Return `unit` with its numbers as far as the reader may see them."""
        return cls(
            id=unit.unit,
            names=dict(unit.names),
            district=unit.district,
            phones=[
                UnitPhoneRow(
                    number=mask(E164(one.number)) if one.personal and masks_personal else one.number,
                    labels=dict(one.labels),
                    personal=one.personal,
                )
                for one in unit.phones
            ],
        )


class DispositionRow(Answer):
    """One way in which a contact may have ended."""

    id: str
    names: dict[str, str]


class CatalogueAnswer(Answer):
    """What a case can be filed from."""

    version: str
    topics: list[TopicRow]
    units: list[UnitRow]
    districts: list[str]
    dispositions: list[DispositionRow]

    @classmethod
    def of(cls, catalogue: Catalogue, *, masks_personal: bool) -> "CatalogueAnswer":
        """Return `catalogue` with pairs as objects."""
        return cls(
            version=catalogue.version,
            topics=[
                TopicRow(
                    id=one.topic,
                    titles=dict(one.titles),
                    group=one.group,
                    unit=one.unit,
                    skill=one.skill,
                    synonyms=list(one.synonyms),
                    questions=[
                        QuestionRow(
                            code=question.code,
                            datatype=question.datatype,
                            required=question.required,
                            texts=dict(question.texts),
                            values=list(question.values),
                        )
                        for question in one.questions
                    ],
                    district_decides_unit=one.district_decides_unit,
                )
                for one in catalogue.topics
            ],
            units=[UnitRow.of(one, masks_personal=masks_personal) for one in catalogue.units],
            districts=list(catalogue.districts),
            dispositions=[
                DispositionRow(id=name, names=dict(names)) for name, names in catalogue.dispositions
            ],
        )
