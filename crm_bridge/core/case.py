"""A case from what a person filled in: checked against the catalogue, numbered, given to a unit.

A number such as `4711/26` is the running number within the year and the year's last two digits. A refusal's
text begins with the word of the field that is wrong and a colon (`description: ...`, `answers.lamp: ...`);
its `code` begins with the same field word (`description_too_long`).
"""

import hashlib
import json
import re
import unicodedata
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime

from contact.case import Case, CaseDraft, CaseStatus, Catalogue, Question, Topic
from contact.codec import to_plain
from contact.errors import Refused
from contact.ids import CaseNumber
from contact.media import check_media_urls
from contact.times import Seconds
from crm_bridge.core.mapping import Proposal, chosen, find_topic, find_unit, propose, text_in

DESCRIPTION_CHARACTERS_MAX = 4_000
"""As Open311 has it."""
ADDRESS_CHARACTERS_MAX = 300
ANSWER_CHARACTERS_MAX = 1_000
ID_CHARACTERS_MAX = 128
KEY_CHARACTERS_MAX = 200
NOTE_CHARACTERS_MAX = 4_000
LANGUAGE = "pl"
"""The city's own language: titles and reasons are kept in it."""

_E164 = re.compile(r"\+[1-9][0-9]{5,14}")
_KEY = re.compile(r"[\x21-\x7e]+")
_NUMBER = re.compile(r"-?[0-9]+([.,][0-9]+)?")
_LAID_OUT = frozenset("\n\t")


def case_number(running: int, year: int) -> CaseNumber:
    """Return the number of the `running`-th case of `year`."""
    return CaseNumber(f"{running}/{year % 100:02d}")


def check_key(key: str) -> None:
    """Raise `Refused` unless `key` can be an idempotency key: visible ASCII, at most 200 characters."""
    if len(key) > KEY_CHARACTERS_MAX or not _KEY.fullmatch(key):
        message = f"idempotency_key: 1 to {KEY_CHARACTERS_MAX} visible ASCII characters"
        raise Refused(message, code="idempotency_key_invalid")


def fingerprint(draft: CaseDraft) -> str:
    """Return 64 hexadecimal characters that differ between any two different drafts."""
    text = json.dumps(to_plain(draft), sort_keys=True, ensure_ascii=True)
    return hashlib.sha256(text.encode("ascii")).hexdigest()


def check_text(field: str, value: str, characters_max: int, *, lines: bool = False) -> str:
    """Return `value` without white space around it, or raise `Refused`.

    Control characters, also lone surrogates, are refused; `lines` allows line ends and tabs.
    """
    text = value.replace("\r\n", "\n").strip() if lines else value.strip()
    code = field.split(".", maxsplit=1)[0]
    if len(text) > characters_max:
        message = f"{field}: at most {characters_max} characters, {len(text)} given"
        raise Refused(message, code=f"{code}_too_long")
    for character in text:
        if unicodedata.category(character) in ("Cc", "Cs") and not (lines and character in _LAID_OUT):
            message = f"{field}: holds a control character (U+{ord(character):04X})"
            raise Refused(message, code=f"{code}_control_characters")
    return text


def check_media(urls: tuple[str, ...]) -> tuple[str, ...]:
    """Return addresses of photos, each once, or raise `Refused`."""
    try:
        return check_media_urls(urls)
    except ValueError as error:
        raise Refused(f"media_urls: {error}", code="media_urls_invalid") from None


