"""Reads `queues.toml` into a `Policy`; a file with a mistake is refused whole, with place and reason."""

import tomllib
from collections.abc import Iterator, Mapping
from datetime import UTC, tzinfo
from itertools import pairwise
from pathlib import Path
from types import MappingProxyType
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from acd.adapters.callback_rules import CallbackTable, read_callback
from acd.core.announcement import Announcements, Comfort, PlaceSaid, Rhythm
from acd.core.policy import (
    KeyChoice,
    OverflowCause,
    OverflowStep,
    Policy,
    QueuePolicy,
    Relaxation,
    Strategy,
    Weights,
)
from acd.core.skills import Node, RequirementError, parse
from acd.errors import PolicyError
from contact.announcement import MINUTES, PLACES_MAX, PromptName
from contact.commands import Destination
from contact.ids import QueueId
from contact.states import AgentState, OfferState
from runtime.config import Acd

Seconds = Annotated[float, Field(ge=0, le=86_400)]
Weight = Annotated[float, Field(ge=0, le=1_000)]


Absent = Literal["logged_out", "not_ready", "reserved", "talking", "wrap_up"]
"""States of an agent that may count as nobody being there; one who is ready is there."""


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid")


class _Step(_Strict):
    after_s: Seconds
    requirement: str


class _Weights(_Strict):
    skill: Weight = 1.0
    idle: Weight = 1.0
    load: Weight = 1.0


class _Overflow(_Strict):
    after_s: Seconds | None = None
    on: OverflowCause | None = None
    queue: str | None = None
    leave: Destination | None = None


class _Announce(_Strict):
    first_s: Annotated[float, Field(ge=0, le=3_600)] = 20
    every_s: Annotated[float, Field(ge=10, le=3_600)] = 60
    place: PlaceSaid = PlaceSaid.MORE_THAN
    place_max: Annotated[int, Field(ge=1, le=PLACES_MAX)] = 10
    only_improved: bool = False
    wait: bool = True
    wait_min_s: Annotated[float, Field(ge=0, le=3_600)] = 60
    wait_max_s: Annotated[float, Field(ge=60, le=60 * MINUTES[-1])] = 1_800


class _Comfort(_Strict):
    prompts: Annotated[list[Annotated[str, Field(pattern=r"^[a-z0-9_]{1,64}$")]], Field(min_length=1)]
    first_s: Annotated[float, Field(ge=0, le=3_600)] = 45
    every_s: Annotated[float, Field(ge=10, le=3_600)] = 60
    shuffled: bool = False


class _Choice(_Strict):
    queue: str | None = None
    leave: Destination | None = None
    consent: bool = False


class _Queue(_Strict):
    names: dict[str, str]
    requirement: str = ""
    relax: list[_Step] = []
    strategy: Strategy = Strategy.LONGEST_IDLE
    weights: _Weights | None = None
    overflow: list[_Overflow] = []
    last_agent_s: Annotated[float, Field(ge=0, le=600)] = 0
    announce: _Announce | None = None
    comfort: _Comfort | None = None
    keys: dict[Annotated[str, Field(pattern=r"^[0-9*#]{1,3}$")], _Choice] = {}
    callback: CallbackTable = CallbackTable()
    owner_s: Annotated[float, Field(ge=0, le=600)] = 0
    recording_percent: Annotated[int, Field(ge=0, le=100)] = 0
    redial_keep_s: Annotated[float, Field(ge=0, le=3_600)] = 0
    expected_wait_max_s: Annotated[float, Field(gt=0, le=86_400)] | None = None
    waiting_per_agent_max: Annotated[float, Field(gt=0, le=1_000)] | None = None
    waiting_max: Annotated[int, Field(ge=0, le=100_000)] | None = None
    join_empty: frozenset[Absent] = frozenset()
    leave_empty: frozenset[Absent] = frozenset()
    empty_after_s: Annotated[float, Field(ge=1, le=3_600)] = 10
    priority: Annotated[int, Field(ge=-1_000, le=1_000)] = 0
    service_level_s: Seconds = 30
    ring_timeout_s: Annotated[float, Field(gt=0, le=600)] | None = None
    wrap_up_s: Seconds | None = None


_TABLES: Mapping[str, type[BaseModel]] = MappingProxyType(
    {"announce": _Announce, "comfort": _Comfort, "callback": CallbackTable, "weights": _Weights}
)


class _File(_Strict):
    last_agent_keep_s: Annotated[float, Field(ge=0, le=7_776_000)] = 604_800
    queue: dict[str, _Queue]


