from dataclasses import replace
from pathlib import Path

import pytest

from acd.adapters.policy_file import load_policy, queue_defaults
from acd.core.announcement import Announcements, Comfort, PlaceSaid, Rhythm
from acd.core.policy import KeyChoice, OverflowCause, OverflowStep, Relaxation, Strategy, Weights
from acd.core.skills import ANYBODY, parse
from acd.errors import PolicyError
from contact.announcement import PromptName
from contact.commands import Destination
from contact.ids import QueueId
from contact.states import AgentState, OfferState
from runtime.config import Acd

CITY = Path(__file__).parents[4] / "config" / "warszawa" / "queues.toml"
NAMES = 'names = { pl = "Drogi" }\n'
TWO_STEPS_AT_ONCE = """
relax = [{ after_s = 5, requirement = "" }, { after_s = 5, requirement = "a" }]
"""


def written(folder: Path, text: str) -> Path:
    file = folder / "queues.toml"
    file.write_text(text, encoding="utf-8")
    return file


def test_everything_a_queue_can_say_is_read(tmp_path: Path) -> None:
    file = written(
        tmp_path,
        """
        [queue.roads]
        names = { pl = "Drogi", en = "Roads" }
        requirement = "roads>=60"
        relax = [{ after_s = 30, requirement = "roads" }, { after_s = 60.5, requirement = "" }]
        strategy = "most_skilled"
        priority = 2
        service_level_s = 20
        ring_timeout_s = 15
        wrap_up_s = 0
        """,
    )
    queue = load_policy(file, Acd()).queues[QueueId("roads")]
    assert queue.names == (("en", "Roads"), ("pl", "Drogi"))
    assert queue.requirement == parse("roads>=60")
    assert queue.relaxations == (
        Relaxation(after_s=30, requirement=parse("roads")),
        Relaxation(after_s=60.5, requirement=ANYBODY),
    )
    assert (queue.strategy, queue.priority) == (Strategy.MOST_SKILLED, 2)
    assert (queue.service_level_s, queue.ring_timeout_s, queue.wrap_up_s) == (20, 15, 0)


def test_a_queue_needs_no_more_than_its_names(tmp_path: Path) -> None:
    queue = load_policy(written(tmp_path, f"[queue.any]\n{NAMES}"), Acd()).queues[QueueId("any")]
    assert (queue.requirement, queue.strategy, queue.priority) == (ANYBODY, Strategy.LONGEST_IDLE, 0)
    assert (queue.ring_timeout_s, queue.wrap_up_s, queue.relaxations) == (None, None, ())


def test_the_rest_comes_from_the_settings(tmp_path: Path) -> None:
    settings = Acd(
        wrap_up_s=11,
        wrap_up_extension_s=12,
        ring_timeout_s=13,
        rona_offers_max=4,
        reoffer_after_reject_s=1,
        reoffer_after_no_answer_s=2,
        reoffer_after_busy_s=3,
        reoffer_after_unreachable_s=5,
    )
    policy = load_policy(written(tmp_path, "[queue]\n"), settings)
    assert (policy.wrap_up_s, policy.wrap_up_extension_s, policy.ring_timeout_s) == (11, 12, 13)
    assert policy.rona_offers_max == 4
    assert policy.queues == {}
    assert policy.reoffer_after_s == {
        OfferState.PENDING: 0,
        OfferState.ACCEPTED: 0,
        OfferState.RESCINDED: 0,
        OfferState.REJECTED: 1,
        OfferState.EXPIRED: 2,
        OfferState.BUSY: 3,
        OfferState.UNREACHABLE: 5,
    }


