"""A citizen without a person: calls the hotline over SIP, presses keys, waits, and speaks.

The call is watched from the outside twice: by the telephone's own signs, and by the desktop's live list of
calls as a supervisor sees it. The keys are pressed when the list shows the call in the menu.
"""

import asyncio
import time
from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any

from contact.ids import E164
from contact.numbers import mask
from runtime.asterisk import AsteriskInstall
from runtime.config import Settings
from runtime.demo_line import CallerLine, DemoFailed
from runtime.demo_phone import DemoPhone, Sign
from runtime.desk_client import DeskAway, DeskClient, address_of

Say = Callable[[str], None]

KEYS: Mapping[str, str] = MappingProxyType(
    {"transport": "1", "roads": "2", "waste": "3", "animals": "4", "general": "5"}
)
"""The first menu's key for each topic."""
ENGLISH_KEY = "9"
SPEECH: Mapping[str, str] = MappingProxyType(
    {
        "transport": "Dzień dobry, autobus linii 116 nie przyjechał na przystanek.",
        "roads": "Dzień dobry, na ulicy Marszałkowskiej jest duża dziura w jezdni.",
        "waste": "Dzień dobry, od tygodnia nikt nie odebrał odpadów segregowanych.",
        "animals": "Dzień dobry, po ulicy biega bezpański pies.",
        "general": "Dzień dobry, chciałbym zapytać o godziny pracy urzędu dzielnicy.",
    }
)
LISTEN_S = 2.0
"""How long the caller listens to the menu before pressing a key."""
PRESS_AGAIN_S = 8.0
PRESSES_MAX = 4
LOOK_EVERY_S = 0.25
QUEUE_S = 20.0
"""How long a caller who was not told to wait for a consultant stays in the queue."""
TALK_S_MAX = 60.0
ANSWER_S_MAX = 15.0
WORDS: Mapping[str, str] = MappingProxyType(
    {
        "ivr": "in the menu",
        "waiting": "waiting in the queue",
        "offered": "a consultant's phone rings",
        "talking": "talking to a consultant",
        "after": "the consultant has hung up",
    }
)


async def run_call(
    *,
    settings: Settings,
    install: AsteriskInstall,
    topic: str,
    number: str,
    is_english: bool,
    agent_wait_s: float | None,
    watcher: tuple[str, str],
    say: Say,
) -> None:
    """Place the call and tell what happens until it is over.

    `watcher` is login and password of a supervisor. With `agent_wait_s` the caller waits so long for a
    consultant, and no answer is a failure. Raises `DemoFailed` when the call did not get where it should.
    """
    line = CallerLine(number=number)
    keys = (ENGLISH_KEY if is_english else "") + KEYS[topic]
    async with DeskClient(origin=address_of(settings)) as desk:
        await desk.sign_in(*watcher)
        async with DemoPhone(install=install, settings=settings, line=line, says=SPEECH[topic]) as phone:
            story = Story(desk=desk, phone=phone, number=number, keys=keys, say=say)
            await story.begin(settings.sip.dialled)
            await story.follow(agent_wait_s)
            await desk.sign_out()


