from pathlib import Path

import pytest

from acd.adapters.policy_file import load_policy
from acd.core.policy import Relaxation, Strategy
from acd.core.skills import ANYBODY, parse
from acd.errors import PolicyError
from contact.ids import QueueId
from contact.states import OfferState
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
    assert list(queues) == ["transport", "roads", "waste", "animals", "general"]
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
            "queue.roads.relax.0: character 3: expected ), found the end",
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