def test_the_example_citys_queues_are_read() -> None:
    queues = load_policy(CITY, Acd()).queues
    assert list(queues) == ["transport", "roads", "waste", "animals", "district", "general"]
    assert all({"pl", "en"} == {language for language, _ in one.names} for one in queues.values())


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("", "queue: Field required"),
        ("[queue.roads]\n", "queue.roads.names: Field required"),
        (f"[queue.roads]\n{NAMES}colour = 'red'\n", "queue.roads.colour: unknown key"),
        (f"[queue.roads]\n{NAMES}[queues.waste]\n", "queues: unknown key"),
        (
            f"[queue.roads]\n{NAMES}priority = 'high'\n",
            "queue.roads.priority: Input should be a valid integer",
        ),
        (f"[queue.roads]\n{NAMES}priority = 1001\n", "queue.roads.priority: Input should be less than"),
        (
            f"[queue.roads]\n{NAMES}ring_timeout_s = 0\n",
            "queue.roads.ring_timeout_s: Input should be greater",
        ),
        (f"[queue.roads]\n{NAMES}wrap_up_s = -1\n", "queue.roads.wrap_up_s: Input should be greater"),
        (
            f"[queue.roads]\n{NAMES}strategy = 'fair'\n",
            "queue.roads.strategy: Input should be 'longest_idle'",
        ),
        (
            f"[queue.roads]\n{NAMES}requirement = 'roads >='\n",
            "queue.roads.requirement: character 9: expected a level from 0 to 100, found the end",
        ),
        (
            f"[queue.roads]\n{NAMES}relax = [{{ after_s = 5 }}]\n",
            "queue.roads.relax.0.requirement: Field required",
        ),
        (
            f"[queue.roads]\n{NAMES}relax = [{{ after_s = 5, requirement = '(a' }}]\n",
            "queue.roads.relax.0.requirement: character 3: expected ), found the end",
        ),
        (
            f"[queue.roads]\n{NAMES}{TWO_STEPS_AT_ONCE}",
            "queue.roads.relax.1.after_s: not later than the step before",
        ),
        ("[queue.roads\n", "Expected ']'"),
        ("[queue.roads]\nnames = 5\n", "queue.roads.names: Input should be a valid dictionary"),
    ],
)
def test_a_mistake_is_named_with_file_place_and_reason(tmp_path: Path, text: str, complaint: str) -> None:
    file = written(tmp_path, text)
    with pytest.raises(PolicyError) as raised:
        load_policy(file, Acd())
    assert str(raised.value).startswith(f"{file}: {complaint}")
    assert "\n" not in str(raised.value)


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    file = tmp_path / "queues.toml"
    with pytest.raises(PolicyError) as raised:
        load_policy(file, Acd())
    assert str(raised.value) == f"{file}: no such file"


def test_a_file_that_is_not_text_is_named(tmp_path: Path) -> None:
    file = tmp_path / "queues.toml"
    file.write_bytes(b"\xff\xfe")
    with pytest.raises(PolicyError, match=r"queues\.toml: 'utf-8' codec"):
        load_policy(file, Acd())


def test_a_folder_in_the_place_of_the_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(PolicyError, match="Is a directory"):
        load_policy(tmp_path, Acd())


LADDER = """
last_agent_keep_s = 3600
[queue.roads]
names = { pl = "Drogi" }
last_agent_s = 15
waiting_max = 20
join_empty = ["logged_out", "not_ready"]
leave_empty = ["logged_out"]
empty_after_s = 30
strategy = "weighted"
weights = { skill = 2, idle = 0.5 }
overflow = [
  { after_s = 120, queue = "general" },
  { after_s = 600, leave = "message" },
  { on = "full", queue = "general" },
  { on = "empty", leave = "hangup" },
]
[queue.general]
names = { pl = "Inne" }
"""


def test_overflow_ladder_and_weights_are_read(tmp_path: Path) -> None:
    file = tmp_path / "queues.toml"
    file.write_text(LADDER, encoding="utf-8")
    roads = load_policy(file, Acd()).queues[QueueId("roads")]
    assert roads.overflow == (
        OverflowStep(after_s=120.0, queue=QueueId("general")),
        OverflowStep(after_s=600.0, leave=Destination.MESSAGE),
        OverflowStep(on=OverflowCause.FULL, queue=QueueId("general")),
        OverflowStep(on=OverflowCause.EMPTY, leave=Destination.HANGUP),
    )
    assert roads.weights == Weights(skill=2.0, idle=0.5, load=1.0)
    assert (roads.waiting_max, roads.empty_after_s, roads.last_agent_s) == (20, 30, 15)
    assert load_policy(file, Acd()).last_agent_keep_s == 3600
    assert roads.join_empty == {AgentState.LOGGED_OUT, AgentState.NOT_READY}


