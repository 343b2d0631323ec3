from pathlib import Path

import pytest

from contact.knowledge import ArticleKind
from crm_bridge.adapters.catalogue_yaml import load_catalogue
from crm_bridge.adapters.knowledge_md import load_knowledge
from runtime.section import ConfigError

CITY = Path(__file__).parents[4] / "config" / "warszawa"
FRONT = "---\ntitle: Dziura\nkind: script\ntopics: [pothole]\nkeywords: [wyrwa]\nchecked: 2026-11-02\n---\n"


def write(folder: Path, text: str, *, name: str = "hole", english: str | None = None) -> None:
    (folder / f"{name}.pl.md").write_text(text, encoding="utf-8")
    (folder / f"{name}.en.md").write_text(english or text, encoding="utf-8")


def test_the_citys_knowledge_is_whole() -> None:
    topics = [one.topic for one in load_catalogue(CITY / "catalogue").catalogue.topics]
    found = load_knowledge(CITY / "knowledge", topics).articles
    assert len(found) >= 25
    assert {one.kind for one in found} == set(ArticleKind)
    assert all([text.language for text in one.texts] == ["pl", "en"] for one in found)
    covered = {topic for one in found for topic in one.topics}
    assert covered >= {"pothole", "street_light", "bulky_waste", "stray_dog", "noise", "snow", "fallen_tree"}


def test_an_article_is_read_in_both_languages(tmp_path: Path) -> None:
    english = FRONT.replace("Dziura", "Hole") + "Ask *where*.\n"
    write(tmp_path, FRONT + "Zapytaj **gdzie**.\n", english=english)
    (one,) = load_knowledge(tmp_path, ["pothole"]).articles
    assert (one.article, one.kind, one.topics, one.checked) == ("hole", "script", ("pothole",), "2026-11-02")
    assert [text.title for text in one.texts] == ["Dziura", "Hole"]
    assert one.texts[0].html == "<p>Zapytaj <strong>gdzie</strong>.</p>\n"
    assert one.texts[0].words == ("wyrwa", "zapytaj", "gdzie")


@pytest.mark.parametrize(
    ("written", "shown"),
    [
        ("<script>alert(1)</script>", "&lt;script&gt;"),
        ('a <img src=x onerror="alert(1)"> b', "&lt;img"),
        ("![x](https://evil.example/x.png)", "!<a"),
        ("[x](javascript:alert(1))", "[x](javascript:alert(1))"),
        ("[x](//evil.example)", "[x](//evil.example)"),
        ("[x](tel:+48221234567)", '<a href="tel:+48221234567">'),
    ],
)
def test_only_what_markdown_makes_reaches_the_page(tmp_path: Path, written: str, shown: str) -> None:
    write(tmp_path, FRONT + written + "\n")
    html = load_knowledge(tmp_path, ["pothole"]).articles[0].texts[0].html
    assert shown in html
    assert "<script" not in html
    assert "<img" not in html


def test_the_version_follows_the_content(tmp_path: Path) -> None:
    write(tmp_path, FRONT + "a\n")
    first = load_knowledge(tmp_path, ["pothole"]).version
    assert load_knowledge(tmp_path, ["pothole"]).version == first
    write(tmp_path, FRONT + "b\n")
    assert load_knowledge(tmp_path, ["pothole"]).version != first


def test_a_city_without_knowledge_has_none(tmp_path: Path) -> None:
    assert load_knowledge(tmp_path / "nowhere", []).articles == ()


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("no front matter\n", "hole.pl.md:1: begins with front matter"),
        ("---\ntitle: [\n---\na\n", "hole.pl.md:2: "),
        ("---\ntitle: a\n---\na\n", "checked: Field required"),
        ("---\ntitle: a\ncolour: red\nchecked: 2026-11-02\n---\na\n", "colour: unknown key"),
        (FRONT.replace("[pothole]", "[hole]") + "a\n", "topics: no topic 'hole' in the catalogue"),
        (FRONT.replace("script", "poem") + "a\n", "kind: "),
        (FRONT, "characters of text are needed"),
    ],
)
def test_a_mistake_is_named_with_its_file_and_reason(tmp_path: Path, text: str, words: str) -> None:
    write(tmp_path, text)
    (tmp_path / "hole.en.md").unlink()
    with pytest.raises(ConfigError) as mistake:
        load_knowledge(tmp_path, ["pothole"])
    assert words in str(mistake.value)


def test_both_languages_must_be_there_and_agree(tmp_path: Path) -> None:
    write(tmp_path, FRONT + "a\n")
    (tmp_path / "hole.en.md").write_text(FRONT.replace("2026-11-02", "2026-11-03") + "a\n")
    with pytest.raises(ConfigError, match=r"hole.en.md: checked: differs from hole.pl.md"):
        load_knowledge(tmp_path, ["pothole"])
    (tmp_path / "hole.en.md").unlink()
    with pytest.raises(ConfigError, match=r"hole.en.md is missing"):
        load_knowledge(tmp_path, ["pothole"])


def test_a_file_of_another_name_is_refused(tmp_path: Path) -> None:
    (tmp_path / "Hole.md").write_text(FRONT + "a\n")
    with pytest.raises(ConfigError, match="is to be named"):
        load_knowledge(tmp_path, ["pothole"])
