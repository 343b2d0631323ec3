"""Opening hours as the city writes them: `hours.toml`, a table `[schedule.<name>]` for each schedule."""

import tomllib
from pathlib import Path

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from contact.ids import Language
from contact.opening import OpeningError
from contact.schedule import Schedule, ScheduleException, ScheduleId
from ivr.adapters.flow_file import FlowError
from ivr.adapters.flow_values import NAME_RULE, is_name
from ivr.adapters.marked_yaml import Finding
from runtime.config import Settings
from runtime.holiday import hours_of

HOURS_FILE = "hours.toml"


class _Exception(BaseModel):
    model_config = ConfigDict(extra="forbid")

    first: str
    last: str = ""
    hours: list[str] = []
    destination: str = ""
    title: str = ""


class _Schedule(BaseModel):
    model_config = ConfigDict(extra="forbid")

    names: dict[str, str] = {}
    time_zone: str = ""
    week: list[str] = Field(min_length=1)
    holidays: str = ""
    holiday_hours: list[str] = []
    exceptions: list[_Exception] = []


class _File(BaseModel):
    model_config = ConfigDict(extra="forbid")

    schedule: dict[str, _Schedule] = {}


def load_schedules(settings: Settings) -> tuple[Schedule, ...]:
    """Return the city's schedules, none where it has no such file; those without a clock are on the city's.

    Raises:
        FlowError: the file has a mistake; place and reason are in it.

    """
    path, zone = settings.city_dir / HOURS_FILE, settings.runtime.time_zone
    if not path.exists():
        return ()
    try:
        read = _File.model_validate(tomllib.loads(path.read_text(encoding="utf-8")))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise _mistake(path, f"cannot be read: {error}") from None
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        place = ".".join(str(part) for part in first["loc"])
        raise _mistake(path, f"{place}: {first['msg']}") from None
    return tuple(_schedule(path, name, one, zone) for name, one in read.schedule.items())


def _schedule(path: Path, name: str, read: _Schedule, zone: str) -> Schedule:
    place = f"schedule.{name}"
    if not is_name(name):
        raise _mistake(path, f"{place}: no name for a schedule: {NAME_RULE}")
    made = Schedule(
        schedule=ScheduleId(name),
        names=tuple((Language(language), text) for language, text in read.names.items()),
        zone=read.time_zone or zone,
        week=tuple(read.week),
        exceptions=tuple(_exception(one) for one in read.exceptions),
        holidays=read.holidays,
        holiday_hours=tuple(read.holiday_hours),
    )
    try:
        hours_of(made)
    except OpeningError as error:
        raise _mistake(path, f"{place}.{error}") from None
    return made


def _exception(read: _Exception) -> ScheduleException:
    return ScheduleException(
        first=read.first,
        last=read.last or read.first,
        hours=tuple(read.hours),
        destination=read.destination,
        title=read.title,
    )


def _mistake(path: Path, reason: str) -> FlowError:
    return FlowError((Finding(str(path), 1, reason),))