@pytest.mark.parametrize(
    ("old", "new", "reason"),
    [
        ('queue = "general" },\n  { after_s', 'queue = "stranger" },\n  { after_s', "no queue stranger"),
        ('queue = "general" },\n  { after_s', 'queue = "roads" },\n  { after_s', "is this queue itself"),
        ("after_s = 600", "after_s = 60", "after_s does not grow"),
        ("waiting_max = 20\n", "", "overflow: waiting_max and a step"),
        ('{ on = "empty", leave = "hangup" },', "", "overflow: join_empty or leave_empty and a step"),
        ('on = "full", queue', 'on = "full", after_s = 1, queue', "give either after_s or on"),
        ('leave = "message" }', 'leave = "message", queue = "general" }', "give either queue or leave"),
        ('{ on = "empty", leave = "hangup" }', '{ on = "full", leave = "hangup" }', "more than one step"),
        ('strategy = "weighted"\n', "", "only the strategy weighted has weights"),
        ('leave = "hangup"', 'leave = "emergency"', "Input should be 'message', 'hangup'"),
        ('["logged_out"]', '["ready"]', "leave_empty"),
    ],
)
def test_a_mistake_in_the_overflow_ladder_is_named(tmp_path: Path, old: str, new: str, reason: str) -> None:
    file = tmp_path / "queues.toml"
    assert LADDER.count(old) == 1
    file.write_text(LADDER.replace(old, new), encoding="utf-8")
    with pytest.raises(PolicyError, match=reason):
        load_policy(file, Acd())


SPOKEN = """
[queue.roads]
names = { pl = "Drogi" }
announce = { first_s = 5, every_s = 30, place = "limit", place_max = 3, only_improved = true }
comfort = { prompts = ["thanks", "online"], first_s = 15, every_s = 40, shuffled = true }
"""


def test_what_callers_hear_is_read(tmp_path: Path) -> None:
    queue = load_policy(written(tmp_path, SPOKEN), Acd()).queues[QueueId("roads")]
    assert queue.announcements == Announcements(
        rhythm=Rhythm(first_s=5, every_s=30),
        place=PlaceSaid.LIMIT,
        place_max=3,
        only_improved=True,
    )
    assert queue.comfort == Comfort(
        prompts=(PromptName("thanks"), PromptName("online")),
        rhythm=Rhythm(first_s=15, every_s=40),
        shuffled=True,
    )


@pytest.mark.parametrize(
    ("old", "new", "reason"),
    [
        ("every_s = 30", "every_s = 1", r"queue\.roads\.announce\.every_s: Input should be greater"),
        ("place_max = 3", "place_max = 31", r"queue\.roads\.announce\.place_max: Input should be less"),
        ('"limit"', '"maybe"', r"queue\.roads\.announce\.place: Input should be 'no'"),
        ('["thanks", "online"]', "[]", r"queue\.roads\.comfort\.prompts: List should have at least 1"),
        ('"online"', '"../online"', r"queue\.roads\.comfort\.prompts\.1: String should match"),
    ],
)
def test_a_mistake_in_what_callers_hear_is_named(tmp_path: Path, old: str, new: str, reason: str) -> None:
    assert SPOKEN.count(old) == 1
    with pytest.raises(PolicyError, match=reason):
        load_policy(written(tmp_path, SPOKEN.replace(old, new)), Acd())


KEYS = """
[queue.roads]
names = { pl = "Drogi" }
keys = { "2" = { leave = "voicemail" }, "0" = { leave = "menu" }, "33" = { queue = "waste" } }
[queue.waste]
names = { pl = "Odpady" }
"""


