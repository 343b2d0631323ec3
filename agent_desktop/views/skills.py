"""Which skills there are: what queues ask for, what topics go with, what agents have."""

import contextlib

from agent_desktop.keys import BUS, FEED, USERS
from agent_desktop.office_schemas import SkillRow
from agent_desktop.queue_text import skills_in
from agent_desktop.routes import LEADERS, Asked, Route
from contact.commands import GetCatalogue
from contact.errors import CentralaError


async def skills(asked: Asked) -> list[SkillRow]:
    """List the skills by name; without the bridge, those of topics are missing."""
    app = asked.request.app
    found: dict[str, tuple[list[str], list[str], list[str]]] = {}
    for queue, standing in app[FEED].queues.items():
        for skill in skills_in((standing.requirement, *(text for _, text in standing.relaxations))):
            _named(found, skill)[0].append(queue)
    with contextlib.suppress(CentralaError):
        for topic in (await app[BUS].request(GetCatalogue())).topics:
            if topic.skill:
                _named(found, topic.skill)[1].append(topic.topic)
    feed, scope = app[FEED], asked.user.scope
    for agent in (one for one in await app[USERS].agents() if feed.has_agent(scope, one.login)):
        for skill, _ in agent.skills:
            _named(found, skill)[2].append(agent.login)
    return [
        SkillRow(skill=skill, queues=sorted(queues), topics=sorted(topics), agents=sorted(agents))
        for skill, (queues, topics, agents) in sorted(found.items())
    ]


def _named(
    found: dict[str, tuple[list[str], list[str], list[str]]], skill: str
) -> tuple[list[str], list[str], list[str]]:
    return found.setdefault(skill, ([], [], []))


ROUTES = (
    Route(
        method="GET",
        path="/api/v1/skills",
        handler=skills,
        summary="The skills, with the queues, topics and agents that name them",
        roles=LEADERS,
        tag="office",
        answer=list[SkillRow],
    ),
)
