"""Cases that the city's CRM refused for good: what they are, and one more try when the reason is gone."""

from http import HTTPStatus

from agent_desktop.forms import Answer
from agent_desktop.keys import BUS
from agent_desktop.routes import OVERSEERS, Asked, Route
from agent_desktop.schemas import CaseRow
from agent_desktop.scoped import check_numbered
from contact.commands import ListUndeliverable, SendCaseAgain
from contact.ids import CaseNumber


class UndeliverableRow(Answer):
    """A refused case, the CRM's reason, and when it said so."""

    case: CaseRow
    reason: str
    refused_at: float


async def undeliverable(asked: Asked) -> list[UndeliverableRow]:
    """List the refused cases, the last refused first."""
    found = await asked.request.app[BUS].request(ListUndeliverable())
    await asked.audit("case.undeliverable_read")
    return [
        UndeliverableRow(
            case=CaseRow.of(one.case, caller=one.case.caller), reason=one.reason, refused_at=one.refused_at
        )
        for one in found
        if asked.user.scope.has_district(one.case.district)
    ]


async def send_again(asked: Asked) -> None:
    """Have a refused case delivered once more, written anew from the template."""
    number = CaseNumber(asked.request.match_info["number"])
    await check_numbered(asked, number)
    await asked.request.app[BUS].request(SendCaseAgain(number=number))
    await asked.audit("case.sent_again", number)


_AWAY = HTTPStatus.SERVICE_UNAVAILABLE
ROUTES = (
    Route(
        method="GET",
        path="/api/v1/deliveries/undeliverable",
        handler=undeliverable,
        summary="Cases that the city's CRM refused for good, the last refused first",
        roles=OVERSEERS,
        tag="cases",
        answer=list[UndeliverableRow],
        problems=(_AWAY,),
    ),
    Route(
        method="POST",
        path="/api/v1/deliveries/{number}/send-again",
        handler=send_again,
        summary="Deliver a refused case once more; its number's slash is written %2F or as it is",
        roles=OVERSEERS,
        tag="cases",
        patterns={"number": r".+"},
        status=HTTPStatus.NO_CONTENT,
        problems=(HTTPStatus.CONFLICT, _AWAY),
    ),
)
