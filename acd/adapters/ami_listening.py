"""Supervisors' legs that listen to agents' legs, as AMI actions and events.

A leg `listen-<ListeningId>` runs `[listen]`, whose extensions are the modes; it ends with the leg that it
listens to. Whoever has answered says so itself (`UserEvent(ListenerAnswered)`). Asterisk lets a listener go
with the next sound of the talk: one who hangs up in complete silence is there until then.
"""

import logging
from collections.abc import Callable
from typing import Protocol

from acd.adapters.ami_connection import Outcome
from acd.adapters.ami_message import AmiEvent, AmiReply, FieldValue
from acd.adapters.ami_phones import is_browser
from acd.adapters.ami_talk import Sender
from acd.adapters.ami_values import DEVICE, ID
from acd.errors import AmiDown, AmiRefused
from contact.ids import LegId, OfferId
from contact.listening import ListeningId, ListenMode, listen_channel_id, listening_of_channel_id

log = logging.getLogger(__name__)

LISTEN_CONTEXT = "listen"
LISTEN_HEADER = "PJSIP_HEADER(add,X-Centrala-Listen)"
"""The dialplan function that tells a page by a header of its INVITE what rings."""
RING_TIMEOUT_S = 15
ACTION_PREFIX = "listen-"


class ListenerEvents(Protocol):
    """Who is told of supervisors' legs."""

    def answered(self, listening: ListeningId) -> None:
        """The supervisor hears the talk."""

    def gone(self, listening: ListeningId) -> None:
        """The supervisor's leg is gone, or never was; said at least once."""


class AmiListeners:
    """Rings, turns and drops supervisors' legs; must be shown every event."""

    def __init__(
        self,
        *,
        link: Sender,
        leg_of: Callable[[OfferId], LegId],
        reaches: Callable[[str], bool],
    ) -> None:
        """Ask `leg_of` for the leg that carries an offer's talk, `reaches` whether a device is there."""
        self._link = link
        self._leg_of = leg_of
        self.can_ring = reaches
        self.events: ListenerEvents | None = None

    def ring(self, listening: ListeningId, *, offer: OfferId, device: str, mode: ListenMode) -> None:
        """Ring a supervisor's phone; what comes of it is told to `events`."""
        leg = self._leg_of(offer)
        if not (ID.fullmatch(leg) and ID.fullmatch(listening) and DEVICE.fullmatch(device)):
            log.warning("listening %s: an id has characters that may not be sent", listening)
            self._gone(listening)
            return

        def on_reply(outcome: Outcome) -> None:
            if isinstance(outcome, AmiReply) and not outcome.ok:
                log.warning("listening %s could not begin: %s", listening, outcome.message)
                self._gone(listening)

        fields: dict[str, FieldValue] = {
            "Channel": f"PJSIP/{device}",
            "ChannelId": listen_channel_id(listening),
            "Context": LISTEN_CONTEXT,
            "Exten": str(mode),
            "Priority": "1",
            "Async": "true",
            "Timeout": str(RING_TIMEOUT_S * 1000),
            "CallerID": '"Centrala" <0>',
            "Variable": [
                f"LISTENING_ID={listening}",
                f"LISTEN_LEG={leg}",
                *([f"{LISTEN_HEADER}={listening}"] if is_browser(device) else []),
            ],
        }
        try:
            self._link.send("Originate", fields, on_reply, action_id=ACTION_PREFIX + listening)
        except (AmiDown, AmiRefused) as error:
            log.warning("listening %s could not begin: %s", listening, error)
            self._gone(listening)

    def turn(self, listening: ListeningId, mode: ListenMode) -> None:
        """Let a supervisor be heard by others than before."""
        fields: dict[str, FieldValue] = {
            "Channel": listen_channel_id(listening),
            "Context": LISTEN_CONTEXT,
            "Exten": str(mode),
            "Priority": "1",
        }
        self._send("Redirect", fields)

    def drop(self, listening: ListeningId) -> None:
        """End a supervisor's leg."""
        self._send("Hangup", {"Channel": listen_channel_id(listening)})

    def see(self, event: AmiEvent) -> None:
        """Follow supervisors' legs."""
        match event.name:
            case "UserEvent" if event.get("UserEvent") == "ListenerAnswered" and self.events is not None:
                self.events.answered(ListeningId(event.get("ListeningId")))
            case "Hangup":
                found = listening_of_channel_id(LegId(event.get("Uniqueid")))
                if found is not None:
                    self._gone(found)
            case "OriginateResponse" if event.get("Response") != "Success":
                action_id = event.get("ActionID")
                if action_id.startswith(ACTION_PREFIX):
                    self._gone(ListeningId(action_id.removeprefix(ACTION_PREFIX)))
            case _:
                pass

    def _gone(self, listening: ListeningId) -> None:
        if self.events is not None:
            self.events.gone(listening)

    def _send(self, name: str, fields: dict[str, FieldValue]) -> None:
        try:
            self._link.send(name, fields)
        except (AmiDown, AmiRefused) as error:
            log.debug("%s of a listening is not sent: %s", name, error)
