"""The city's catalogue from its folder: `districts.yaml`, `units.yaml`, `topics.yaml`, `dispositions.yaml`.

Every mistake is one `ConfigError` that names file, line and reason. Nothing is half-read.
"""

import hashlib
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Annotated, Any, Literal, TypeAlias, TypeVar

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from contact.case import Catalogue, Question, Topic, Unit, UnitPhone
from contact.codec import to_plain
from contact.ids import Skill, TopicId, UnitId
from crm_bridge.core.duplicates import NearRule
from runtime.section import ConfigError

Word = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]{0,47}$")]
Line = Annotated[str, Field(min_length=1, max_length=200)]
Place: TypeAlias = tuple[str | int, ...]
M = TypeVar("M", bound=BaseModel)
_LISTS = ("singlevaluelist", "multivaluelist")


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class _Texts(_Part):
    pl: Line
    en: Line

    def pairs(self) -> tuple[tuple[str, str], ...]:
        return (("pl", self.pl), ("en", self.en))


class _Question(_Part):
    code: Word
    datatype: Literal["string", "number", "datetime", "text", "singlevaluelist", "multivaluelist"] = "string"
    required: bool = False
    texts: _Texts
    values: list[Line] = []


class _Near(_Part):
    radius_m: Annotated[float, Field(gt=0, le=50_000)]
    days: Annotated[float, Field(gt=0, le=3_650)]

    def rule(self) -> NearRule:
        return NearRule(radius_m=self.radius_m, days=self.days)


class _Topic(_Part):
    id: Word
    titles: _Texts
    group: Word
    unit: Word
    skill: Word
    answer_days: Annotated[int, Field(ge=1, le=365)] | None = None
    district_decides_unit: bool = False
    duplicates: _Near | None = None
    synonyms: list[Line] = []
    questions: list[_Question] = []


class _Phone(_Part):
    number: Annotated[str, Field(pattern=r"^(\+[1-9][0-9]{4,14}|[0-9]{3,5})$")]
    labels: _Texts
    personal: bool = False


class _Unit(_Part):
    id: Word
    names: _Texts
    district: str = ""
    phones: Annotated[list[_Phone], Field(max_length=10)] = []


class _Disposition(_Part):
    id: Word
    titles: _Texts
    children: list["_Disposition"] = []


class _Districts(_Part):
    districts: Annotated[list[Line], Field(min_length=1)]


class _Units(_Part):
    units: Annotated[list[_Unit], Field(min_length=1)]


class _Topics(_Part):
    duplicates: _Near = _Near(radius_m=150, days=30)
    topics: Annotated[list[_Topic], Field(min_length=1)]


class _Dispositions(_Part):
    dispositions: Annotated[list[_Disposition], Field(min_length=1)]


@dataclass(frozen=True, slots=True, kw_only=True)
class CityCatalogue:
    """The catalogue, in how many days a topic's unit promises an answer, and which cases may be the same."""

    catalogue: Catalogue
    answer_days: Mapping[TopicId, int]
    near: NearRule
    near_of: Mapping[TopicId, NearRule]

    def near_rule(self, topic: TopicId) -> NearRule:
        """Return how near another case of `topic` must be to be about the same thing."""
        return self.near_of.get(topic, self.near)


class Source:
    """One YAML file with the line of everything in it."""

    def __init__(self, file: Path) -> None:
        """Read `file`; raise `ConfigError` where it is no YAML, or says something twice."""
        self._file = file
        self._lines: dict[Place, int] = {(): 1}
        try:
            loader = yaml.SafeLoader(file.read_text(encoding="utf-8"))
            node = loader.get_single_node()
            self._note(node, ())
            self._value: Any = None if node is None else loader.construct_document(node)
        except yaml.MarkedYAMLError as error:
            mark = error.problem_mark or error.context_mark
            line = 1 if mark is None else mark.line + 1
            raise ConfigError(f"{file}:{line}: {error.problem or error.context}") from None
        except (OSError, UnicodeDecodeError, yaml.YAMLError) as error:
            raise ConfigError(f"{file}: {error}") from None

    def read(self, model: type[M]) -> M:
        """Return the content as `model`; raise `ConfigError` with the first thing that is wrong."""
        try:
            return model.model_validate(self._value)
        except ValidationError as error:
            first = error.errors(include_url=False)[0]
            reason = "unknown key" if first["type"] == "extra_forbidden" else first["msg"]
            raise self.wrong(first["loc"], reason) from None

    def wrong(self, place: Place, reason: str) -> ConfigError:
        """Return the error at `place`, or at the nearest thing around it that has a line."""
        near = place
        while near not in self._lines:
            near = near[:-1]
        where = ".".join(str(part) for part in place)
        return ConfigError(f"{self._file}:{self._lines[near]}: {where}: {reason}")

    def _note(self, node: yaml.Node | None, place: Place) -> None:
        if isinstance(node, yaml.MappingNode):
            for key, value in node.value:
                here = (*place, str(key.value))
                if here in self._lines:
                    raise ConfigError(f"{self._file}:{key.start_mark.line + 1}: {key.value}: given twice")
                self._lines[here] = key.start_mark.line + 1
                self._note(value, here)
        elif isinstance(node, yaml.SequenceNode):
            for index, item in enumerate(node.value):
                self._lines[(*place, index)] = item.start_mark.line + 1
                self._note(item, (*place, index))


