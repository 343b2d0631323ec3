"""Which cards somebody may see, and which parts of them.

A consultant sees their own submitted cards. A leader sees those whose team and queue are in their scope: the
team is the one the consultant was in when the card was opened. A draft is its author's alone. While a card is
being calibrated, leaders who have not submitted their own scoring of it see that it is there and no more.
"""

from collections.abc import Iterable
from http import HTTPStatus

from agent_desktop.keys import QUALITY, USERS
from agent_desktop.problem import Problem
from agent_desktop.quality.calibration_store import Calibration
from agent_desktop.quality.card import Card
from agent_desktop.routes import Asked
from agent_desktop.users import Role
from contact.ids import AgentId


def sees(asked: Asked, card: Card) -> bool:
    """Say whether a card is there for the asker."""
    user = asked.user
    if card.calibration is not None:
        return card.made_by == user.login
    if user.role is Role.AGENT:
        return card.agent == user.login and card.current is not None
    return user.scope.has_team(card.team) and user.scope.has_queue(card.queue)


async def check_card(asked: Asked) -> Card:
    """Return the card that the path names; raise `Problem` 404 where there is none for the asker."""
    card = await asked.request.app[QUALITY].cards.one(asked.request.match_info["id"])
    if card is None or not sees(asked, card):
        raise Problem(HTTPStatus.NOT_FOUND, "no_such_card", "There is no such card among those you may see.")
    return card


async def check_plain_card(asked: Asked) -> Card:
    """Return the submitted ordinary card that the path names, if the asker sees what stands in it."""
    card = await check_card(asked)
    if card.calibration is not None or card.current is None:
        raise Problem(HTTPStatus.CONFLICT, "not_now", "This card is not submitted.")
    if card.card in await hidden_of(asked, [card]):
        detail = "Score this talk in its calibration first."
        raise Problem(HTTPStatus.FORBIDDEN, "blind", detail)
    return card


async def hidden_of(asked: Asked, cards: Iterable[Card]) -> set[str]:
    """Return which of these cards the asker has still to score blind."""
    if asked.user.role is Role.AGENT:
        return set()
    by_id = {one.card: one for one in cards}
    found = await asked.request.app[QUALITY].calibrations.of_cards(by_id)
    return {card for card, one in found.items() if await is_blind(asked, one, by_id[card])}


async def is_blind(asked: Asked, calibration: Calibration, card: Card) -> bool:
    """Say whether the asker has still to score the calibration's card before they may see it."""
    further = await asked.request.app[QUALITY].cards.of_calibration(calibration.calibration)
    return has_to_score(asked.user.login, calibration, card, further)


def has_to_score(login: AgentId, calibration: Calibration, card: Card, further: Iterable[Card]) -> bool:
    """Say the same of a leader, where the `further` cards of the calibration are known."""
    if calibration.closed_at is not None or login in {one.author for one in card.versions}:
        return False
    return not any(one.made_by == login and one.current is not None for one in further)


async def names_of(asked: Asked) -> dict[AgentId, str]:
    """Return everybody's name by login, of closed accounts too."""
    return {one.login: one.name for one in await asked.request.app[USERS].list_all()}
