"""Callers: SIPp processes that dial the hotline, press keys (RFC 4733) and hang up when told."""

import threading
import time
from collections.abc import Sequence
from pathlib import Path
from types import TracebackType
from typing import Self

from tests.e2e.ports import free_port
from tests.e2e.sipp import Leg, Report, Sipp, document, message, tell

SPEECH = "speech.alaw"
TONE = bytes(0x2A if n % 8 < 4 else 0xAA for n in range(160)) * 100
KEY_S = 1.1
"""SIPp's `play_dtmf` is silent for 0.8 s, then sends 0.2 s of the event; a key too early cuts it off."""
_REFUSALS = (401, 403, 404, 408, 480, 486, 487, 488, 500, 503, 603)
_STATUS = '<ereg regexp="SIP/2.0 ([0-9]+)" search_in="msg" check_it="true" assign_to="status,code"/>'
_HEAD = """Via: SIP/2.0/UDP [local_ip]:[local_port];branch=[branch]
From: "[field0]" <sip:[field0]@[local_ip]:[local_port]>;tag=[pid]c[call_number]
Call-ID: [call_id]
Max-Forwards: 70
Contact: <sip:[field0]@[local_ip]:[local_port]>"""
_INVITE = f"""INVITE sip:[field1]@[remote_ip]:[remote_port] SIP/2.0
{_HEAD}
To: <sip:[field1]@[remote_ip]>
CSeq: 1 INVITE
Content-Type: application/sdp
Content-Length: [len]

v=0
o=caller 1 1 IN IP[local_ip_type] [local_ip]
s=-
c=IN IP[media_ip_type] [media_ip]
t=0 0
m=audio [media_port] RTP/AVP 8 0 96
a=rtpmap:8 PCMA/8000
a=rtpmap:0 PCMU/8000
a=rtpmap:96 telephone-event/8000
a=fmtp:96 0-15
a=sendrecv"""


def _within_dialogue(method: str, cseq: int) -> str:
    return message(f"""{method} [next_url] SIP/2.0
{_HEAD}
To: <sip:[field1]@[remote_ip]>[peer_tag_param]
CSeq: {cseq} {method}
Content-Length: 0""")


_OK_TO_BYE = message("""SIP/2.0 200 OK
[last_Via:]
[last_From:]
[last_To:]
[last_Call-ID:]
[last_CSeq:]
Content-Length: 0""")


def _scenario(speech: Path) -> str:
    refusals = [
        f'<recv response="{code}" optional="true" next="refused"><action>{_STATUS}</action></recv>'
        for code in _REFUSALS
    ]
    return document(
        "caller",
        tell("invited", "Number: [field0]"),
        f'<send retrans="500">{message(_INVITE)}</send>',
        '<recv response="100" optional="true"/>',
        '<recv response="180" optional="true"/>',
        '<recv response="183" optional="true"/>',
        *refusals,
        '<recv response="200" rrs="true"/>',
        f"<send>{_within_dialogue('ACK', 1)}</send>",
        tell("answered"),
        '<label id="command"/>',
        '<recvCmd><action><ereg regexp="hangup" search_in="msg" assign_to="hangup"/>',
        '<ereg regexp="Digit: ([0-9*#])" search_in="msg" assign_to="line,digit"/>',
        '<ereg regexp="speak" search_in="msg" assign_to="speak"/>',
        "</action></recvCmd>",
        '<Reference variables="line,status"/>',
        '<nop test="hangup" next="hangup"/>',
        '<nop test="speak" next="speak"/>',
        '<nop next="command"><action><exec play_dtmf="[$digit]"/></action></nop>',
        '<label id="speak"/>',
        f'<nop next="command"><action><exec rtp_stream="{speech},-1,8,PCMA/8000"/></action></nop>',
        '<label id="hangup"/>',
        f'<send retrans="500">{_within_dialogue("BYE", 2)}</send>',
        '<recv response="200" optional="true" next="left"/>',
        '<recv response="481"/>',
        '<label id="left"/>',
        tell("left"),
        '<nop next="end"/>',
        '<label id="refused"/>',
        f"<send>{_within_dialogue('ACK', 1)}</send>",
        tell("refused", "Code: [$code]"),
        '<label id="end"/>',
        "<nop/>",
    )


