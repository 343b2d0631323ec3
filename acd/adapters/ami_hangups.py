"""Hang-ups that Asterisk was asked for and never carried out.

Theory of operation. When the far side ends a call, Asterisk says `HangupRequest` and, a few milliseconds
later, `Hangup` of the same channel. Asterisk 22 can lose the request if it comes while the channel is being
moved into a bridge (docs/adr/0015): the caller is gone, and the agent hears a dead line. So a request that
is not followed by its `Hangup` within `CARRIED_OUT_WITHIN_S` is made again, by us, as often as it takes
within `TRIES_MAX`. Nobody who is still there is cut off by that: the far side itself has ended the call.

Requests that were seen before the link broke are forgotten with it.
"""

import asyncio
import logging
from collections.abc import Callable
from dataclasses import dataclass

from acd.adapters.ami_message import AmiEvent
from acd.adapters.ami_talk import Sender
from acd.errors import AmiDown, AmiRefused

log = logging.getLogger(__name__)

CARRIED_OUT_WITHIN_S = 1.5
TRIES_MAX = 5
REQUESTS_MAX = 10_000
"""So many requests are followed at a time; past it new ones are not, until some were carried out."""


@dataclass(slots=True)
class _Request:
    """One request that was not carried out yet."""

    channel: str
    timer: asyncio.TimerHandle
    tries: int = 0


class HangupWatch:
    """Sees every event of one link; `lost` is told of each hang-up that had to be asked for again."""

    def __init__(self, *, link: Sender, lost: Callable[[], None]) -> None:
        """Ask again over `link`."""
        self._link = link
        self._lost = lost
        self._requests: dict[str, _Request] = {}

    @property
    def pending(self) -> int:
        """How many requests were not carried out yet."""
        return len(self._requests)

    def see(self, event: AmiEvent) -> None:
        """Follow a hang-up from its request to its end."""
        match event.name:
            case "HangupRequest":
                self._requested(event.get("Uniqueid"), event.get("Channel"))
            case "Hangup":
                self._forget(event.get("Uniqueid"))
            case _:
                pass

    def forget_all(self) -> None:
        """The link is down: what was carried out is not known any more."""
        for leg in list(self._requests):
            self._forget(leg)

    def _requested(self, leg: str, channel: str) -> None:
        if not leg or leg in self._requests or len(self._requests) >= REQUESTS_MAX:
            return
        self._requests[leg] = _Request(channel=channel, timer=self._later(leg))

    def _later(self, leg: str) -> asyncio.TimerHandle:
        return asyncio.get_running_loop().call_later(CARRIED_OUT_WITHIN_S, self._ask_again, leg)

    def _ask_again(self, leg: str) -> None:
        request = self._requests[leg]
        if request.tries == 0:
            log.warning("Asterisk has not carried out the hang-up of %s: asked again", leg)
            self._lost()
        if request.tries >= TRIES_MAX:
            log.error("the channel of %s does not go", leg)
            del self._requests[leg]
            return
        request.tries += 1
        request.timer = self._later(leg)
        try:
            self._link.send("Hangup", {"Channel": request.channel})
        except (AmiDown, AmiRefused) as error:
            log.debug("the hang-up of %s is not asked for: %s", leg, error)

    def _forget(self, leg: str) -> None:
        request = self._requests.pop(leg, None)
        if request is not None:
            request.timer.cancel()
