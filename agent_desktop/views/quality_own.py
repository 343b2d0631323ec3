"""Cards as their consultants see them: read, taken note of, disputed once."""

from dataclasses import replace
from http import HTTPStatus

from agent_desktop.keys import CLOCK, QUALITY
from agent_desktop.quality.answer import card_answer
from agent_desktop.quality.card import CardCause, CardState
from agent_desktop.quality.card_store import CardsWanted
from agent_desktop.quality.schemas import AcknowledgeBody, CardAnswer, CardRow, DisputeBody
from agent_desktop.quality.scoped import check_card, names_of
from agent_desktop.quality.shown import card_row
from agent_desktop.routes import AGENTS, Asked, Route


async def own(asked: Asked) -> list[CardRow]:
    """List the asker's own submitted cards."""
    wanted = CardsWanted(agent=asked.user.login, submitted=True)
    found = await asked.request.app[QUALITY].cards.listed(wanted)
    names = await names_of(asked)
    return [card_row(one, names, hidden=False) for one in found]


async def read(asked: Asked) -> CardAnswer:
    """Note that the consultant has seen a card that was new to them."""
    card = await check_card(asked)
    if card.state is CardState.SUBMITTED:
        await asked.request.app[QUALITY].cards.move(card, CardCause.READ, card.feedback)
        await asked.audit("quality.card_read", card.card)
    return await card_answer(asked, await check_card(asked))


async def acknowledge(asked: Asked) -> CardAnswer:
    """Take note of a card, with a comment or without."""
    card, app = await check_card(asked), asked.request.app
    comment = asked.read(AcknowledgeBody).comment or card.feedback.comment
    said = replace(card.feedback, comment=comment, acknowledged_at=app[CLOCK].now())
    await app[QUALITY].cards.move(card, CardCause.ACKNOWLEDGE, said)
    await asked.audit("quality.card_acknowledged", card.card)
    return await card_answer(asked, await check_card(asked))


async def dispute(asked: Asked) -> CardAnswer:
    """Dispute a card, which can be done once."""
    card, app = await check_card(asked), asked.request.app
    said = replace(card.feedback, dispute=asked.read(DisputeBody).reason, disputed_at=app[CLOCK].now())
    await app[QUALITY].cards.move(card, CardCause.DISPUTE, said)
    await asked.audit("quality.card_disputed", card.card)
    return await card_answer(asked, await check_card(asked))


_CARD = "/api/v1/quality/cards/{id}"
_PROBLEMS = (HTTPStatus.NOT_FOUND, HTTPStatus.CONFLICT, HTTPStatus.SERVICE_UNAVAILABLE)
ROUTES = (
    Route(
        method="GET",
        path="/api/v1/quality/own-cards",
        handler=own,
        summary="My submitted cards, the newest talk first",
        roles=AGENTS,
        tag="quality",
        answer=list[CardRow],
    ),
    Route(
        method="POST",
        path=f"{_CARD}/read",
        handler=read,
        summary="I have seen my card; said again it changes nothing",
        roles=AGENTS,
        tag="quality",
        answer=CardAnswer,
        problems=_PROBLEMS,
    ),
    Route(
        method="POST",
        path=f"{_CARD}/acknowledge",
        handler=acknowledge,
        summary="I take note of my card, or of the answer to my dispute",
        roles=AGENTS,
        tag="quality",
        body=AcknowledgeBody,
        answer=CardAnswer,
        problems=_PROBLEMS,
    ),
    Route(
        method="POST",
        path=f"{_CARD}/dispute",
        handler=dispute,
        summary="I dispute my card; once, after reading it and before taking note of it",
        roles=AGENTS,
        tag="quality",
        body=DisputeBody,
        answer=CardAnswer,
        problems=_PROBLEMS,
    ),
)
