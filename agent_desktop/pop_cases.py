"""The cases that a call concerns, for the pop of a call that was there before this process."""

from contact.case_requests import CasesOfCall
from contact.errors import CentralaError
from contact.ids import CallId, CaseNumber
from runtime.bus import Bus


async def cases_of(bus: Bus, call: CallId) -> tuple[CaseNumber, ...]:
    """Return the numbers of the cases, none where nobody answers."""
    try:
        found = await bus.request(CasesOfCall(call=call))
    except CentralaError:
        return ()
    return tuple(one.number for one in found)
