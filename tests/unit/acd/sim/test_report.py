"""The table and the JSON."""

import json

from acd.sim.replicate import AS_IT_IS, InThisProcess
from acd.sim.report import Report, as_json, clock, columns, report, table
from tests.unit.acd.sim.days import day


def made(runs: int = 3, **changes: object) -> Report:
    workload = day(**changes)
    seeds = range(1, runs + 1)
    return report(workload, seeds, InThisProcess(workload).run(seeds, AS_IT_IS, lambda _: None))


def test_the_table_has_a_line_for_each_half_hour_each_type_and_all() -> None:
    lines = table(made()).splitlines()
    assert lines[0] == "a day: 3 runs"
    assert [line.split()[0] for line in lines if line and line[0] != " "][1:] == [
        "08:00",
        "08:30",
        "roads",
        "all",
    ]
    assert "in 30 s, %" in lines[2]


def test_figures_come_with_half_their_confidence_interval() -> None:
    assert "±" in table(made())
    assert "±" not in table(made(runs=1))


def test_those_nobody_may_take_are_pointed_out() -> None:
    assert "no agent may take them" in table(made(groups=()))
    assert "no agent may take them" not in table(made())


def test_json_holds_the_same_figures_with_names() -> None:
    found = made()
    plain = json.loads(json.dumps(as_json(found)))
    assert plain["seeds"] == [1, 2, 3]
    assert plain["confidence"] == 0.95
    assert [half["begins"] for half in plain["half_hours"]] == ["08:00", "08:30"]
    assert plain["half_hours"][0]["agents"] == 5
    calls = found.everything["calls"]
    assert calls is not None
    assert plain["all"]["calls"] == {"mean": calls.mean, "half_width": calls.half_width}
    assert plain["all"]["abandoned_share"] == {"mean": 0.0, "half_width": 0.0}


def test_times_go_on_after_midnight() -> None:
    assert [clock(at) for at in (0.0, 84_600.0, 86_400.0)] == ["00:00", "23:30", "00:00"]


def test_columns_stand_under_each_other() -> None:
    assert columns([("", "a"), ("long", "123")]) == ["        a", "long  123"]
