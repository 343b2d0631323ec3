"""What the agents' pages report: that they show offers, and that one was shown."""

from dataclasses import dataclass
from typing import TypeAlias

from contact.ids import AgentId, OfferId


@dataclass(frozen=True, slots=True, kw_only=True)
class PageOpened:
    """An agent has a page open that tells when it shows an offer; told again after each resynchronisation."""

    agent: AgentId


@dataclass(frozen=True, slots=True, kw_only=True)
class PageClosed:
    """The last such page of an agent is gone."""

    agent: AgentId


@dataclass(frozen=True, slots=True, kw_only=True)
class PopPainted:
    """The screen of the agent shows who calls by this offer."""

    offer: OfferId
    agent: AgentId


PageReport: TypeAlias = PageOpened | PageClosed | PopPainted
"""Everything that pages report."""