class Story:
    """One call from dialling to its end."""

    def __init__(self, *, desk: DeskClient, phone: DemoPhone, number: str, keys: str, say: Say) -> None:
        """Call with `phone`, watch on `desk`."""
        self._desk = desk
        self._phone = phone
        self._shown = (number, mask(E164(number)))
        self._keys = list(keys)
        self._say_line = say
        self._began = time.monotonic()
        self._earlier: set[str] = set()
        self._call = ""
        self._channel = ""
        self._place = ""
        self._since = self._began
        self._presses = 0
        self._key = ""
        self._is_leaving = False
        self._is_blind = False
        self._has_talked = False
        self._has_queued = False
        self._is_over = False

    async def begin(self, dialled: str) -> None:
        """Dial."""
        self._earlier = {row["id"] for row in await self._desk.get("/api/v1/calls")}
        self._say(f"{self._shown[0]} calls {dialled}")
        await self._phone.call(dialled)

    async def follow(self, agent_wait_s: float | None) -> None:
        """Follow the call to its end; raise `DemoFailed` when it did not get where it should."""
        listener = asyncio.create_task(self._listen(), name="telephone's signs")
        try:
            while not self._is_over:
                await self._look()
                await self._act(agent_wait_s)
                await asyncio.sleep(LOOK_EVERY_S)
        finally:
            listener.cancel()
            await asyncio.gather(listener, return_exceptions=True)
        if not self._has_queued:
            raise DemoFailed("the call ended before it reached a queue")
        if agent_wait_s is not None and not self._has_talked:
            raise DemoFailed(f"no consultant answered in {agent_wait_s:g} s")

    async def _listen(self) -> None:
        async for sign in self._phone.signs():
            self._take(sign)

    def _take(self, sign: Sign) -> None:
        match sign.word:
            case "answered":
                self._channel = sign.channel
                self._say("the hotline has answered")
            case "spoke":
                self._say("the caller has said what it is about")
            case "ended":
                self._is_over = True
                self._say("the call is over")
            case _:
                return

    async def _look(self) -> None:
        """Read the live list and tell when the call has moved on."""
        rows = [row for row in await self._live_calls() if self._is_ours(row)]
        if not rows:
            return
        row = rows[-1]
        if not self._call:
            self._call = row["id"]
            self._say(f"its id is {self._call} (centrala explain {self._call})")
        place = row["place"]
        if place == self._place:
            return
        self._place, self._since = place, time.monotonic()
        detail = {"waiting": row["queue"], "offered": row["agent"], "talking": row["agent"]}.get(place)
        self._say(WORDS.get(place, place) + (f": {detail}" if detail else ""))
        self._has_queued |= place in ("waiting", "offered", "talking")
        if place == "talking":
            self._has_talked = True
            await self._phone.speak(self._channel)

    async def _live_calls(self) -> list[Mapping[str, Any]]:
        """Return the live list; nothing while the controller is away, which the call survives."""
        try:
            rows: list[Mapping[str, Any]] = await self._desk.get("/api/v1/calls")
        except DeskAway:
            if not self._is_blind:
                self._say("the desktop does not answer, the call goes on")
            self._is_blind = True
            return []
        if self._is_blind:
            self._say("the desktop answers again")
        self._is_blind = False
        return rows

    def _is_ours(self, row: Mapping[str, Any]) -> bool:
        if self._call:
            return bool(row["id"] == self._call)
        return row["id"] not in self._earlier and row["caller"] in self._shown

    async def _act(self, agent_wait_s: float | None) -> None:
        """Do what a caller does at this place after so long."""
        here_s = time.monotonic() - self._since
        if not self._channel:
            if here_s > ANSWER_S_MAX:
                raise DemoFailed(f"the hotline did not answer in {ANSWER_S_MAX:g} s")
        elif self._place in ("", "ivr"):
            await self._press(here_s)
        elif self._place in ("waiting", "offered"):
            if here_s > (QUEUE_S if agent_wait_s is None else agent_wait_s):
                await self._hang_up("the caller gives up")
        elif here_s > TALK_S_MAX:
            await self._hang_up("the caller hangs up")

    async def _press(self, here_s: float) -> None:
        """Press the next key when it is time to, the last one again where nothing came of it."""
        due_s = LISTEN_S if self._keys else PRESS_AGAIN_S
        if here_s < due_s:
            return
        if self._presses >= PRESSES_MAX:
            raise DemoFailed("the menu does not react to the keys")
        if self._keys:
            self._key = self._keys.pop(0)
        self._presses += 1
        self._since = time.monotonic()
        self._say(f"presses {self._key}")
        await self._phone.press(self._channel, self._key)

    async def _hang_up(self, why: str) -> None:
        if not self._is_leaving:
            self._is_leaving = True
            self._say(why)
            await self._phone.hang_up(self._channel)

    def _say(self, text: str) -> None:
        self._say_line(f"{time.monotonic() - self._began:6.1f} s  {text}")
