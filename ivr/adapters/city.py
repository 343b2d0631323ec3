"""What the IVR reads of a city's folder: its flow, its prompts, and the names of its queues."""

import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from contact.ids import Language, QueueId
from ivr.adapters.flow_file import FlowError, load_flow
from ivr.adapters.hours_file import load_schedules
from ivr.adapters.marked_yaml import Finding
from ivr.adapters.number_prompt import with_numbers
from ivr.adapters.prompt_file import Prompts, load_prompts
from ivr.adapters.queue_prompt import Lack, missing_prompts, queue_tables, ways_to
from ivr.flow.nodes import ENTRIES, Flow
from runtime.config import Settings


@dataclass(frozen=True, slots=True, kw_only=True)
class City:
    """A checked flow and the texts of every prompt, numbers included."""

    flow: Flow
    prompts: Prompts


def load_city(settings: Settings) -> City:
    """Return the flow and the prompts the settings name; raise `FlowError` with every mistake in them."""
    languages = tuple(Language(language) for language in settings.ivr.languages)
    prompts = load_prompts(settings.city_dir / "prompts.yaml", languages)
    flow = load_flow(
        settings.city_dir / settings.ivr.flow,
        schedules=frozenset(one.schedule for one in load_schedules(settings)),
        queues=load_queue_ids(settings.city_dir / "queues.toml"),
        prompts=prompts,
        languages=languages,
    )
    city = City(flow=flow, prompts=with_numbers(prompts))
    queues = settings.city_dir / "queues.toml"
    if missing := lacks(queues.read_text(encoding="utf-8"), city):
        raise FlowError(tuple(one.finding(queues) for one in missing))
    return city


def lacks(text: str, city: City) -> tuple[Lack, ...]:
    """Return what queues as in `text`, which is TOML, need of the IVR and `city` has not."""
    queues = queue_tables(text)
    return (*missing_prompts(queues, city.prompts), *_missing_entries(queues, city.flow))


def check_city(settings: Settings) -> tuple[Finding, ...]:
    """Return what is wrong with the flow and the prompts the settings name, () when nothing is."""
    try:
        load_city(settings)
    except FlowError as error:
        return error.findings
    return ()


def _missing_entries(queues: Mapping[str, Mapping[str, Any]], flow: Flow) -> Iterator[Lack]:
    """Yield each place of the flow that queues send callers to and that it has not."""
    for queue, table in queues.items():
        for name in sorted(ENTRIES - flow.entries.keys()):
            for key in ways_to(table, name)[:1]:
                yield Lack(queue=queue, key=key, reason=f"the flow has no `{name}` in its `entries`")


def load_queue_ids(path: Path) -> frozenset[QueueId]:
    """Return the queues that `queues.toml` defines, each a table `[queue.<id>]`.

    Raises:
        FlowError: the file is missing, is not TOML, or defines no queue.

    """
    try:
        queues = tomllib.loads(path.read_text(encoding="utf-8")).get("queue")
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise FlowError((Finding(str(path), 1, f"cannot be read: {error}"),)) from None
    if not isinstance(queues, dict) or not queues:
        raise FlowError((Finding(str(path), 1, "there is no table `[queue.<id>]`"),))
    return frozenset(QueueId(name) for name in queues)
