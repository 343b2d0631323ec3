"""A whole hotline for tests: `centrala up` with the example city, on ports and in a folder of its own."""

import http.client
import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

from runtime.asterisk_install import AsteriskInstall
from runtime.asterisk_place import Place
from tests.e2e.desk import Desk
from tests.e2e.ports import free_port
from tests.e2e.sip_caller import TONE, Callers
from tests.e2e.sip_phone import Behaviour, Citizens, Phone, PhoneLeg
from tests.e2e.wait import until

REPOSITORY = Path(__file__).parents[2]
CITY = REPOSITORY / "config/warszawa/centrala.toml"
PASSWORD = "e2e-demo-password"
READY_WITHIN_S = 90.0
STOP_WITHIN_S = 90.0
RTP_PORTS = 1_000


class Hotline:
    """One `centrala up`; its Asterisk outlives the controller's death, not `stop`."""

    def __init__(
        self, *, install: AsteriskInstall, settings: Mapping[str, str] | None = None, config: Path = CITY
    ) -> None:
        """Choose ports and a folder; `settings` are further `CENTRALA_...` variables."""
        self.keep = False
        self.folder = Path(tempfile.mkdtemp(prefix="centrala-e2e-"))
        self.folder.chmod(0o755)  # Asterisk runs unprivileged and has to pass through
        self.state_dir = self.folder / "state"
        self.sip_port, self.desktop_port, self.agi_port = free_port(), free_port(), free_port()
        self.ami_port, self.crm_port = free_port(), free_port()
        self._install, self.config = install, config
        self.settings = {**self._places(), **(settings or {})}
        self._controller: subprocess.Popen[bytes] | None = None
        self._phones: list[Phone] = []
        self._citizens: list[Citizens] = []
        self._desks: list[Desk] = []
        self._traces = 0

    def _places(self) -> dict[str, str]:
        rtp = free_port(even=True, block=RTP_PORTS)
        return {
            "CENTRALA_SIP__PORT": str(self.sip_port),
            "CENTRALA_SIP__RTP_START": str(rtp),
            "CENTRALA_SIP__RTP_END": str(rtp + RTP_PORTS - 1),
            "CENTRALA_AMI__PORT": str(self.ami_port),
            "CENTRALA_AGI__PORT": str(self.agi_port),
            "CENTRALA_AUDIOSOCKET__PORT": str(free_port()),
            "CENTRALA_ASTERISK__HTTP_PORT": str(free_port()),
            "CENTRALA_DESKTOP__PORT": str(self.desktop_port),
            "CENTRALA_CRM__REFERENCE_CRM_PORT": str(self.crm_port),
            "CENTRALA_RUNTIME__STATE_DIR": str(self.state_dir),
            "CENTRALA_DEMO__PASSWORD": PASSWORD,
        }

    # --- the processes ---------------------------------------------------------------------------

    def start(self) -> None:
        """Start the controller, and with it an Asterisk unless one runs here; return when it is ready."""
        self.begin()
        self.wait_until_ready()

    def begin(self) -> None:
        """Start the controller and return at once."""
        with self.log.open("ab") as log:
            self._controller = subprocess.Popen(
                self.command("up"), stdin=subprocess.DEVNULL, stdout=log, stderr=log, env=self._environment()
            )

    @contextmanager
    def database_away(self) -> Iterator[None]:
        """While this lasts the store cannot be opened; the controller must not run when it begins."""
        store, aside = self.state_dir / "centrala.sqlite", self.state_dir / "aside"
        aside.mkdir()
        for file in self.state_dir.glob("centrala.sqlite*"):
            file.rename(aside / file.name)
        store.mkdir()
        try:
            yield
        finally:
            store.rmdir()
            for file in aside.iterdir():
                file.rename(self.state_dir / file.name)
            aside.rmdir()

    def wait_until_ready(self) -> None:
        """Return when the controller is ready."""
        until(self._is_ready, within_s=READY_WITHIN_S, what="/readyz 200")

    def kill_controller(self) -> None:
        """Kill the controller with SIGKILL; Asterisk and the calls go on."""
        assert self._controller is not None
        self._controller.kill()
        self._controller.wait()
        self._controller = None

    def stop(self) -> None:
        """Stop everything; fail if anything that was started is left."""
        opened: tuple[Phone | Citizens, ...] = (*self._phones, *self._citizens)
        for phone in opened:
            phone.close()
        status: int | None = 0
        if self._controller is not None:
            self._controller.send_signal(signal.SIGTERM)
            status = self._wait_for_end(self._controller)
            self._controller = None
        left = Place(state_dir=self.state_dir).read_pid()
        if left is not None:
            with suppress(ProcessLookupError):
                os.kill(left[0], signal.SIGKILL)
        assert status == 0, f"centrala up ended with {status}; see {self.log}"
        assert left is None, f"Asterisk (pid {left[0]}) was left by centrala up; see {self.log}"

    def remove(self) -> None:
        """Remove the folder with all logs."""
        shutil.rmtree(self.folder, ignore_errors=True)

    def command(self, *arguments: str) -> list[str]:
        """Return the command line of `centrala` with the city of this hotline."""
        return [str(Path(sys.executable).with_name("centrala")), "--config", str(self.config), *arguments]

    def run(self, *arguments: str, text: str = "") -> str:
        """Run `centrala <arguments>` beside the controller and return what it prints; fail if it fails."""
        done = subprocess.run(
            self.command(*arguments),
            input=text,
            capture_output=True,
            text=True,
            env=self._environment(),
            timeout=180,
            check=False,
        )
        assert done.returncode == 0, f"centrala {' '.join(arguments)}: {done.stdout}{done.stderr}"
        return done.stdout

    @property
    def log(self) -> Path:
        """What the controller printed."""
        return self.folder / "controller.log"

    @property
    def controller_pid(self) -> int:
        """The controller's process."""
        assert self._controller is not None
        return self._controller.pid

    @property
    def asterisk_seen(self) -> int | None:
        """Asterisk's process, None while there is none."""
        found = Place(state_dir=self.state_dir).read_pid()
        return None if found is None else found[0]

    @property
    def asterisk_pid(self) -> int:
        """Asterisk's process, which is there."""
        seen = self.asterisk_seen
        assert seen is not None, "no Asterisk runs"
        return seen

    def _environment(self) -> dict[str, str]:
        kept = {name: value for name, value in os.environ.items() if not name.startswith("CENTRALA_")}
        cache = {"CENTRALA_CACHE": os.environ["CENTRALA_CACHE"]} if "CENTRALA_CACHE" in os.environ else {}
        return {**kept, **cache, **self.settings}

    def _wait_for_end(self, controller: subprocess.Popen[bytes]) -> int | None:
        try:
            return controller.wait(STOP_WITHIN_S)
        except subprocess.TimeoutExpired:
            controller.kill()
            controller.wait()
            return None

    def _is_ready(self) -> bool:
        assert self._controller is not None
        status = self._controller.poll()
        assert status is None, f"centrala up ended with {status}: {self.log.read_text()[-2000:]}"
        return self.http("/readyz")[0] == http.client.OK

    # --- what a test sees and uses ---------------------------------------------------------------

    def http(self, path: str, *, port: int | None = None) -> tuple[int, str]:
        """Return status and body of an anonymous GET, on the desktop's port unless another is given."""
        connection = http.client.HTTPConnection("127.0.0.1", port or self.desktop_port, timeout=60)
        try:
            connection.request("GET", path)
            response = connection.getresponse()
            return response.status, response.read().decode(errors="replace")
        finally:
            connection.close()

    def crm_cases(self) -> list[dict[str, Any]]:
        """Return what the reference CRM has taken, oldest first."""
        status, body = self.http("/cases", port=self.crm_port)
        assert status == http.client.OK, f"reference CRM: {status} {body}"
        cases: list[dict[str, Any]] = json.loads(body)
        return cases

    def asterisk(self, command: str) -> str:
        """Return what Asterisk's console prints for `command`."""
        place = Place(state_dir=self.state_dir)
        found = place.read_pid()
        assert found is not None, "no Asterisk runs"
        arguments = ["-C", str(place.configuration), "-s", str(found[1]), "-rx", command]
        done = subprocess.run(
            [*self._install.command, *arguments], capture_output=True, text=True, timeout=120, check=True
        )
        return done.stdout

    def channels(self) -> list[list[str]]:
        """Return Asterisk's channels that hold somebody, each as the fields of `core show channels concise`.

        Asterisk can leave the empty second channel of a move into a bridge that failed (docs/adr/0015).
        """
        lines = self.asterisk("core show channels concise").splitlines()
        found = [line.split("!") for line in lines if line.count("!") > 10]
        return [one for one in found if not (one[0].startswith("Surrogate/") and one[4] == "Down")]

    def desk(self, login: str) -> Desk:
        """Return a signed-in session of a demo account."""
        desk = Desk(port=self.desktop_port, login=login, password=PASSWORD)
        desk.sign_in()
        self._desks.append(desk)
        return desk

    def staff(self, login: str, extension: str, behaviour: Behaviour) -> tuple[Desk, Phone]:
        """Return the desk of an agent who is ready, and their phone, which does `behaviour`."""
        phone = self.phone(extension)
        phone.register(behaviour)
        desk = self.desk(login)
        desk.become_ready()
        return desk, phone

    def phone(self, *extensions: str) -> Phone:
        """Return a phone for `extensions`, closed with the hotline."""
        phone = Phone(
            sip_port=self.sip_port, folder=self.trace_folder(), extensions=extensions, secret=PASSWORD
        )
        self._phones.append(phone)
        return phone

    def citizens(self, port: int) -> Citizens:
        """Return the public network that this hotline calls at `port`, closed with the hotline."""
        made = Citizens(sip_port=self.sip_port, folder=self.trace_folder(), local_port=port)
        self._citizens.append(made)
        return made

    def callers(
        self,
        *numbers: str,
        dialled: str = "19115",
        rate: int = 1000,
        echo: bool = True,
        speech: bytes = TONE,
    ) -> Callers:
        """Return one caller for each of `numbers`, placed when the context is entered.

        Those who `echo` send back what they hear; `speech`, in A-law, is what they say when they speak.
        """
        return Callers(
            sip_port=self.sip_port,
            folder=self.trace_folder(),
            numbers=numbers,
            dialled=dialled,
            rate=rate,
            echo=echo,
            speech=speech,
        )

    def talk(self, desk: Desk, phone: Phone, nth: int = 1, *, within_s: float = 15) -> PhoneLeg:
        """Return the `nth` call at `phone`, once its caller and the agent at `desk` are talking."""
        leg = phone.wait_for_call(nth, within_s=within_s)
        leg.wait("answered")
        until(lambda: desk.is_talking_to(leg.number), within_s=5, what=f"{desk.login} talks to {leg.number}")
        return leg

    def trace_folder(self) -> Path:
        """Return a new folder for the traces of one SIPp."""
        self._traces += 1
        return self.folder / f"sip-{self._traces:03d}-{time.strftime('%H%M%S')}"

    def quiet(self) -> None:
        """Bring the line to rest between two tests: nobody signed in for calls, no phone, no channel."""
        for desk in self._desks:
            if desk.agent_exists and desk.agent()["state"] != "logged_out":
                desk.wish("logged_out")
        if self.channels():
            self.asterisk("channel request hangup all")
        until(lambda: not self.channels(), within_s=10, what="no channel left")
        for desk in self._desks:
            if desk.agent_exists:
                desk.wait_for_state("logged_out")
        self._desks.clear()
        for phone in self._phones:
            phone.unregister()
            phone.close()
        self._phones.clear()
