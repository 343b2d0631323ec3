"""Reads the rendered configuration back and says what would go wrong with a call in it.

The files are read by pyst2's parser, which is not Asterisk's. It never closes what it opened; it takes an
escaped semicolon for a comment, a template section `[name](!)` and `#include` for errors, and drops what
stands before the first section without a word. So files are opened here, and a line that the two would
read differently is itself a finding: our own templates need none of these.
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from asterisk.config import Category, Config, ParseError

from dialplans.steps import Dialplan, Place, StepError, endpoints_of, is_dynamic, reached

ENTRIES = frozenset(
    {
        *("agent-callback", "agent-offer", "agent-hold", "agent-consult", "held", "overflow"),
        *("consult", "consult-joined", "consult-talk", "outside", "listen"),
    }
)
"""Contexts that calls are put into over the manager interface."""
LAST_ACT = "CENTRALA_NEXT"
"""The variable that a script sets last: without it the script did not finish."""
AFTER_HANGUP = "h"
"""The extension whose steps are taken when the channel has hung up: it ends where they end."""
SERVES_ALONE = frozenset({"queue", "dial", "voicemail"})
WAITS_FOR_OTHERS = frozenset({"queue", "dial", "bridge"})
TOO_MUCH = frozenset({"all", "system", "command", "config", "dialplan", "agent", "aoc"})
"""AMI classes that may write more than calls: with them the controller's password is a shell."""
NO_CONTEXTS = frozenset({"general", "globals"})

_MISREAD = re.compile(r"\\;|^\s*\[[^\]]*\]\s*\(|^\s*#|;--")


@dataclass(frozen=True, slots=True, kw_only=True, order=True)
class Finding:
    """One thing that is wrong: where, under which rule, and why."""

    file: str
    line: int
    rule: str
    reason: str

    def __str__(self) -> str:
        """Return it as one line, the way compilers do."""
        return f"{self.file}:{self.line}: {self.rule}: {self.reason}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Setting:
    """One `name = value` of a section."""

    section: str
    name: str
    value: str
    line: int


def lint(directory: Path, *, entries: frozenset[str] = ENTRIES) -> tuple[Finding, ...]:
    """Return what is wrong with the configuration in `directory`, by file and line; () for nothing."""
    findings: list[Finding] = []
    files = {name: _read(directory / name, findings) for name in
             ("extensions.conf", "pjsip.conf", "queues.conf", "manager.conf")}  # fmt: skip
    plan = _dialplan(files["extensions.conf"], findings)
    pjsip, queues = _settings(files["pjsip.conf"]), _settings(files["queues.conf"])
    findings += _contexts(plan, pjsip, entries)
    findings += _places(plan, _each_place)
    findings += _others(plan, pjsip, {setting.section for setting in queues})
    findings += _privileges(_settings(files["manager.conf"]))
    return tuple(sorted(findings))


class _OurFile(Config):
    """pyst2's parser on text that is already read; it closes nothing by itself."""

    def load(self) -> None:
        """Read the file whole and close it."""
        self.raw_lines = Path(self.filename).read_text(encoding="utf-8").splitlines(keepends=True)


def _read(file: Path, findings: list[Finding]) -> list[Category]:
    """Return the sections of `file`; put what cannot be read into `findings`."""
    try:
        text = file.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        findings.append(Finding(file=file.name, line=0, rule="unreadable", reason=str(error)))
        return []
    in_section = False
    for number, line in enumerate(text.splitlines(), start=1):
        in_section = in_section or line.lstrip().startswith("[")
        lost = not in_section and line.strip() and not line.lstrip().startswith(";")
        if lost or _MISREAD.search(line):
            reason = "before the first section" if lost else "syntax that is not used here"
            findings.append(Finding(file=file.name, line=number, rule="syntax", reason=reason))
            return []
    try:
        parsed = _OurFile(str(file))  # type: ignore[no-untyped-call] # pyst2 has no types
        return list(parsed.categories)
    except ParseError as error:
        number, reason = error.args
        findings.append(Finding(file=file.name, line=int(number), rule="syntax", reason=str(reason)))
        return []


def _settings(sections: list[Category]) -> list[Setting]:
    return [
        Setting(section=section.name, name=item.name, value=item.value.strip(), line=item.number)
        for section in sections
        for item in section.items
    ]


