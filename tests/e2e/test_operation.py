"""Running the hotline: the demo without a phone, one instance a folder, accounts, and Asterisk's death."""

import http.client
import os
import signal
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from runtime.asterisk_install import AsteriskInstall
from tests.e2e.hotline import Hotline
from tests.e2e.wait import until

DEMO_WITHIN_S = 300


@pytest.fixture(scope="module")
def own(asterisk_install: AsteriskInstall) -> Iterator[Hotline]:
    """The example city as it is; each test leaves it ready."""
    hotline = Hotline(install=asterisk_install)
    try:
        hotline.start()
        yield hotline
    finally:
        hotline.stop()
        hotline.remove()


def beside(hotline: Hotline, *arguments: str, **settings: str) -> subprocess.CompletedProcess[str]:
    """Run `centrala <arguments>` with the settings of `hotline`, whatever its exit status."""
    return subprocess.run(
        hotline.command(*arguments),
        capture_output=True,
        text=True,
        env={**hotline._environment(), **settings},
        timeout=DEMO_WITHIN_S,
        check=False,
    )


def test_a_newcomer_without_a_phone_sees_a_call_answered_and_its_case_delivered_once(own: Hotline) -> None:
    with subprocess.Popen(
        own.command("demo-agent", "anna", "--calls", "1", "--answer-after", "0.5", "--talk", "0.5"),
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        env={**own._environment(), "PYTHONUNBUFFERED": "1"},
    ) as agent:
        assert agent.stdout is not None
        assert "phone 2001 is registered" in agent.stdout.readline()
        call = beside(own, "demo-call", "--topic", "roads", "--wait-for-agent")
        told = agent.stdout.read()
        assert agent.wait(timeout=DEMO_WITHIN_S) == 0, told
    assert call.returncode == 0, call.stdout + call.stderr
    assert "talking to a consultant: anna" in call.stdout
    assert "call offered: +48600100200, queue roads" in told
    until(lambda: len(own.crm_cases()) == 1, within_s=15, what="the case at the CRM")
    case = own.crm_cases()[0]["case"]
    assert f"case {case['case_number']} filed" in told
    facts = own.run("explain", case["call"])
    assert "CallWaiting" in facts
    assert "outcome=connected" in facts


def test_a_caller_whom_nobody_answers_is_told_apart_by_the_exit_status(own: Hotline) -> None:
    call = beside(own, "demo-call", "--topic", "waste", "--wait-for-agent", "--patience", "1")
    assert call.returncode == 1
    assert call.stderr == "centrala: no consultant answered in 1 s\n"
    assert "waiting in the queue: waste" in call.stdout


def test_a_second_controller_is_refused_by_folder_and_by_port(own: Hotline, tmp_path: Path) -> None:
    same = beside(own, "up")
    assert same.returncode == 1
    assert f"already runs here (pid {own.controller_pid})" in same.stderr
    other = beside(own, "up", CENTRALA_RUNTIME__STATE_DIR=str(tmp_path / "state"))
    assert other.returncode == 1
    assert other.stderr.count("\n") == 1
    assert f"port {own.agi_port} on 127.0.0.1 is in use: set agi.port" in other.stderr
    assert own.http("/readyz")[0] == http.client.OK


def test_a_new_account_gets_its_phone_and_its_place_in_routing_while_all_runs(own: Hotline) -> None:
    own.run(
        *("user", "add", "dorota", "--name", "Dorota Nowak", "--extension", "2004", "--skills", "pl=90"),
        text="a long password\n",
    )
    until(lambda: "2004" in own.asterisk("pjsip list endpoints"), within_s=20, what="the phone in Asterisk")
    supervisor = own.desk("sylwia")
    until(
        lambda: "dorota" in {row["id"] for row in supervisor.get("/agents")},
        within_s=20,
        what="the agent in routing",
    )


def test_an_asterisk_that_dies_is_started_again_and_everything_is_ready(own: Hotline) -> None:
    first = own.asterisk_pid
    os.kill(first, signal.SIGKILL)
    until(lambda: own.asterisk_seen not in (first, None), within_s=30, what="another Asterisk")
    until(lambda: own.http("/readyz")[0] == http.client.OK, within_s=30, what="/readyz 200 again")
    assert own.desk("anna").agent()["state"] == "logged_out"


def test_a_controller_that_starts_again_takes_over_the_same_asterisk(own: Hotline) -> None:
    first = own.asterisk_pid
    own.kill_controller()
    own.start()
    assert own.asterisk_pid == first


def test_the_doctor_finds_nothing_ill_beside_a_running_hotline(own: Hotline) -> None:
    examined = beside(own, "doctor")
    assert examined.returncode == 0, examined.stdout
    assert "parts are well" in examined.stdout


def test_metrics_name_every_dependency_as_up(own: Hotline) -> None:
    status, text = own.http("/metrics")
    assert status == http.client.OK
    assert 'centrala_dependency_up{dependency="asterisk"} 1.0' in text
    assert 'centrala_dependency_up{dependency="database"} 1.0' in text
    assert "centrala_event_loop_lag_seconds_count" in text
