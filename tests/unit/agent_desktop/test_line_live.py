from agent_desktop.line_live import LiveFlash, LiveLine
from contact.flash import FlashId
from tests.fakes.lines import closure, flash


def live(*, now: float = 5.0) -> LiveLine:
    line = LiveLine()
    flashes = [flash("water"), flash("later", starts_at=10.0, ends_at=20.0)]
    line.put(
        [closure("roads", until_at=30.0)],
        [LiveFlash(flash=one, heard=0, changed_by="sylwia") for one in flashes],
        now,
    )
    return line


def test_what_is_put_counts_as_changed_once() -> None:
    line = live()
    assert line.take_changes() == {"c-roads", "water", "later"}
    line.put(line.closures.values(), line.flashes.values(), 6.0)
    assert line.take_changes() == set()


def test_time_begins_and_ends_what_is_told() -> None:
    line = live()
    line.take_changes()
    assert (line.flashes[FlashId("later")].is_told, line.move_on(9.9)) == (False, ())
    assert line.take_changes() == set()
    line.move_on(10.0)
    assert line.take_changes() == {"later"}
    assert line.flashes[FlashId("later")].is_told
    line.move_on(20.0)
    assert not line.flashes[FlashId("later")].is_told


def test_a_closure_that_is_over_goes_and_is_told_of_once() -> None:
    line = live()
    line.take_changes()
    assert [one.queue for one in line.move_on(30.0)] == ["roads"]
    assert (line.closures, line.take_changes()) == ({}, {"c-roads"})
    assert line.move_on(31.0) == ()


def test_plays_are_counted_of_what_is_known() -> None:
    line = live()
    line.take_changes()
    line.count(FlashId("water"))
    line.count(FlashId("unheard_of"))
    assert (line.flashes[FlashId("water")].heard, line.take_changes()) == (1, {"water"})


def test_everything_changes_when_the_ivr_takes_it() -> None:
    line = live()
    line.take_changes()
    line.set_in_step(in_step=True)
    assert line.take_changes() == {"c-roads", "water", "later"}
    line.set_in_step(in_step=True)
    assert line.take_changes() == set()
