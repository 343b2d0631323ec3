"""Requirements: expressions over skills with levels, `lang.uk>=60 & (roads>=40 | general>=80)`.

Grammar, from loosest to tightest; blanks may stand anywhere between words:

    requirement = all-of { "|" all-of }
    all-of      = one { "&" one }
    one         = "!" one | "(" requirement ")" | skill [ comparison level ]
    comparison  = ">=" | "<=" | ">" | "<" | "=" | "!="
    skill       = letter { letter | digit | "." | "_" | "-" }
    level       = 0 to 100

A skill alone means "has it at level 1 or more". A skill that an agent does not have has no level:
every comparison with it is false, so "undefined" is not "zero", and only `!` makes it true. The empty
text asks for nothing and takes everybody.
"""

import operator
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from types import MappingProxyType
from typing import TypeAlias

from contact.errors import CentralaError
from contact.ids import Skill

LEVEL_MAX = 100
TEXT_LENGTH_MAX = 500
DEPTH_MAX = 20
KEPT_MAX = 10_000
"""So many requirements are kept read, and so many pairs of them joined: the same few come with each call."""

Levels: TypeAlias = Mapping[Skill, int]

_TOKEN = re.compile(
    r"\s*(?:(?P<name>[^\W\d_][\w.\-]*)|(?P<number>\d+)|(?P<comparison>>=|<=|!=|>|<|=)|(?P<sign>[&|!()]))"
)

_COMPARISONS: Mapping[str, Callable[[int, int], bool]] = MappingProxyType(
    {
        ">=": operator.ge,
        "<=": operator.le,
        ">": operator.gt,
        "<": operator.lt,
        "=": operator.eq,
        "!=": operator.ne,
    }
)


class RequirementError(CentralaError):
    """A text that is no requirement; names the place, counted in characters from 1, and the reason."""


@dataclass(frozen=True, slots=True)
class Has:
    """One comparison of a skill's level."""

    skill: Skill
    comparison: str
    level: int

    def __str__(self) -> str:
        """Return the comparison as it is written."""
        return f"{self.skill}{self.comparison}{self.level}"


@dataclass(frozen=True, slots=True)
class Not:
    """True where the inner one is false."""

    inner: "Node"

    def __str__(self) -> str:
        """Return the negation as it is written."""
        return f"!{_bracketed(self.inner)}"


@dataclass(frozen=True, slots=True)
class AllOf:
    """True where every part is; with no part, always."""

    parts: tuple["Node", ...]
    _hash: int = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        """Take the hash once; requirements are looked up with every decision."""
        object.__setattr__(self, "_hash", hash((AllOf, self.parts)))

    def __hash__(self) -> int:
        """Return the hash that was taken."""
        return self._hash

    def __reduce__(self) -> tuple[type["AllOf"], tuple[tuple["Node", ...]]]:
        """Let a copy in another process, where texts hash differently, take its own hash."""
        return AllOf, (self.parts,)

    def __str__(self) -> str:
        """Return the conjunction as it is written."""
        return " & ".join(_bracketed(part) for part in self.parts)


@dataclass(frozen=True, slots=True)
class AnyOf:
    """True where at least one part is."""

    parts: tuple["Node", ...]
    _hash: int = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        """Take the hash once, as `AllOf` does."""
        object.__setattr__(self, "_hash", hash((AnyOf, self.parts)))

    def __hash__(self) -> int:
        """Return the hash that was taken."""
        return self._hash

    def __reduce__(self) -> tuple[type["AnyOf"], tuple[tuple["Node", ...]]]:
        """Let a copy in another process, where texts hash differently, take its own hash."""
        return AnyOf, (self.parts,)

    def __str__(self) -> str:
        """Return the alternative as it is written."""
        return " | ".join(_bracketed(part) for part in self.parts)


Node: TypeAlias = Has | Not | AllOf | AnyOf

ANYBODY = AllOf(())


@lru_cache(maxsize=KEPT_MAX)
def parse(text: str) -> Node:
    """Return the requirement written in `text`; raise `RequirementError` naming place and reason."""
    if len(text) > TEXT_LENGTH_MAX:
        raise RequirementError(f"longer than {TEXT_LENGTH_MAX} characters")
    tokens = _tokens(text)
    if not tokens:
        return ANYBODY
    reader = _Reader(text, tokens)
    node = reader.any_of(0)
    reader.expect_end()
    return node