def test_a_key_may_be_for_consent_where_the_queue_records(tmp_path: Path) -> None:
    text = KEYS.replace('{ leave = "menu" }', "{ consent = true }", 1)
    text = text.replace("[queue.roads]\n", "[queue.roads]\nrecording_percent = 50\n", 1)
    roads = load_policy(written(tmp_path, text), Acd()).queues[QueueId("roads")]
    assert (roads.keys[1], roads.recording_percent) == (KeyChoice(key="0", consents=True), 50)


def test_keys_of_a_queue_are_read(tmp_path: Path) -> None:
    assert load_policy(written(tmp_path, KEYS), Acd()).queues[QueueId("roads")].keys == (
        KeyChoice(key="2", leave=Destination.VOICEMAIL),
        KeyChoice(key="0", leave=Destination.MENU),
        KeyChoice(key="33", queue=QueueId("waste")),
    )


@pytest.mark.parametrize(
    ("old", "new", "reason"),
    [
        ('{ leave = "menu" }', "{}", r"queue\.roads\.keys\.0: give one of queue, leave and consent"),
        (
            '{ leave = "menu" }',
            "{ consent = true }",
            r"queue\.roads\.keys\.0: this queue records no talk \(recording_percent\)",
        ),
        ('{ leave = "menu" }', '{ leave = "menu", consent = true }', r"keys\.0: give one of"),
        ('"33"', '"23"', r"queue\.roads\.keys\.23: begins with the key 2"),
        ('"33"', '"A"', r"queue\.roads\.keys\.A"),
        ('queue = "waste"', 'queue = "roads"', r"queue\.roads\.keys\.33\.queue: is this queue itself"),
    ],
)
def test_a_mistake_in_the_keys_is_named(tmp_path: Path, old: str, new: str, reason: str) -> None:
    assert KEYS.count(old) == 1
    with pytest.raises(PolicyError, match=reason):
        load_policy(written(tmp_path, KEYS.replace(old, new)), Acd())


REFUSALS = """
[queue.roads]
names = { pl = "Drogi" }
owner_s = 12
redial_keep_s = 120
expected_wait_max_s = 900
waiting_per_agent_max = 2.5
overflow = [{ on = "slow", leave = "voicemail" }, { on = "crowded", leave = "message" }]
"""


def test_refusals_and_what_callers_get_back_are_read(tmp_path: Path) -> None:
    queue = load_policy(written(tmp_path, REFUSALS), Acd()).queues[QueueId("roads")]
    assert (queue.owner_s, queue.redial_keep_s) == (12, 120)
    assert (queue.expected_wait_max_s, queue.waiting_per_agent_max) == (900, 2.5)
    assert [step.on for step in queue.overflow] == [OverflowCause.SLOW, OverflowCause.CROWDED]


@pytest.mark.parametrize("key", ["expected_wait_max_s = 900\n", "waiting_per_agent_max = 2.5\n"])
def test_a_refusal_and_its_step_need_each_other(tmp_path: Path, key: str) -> None:
    with pytest.raises(PolicyError, match="need each other"):
        load_policy(written(tmp_path, REFUSALS.replace(key, "")), Acd())


def test_defaults_are_told_by_place_and_are_what_an_empty_queue_has(tmp_path: Path) -> None:
    told = dict(queue_defaults(Acd(ring_timeout_s=17, wrap_up_s=0)))
    assert (told["ring_timeout_s"], told["wrap_up_s"]) == ("17", "0")
    assert (told["strategy"], told["announce.place"], told["announce.wait"]) == (
        "longest_idle",
        "more_than",
        "true",
    )
    assert "waiting_max" not in told
    file = tmp_path / "queues.toml"
    lines = [f"{key} = {text}" for key, text in told.items() if "." not in key and text[0].isdigit()]
    queue = ["[queue.roads]", 'names = { pl = "Drogi" }']
    file.write_text("\n".join(queue), encoding="utf-8")
    bare = load_policy(file, Acd(ring_timeout_s=17, wrap_up_s=0))
    file.write_text("\n".join([*queue, *lines]), encoding="utf-8")
    told_all = load_policy(file, Acd()).queue(QueueId("roads"))
    assert told_all == replace(bare.queue(QueueId("roads")), ring_timeout_s=17, wrap_up_s=0)
