import pytest

from acd.core.skills import (
    ANYBODY,
    DEPTH_MAX,
    TEXT_LENGTH_MAX,
    AllOf,
    AnyOf,
    Has,
    Node,
    Not,
    RequirementError,
    both,
    matches,
    named_skills,
    parse,
)
from contact.ids import Skill


def has(skill: str, comparison: str = ">=", level: int = 1) -> Has:
    return Has(Skill(skill), comparison, level)


def meets(requirement: str, **levels: int) -> bool:
    return matches(parse(requirement), {Skill(skill): level for skill, level in levels.items()})


@pytest.mark.parametrize(
    ("text", "node"),
    [
        ("", ANYBODY),
        (" \t\n", ANYBODY),
        ("roads", has("roads")),
        ("(roads)", has("roads")),
        ("lang.uk>=60", has("lang.uk", level=60)),
        ("sign_language-1<5", has("sign_language-1", "<", 5)),
        ("żółw = 0", has("żółw", "=", 0)),
        ("!roads", Not(has("roads"))),
        ("!!roads", Not(Not(has("roads")))),
        ("a & b & c", AllOf((has("a"), has("b"), has("c")))),
        ("a&(b&c)", AllOf((has("a"), AllOf((has("b"), has("c")))))),
        ("a | b & !c", AnyOf((has("a"), AllOf((has("b"), Not(has("c"))))))),
        ("!(a|b)", Not(AnyOf((has("a"), has("b"))))),
        (
            "lang.uk>=60 & (roads>=40 | general>=80)",
            AllOf((has("lang.uk", level=60), AnyOf((has("roads", level=40), has("general", level=80))))),
        ),
    ],
)
def test_a_text_is_read_by_the_grammar(text: str, node: Node) -> None:
    assert parse(text) == node


@pytest.mark.parametrize("comparison", [">=", "<=", ">", "<", "=", "!="])
def test_every_comparison_is_read_with_and_without_blanks(comparison: str) -> None:
    assert parse(f"a{comparison}5") == parse(f" a {comparison} 5 ") == has("a", comparison, 5)


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("roads >= 101", "character 10: expected a level from 0 to 100, found '101'"),
        ("roads >=", "character 9: expected a level from 0 to 100, found the end"),
        ("roads >= x", "character 10: expected a level from 0 to 100, found 'x'"),
        ("roads >= -1", "character 10: '-' means nothing here"),
        ("roads & ", "character 9: expected a skill, found the end"),
        ("& roads", "character 1: expected a skill, found '&'"),
        ("40", "character 1: expected a skill, found '40'"),
        ("()", "character 2: expected a skill, found ')'"),
        ("(a | b", "character 7: expected ), found the end"),
        ("(a b)", "character 4: expected ), found 'b'"),
        ("a b", "character 3: expected & or |, found 'b'"),
        ("a)", "character 2: expected & or |, found ')'"),
        ("a  ; b", "character 4: ';' means nothing here"),
        ("_a", "character 1: '_' means nothing here"),
        ("a" * (TEXT_LENGTH_MAX + 1), "longer than 500 characters"),
    ],
)
def test_a_mistake_is_named_with_its_place(text: str, complaint: str) -> None:
    with pytest.raises(RequirementError) as raised:
        parse(text)
    assert str(raised.value) == complaint


@pytest.mark.parametrize(("before", "after"), [("!", ""), ("(", ")")])
def test_nesting_has_a_limit(before: str, after: str) -> None:
    parse(before * DEPTH_MAX + "a" + after * DEPTH_MAX)
    with pytest.raises(RequirementError, match=f"character {DEPTH_MAX + 2}: nested deeper than {DEPTH_MAX}"):
        parse(before * (DEPTH_MAX + 1) + "a" + after * (DEPTH_MAX + 1))


@pytest.mark.parametrize(
    ("comparison", "below", "at", "above"),
    [
        (">=", False, True, True),
        ("<=", True, True, False),
        (">", False, False, True),
        ("<", True, False, False),
        ("=", False, True, False),
        ("!=", True, False, True),
    ],
)
def test_a_comparison_is_of_the_level_with_the_number(
    comparison: str,
    below: bool,  # noqa: FBT001 - a truth table
    at: bool,  # noqa: FBT001 - the same
    above: bool,  # noqa: FBT001 - the same
) -> None:
    assert [meets(f"a{comparison}50", a=level) for level in (49, 50, 51)] == [below, at, above]


@pytest.mark.parametrize("comparison", [">=", "<=", ">", "<", "=", "!="])
def test_a_skill_one_does_not_have_is_not_a_skill_at_level_zero(comparison: str) -> None:
    assert not meets(f"a{comparison}0")
    assert not meets(f"a{comparison}50", b=50)
    assert meets(f"!a{comparison}50", b=50)


def test_a_skill_alone_asks_for_level_one() -> None:
    assert meets("a", a=1)
    assert not meets("a", a=0)


def test_signs_combine_as_in_logic() -> None:
    wanted = "pl & (roads>=40 | general>=80) & !trainee"
    assert meets(wanted, pl=50, roads=40)
    assert meets(wanted, pl=50, roads=10, general=80)
    assert not meets(wanted, roads=40)
    assert not meets(wanted, pl=50, roads=39, general=79)
    assert not meets(wanted, pl=50, roads=40, trainee=1)


def test_the_empty_requirement_takes_everybody() -> None:
    assert meets("")
    assert str(ANYBODY) == ""


def test_and_without_brackets_binds_tighter_than_or() -> None:
    assert meets("a | b & c", a=1)
    assert not meets("(a | b) & c", a=1)


@pytest.mark.parametrize(
    ("one", "other", "together"),
    [
        ("", "", ""),
        ("a", "", "a>=1"),
        ("", "a | b", "a>=1 | b>=1"),
        ("a", "a", "a>=1"),
        ("pl", "roads>=40", "pl>=1 & roads>=40"),
        ("pl & a", "a & b", "pl>=1 & a>=1 & b>=1"),
        ("pl", "a | b", "pl>=1 & (a>=1 | b>=1)"),
    ],
)
def test_two_requirements_join_without_saying_anything_twice(one: str, other: str, together: str) -> None:
    assert str(both(parse(one), parse(other))) == together


def test_every_skill_spoken_of_is_named_once() -> None:
    assert named_skills(parse("a & (b>=5 | !c) & a<9")) == {"a", "b", "c"}
    assert named_skills(ANYBODY) == frozenset()
