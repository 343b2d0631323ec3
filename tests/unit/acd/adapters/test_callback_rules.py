from datetime import UTC
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from acd.adapters.policy_file import load_policy
from acd.adapters.policy_record import policy_body, recorded_policy
from acd.core.policy import CallbackPolicy
from acd.errors import PolicyError
from contact.ids import QueueId
from contact.opening import Window
from runtime.config import Acd

ROADS = '[queue.roads]\nnames = { pl = "Drogi" }\n'


def load(tmp_path: Path, table: str) -> CallbackPolicy:
    file = tmp_path / "queues.toml"
    file.write_text(f"{ROADS}callback = {table}\n", encoding="utf-8")
    return load_policy(file, Acd(), ZoneInfo("Europe/Warsaw")).queues[QueueId("roads")].callback


def test_every_key_is_read(tmp_path: Path) -> None:
    hours = 'hours = ["mon-fri 08:00-20:00", "sat 09:00-24:00", "10:00-11:30", "sun-mon 00:00-01:00"]'
    read = load(
        tmp_path, f"{{ attempts_max = 5, gap_s = 60, dial_timeout_s = 20, expires_s = 600, {hours} }}"
    )
    assert (read.attempts_max, read.gap_s, read.dial_timeout_s, read.expires_s) == (5, 60, 20, 600)
    assert read.hours == (
        Window(days=frozenset(range(5)), opens=480, closes=1_200),
        Window(days=frozenset({5}), opens=540, closes=1_440),
        Window(days=frozenset(range(7)), opens=600, closes=690),
        Window(days=frozenset({6, 0}), opens=0, closes=60),
    )
    assert read.zone == ZoneInfo("Europe/Warsaw")


@pytest.mark.parametrize(
    ("table", "reason"),
    [
        ("{ attempts = 3 }", r"queue\.roads\.callback\.attempts: unknown key"),
        ("{ attempts_max = 0 }", r"queue\.roads\.callback\.attempts_max"),
        ('{ hours = ["8-20"] }', r"queue\.roads\.callback\.hours\.0: not of the form"),
        ('{ hours = ["08:00-20:00", "20:00-08:00"] }', r"callback\.hours\.1: ends before it begins"),
        ('{ hours = ["mon-sob 08:00-20:00"] }', r"hours\.0: no day sob; there are mon"),
        ('{ hours = ["08:61-20:00"] }', r"hours\.0: 08:61 is no time of day"),
        ('{ hours = ["08:00-24:30"] }', r"hours\.0: 24:30 is no time of day"),
    ],
)
def test_a_mistake_is_named_with_its_place(tmp_path: Path, table: str, reason: str) -> None:
    with pytest.raises(PolicyError, match=reason):
        load(tmp_path, table)


def test_the_journal_keeps_the_clock_that_the_hours_are_read_on() -> None:
    text = f'{ROADS}callback = {{ hours = ["08:00-20:00"] }}\n'
    queue = QueueId("roads")
    kept = recorded_policy(policy_body(text, Acd(), "Europe/Warsaw"))
    assert kept.queues[queue].callback.zone == ZoneInfo("Europe/Warsaw")
    older = policy_body(text, Acd()).replace(', "time_zone": "UTC"', "")
    assert recorded_policy(older).queues[queue].callback.zone in (UTC, ZoneInfo("UTC"))
