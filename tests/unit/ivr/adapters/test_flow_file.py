from collections.abc import Collection, Mapping
from pathlib import Path

import pytest

from contact.ids import Language, QueueId
from contact.schedule import ScheduleId
from ivr.adapters.flow_file import FlowError, check_flow, load_flow
from ivr.adapters.marked_yaml import FILE_BYTES_MAX, Finding
from ivr.flow.nodes import (
    MESSAGE_PROMPTS,
    Again,
    BackToQueue,
    Callback,
    Consent,
    Flow,
    GoTo,
    Menu,
    NodeId,
    OpenHours,
    PromptId,
    Queue,
    Say,
    Voicemail,
)

LANGUAGES = (Language("pl"), Language("en"))
QUEUES = frozenset({QueueId("roads"), QueueId("general")})
PROMPTS = {
    Language("pl"): frozenset(
        {PromptId("hello"), PromptId("choose"), PromptId("wrong"), PromptId("only_pl")}
    ),
    Language("en"): frozenset({PromptId("hello"), PromptId("choose"), PromptId("wrong")}),
}
GOOD = """\
flow: "19115"
language: pl
start: greeting
resume: { pl: menu, en: menu }
too_long: general
requirement: { pl: pl, en: "en & !busy" }
nodes:
  greeting:
    type: say
    prompts: [hello]
    next: menu
  menu:
    type: menu
    prompts: [choose]
    keys:
      1: roads
      9: english
      "#": emergency
    timeout_s: 4.5
    tries: 2
    wrong_key: { prompts: [wrong] }
    silence: { next: general }
    exhausted: general
  english:
    type: language
    language: en
    next: menu
  roads:
    type: queue
    queue: roads
    topic: roads
    priority: 3
  general:
    type: queue
    queue: general
    requirement: {}
  emergency:
    type: emergency
"""


def line_of(text: str, part: str) -> int:
    return text[: text.index(part)].count("\n") + 1


def load(tmp_path: Path, text: str) -> Flow:
    path = tmp_path / "flow.yaml"
    path.write_text(text)
    return load_flow(path, queues=QUEUES, prompts=PROMPTS, languages=LANGUAGES)


def findings(tmp_path: Path, text: str) -> list[tuple[int, str]]:
    path = tmp_path / "flow.yaml"
    path.write_text(text)
    found = check_flow(path, queues=QUEUES, prompts=PROMPTS, languages=LANGUAGES)
    assert all(one.file == str(path) for one in found)
    return [(one.line, one.reason) for one in found]


def test_a_good_flow_is_read_whole(tmp_path: Path) -> None:
    flow = load(tmp_path, GOOD)
    assert (flow.flow, flow.language, flow.start, flow.visits_max) == ("19115", "pl", "greeting", 40)
    menu = flow.nodes["menu"]  # type: ignore[index]
    assert isinstance(menu, Menu)
    assert menu.keys == {"1": "roads", "9": "english", "#": "emergency"}
    assert (menu.timeout_s, menu.tries) == (4.5, 2)
    assert menu.wrong_key == Again(prompts=(PromptId("wrong"),))
    assert isinstance(menu.silence, GoTo)
    roads = flow.nodes["roads"]  # type: ignore[index]
    assert isinstance(roads, Queue)
    assert (roads.requirement, roads.priority) == ({"pl": "pl", "en": "en & !busy"}, 3)
    greeting = flow.nodes["greeting"]  # type: ignore[index]
    assert isinstance(greeting, Say)
    assert greeting.interruptible


def test_a_good_flow_has_no_findings(tmp_path: Path) -> None:
    assert findings(tmp_path, GOOD) == []


