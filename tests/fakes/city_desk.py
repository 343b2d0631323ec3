"""What the fake bridge knows besides cases: people, near cases, knowledge, places."""

from collections.abc import Iterable
from dataclasses import dataclass, field, replace

from contact.agent_day import AgentDay, AgentTally
from contact.case import Caller, CallerHistory, Case, CaseStatus
from contact.case_requests import (
    AddMediaUrls,
    AddNote,
    AddReporter,
    CaseEvent,
    CaseFile,
    CasesOfCall,
    FindNearby,
    GetCaseFile,
    LinkCall,
    LinkedCall,
    NearbyCase,
)
from contact.errors import NotAvailable, Refused
from contact.ids import E164, CallId, CaseNumber, TopicId
from contact.knowledge import Article, ArticleKind, ArticleText, GetKnowledge, Knowledge
from contact.media import MEDIA_URLS_MAX
from contact.people import Found, FoundPerson, IdentifiedCall, IdentifyCall, PersonId, SearchCallers
from contact.place import CityMap, GetCityMap, Located, LocatePoint, Outline, Street
from runtime.bus import MemoryBus
from runtime.clock import Clock


@dataclass
class FakeCaseDesk:
    """Cases that exist, in the dictionary of the fake bridge; every reporter, note and call is kept."""

    bus: MemoryBus
    clock: Clock
    cases: dict[CaseNumber, Case]
    by_key: dict[str, CaseNumber] = field(default_factory=dict)
    reporters: dict[CaseNumber, list[AddReporter]] = field(default_factory=dict)
    notes: dict[CaseNumber, list[AddNote]] = field(default_factory=dict)
    links: dict[CaseNumber, list[LinkCall]] = field(default_factory=dict)
    near: dict[TopicId, list[CaseNumber]] = field(default_factory=dict)
    asked: list[FindNearby] = field(default_factory=list)
    tally: AgentTally | None = None

    def serve(self) -> None:
        self.bus.serve(FindNearby, self.find_nearby)
        self.bus.serve(GetCaseFile, self.get_file)
        self.bus.serve(AddReporter, self.add_reporter)
        self.bus.serve(AddNote, self.add_note)
        self.bus.serve(AddMediaUrls, self.add_media)
        self.bus.serve(LinkCall, self.link_call)
        self.bus.serve(CasesOfCall, self.cases_of_call)
        self.bus.serve(AgentDay, self.agent_day)

    async def find_nearby(self, request: FindNearby) -> tuple[NearbyCase, ...]:
        self.asked.append(request)
        distance = None if request.latitude is None else 40.0
        return tuple(
            NearbyCase(
                case=self.cases[number],
                distance_m=distance,
                further_reporters=len(self.reporters.get(number, ())),
            )
            for number in self.near.get(request.topic, ())
        )

    async def get_file(self, request: GetCaseFile) -> CaseFile | None:
        return self._file(request.number) if request.number in self.cases else None

    async def add_reporter(self, request: AddReporter) -> CaseFile:
        case = self._known(request.number)
        if case.status is CaseStatus.CLOSED:
            raise Refused("the case is closed", code="case_closed")
        if self._is_new(request.idempotency_key, request.number):
            self.reporters.setdefault(request.number, []).append(request)
        return self._file(request.number)

    async def add_note(self, request: AddNote) -> CaseFile:
        self._known(request.number)
        if self._is_new(request.idempotency_key, request.number):
            self.notes.setdefault(request.number, []).append(request)
        return self._file(request.number)

    async def add_media(self, request: AddMediaUrls) -> CaseFile:
        case = self._known(request.number)
        if self._is_new(request.idempotency_key, request.number):
            urls = tuple(dict.fromkeys((*case.media_urls, *request.urls)))
            if len(urls) > MEDIA_URLS_MAX:
                raise Refused("there are too many", code="too_many_media_urls")
            self.cases[request.number] = replace(case, media_urls=urls)
        return self._file(request.number)

    async def link_call(self, request: LinkCall) -> CaseFile:
        self._known(request.number)
        self.links.setdefault(request.number, []).append(request)
        return self._file(request.number)

    async def cases_of_call(self, request: CasesOfCall) -> tuple[Case, ...]:
        linked = {number for number, links in self.links.items() for one in links if one.call == request.call}
        return tuple(one for one in self.cases.values() if one.call == request.call or one.number in linked)

    async def agent_day(self, request: AgentDay) -> AgentTally:
        if self.tally is None:
            raise NotAvailable("the store is away")
        return replace(self.tally, agent=request.agent)

    def _is_new(self, key: str, number: CaseNumber) -> bool:
        return self.by_key.setdefault(key, number) is number

    def _known(self, number: CaseNumber) -> Case:
        if number not in self.cases:
            raise Refused(f"there is no case {number}", code="not_found")
        return self.cases[number]

    def _file(self, number: CaseNumber) -> CaseFile:
        reporters, notes = self.reporters.get(number, []), self.notes.get(number, [])
        case = self.cases[number]
        opened = CaseEvent(kind="opened", detail=case.unit_reason, happened_at=case.opened_at)
        return CaseFile(
            case=case,
            further_reporters=len(reporters),
            events=(opened, *(self._event("note", one.text) for one in notes)),
            calls=tuple(self._linked(self.links.get(number, []))),
        )

    def _event(self, kind: str, detail: str) -> CaseEvent:
        return CaseEvent(kind=kind, detail=detail, happened_at=self.clock.now())

    def _linked(self, links: Iterable[LinkCall]) -> Iterable[LinkedCall]:
        for one in links:
            yield LinkedCall(call=one.call, reason="about", agent=one.agent, linked_at=self.clock.now())


