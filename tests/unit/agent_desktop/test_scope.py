import pytest

from agent_desktop.scope import WHOLE, Scope, from_plain, scope_of, to_plain
from contact.ids import QueueId

ROADS, WASTE = QueueId("roads"), QueueId("waste")


def test_an_empty_scope_is_the_whole_centre() -> None:
    assert WHOLE.is_whole
    assert WHOLE.has_queue(None)
    assert WHOLE.has_team("")
    assert WHOLE.has_district("")


def test_each_list_limits_its_own_kind_and_no_other() -> None:
    scope = scope_of(["A"], [], [])
    assert (scope.has_team("A"), scope.has_team("B"), scope.has_team("")) == (True, False, False)
    assert scope.has_queue(ROADS)
    assert scope.has_district("Wola")
    scope = scope_of([], ["roads"], [])
    assert (scope.has_queue(ROADS), scope.has_queue(WASTE), scope.has_queue(None)) == (True, False, False)
    assert scope.has_team("")
    scope = scope_of([], [], ["Wola"])
    assert (scope.has_district("Wola"), scope.has_district("Praga"), scope.has_district("")) == (
        True,
        False,
        False,
    )


@pytest.mark.parametrize(
    ("scope", "whole", "whole_line"),
    [
        (WHOLE, True, True),
        (scope_of(["A"], [], []), False, False),
        (scope_of([], ["roads"], []), False, False),
        (scope_of([], [], ["Wola"]), False, True),
    ],
)
def test_districts_leave_the_line_whole(scope: Scope, *, whole: bool, whole_line: bool) -> None:
    assert (scope.is_whole, scope.is_whole_line) == (whole, whole_line)


def test_a_scope_comes_back_from_the_store_in_order() -> None:
    scope = scope_of(["B", "A"], ["waste", "roads"], ["Wola"])
    assert to_plain(scope) == {"teams": ["A", "B"], "queues": ["roads", "waste"], "districts": ["Wola"]}
    assert from_plain(to_plain(scope)) == scope
    assert from_plain({}) == WHOLE
