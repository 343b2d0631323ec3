"""Orders about talk recordings as AMI actions, each written within the call that orders it.

Asterisk begins a recording in the dialplan, because the action that would needs the class `system`; to mute
and to stop one needs no more than `call`. Nothing here is tried again: a leg that is not there any more has
taken its recording with it.
"""

import logging
from collections.abc import Callable, Mapping

from acd.adapters.ami_connection import Outcome
from acd.adapters.ami_message import AmiReply, FieldValue
from acd.adapters.ami_talk import Sender
from acd.adapters.ami_values import ID, RECORDED_VARIABLE
from acd.errors import AmiDown
from contact.ids import CallId, LegId, OfferId
from contact.talk_recording import AimRecording, KeepConsent, MuteRecording, RecordingOrder, StopRecording

log = logging.getLogger(__name__)

CONSENT_VARIABLE = "CENTRALA_CONSENT"
"""Set on the caller's channel: when they agreed to be recorded; "" where they have not."""


class AmiRecording:
    """Carries out orders about recordings."""

    def __init__(self, *, link: Sender, leg_of: Callable[[OfferId], LegId]) -> None:
        """Ask `leg_of` for the leg that carries an offer's talk now."""
        self._link = link
        self._leg_of = leg_of

    def carry_out(self, order: RecordingOrder) -> None:
        """Write what `order` asks for before returning; never raises."""
        match order:
            case KeepConsent(call=call, consented_at=at):
                self._set(call, CONSENT_VARIABLE, "" if at is None else f"{at:.3f}", call)
            case AimRecording(offer=offer, call=call, records=records):
                self._set(self._leg_of(offer), RECORDED_VARIABLE, str(int(records)), call)
            case MuteRecording(offer=offer, call=call, muted=muted):
                fields = {"Channel": self._leg_of(offer), "Direction": "both", "State": str(int(muted))}
                self._send("MixMonitorMute", fields, call)
            case StopRecording(offer=offer, call=call):
                leg = self._leg_of(offer)
                self._set(leg, RECORDED_VARIABLE, "0", call)
                self._send("StopMixMonitor", {"Channel": leg}, call)

    def _set(self, channel: str, variable: str, value: str, call: CallId) -> None:
        self._send("Setvar", {"Channel": channel, "Variable": variable, "Value": value}, call)

    def _send(self, name: str, fields: Mapping[str, FieldValue], call: CallId) -> None:
        def on_reply(outcome: Outcome) -> None:
            if isinstance(outcome, AmiReply) and not outcome.ok:
                log.info("call %s: %s came too late: %s", call, name, outcome.message)

        if not ID.fullmatch(str(fields["Channel"])):
            log.warning("call %s: %s of a channel with an impossible id is not sent", call, name)
            return
        try:
            self._link.send(name, fields, on_reply)
        except AmiDown:
            log.debug("call %s: %s is not sent, the link is down", call, name)
