from typing import Any

import pytest

from runtime.demo_agent import answer_to, case_for, describe, disposition_of


def topic(name: str, skill: str, *questions: dict[str, Any]) -> dict[str, Any]:
    return {"id": name, "skill": skill, "titles": {"pl": name.title()}, "questions": list(questions)}


def question(code: str, *, required: bool, datatype: str = "string", values: list[str]) -> dict[str, Any]:
    return {"code": code, "required": required, "datatype": datatype, "values": values}


CATALOGUE: dict[str, Any] = {
    "topics": [
        topic("bus_late", "transport"),
        topic(
            "pothole",
            "roads",
            question("size", required=True, datatype="singlevaluelist", values=["small", "large"]),
            question("remark", required=False, values=[]),
        ),
    ],
    "districts": ["Wola"],
    "dispositions": [{"id": "case_filed"}, {"id": "informed"}],
}
POP: dict[str, Any] = {
    "call": "1.1",
    "caller": "+48600100200",
    "queue": "roads",
    "language": "pl",
    "path": ["main=2"],
    "topic": "roads",
    "joined_at": 10.0,
    "offered_at": 12.5,
    "history": None,
}


def test_a_pop_is_told_in_one_line() -> None:
    assert describe(POP) == "+48600100200, queue roads, language pl, waited 2.5 s, pressed main=2"


def test_what_is_known_of_the_caller_is_counted() -> None:
    assert describe({**POP, "history": {"contacts": [1, 2], "open_cases": [1]}}).endswith(
        "2 last contacts, 1 open cases"
    )


def test_an_unknown_caller_and_wait_are_told_too() -> None:
    shown = describe({**POP, "caller": "", "path": [], "joined_at": None, "offered_at": None})
    assert shown == "number withheld, queue roads, language pl, waited 0.0 s"


def test_a_case_is_of_the_calls_topic_and_answers_only_what_is_required() -> None:
    case = case_for(POP, CATALOGUE)
    assert (case["topic"], case["call"], case["district"]) == ("pothole", "1.1", "Wola")
    assert case["answers"] == {"size": "small"}


def test_a_call_whose_queue_has_no_topic_takes_the_first() -> None:
    assert case_for({**POP, "topic": "", "queue": "general"}, CATALOGUE)["topic"] == "bus_late"


@pytest.mark.parametrize(
    ("datatype", "answer"), [("number", "1"), ("datetime", "2026-01-15T12:00:00Z"), ("text", "nie podano")]
)
def test_an_open_question_is_answered_in_its_kind(datatype: str, answer: str) -> None:
    assert answer_to(question("x", required=True, datatype=datatype, values=[])) == answer


def test_the_first_disposition_is_used_if_there_is_one() -> None:
    assert disposition_of(CATALOGUE) == "case_filed"
    assert disposition_of({"dispositions": []}) == ""