def load_catalogue(folder: Path) -> CityCatalogue:
    """Return the catalogue in `folder`; raise `ConfigError` naming file, line and reason."""
    districts = _districts(Source(folder / "districts.yaml"))
    units = _units(Source(folder / "units.yaml"), districts)
    topics_source = Source(folder / "topics.yaml")
    read = topics_source.read(_Topics)
    topics = read.topics
    _check_topics(topics_source, topics, {unit.unit for unit in units})
    catalogue = Catalogue(
        version="",
        topics=tuple(_topic(one) for one in topics),
        units=units,
        districts=districts,
        dispositions=_dispositions(Source(folder / "dispositions.yaml")),
    )
    days = {TopicId(one.id): one.answer_days for one in topics if one.answer_days is not None}
    return CityCatalogue(
        catalogue=replace(catalogue, version=_version(catalogue, days)),
        answer_days=days,
        near=read.duplicates.rule(),
        near_of={TopicId(one.id): one.duplicates.rule() for one in topics if one.duplicates is not None},
    )


def _districts(source: Source) -> tuple[str, ...]:
    names = source.read(_Districts).districts
    _refuse_twins(source, "districts", names)
    return tuple(names)


def _units(source: Source, districts: tuple[str, ...]) -> tuple[Unit, ...]:
    parts = source.read(_Units).units
    _refuse_twins(source, "units", [one.id for one in parts])
    offices: set[str] = set()
    for index, one in enumerate(parts):
        place = ("units", index, "district")
        if one.district and one.district not in districts:
            raise source.wrong(place, f"no district {one.district!r}")
        if one.district in offices:
            raise source.wrong(place, f"a second office of {one.district}")
        offices |= {one.district} - {""}
    return tuple(_unit(one) for one in parts)


def _unit(one: _Unit) -> Unit:
    return Unit(
        unit=UnitId(one.id),
        names=one.names.pairs(),
        district=one.district,
        phones=tuple(
            UnitPhone(number=phone.number, labels=phone.labels.pairs(), personal=phone.personal)
            for phone in one.phones
        ),
    )


def _check_topics(source: Source, topics: list[_Topic], units: set[UnitId]) -> None:
    _refuse_twins(source, "topics", [one.id for one in topics])
    for index, topic in enumerate(topics):
        if topic.unit not in units:
            raise source.wrong(("topics", index, "unit"), f"no unit {topic.unit!r}")
        codes = [question.code for question in topic.questions]
        _refuse_twins(source, "questions", codes, within=("topics", index))
        for number, question in enumerate(topic.questions):
            place = ("topics", index, "questions", number)
            if (question.datatype in _LISTS) != bool(question.values):
                raise source.wrong(place, f"a list has values, a {question.datatype} question's are wrong")


def _refuse_twins(source: Source, key: str, names: list[str], *, within: Place = ()) -> None:
    for index, name in enumerate(names):
        if name in names[:index]:
            raise source.wrong((*within, key, index), f"{name!r} is there twice")


def _topic(one: _Topic) -> Topic:
    return Topic(
        topic=TopicId(one.id),
        titles=one.titles.pairs(),
        group=one.group,
        unit=UnitId(one.unit),
        skill=Skill(one.skill),
        synonyms=tuple(one.synonyms),
        questions=tuple(
            Question(
                code=question.code,
                datatype=question.datatype,
                required=question.required,
                texts=question.texts.pairs(),
                values=tuple(question.values),
            )
            for question in one.questions
        ),
        district_decides_unit=one.district_decides_unit,
    )


def _dispositions(source: Source) -> tuple[tuple[str, tuple[tuple[str, str], ...]], ...]:
    found = tuple(_leaves(source.read(_Dispositions).dispositions, "", ("", "")))
    _refuse_twins(source, "dispositions", [name for name, _ in found])
    return found


def _leaves(
    parts: list[_Disposition], prefix: str, above: tuple[str, str]
) -> Iterator[tuple[str, tuple[tuple[str, str], ...]]]:
    """Yield each leaf of the tree as `branch.leaf` with the titles on the way to it."""
    for one in parts:
        titles = (above[0] + one.titles.pl, above[1] + one.titles.en)
        if one.children:
            yield from _leaves(one.children, f"{prefix}{one.id}.", (f"{titles[0]}: ", f"{titles[1]}: "))
        else:
            yield prefix + one.id, (("pl", titles[0]), ("en", titles[1]))


def _version(catalogue: Catalogue, days: Mapping[TopicId, int]) -> str:
    text = json.dumps([to_plain(catalogue), sorted(days.items())], ensure_ascii=True)
    return hashlib.sha256(text.encode("ascii")).hexdigest()[:12]