@lru_cache(maxsize=KEPT_MAX)
def both(one: Node, other: Node) -> Node:
    """Return the requirement that asks for `one` and `other`, without saying anything twice."""
    parts: list[Node] = []
    for node in (one, other):
        for part in node.parts if isinstance(node, AllOf) else (node,):
            if part not in parts:
                parts.append(part)
    return parts[0] if len(parts) == 1 else AllOf(tuple(parts))


@lru_cache(maxsize=KEPT_MAX)
def written(node: Node) -> str:
    """Return the requirement as it is written."""
    return str(node)


def meets(asked: Has, level: int) -> bool:
    """Return whether `level` in the skill is enough, or little enough, for what is `asked`."""
    return _COMPARISONS[asked.comparison](level, asked.level)


def matches(node: Node, levels: Levels) -> bool:
    """Return whether an agent with these skill levels meets the requirement."""
    match node:
        case Has():
            level = levels.get(node.skill)
            return level is not None and meets(node, level)
        case Not():
            return not matches(node.inner, levels)
        case AllOf():
            return all(matches(part, levels) for part in node.parts)
        case AnyOf():
            return any(matches(part, levels) for part in node.parts)


def named_skills(node: Node) -> frozenset[Skill]:
    """Return every skill that the requirement speaks of."""
    match node:
        case Has():
            return frozenset((node.skill,))
        case Not():
            return named_skills(node.inner)
        case AllOf() | AnyOf():
            return frozenset().union(*(named_skills(part) for part in node.parts))


def _bracketed(node: Node) -> str:
    return f"({node})" if isinstance(node, AllOf | AnyOf) else str(node)


def _tokens(text: str) -> list[tuple[str, str, int]]:
    """Return (kind, word, place) of each word of `text`."""
    found: list[tuple[str, str, int]] = []
    place = 0
    while text[place:].strip():
        match = _TOKEN.match(text, place)
        if match is None or match.lastgroup is None:
            at = place + len(text[place:]) - len(text[place:].lstrip())
            raise RequirementError(f"character {at + 1}: {text[at]!r} means nothing here")
        found.append((match.lastgroup, match.group(match.lastgroup), match.start(match.lastgroup)))
        place = match.end()
    return found


class _Reader:
    """Reads the words of one requirement from left to right."""

    def __init__(self, text: str, tokens: list[tuple[str, str, int]]) -> None:
        self._text = text
        self._tokens = tokens
        self._next = 0

    def any_of(self, depth: int) -> Node:
        parts = [self._all_of(depth)]
        while self._take("sign", "|"):
            parts.append(self._all_of(depth))
        return parts[0] if len(parts) == 1 else AnyOf(tuple(parts))

    def expect_end(self) -> None:
        if self._next < len(self._tokens):
            raise self._error("expected & or |")

    def _all_of(self, depth: int) -> Node:
        parts = [self._one(depth)]
        while self._take("sign", "&"):
            parts.append(self._one(depth))
        return parts[0] if len(parts) == 1 else AllOf(tuple(parts))

    def _one(self, depth: int) -> Node:
        if depth > DEPTH_MAX:
            raise self._error(f"nested deeper than {DEPTH_MAX}")
        if self._take("sign", "!"):
            return Not(self._one(depth + 1))
        if self._take("sign", "("):
            node = self.any_of(depth + 1)
            if not self._take("sign", ")"):
                raise self._error("expected )")
            return node
        return self._has()

    def _has(self) -> Node:
        name = self._take("name")
        if name is None:
            raise self._error("expected a skill")
        comparison = self._take("comparison")
        if comparison is None:
            return Has(Skill(name), ">=", 1)
        level = self._take("number")
        if level is None or int(level) > LEVEL_MAX:
            self._next -= level is not None
            raise self._error(f"expected a level from 0 to {LEVEL_MAX}")
        return Has(Skill(name), comparison, int(level))

    def _take(self, kind: str, word: str | None = None) -> str | None:
        if self._next >= len(self._tokens):
            return None
        found_kind, found, _ = self._tokens[self._next]
        if found_kind != kind or (word is not None and found != word):
            return None
        self._next += 1
        return found

    def _error(self, reason: str) -> RequirementError:
        if self._next < len(self._tokens):
            _, word, place = self._tokens[self._next]
            return RequirementError(f"character {place + 1}: {reason}, found {word!r}")
        return RequirementError(f"character {len(self._text) + 1}: {reason}, found the end")
