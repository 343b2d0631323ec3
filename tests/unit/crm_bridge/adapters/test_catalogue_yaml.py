"""The city's catalogue files: what is read, and the place and reason of each mistake."""

import shutil
from pathlib import Path

import pytest

from crm_bridge.adapters.catalogue_yaml import load_catalogue
from runtime.section import ConfigError

FILES = {
    "districts.yaml": "districts: [Wola, Wawer]\n",
    "units.yaml": (
        "units:\n"
        "  - {id: zdm, names: {pl: Drogi, en: Roads}}\n"
        "  - {id: ud_wola, names: {pl: Wola, en: Wola}, district: Wola}\n"
    ),
    "topics.yaml": (
        "topics:\n"
        "  - id: pothole\n"
        "    titles: {pl: Dziura, en: Pothole}\n"
        "    group: roads\n"
        "    unit: zdm\n"
        "    skill: roads\n"
        "    answer_days: 7\n"
        "    synonyms: [dziura, dziury]\n"
        "    questions:\n"
        "      - code: danger\n"
        "        datatype: singlevaluelist\n"
        '        texts: {pl: "Groźne?", en: "Dangerous?"}\n'
        '        values: ["tak", "nie"]\n'
    ),
    "dispositions.yaml": (
        "dispositions:\n"
        "  - id: settled\n"
        "    titles: {pl: Załatwione, en: Settled}\n"
        "    children:\n"
        "      - {id: information, titles: {pl: informacja, en: information}}\n"
    ),
}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for name, text in FILES.items():
        (tmp_path / name).write_text(text, encoding="utf-8")
    return tmp_path


def test_a_catalogue_is_read_whole(folder: Path) -> None:
    city = load_catalogue(folder)
    topic = city.catalogue.topics[0]
    assert topic.synonyms == ("dziura", "dziury")
    assert topic.questions[0].values == ("tak", "nie")
    assert city.answer_days == {"pothole": 7}
    assert city.catalogue.dispositions == (
        ("settled.information", (("pl", "Załatwione: informacja"), ("en", "Settled: information"))),
    )


def test_the_version_changes_with_any_part(folder: Path) -> None:
    before = load_catalogue(folder).catalogue.version
    assert load_catalogue(folder).catalogue.version == before
    topics = folder / "topics.yaml"
    topics.write_text(
        topics.read_text(encoding="utf-8").replace("answer_days: 7", "answer_days: 8"), encoding="utf-8"
    )
    assert load_catalogue(folder).catalogue.version != before


MISTAKES = [
    ("topics.yaml", "unit: zdm", "unit: zzz", ":5: topics.0.unit: no unit 'zzz'"),
    ("topics.yaml", "skill: roads", "skil: roads", ":2: topics.0.skill: Field required"),
    ("topics.yaml", "answer_days: 7", "answer_days: soon", ":7: topics.0.answer_days: Input"),
    ("topics.yaml", "answer_days: 7", "colour: red", ":7: topics.0.colour: unknown key"),
    ("topics.yaml", "    group: roads", "    id: again", ":4: id: given twice"),
    ("topics.yaml", "datatype: singlevaluelist", "datatype: string", ":10: topics.0.questions.0: a list has"),
    ("topics.yaml", "datatype: singlevaluelist", "datatype: colour", ":11: topics.0.questions.0.datatype: "),
    ("topics.yaml", "titles: {pl: Dziura", "titles: {pl: [Dziura", ":3: "),
    ("units.yaml", "district: Wola", "district: Wolaa", ":3: units.1.district: no district 'Wolaa'"),
    ("units.yaml", "id: ud_wola", "id: zdm", ":3: units.1: 'zdm' is there twice"),
    (
        "units.yaml",
        "zdm, names: {pl: Drogi, en: Roads}",
        "zdm, names: {pl: D, en: R}, district: Wola",
        "second office",
    ),
    ("districts.yaml", "Wawer", "Wola", ":1: districts.1: 'Wola' is there twice"),
    ("dispositions.yaml", "dispositions:", "dispositons:", "dispositions: Field required"),
    ("dispositions.yaml", "id: settled", "id: Settled!", ":2: dispositions.0.id: String should match"),
]


@pytest.mark.parametrize(("file", "old", "new", "words"), MISTAKES)
def test_a_mistake_is_named_with_file_line_and_reason(
    folder: Path, file: str, old: str, new: str, words: str
) -> None:
    path = folder / file
    path.write_text(path.read_text(encoding="utf-8").replace(old, new), encoding="utf-8")
    with pytest.raises(ConfigError) as mistake:
        load_catalogue(folder)
    assert str(mistake.value).startswith(str(path))
    assert words in str(mistake.value)


@pytest.mark.parametrize("file", list(FILES))
def test_an_empty_or_missing_file_is_a_mistake(folder: Path, file: str) -> None:
    (folder / file).write_text("", encoding="utf-8")
    with pytest.raises(ConfigError, match=file):
        load_catalogue(folder)
    (folder / file).unlink()
    with pytest.raises(ConfigError, match=file):
        load_catalogue(folder)
    shutil.rmtree(folder)
