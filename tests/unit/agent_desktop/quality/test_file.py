from pathlib import Path

import pytest

from agent_desktop.errors import AccountsInvalid
from agent_desktop.quality.file import read_quality
from contact.ids import QueueId

WARSAW = Path(__file__).parents[4] / "config" / "warszawa"
GOOD = """
keep_months = 6
[sampling]
seed = "x"
talks_per_week = 2
queue_weights = { roads = 2 }
[[sections]]
id = "talk"
pl = "Rozmowa"
en = "Talk"
[[sections.questions]]
id = "need"
pl = "Potrzeba"
en = "Need"
scale = "0-3"
[[sections.questions]]
id = "data"
pl = "Dane"
en = "Data"
scale = "yes_no"
weight = 2
na = true
critical = true
"""


def written(folder: Path, text: str) -> Path:
    (folder / "quality.toml").write_text(text, encoding="utf-8")
    return folder


def test_the_shipped_sheet_covers_what_a_city_asks_of_a_talk() -> None:
    rules = read_quality(WARSAW)
    assert rules is not None
    questions = {one.question: one for one in rules.sheet.questions}
    assert {"greeting", "need", "knowledge", "case_topic", "case_place", "courtesy", "case_number"} <= set(
        questions
    )
    assert {one.question for one in questions.values() if one.critical} == {"data_protection", "emergency"}
    assert all(dict(one.words).keys() == {"pl", "en"} for one in questions.values())


def test_a_file_is_a_sheet_a_rule_and_a_time(tmp_path: Path) -> None:
    rules = read_quality(written(tmp_path, GOOD))
    assert rules is not None
    need, data = rules.sheet.questions
    assert (need.points_max, need.weight, need.may_be_na, need.critical) == (3, 1.0, False, False)
    assert (data.points_max, data.weight, data.may_be_na, data.critical) == (1, 2.0, True, True)
    assert (rules.keep_months, rules.rule.talks_per_week, rules.rule.talks_per_day_max) == (6, 2, 1)
    assert (rules.rule.weight(QueueId("roads")), rules.rule.weight(QueueId("waste"))) == (2.0, 1.0)


def test_a_city_without_the_file_has_no_cards(tmp_path: Path) -> None:
    assert read_quality(tmp_path) is None


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ("keep_months = 6", "", r"keep_months: Field required"),
        ('scale = "0-3"', 'scale = "0-11"', r"sections\.0\.questions\.0\.scale: String should match"),
        ('id = "data"', 'id = "need"', r"sections: .*the question id 'need' is there 2 times"),
        ("weight = 2", "weight = 0", r"sections\.0\.questions\.1\.weight: .*greater than 0"),
        ("talks_per_week = 2", "talks_per_week = 8", r"sampling: .*talks_per_week is more than"),
        ("na = true", "nie = true", r"sections\.0\.questions\.1\.nie: Extra inputs"),
        ("[sampling]", "[sampling", r"Expected '\]'"),
    ],
)
def test_a_bad_file_is_one_error_with_file_key_and_reason(
    tmp_path: Path, old: str, new: str, told: str
) -> None:
    with pytest.raises(AccountsInvalid, match=rf"quality\.toml: {told}"):
        read_quality(written(tmp_path, GOOD.replace(old, new)))
