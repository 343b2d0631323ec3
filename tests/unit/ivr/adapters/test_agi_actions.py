from pathlib import Path
from typing import cast

import pytest
from prometheus_client import CollectorRegistry

from contact.ids import Language
from ivr.adapters.agi_actions import TOGETHER_MAX, AgiPhone
from ivr.adapters.agi_codec import Reply
from ivr.adapters.agi_connection import AgiConnection
from ivr.errors import AgiProtocolError, CallerHungUp
from ivr.flow.nodes import PromptId
from ivr.measure import IvrMeasures

PL = Language("pl")
HELLO = PromptId("hello")
NOTICE = PromptId("notice")
PLAYED = Reply(code=200, result="0", end_position=8_000)


class FakeConnection:
    """Gives prepared replies to commands and keeps the commands."""

    def __init__(self, *replies: Reply) -> None:
        self._replies = list(replies)
        self.commands: list[tuple[str, ...]] = []

    async def command(self, *words: str, takes_s: float = 0.0) -> Reply:
        assert takes_s >= 0
        self.commands.append(words)
        return self._replies.pop(0)


class Bench:
    def __init__(self, *replies: Reply) -> None:
        self.connection = FakeConnection(*replies)
        self.registry = CollectorRegistry()
        self.phone = AgiPhone(
            cast("AgiConnection", self.connection),
            prompts=Path("/prompts"),
            measures=IvrMeasures(self.registry),
        )


async def test_the_last_prompt_is_played_by_the_command_that_goes_on_waiting() -> None:
    bench = Bench(PLAYED, PLAYED)
    assert await bench.phone.play((HELLO, NOTICE), language=PL, keys="12", wait_s=5.0) == ""
    assert bench.connection.commands == [
        ("STREAM FILE", "/prompts/pl/hello", "12"),
        ("GET OPTION", "/prompts/pl/notice", "12", "5000"),
    ]


async def test_a_key_stops_the_list_at_once() -> None:
    bench = Bench(Reply(code=200, result="35", end_position=120))
    assert await bench.phone.play((HELLO, NOTICE), language=PL, keys="#", wait_s=0.0) == "#"
    assert len(bench.connection.commands) == 1


async def test_without_prompts_only_a_key_is_waited_for() -> None:
    bench = Bench(Reply(code=200, result="49"))
    assert await bench.phone.play((), language=PL, keys="1", wait_s=2.5) == "1"
    assert bench.connection.commands == [("WAIT FOR DIGIT", "2500")]


async def test_minus_one_is_a_hangup() -> None:
    bench = Bench(Reply(code=200, result="-1", end_position=100))
    with pytest.raises(CallerHungUp):
        await bench.phone.play((HELLO,), language=PL, keys="", wait_s=0.0)


UNPLAYED = Reply(code=200, result="-1", end_position=0)
UP = Reply(code=200, result="6")


async def test_a_prompt_asterisk_cannot_play_is_counted_and_the_call_goes_on() -> None:
    bench = Bench(UNPLAYED, UP, PLAYED)
    assert await bench.phone.play((HELLO, NOTICE), language=PL, keys="1", wait_s=0.0) == ""
    assert bench.registry.get_sample_value("centrala_ivr_prompts_unplayed_total") == 1
    assert [words[0] for words in bench.connection.commands] == [
        "STREAM FILE",
        "CHANNEL STATUS",
        "STREAM FILE",
    ]


async def test_a_key_is_waited_for_even_when_the_question_cannot_be_played() -> None:
    bench = Bench(UNPLAYED, UP, Reply(code=200, result="49"))
    assert await bench.phone.play((HELLO,), language=PL, keys="1", wait_s=5.0) == "1"
    assert bench.connection.commands[-1] == ("WAIT FOR DIGIT", "5000")


async def test_nothing_played_on_a_channel_that_is_gone_is_a_hangup() -> None:
    bench = Bench(UNPLAYED, Reply(code=200, result="-1"))
    with pytest.raises(CallerHungUp):
        await bench.phone.play((HELLO,), language=PL, keys="1", wait_s=0.0)


@pytest.mark.parametrize("result", ["x", "", "9999", "٣"])
async def test_a_key_that_is_none_is_a_fault_of_the_peer(result: str) -> None:
    bench = Bench(Reply(code=200, result=result))
    with pytest.raises(AgiProtocolError):
        await bench.phone.play((), language=PL, keys="1", wait_s=1.0)


async def test_variables_are_set_and_read() -> None:
    bench = Bench(
        Reply(code=200, result="1"), Reply(code=200, result="1", data="pl"), Reply(code=200, result="0")
    )
    await bench.phone.set_variable("A", "b")
    assert await bench.phone.get_variable("A") == "pl"
    assert await bench.phone.get_variable("B") == ""
    assert bench.connection.commands[0] == ("SET VARIABLE", "A", "b")


async def test_plain_values_are_set_by_one_command() -> None:
    bench = Bench(Reply(code=200, result="0"))
    await bench.phone.set_variables((("A", "roads%20%26%20pl"), ("B", ""), ("CHANNEL(language)", "pl")))
    assert bench.connection.commands == [("EXEC", "MSet", "A=roads%20%26%20pl,B=,CHANNEL(language)=pl")]


@pytest.mark.parametrize(
    "odd", ["1,C=2", 'a "quoted" word', "with (brackets)", "a\\b", "ż", "x" * TOGETHER_MAX]
)
async def test_values_that_one_command_cannot_carry_are_set_one_by_one(odd: str) -> None:
    bench = Bench(Reply(code=200, result="1"), Reply(code=200, result="1"))
    await bench.phone.set_variables((("A", odd), ("B", "b")))
    assert bench.connection.commands == [("SET VARIABLE", "A", odd), ("SET VARIABLE", "B", "b")]


async def test_a_caller_who_is_gone_has_no_variables() -> None:
    bench = Bench(Reply(code=200, result="-1"))
    with pytest.raises(CallerHungUp):
        await bench.phone.set_variables((("A", "b"),))
