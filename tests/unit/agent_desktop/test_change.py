import pytest

from agent_desktop.change import difference, taken_back
from agent_desktop.errors import ChangedSince

OLD = {"name": "Ewa", "extension": "2009", "skills.pl": 100, "skills.roads": 40}
NEW = {"name": "Ewa", "extension": "2010", "skills.pl": 100, "skills.waste": 0}


def test_difference_keeps_only_what_differs_and_what_is_not_there_is_null() -> None:
    assert difference(OLD, NEW) == (
        {"extension": "2009", "skills.roads": 40, "skills.waste": None},
        {"extension": "2010", "skills.roads": None, "skills.waste": 0},
    )
    assert difference(OLD, OLD) == ({}, {})


def test_taking_back_gives_the_old_fields_and_leaves_what_others_changed_since() -> None:
    before, after = difference(OLD, NEW)
    now = {**NEW, "name": "Ewa Łącka", "skills.uk": 60}
    assert taken_back(now, before=before, after=after) == {
        **OLD,
        "name": "Ewa Łącka",
        "skills.uk": 60,
    }


def test_taking_back_twice_comes_to_where_it_was() -> None:
    before, after = difference(OLD, NEW)
    back = taken_back(NEW, before=before, after=after)
    again = difference(NEW, back)
    assert taken_back(back, before=again[0], after=again[1]) == NEW


@pytest.mark.parametrize(
    ("field", "value"), [("extension", "2011"), ("skills.roads", 10), ("skills.waste", None)]
)
def test_field_that_moved_on_is_named_and_nothing_is_taken_back(field: str, value: object) -> None:
    before, after = difference(OLD, NEW)
    with pytest.raises(ChangedSince) as refused:
        taken_back({**NEW, field: value}, before=before, after=after)  # type: ignore[dict-item]
    assert refused.value.field == field
