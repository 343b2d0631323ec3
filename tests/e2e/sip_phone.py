"""Consultants' telephones: a SIPp that registers by digest and then does with calls what it is set to do.

SIPp runs one scenario a process, so a phone is two of them one after the other on one port: the first
registers the port (for an hour), the second answers what arrives there. Changing what the phone does, or
registering again, starts the second one anew; calls that are up then are left without a word, as by a
phone that lost its power.
"""

import re
import threading
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from tests.e2e.ports import free_port
from tests.e2e.sipp import Leg, Report, Sipp, document, message, save, spawn, tell
from tests.e2e.wait import PATIENCE

REGISTER_TIMEOUT_S = 60.0
RINGS_ON_MS = 300_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Behaviour:
    """What a phone does with a call: ring for `ring_s`, then answer, or send a final `code`.

    `talk_s` None means: talk until told or until the other side ends the call.
    """

    code: int = 200
    ring_s: float = 0.0
    talk_s: float | None = None


ANSWERS = Behaviour()
NEVER_ANSWERS = Behaviour(ring_s=RINGS_ON_MS / 1000)
BUSY = Behaviour(code=486)
DECLINES = Behaviour(code=603)

_REASONS = {180: "Ringing", 200: "OK", 486: "Busy Here", 487: "Request Terminated", 603: "Decline"}
_URI = "&lt;(sip:[^&gt;]+)&gt;"
_TO = "To: [$to];tag=[pid]p[call_number]"


def _reply(code: int, *, body: str = "") -> str:
    kind = "Content-Type: application/sdp\n" if body else ""
    return message(f"""SIP/2.0 {code} {_REASONS[code]}
[last_Via:]
From: [$from]
{_TO}
Call-ID: [call_id]
CSeq: [$cseq]
Contact: <sip:[$extension]@[local_ip]:[local_port]>
{kind}Content-Length: [len]

{body}""")


_SDP = """v=0
o=phone 1 1 IN IP[local_ip_type] [local_ip]
s=-
c=IN IP[media_ip_type] [media_ip]
t=0 0
m=audio [media_port] RTP/AVP 8 0 96
a=rtpmap:8 PCMA/8000
a=rtpmap:0 PCMU/8000
a=rtpmap:96 telephone-event/8000
a=sendrecv"""
_BYE = """BYE [$remote] SIP/2.0
Via: SIP/2.0/UDP [local_ip]:[local_port];branch=[branch]
From: [$to];tag=[pid]p[call_number]
To: [$from]
Call-ID: [call_id]
CSeq: 1 BYE
Max-Forwards: 70
Content-Length: 0"""
_CANCELLED = f"""SIP/2.0 200 OK
[last_Via:]
From: [$from]
{_TO}
Call-ID: [call_id]
[last_CSeq:]
Content-Length: 0"""


def _invited() -> list[str]:
    return [
        '<recv request="INVITE"><action>',
        save("from", "From:"),
        save("to", "To:"),
        save("cseq", "CSeq:"),
        '<ereg regexp="INVITE sip:([^@]+)@" search_in="msg" check_it="true" assign_to="whole,extension"/>',
        f'<ereg regexp="{_URI}" search_in="hdr" header="Contact:" assign_to="contact,remote"/>',
        "</action></recv>",
        tell("invited", "Extension: [$extension]", "[last_From:]"),
        f"<send>{_reply(180)}</send>",
    ]


def _talk(behaviour: Behaviour) -> list[str]:
    if behaviour.talk_s is not None:
        pause = f'<recv request="BYE" timeout="{max(1, round(behaviour.talk_s * 1000))}" ontimeout="hangup"/>'
        over = f"<send>{_CANCELLED_AS_BYE}</send>"
        steps = [pause, over, tell("gone"), '<nop next="end"/>', '<label id="hangup"/>']
    else:
        steps = ["<recvCmd/>"]
    return [*steps, f'<send retrans="500">{message(_BYE)}</send>', '<recv response="200"/>', tell("left")]


_CANCELLED_AS_BYE = message(_CANCELLED.replace(_TO, "[last_To:]").replace("From: [$from]", "[last_From:]"))