@pytest.mark.parametrize(
    ("old", "new", "at", "reason"),
    [
        ("type: say", "type: sing", "sing", "unknown type `sing`"),
        ("next: menu\n  menu", "next: meny\n  menu", "meny", "leads to `meny`, and there is no such node"),
        ("start: greeting", "start: greting", "start", "there is no such node"),
        ("    next: menu\n  menu", "  menu", "type: say", "node `greeting` needs the key `next`"),
        ("      1: roads\n", "      1: general\n", "type: queue", "node `roads` is unreachable"),
        ("[hello]", "[hallo]", "type: say", "prompt `hallo` is missing in language `pl`"),
        ("[choose]", "[only_pl]", "type: menu", "prompt `only_pl` is missing in language `en`"),
        ("    timeout_s: 4.5\n", "    tries: 4\n", "tries: 2", "node `menu` has the key `tries` twice"),
        ("      9: english\n", "      1: english\n", "1: english", "has the key `1` twice"),
        ("queue: roads", "queue: rods", "queue: rods", "there is no queue `rods`; there are general, roads"),
        ("tries: 2", "tries: two", "tries: two", "tries must be a whole number from 1 to 10, not `two`"),
        ("tries: 2", "tries: 0", "tries: 0", "from 1 to 10, not `0`"),
        ("timeout_s: 4.5", "timeout_s: [4]", "timeout_s", "must be a number from 0.5 to 30, not a list"),
        ("[hello]", "hello", "prompts: hello", "prompts must be a list, not `hello`"),
        ("[hello]", "[]", "prompts: []", "needs at least one prompt"),
        ("[hello]", "[[hello]]", "[[hello]]", "must be a word, not a list"),
        ("      9: english\n", "      99: english\n", "99", "`99` is no key of a telephone"),
        ("      9: english\n", "      x: english\n", "x: english", "`x` is no key of a telephone"),
        ("    topic: roads\n", "    colour: red\n", "colour", "node `roads` has no key `colour`"),
        ("language: en", "language: de", "language: de", "does not speak `de`; it speaks en, pl"),
        ("    priority: 3\n", "    priority: -1\n", "priority", "from 0 to 100"),
        ("    topic: roads", '    topic: "a b"', "topic", "is no name"),
        ("{ next: general }", "{ }", "silence", "needs either `prompts` (ask again) or `next` (leave)"),
        ("{ next: general }", "5", "silence", "must be a table"),
        ("too_long: general", "too_long: menu", "too_long", "must lead to a node that ends the dialogue"),
        ('"en & !busy"', '"en & (busy"', "requirement", "is no skill expression"),
        ("requirement: {}", 'requirement: { xx: "pl" }', "{ xx", "does not speak `xx`"),
        ("next: menu\n  menu", "next: menu\n    interruptible: 3\n  menu", "interruptible", "true or false"),
        ("    type: emergency", "    type: emergency\n    next: menu", "next: menu\n", "has no key `next`"),
        ("resume: { pl: menu, en: menu }", "visits_max: 9999", "visits_max", "from 1 to 200"),
    ],
)
def test_each_kind_of_mistake_is_named_with_its_line(
    tmp_path: Path, old: str, new: str, at: str, reason: str
) -> None:
    assert GOOD.count(old) >= 1
    text = GOOD.replace(old, new, 1)
    found = findings(tmp_path, text)
    assert any(reason in said for _, said in found), found
    wanted = line_of(text, new.lstrip().split("\n")[0] if at not in text else at)
    if at != "next: menu\n":
        assert any(line == wanted and reason in said for line, said in found), (wanted, found)


def test_a_loop_without_a_key_is_named_with_its_way(tmp_path: Path) -> None:
    text = GOOD.replace("silence: { next: general }", "silence: { next: english }")
    assert findings(tmp_path, text) == [
        (line_of(text, "type: menu"), "a loop that goes round without a key: menu -> english -> menu")
    ]


def test_a_node_that_leads_to_no_end_is_a_dead_end(tmp_path: Path) -> None:
    text = GOOD.replace("9: english", "9: trap") + (
        "  trap:\n    type: say\n    prompts: [hello]\n    next: trap\n"
    )
    reasons = [reason for _, reason in findings(tmp_path, text)]
    assert "node `trap` is a dead end: no way leads from it to an end" in reasons


def test_all_mistakes_are_told_at_once_in_the_order_of_lines(tmp_path: Path) -> None:
    text = GOOD.replace("queue: roads", "queue: rods").replace("tries: 2", "tries: x")
    with pytest.raises(FlowError) as caught:
        load(tmp_path, text)
    lines = [finding.line for finding in caught.value.findings]
    assert len(lines) == 2
    assert lines == sorted(lines)
    assert str(caught.value).count("\n") == 1


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("", "the file is empty"),
        ("flow: [", "not YAML"),
        ("- a\n", "the flow must be a table of keys and values, not a list"),
        ("flow: x\n", "the flow needs the key `nodes`"),
        ("a: \x00", "not YAML"),
        ("[" * 1_000, "nested too deeply"),
        ("#" * (FILE_BYTES_MAX + 1), "bytes; at most"),
        ("? [a]\n: b\n", "has a key that is not a word"),
    ],
)
def test_what_is_no_flow_at_all_is_told(tmp_path: Path, text: str, reason: str) -> None:
    assert any(reason in said for _, said in findings(tmp_path, text))


