"""Each rule of the lint: the call it must take and the call it must leave."""

from pathlib import Path

import pytest

from dialplans.lint import Finding, lint

PJSIP = "[trunk]\ntype = endpoint\ncontext = from-trunk\n[2001]\ntype = endpoint\ncontext = from-trunk\n"
SOUND = """\
[general]
static = yes
[from-trunk]
exten => 19115,1,Answer()
 same => n(again),Set(CENTRALA_NEXT=)
 same => n,AGI(agi://127.0.0.1:4573/entry)
 same => n,GotoIf($["${CENTRALA_NEXT}" = "queue"]?fallback,s,1)
 same => n,GotoIf($[${EPOCH} > 5]?fallback,s,1)
 same => n,Goto(again)
[agent-offer]
exten => s,1,Bridge(${CALLER},F(after-call^s^1))
 same => n,Hangup()
[after-call]
exten => s,1,Hangup()
[fallback]
exten => s,1,Queue(fallback)
 same => n,Hangup()
"""


def check(folder: Path, dialplan: str, *, pjsip: str = PJSIP, manager: str = "") -> tuple[Finding, ...]:
    (folder / "extensions.conf").write_text(dialplan, encoding="utf-8")
    (folder / "pjsip.conf").write_text(pjsip, encoding="utf-8")
    (folder / "queues.conf").write_text("[general]\n[fallback]\nstrategy = rrmemory\n", encoding="utf-8")
    (folder / "manager.conf").write_text(manager, encoding="utf-8")
    return lint(folder, entries=frozenset({"agent-offer"}))


def rules(folder: Path, dialplan: str) -> list[tuple[str, int]]:
    return [(finding.rule, finding.line) for finding in check(folder, dialplan)]


def test_sound_dialplan_has_no_finding(tmp_path: Path) -> None:
    assert check(tmp_path, SOUND) == ()


def test_context_that_nobody_can_reach_is_dead(tmp_path: Path) -> None:
    assert rules(tmp_path, SOUND + "[old]\nexten => s,1,Hangup()\n") == [("dead-context", 18)]


def test_context_reached_only_from_a_dead_one_is_dead_too(tmp_path: Path) -> None:
    more = "[old]\nexten => s,1,Goto(older,s,1)\n[older]\nexten => s,1,Hangup()\n"
    assert rules(tmp_path, SOUND + more) == [("dead-context", 18), ("dead-context", 20)]


@pytest.mark.parametrize(
    "way_in",
    [
        " same => n,Goto(extra,s,1)\n",
        " same => n,GotoIf($[1]?extra,s,1)\n same => n,Hangup()\n",
        " same => n,ExecIf($[1]?Goto(extra,s,1))\n same => n,Hangup()\n",
        " same => n,Dial(PJSIP/2001,20,F(extra^s^1))\n same => n,Hangup()\n",
        " same => n,Hangup()\ninclude => extra\n",
    ],
)
def test_context_with_a_way_in_is_left_alone(tmp_path: Path, way_in: str) -> None:
    extra = "[extra]\nexten => s,1,Hangup()\n"
    assert check(tmp_path, SOUND.removesuffix(" same => n,Hangup()\n") + way_in + extra) == ()


@pytest.mark.parametrize(
    ("step", "reason"),
    [
        ("Goto(nowhere,s,1)", "goto leads to nowhere,s,1, which is not there"),
        ("Goto(missing)", "goto leads to missing, which is not there"),
        ("GotoIf($[1]?fallback,s,1:fallback,x,1)", "gotoif leads to fallback,x,1, which is not there"),
        ("ExecIf($[1]?Goto(nowhere,s,1))", "execif leads to nowhere,s,1, which is not there"),
        ("Dial(PJSIP/2001&PJSIP/2999,20)", "there is no phone or trunk 2999"),
        ("Dial(PJSIP/112@elsewhere)", "there is no phone or trunk elsewhere"),
        ("Queue(unknown)", "there is no queue unknown"),
    ],
)
def test_target_that_does_not_exist_is_found(tmp_path: Path, step: str, reason: str) -> None:
    findings = check(tmp_path, SOUND + f" same => n,{step}\n same => n,Hangup()\n")
    assert [(finding.rule, finding.line, finding.reason) for finding in findings] == [
        ("no-target", 18, reason)
    ]


@pytest.mark.parametrize(
    "step",
    [
        "Goto(fallback,s,1)",
        "Goto(2)",
        "Goto(${WHERE},s,1)",
        "GotoIf($[1]?fallback,s,1:after-call,s,1)",
        'GotoIf($["${A}" = "what?:"]?fallback,s,1)',
        "Dial(PJSIP/2001&PJSIP/112@trunk,20)",
        "Dial(PJSIP/trunk/sip:112@192.0.2.1,60)",
        "Dial(PJSIP/${WHO},20)",
        "Queue(fallback,t)",
        "Queue(${NAME})",
    ],
)
def test_target_that_exists_or_is_known_later_is_left_alone(tmp_path: Path, step: str) -> None:
    assert check(tmp_path, SOUND + f" same => n,{step}\n same => n,Hangup()\n") == ()