def _scenario(behaviour: Behaviour) -> str:
    ring_ms = max(1, round(behaviour.ring_s * 1000))
    if behaviour.code == 200:
        final = [f'<send retrans="500">{_reply(200, body=_SDP)}</send>', '<recv request="ACK"/>']
        final += [tell("answered"), *_talk(behaviour)]
    else:
        final = [f'<send retrans="500">{_reply(behaviour.code)}</send>', '<recv request="ACK"/>']
        final += [tell("refused")]
    return document(
        "phone",
        *_invited(),
        f'<recv request="CANCEL" timeout="{ring_ms}" ontimeout="final"/>',
        f"<send>{message(_CANCELLED)}</send>",
        f'<send retrans="500">{_reply(487)}</send>',
        '<recv request="ACK"/>',
        tell("cancelled"),
        '<nop next="end"/>',
        '<label id="final"/>',
        *final,
        '<label id="end"/>',
        "<nop/>",
        '<Reference variables="whole,contact,remote"/>',
    )


def _register(cseq: int, contact: str, expires_s: int, authentication: str = "") -> str:
    return message(
        f"""REGISTER sip:[remote_ip]:[remote_port] SIP/2.0
Via: SIP/2.0/UDP [local_ip]:[local_port];branch=[branch]
From: <sip:[field0]@[remote_ip]>;tag=[pid]r[call_number]
To: <sip:[field0]@[remote_ip]>
Call-ID: [call_id]
CSeq: {cseq} REGISTER
Contact: {contact}
{authentication}
Max-Forwards: 70
Expires: {expires_s}
Content-Length: 0""".replace("\n\nMax", "\nMax")
    )


def _registration(contact: str, expires_s: int) -> str:
    answer = _register(2, contact, expires_s, "[field1]")
    return document(
        "register",
        f'<send retrans="500">{_register(1, contact, expires_s)}</send>',
        '<recv response="401" auth="true"/>',
        f'<send retrans="500">{answer}</send>',
        '<recv response="200"/>',
    )


class PhoneLeg(Leg):
    """One call at a phone; events: `invited`, `answered`, `refused`, `cancelled`, `left`, `gone`."""

    def __init__(self, call_id: str, changed: threading.Condition, sipp: Sipp) -> None:
        """Belong to `sipp`; `extension` is known once the INVITE was read."""
        super().__init__(call_id, changed)
        self._sipp = sipp

    @property
    def extension(self) -> str:
        """Return the extension that was called."""
        return self.reports[0].headers.get("extension", "")

    @property
    def caller(self) -> str:
        """Return the From header as it arrived."""
        return self.reports[0].headers.get("from", "")

    @property
    def number(self) -> str:
        """Return the caller's number as it arrived, without its country code."""
        found = re.search(r"sip:(?:\+48)?(\d+)@", self.caller)
        return found[1] if found else ""

    @property
    def caller_id(self) -> str:
        """Return the user part of the From header as it arrived."""
        found = re.search(r"sip:([^@>]+)@", self.caller)
        return found[1] if found else ""

    def hang_up(self, *, within_s: float = 5.0) -> None:
        """Send BYE and wait for its answer."""
        self._sipp.say(self.call_id, do="hangup")
        self.wait("left", within_s=within_s)


class Citizens:
    """The public network as the trunk's peer: one SIPp that answers for every number that is dialled."""

    def __init__(self, *, sip_port: int, folder: Path, local_port: int) -> None:
        """Prepare; nobody can be reached before `behave`."""
        self.legs: list[PhoneLeg] = []
        self._changed = threading.Condition()
        self._sip_port, self._folder, self._local_port = sip_port, folder, local_port
        self._sipp: Sipp | None = None

    def behave(self, behaviour: Behaviour) -> None:
        """Do `behaviour` with each call from now on; calls that are up are left without a word."""
        self.close()
        self._sipp = Sipp(
            name="citizens",
            scenario=_scenario(behaviour),
            target_port=self._sip_port,
            local_port=self._local_port,
            folder=self._folder,
            on_report=self._on_report,
        )
        self._sipp.start()

    def wait_for_call(self, nth: int = 1, *, within_s: float = 10.0) -> PhoneLeg:
        """Return the `nth` call that ever arrived, counting from 1."""
        with self._changed:
            self._changed.wait_for(lambda: len(self.legs) >= nth, timeout=within_s)
        assert len(self.legs) >= nth, f"{len(self.legs)} citizens were called in {within_s:g} s, not {nth}"
        return self.legs[nth - 1]

    def close(self) -> None:
        """End the process without a word to anybody."""
        if self._sipp is not None:
            self._sipp.stop()
            self._sipp = None

    def _on_report(self, report: Report) -> None:
        with self._changed:
            leg = next((leg for leg in self.legs if leg.call_id == report.call_id), None)
            if leg is None:
                assert self._sipp is not None
                leg = PhoneLeg(report.call_id, self._changed, self._sipp)
                self.legs.append(leg)
            leg.reports.append(report)
            self._changed.notify_all()