def load_policy(file: Path, defaults: Acd, zone: tzinfo = UTC) -> Policy:
    """Return the policy written in `file`, with the settings' defaults; raise `PolicyError`."""
    return read_policy(policy_text(file), file, defaults, zone)


def queue_defaults(defaults: Acd) -> tuple[tuple[str, str], ...]:
    """Return what holds for each key of a queue that is not written: its place, and the value as text."""
    found = dict(_defaults(_Queue))
    found |= {"ring_timeout_s": f"{defaults.ring_timeout_s:g}", "wrap_up_s": f"{defaults.wrap_up_s:g}"}
    for name, table in _TABLES.items():
        found |= {f"{name}.{key}": text for key, text in _defaults(table)}
    return tuple(sorted(found.items()))


def _defaults(model: type[BaseModel]) -> Iterator[tuple[str, str]]:
    for name, field in model.model_fields.items():
        if isinstance(field.default, bool):
            yield name, str(field.default).lower()
        elif isinstance(field.default, int | float):
            yield name, f"{field.default:g}"
        elif isinstance(field.default, str) and field.default:
            yield name, str(field.default)


def policy_text(file: Path) -> str:
    """Return what is written in `file`; raise `PolicyError` where it cannot be read."""
    try:
        return file.read_text(encoding="utf-8")
    except FileNotFoundError:
        raise PolicyError(f"{file}: no such file") from None
    except (OSError, UnicodeDecodeError) as error:
        raise PolicyError(f"{file}: {error}") from None


def read_policy(text: str, file: Path, defaults: Acd, zone: tzinfo = UTC) -> Policy:
    """Return the policy written in `text`, which came from `file`; raise `PolicyError`.

    Times of day are those of `zone`.
    """
    try:
        read = _File.model_validate(tomllib.loads(text))
    except tomllib.TOMLDecodeError as error:
        raise PolicyError(f"{file}: {error}") from None
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        place = ".".join(str(part) for part in first["loc"])
        reason = "unknown key" if first["type"] == "extra_forbidden" else first["msg"]
        raise PolicyError(f"{file}: {place}: {reason}") from None
    queues = {QueueId(key): _queue(file, key, queue, zone) for key, queue in read.queue.items()}
    _check_targets(file, queues)
    return Policy(
        queues=queues,
        ring_timeout_s=defaults.ring_timeout_s,
        wrap_up_s=defaults.wrap_up_s,
        last_agent_keep_s=read.last_agent_keep_s,
        recording_pause_s_max=defaults.recording_pause_s_max,
        wrap_up_extension_s=defaults.wrap_up_extension_s,
        rona_offers_max=defaults.rona_offers_max,
        reoffer_after_s={
            OfferState.PENDING: 0.0,
            OfferState.ACCEPTED: 0.0,
            OfferState.RESCINDED: 0.0,
            OfferState.REJECTED: defaults.reoffer_after_reject_s,
            OfferState.EXPIRED: defaults.reoffer_after_no_answer_s,
            OfferState.BUSY: defaults.reoffer_after_busy_s,
            OfferState.UNREACHABLE: defaults.reoffer_after_unreachable_s,
        },
    )


def _queue(file: Path, key: str, read: _Queue, zone: tzinfo) -> QueuePolicy:
    place = f"{file}: queue.{key}"
    steps = tuple(
        Relaxation(
            after_s=step.after_s, requirement=_node(f"{place}.relax.{i}.requirement", step.requirement)
        )
        for i, step in enumerate(read.relax)
    )
    for i, (earlier, later) in enumerate(pairwise(steps)):
        if later.after_s <= earlier.after_s:
            raise PolicyError(f"{place}.relax.{i + 1}.after_s: not later than the step before")
    if read.weights is not None and read.strategy is not Strategy.WEIGHTED:
        raise PolicyError(f"{place}.weights: only the strategy weighted has weights")
    return QueuePolicy(
        queue=QueueId(key),
        names=tuple(sorted(read.names.items())),
        requirement=_node(f"{place}.requirement", read.requirement),
        relaxations=steps,
        strategy=read.strategy,
        overflow=_ladder(place, read),
        last_agent_s=read.last_agent_s,
        announcements=_announcements(read.announce),
        comfort=_comfort(read.comfort),
        keys=_keys(place, read),
        callback=read_callback(f"{place}.callback", read.callback, zone),
        owner_s=read.owner_s,
        recording_percent=read.recording_percent,
        redial_keep_s=read.redial_keep_s,
        expected_wait_max_s=read.expected_wait_max_s,
        waiting_per_agent_max=read.waiting_per_agent_max,
        waiting_max=read.waiting_max,
        join_empty=frozenset(map(AgentState, read.join_empty)),
        leave_empty=frozenset(map(AgentState, read.leave_empty)),
        empty_after_s=read.empty_after_s,
        weights=Weights(**(read.weights or _Weights()).model_dump()),
        priority=read.priority,
        service_level_s=read.service_level_s,
        ring_timeout_s=read.ring_timeout_s,
        wrap_up_s=read.wrap_up_s,
    )


