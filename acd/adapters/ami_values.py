"""Which values may stand in an action's fields and in the variables of a channel.

Everything here ends up in the dialplan, where a comma, a quote or a `$` would be read as more than a value.
"""

import re

from contact.browser_phone import SUFFIX

ID = re.compile(r"[A-Za-z0-9._-]{1,100}", re.ASCII)
"""An id of Centrala's own or of a channel, and the name of a queue."""
CHANNEL = re.compile(r"[A-Za-z0-9]+/[A-Za-z0-9._+@:/;-]{1,120}", re.ASCII)
DEVICE = re.compile(rf"[0-9]{{1,10}}(?:{SUFFIX})?", re.ASCII)
"""An agent's extension, or the page of that extension."""
PROMPT = re.compile(r"[a-z0-9_]{1,64}", re.ASCII)
DIALLED = re.compile(r"\+[1-9][0-9]{4,14}", re.ASCII)
"""A number that the trunk is asked to ring, in E.164."""

OFFER_HEADER = "PJSIP_HEADER(add,X-Centrala-Offer)"
"""The dialplan function that adds a header to the INVITE of the channel being made."""
RECORDED_VARIABLE = "OFFER_RECORDED"
"""Set to 1 on an agent's leg that is to record the talk when it joins the caller."""

_SHOWN = re.compile(r"\+?[0-9]{1,20}", re.ASCII)


def shown_caller(number: str) -> str:
    """Return how a leg's INVITE says who calls: the number, or `anonymous` for what is no number."""
    return number if _SHOWN.fullmatch(number) else "anonymous"
