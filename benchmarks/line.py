"""One hotline whose Asterisk also has `app_queue` beside our own `[wait]`, with the same phones behind both.

Theory of operation. Two more numbers are dialled: 7001 runs `Queue(bench)`, 7002 goes where the IVR would
have sent the caller. Both answer the call and write the moment of joining into Asterisk's log right before,
so neither the answer nor the IVR is part of what is compared. All agents' phones are one SIPp, so that the
load generator is two processes; a phone answers at once, talks for a fixed time and hangs up, and the
moments of its INVITEs and BYEs are those of SIPp's trace. Only one of the two queues has callers at a time,
and our agents are ready only while ours has.
"""

import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from runtime.asterisk import find_asterisk
from runtime.asterisk_place import Place
from runtime.config import load
from tests.e2e.city import agents_of, quick_city
from tests.e2e.desk import Desk
from tests.e2e.hotline import CITY, Hotline
from tests.e2e.ports import free_port
from tests.e2e.sip_phone import Behaviour, Phone

TALK_S = 0.3
APP_QUEUE = "7001"
CENTRALA = "7002"

_JOIN = """ same => n,Set(BENCH_AT=${STRFTIME(,,%s.%6q)})
 same => n,Log(WARNING,bench join ${CALLERID(num)} ${BENCH_AT})
"""
_DIALPLAN = f"""
[from-trunk](+)
exten => {APP_QUEUE},1,Answer()
{_JOIN} same => n,Queue(bench)
 same => n,Hangup()
exten => {CENTRALA},1,Set(__CALL_ID=${{CHANNEL(linkedid)}})
 same => n,Answer()
 same => n,UserEvent(CallArrived,CallId: ${{CALL_ID}},Caller: ${{CALLERID(num)}},Dialled: ${{EXTEN}})
 same => n,Set(CENTRALA_QUEUE=general)
 same => n,Set(CENTRALA_REQUIREMENT=)
 same => n,Set(CENTRALA_PRIORITY=0)
 same => n,Set(CENTRALA_LANGUAGE=pl)
 same => n,Set(CENTRALA_PATH=)
 same => n,Set(CENTRALA_TOPIC=)
{_JOIN} same => n,Goto(wait,s,1)
"""
_QUEUE = """
[bench]
strategy = leastrecent
timeout = 20
retry = 1
wrapuptime = 0
autofill = yes
ringinuse = no
musicclass = default
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """A running hotline with phones, prepared for measuring."""

    hotline: Hotline
    phone: Phone
    """One SIPp at which every agent's extension is registered."""
    desks: list[Desk]
    topic: str
    disposition: str

    @property
    def asterisk_log(self) -> str:
        """Return what Asterisk has logged so far."""
        log = Place(state_dir=self.hotline.state_dir).layout.log / "messages.log"
        return log.read_text(errors="replace")

    @contextmanager
    def ready_agents(self, wanted: bool = True) -> Iterator[None]:  # noqa: FBT001, FBT002 - reads as a sentence
        """Have our agents ready if `wanted`, for as long as the context lasts."""
        if not wanted:
            yield
            return
        for desk in self.desks:
            desk.become_ready()
        try:
            yield
        finally:
            for desk in self.desks:
                desk.wish("logged_out")


@contextmanager
def measured_line(agents: int) -> Iterator[Line]:
    """Start a hotline with `agents` agents, `app_queue` beside it, and a phone for each agent."""
    with tempfile.TemporaryDirectory(prefix="centrala-bench-") as folder, _city_crm() as crm_url:
        install = find_asterisk(settings=load(CITY, {}))
        hotline = Hotline(
            install=install,
            settings={"CENTRALA_ACD__WRAP_UP_S": "0", "CENTRALA_CRM__URL": crm_url},
            config=quick_city(Path(folder), agents=agents),
        )
        try:
            hotline.start()
            yield _prepare(hotline, agents)
        finally:
            hotline.stop()
            hotline.remove()


@contextmanager
def _city_crm() -> Iterator[str]:
    """Run a CRM in a process of its own, as a city has it, and give the address that takes cases."""
    port = free_port()
    command = [sys.executable, "-m", "crm_bridge.reference_crm", "--port", str(port)]
    with subprocess.Popen(command, stdout=subprocess.PIPE) as crm:
        try:
            assert crm.stdout is not None  # noqa: S101 - it was asked for
            crm.stdout.readline()
            yield f"http://127.0.0.1:{port}/cases"
        finally:
            crm.terminate()


def _prepare(hotline: Hotline, agents: int) -> Line:
    etc = Place(state_dir=hotline.state_dir).layout.etc
    members = "".join(f"member = PJSIP/{extension}\n" for _, extension in agents_of(agents))
    for file, text in (("extensions.conf", _DIALPLAN), ("queues.conf", _QUEUE + members)):
        with (etc / file).open("a", encoding="utf-8") as configuration:
            configuration.write(text)
    for command in ("dialplan reload", "queue reload all"):
        hotline.asterisk(command)
    phone = hotline.phone(*(extension for _, extension in agents_of(agents)))
    phone.register(Behaviour(talk_s=TALK_S))
    desks = [hotline.desk(login) for login, _ in agents_of(agents)]
    catalogue = desks[0].get("/catalogue")
    topic = next(one["id"] for one in catalogue["topics"] if not any(q["required"] for q in one["questions"]))
    disposition = catalogue["dispositions"][0]["id"]
    return Line(hotline=hotline, phone=phone, desks=desks, topic=topic, disposition=disposition)
