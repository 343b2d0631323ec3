from collections.abc import Coroutine
from dataclasses import dataclass, field
from typing import Any

import pytest

from contact.case import CallerHistory
from contact.errors import Refused
from contact.ids import E164, AgentId, CallId, Language
from contact.people import ContactKind, Found, IdentifyCall, NewPerson, PersonId, SearchCallers
from crm_bridge.asking import Asking
from crm_bridge.people import CONTACTS_MAX, People
from runtime.bus import MemoryBus
from tests.fakes.crm import CALLER, ManualClock

OTHER = E164("+48601222333")
NEW = NewPerson(name="  Ewa Lis ", language=Language("pl"))


@dataclass
class KnownPeople:
    """A store in which person 1 has the number `OTHER`."""

    searched: list[str] = field(default_factory=list)
    noted: list[NewPerson] = field(default_factory=list)

    async def search(self, text: str) -> Found:
        self.searched.append(text)
        return Found()

    async def identify(self, *, person: PersonId, **_: Any) -> tuple[PersonId, str, E164]:
        return person, "Jan Nowak", OTHER

    async def note(self, *, new: NewPerson, caller: E164, **_: Any) -> tuple[PersonId, str, E164]:
        self.noted.append(new)
        return PersonId(2), new.name, caller


class Bench:
    def __init__(self) -> None:
        self.store = KnownPeople()
        self.changed: set[E164] = set()
        self.bus = MemoryBus()
        people = People(
            store=self.store,  # type: ignore[arg-type]
            history=self.history,
            clock=ManualClock(),
            asking=Asking(lambda: None),
            changed=self.changed.add,
        )
        people.serve(self.bus)

    async def history(self, caller: E164, _: int) -> CallerHistory:
        return CallerHistory(caller=caller, note="read")

    def identify(self, caller: E164 = CALLER, **who: Any) -> Coroutine[Any, Any, Any]:
        return self.bus.request(IdentifyCall(call=CallId("1"), caller=caller, agent=AgentId("anna"), **who))


async def test_a_person_comes_with_the_history_of_their_own_number() -> None:
    bench = Bench()
    found = await bench.identify(person=PersonId(1))
    assert (found.person, found.name, found.history.caller) == (1, "Jan Nowak", OTHER)
    assert bench.changed == {CALLER, OTHER}


async def test_somebody_new_is_tidied_and_noted_under_the_callers_number() -> None:
    bench = Bench()
    found = await bench.identify(new=NEW)
    assert (found.name, found.history.caller) == ("Ewa Lis", CALLER)
    assert bench.store.noted[0].name == "Ewa Lis"


async def test_somebody_new_without_a_number_has_no_history() -> None:
    bench = Bench()
    found = await bench.identify(caller=E164(""), new=NEW)
    assert found.history == CallerHistory(caller=E164(""))
    assert bench.changed == set()


@pytest.mark.parametrize(
    ("new", "code"),
    [
        (None, "missing_person"),
        (NewPerson(name=" ", language=Language("")), "missing_name"),
        (NewPerson(name="a\nb", language=Language("")), "name_control_characters"),
        (NewPerson(name="x" * 121, language=Language("")), "name_too_long"),
        (
            NewPerson(name="A", language=Language(""), contacts=((ContactKind.PHONE, "600"),)),
            "invalid_contacts",
        ),
        (
            NewPerson(name="A", language=Language(""), contacts=((ContactKind.EMAIL, "a b"),)),
            "invalid_contacts",
        ),
        (
            NewPerson(
                name="A",
                language=Language(""),
                contacts=((ContactKind.ADDRESS, "Wolska 1"),) * (CONTACTS_MAX + 1),
            ),
            "invalid_contacts",
        ),
    ],
)
async def test_what_cannot_be_noted_is_refused_and_not_stored(new: NewPerson | None, code: str) -> None:
    bench = Bench()
    with pytest.raises(Refused) as refusal:
        await bench.identify(new=new)
    assert refusal.value.code == code
    assert bench.store.noted == []


async def test_a_search_needs_two_characters() -> None:
    bench = Bench()
    assert await bench.bus.request(SearchCallers(text="  no  ")) == Found()
    assert bench.store.searched == ["no"]
    with pytest.raises(Refused):
        await bench.bus.request(SearchCallers(text=" n "))
