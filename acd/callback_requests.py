"""Answers what other roles ask about callbacks."""

import hashlib
from collections.abc import Callable

from acd.shell import Shell
from contact.callback_requests import (
    CallbackStanding,
    ListCallbacks,
    OrderCallback,
    OrderedCallback,
    WithdrawCallback,
)
from contact.callbacks import CallbackOrdered, CallbackWithdrawn
from contact.commands import Done
from contact.errors import Refused
from contact.ids import E164, AgentId, CallId, QueueId, callback_id
from runtime.bus import Bus
from runtime.clock import Clock

CALLBACKS_MAX = 10_000
AHEAD_S_MAX = 30 * 86_400.0
"""Nobody is to be called later than so."""
BY_RULE = AgentId("dial_allow")
"""Who withdraws callbacks whose numbers may be called no more."""
_NUMBERED = 10**9


class CallbackRequests:
    """Turns requests into inputs of the engine; what makes no sense now is `Refused`."""

    def __init__(
        self, *, shell: Shell, clock: Clock, may_dial: Callable[[E164], bool], can_dial: bool
    ) -> None:
        """Answer from, and feed, `shell`; `can_dial`: there is a trunk to call by."""
        self._shell = shell
        self._clock = clock
        self._may_dial = may_dial
        self._can_dial = can_dial

    def serve(self, bus: Bus) -> None:
        """Become the server of these requests."""
        bus.serve(OrderCallback, self._order)
        bus.serve(WithdrawCallback, self._withdraw)
        bus.serve(ListCallbacks, self._list)

    def drop_forbidden(self) -> None:
        """Withdraw what was ordered when more numbers were allowed."""
        for one in self._now():
            if not self._may_dial(one.number):
                self._shell.take(CallbackWithdrawn(call=one.call, by=BY_RULE))

    async def _order(self, request: OrderCallback) -> OrderedCallback:
        engine = self._shell.engine
        known = engine.ordered(request.key)
        if known is not None:
            return OrderedCallback(call=known, is_new=False)
        queue = self._check(request)
        call = self._new_id(request)
        self._shell.take(
            CallbackOrdered(
                call=call,
                number=request.number,
                queue=queue,
                key=request.key,
                requirement=request.requirement,
                priority=request.priority,
                language=request.language,
                path=request.path,
                topic=request.topic,
                origin=request.origin,
                by=request.by,
                not_before_at=request.not_before_at,
            )
        )
        made = engine.ordered(request.key)
        if made is None:
            raise Refused("the order was not taken", code="not_taken")
        return OrderedCallback(call=made, is_new=made == call)

    def _check(self, request: OrderCallback) -> QueueId:
        """Return the queue of an order that makes sense; raise `Refused`."""
        now = self._clock.now()
        if not self._can_dial:
            raise Refused("there is no trunk to place calls by", code="callbacks_off")
        if not self._may_dial(request.number):
            raise Refused("this number may not be called", code="number_not_allowed")
        if request.not_before_at is not None and not now - 60 <= request.not_before_at <= now + AHEAD_S_MAX:
            raise Refused("this moment is past, or too far ahead", code="in_the_past")
        engine = self._shell.engine
        joined = engine.queue_joined(request.origin) if request.origin is not None else None
        queue = joined or request.queue
        if queue is None or not engine.has_queue(queue):
            raise Refused(f"no queue {queue or ''}".strip(), code="unknown_queue")
        if len(engine.callbacks()) >= CALLBACKS_MAX:
            raise Refused("too many callbacks wait already", code="too_many")
        return queue

    def _new_id(self, request: OrderCallback) -> CallId:
        """Return an id that a call's moment can be read from, as Asterisk's own."""
        if request.origin is not None:
            return callback_id(request.origin)
        number = int(hashlib.sha256(request.key.encode()).hexdigest(), 16) % _NUMBERED
        return callback_id(f"{int(self._clock.now())}.{number}")

    async def _withdraw(self, request: WithdrawCallback) -> Done:
        found = next((one for one in self._now() if one.call == request.call), None)
        if found is None:
            raise Refused("there is no such callback, or it is over", code="no_such_callback")
        if found.place not in ("waiting", "resting", "offered"):
            raise Refused("this citizen is being called just now", code="being_called")
        self._shell.take(CallbackWithdrawn(call=request.call, by=request.by))
        return Done()

    async def _list(self, _request: ListCallbacks) -> tuple[CallbackStanding, ...]:
        return self._now()

    def _now(self) -> tuple[CallbackStanding, ...]:
        return self._shell.engine.callbacks()
