"""The CRM's body template: what it gives, and how its mistakes are told."""

import json
from pathlib import Path

import pytest

from contact.ids import CaseNumber
from crm_bridge.adapters.body_template import CaseTemplate
from crm_bridge.adapters.catalogue_yaml import load_catalogue
from crm_bridge.core.case import open_case
from runtime.section import ConfigError
from tests.fakes.crm import catalogue, draft

CITY = Path(__file__).parents[4] / "config" / "warszawa"


def _template(tmp_path: Path, text: str) -> CaseTemplate:
    file = tmp_path / "case.json.j2"
    file.write_text(text, encoding="utf-8")
    return CaseTemplate(file, CITY / "crm" / "news.json.j2", catalogue())


def _news_template(tmp_path: Path, text: str) -> CaseTemplate:
    file = tmp_path / "news.json.j2"
    file.write_text(text, encoding="utf-8")
    return CaseTemplate(CITY / "crm" / "case.json.j2", file, catalogue())


def test_what_a_caller_says_cannot_break_the_body(tmp_path: Path) -> None:
    template = _template(tmp_path, '{"d": {{ case.description | tojson }}, "n": {{ case.number | tojson }}}')
    said = '"}, {{ 7 * 7 }} </script> \\ \n ł'
    case = open_case(
        draft(description=said), catalogue(), number=CaseNumber("1/26"), opened_at=0.0, promised_at=None
    )
    assert json.loads(template.render(case)) == {"d": said, "n": "1/26"}


MISTAKES = [
    ('{\n  "a": {{ case.nothing | tojson }}\n}', "case.json.j2:2: "),
    ('{\n  "a": {{ nothing }}\n}', "case.json.j2:2: 'nothing' is undefined"),
    ('{\n\n  "a": {{ case.number | tojson }\n}', "case.json.j2:3: "),
    ('{\n  "a": {{ case.number | shout }}\n}', "case.json.j2:2: "),
    ('{"a": {{ case.number }}}', "the result is not JSON"),
    ('{\n  "a": {{ ().__class__.__subclasses__() | tojson }}\n}', "case.json.j2:2: "),
    ('{\n  "a": {{ 1 / 0 }}\n}', "case.json.j2:2: "),
]


@pytest.mark.parametrize(("text", "words"), MISTAKES)
def test_a_template_that_cannot_work_is_refused_at_the_start(tmp_path: Path, text: str, words: str) -> None:
    with pytest.raises(ConfigError) as mistake:
        _template(tmp_path, text)
    assert words in str(mistake.value)


def test_a_missing_template_is_named(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="nowhere"):
        CaseTemplate(tmp_path / "nowhere.j2", CITY / "crm" / "news.json.j2", catalogue())


def test_the_citys_template_fits_every_topic_of_the_city() -> None:
    city = load_catalogue(CITY / "catalogue").catalogue
    assert CaseTemplate(CITY / "crm" / "case.json.j2", CITY / "crm" / "news.json.j2", city)


def test_news_of_a_case_names_the_case_and_what_is_new(tmp_path: Path) -> None:
    template = _news_template(
        tmp_path, '{"of": {{ case.number | tojson }}, "is": {{ [news.kind, news.text, news.at] | tojson }}}'
    )
    case = open_case(draft(), catalogue(), number=CaseNumber("1/26"), opened_at=0.0, promised_at=None)
    news = {"kind": "note", "text": 'mówi "tak"', "caller": "", "call": None, "agent": "anna", "at": 60.0}
    told = json.loads(template.render_news(case, news))
    assert told == {"of": "1/26", "is": ["note", 'mówi "tak"', "1970-01-01T00:01:00.000Z"]}


def test_the_addresses_of_photos_reach_the_crm_with_the_case_and_as_news_of_it() -> None:
    template = CaseTemplate(CITY / "crm" / "case.json.j2", CITY / "crm" / "news.json.j2", catalogue())
    urls = ("https://zdjecia.example.pl/1.jpg?a=1&b=%22", "https://zdjecia.example.pl/2.jpg")
    case = open_case(
        draft(media_urls=urls), catalogue(), number=CaseNumber("1/26"), opened_at=0.0, promised_at=None
    )
    sent = json.loads(template.render(case))
    assert (sent["media_url"], sent["media_urls"]) == (urls[0], list(urls))
    bare = open_case(draft(), catalogue(), number=CaseNumber("1/26"), opened_at=0.0, promised_at=None)
    sent = json.loads(template.render(bare))
    assert (sent["media_url"], sent["media_urls"]) == (None, [])
    plain = {"text": "", "caller": "", "call": None, "agent": "anna", "at": 60.0}
    news = json.loads(template.render_news(case, {**plain, "kind": "media", "media_urls": [urls[1]]}))
    assert (news["news"], news["media_urls"]) == ("media", [urls[1]])
    older = json.loads(template.render_news(case, {**plain, "kind": "note"}))
    assert older["media_urls"] == []


def test_a_template_of_news_that_cannot_work_is_refused_at_the_start(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=r"news\.json\.j2:1: "):
        _news_template(tmp_path, '{"a": {{ news.nothing | tojson }}}')