class Phone:
    """One SIPp at which one or many extensions are registered, all with one behaviour."""

    def __init__(self, *, sip_port: int, folder: Path, extensions: Sequence[str], secret: str) -> None:
        """Prepare the phone; nothing is registered yet."""
        self.extensions = tuple(extensions)
        self.legs: list[PhoneLeg] = []
        self._changed = threading.Condition()
        self._sip_port, self.folder, self._secret = sip_port, folder, secret
        self._local_port = free_port()
        self._name = f"phone-{extensions[0]}"
        self._sipp: Sipp | None = None

    def register(self, behaviour: Behaviour) -> None:
        """Register every extension, then do `behaviour` with each call."""
        self.close()
        self._send_registers("<sip:[field0]@[local_ip]:[local_port]>", 3600, self._local_port)
        self.behave(behaviour)

    def behave(self, behaviour: Behaviour) -> None:
        """Do `behaviour` with each call from now on, keeping the registration."""
        self.close()
        self._sipp = Sipp(
            name=self._name,
            scenario=_scenario(behaviour),
            target_port=self._sip_port,
            local_port=self._local_port,
            folder=self.folder,
            on_report=self._on_report,
        )
        self._sipp.start()

    def unregister(self) -> None:
        """Take every contact of the extensions back; the process stays and answers what still comes."""
        self._send_registers("*", 0, free_port())

    def close(self) -> None:
        """End the process without a word to anybody."""
        if self._sipp is not None:
            self._sipp.stop()
            self._sipp = None

    def wait_for_call(self, nth: int = 1, *, within_s: float = 10.0) -> PhoneLeg:
        """Return the `nth` call that ever arrived here, counting from 1."""
        within_s *= PATIENCE
        with self._changed:
            self._changed.wait_for(lambda: len(self.legs) >= nth, timeout=within_s)
        assert len(self.legs) >= nth, f"{self._name}: {len(self.legs)} calls in {within_s:g} s, not {nth}"
        return self.legs[nth - 1]

    def _send_registers(self, contact: str, expires_s: int, local_port: int) -> None:
        users = self.folder / f"{self._name}.csv"
        self.folder.mkdir(parents=True, exist_ok=True)
        digest = "[authentication username={} password={}]"
        rows = [f"{one};{digest.format(one, self._secret)};" for one in self.extensions]
        users.write_text("\n".join(["SEQUENTIAL", *rows, ""]))
        count = str(len(self.extensions))
        process = spawn(
            name=f"{self._name}-register",
            scenario=_registration(contact, expires_s),
            target_port=self._sip_port,
            local_port=local_port,
            folder=self.folder,
            options=("-inf", str(users), "-m", count, "-r", "200"),
        )
        try:
            status = process.wait(REGISTER_TIMEOUT_S)
        finally:
            process.kill()
            process.wait()
        assert status == 0, f"{self._name}: not registered (sipp ended with {status}); see {self.folder}"

    def _on_report(self, report: Report) -> None:
        with self._changed:
            leg = next((leg for leg in self.legs if leg.call_id == report.call_id), None)
            if leg is None:
                assert self._sipp is not None
                leg = PhoneLeg(report.call_id, self._changed, self._sipp)
                self.legs.append(leg)
            leg.reports.append(report)
            self._changed.notify_all()
