"""Answers who is calling: finds people, and keeps who was on a call."""

import re
from collections.abc import Awaitable, Callable
from dataclasses import replace

from contact.case import CallerHistory
from contact.errors import Refused
from contact.ids import E164
from contact.numbers import WITHHELD
from contact.people import (
    ContactKind,
    Found,
    IdentifiedCall,
    IdentifyCall,
    NewPerson,
    SearchCallers,
)
from crm_bridge.adapters.person_store import PersonStore
from crm_bridge.asking import Asking
from crm_bridge.core.case import ID_CHARACTERS_MAX, check_text
from runtime.bus import Bus
from runtime.clock import Clock

TEXT_CHARACTERS_MIN = 2
TEXT_CHARACTERS_MAX = 200
NAME_CHARACTERS_MAX = 120
CONTACTS_MAX = 5
CONTACTS_SHOWN = 5
_FORM = {
    ContactKind.PHONE: re.compile(r"\+[1-9][0-9]{4,14}"),
    ContactKind.EMAIL: re.compile(r"[^@\s]+@[^@\s]+\.[^@\s]+"),
    ContactKind.ADDRESS: re.compile(r".+"),
}


class People:
    """The server of the requests of `contact.people`."""

    def __init__(
        self,
        *,
        store: PersonStore,
        history: Callable[[E164, int], Awaitable[CallerHistory]],
        clock: Clock,
        asking: Asking,
        changed: Callable[[E164], None],
    ) -> None:
        """Read what is known of a number by `history`; call `changed` with each whose people have changed."""
        self._store = store
        self._history = history
        self._clock = clock
        self._asking = asking
        self._changed = changed

    def serve(self, bus: Bus) -> None:
        """Become the server of every request about people."""
        bus.serve(SearchCallers, self._search)
        bus.serve(IdentifyCall, self._identify)

    async def _search(self, request: SearchCallers) -> Found:
        text = check_text("text", request.text, TEXT_CHARACTERS_MAX)
        if len(text) < TEXT_CHARACTERS_MIN:
            raise Refused(f"text: at least {TEXT_CHARACTERS_MIN} characters", code="invalid_text")
        return await self._asking(self._store.search(text))

    async def _identify(self, request: IdentifyCall) -> IdentifiedCall:
        check_text("call", request.call, ID_CHARACTERS_MAX)
        now = self._clock.now()
        if request.person is not None:
            work = self._store.identify(
                call=request.call, caller=request.caller, agent=request.agent, person=request.person, now=now
            )
        elif request.new is not None:
            work = self._store.note(
                call=request.call,
                caller=request.caller,
                agent=request.agent,
                new=_checked(request.new),
                now=now,
            )
        else:
            raise Refused("person: name one, or somebody new", code="missing_person")
        person, name, number = await self._asking(work)
        for changed in {number, request.caller} - {WITHHELD}:
            self._changed(changed)
        known = await self._known(number or request.caller)
        return IdentifiedCall(person=person, name=name, history=known)

    async def _known(self, number: E164) -> CallerHistory:
        if not number:
            return CallerHistory(caller=number)
        return await self._history(number, CONTACTS_SHOWN)


def _checked(new: NewPerson) -> NewPerson:
    name = check_text("name", new.name, NAME_CHARACTERS_MAX)
    if not name:
        raise Refused("name: is empty", code="missing_name")
    if len(new.contacts) > CONTACTS_MAX:
        raise Refused(f"contacts: at most {CONTACTS_MAX}", code="invalid_contacts")
    contacts = []
    for kind, value in new.contacts:
        text = check_text(f"contacts.{kind.value}", value, TEXT_CHARACTERS_MAX)
        if not _FORM[kind].fullmatch(text):
            raise Refused(f"contacts.{kind.value}: {text!r} is none", code="invalid_contacts")
        contacts.append((kind, text))
    return replace(new, name=name, contacts=tuple(contacts))
