"""What an engine commanded when it took a recording again, in a form that a person can compare.

One line for each order, with the seconds since the beginning; at the end the facts, counted by kind, and how
each call ended. `python -m tests.replay.digest [NAME ...]` writes the digests beside the recordings anew,
after it has had the named recordings hold the decisions that are made of their inputs now.
"""

import json
import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from acd.adapters.journal_reader import read_recording
from acd.core.policy import Policy
from acd.journal import EntryKind
from acd.recording import Recording, retrace
from contact.commands import HangUpLeg, OfferCall, Publish, RescindOffer
from contact.events import CallEnded

FOLDER = Path(__file__).parent
RECORDINGS = sorted(path.stem for path in FOLDER.glob("*.jsonl"))


def recording(name: str) -> Recording:
    return read_recording(FOLDER / f"{name}.jsonl", Policy(queues={}))


def digest(recorded: Recording) -> str:
    return "".join(f"{line}\n" for line in _lines(recorded))


def stored(name: str) -> Path:
    return FOLDER / f"{name}.commands"


def _lines(recorded: Recording) -> Iterator[str]:
    facts: Counter[str] = Counter()
    ended = []
    for step in retrace(recorded):
        at = f"{step.entry.at - recorded.begins_at:.3f}"
        if step.refused:
            yield f"{at} refused {step.refused}"
        for command in step.commands:
            match command:
                case OfferCall():
                    yield f"{at} offer {command.offer} {command.call} {command.agent}"
                case RescindOffer():
                    yield f"{at} rescind {command.offer}"
                case HangUpLeg():
                    yield f"{at} hang up {command.leg}"
                case Publish(fact=CallEnded() as fact):
                    ended.append(f"{fact.call} {fact.outcome} {fact.agent or '-'} {fact.wait_s:.3f}")
                    facts["CallEnded"] += 1
                case Publish():
                    facts[type(command.fact).__name__] += 1
                case _:
                    yield f"{at} {type(command).__name__}"
    yield from (f"{kind} {count}" for kind, count in sorted(facts.items()))
    yield from ended


def decide_anew(name: str) -> None:
    """Keep the inputs of a recording and replace its decisions by those that are made now."""
    file = FOLDER / f"{name}.jsonl"
    lines = [json.loads(line) for line in file.read_text(encoding="utf-8").splitlines()]
    anew = [line for line in lines if "at" not in line]
    for step in retrace(recording(name)):
        if step.entry.kind is not EntryKind.DECISION:
            entries = [step.entry, *(one.entry(step.entry.at) for one in step.decisions)]
            anew += ({"at": one.at, "kind": str(one.kind), "body": one.body} for one in entries)
    texts = (json.dumps(line, ensure_ascii=False, separators=(",", ":")) for line in anew)
    file.write_text("".join(f"{text}\n" for text in texts), encoding="utf-8")


if __name__ == "__main__":
    for name in sys.argv[1:]:
        decide_anew(name)
    for name in RECORDINGS:
        stored(name).write_text(digest(recording(name)), encoding="utf-8")
