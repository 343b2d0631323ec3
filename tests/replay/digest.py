"""What an engine commanded when it took a recording again, in a form that a person can compare.

One line for each order, with the seconds since the beginning; at the end the facts, counted by kind, and how
each call ended. `python -m tests.replay.digest` writes the digests beside the recordings anew.
"""

from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from acd.adapters.journal_reader import read_recording
from acd.core.policy import Policy
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


if __name__ == "__main__":
    for name in RECORDINGS:
        stored(name).write_text(digest(recording(name)), encoding="utf-8")
