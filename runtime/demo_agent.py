"""A consultant without a person: takes calls on a telephone made of software and files a case for each."""

import asyncio
import uuid
from collections.abc import Callable, Mapping
from contextlib import suppress
from typing import Any

from contact.errors import CentralaError
from runtime.asterisk import AsteriskInstall
from runtime.config import Settings
from runtime.demo_line import AgentLine, DemoFailed
from runtime.demo_phone import DemoPhone
from runtime.desk_client import DeskClient, address_of

Say = Callable[[str], None]
SPEECH = "Dzień dobry, przy telefonie konsultant. Przyjmuję zgłoszenie, dziękuję za telefon."


async def run_agent(
    *,
    settings: Settings,
    install: AsteriskInstall,
    login: str,
    password: str,
    calls_max: int | None,
    answer_after_s: float,
    talk_s: float,
    say: Say,
) -> None:
    """Work as `login` until `calls_max` calls are done, or for ever; raise `CentralaError`."""
    async with DeskClient(origin=address_of(settings)) as desk:
        me = await desk.sign_in(login, password)
        if me["role"] != "agent" or not me["extension"]:
            raise DemoFailed(f"{login} takes no calls: the role is {me['role']}")
        line = AgentLine(
            extension=me["extension"], password=password, answer_after_s=answer_after_s, talk_s=talk_s
        )
        async with DemoPhone(install=install, settings=settings, line=line, says=SPEECH) as phone:
            await phone.registered()
            say(f"{me['name']} is signed in, the phone {me['extension']} is registered")
            shift = Shift(desk=desk, login=login, catalogue=await desk.get("/api/v1/catalogue"), say=say)
            try:
                await shift.work(calls_max)
            finally:
                await _leave(desk)


class Shift:
    """One consultant's work between going ready and leaving."""

    def __init__(self, *, desk: DeskClient, login: str, catalogue: Mapping[str, Any], say: Say) -> None:
        """Work on `desk`, where `login` is signed in, with the topics of `catalogue`."""
        self._desk = desk
        self._login = login
        self._catalogue = catalogue
        self._say = say
        self._shown: set[tuple[str, str]] = set()
        self._done: set[str] = set()

    async def work(self, calls_max: int | None) -> None:
        """Go ready and serve the offers of the event stream."""
        async for frame in self._desk.events():
            if frame["type"] == "snapshot" and not self._shown:
                await self._desk.write("PUT", "/api/v1/me/availability", {"availability": "ready"})
                self._say("ready for calls")
                self._shown.add(("", "ready"))
            if frame["type"] == "offer":
                await self._follow(frame)
                if calls_max is not None and len(self._done) >= calls_max:
                    return
        raise DemoFailed("the desktop closed the event stream")

    async def _follow(self, pop: Mapping[str, Any]) -> None:
        """Tell one move of an offer; after the talk, do the work that follows."""
        mark = (str(pop["offer"] or pop["call"]), str(pop["state"]))
        if mark in self._shown:
            return
        self._shown.add(mark)
        match pop["state"]:
            case "pending":
                self._say(f"call offered: {describe(pop)}")
            case "accepted":
                self._say("talking")
            case "released":
                self._say("the talk is over, filing the case")
                await self._wrap_up(pop)
            case "closed":
                self._say("wrap-up is over")
            case state:
                self._say(f"the offer ended: {state}")

    async def _wrap_up(self, pop: Mapping[str, Any]) -> None:
        call = pop["call"]
        case = await self._desk.write(
            "POST",
            "/api/v1/cases",
            case_for(pop, self._catalogue),
            key=str(uuid.uuid5(uuid.NAMESPACE_OID, call)),
        )
        self._say(f"case {case['number']} filed: {case['title']}, {case['unit']} ({case['unit_reason']})")
        note = {"disposition": disposition_of(self._catalogue), "note": "Demo call.", "complete": True}
        await self._desk.write("PUT", f"/api/v1/calls/{call}/wrap-up", note)
        self._done.add(call)


def describe(pop: Mapping[str, Any]) -> str:
    """Return the screen-pop in one line: who, which queue, which way through the menus, how known."""
    waited_s = max(0.0, (pop["offered_at"] or 0) - (pop["joined_at"] or pop["offered_at"] or 0))
    parts = [pop["caller"] or "number withheld", f"queue {pop['queue']}", f"language {pop['language']}"]
    parts.append(f"waited {waited_s:.1f} s")
    if pop["path"]:
        parts.append("pressed " + " ".join(pop["path"]))
    if (history := pop["history"]) is not None:
        parts.append(f"{len(history['contacts'])} last contacts, {len(history['open_cases'])} open cases")
    return ", ".join(parts)


def case_for(pop: Mapping[str, Any], catalogue: Mapping[str, Any]) -> dict[str, Any]:
    """Return a case as the caller of `pop` might report one: a topic of the call's queue, all it asks for."""
    topics = catalogue["topics"]
    topic = next((one for one in topics if one["skill"] in (pop["topic"], pop["queue"])), topics[0])
    answers = {one["code"]: answer_to(one) for one in topic["questions"] if one["required"]}
    return {
        "topic": topic["id"],
        "description": f"{topic['titles'].get('pl', topic['id'])}: zgłoszenie z rozmowy pokazowej.",
        "call": pop["call"],
        "district": catalogue["districts"][0] if catalogue["districts"] else "",
        "address": "ul. Marszałkowska 1",
        "answers": answers,
    }


def answer_to(question: Mapping[str, Any]) -> str:
    """Return an answer of the kind that `question` asks for."""
    if question["values"]:
        return str(question["values"][0])
    return {"number": "1", "datetime": "2026-01-15T12:00:00Z"}.get(question["datatype"], "nie podano")


def disposition_of(catalogue: Mapping[str, Any]) -> str:
    """Return how the demo's contacts end: the first disposition of the catalogue."""
    dispositions = catalogue["dispositions"]
    return str(dispositions[0]["id"]) if dispositions else ""


async def _leave(desk: DeskClient) -> None:
    """Log out of routing and sign out, as far as the desktop still answers."""
    with suppress(CentralaError, asyncio.CancelledError):
        await desk.write("PUT", "/api/v1/me/availability", {"availability": "logged_out"})
        await desk.sign_out()
