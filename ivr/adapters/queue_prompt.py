"""Which prompts the queues of `queues.toml` need, and which of them have no text.

The file is the routing role's and checked there; here only names of prompts are read out of it.
"""

import tomllib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from contact.announcement import OPENINGS
from contact.talk_recording import AGREED_PROMPT, WITHDRAWN_PROMPT
from ivr.adapters.marked_yaml import Finding
from ivr.adapters.number_prompt import SPOKEN
from ivr.adapters.prompt_file import Prompts

CONSENT_PROMPTS = (AGREED_PROMPT, WITHDRAWN_PROMPT)
"""What a waiting caller hears who has agreed to be recorded, or has taken that back."""
VOICEMAIL_PROMPTS = ("voicemail_greeting", "voicemail_thanks")
"""What the dialplan plays before and after a message is recorded."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Lack:
    """Something that `key` of a queue's table needs of the IVR and that is not there."""

    queue: str
    key: str
    reason: str

    def finding(self, path: Path) -> Finding:
        """Return it as a mistake of the file at `path`."""
        return Finding(str(path), 1, f"queue `{self.queue}`: {self.reason}")


def queue_tables(text: str) -> Mapping[str, Mapping[str, Any]]:
    """Return the queues' tables in `text`, which is TOML; what is no table is left out."""
    queues = tomllib.loads(text).get("queue", {})
    tables = queues.items() if isinstance(queues, dict) else ()
    return {queue: table for queue, table in tables if isinstance(table, dict)}


def missing_prompts(queues: Mapping[str, Mapping[str, Any]], prompts: Prompts) -> Iterator[Lack]:
    """Yield each prompt and language that a queue needs and `prompts` lacks."""
    for queue, table in queues.items():
        for key, name, numbered in _needed(table):
            for language, texts in prompts.items():
                if name not in texts and (language in SPOKEN or not numbered):
                    yield Lack(queue=queue, key=key, reason=f"prompt `{name}` has no text in `{language}`")


def _needed(table: Mapping[str, Any]) -> Iterator[tuple[str, str, bool]]:
    """Yield the key that asks for each prompt, the prompt, and whether a number follows it."""
    if "announce" in table:
        yield from (("announce", name, True) for name in OPENINGS)
    for key in ways_to(table, "voicemail")[:1]:
        yield from ((key, name, False) for name in VOICEMAIL_PROMPTS)
    keys = table.get("keys")
    if isinstance(keys, dict) and any(isinstance(one, dict) and one.get("consent") for one in keys.values()):
        yield from (("keys", str(name), False) for name in CONSENT_PROMPTS)
    comfort = table.get("comfort")
    if isinstance(comfort, dict):
        yield from (("comfort.prompts", name, False) for name in _words(comfort.get("prompts")))


def ways_to(table: Mapping[str, Any], leave: str) -> tuple[str, ...]:
    """Return which of the keys `keys` and `overflow` of a queue's table lead to `leave`."""
    keys, steps = table.get("keys"), table.get("overflow")
    ways = {
        "keys": keys.values() if isinstance(keys, dict) else (),
        "overflow": steps if isinstance(steps, list) else (),
    }
    return tuple(
        key
        for key, each in ways.items()
        if any(isinstance(one, dict) and one.get("leave") == leave for one in each)
    )


def _words(value: object) -> Iterable[str]:
    return [one for one in value if isinstance(one, str)] if isinstance(value, list) else ()
