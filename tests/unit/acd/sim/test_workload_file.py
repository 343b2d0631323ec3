"""Workloads as files, and what is said of each mistake."""

from pathlib import Path

import pytest

from acd.errors import PolicyError, WorkloadError
from acd.sim.workload import NOTHING, Law, Spread
from acd.sim.workload_file import load_workload
from runtime.config import Acd

CITY = Path(__file__).parents[4] / "config" / "warszawa"
QUEUES = """
[queue.roads]
names = { en = "Roads" }
requirement = "roads>=40"
"""
GOOD = """
name = "a day"
begins = "23:00"
queues = "queues.toml"
calls = [10, 20.5, 30]
service_level_s = 20
waiting_places = 9
ring = { law = "fixed", mean_s = 4 }

[call.potholes]
share = 3
queue = "roads"
requirement = "pl"
priority = 1
talk = { law = "lognormal", mean_s = 200, deviation_s = 100 }
wrap_up = { law = "exponential", mean_s = 20 }
patience = { law = "exponential", mean_s = 180 }

[call.other]
share = 1
queue = "roads"
talk = { law = "exponential", mean_s = 100 }

[agents.night]
skills = { roads = 80, pl = 100 }
shifts = [{ begins = "22:00", ends = "00:00", agents = 2 }, { begins = "23:30", ends = "06:00", agents = 3 }]

[agents.guests]
skills = { roads = 40 }
on = [1, 0, 2]
"""


def load(tmp_path: Path, text: str = GOOD, queues: str = QUEUES) -> object:
    (tmp_path / "queues.toml").write_text(queues, encoding="utf-8")
    (tmp_path / "day.toml").write_text(text, encoding="utf-8")
    return load_workload(tmp_path / "day.toml", Acd())


def test_a_whole_file_is_read(tmp_path: Path) -> None:
    load(tmp_path)
    found = load_workload(tmp_path / "day.toml", Acd())
    assert (found.name, found.begins_s, found.calls) == ("a day", 82_800.0, (10.0, 20.5, 30.0))
    assert (found.service_level_s, found.waiting_places, found.warm_up_s) == (20.0, 9, 0.0)
    assert found.ring == Spread(law=Law.FIXED, mean_s=4.0)
    potholes, other = found.types
    assert (potholes.name, potholes.weight, potholes.requirement, potholes.priority) == (
        "potholes",
        3,
        "pl",
        1,
    )
    assert potholes.talk == Spread(law=Law.LOGNORMAL, mean_s=200.0, deviation_s=100.0)
    assert (other.wrap_up, other.patience) == (NOTHING, None)
    assert list(found.policy.queues) == ["roads"]


def test_shifts_go_over_midnight_and_add_up(tmp_path: Path) -> None:
    load(tmp_path)
    night, guests = load_workload(tmp_path / "day.toml", Acd()).groups
    assert night.on == (2, 5, 3)
    assert guests.on == (1, 0, 2)
    assert night.skills == (("pl", 100), ("roads", 80))


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ('name = "a day"', "", "name: Field required"),
        ("waiting_places", "wating_places", "wating_places: unknown key"),
        ("[10, 20.5, 30]", "[]", "calls: List should have at least 1 item"),
        ("[10, 20.5, 30]", "[10, -1, 30]", "calls.1: Input should be greater than or equal to 0"),
        ('begins = "23:00"\nq', 'begins = "23:15"\nq', "begins: String should match"),
        ('"lognormal"', '"normal"', "call.potholes.talk.law: Input should be"),
        ("share = 3", "share = 0", "call.potholes.share: Input should be greater than 0"),
        (
            'queue = "roads"\nrequirement',
            'queue = "rods"\nrequirement',
            "call.potholes.queue: there is no queue 'rods'",
        ),
        (
            'requirement = "pl"',
            'requirement = "pl &"',
            "call.potholes.requirement: character 5: expected a skill",
        ),
        ("on = [1, 0, 2]", "on = [1, 0]", "agents.guests.on: 2 half hours where `calls` has 3"),
        ("on = [1, 0, 2]", "", "agents.guests: say either `on`"),
        (
            "roads = 40",
            "roads = 140",
            "agents.guests.skills.roads: Input should be less than or equal to 100",
        ),
        ('ends = "06:00"', 'ends = "6:00"', "agents.night.shifts.1.ends: String should match"),
        ("name =", "name", "Expected '='"),
    ],
)
def test_a_mistake_is_named_with_its_key(old: str, new: str, said: str, tmp_path: Path) -> None:
    assert old in GOOD
    with pytest.raises(WorkloadError) as error:
        load(tmp_path, GOOD.replace(old, new, 1))
    assert str(error.value).startswith(f"{tmp_path / 'day.toml'}: ")
    assert said in str(error.value)


def test_a_file_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(WorkloadError, match=r"none\.toml: no such file"):
        load_workload(tmp_path / "none.toml", Acd())


def test_a_mistake_in_the_queues_is_theirs(tmp_path: Path) -> None:
    with pytest.raises(PolicyError, match=r"queues\.toml: queue\.roads\.requirement"):
        load(tmp_path, queues=QUEUES.replace("roads>=40", "roads>="))


@pytest.mark.parametrize("name", ["weekday.toml", "new_york.toml"])
def test_the_shipped_examples_are_without_mistakes(name: str) -> None:
    found = load_workload(CITY / "sim" / name, Acd())
    assert max(found.staff()) > 5


def test_the_new_york_day_has_the_size_it_speaks_of() -> None:
    found = load_workload(CITY / "sim" / "new_york.toml", Acd())
    assert sum(found.calls) == 40_000
    assert max(found.staff()) == 650