def test_phone_whose_context_is_missing_is_found_in_its_file(tmp_path: Path) -> None:
    found = check(tmp_path, SOUND, pjsip=PJSIP + "[2002]\ntype = endpoint\ncontext = gone\n")
    assert [str(one) for one in found] == ["pjsip.conf:9: no-target: there is no context gone"]


def test_context_that_the_controller_uses_must_be_there(tmp_path: Path) -> None:
    found = check(tmp_path, SOUND.replace("[agent-offer]", "[agent-call]"))
    assert "the controller sends calls to agent-offer, which is not there" in [one.reason for one in found]


def test_script_without_a_way_out_when_it_dies_is_found(tmp_path: Path) -> None:
    without = SOUND.replace(" same => n,GotoIf($[${EPOCH} > 5]?fallback,s,1)\n", "")
    assert rules(tmp_path, without) == [("agi-without-fallback", 6)]


def test_way_out_that_only_the_dead_script_could_open_does_not_count(tmp_path: Path) -> None:
    only = SOUND.replace("$[${EPOCH} > 5]", '$["${CENTRALA_NEXT}" = "fallback"]')
    assert rules(tmp_path, only) == [("agi-without-fallback", 6)]


def test_script_followed_by_a_queue_is_left_alone(tmp_path: Path) -> None:
    straight = "[from-trunk]\nexten => 1,1,AGI(agi://h/e)\n same => n,Goto(fallback,s,1)\n"
    assert check(tmp_path, straight + SOUND[SOUND.index("[agent-offer]") :]) == ()


@pytest.mark.parametrize("app", ["Dial(PJSIP/2001)", "Queue(fallback)", "Bridge(${CALLER})"])
def test_meeting_of_two_with_nothing_after_it_lacks_hangup_handling(tmp_path: Path, app: str) -> None:
    assert rules(tmp_path, SOUND.replace(" same => n,Hangup()\n[after", f" same => n,{app}\n[after")) == [
        ("no-hangup", 12)
    ]


def test_meeting_of_two_followed_by_hangup_is_left_alone(tmp_path: Path) -> None:
    assert check(tmp_path, SOUND + " same => n,Dial(PJSIP/2001)\n same => n,Hangup()\n") == ()


@pytest.mark.parametrize("last", ["Wait(1)", "GotoIf($[1]?fallback,s,1)", "Playback(bye)"])
def test_extension_that_just_ends_is_found(tmp_path: Path, last: str) -> None:
    assert rules(tmp_path, SOUND + f" same => n,{last}\n") == [("falls-off", 18)]


def test_gap_between_priorities_is_an_end(tmp_path: Path) -> None:
    gap = SOUND + "exten => x,1,Wait(1)\nexten => x,3,Hangup()\n"
    assert rules(tmp_path, gap) == [("falls-off", 18)]


@pytest.mark.parametrize(
    "last", ["Hangup(21)", "Goto(fallback,s,1)", "GotoIf($[1]?s,1:after-call,s,1)", "Busy()"]
)
def test_extension_that_ends_on_purpose_is_left_alone(tmp_path: Path, last: str) -> None:
    assert check(tmp_path, SOUND + f" same => n,{last}\n") == ()


@pytest.mark.parametrize(
    "line",
    [
        "[phone](!)",
        "#include other.conf",
        "exten => s,1,Set(A=a\\;b)",
        "nonsense",
        "exten => s",
        "exten => z,n,Hangup()",
        "exten => s,hint,PJSIP/2001",
        " same => n,Hangup()",
        "switch => Realtime",
        "[broken",
    ],
)
def test_line_that_the_two_parsers_read_differently_is_a_finding(tmp_path: Path, line: str) -> None:
    found = check(tmp_path, SOUND + "[agent-offer]\n" + line + "\n")
    assert ("syntax", 19) in [(one.rule, one.line) for one in found]


def test_line_before_the_first_section_is_a_finding(tmp_path: Path) -> None:
    assert ("syntax", 1) in rules(tmp_path, "exten => s,1,Hangup()\n" + SOUND)


def test_missing_file_is_a_finding_not_an_error(tmp_path: Path) -> None:
    assert {finding.rule for finding in lint(tmp_path)} >= {"unreadable"}


def test_manager_account_that_may_run_commands_is_found(tmp_path: Path) -> None:
    manager = "[centrala]\nread = call\nwrite = originate,system,command\n"
    found = check(tmp_path, SOUND, manager=manager)
    assert [str(one) for one in found] == ["manager.conf:3: privilege: centrala may write command, system"]


def test_manager_account_that_only_handles_calls_is_left_alone(tmp_path: Path) -> None:
    assert check(tmp_path, SOUND, manager="[centrala]\nwrite = originate,call,reporting\n") == ()
