"""Several seeds, in this process and in others."""

from acd.sim.replicate import AS_IT_IS, InProcesses, InThisProcess, Variant, run_one
from tests.unit.acd.sim.days import day


def test_other_processes_give_the_same_figures_in_the_same_order() -> None:
    heard: list[float] = []
    here = InThisProcess(day()).run((4, 2), AS_IT_IS, lambda _: None)
    with InProcesses(day(), 2) as runs:
        assert runs.run((4, 2), AS_IT_IS, heard.append) == here
    assert heard == [0.5, 1.0]
    assert here == [run_one(day(), 4), run_one(day(), 2)]


def test_progress_goes_up_to_the_whole() -> None:
    heard: list[float] = []
    InThisProcess(day()).run((1, 2), AS_IT_IS, heard.append)
    assert heard == sorted(heard)
    assert heard[-1] == 1.0


def test_a_variant_has_other_staff_and_another_threshold() -> None:
    changed = Variant(staff=(2, 3), service_level_s=7.0).of(day())
    assert changed.staff() == (2, 3)
    assert changed.service_level_s == 7.0
    assert AS_IT_IS.of(day()) == day()