def check_draft(draft: CaseDraft, catalogue: Catalogue) -> CaseDraft:
    """Return `draft` tidied, or raise `Refused` naming the first field that is wrong."""
    topic = find_topic(catalogue, draft.topic)
    if topic is None:
        raise Refused(f"topic: {draft.topic!r} is not in the catalogue", code="topic_unknown")
    description = check_text("description", draft.description, DESCRIPTION_CHARACTERS_MAX, lines=True)
    if not description:
        raise Refused("description: is empty", code="description_missing")
    if draft.caller and not _E164.fullmatch(draft.caller):
        raise Refused("caller: not a number in E.164 form", code="caller_invalid")
    if draft.district and draft.district not in catalogue.districts:
        raise Refused(f"district: {draft.district!r} is not in the catalogue", code="district_unknown")
    if draft.unit is not None and find_unit(catalogue, draft.unit) is None:
        raise Refused(f"unit: {draft.unit!r} is not in the catalogue", code="unit_unknown")
    for field, value in (("call", draft.call), ("agent", draft.agent)):
        check_text(field, value or "", ID_CHARACTERS_MAX)
    return replace(
        draft,
        description=description,
        address=check_text("address", draft.address, ADDRESS_CHARACTERS_MAX),
        answers=tuple(_check_answers(topic, draft.answers)),
        media_urls=check_media(draft.media_urls),
    )


def propose_for(draft: CaseDraft, catalogue: Catalogue) -> Proposal:
    """Return the unit of a checked draft and the reason: the person's choice, else the catalogue's."""
    topic = _topic(draft, catalogue)
    proposal = propose(catalogue, topic, draft.district)
    if draft.unit is None or draft.unit == proposal.unit:
        return proposal
    unit = find_unit(catalogue, draft.unit)
    return proposal if unit is None else chosen(unit)


def open_case(
    draft: CaseDraft,
    catalogue: Catalogue,
    *,
    number: CaseNumber,
    opened_at: Seconds,
    promised_at: Seconds | None,
) -> Case:
    """Return the case of a checked draft."""
    proposal = propose_for(draft, catalogue)
    return Case(
        number=number,
        topic=draft.topic,
        title=text_in(_topic(draft, catalogue).titles, LANGUAGE),
        unit=proposal.unit,
        unit_reason=proposal.reason(LANGUAGE),
        description=draft.description,
        caller=draft.caller,
        call=draft.call,
        agent=draft.agent,
        district=draft.district,
        address=draft.address,
        answers=draft.answers,
        status=CaseStatus.OPEN,
        reference="",
        opened_at=opened_at,
        promised_at=promised_at,
        point=draft.point,
        media_urls=draft.media_urls,
    )


def _topic(draft: CaseDraft, catalogue: Catalogue) -> Topic:
    topic = find_topic(catalogue, draft.topic)
    if topic is None:
        raise Refused(f"topic: {draft.topic!r} is not in the catalogue", code="topic_unknown")
    return topic


def _check_answers(topic: Topic, answers: tuple[tuple[str, str], ...]) -> Iterator[tuple[str, str]]:
    """Yield the answers that say something; several to one question only where it takes several."""
    asked = {one.code: one for one in topic.questions}
    given: set[str] = set()
    for code, value in answers:
        question = asked.get(code)
        if question is None:
            raise Refused(f"answers.{code}: the topic does not ask this", code="answers_unknown")
        lines = question.datatype == "text"
        text = check_text(f"answers.{code}", value, ANSWER_CHARACTERS_MAX, lines=lines)
        if not text:
            continue
        if code in given and question.datatype != "multivaluelist":
            raise Refused(f"answers.{code}: answered twice", code="answers_invalid")
        _check_value(question, text)
        given.add(code)
        yield code, text
    for question in topic.questions:
        if question.required and question.code not in given:
            raise Refused(f"answers.{question.code}: must be answered", code="answers_missing")


def _check_value(question: Question, text: str) -> None:
    match question.datatype:
        case "singlevaluelist" | "multivaluelist":
            fits = text in question.values
        case "number":
            fits = _NUMBER.fullmatch(text) is not None
        case "datetime":
            fits = _is_moment(text)
        case _:
            fits = True
    if not fits:
        message = f"answers.{question.code}: {text!r} is not a {question.datatype} this question takes"
        raise Refused(message, code="answers_invalid")


def _is_moment(text: str) -> bool:
    try:
        datetime.fromisoformat(text)
    except ValueError:
        return False
    return True
