"""Which part of the centre a person oversees: teams, queues and districts, each on its own.

Theory of operation. A scope has three lists. Each limits its own kind of thing and nothing else: `teams` the
consultants, `queues` the queues and whatever waits in them, `districts` the cases. An empty list limits
nothing. A call is in scope where both its queue and its consultant are, as far as it has them; one that has
no queue yet is in scope only where no list of queues limits it. A case without a district is the whole
city's, and so out of a scope by districts.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from contact.ids import QueueId

SCOPE_ENTRIES_MAX = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class Scope:
    """Part of the centre; hashable, so that those who see the same share what they are sent."""

    teams: frozenset[str] = frozenset()
    queues: frozenset[QueueId] = frozenset()
    districts: frozenset[str] = frozenset()

    @property
    def is_whole(self) -> bool:
        """Say whether nothing is out of scope."""
        return not (self.teams or self.queues or self.districts)

    @property
    def is_whole_line(self) -> bool:
        """Say whether every queue and every consultant is in scope, whatever becomes of cases."""
        return not (self.teams or self.queues)

    def has_team(self, team: str) -> bool:
        """Say whether consultants of a team are in scope; "" is whoever has none."""
        return not self.teams or team in self.teams

    def has_queue(self, queue: QueueId | None) -> bool:
        """Say whether a queue is in scope; None is before any queue."""
        return not self.queues or queue in self.queues

    def has_district(self, district: str) -> bool:
        """Say whether cases of a district are in scope; "" is the whole city."""
        return not self.districts or district in self.districts


WHOLE = Scope()


def scope_of(teams: Iterable[str], queues: Iterable[str], districts: Iterable[str]) -> Scope:
    """Return the scope of what was read from a file, a form or the command line."""
    return Scope(
        teams=frozenset(teams),
        queues=frozenset(QueueId(queue) for queue in queues),
        districts=frozenset(districts),
    )


def to_plain(scope: Scope) -> dict[str, list[str]]:
    """Return a scope as the store keeps it, in order."""
    return {
        "teams": sorted(scope.teams),
        "queues": [*sorted(scope.queues)],
        "districts": sorted(scope.districts),
    }


def from_plain(plain: Mapping[str, list[str]]) -> Scope:
    """Return the scope whose `to_plain` is `plain`; a list that is not there limits nothing."""
    return scope_of(plain.get("teams", ()), plain.get("queues", ()), plain.get("districts", ()))
