"""The body that a CRM reads: the city's own Jinja2 template, in a sandbox, whose result is JSON.

The template sees `case` (the fields of `contact.case.Case`, times in RFC 3339), `topic` (`id`, `titles`,
`group`), `unit` (`id`, `names`) and `questions` (code to texts). An undefined name is a mistake, not
an empty string; every value goes through `tojson`.
"""

import json
from pathlib import Path
from typing import Any

from jinja2 import StrictUndefined, TemplateError, TemplateSyntaxError
from jinja2.sandbox import ImmutableSandboxedEnvironment

from contact.case import Case, CaseStatus, Catalogue
from contact.codec import to_plain
from contact.ids import E164, CallId, CaseNumber, TopicId
from contact.numbers import WITHHELD
from contact.times import to_iso
from crm_bridge.core.mapping import find_topic, find_unit
from runtime.config import ConfigError


class CaseTemplate:
    """The template in one file, proved on a sample of every topic when it is loaded."""

    def __init__(self, file: Path, catalogue: Catalogue) -> None:
        """Read the template and try it; raise `ConfigError` naming file, line and reason."""
        self._file = file
        self._catalogue = catalogue
        environment = ImmutableSandboxedEnvironment(undefined=StrictUndefined, autoescape=False)
        environment.policies["json.dumps_kwargs"] = {"ensure_ascii": False, "sort_keys": False}
        try:
            source = file.read_text(encoding="utf-8")
            code = environment.compile(source, filename=str(file))
            self._template = environment.template_class.from_code(environment, code, {})
        except TemplateSyntaxError as error:
            raise ConfigError(f"{file}:{error.lineno}: {error.message}") from None
        except (OSError, UnicodeDecodeError) as error:
            raise ConfigError(f"{file}: {error}") from None
        for topic in catalogue.topics:
            for bare in (True, False):
                self.render(_sample(catalogue, topic.topic, bare=bare))

    def render(self, case: Case) -> str:
        """Return the body; raise `ConfigError` where the template fails or its result is not JSON."""
        try:
            body = self._template.render(self._words(case))
        except (TemplateError, ArithmeticError, LookupError, TypeError, ValueError) as error:
            raise ConfigError(f"{self._file}:{_line_of(error, str(self._file))}: {error}") from None
        try:
            json.loads(body)
        except ValueError as error:
            raise ConfigError(
                f"{self._file}: for topic {case.topic} the result is not JSON: {error}"
            ) from None
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
    )
