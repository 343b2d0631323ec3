"""Which prompts the queues of `queues.toml` need, and which of them have no text.

The file is the routing role's and checked there; here only names of prompts are read out of it.
"""

import tomllib
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

from contact.announcement import OPENINGS
from ivr.adapters.marked_yaml import Finding
from ivr.adapters.number_prompt import SPOKEN
from ivr.adapters.prompt_file import Prompts

VOICEMAIL_PROMPTS = ("voicemail_greeting", "voicemail_thanks")
"""What the dialplan plays before and after a message is recorded."""


def missing_prompts(path: Path, prompts: Prompts) -> Iterator[Finding]:
    """Yield one finding for each prompt and language that a queue needs and `prompts` lacks."""
    queues = tomllib.loads(path.read_text(encoding="utf-8")).get("queue", {})
    for queue, table in queues.items():
        if not isinstance(table, dict):
            continue
        for name, numbered in _needed(table):
            for language, texts in prompts.items():
                if name not in texts and (language in SPOKEN or not numbered):
                    yield Finding(
                        str(path), 1, f"queue `{queue}`: prompt `{name}` has no text in `{language}`"
                    )


def _needed(table: Mapping[str, Any]) -> Iterator[tuple[str, bool]]:
    """Yield each prompt, and whether a number follows it."""
    if "announce" in table:
        yield from ((name, True) for name in OPENINGS)
    if _leads_to_voicemail(table):
        yield from ((name, False) for name in VOICEMAIL_PROMPTS)
    comfort = table.get("comfort")
    if isinstance(comfort, dict):
        yield from ((name, False) for name in _words(comfort.get("prompts")))


def _leads_to_voicemail(table: Mapping[str, Any]) -> bool:
    keys, steps = table.get("keys"), table.get("overflow")
    ways = [*(keys.values() if isinstance(keys, dict) else ()), *(steps if isinstance(steps, list) else ())]
    return any(isinstance(one, dict) and one.get("leave") == "voicemail" for one in ways)


def _words(value: object) -> Iterable[str]:
    return [one for one in value if isinstance(one, str)] if isinstance(value, list) else ()
