"""Strategies: a score for each qualified ready agent; the lowest is chosen, ties by agent id."""

from collections.abc import Iterable
from typing import assert_never

from acd.core.agent import Agent
from acd.core.policy import EVEN_WEIGHTS, Strategy, Weights
from acd.core.skills import Node, named_skills
from contact.ids import AgentId
from contact.times import Seconds

MINUTE_S = 60.0


def score(
    strategy: Strategy,
    agent: Agent,
    requirement: Node,
    *,
    weights: Weights = EVEN_WEIGHTS,
    now: Seconds = 0.0,
) -> float:
    """Return how late in the order `agent` stands under `strategy`, in the strategy's own unit.

    `longest_idle` gives the moment the agent became free, `round_robin` the moment of the last offer,
    `fewest_calls` and `least_talk` counts and seconds since sign-in, `most_skilled` the negated sum of
    the levels in the skills the requirement names, `weighted` the negated points by `weights` at `now`.
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
        case Strategy.WEIGHTED:
            return -_points(weights, agent, requirement, now)
        case _:
            assert_never(strategy)


def order(
    strategy: Strategy,
    agents: Iterable[Agent],
    requirement: Node,
    *,
    weights: Weights = EVEN_WEIGHTS,
    now: Seconds = 0.0,
) -> list[tuple[float, AgentId]]:
    """Return the agents in the order in which they are to be chosen, each with its score."""
    return sorted(
        (score(strategy, agent, requirement, weights=weights, now=now), agent.agent) for agent in agents
    )


def _points(weights: Weights, agent: Agent, requirement: Node, now: Seconds) -> float:
    skills = named_skills(requirement)
    level = sum(agent.levels.get(skill, 0) for skill in skills) / len(skills) if skills else 0.0
    idle_min = max(0.0, now - agent.idle_since_at) / MINUTE_S
    return weights.skill * level + weights.idle * idle_min - weights.load * agent.calls
