"""A recording: a stretch of a journal, with what is needed to run it again.

`snapshot` is where the engine stood before `entries` (None: at its very beginning); entries before
`begins_at` only bring it to where the stretch begins. `policies` gives for a `policy` entry's body the
policy that it keeps, so that whoever runs a recording need not know how policies are written.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from acd.core.engine import Engine
from acd.core.policy import Policy
from acd.core.snapshot import Snapshot
from acd.journal import Decision, Entry, EntryKind, take_again
from contact.commands import Command, OfferCall, Publish
from contact.errors import CentralaError
from contact.events import Fact
from contact.explanation import OfferExplained
from contact.times import Seconds


@dataclass(frozen=True, slots=True, kw_only=True)
class Recording:
    """A stretch from `begins_at` up to, not including, `ends_at`. `ruling` ruled at its first entry."""

    snapshot: Snapshot | None
    entries: tuple[Entry, ...]
    begins_at: Seconds
    ends_at: Seconds
    ruling: Policy
    policies: Callable[[str], Policy]


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One entry taken again: the engine after it, and what it said. `refused` is why it took nothing."""

    entry: Entry
    engine: Engine
    commands: tuple[Command, ...]
    refused: str = ""

    @property
    def facts(self) -> tuple[Fact, ...]:
        """Return the facts among the commands."""
        return tuple(one.fact for one in self.commands if isinstance(one, Publish))

    @property
    def decisions(self) -> tuple[Decision, ...]:
        """Return the offers among the commands."""
        return tuple(Decision.of(one) for one in self.commands if isinstance(one, OfferCall))


def retrace(recording: Recording, policy: Policy | None = None, *, explains: bool = True) -> Iterator[Step]:
    """Yield every entry as an engine takes it again, at its time.

    Under `policy` the whole recording is taken by those rules, else by those that ruled at each moment.
    An input that the engine refuses, it refused when it came: nothing follows from it. Without `explains` the
    same is decided in a fraction of the time, and nothing is said of why.
    """
    rules = policy or recording.ruling
    untold: frozenset[type[Fact]] = frozenset() if explains else frozenset({OfferExplained})
    kept = recording.snapshot
    if kept is None:
        engine = Engine(policy=rules, run="", untold=untold)
    else:
        engine = Engine.restore(kept, rules, untold=untold)
    for entry in recording.entries:
        refused = ""
        commands: tuple[Command, ...] = ()
        try:
            commands = take_again(engine, entry, None if policy is not None else recording.policies)
        except CentralaError as error:
            refused = str(error)
        yield Step(entry=entry, engine=engine, commands=commands, refused=refused)


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """A call's offer number `number` went to another agent; "" where one side made no such offer."""

    at: Seconds
    call: str
    number: int
    recorded: str
    made: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparison:
    """An exact replay against what was decided then.

    The first difference is sure; later ones may follow from it, because the recorded answers belong to the
    recorded offers.
    """

    inputs: int
    refused: int
    recorded: int
    made: int
    differences: tuple[Difference, ...]


def compare(recording: Recording, policy: Policy | None = None) -> Comparison:
    """Take the recorded inputs unchanged and list the offers that differ from the recorded ones."""
    recorded: dict[tuple[str, int], tuple[Seconds, str]] = {}
    made: dict[tuple[str, int], tuple[Seconds, str]] = {}
    inputs = refused = 0
    for step in retrace(recording, policy, explains=False):
        entry = step.entry
        if not recording.begins_at <= entry.at < recording.ends_at:
            continue
        inputs += entry.kind is EntryKind.EVENT
        refused += bool(step.refused)
        if entry.kind is EntryKind.DECISION:
            _add(recorded, entry.at, Decision.read(entry))
        for decision in step.decisions:
            _add(made, entry.at, decision)
    return Comparison(
        inputs=inputs,
        refused=refused,
        recorded=len(recorded),
        made=len(made),
        differences=_differences(recorded, made),
    )


def _add(offers: dict[tuple[str, int], tuple[Seconds, str]], at: Seconds, decision: Decision) -> None:
    number = 1
    while (decision.call, number) in offers:
        number += 1
    offers[decision.call, number] = (at, decision.agent)


def _differences(
    recorded: dict[tuple[str, int], tuple[Seconds, str]], made: dict[tuple[str, int], tuple[Seconds, str]]
) -> tuple[Difference, ...]:
    found = []
    for key in recorded.keys() | made.keys():
        then, now = recorded.get(key), made.get(key)
        if then is None or now is None or then[1] != now[1]:
            at = min(one[0] for one in (then, now) if one is not None)
            found.append(
                Difference(
                    at=at,
                    call=key[0],
                    number=key[1],
                    recorded=then[1] if then is not None else "",
                    made=now[1] if now is not None else "",
                )
            )
    return tuple(sorted(found, key=lambda one: (one.at, one.call, one.number)))
