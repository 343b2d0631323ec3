"""Reads a workload from TOML; a file with a mistake is refused whole, with the key and the reason.

The form is described in `docs/simulator.md`; examples lie in `config/warszawa/sim/`.
"""

import tomllib
from pathlib import Path
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from acd.adapters.policy_file import load_policy
from acd.core.policy import Policy
from acd.core.skills import LEVEL_MAX, RequirementError, parse
from acd.errors import WorkloadError
from acd.sim.workload import HALF_HOUR_S, NOTHING, AgentGroup, CallType, Law, Spread, Workload
from contact.ids import QueueId, Skill
from runtime.config import Acd

HALF_HOURS_MAX = 7 * 48
AGENTS_MAX = 5_000
CALLS_MAX = 100_000
"""In one half hour."""

_DAY_S = 86_400.0

Duration = Annotated[float, Field(ge=0, le=_DAY_S)]
Clock = Annotated[str, Field(pattern=r"^([01]\d|2[0-4]):(00|30)$")]
Count = Annotated[int, Field(ge=0, le=AGENTS_MAX)]
Level = Annotated[int, Field(ge=0, le=LEVEL_MAX)]


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid")


class _Spread(_Strict):
    law: Law
    mean_s: Duration
    deviation_s: Duration = 0.0

    def value(self) -> Spread:
        return Spread(law=self.law, mean_s=self.mean_s, deviation_s=self.deviation_s)


class _CallType(_Strict):
    share: Annotated[float, Field(gt=0)]
    queue: str
    requirement: str = ""
    priority: Annotated[int, Field(ge=-1_000, le=1_000)] = 0
    talk: _Spread
    wrap_up: _Spread | None = None
    patience: _Spread | None = None


class _Shift(_Strict):
    begins: Clock
    ends: Clock
    agents: Count


class _Group(_Strict):
    skills: dict[str, Level]
    on: list[Count] = []
    shifts: list[_Shift] = []


class _File(_Strict):
    name: str
    begins: Clock = "00:00"
    queues: str
    calls: Annotated[
        list[Annotated[float, Field(ge=0, le=CALLS_MAX)]], Field(min_length=1, max_length=HALF_HOURS_MAX)
    ]
    service_level_s: Duration = 30.0
    warm_up_s: Duration = 0.0
    waiting_places: Annotated[int, Field(ge=0)] | None = None
    ring: _Spread | None = None
    call: Annotated[dict[str, _CallType], Field(min_length=1)]
    agents: Annotated[dict[str, _Group], Field(min_length=1)]


def load_workload(file: Path, defaults: Acd) -> Workload:
    """Return the workload written in `file`, its policy with the settings' `defaults`.

    Raise `WorkloadError` naming file, key and reason, or `PolicyError` for the file of its queues.
    """
    read = _read(file)
    policy = load_policy(file.parent / read.queues, defaults)
    return Workload(
        name=read.name,
        begins_s=_clock_s(read.begins),
        calls=tuple(read.calls),
        types=tuple(_call_type(file, policy, name, one) for name, one in read.call.items()),
        groups=tuple(_group(file, read, name, one) for name, one in read.agents.items()),
        policy=policy,
        ring=read.ring.value() if read.ring is not None else NOTHING,
        service_level_s=read.service_level_s,
        waiting_places=read.waiting_places,
        warm_up_s=read.warm_up_s,
    )


def _read(file: Path) -> _File:
    try:
        with file.open("rb") as stream:
            return _File.model_validate(tomllib.load(stream))
    except FileNotFoundError:
        raise WorkloadError(f"{file}: no such file") from None
    except (OSError, tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise WorkloadError(f"{file}: {error}") from None
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        place = ".".join(str(part) for part in first["loc"])
        reason = "unknown key" if first["type"] == "extra_forbidden" else first["msg"]
        raise WorkloadError(f"{file}: {place}: {reason}") from None


def _call_type(file: Path, policy: Policy, name: str, read: _CallType) -> CallType:
    place = f"{file}: call.{name}"
    if QueueId(read.queue) not in policy.queues:
        raise WorkloadError(f"{place}.queue: there is no queue {read.queue!r}")
    try:
        parse(read.requirement)
    except RequirementError as error:
        raise WorkloadError(f"{place}.requirement: {error}") from None
    return CallType(
        name=name,
        weight=read.share,
        queue=QueueId(read.queue),
        requirement=read.requirement,
        priority=read.priority,
        talk=read.talk.value(),
        wrap_up=read.wrap_up.value() if read.wrap_up is not None else NOTHING,
        patience=read.patience.value() if read.patience is not None else None,
    )


def _group(file: Path, read: _File, name: str, group: _Group) -> AgentGroup:
    place = f"{file}: agents.{name}"
    if bool(group.on) == bool(group.shifts):
        raise WorkloadError(f"{place}: say either `on`, a number for each half hour, or `shifts`")
    if group.on and len(group.on) != len(read.calls):
        raise WorkloadError(f"{place}.on: {len(group.on)} half hours where `calls` has {len(read.calls)}")
    skills = tuple(sorted((Skill(skill), level) for skill, level in group.skills.items()))
    begins_s = _clock_s(read.begins)
    starts = [begins_s + slot * HALF_HOUR_S for slot in range(len(read.calls))]
    on = tuple(group.on) or tuple(
        sum(shift.agents for shift in group.shifts if _is_on(shift, start)) for start in starts
    )
    return AgentGroup(name=name, skills=skills, on=on)


def _is_on(shift: _Shift, at_s: float) -> bool:
    """Return whether a shift covers a time of day; one that ends before it begins goes over midnight."""
    begins_s, ends_s, at_s = _clock_s(shift.begins), _clock_s(shift.ends), at_s % _DAY_S
    if begins_s < ends_s:
        return begins_s <= at_s < ends_s
    return at_s >= begins_s or at_s < ends_s


def _clock_s(clock: str) -> float:
    hours, minutes = clock.split(":")
    return int(hours) * 3_600.0 + int(minutes) * 60.0
