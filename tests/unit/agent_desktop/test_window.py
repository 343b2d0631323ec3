from agent_desktop.window import WindowCounts

A, B = ("a",), ("b",)


def counted(times: int) -> WindowCounts:
    counts = WindowCounts(window_s=10.0, entries_max=3)
    for _ in range(times):
        counts.add(A, 0.0)
    return counts


def test_a_key_waits_for_the_end_of_its_window_once_its_allowance_is_used_up() -> None:
    assert counted(2).wait_s(A, 3, 4.0) == 0
    assert counted(3).wait_s(A, 3, 4.0) == 6.0
    assert counted(3).wait_s(B, 3, 4.0) == 0
    assert counted(3).wait_s(A, 3, 10.0) == 0


def test_a_window_begins_anew_with_the_first_count_after_its_end() -> None:
    counts = counted(3)
    counts.add(A, 12.0)
    assert counts.wait_s(A, 2, 13.0) == 0
    assert counts.wait_s(A, 1, 13.0) == 9.0


def test_counts_are_taken_back_one_by_one_or_all() -> None:
    counts = counted(2)
    counts.take_back(A)
    assert counts.wait_s(A, 1, 1.0) > 0
    counts.take_back(A)
    assert counts.wait_s(A, 1, 1.0) == 0
    assert len(counts) == 0
    again = counted(2)
    again.forget(A)
    assert len(again) == 0


def test_the_oldest_key_makes_room() -> None:
    counts = counted(1)
    for name in "bcd":
        counts.add((name,), 0.0)
    assert len(counts) == 3
    assert counts.wait_s(A, 1, 1.0) == 0