def test_a_missing_file_is_told(tmp_path: Path) -> None:
    path = tmp_path / "none.yaml"
    found = check_flow(path, queues=QUEUES, prompts=PROMPTS, languages=LANGUAGES)
    assert found == (Finding(str(path), 1, "cannot be read: No such file or directory"),)


def test_a_finding_reads_as_file_line_and_reason() -> None:
    assert str(Finding("a.yaml", 3, "wrong")) == "a.yaml:3: wrong"


CALLBACK = """\
  ask:
    type: callback
    queue: general
    topic: roads
    prompts: { offer: [hello], number: [hello], choices: [choose], enter: [hello], invalid: [wrong] }
    keys: { "#": emergency }
    timeout_s: 3
    tries: 2
    ordered: bye
    already: bye
    declined: back
    failed: back
  back: { type: back_to_queue, otherwise: general }
  bye: { type: hang_up }
"""
OFFERING = GOOD.replace("too_long: general", "too_long: general\nentries: { callback: ask }") + CALLBACK
DIGITS = {PromptId(f"digit_{digit}") for digit in range(10)}
SPOKEN = {language: texts | DIGITS for language, texts in PROMPTS.items()}


def reasons(
    tmp_path: Path, text: str, prompts: Mapping[Language, Collection[PromptId]] = SPOKEN
) -> list[str]:
    path = tmp_path / "flow.yaml"
    path.write_text(text, encoding="utf-8")
    found = check_flow(path, queues=QUEUES, prompts=prompts, languages=LANGUAGES)
    return [one.reason for one in found]


def test_the_offer_of_a_callback_is_read_with_its_entry(tmp_path: Path) -> None:
    path = tmp_path / "flow.yaml"
    path.write_text(OFFERING, encoding="utf-8")
    flow = load_flow(path, queues=QUEUES, prompts=SPOKEN, languages=LANGUAGES)
    assert flow.entries == {"callback": "ask"}
    ask = flow.nodes[NodeId("ask")]
    assert isinstance(ask, Callback)
    assert (ask.queue, ask.topic, ask.timeout_s, ask.tries, dict(ask.keys)) == (
        "general",
        "roads",
        3.0,
        2,
        {"#": "emergency"},
    )
    assert dict(ask.requirement) == {"pl": "pl", "en": "en & !busy"}
    assert (ask.ordered, ask.declined) == ("bye", "back")
    assert flow.nodes[NodeId("back")] == BackToQueue(node=NodeId("back"), otherwise=NodeId("general"))


@pytest.mark.parametrize(
    ("old", "new", "reason"),
    [
        ("entries: { callback: ask }", "entries: { voicemail: ask }", "nobody comes in by `voicemail`"),
        ("entries: { callback: ask }", "entries: { callback: asks }", "there is no such node"),
        ('keys: { "#": emergency }', 'keys: { "1": emergency }', "the key 1 has its meaning here already"),
        ("    ordered: bye\n", "", "needs the key `ordered`"),
        ("enter: [hello], ", "", "prompts needs the key `enter`"),
        ("    queue: general\n    topic", "    queue: none\n    topic", "there is no queue `none`"),
        ("otherwise: general", "elsewhere: general", "needs the key `otherwise`"),
        ("declined: back", "declined: ask", "a loop that goes round without a key"),
        ("too_long: general", "too_long: back", "too_long must lead to a node that ends"),
    ],
)
def test_a_mistake_in_the_offer_of_a_callback_is_told(
    tmp_path: Path, old: str, new: str, reason: str
) -> None:
    assert old in OFFERING
    assert any(reason in said for said in reasons(tmp_path, OFFERING.replace(old, new)))


def test_the_digits_are_needed_in_every_language(tmp_path: Path) -> None:
    lacking = {**SPOKEN, Language("en"): PROMPTS[Language("en")] | (DIGITS - {PromptId("digit_7")})}
    assert reasons(tmp_path, OFFERING, lacking) == [
        "node `ask`: prompt `digit_7` is missing in language `en`"
    ]


HOURS = """
  office:
    type: hours
    schedule: office
    open: roads
    closed: shut
    exceptions: { christmas: general }
  shut: { type: voicemail }
"""
WITH_HOURS = GOOD.replace("      1: roads\n", "      1: office\n") + HOURS


def load_hours(tmp_path: Path, text: str) -> Flow:
    path = tmp_path / "flow.yaml"
    path.write_text(text, encoding="utf-8")
    prompts = {language: {*names, *MESSAGE_PROMPTS} for language, names in PROMPTS.items()}
    return load_flow(
        path, queues=QUEUES, prompts=prompts, languages=LANGUAGES, schedules=[ScheduleId("office")]
    )