def _dialplan(sections: list[Category], findings: list[Finding]) -> Dialplan:
    plan = Dialplan()
    for section in sections:
        if section.name in NO_CONTEXTS:
            continue
        plan.contexts.setdefault(section.name, {})
        plan.lines.setdefault(section.name, section.number)
        extension = ""
        for item in section.items:
            try:
                if item.name == "include":
                    plan.includes.setdefault(section.name, []).append(item.value.strip())
                elif item.name in ("exten", "same"):
                    same = extension if item.name == "same" else ""
                    if item.name == "same" and not same:
                        raise StepError("same before any extension")  # noqa: TRY301 -- one way out per line
                    value = item.value.strip()
                    extension = plan.add(section.name, line=item.number, value=value, extension=same)
                else:
                    raise StepError(f"{item.name} is not used here")  # noqa: TRY301 -- the same
            except StepError as error:
                found = Finding(file="extensions.conf", line=item.number, rule="syntax", reason=str(error))
                findings.append(found)
    return plan


def _finding(line: int, rule: str, reason: str, *, file: str = "extensions.conf") -> Finding:
    return Finding(file=file, line=line, rule=rule, reason=reason)


def _contexts(plan: Dialplan, pjsip: list[Setting], entries: frozenset[str]) -> Iterator[Finding]:
    """Find contexts that nobody can reach, and ones that are asked for and not there."""
    named = [setting for setting in pjsip if setting.name == "context"]
    for setting in named:
        if setting.value not in plan.contexts:
            reason = f"there is no context {setting.value}"
            yield _finding(setting.line, "no-target", reason, file="pjsip.conf")
    for entry in sorted(entries - plan.contexts.keys()):
        yield _finding(0, "no-target", f"the controller sends calls to {entry}, which is not there")
    alive = reached(plan, entries | {setting.value for setting in named})
    for context in plan.contexts:
        if context not in alive:
            yield _finding(plan.lines[context], "dead-context", f"no call can get into [{context}]")


def _places(plan: Dialplan, rule: Callable[[Dialplan, Place], Iterator[Finding]]) -> Iterator[Finding]:
    for place in plan.places():
        yield from rule(plan, place)


def _each_place(plan: Dialplan, place: Place) -> Iterator[Finding]:
    """Find jumps to nowhere, extensions that just end, and scripts whose death nobody notices."""
    step = plan.step(place)
    for target in step.targets():
        if not is_dynamic(target) and plan.find(target, start=place) is None:
            yield _finding(step.line, "no-target", f"{step.app} leads to {target}, which is not there")
    steps = plan.contexts[place.context][place.extension]
    last = place.index + 1 == len(steps)
    gap = not last and steps[place.index + 1].priority != step.priority + 1
    ends = step.app in ("hangup", "goto", "return", "congestion", "busy") or (
        step.app == "gotoif" and all(step.branches)
    )
    if (last or gap) and not ends and place.extension != AFTER_HANGUP:
        if step.app in WAITS_FOR_OTHERS:
            reason = f"{step.app} can come back, and nothing says what becomes of the caller then"
            yield _finding(step.line, "no-hangup", reason)
        else:
            yield _finding(step.line, "falls-off", f"[{place.context}] ends after {step.app}: say Hangup()")
    if step.app == "agi" and not _survives(plan, place):
        reason = "a caller whose script dies, or finds no server, reaches neither a queue nor a person"
        yield _finding(step.line, "agi-without-fallback", reason)


def _survives(plan: Dialplan, script: Place) -> bool:
    """Return whether a call is served without any script once this one has died."""
    seen: set[Place] = set()
    waiting = list(plan.following(script, unset=LAST_ACT))
    while waiting:
        place = waiting.pop()
        if place in seen or plan.step(place).app == "agi":
            continue
        if plan.step(place).app in SERVES_ALONE:
            return True
        seen.add(place)
        waiting += plan.following(place, unset=LAST_ACT)
    return False


def _others(plan: Dialplan, pjsip: list[Setting], queues: set[str]) -> Iterator[Finding]:
    """Find phones and queues that the dialplan names and no file describes."""
    types = {(setting.section, setting.value) for setting in pjsip if setting.name == "type"}
    for place in plan.places():
        step = plan.step(place)
        for endpoint in endpoints_of(step):
            if (endpoint, "endpoint") not in types:
                yield _finding(step.line, "no-target", f"there is no phone or trunk {endpoint}")
        queue = step.args.split(",", 1)[0]
        if step.app == "queue" and not is_dynamic(queue) and queue not in queues - NO_CONTEXTS:
            yield _finding(step.line, "no-target", f"there is no queue {queue}")


def _privileges(manager: list[Setting]) -> Iterator[Finding]:
    """Find manager accounts that may do more than handle calls."""
    for setting in manager:
        if setting.name == "write":
            excess = sorted(TOO_MUCH & {name.strip() for name in setting.value.split(",")})
            if excess:
                reason = f"{setting.section} may write {', '.join(excess)}"
                yield _finding(setting.line, "privilege", reason, file="manager.conf")
