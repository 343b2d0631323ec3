"""`config/<city>/quality.toml`: the score sheet, which talks are drawn for it, how long cards are kept.

A file that cannot be used is one `AccountsInvalid` with the file, the key and the reason. Without the file no
talks are drawn and no cards can be opened.
"""

import tomllib
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationError, model_validator

from agent_desktop.errors import AccountsInvalid
from agent_desktop.quality.draw import DrawRule
from agent_desktop.quality.sheet import Question, Section, Sheet, sheet_of
from contact.ids import QueueId

FILE = "quality.toml"
QUESTIONS_MAX = 60
DAYS_OF_WEEK = 7
_Name = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]{0,39}$")]
_Text = Annotated[str, Field(min_length=1, max_length=300)]


@dataclass(frozen=True, slots=True, kw_only=True)
class QualityRules:
    """The file: the sheet in force, the rule of the draw, and after how many months a card is removed."""

    sheet: Sheet
    rule: DrawRule
    keep_months: int


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class _Question(_Strict):
    id: _Name
    pl: _Text
    en: _Text
    hint_pl: Annotated[str, Field(max_length=600)] = ""
    hint_en: Annotated[str, Field(max_length=600)] = ""
    scale: Annotated[str, Field(pattern=r"^(yes_no|0-([2-9]|10))$")]
    weight: Annotated[float, Field(gt=0, le=100)] = 1.0
    na: bool = False
    critical: bool = False


class _Section(_Strict):
    id: _Name
    pl: _Text
    en: _Text
    questions: Annotated[list[_Question], Field(min_length=1, max_length=QUESTIONS_MAX)]


class _Sampling(_Strict):
    seed: Annotated[str, Field(min_length=1, max_length=64)]
    talks_per_week: Annotated[int, Field(ge=1, le=50)]
    talks_per_day_max: Annotated[int, Field(ge=1, le=50)] = 1
    talk_s_min: Annotated[float, Field(ge=0, le=3_600)] = 60.0
    callback_share: Annotated[float, Field(ge=0, le=1)] = 0.0
    queue_weights: dict[_Name, Annotated[float, Field(ge=0, le=100)]] = {}

    @model_validator(mode="after")
    def _fits_the_week(self) -> "_Sampling":
        if self.talks_per_week > DAYS_OF_WEEK * self.talks_per_day_max:
            message = "talks_per_week is more than talks_per_day_max lets a week of 7 days have"
            raise ValueError(message)
        return self


def _each_once(sections: list[_Section]) -> list[_Section]:
    questions = [one.id for section in sections for one in section.questions]
    for kind, names in (("section", [one.id for one in sections]), ("question", questions)):
        for name, count in Counter(names).items():
            if count > 1:
                message = f"the {kind} id {name!r} is there {count} times"
                raise ValueError(message)
    if len(questions) > QUESTIONS_MAX:
        message = f"more than {QUESTIONS_MAX} questions"
        raise ValueError(message)
    return sections


class _File(_Strict):
    keep_months: Annotated[int, Field(ge=1, le=120)]
    sampling: _Sampling
    sections: Annotated[list[_Section], Field(min_length=1), AfterValidator(_each_once)]


def read_quality(city_dir: Path) -> QualityRules | None:
    """Return what the city's `quality.toml` says, None without the file; raise `AccountsInvalid`."""
    file = city_dir / FILE
    if not file.exists():
        return None
    try:
        found = _File.model_validate(tomllib.loads(file.read_text(encoding="utf-8")))
    except ValidationError as error:
        first: Any = error.errors(include_url=False)[0]
        place = ".".join(str(part) for part in first["loc"])
        raise AccountsInvalid(f"{file}: {place}: {first['msg']}") from None
    except (OSError, tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise AccountsInvalid(f"{file}: {error}") from None
    return QualityRules(
        sheet=sheet_of(_section(one) for one in found.sections),
        rule=_rule(found.sampling),
        keep_months=found.keep_months,
    )


def _rule(sampling: _Sampling) -> DrawRule:
    return DrawRule(
        talks_per_week=sampling.talks_per_week,
        talks_per_day_max=sampling.talks_per_day_max,
        talk_s_min=sampling.talk_s_min,
        callback_share=sampling.callback_share,
        seed=sampling.seed,
        queue_weights={QueueId(queue): weight for queue, weight in sampling.queue_weights.items()},
    )


def _section(section: _Section) -> Section:
    return Section(
        section=section.id,
        words=(("pl", section.pl), ("en", section.en)),
        questions=tuple(
            Question(
                question=one.id,
                words=(("pl", one.pl), ("en", one.en)),
                hint=(("pl", one.hint_pl), ("en", one.hint_en)),
                scale=one.scale,
                weight=one.weight,
                may_be_na=one.na,
                critical=one.critical,
            )
            for one in section.questions
        ),
    )
