"""docs/operator.md against the settings it describes."""

import json
import re
from pathlib import Path

from pydantic import BaseModel

from runtime.config import Settings

PAGE = Path(__file__).parents[3] / "docs" / "operator.md"
ROW = re.compile(r"^\| `([a-z]+\.[a-z_]+)` \| `(.*?)` \| (.+) \|$", re.MULTILINE)


def defaults() -> dict[str, str]:
    found = {}
    for section, one in Settings.model_fields.items():
        model = one.annotation
        if isinstance(model, type) and issubclass(model, BaseModel):
            for key, field in model.model_fields.items():
                value = str(field.default) if isinstance(field.default, Path) else field.default
                found[f"{section}.{key}"] = json.dumps(value, ensure_ascii=False)
    return found


def test_the_table_names_every_setting_with_its_default() -> None:
    page = PAGE.read_text(encoding="utf-8")
    table = page.partition("## Settings")[2].partition("\n## ")[0]
    assert {key: default for key, default, _ in ROW.findall(table)} == defaults()


def test_every_setting_named_elsewhere_exists() -> None:
    sections = "|".join(Settings.model_fields)
    named = re.findall(rf"`((?:{sections})\.[a-z_]+)`", PAGE.read_text(encoding="utf-8"))
    assert set(named) <= set(defaults()) | {"ami.secret"}
