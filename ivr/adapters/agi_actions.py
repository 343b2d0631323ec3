"""What a dialogue does to a call, in AGI commands.

Prompts are played one command each. The last one of a list is played by `GET OPTION`, which goes on
waiting for a key when the prompt is over, so that no key can fall between playing and waiting. Between
two prompts of a list Asterisk waits for our next command for about 0.2 ms.

Asterisk answers `result=-1` where the caller hung up or was taken out of the script, but `result=-1
endpos=0` also for a file it cannot play. That is logged and counted and does not end the call; a key is
waited for all the same.
"""

import logging
import re
from collections.abc import Sequence
from pathlib import Path

from contact.ids import Language
from ivr.adapters.agi_codec import Reply
from ivr.adapters.agi_connection import AgiConnection
from ivr.errors import AgiProtocolError, CallerHungUp
from ivr.flow.nodes import PromptId
from ivr.measure import IvrMeasures

log = logging.getLogger(__name__)

PROMPT_S_MAX = 90.0
"""Longer than any prompt; a command that plays one may take so long on top of the usual deadline."""

TOGETHER_MAX = 4_000
"""Variables of more characters are set one by one, to stay well within what Asterisk reads of a command."""

_PLAIN = re.compile(r"[A-Za-z0-9_.%+~-]*")
"""Values that mean the same in the arguments of `MSet`, where a comma and a quotation mark do not."""


class AgiPhone:
    """One caller's telephone, by AGI. Every method raises `CallerHungUp` when the caller is gone."""

    def __init__(self, connection: AgiConnection, *, prompts: Path, measures: IvrMeasures) -> None:
        """Play files from `prompts/<language>/<prompt>.wav`."""
        self._connection = connection
        self._prompts = str(prompts.absolute())
        self._measures = measures

    async def play(self, prompts: Sequence[PromptId], *, language: Language, keys: str, wait_s: float) -> str:
        """Play prompts, then wait `wait_s`; return the first of `keys` that is pressed, "" for none."""
        waited = False
        for place, prompt in enumerate(prompts):
            waited = wait_s > 0 and place == len(prompts) - 1
            path = f"{self._prompts}/{language}/{prompt}"
            name, waiting = ("GET OPTION", (_milliseconds(wait_s),)) if waited else ("STREAM FILE", ())
            reply = await self._connection.command(name, path, keys, *waiting, takes_s=PROMPT_S_MAX + wait_s)
            if reply.result == "-1" and reply.end_position == 0:
                await self._note_unplayed(path)
                waited = False
            elif key := _key(reply):
                return key
        if wait_s > 0 and not waited:
            reply = await self._connection.command("WAIT FOR DIGIT", _milliseconds(wait_s), takes_s=wait_s)
            return _key(reply)
        return ""

    async def set_variable(self, name: str, value: str) -> None:
        """Set a channel variable; raise `ValueRefused` for a value with a line break or a NUL."""
        _key(await self._connection.command("SET VARIABLE", name, value))

    async def set_variables(self, values: Sequence[tuple[str, str]]) -> None:
        """Set channel variables in this order, by one command where it can carry them all."""
        if all(_PLAIN.fullmatch(value) for _, value in values) and _characters(values) <= TOGETHER_MAX:
            pairs = ",".join(f"{name}={value}" for name, value in values)
            _key(await self._connection.command("EXEC", "MSet", pairs))
            return
        for name, value in values:
            await self.set_variable(name, value)

    async def get_variable(self, name: str) -> str:
        """Return a channel variable, "" where it is not set."""
        return (await self._connection.command("GET VARIABLE", name)).data or ""

    async def _note_unplayed(self, path: str) -> None:
        """Tell a file that cannot be played from a caller who is gone: only the first has a channel left."""
        _key(await self._connection.command("CHANNEL STATUS"))
        self._measures.prompts_unplayed.inc()
        log.warning("Asterisk did not play %s", path)


def _characters(values: Sequence[tuple[str, str]]) -> int:
    return sum(len(name) + len(value) for name, value in values)


def _milliseconds(seconds: float) -> str:
    return str(round(seconds * 1000))


def _key(reply: Reply) -> str:
    """Return the key a reply reports, "" for none."""
    if reply.result == "-1":
        raise CallerHungUp("the caller hung up")
    if not reply.result.isascii() or not reply.result.isdigit() or len(reply.result) > len("127"):
        message = f"Asterisk reported the key {reply.result!r}"
        raise AgiProtocolError(message)
    code = int(reply.result)
    return chr(code) if code > 1 else ""
