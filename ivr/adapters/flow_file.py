"""Flow files: a dialogue as YAML, read into `ivr.flow.nodes.Flow` with every mistake named by its line.

Two passes. The first reads the form (`flow_reader`). Only if it finds nothing does the second look at the
flow as a whole: dead ends, unreachable nodes, loops without a key, prompts missing in a language they are
needed in. `docs/flow-author.md` explains the format.
"""

from collections.abc import Collection, Mapping
from pathlib import Path

from contact.ids import Language, QueueId
from contact.schedule import ScheduleId
from ivr.adapters.flow_reader import FlowReader
from ivr.adapters.marked_yaml import Finding, MarkedFile
from ivr.errors import IvrError
from ivr.flow import graph
from ivr.flow.nodes import Flow, NodeId, PromptId


class FlowError(IvrError):
    """A flow that cannot be used; `findings` holds every mistake, sorted by line."""

    def __init__(self, findings: tuple[Finding, ...]) -> None:
        """Keep the findings; the error's text is one line for each."""
        super().__init__("\n".join(str(finding) for finding in findings))
        self.findings = findings


def load_flow(
    path: Path,
    *,
    queues: Collection[QueueId],
    prompts: Mapping[Language, Collection[PromptId]],
    languages: Collection[Language],
    schedules: Collection[ScheduleId] = (),
) -> Flow:
    """Return the flow in `path`.

    Args:
        path: the YAML file.
        queues: the queues that exist.
        prompts: the prompts there are in each language.
        languages: the languages the hotline speaks.
        schedules: the opening hours that exist.

    Raises:
        FlowError: the file has mistakes; all that could be found are in it.

    """
    file = MarkedFile(path)
    reader = FlowReader(file, queues=queues, languages=languages, schedules=schedules)
    flow = reader.read()
    if flow is not None and not file.findings:
        _check_whole(flow, prompts, reader)
    if flow is None or file.findings:
        raise FlowError(tuple(sorted(file.findings)))
    return flow


def check_flow(
    path: Path,
    *,
    queues: Collection[QueueId],
    prompts: Mapping[Language, Collection[PromptId]],
    languages: Collection[Language],
    schedules: Collection[ScheduleId] = (),
) -> tuple[Finding, ...]:
    """Return what `load_flow` would complain of, () for a good flow."""
    try:
        load_flow(path, queues=queues, prompts=prompts, languages=languages, schedules=schedules)
    except FlowError as error:
        return error.findings
    return ()


def _check_whole(flow: Flow, prompts: Mapping[Language, Collection[PromptId]], reader: FlowReader) -> None:
    visits = graph.visits(flow)
    reached = {place for place, _ in visits}

    def note(place: NodeId, reason: str) -> None:
        reader.file.note(reader.lines[place], reason)

    for place in flow.nodes:
        if place not in reached:
            note(place, f"node `{place}` is unreachable: no way leads to it")
    for place in graph.without_end(flow):
        note(place, f"node `{place}` is a dead end: no way leads from it to an end")
    for loop in graph.loops_without_key(flow):
        note(loop[0], f"a loop that goes round without a key: {' -> '.join((*loop, loop[0]))}")
    for place, language in sorted(visits):
        for prompt in graph.prompts_of(flow.nodes[place]):
            if prompt not in prompts.get(language, ()):
                note(place, f"node `{place}`: prompt `{prompt}` is missing in language `{language}`")
