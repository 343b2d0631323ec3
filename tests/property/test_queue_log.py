"""Random histories of the engine: every entry into a queue has exactly one end in the queue_log."""

import json
from collections import defaultdict

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import initialize, invariant, precondition, rule

from acd.core.queue_log_lines import TERMINAL, LogState, Profile, Scribe
from acd.core.queue_log_text import NONE
from contact import codec
from contact.commands import Command, Publish
from contact.events import CallDiverted, CallWaiting, Input
from contact.states import Outcome
from tests.property.test_engine_machine import EngineMachine

WITHIN_A_STAY = {"CONNECT", "RINGNOANSWER", "RINGCANCELED"}


class LogMachine(EngineMachine):
    """The engine's machine with a scribe beside it; a restart brings the scribe back, too."""

    @initialize()
    def set_up(self) -> None:
        self.lines: list[list[str]] = []
        self.checked = 0
        self.open: set[str] = set()
        self.connected: set[str] = set()
        self.members: dict[str, set[str]] = defaultdict(set)
        self.diverted: set[str] = set()
        self.scribe = self.new_scribe()
        super().set_up()

    def new_scribe(self) -> Scribe:
        return Scribe(profile=Profile.STANDARD, member=lambda agent: self.engine.member(agent))  # noqa: PLW0108 - the engine is replaced

    def obey(self, commands: tuple[Command, ...]) -> list[Input]:
        for one in commands:
            if isinstance(one, Publish):
                self.lines += [line.split("|") for line in self.scribe.lines(one.fact, self.now)]
        return super().obey(commands)

    @rule()
    def process_restarts(self) -> None:
        plain = json.loads(json.dumps(codec.to_plain(self.scribe.state())))
        super().process_restarts()
        self.scribe = self.new_scribe()
        self.scribe.restore(codec.from_plain(LogState, plain))

    def note(self, fact: object) -> None:
        super().note(fact)
        if isinstance(fact, CallWaiting):
            self.diverted.discard(fact.call)
        for call in self.diverted:
            self.waiting.pop(call, None)

    @precondition(lambda self: self.link_up)
    @rule(
        index=st.integers(0, 20), outcome=st.sampled_from(list(Outcome)), ago_s=st.none() | st.floats(0, 60)
    )
    def caller_is_diverted(self, index: int, outcome: Outcome, ago_s: float | None) -> None:
        calls = sorted(self.exchange.waiting)
        if calls:
            call = calls[index % len(calls)]
            del self.exchange.waiting[call]
            self.exchange.after.add(call)
            self.diverted.add(call)
            at = None if ago_s is None else self.now - ago_s
            self.told([CallDiverted(call=call, outcome=outcome, destination="", diverted_at=at)])

    @invariant()
    def one_terminal_event_for_each_entry(self) -> None:
        for _, call, queue, agent, event, *data in self.lines[self.checked :]:
            if event == "ENTERQUEUE":
                assert call not in self.open
                self.open.add(call)
            elif event in TERMINAL:
                assert call in self.open
                talked = event.startswith("COMPLETE") or event.endswith("TRANSFER")
                assert (call in self.connected) == talked == (agent != NONE)
                self.open.discard(call)
                self.connected.discard(call)
            elif event in WITHIN_A_STAY:
                assert call in self.open
                assert event != "CONNECT" or call not in self.connected
                self.connected |= {call} if event == "CONNECT" else set()
            elif event == "ADDMEMBER":
                assert queue not in self.members[agent]
                self.members[agent].add(queue)
            elif event == "REMOVEMEMBER":
                self.members[agent].remove(queue)
            assert all(int(one) >= 0 for one in data if one.lstrip("-").isdigit())
        self.checked = len(self.lines)
        assert not self.open & set(self.ended)

    @invariant()
    def whoever_waits_or_talks_in_a_queue_is_open(self) -> None:
        places = {one.call: one.place for one in self.engine.snapshot().calls}
        for call, place in places.items():
            assert call in self.open or place in ("ivr", "after", "waiting")
            assert (call in self.connected) == (place == "talking")


LogMachine.TestCase.settings = settings(
    max_examples=60,
    stateful_step_count=40,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow],
)
TestQueueLog = LogMachine.TestCase
