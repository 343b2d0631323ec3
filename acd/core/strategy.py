"""Strategies: a score for each qualified ready agent; the lowest is chosen, ties by agent id."""

from collections.abc import Iterable
from typing import assert_never

from acd.core.agent import Agent
from acd.core.policy import Strategy
from acd.core.skills import Node, named_skills
from contact.ids import AgentId


def score(strategy: Strategy, agent: Agent, requirement: Node) -> float:
    """Return how late in the order `agent` stands under `strategy`, in the strategy's own unit.

    `longest_idle` gives the moment the agent became free, `round_robin` the moment of the last offer,
    `fewest_calls` and `least_talk` counts and seconds since sign-in, `most_skilled` the negated sum of
    the levels in the skills the requirement names.
    """
    match strategy:
        case Strategy.LONGEST_IDLE:
            return agent.idle_since_at
        case Strategy.FEWEST_CALLS:
            return float(agent.calls)
        case Strategy.LEAST_TALK:
            return agent.talk_s
        case Strategy.ROUND_ROBIN:
            return agent.offered_at
        case Strategy.MOST_SKILLED:
            return -float(sum(agent.levels.get(skill, 0) for skill in named_skills(requirement)))
        case _:
            assert_never(strategy)


def order(strategy: Strategy, agents: Iterable[Agent], requirement: Node) -> list[tuple[float, AgentId]]:
    """Return the agents in the order in which they are to be chosen, each with its score."""
    return sorted((score(strategy, agent, requirement), agent.agent) for agent in agents)
