"""SIPp under a test's command, through its third-party control socket.

Theory of operation. Each SIPp runs with `-3pcc` towards a TCP socket of ours. Its scenario says there what
happened (`<sendCmd>`, such as `Event: answered`) and waits there for what to do (`<recvCmd>`, such as
`Do: hangup`); both name the call by its Call-ID. So a test learns of every step when it happens, and acts
on a call at the moment it chooses. A BYE that arrives while the scenario waits for a command is answered by
SIPp itself and reported as `internal-cmd: abort_call`; here that is the event `gone`.

SIPp plays digits over raw sockets: end-to-end tests need CAP_NET_RAW (root, or `setcap` on sipp).
"""

import re
import socket
import subprocess
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from xml.sax.saxutils import escape

from tests.e2e.ports import free_port
from tests.e2e.wait import PATIENCE

START_TIMEOUT_S = 60.0
STOP_TIMEOUT_S = 30.0
_END_OF_MESSAGE = b"\x1b"
_HEADER = re.compile(r"^([\w-]+):\s*(.*?)\s*$", re.MULTILINE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """One thing that a scenario said: which call, what happened, when (wall clock), and its headers."""

    call_id: str
    event: str
    at: float
    headers: Mapping[str, str]


class Leg:
    """One call as one SIPp sees it: what happened, when, waited for by name."""

    def __init__(self, call_id: str, changed: threading.Condition) -> None:
        """Belong to the process whose reports notify `changed`."""
        self.call_id = call_id
        self.reports: list[Report] = []
        self._changed = changed

    def at(self, event: str) -> float | None:
        """Return when `event` was reported, in seconds since the epoch; None while it was not."""
        return next((report.at for report in self.reports if report.event == event), None)

    def wait(self, event: str, *, within_s: float = 10.0) -> Report:
        """Return the report of `event`, waiting for it."""
        within_s *= PATIENCE
        with self._changed:
            self._changed.wait_for(lambda: self.at(event) is not None, timeout=within_s)
        for report in self.reports:
            if report.event == event:
                return report
        seen = [report.event for report in self.reports]
        message = f"{type(self).__name__} {self.call_id}: no {event!r} within {within_s:g} s, only {seen}"
        raise AssertionError(message)


@dataclass(kw_only=True)
class Sipp:
    """One SIPp process with one scenario, and the socket over which it is commanded."""

    name: str
    scenario: str
    target_port: int
    local_port: int
    folder: Path
    on_report: Callable[[Report], None]
    options: Sequence[str] = ()
    _process: subprocess.Popen[bytes] | None = field(default=None, init=False)
    _socket: socket.socket | None = field(default=None, init=False)
    _reader: threading.Thread | None = field(default=None, init=False)

    def start(self) -> None:
        """Start the process and wait until it has connected its control socket."""
        with socket.create_server(("127.0.0.1", 0)) as server:
            server.settimeout(START_TIMEOUT_S)
            twin = f"127.0.0.1:{server.getsockname()[1]}"
            self._process = spawn(
                name=self.name,
                scenario=self.scenario,
                target_port=self.target_port,
                local_port=self.local_port,
                folder=self.folder,
                options=("-aa", "-3pcc", twin, *self.options),
            )
            try:
                self._socket, _ = server.accept()
            except TimeoutError:
                self.stop()
                message = f"sipp {self.name} did not start; see {self.folder}"
                raise AssertionError(message) from None
        self._reader = threading.Thread(target=self._read, name=f"sipp {self.name}", daemon=True)
        self._reader.start()

    def say(self, call_id: str, **headers: str) -> None:
        """Send a command to the call's scenario."""
        assert self._socket is not None, "not started"
        lines = [f"Call-ID: {call_id}", *(f"{name.title()}: {value}" for name, value in headers.items())]
        try:
            self._socket.sendall("\r\n".join([*lines, "", ""]).encode() + _END_OF_MESSAGE)
        except OSError as error:
            status = self._process.wait(STOP_TIMEOUT_S) if self._process is not None else None
            message = f"{self.name}: {error}; SIPp ended with {status}, see {self.folder}"
            raise AssertionError(message) from error

    def stop(self) -> None:
        """End the process, whatever it is doing, and close its socket."""
        process, self._process = self._process, None
        if process is not None:
            process.kill()
            process.wait(STOP_TIMEOUT_S)
        if self._reader is not None:
            self._reader.join(STOP_TIMEOUT_S)
            self._reader = None
        if self._socket is not None:
            self._socket.close()
            self._socket = None

    def _read(self) -> None:
        assert self._socket is not None
        pending = b""
        while chunk := self._chunk():
            *messages, pending = (pending + chunk).split(_END_OF_MESSAGE)
            for message in messages:
                self.on_report(_parse(message))

    def _chunk(self) -> bytes:
        assert self._socket is not None
        try:
            return self._socket.recv(65_536)
        except OSError:
            return b""


def spawn(
    *,
    name: str,
    scenario: str,
    target_port: int,
    local_port: int,
    folder: Path,
    options: Sequence[str] = (),
) -> subprocess.Popen[bytes]:
    """Start a SIPp on loopback that leaves its scenario and its traces in `folder`."""
    folder.mkdir(parents=True, exist_ok=True)
    file = folder / f"{name}.xml"
    file.write_text(scenario)
    command = ["sipp", f"127.0.0.1:{target_port}", "-sf", str(file), "-nostdin"]
    command += ["-i", "127.0.0.1", "-bind_local", "-p", str(local_port), "-cp", str(free_port())]
    command += ["-mi", "127.0.0.1", "-mp", str(free_port(even=True, block=4)), "-timer_resol", "1"]
    command += ["-trace_msg", "-message_file", str(folder / f"{name}.messages")]
    command += ["-message_overwrite", "false"]
    command += ["-trace_err", "-error_file", str(folder / f"{name}.errors"), "-error_overwrite", "false"]
    command += ["-trace_shortmsg", "-shortmessage_file", str(folder / f"{name}.short")]
    command += ["-shortmessage_overwrite", "false", *options]
    with (folder / f"{name}.screen").open("ab") as screen:
        return subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=screen, stderr=screen, cwd=folder)


def message(text: str) -> str:
    """Return a SIP or control message as a scenario holds it."""
    return f"<![CDATA[\n{text.strip()}\n\n]]>"


def tell(event: str, *headers: str) -> str:
    """Return the scenario step that reports `event` with further header lines."""
    lines = ["Call-ID: [call_id]", f"Event: {event}", *headers]
    return f"<sendCmd>{message(chr(10).join(lines))}</sendCmd>"


def save(variable: str, header: str) -> str:
    """Return the scenario action that keeps a header's value of the last message in `variable`."""
    return f'<ereg regexp=".*" search_in="hdr" header="{header}" check_it="true" assign_to="{variable}"/>'


def document(name: str, *steps: str) -> str:
    """Return a whole scenario."""
    inner = "\n".join(steps)
    return f'<?xml version="1.0" encoding="UTF-8"?>\n<scenario name="{escape(name)}">\n{inner}\n</scenario>\n'


def _parse(message: bytes) -> Report:
    found = _HEADER.findall(message.decode(errors="replace"))
    headers = {name.lower(): value for name, value in found}
    event = "gone" if headers.get("internal-cmd") == "abort_call" else headers.get("event", "")
    return Report(call_id=headers.get("call-id", ""), event=event, at=time.time(), headers=headers)