def test_a_flow_that_takes_messages_needs_the_words_for_it(tmp_path: Path) -> None:
    path = tmp_path / "flow.yaml"
    path.write_text(WITH_HOURS, encoding="utf-8")
    with pytest.raises(FlowError, match="`shut`: prompt `voicemail_greeting` is missing in language `en`"):
        load_flow(path, queues=QUEUES, prompts=PROMPTS, languages=LANGUAGES, schedules=[ScheduleId("office")])


def test_opening_hours_and_voicemail_are_read(tmp_path: Path) -> None:
    nodes = load_hours(tmp_path, WITH_HOURS).nodes
    assert nodes[NodeId("office")] == OpenHours(
        node=NodeId("office"),
        schedule=ScheduleId("office"),
        open=NodeId("roads"),
        closed=NodeId("shut"),
        exceptions={"christmas": NodeId("general")},
    )
    assert nodes[NodeId("shut")] == Voicemail(node=NodeId("shut"))


def test_a_queue_and_the_flow_say_where_callers_go_while_it_is_closed(tmp_path: Path) -> None:
    text = WITH_HOURS.replace("    queue: roads\n", "    queue: roads\n    closed: general\n")
    flow = load_hours(tmp_path, text.replace("too_long: general", "too_long: general\nclosed: shut"))
    assert flow.closed == "shut"
    roads = flow.nodes[NodeId("roads")]
    assert isinstance(roads, Queue)
    assert roads.closed == "general"


@pytest.mark.parametrize(
    ("old", "new", "reason"),
    [
        (
            "schedule: office",
            "schedule: shop",
            "there is no schedule `shop`; there are office",
        ),
        ("    schedule: office\n", "", "node `office` needs the key `schedule`"),
        ("    closed: shut\n", "", "node `office` needs the key `closed`"),
        ("open: roads", "open: nowhere", "node `office`: open leads to `nowhere`, and there is no such node"),
        (
            "christmas: general",
            "christmas: nowhere",
            "node `office`: exception `christmas` leads to `nowhere`, and there is no such node",
        ),
        ("christmas:", "świąt:", "node `office`: `świąt` is no name for a destination"),
        ("exceptions: { christmas: general }", "exceptions: []", "must be a table"),
        ("type: voicemail", "type: voicemail, next: roads", "node `shut` has no key `next`"),
    ],
)
def test_a_mistake_in_opening_hours_is_told_with_its_line(
    tmp_path: Path, old: str, new: str, reason: str
) -> None:
    with pytest.raises(FlowError) as error:
        load_hours(tmp_path, WITH_HOURS.replace(old, new))
    found = [one for one in error.value.findings if reason in one.reason]
    assert found, error.value.findings
    assert found[0].line >= WITH_HOURS[: WITH_HOURS.index("  office:")].count("\n") + 1


def test_a_loop_of_closed_queues_is_told(tmp_path: Path) -> None:
    text = WITH_HOURS.replace("too_long: general", "too_long: general\nclosed: general")
    with pytest.raises(FlowError, match="a loop that goes round without a key: general -> general"):
        load_hours(tmp_path, text)


CONSENT = """\
  consent: { type: consent, prompts: [wrong], next: roads, key: 2, timeout_s: 4 }
"""


def consenting(tmp_path: Path, node: str = CONSENT) -> Flow:
    text = GOOD.replace("      1: roads\n", "      1: consent\n") + node
    file = tmp_path / "flow.yaml"
    file.write_text(text, encoding="utf-8")
    return load_flow(file, queues=QUEUES, languages=LANGUAGES, prompts=PROMPTS)


def test_a_node_may_ask_for_consent_to_be_recorded(tmp_path: Path) -> None:
    node = consenting(tmp_path).nodes[NodeId("consent")]
    assert node == Consent(
        node=NodeId("consent"),
        prompts=(PromptId("wrong"),),
        next=NodeId("roads"),
        key="2",
        timeout_s=4.0,
    )


def test_without_more_words_the_key_of_consent_is_one_and_three_seconds_are_enough(tmp_path: Path) -> None:
    node = consenting(tmp_path, "  consent: { type: consent, prompts: [wrong], next: roads }\n").nodes[
        NodeId("consent")
    ]
    assert isinstance(node, Consent)
    assert (node.key, node.timeout_s) == ("1", 3.0)


def test_a_key_of_consent_that_no_telephone_has_is_named(tmp_path: Path) -> None:
    with pytest.raises(FlowError, match="`x` is no key of a telephone"):
        consenting(tmp_path, CONSENT.replace("key: 2", "key: x"))
