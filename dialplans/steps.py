"""A dialplan as data: contexts of extensions of steps, and which step can follow which."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

ENDS = frozenset({"hangup", "goto", "return", "congestion", "busy"})
"""Applications after which the next step is never reached."""
_STEP = re.compile(
    r"(?P<priority>\w+)(?:\((?P<label>[^)]*)\))?\s*,\s*(?P<app>\w+)\s*(?:\((?P<args>.*)\))?\s*$"
)
_CONTINUES = re.compile(r"[Fb]\(([^)]*)\)")


class StepError(ValueError):
    """A line of the dialplan that cannot be read."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One priority: an application with its arguments, and the line of the file it stands in."""

    priority: int
    label: str
    app: str
    args: str
    line: int

    @property
    def branches(self) -> tuple[str, str]:
        """The two sides of `condition?yes:no`, "" for one that is not there."""
        _, _, rest = _cut(self.args, "?")
        yes, _, no = _cut(rest, ":")
        return yes, no

    @property
    def condition(self) -> str:
        """What stands before the question mark."""
        return _cut(self.args, "?")[0]

    def targets(self) -> Iterator[str]:
        """Yield every place in the dialplan that this step may send a call to."""
        match self.app:
            case "goto" | "gosub":
                yield self.args.split("(", 1)[0]
            case "gotoif" | "gosubif":
                yield from (branch for branch in self.branches if branch)
            case "execif":
                for branch in self.branches:
                    if branch.lower().startswith("goto("):
                        yield branch[5:].rstrip(")")
            case "bridge" | "dial":
                for found in _CONTINUES.finditer(self.args):
                    yield found.group(1).replace("^", ",")
            case _:
                return


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """One step by context, extension and position in it."""

    context: str
    extension: str
    index: int


@dataclass(slots=True)
class Dialplan:
    """All contexts by name; of each, the steps of its extensions in order, and what it includes."""

    contexts: dict[str, dict[str, list[Step]]] = field(default_factory=dict)
    includes: dict[str, list[str]] = field(default_factory=dict)
    lines: dict[str, int] = field(default_factory=dict)

    def step(self, place: Place) -> Step:
        """Return the step at `place`."""
        return self.contexts[place.context][place.extension][place.index]

    def places(self) -> Iterator[Place]:
        """Yield every step's place, in the order of the file."""
        for context, extensions in self.contexts.items():
            for extension, steps in extensions.items():
                for index in range(len(steps)):
                    yield Place(context=context, extension=extension, index=index)

    def find(self, target: str, *, start: Place) -> Place | None:
        """Return where `target` (`[[context,]extension,]priority`) leads, None for nowhere."""
        parts = [part.strip() for part in target.split(",")]
        context = parts[-3] if len(parts) > 2 else start.context  # noqa: PLR2004 -- the three-part form
        extension = parts[-2] if len(parts) > 1 else start.extension
        for index, step in enumerate(self.contexts.get(context, {}).get(extension, [])):
            if parts[-1] in (step.label, str(step.priority)):
                return Place(context=context, extension=extension, index=index)
        return None

    def following(self, place: Place, *, unset: str = "") -> Iterator[Place]:
        """Yield the steps that may come after `place`.

        With `unset`, a jump whose condition asks for that variable is taken never: nobody set it.
        """
        step = self.step(place)
        jumps = not (unset and unset in step.condition and step.app in ("gotoif", "execif"))
        for target in step.targets() if jumps else ():
            found = self.find(target, start=place)
            if found is not None:
                yield found
        both = step.app == "gotoif" and all(step.branches)
        if step.app not in ENDS and not both:
            steps = self.contexts[place.context][place.extension]
            if place.index + 1 < len(steps):
                yield Place(context=place.context, extension=place.extension, index=place.index + 1)

    def add(self, context: str, *, line: int, value: str, extension: str) -> str:
        """Add the step in `value`; return the extension it belongs to. Raises `StepError`."""
        if not extension:
            extension, comma, value = value.partition(",")
            if not comma:
                raise StepError("an extension without a priority")
        found = _STEP.match(value.strip())
        if found is None:
            raise StepError("not priority and application")
        steps = self.contexts[context].setdefault(extension.strip(), [])
        priority = _priority(found.group("priority"), steps)
        steps.append(
            Step(
                priority=priority,
                label=found.group("label") or "",
                app=found.group("app").lower(),
                args=found.group("args") or "",
                line=line,
            )
        )
        return extension.strip()


def is_dynamic(target: str) -> bool:
    """Return whether `target` is known only when the call is there."""
    return "${" in target or "$[" in target


def endpoints_of(step: Step) -> Iterator[str]:
    """Yield the pjsip endpoints that a `Dial` names."""
    if step.app != "dial":
        return
    for device in step.args.split(",", 1)[0].split("&"):
        technology, _, rest = device.partition("/")
        if technology.upper() == "PJSIP" and not is_dynamic(rest):
            before, at, after = rest.partition("@")
            yield after if at and "/" not in before else before.split("/", 1)[0]


def reached(plan: Dialplan, roots: Mapping[str, object] | frozenset[str]) -> set[str]:
    """Return the contexts that calls can get into from `roots`."""
    seen: set[str] = set()
    waiting = [root for root in roots if root in plan.contexts]
    while waiting:
        context = waiting.pop()
        if context in seen:
            continue
        seen.add(context)
        waiting += [name for name in plan.includes.get(context, []) if name in plan.contexts]
        for place in plan.places():
            if place.context == context:
                for target in plan.step(place).targets():
                    found = plan.find(target, start=place)
                    if found is not None:
                        waiting.append(found.context)
    return seen


def _priority(text: str, steps: list[Step]) -> int:
    if text == "n":
        if not steps:
            raise StepError("priority n before any other")
        return steps[-1].priority + 1
    if not text.isdigit():
        raise StepError(f"priority {text} is not used here")
    return int(text)


def _cut(text: str, mark: str) -> tuple[str, str, str]:
    """Return `text` before, at and after the first `mark` outside all brackets and quotes."""
    depth = 0
    quoted = False
    for at, character in enumerate(text):
        if character == '"':
            quoted = not quoted
        elif character in "([{":
            depth += 1
        elif character in ")]}":
            depth -= 1
        elif character == mark and depth == 0 and not quoted:
            return text[:at], mark, text[at + 1 :]
    return text, "", ""