@dataclass
class FakePeople:
    """People who can be found and named."""

    bus: MemoryBus
    histories: dict[E164, CallerHistory]
    cases: dict[CaseNumber, Case]
    known: list[FoundPerson] = field(default_factory=list)
    identified: dict[CallId, IdentifyCall] = field(default_factory=dict)

    def serve(self) -> None:
        self.bus.serve(SearchCallers, self.search)
        self.bus.serve(IdentifyCall, self.identify)

    def add(self, name: str, number: E164) -> FoundPerson:
        found = FoundPerson(
            person=PersonId(len(self.known) + 1),
            name=name,
            number=number,
            language="pl",
            tags=(),
            contacts=(),
            open_cases=1,
        )
        self.known.append(found)
        return found

    async def search(self, request: SearchCallers) -> Found:
        text = request.text.lower()
        people = tuple(one for one in self.known if text in one.name.lower())
        cases = tuple(one for one in self.cases.values() if one.number == request.text)
        return Found(people=people, cases=cases)

    async def identify(self, request: IdentifyCall) -> IdentifiedCall:
        self.identified[request.call] = request
        if request.new is not None:
            found = self.add(request.new.name, request.caller)
        else:
            fits = [one for one in self.known if one.person == request.person]
            if not fits:
                raise Refused("there is nobody of this id", code="not_found")
            found = fits[0]
        history = self.histories.get(found.number, CallerHistory(caller=found.number))
        return IdentifiedCall(person=found.person, name=found.name, history=history)


class FakeReference:
    """Two articles, two districts that are squares side by side, two streets."""

    def __init__(self, bus: MemoryBus) -> None:
        bus.serve(GetKnowledge, self.get_knowledge)
        bus.serve(GetCityMap, self.get_map)
        bus.serve(LocatePoint, self.locate)

    async def get_knowledge(self, _: GetKnowledge) -> Knowledge:
        return Knowledge(
            version="1",
            articles=(
                _article("damages", ArticleKind.ARTICLE, "Odszkodowanie za szkodę", "Damages", "wniosek"),
                _article("ask", ArticleKind.SCRIPT, "Dziura: rozmowa", "Pothole: what to ask", "zapadlisko"),
            ),
        )

    async def get_map(self, _: GetCityMap) -> CityMap:
        return CityMap(
            outlines=(_square("Wola", 20.9), _square("Śródmieście", 21.0)),
            streets=(
                Street(name="Górczewska", districts=("Wola",), latitude=52.25, longitude=20.95),
                Street(name="Prosta", districts=("Wola", "Śródmieście"), latitude=52.23, longitude=20.99),
            ),
        )

    async def locate(self, request: LocatePoint) -> Located:
        if not 20 < request.longitude < 22:
            raise Refused("point: does not lie in the city", code="point_invalid")
        return Located(
            latitude=request.latitude,
            longitude=request.longitude,
            northing=5_788_678.96,
            easting=7_500_423.57,
            district="Wola" if request.longitude < 21.0 else "Śródmieście",
        )


def two_on_a_number(caller: E164) -> CallerHistory:
    """Return the history of a number that a couple shares."""
    return CallerHistory(
        caller=caller,
        people=(
            Caller(person=1, name="Jan Zieliński", language="pl", tags=("wspólnota",)),
            Caller(person=2, name="Ewa Zielińska", language="pl"),
        ),
    )


def _square(district: str, west: float) -> Outline:
    ring = ((west, 52.2), (west + 0.1, 52.2), (west + 0.1, 52.3), (west, 52.3), (west, 52.2))
    return Outline(district=district, rings=(ring,))


def _article(name: str, kind: ArticleKind, polish: str, english: str, word: str) -> Article:
    html = "<ol>\n<li>Pytanie <strong>pierwsze</strong></li>\n</ol>\n"
    return Article(
        article=name,
        kind=kind,
        topics=(TopicId("pothole"),),
        queues=(),
        checked="2026-11-16",
        texts=(
            ArticleText(language="pl", title=polish, html=html, words=(word,)),
            ArticleText(language="en", title=english, html=html, words=(word,)),
        ),
    )
