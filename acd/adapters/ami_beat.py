"""The heartbeat of the controller as the dialplan sees it: `[wait]` looks at the global CENTRALA_BEAT.

While it is fresh a waiting caller belongs to us; after `asterisk.fallback_after_s` without it the static
queue takes over.
"""

import asyncio
import logging

from acd.adapters.ami_link import AmiLink
from acd.errors import AmiDown, AmiError
from runtime.clock import Clock

log = logging.getLogger(__name__)

BEAT_VARIABLE = "CENTRALA_BEAT"
BEAT_INTERVAL_S = 2.0


async def beat_once(link: AmiLink, clock: Clock) -> None:
    """Set the beat to now (whole seconds since the epoch); raise `AmiError`."""
    await link.action("Setvar", {"Variable": BEAT_VARIABLE, "Value": str(int(clock.now()))})


async def beat(link: AmiLink, clock: Clock) -> None:
    """Set the beat every `BEAT_INTERVAL_S` while the link is up, until cancelled."""
    while True:
        try:
            if link.up:
                await beat_once(link, clock)
        except AmiDown:
            pass  # the link reports its own loss
        except AmiError as error:
            log.warning("the controller's beat was not set: %s", error)
        await asyncio.sleep(BEAT_INTERVAL_S)
