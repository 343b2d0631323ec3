"""Answers the requests about the policy's text: what it says, whether another could rule, and another one.

Theory of operation. The file is the one place where the policy is written: what a person writes with an
editor and what the desktop writes are the same text, and a restart reads it again. A text comes into force
whole: it is read as the file is read at a start, written, and from then on the engine goes by it; calls that
wait or talk stay where they are. One at a time is written and put into force, and each names the version it
has seen, so that two who write cannot both think theirs is the file.
"""

import asyncio
import logging
import re
from collections.abc import Callable
from typing import Protocol

from acd.adapters.policy_store import PolicyStore, version_of
from acd.errors import PolicyError
from acd.journal import Ruling
from contact.commands import Done, ReloadPolicy
from contact.errors import Refused
from contact.ids import AgentId
from contact.policy_requests import (
    CheckPolicyText,
    PolicyText,
    PolicyVerdict,
    ReadPolicyText,
    WritePolicyText,
)
from runtime.bus import Bus

log = logging.getLogger(__name__)

_PLACED = re.compile(r"(?P<place>[\w.*#-]+): (?P<reason>.*)", re.DOTALL)


class Ruled(Protocol):
    """What goes by a policy: the shell around the engine."""

    def rule_by(self, ruling: Ruling) -> None:
        """Go by this policy from now on."""


class PolicyRequests:
    """Keeps the engine by what the policy's file says, as requests tell it to."""

    def __init__(
        self, *, shell: Ruled, store: PolicyStore, in_force: str, on_policy: Callable[[], None]
    ) -> None:
        """Feed `shell`, which goes by the text `in_force`; `on_policy` is told of each after it."""
        self._shell = shell
        self._store = store
        self._in_force = in_force
        self._on_policy = on_policy
        self._lock = asyncio.Lock()

    def serve(self, bus: Bus) -> None:
        """Become the server of these requests."""
        bus.serve(ReloadPolicy, self._reload)
        bus.serve(ReadPolicyText, self._read)
        bus.serve(CheckPolicyText, self._check)
        bus.serve(WritePolicyText, self._write)

    async def _reload(self, request: ReloadPolicy) -> Done:
        async with self._lock:
            try:
                text = await asyncio.to_thread(self._store.read)
                await self._rule_by(text, request.by)
            except PolicyError as error:
                log.warning("the old policy goes on: %s", error)
                raise Refused(str(error), code="bad_policy") from None
        return Done()

    async def _read(self, _request: ReadPolicyText) -> PolicyText:
        return await self._now()

    async def _check(self, request: CheckPolicyText) -> PolicyVerdict:
        try:
            await asyncio.to_thread(self._store.ruling, request.text)
        except PolicyError as error:
            return self._verdict(error)
        return PolicyVerdict()

    async def _write(self, request: WritePolicyText) -> PolicyText:
        async with self._lock:
            if (await self._now()).version != request.version:
                raise Refused("the policy file was changed meanwhile", code="policy_changed")
            verdict = await self._check(CheckPolicyText(text=request.text))
            if verdict.reason:
                raise Refused(f"{verdict.place}: {verdict.reason}".removeprefix(": "), code="bad_policy")
            try:
                await asyncio.to_thread(self._store.write, request.text)
                await self._rule_by(request.text, request.by)
            except PolicyError as error:
                log.warning("the old policy goes on: %s", error)
                raise Refused(self._store.unplaced(error), code="policy_not_written") from None
            return await self._now()

    async def _rule_by(self, text: str, by: AgentId) -> None:
        ruling = await asyncio.to_thread(self._store.ruling, text)
        self._shell.rule_by(ruling)
        self._in_force = text
        self._on_policy()
        log.info("%s put the policy into force anew", by)

    async def _now(self) -> PolicyText:
        try:
            text = await asyncio.to_thread(self._store.read)
        except PolicyError as error:
            raise Refused(self._store.unplaced(error), code="bad_policy") from None
        return PolicyText(
            text=text,
            version=version_of(text),
            writable=self._store.is_writable(),
            in_force=text == self._in_force,
            defaults=self._store.queue_defaults(),
        )

    def _verdict(self, error: PolicyError) -> PolicyVerdict:
        said = self._store.unplaced(error)
        placed = _PLACED.fullmatch(said)
        if placed is None:
            return PolicyVerdict(reason=said)
        return PolicyVerdict(place=placed["place"], reason=placed["reason"])
