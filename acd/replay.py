"""Compares a recorded day with itself under other rules: waits, service level, who got which calls.

Three columns: what was *recorded*; the *model* under the rules of that day, which shows how far the model is
from the truth; and the model under the *other* rules. What the other rules change is the third against the
second. The service level's threshold is, in every column, that of the other rules.
"""

from collections.abc import Callable
from dataclasses import asdict, dataclass

from acd.core.measures import AgentTimes, CallTally
from acd.core.policy import Policy
from acd.counterfactual import Caller, Course, draw, recorded, run
from acd.recorded_day import RecordedDay, queues_of, read_day
from acd.recording import Recording
from contact.ids import AgentId, CallId, QueueId
from contact.times import Seconds


@dataclass(frozen=True, slots=True, kw_only=True)
class Figures:
    """Callers of one queue, or of all. Waits in seconds to the answer or to giving up; shares 0 to 1.

    `asa_s` is over answered callers, `mean_wait_s` and `wait_max_s` over all whose wait ended. `unserved` are
    those whom nobody had answered when the run ended.
    """

    callers: int
    answered: int
    abandoned: int
    unserved: int
    service_level: float | None
    asa_s: float | None
    mean_wait_s: float | None
    wait_max_s: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """One way in which the day went. `occupancy` is work on calls as a share of the agents' time for it."""

    all: Figures
    queues: dict[QueueId, Figures]
    agents: dict[AgentId, int]
    occupancy: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangedCall:
    """A call that went to somebody else, or to nobody, or to somebody where it went to nobody."""

    call: CallId
    queue: QueueId
    joined_at: Seconds
    model_agent: AgentId | None
    other_agent: AgentId | None
    model_wait_s: float
    other_wait_s: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Drawn:
    """For how many callers a duration had to be drawn, because the record cannot know it."""

    patience: int
    ring: int
    talk: int
    wrap_up: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Replay:
    """A day in three columns. `left_out` calls were already there when it began and are in none of them."""

    begins_at: Seconds
    ends_at: Seconds
    seed: int
    left_out: int
    refused_inputs: int
    drawn: Drawn
    recorded: Column
    model: Column
    other: Column
    changed: tuple[ChangedCall, ...]

    def as_plain(self) -> dict[str, object]:
        """Return the whole as JSON's own types."""
        return asdict(self)


def replay(
    recording: Recording,
    policy: Policy,
    *,
    seed: int = 1,
    progress: Callable[[float], None] | None = None,
) -> Replay:
    """Run the recorded callers through `policy`; `progress` hears how far it is, 0 to 1."""
    day = read_day(recording)
    callers = draw(day, seed)
    then = recorded(day)
    model = run(day, callers, recording.ruling, _part(progress, 0.0))
    other = run(day, callers, policy, _part(progress, 0.5))
    return Replay(
        begins_at=day.begins_at,
        ends_at=day.ends_at,
        seed=seed,
        left_out=day.left_out,
        refused_inputs=day.refused,
        drawn=_drawn(callers),
        recorded=_column(day, then, policy),
        model=_column(day, model, policy),
        other=_column(day, other, policy),
        changed=_changed(day, model, other),
    )


def _part(progress: Callable[[float], None] | None, begun: float) -> Callable[[float], None] | None:
    return None if progress is None else lambda share: progress(begun + share / 2.0)


def _drawn(callers: list[Caller]) -> Drawn:
    stays = [caller.stay for caller in callers]
    return Drawn(
        patience=sum(one.patience_s is not None and one.stay.gave_up_after_s is None for one in callers),
        ring=sum(stay.ring_s is None for stay in stays),
        talk=sum(stay.talk_s is None for stay in stays),
        wrap_up=sum(stay.wrap_up_s is None for stay in stays),
    )


def _column(day: RecordedDay, course: Course, policy: Policy) -> Column:
    begins_at = day.begins_at
    times = AgentTimes(
        begins_at=begins_at, counts_from_at=begins_at, slot_s=max(1.0, day.ends_at - begins_at)
    )
    for moved in course.moves:
        if moved.since_at < day.ends_at:
            times.take(moved)
    times.close(day.ends_at)
    agents: dict[AgentId, int] = {}
    for fate in course.fates.values():
        if fate.agent is not None:
            agents[fate.agent] = agents.get(fate.agent, 0) + 1
    return Column(
        all=_figures(day, course, policy, None),
        queues={queue: _figures(day, course, policy, queue) for queue in queues_of(day)},
        agents=dict(sorted(agents.items())),
        occupancy=times.occupancy(),
    )


def _figures(day: RecordedDay, course: Course, policy: Policy, queue: QueueId | None) -> Figures:
    tallies: dict[QueueId, CallTally] = {}
    callers = unserved = 0
    for stay in day.stays:
        fate = course.fates[stay.call]
        if queue is not None and stay.asked.queue != queue:
            continue
        callers += 1
        threshold_s = policy.queue(stay.asked.queue).service_level_s
        tally = tallies.setdefault(stay.asked.queue, CallTally(within_s=threshold_s))
        if fate.agent is not None:
            tally.add_answered(fate.wait_s)
        elif fate.abandoned:
            tally.add_abandoned(fate.wait_s)
        else:
            unserved += 1
    answered = sum(one.answered for one in tallies.values())
    abandoned = sum(one.abandoned for one in tallies.values())
    counted = answered + abandoned - sum(one.abandoned_within for one in tallies.values())
    wait_s = sum(one.wait_sum_s for one in tallies.values())
    all_wait_s = wait_s + sum(one.abandoned_wait_sum_s for one in tallies.values())
    return Figures(
        callers=callers,
        answered=answered,
        abandoned=abandoned,
        unserved=unserved,
        service_level=_share(sum(one.answered_within for one in tallies.values()), counted),
        asa_s=_share(wait_s, answered),
        mean_wait_s=_share(all_wait_s, answered + abandoned),
        wait_max_s=max((one.wait_max_s for one in tallies.values()), default=0.0),
    )


def _share(part: float, whole: int) -> float | None:
    return part / whole if whole else None


def _changed(day: RecordedDay, model: Course, other: Course) -> tuple[ChangedCall, ...]:
    changed = []
    for stay in day.stays:
        before, after = model.fates[stay.call], other.fates[stay.call]
        if before.agent != after.agent:
            changed.append(
                ChangedCall(
                    call=stay.call,
                    queue=stay.asked.queue,
                    joined_at=stay.joined_at,
                    model_agent=before.agent,
                    other_agent=after.agent,
                    model_wait_s=before.wait_s,
                    other_wait_s=after.wait_s,
                )
            )
    return tuple(changed)
