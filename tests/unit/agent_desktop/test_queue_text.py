import tomllib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agent_desktop.errors import QueueTextUnusable
from agent_desktop.queue_text import diff, edited, settings_by_queue, skills_in

TEXT = """\
# The city's queues.

[queue.roads]
names = { pl = "Drogi", en = "Roads" }   # as it is read out
requirement = 'roads>=40'
overflow = [{ after_s = 180, leave = "callback" }]   # offered once
priority = 1

[queue.roads.announce]
first_s = 20 # seconds
every_s = 60

[queue.waste]
names = { pl = "Odpady" }
"""
ROADS = settings_by_queue(TEXT)["roads"]


def test_settings_are_read_in_the_order_of_the_file() -> None:
    assert list(settings_by_queue(TEXT)) == ["roads", "waste"]
    assert ROADS["announce"] == {"first_s": 20, "every_s": 60}


def test_only_the_line_of_what_changed_is_another_one() -> None:
    new = edited(TEXT, "roads", {**ROADS, "priority": 3})
    assert new == TEXT.replace("priority = 1", "priority = 3")
    assert [line for line in diff(TEXT, new).splitlines() if line[0] in "+-"][2:] == [
        "-priority = 1",
        "+priority = 3",
    ]


def test_what_stays_the_same_is_the_same_text() -> None:
    assert edited(TEXT, "roads", ROADS) == TEXT
    assert diff(TEXT, TEXT) == ""


def test_comment_stays_where_its_key_does_inside_a_table_too() -> None:
    new = edited(TEXT, "roads", {**ROADS, "overflow": [], "announce": {"first_s": 20, "every_s": 90}})
    assert "overflow = []   # offered once" in new
    assert "first_s = 20 # seconds\nevery_s = 90\n" in new


def test_key_that_is_left_out_or_null_goes_and_a_new_one_stands_in_its_table() -> None:
    wanted = {name: value for name, value in ROADS.items() if name != "priority"}
    new = edited(TEXT, "roads", {**wanted, "announce": None, "service_level_s": 20})
    assert settings_by_queue(new)["roads"] == {
        "names": ROADS["names"],
        "requirement": "roads>=40",
        "overflow": ROADS["overflow"],
        "service_level_s": 20,
    }
    assert settings_by_queue(new)["waste"] == {"names": {"pl": "Odpady"}}


def test_values_are_written_in_the_manner_of_the_file() -> None:
    steps = [{"after_s": 60 * turn, "leave": "message"} for turn in range(1, 5)]
    new = edited(
        TEXT, "waste", {"names": {"pl": "Odpady"}, "keys": {"*": {"leave": "menu"}}, "overflow": steps}
    )
    assert 'keys = { "*" = { leave = "menu" } }\n' in new
    assert 'overflow = [\n  { after_s = 60, leave = "message" },\n' in new


@pytest.mark.parametrize("text", ["[queue", "queue = 3", "[queue]\nroads = 3\n"])
def test_text_that_has_no_queues_is_unusable(text: str) -> None:
    with pytest.raises(QueueTextUnusable, match=r"queues\.toml"):
        settings_by_queue(text)


def test_value_that_no_toml_can_hold_is_refused() -> None:
    with pytest.raises(QueueTextUnusable, match=r"queue\.roads: cannot be written"):
        edited(TEXT, "roads", {**ROADS, "keys": [None]})


@given(
    st.dictionaries(
        st.sampled_from(["names", "requirement", "announce", "priority", "keys", "overflow", "new"]),
        st.recursive(
            st.integers(-(2**40), 2**40) | st.booleans() | st.text(max_size=12),
            lambda inner: (
                st.lists(inner, max_size=3)
                | st.dictionaries(st.text(min_size=1, max_size=5), inner, max_size=3)
            ),
            max_leaves=6,
        ),
        max_size=6,
    )
)
def test_what_is_written_says_what_was_asked_or_is_refused(settings: dict[str, object]) -> None:
    try:
        new = edited(TEXT, "roads", settings)  # type: ignore[arg-type]
    except QueueTextUnusable:
        return
    assert tomllib.loads(new)["queue"] == {"roads": settings, "waste": {"names": {"pl": "Odpady"}}}


def test_skills_are_what_requirements_name() -> None:
    assert skills_in(["lang.uk>=60 & (roads >= 40 | !general)", "", "waste_x>1"]) == {
        "lang.uk",
        "roads",
        "general",
        "waste_x",
    }