def _announcements(read: _Announce | None) -> Announcements | None:
    if read is None:
        return None
    rhythm = Rhythm(first_s=read.first_s, every_s=read.every_s)
    return Announcements(rhythm=rhythm, **read.model_dump(exclude={"first_s", "every_s"}))


def _comfort(read: _Comfort | None) -> Comfort | None:
    if read is None:
        return None
    prompts = tuple(PromptName(one) for one in read.prompts)
    rhythm = Rhythm(first_s=read.first_s, every_s=read.every_s)
    return Comfort(prompts=prompts, rhythm=rhythm, shuffled=read.shuffled)


def _keys(place: str, queue: _Queue) -> tuple[KeyChoice, ...]:
    read = queue.keys
    for key, choice in read.items():
        if [choice.queue is not None, choice.leave is not None, choice.consent].count(True) != 1:
            raise PolicyError(f"{place}.keys.{key}: give one of queue, leave and consent")
        if choice.consent and queue.recording_percent == 0:
            raise PolicyError(f"{place}.keys.{key}: this queue records no talk (recording_percent)")
        longer = next((one for one in read if one != key and one.startswith(key)), None)
        if longer is not None:
            raise PolicyError(f"{place}.keys.{longer}: begins with the key {key}")
    return tuple(
        KeyChoice(
            key=key,
            queue=None if one.queue is None else QueueId(one.queue),
            leave=one.leave,
            consents=one.consent,
        )
        for key, one in read.items()
    )


def _ladder(place: str, read: _Queue) -> tuple[OverflowStep, ...]:
    steps = tuple(_overflow(f"{place}.overflow.{i}", step) for i, step in enumerate(read.overflow))
    timed = [step.after_s for step in steps if step.after_s is not None]
    if any(later <= earlier for earlier, later in pairwise(timed)):
        raise PolicyError(f"{place}.overflow: after_s does not grow from step to step")
    causes = [step.on for step in steps if step.on is not None]
    wanted = {
        OverflowCause.FULL: ("waiting_max", read.waiting_max is not None),
        OverflowCause.SLOW: ("expected_wait_max_s", read.expected_wait_max_s is not None),
        OverflowCause.CROWDED: ("waiting_per_agent_max", read.waiting_per_agent_max is not None),
        OverflowCause.EMPTY: ("join_empty or leave_empty", bool(read.join_empty or read.leave_empty)),
    }
    for cause, (key, is_set) in wanted.items():
        if causes.count(cause) > 1:
            raise PolicyError(f'{place}.overflow: more than one step on = "{cause}"')
        if (cause in causes) is not is_set:
            raise PolicyError(f'{place}.overflow: {key} and a step on = "{cause}" need each other')
    return steps


def _overflow(place: str, step: _Overflow) -> OverflowStep:
    if (step.after_s is None) is (step.on is None):
        raise PolicyError(f"{place}: give either after_s or on")
    if (step.queue is None) is (step.leave is None):
        raise PolicyError(f"{place}: give either queue or leave")
    queue = None if step.queue is None else QueueId(step.queue)
    return OverflowStep(after_s=step.after_s, on=step.on, queue=queue, leave=step.leave)


def _check_targets(file: Path, queues: Mapping[QueueId, QueuePolicy]) -> None:
    for key, queue in queues.items():
        targets = {f"overflow.{i}": step.queue for i, step in enumerate(queue.overflow)}
        targets |= {f"keys.{choice.key}": choice.queue for choice in queue.keys}
        for place, target in targets.items():
            if target is not None and (target not in queues or target == key):
                reason = "is this queue itself" if target == key else f"no queue {target}"
                raise PolicyError(f"{file}: queue.{key}.{place}.queue: {reason}")


def _node(place: str, text: str) -> Node:
    try:
        return parse(text)
    except RequirementError as error:
        raise PolicyError(f"{place}: {error}") from None
