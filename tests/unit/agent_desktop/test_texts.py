import json
import re
import tomllib
from pathlib import Path

import pytest
import yaml

from agent_desktop.page import HERE, LANGUAGES, read_texts

CITY = HERE.parent / "config" / "warszawa"


def sources() -> str:
    files = [*HERE.glob("templates/*.j2"), *HERE.glob("web/src/*.ts"), *HERE.glob("web/src/*.tsx")]
    return "\n".join(file.read_text(encoding="utf-8") for file in files)


CATALOGUES = (HERE / "texts", HERE / "texts" / "quality")
"""The one of every page, and the one of the quality pages alone."""


@pytest.mark.parametrize("folder", CATALOGUES)
def test_both_languages_have_the_same_texts_and_none_is_empty(folder: Path) -> None:
    texts = read_texts(folder)
    assert list(texts) == list(LANGUAGES)
    assert list(texts["pl"]) == list(texts["en"])
    assert all(text.strip() for language in texts.values() for text in language.values())


@pytest.mark.parametrize("folder", CATALOGUES)
def test_no_key_is_written_twice(folder: Path) -> None:
    for language in LANGUAGES:
        pairs = json.loads((folder / f"{language}.json").read_text(encoding="utf-8"), object_pairs_hook=list)
        assert len(pairs) == len(dict(pairs))


def test_every_text_is_used_and_every_used_text_exists() -> None:
    text = sources()
    known = set(read_texts()["pl"])
    unused = {key for key in known if f'"{key}"' not in text}
    assert unused == set()
    asked = set(re.findall(r'\bt[\[(]"([a-z_]+\.[a-z_]+)"', text))
    assert asked - known == set()


def test_every_text_of_the_quality_pages_is_used_there() -> None:
    files = [*HERE.glob("web/src/quality*.ts"), *HERE.glob("web/src/quality*.tsx")]
    text = "\n".join(file.read_text(encoding="utf-8") for file in files)
    assert {key for key in read_texts(CATALOGUES[1])["pl"] if f'"{key}"' not in text} == set()


def test_every_key_of_the_menus_has_words_for_the_consultant() -> None:
    flow = yaml.safe_load((CITY / "flows" / "19115.yaml").read_text(encoding="utf-8"))
    desk = tomllib.loads((CITY / "desk.toml").read_text(encoding="utf-8"))
    steps = {
        f"{name}={key}"
        for name, node in flow["nodes"].items()
        if node["type"] == "menu"
        for key in node["keys"]
    }
    assert steps == set(desk["path"])


def test_styles_use_no_colour_outside_the_tokens() -> None:
    for file in HERE.glob("web/src/*.css"):
        rules = re.sub(r"(?s)^.*?\*, \*::before", "", file.read_text(encoding="utf-8"))
        assert re.findall(r"#[0-9a-fA-F]{3,8}\b", rules) == [], file.name


def test_pages_hold_no_outside_address_and_no_inline_code() -> None:
    for file in HERE.glob("templates/*.j2"):
        text = file.read_text(encoding="utf-8")
        assert "http://" not in text
        assert "https://" not in text
        assert not re.search(r"\son[a-z]+=|style=", text), Path(file).name
