"""YAML read with an eye on the line: every mistake becomes a `Finding`, and reading goes on behind it.

The tree is composed but never constructed, so nothing in a file can make an object or expand itself.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

import yaml

FILE_BYTES_MAX = 262_144
"""A flow of a thousand nodes has a tenth of it."""

_INTEGER = re.compile(r"-?[0-9]{1,9}")
_DECIMAL = re.compile(r"[0-9]{1,6}(\.[0-9]{1,6})?")


@dataclass(frozen=True, slots=True, order=True)
class Finding:
    """One mistake: where it is, counted in lines from 1, and why it is one."""

    file: str
    line: int
    reason: str

    def __str__(self) -> str:
        """Return it as `file:line: reason`."""
        return f"{self.file}:{self.line}: {self.reason}"


class MarkedFile:
    """One file being read. Readers return None for what is wrong, having noted it in `findings`."""

    def __init__(self, path: Path) -> None:
        """Remember the path; nothing is read yet."""
        self.path = path
        self.findings: list[Finding] = []

    def note(self, line: int, reason: str) -> None:
        """Add a finding, once."""
        finding = Finding(str(self.path), line, reason)
        if finding not in self.findings:
            self.findings.append(finding)

    def root(self) -> yaml.Node | None:
        """Return the composed file."""
        try:
            size = self.path.stat().st_size
            if size > FILE_BYTES_MAX:
                self.note(1, f"the file has {size} bytes; at most {FILE_BYTES_MAX} are read")
                return None
            root: yaml.Node | None = yaml.compose(self.path.read_text(encoding="utf-8"), yaml.SafeLoader)
        except yaml.MarkedYAMLError as error:
            mark = error.problem_mark
            self.note(mark.line + 1 if mark else 1, f"not YAML: {error.problem or error.context}")
        except (yaml.YAMLError, UnicodeDecodeError) as error:
            self.note(1, f"not YAML: {' '.join(str(error).split())}")
        except RecursionError:
            self.note(1, "not YAML: nested too deeply")
        except OSError as error:
            self.note(1, f"cannot be read: {error.strerror}")
        else:
            if root is None:
                self.note(1, "the file is empty")
            return root
        return None

    def table(self, node: yaml.Node, what: str) -> dict[str, yaml.Node] | None:
        """Return a mapping by the text of its keys; a key that comes twice is a mistake."""
        if not isinstance(node, yaml.MappingNode):
            self.note(line_of(node), f"{what} must be a table of keys and values, not {kind_of(node)}")
            return None
        entries: dict[str, yaml.Node] = {}
        for key, value in node.value:
            name = key.value if isinstance(key, yaml.ScalarNode) else None
            if name is None:
                self.note(line_of(key), f"{what} has a key that is not a word")
            elif name in entries:
                self.note(line_of(key), f"{what} has the key `{name}` twice")
            else:
                entries[name] = value
        return entries

    def record(
        self, node: yaml.Node, what: str, *, required: Iterable[str], optional: Iterable[str] = ()
    ) -> dict[str, yaml.Node] | None:
        """Return a mapping with known keys; an unknown or a missing one is a mistake."""
        entries = self.table(node, what)
        if entries is None:
            return None
        known = (*required, *optional)
        for name in [name for name in entries if name not in known]:
            self.note(line_of(entries.pop(name)), f"{what} has no key `{name}`; it has {', '.join(known)}")
        missing = [name for name in required if name not in entries]
        for name in missing:
            self.note(line_of(node), f"{what} needs the key `{name}`")
        return None if missing else entries

    def word(self, node: yaml.Node, what: str) -> str | None:
        """Return a scalar as it is written, whatever YAML makes of it: `no`, `9` and `pl` are words."""
        if isinstance(node, yaml.ScalarNode) and node.value.strip() and "\n" not in node.value:
            return str(node.value)
        self.note(line_of(node), f"{what} must be a word, not {kind_of(node)}")
        return None

    def text(self, node: yaml.Node, what: str) -> str | None:
        """Return a text that is not empty."""
        if isinstance(node, yaml.ScalarNode) and node.tag.endswith(":str") and node.value.strip():
            return str(node.value).strip()
        self.note(line_of(node), f"{what} must be a text, not {kind_of(node)}")
        return None

    def words(self, node: yaml.Node, what: str) -> tuple[str, ...] | None:
        """Return a list of words."""
        if not isinstance(node, yaml.SequenceNode):
            self.note(line_of(node), f"{what} must be a list, not {kind_of(node)}")
            return None
        items = [self.word(item, f"each entry of {what}") for item in node.value]
        return tuple(item for item in items if item is not None)

    def integer(self, node: yaml.Node, what: str, *, low: int, high: int) -> int | None:
        """Return a whole number from `low` to `high`."""
        if isinstance(node, yaml.ScalarNode) and node.tag.endswith(":int") and _INTEGER.fullmatch(node.value):
            number = int(node.value)
            if low <= number <= high:
                return number
        self.note(line_of(node), f"{what} must be a whole number from {low} to {high}, not {kind_of(node)}")
        return None

    def decimal(self, node: yaml.Node, what: str, *, low: float, high: float) -> float | None:
        """Return a number from `low` to `high`."""
        number_tag = isinstance(node, yaml.ScalarNode) and node.tag.endswith((":int", ":float"))
        if number_tag and _DECIMAL.fullmatch(node.value) and low <= float(node.value) <= high:
            return float(node.value)
        self.note(line_of(node), f"{what} must be a number from {low:g} to {high:g}, not {kind_of(node)}")
        return None

    def truth(self, node: yaml.Node, what: str) -> bool | None:
        """Return `true` or `false`."""
        if isinstance(node, yaml.ScalarNode) and node.value in ("true", "false"):
            return bool(node.value == "true")
        self.note(line_of(node), f"{what} must be true or false, not {kind_of(node)}")
        return None


def line_of(node: yaml.Node) -> int:
    """Return the line a node begins on, counted from 1."""
    return int(node.start_mark.line) + 1


def lines_of(entries: Mapping[str, yaml.Node]) -> dict[str, int]:
    """Return where each entry's value begins."""
    return {name: line_of(node) for name, node in entries.items()}


def kind_of(node: yaml.Node) -> str:
    """Say what a node is, for a message: `a list`, `a table`, or the value itself."""
    if isinstance(node, yaml.SequenceNode):
        return "a list"
    if isinstance(node, yaml.MappingNode):
        return "a table"
    shown = str(node.value)[:40]
    return f"`{shown}`" if shown else "nothing"