def dialling(digit: str) -> str:
    """Return the scenario of a caller who presses one key, waits to be hung up on, and reports to nobody."""
    return document(
        "dialling",
        f'<send retrans="500">{message(_INVITE)}</send>',
        '<recv response="100" optional="true"/>',
        '<recv response="180" optional="true"/>',
        '<recv response="200" rrs="true"/>',
        f"<send>{_within_dialogue('ACK', 1)}</send>",
        f'<nop><action><exec play_dtmf="{digit}"/></action></nop>',
        '<recv request="BYE"/>',
        f"<send>{_OK_TO_BYE}</send>",
    )


class CallerLeg(Leg):
    """One caller's call; events: `invited`, `answered`, `refused`, `left` (we hung up), `gone` (they did)."""

    def __init__(self, number: str, changed: threading.Condition, sipp: Sipp) -> None:
        """Belong to `sipp`; the Call-ID is known once the INVITE was sent."""
        super().__init__("", changed)
        self.number = number
        self._sipp = sipp
        self._silent_at = 0.0

    @property
    def is_up(self) -> bool:
        """Tell whether the call was answered and nobody has ended it."""
        return self.at("answered") is not None and self.ended_by is None

    @property
    def ended_by(self) -> str | None:
        """Return `us`, `them` or `refused`; None for a call that has not ended."""
        for event, who in (("left", "us"), ("gone", "them"), ("refused", "refused")):
            if self.at(event) is not None:
                return who
        return None

    def press(self, digit: str) -> None:
        """Send one key as telephone-events; return at once, but not before an earlier key was sent whole."""
        time.sleep(max(0.0, self._silent_at - time.monotonic()))
        self._silent_at = time.monotonic() + KEY_S
        self._sipp.say(self.call_id, do="press", digit=digit)

    def speak(self) -> None:
        """Send sound from now on."""
        self._sipp.say(self.call_id, do="speak")

    def leave(self) -> None:
        """Send BYE and wait for nothing."""
        self._sipp.say(self.call_id, do="hangup")

    def hang_up(self, *, within_s: float = 5.0) -> None:
        """Send BYE and wait for its answer."""
        self._sipp.say(self.call_id, do="hangup")
        self.wait("left", within_s=within_s)


class Callers:
    """One SIPp that places one call for each of `numbers`, all at once or at `rate` a second."""

    def __init__(
        self,
        *,
        sip_port: int,
        folder: Path,
        numbers: Sequence[str],
        dialled: str = "19115",
        rate: int = 1000,
        echo: bool = True,
        speech: bytes = TONE,
    ) -> None:
        """Prepare the calls; entering the context places them."""
        self._changed = threading.Condition()
        self._folder, self._dialled = folder, dialled
        self._sipp = Sipp(
            name=f"caller-{numbers[0]}",
            scenario=_scenario(folder / SPEECH),
            target_port=sip_port,
            local_port=free_port(),
            folder=folder,
            on_report=self._on_report,
        )
        self.legs = [CallerLeg(number, self._changed, self._sipp) for number in numbers]
        self._rate, self._speech = str(rate), speech
        self._echo = ("-rtp_echo",) if echo else ()

    def __enter__(self) -> Self:
        """Place the calls."""
        self._folder.mkdir(parents=True, exist_ok=True)
        (self._folder / SPEECH).write_bytes(self._speech)
        users = self._folder / f"{self._sipp.name}.csv"
        rows = [f"{leg.number};{self._dialled};" for leg in self.legs]
        users.write_text("\n".join(["SEQUENTIAL", *rows, ""]))
        count = str(len(self.legs))
        self._sipp.options = ("-inf", str(users), "-m", count, "-l", count, "-r", self._rate, *self._echo)
        self._sipp.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Hang up whatever is still up, and end the process."""
        for leg in self.legs:
            if leg.is_up:
                self._sipp.say(leg.call_id, do="hangup")
        with self._changed:
            self._changed.wait_for(lambda: not any(leg.is_up for leg in self.legs), timeout=15.0)
        self._sipp.stop()

    def _on_report(self, report: Report) -> None:
        with self._changed:
            leg = self._leg_of(report)
            leg.reports.append(report)
            self._changed.notify_all()

    def _leg_of(self, report: Report) -> CallerLeg:
        if report.event == "invited":
            leg = next(leg for leg in self.legs if leg.number == report.headers["number"] and not leg.call_id)
            leg.call_id = report.call_id
            return leg
        return next(leg for leg in self.legs if leg.call_id == report.call_id)
