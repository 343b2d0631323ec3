"""The bodies that a CRM reads: the city's own Jinja2 templates, in a sandbox, whose results are JSON.

A template sees `case` (the fields of `contact.case.Case`, times in RFC 3339), `topic` (`id`, `titles`,
`group`), `unit` (`id`, `names`) and `questions` (code to texts). The template for news of a case sees
`news` too: its `kind` (reporter, note, media, photo or photo_removed), `text`, `caller`, `call`, `agent`,
`at`, `media_urls`. The addresses of photos, `case.media_urls` and `news.media_urls`, are lists; Open311 has
one `media_url`, for which a city's template takes their first. An undefined name is a mistake, not an empty
string; every value goes through `tojson`.
"""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from jinja2 import StrictUndefined, Template, TemplateError, TemplateSyntaxError
from jinja2.sandbox import ImmutableSandboxedEnvironment

from contact.case import Case, CaseStatus, Catalogue, Point
from contact.codec import to_plain
from contact.ids import E164, CallId, CaseNumber, TopicId
from contact.numbers import WITHHELD
from contact.times import to_iso
from crm_bridge.core.mapping import find_topic, find_unit
from runtime.section import ConfigError

MEDIA_SAMPLE = ("https://zdjecia.example.pl/1.jpg", "https://zdjecia.example.pl/2.jpg?a=1&b=%22")
_NOTE: dict[str, Any] = {
    "kind": "note",
    "text": 'Opis\n"próba"',
    "caller": "",
    "call": None,
    "agent": "a",
    "at": 0.0,
}
NEWS_SAMPLES: tuple[dict[str, Any], ...] = (
    _NOTE,
    _NOTE | {"kind": "reporter", "text": "", "caller": "+48600100200", "call": "1.1"},
    _NOTE | {"kind": "media", "text": "", "media_urls": list(MEDIA_SAMPLE)},
    _NOTE | {"kind": "photo", "text": "", "media_urls": [MEDIA_SAMPLE[0]]},
    _NOTE | {"kind": "photo_removed", "text": "", "media_urls": [MEDIA_SAMPLE[0]]},
)


class CaseTemplate:
    """The templates of a case and of news of one, proved on a sample of every topic when they are loaded."""

    def __init__(self, file: Path, news_file: Path, catalogue: Catalogue) -> None:
        """Read the templates and try them; raise `ConfigError` naming file, line and reason."""
        self._catalogue = catalogue
        self._file, self._news_file = file, news_file
        environment = ImmutableSandboxedEnvironment(undefined=StrictUndefined, autoescape=False)
        environment.policies["json.dumps_kwargs"] = {"ensure_ascii": False, "sort_keys": False}
        self._template = _compiled(environment, file)
        self._news = _compiled(environment, news_file)
        for topic in catalogue.topics:
            for bare in (True, False):
                self.render(_sample(catalogue, topic.topic, bare=bare))
                for news in NEWS_SAMPLES:
                    self.render_news(_sample(catalogue, topic.topic, bare=bare), news)

    def render(self, case: Case) -> str:
        """Return the body; raise `ConfigError` where the template fails or its result is not JSON."""
        return self._render(self._template, self._file, case, {})

    def render_news(self, case: Case, news: Mapping[str, Any]) -> str:
        """Return the body for something added to `case` later; raise `ConfigError` as `render` does."""
        words = {"media_urls": [], **news, "at": to_iso(float(news["at"]))}
        return self._render(self._news, self._news_file, case, {"news": words})

    def _render(self, template: Template, file: Path, case: Case, more: Mapping[str, Any]) -> str:
        try:
            body = template.render({**self._words(case), **more})
        except (TemplateError, ArithmeticError, LookupError, TypeError, ValueError) as error:
            raise ConfigError(f"{file}:{_line_of(error, str(file))}: {error}") from None
        try:
            json.loads(body)
        except ValueError as error:
            raise ConfigError(f"{file}: for topic {case.topic} the result is not JSON: {error}") from None
        return body

    def _words(self, case: Case) -> dict[str, Any]:
        plain = to_plain(case) | {
            "answers": dict(_joined(case.answers)),
            "opened_at": to_iso(case.opened_at),
            "promised_at": None if case.promised_at is None else to_iso(case.promised_at),
        }
        topic = find_topic(self._catalogue, case.topic)
        unit = find_unit(self._catalogue, case.unit)
        return {
            "case": {key: value for key, value in plain.items() if key != "type"},
            "topic": {
                "id": case.topic,
                "titles": {"pl": case.title} if topic is None else dict(topic.titles),
                "group": "" if topic is None else topic.group,
            },
            "unit": {"id": case.unit, "names": {} if unit is None else dict(unit.names)},
            "questions": {one.code: dict(one.texts) for one in (topic.questions if topic else ())},
        }


def _compiled(environment: ImmutableSandboxedEnvironment, file: Path) -> Template:
    try:
        source = file.read_text(encoding="utf-8")
        code = environment.compile(source, filename=str(file))
    except TemplateSyntaxError as error:
        raise ConfigError(f"{file}:{error.lineno}: {error.message}") from None
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigError(f"{file}: {error}") from None
    return environment.template_class.from_code(environment, code, {})


def _joined(answers: tuple[tuple[str, str], ...]) -> dict[str, str]:
    """Return each question's answer, several of them joined by a semicolon."""
    joined: dict[str, str] = {}
    for code, value in answers:
        joined[code] = f"{joined[code]}; {value}" if code in joined else value
    return joined


def _line_of(error: BaseException, file: str) -> int:
    """Return the template's line that `error` came from: the innermost frame in its file, else 1."""
    line = 1
    trace = error.__traceback__
    while trace is not None:
        if trace.tb_frame.f_code.co_filename == file:
            line = trace.tb_lineno
        trace = trace.tb_next
    return line


def _sample(catalogue: Catalogue, topic_id: TopicId, *, bare: bool) -> Case:
    topic = next(one for one in catalogue.topics if one.topic == topic_id)
    questions = () if bare else topic.questions
    return Case(
        number=CaseNumber("1/26"),
        topic=topic.topic,
        title=topic.titles[0][1],
        unit=topic.unit,
        unit_reason="",
        description='Opis\n"próba" {{ }} \\',
        caller=WITHHELD if bare else E164("+48600100200"),
        call=None if bare else CallId("1.1"),
        agent=None,
        district="" if bare else catalogue.districts[0],
        address="",
        answers=tuple((one.code, one.values[0] if one.values else "1") for one in questions),
        status=CaseStatus.OPEN,
        reference="",
        opened_at=0.0,
        promised_at=None if bare else 86_400.0,
        point=None
        if bare
        else Point(latitude=52.2317, longitude=21.0062, northing=5_788_678.96, easting=7_500_423.57),
        media_urls=() if bare else MEDIA_SAMPLE,
    )
