"""What became of the callers of the static queue, read from Asterisk's own lines."""

import pytest

from acd.core.static_queue import (
    QueueLine,
    StaticCall,
    StaticQueue,
    completed,
    is_merged,
    read_line,
    record_of,
)
from contact.events import CallEnded
from contact.ids import E164, AgentId, CallId, Language, QueueId
from contact.states import Outcome

ANNA = AgentId("anna")
ANSWERED = """\
100|90.1|fallback|NONE|ENTERQUEUE||+48600100200|1
121|90.1|fallback|PJSIP/2001|RINGNOANSWER|20000
130|90.1|fallback|PJSIP/2002|CONNECT|30|1795337820.4|3
170|90.1|fallback|PJSIP/2002|COMPLETECALLER|30|40|1"""
ABANDONED = """\
100|90.1|fallback|NONE|ENTERQUEUE||+48600100200|1
112|90.1|fallback|NONE|ABANDON|1|1|12"""
ENGINES = CallEnded(
    call=CallId("90.1"),
    caller=E164("+48600100200"),
    dialled="19115",
    language=Language("pl"),
    queue=QueueId("roads"),
    agent=None,
    outcome=Outcome.ABANDONED_QUEUE,
    path=("menu=2",),
    topic="roads",
    arrived_at=60.0,
    queued_at=70.0,
    connected_at=None,
    ended_at=200.0,
    wait_s=130.0,
    talk_s=0.0,
    offers=1,
)


def lines(text: str) -> list[QueueLine]:
    read = [read_line(one) for one in text.splitlines()]
    assert None not in read
    return [one for one in read if one is not None]


def ends(queue: StaticQueue, text: str) -> list[StaticCall]:
    return [ended for one in lines(text) for ended in queue.take(one)]


def test_line_is_read_and_written_back_as_it_was() -> None:
    for text in ANSWERED.splitlines():
        read = read_line(text)
        assert read is not None
        assert read.text == text


@pytest.mark.parametrize("text", ["", "1|2|3|4", "x|1.1|fallback|NONE|ABANDON|1|1|1", "²|1|q|NONE|ABANDON|1"])
def test_line_that_is_none_is_none(text: str) -> None:
    assert read_line(text) is None


def test_answered_call_ends_with_who_answered_and_when() -> None:
    queue = StaticQueue()
    assert ends(queue, ANSWERED) == [
        StaticCall(
            call=CallId("90.1"),
            caller="+48600100200",
            entered_at=100.0,
            phone="2002",
            connected_at=130.0,
            ended_at=170.0,
        )
    ]
    assert queue.calls == {}


def test_abandoned_call_ends_without_a_phone() -> None:
    (ended,) = ends(StaticQueue(), ABANDONED)
    assert (ended.phone, ended.connected_at, ended.ended_at, ended.is_over) == ("", None, 112.0, True)


def test_call_that_rings_or_waits_is_not_over() -> None:
    queue = StaticQueue()
    assert ends(queue, "\n".join(ANSWERED.splitlines()[:3])) == []
    assert not queue.calls[CallId("90.1")].is_over


def test_other_queues_and_lines_without_an_entry_mean_nothing() -> None:
    queue = StaticQueue()
    assert ends(queue, ANSWERED.replace("|fallback|", "|sales|")) == []
    assert ends(queue, "\n".join(ANSWERED.splitlines()[1:])) == []
    assert queue.calls == {}


def test_caller_whom_the_queue_gives_back_keeps_the_place_until_it_is_clear_that_they_left() -> None:
    entered, again = ABANDONED.splitlines()[0], "116|90.1|fallback|NONE|ENTERQUEUE||+48600100200|1"
    given_back = "114|90.1|fallback|NONE|EXITEMPTY|1|1|14"
    queue = StaticQueue()
    assert ends(queue, f"{entered}\n{given_back}\n{again}") == []
    assert queue.give_up(before=1_000) == ()
    (ended,) = ends(queue, "130|90.1|fallback|NONE|ABANDON|1|1|14")
    assert (ended.entered_at, ended.ended_at) == (100.0, 130.0)
    queue = StaticQueue()
    ends(queue, f"{entered}\n{given_back}")
    assert queue.give_up(before=114) == ()
    assert [one.ended_at for one in queue.give_up(before=115)] == [114.0]
    assert queue.give_up(before=115) == ()


def test_restart_of_asterisk_ends_whoever_was_there_at_its_last_line() -> None:
    other = "105|95.7|fallback|NONE|ENTERQUEUE|||2"
    up_to_connect = "\n".join(ANSWERED.splitlines()[:3])
    ended = ends(StaticQueue(), f"{up_to_connect}\n{other}\n900|NONE|NONE|NONE|QUEUESTART|")
    assert [(one.call, one.connected_at, one.ended_at) for one in ended] == [
        ("90.1", 130.0, 130.0),
        ("95.7", None, 130.0),
    ]


def test_only_lines_about_callers_of_the_static_queue_are_copied() -> None:
    assert all(is_merged(one) for one in lines(ANSWERED))
    for other in ("1|NONE|NONE|NONE|QUEUESTART|", "1|NONE|fallback|PJSIP/2001|PAUSE|", "1|9.1|a|b|ABANDON|1"):
        assert not any(is_merged(one) for one in lines(other))


def test_record_of_the_engine_is_completed() -> None:
    (static,) = ends(StaticQueue(), ANSWERED)
    record = completed(ENGINES, static, ANNA)
    assert (record.agent, record.outcome, record.queue) == (ANNA, Outcome.FALLBACK, "roads")
    assert (record.queued_at, record.connected_at, record.ended_at) == (70.0, 130.0, 170.0)
    assert (record.wait_s, record.talk_s) == (60.0, 40.0)
    assert (record.path, record.topic, record.offers) == (("menu=2",), "roads", 1)


def test_record_of_a_caller_who_gave_up_names_nobody() -> None:
    (static,) = ends(StaticQueue(), ABANDONED)
    record = completed(ENGINES, static, None)
    assert (record.agent, record.connected_at, record.wait_s, record.talk_s) == (None, None, 42.0, 0.0)


def test_record_while_the_end_is_unknown_ends_when_the_engine_says() -> None:
    queue = StaticQueue()
    ends(queue, ABANDONED.splitlines()[0])
    record = completed(ENGINES, queue.calls[CallId("90.1")], None)
    assert (record.ended_at, record.wait_s, record.talk_s) == (200.0, 130.0, 0.0)


@pytest.mark.parametrize(
    ("call", "arrived_at"),
    [("90.1", 90.0), ("centrala-90.1", 90.0), ("odd", 100.0), ("500.1", 100.0)],
    ids=["id", "id_with_system_name", "no_time", "time_to_come"],
)
def test_record_of_an_unknown_call_is_made_of_the_log_alone(call: str, arrived_at: float) -> None:
    (static,) = ends(StaticQueue(), ANSWERED.replace("90.1", call))
    record = record_of(static, ANNA, caller=E164("+48600100200"), dialled="19115")
    assert record == CallEnded(
        call=CallId(call),
        caller=E164("+48600100200"),
        dialled="19115",
        language=Language(""),
        queue=QueueId("fallback"),
        agent=ANNA,
        outcome=Outcome.FALLBACK,
        path=(),
        topic="",
        arrived_at=arrived_at,
        queued_at=100.0,
        connected_at=130.0,
        ended_at=170.0,
        wait_s=30.0,
        talk_s=40.0,
        offers=0,
    )
