"""Routing and the bridge as the desktop sees them, on a bus in memory.

They keep the promises of `contact.commands`: the same replies, the same refusals, the same facts in the
same order as the real roles publish them; what they leave out is everything behind those promises.
"""

import asyncio
from dataclasses import dataclass, field, replace
from typing import TypeAlias

from contact.case import (
    Caller,
    CallerHistory,
    Case,
    CaseDraft,
    CaseStatus,
    Catalogue,
    Contact,
    Question,
    Topic,
    Unit,
    UnitPhone,
)
from contact.commands import (
    AgentStanding,
    CallExplanation,
    CallStanding,
    ChangePriority,
    CompleteWrapUp,
    ConfigureAgent,
    DeclineOffer,
    Done,
    ExplainCall,
    ExtendWrapUp,
    FileCase,
    GetCase,
    GetCatalogue,
    GetStanding,
    HangUpCall,
    ListCases,
    ListUndeliverable,
    LookUpCaller,
    MoveCall,
    QueueStanding,
    RecordWrapUp,
    RemoveAgent,
    SendCaseAgain,
    SetAvailability,
    Standing,
    Undeliverable,
)
from contact.consult import (
    ConsultBegan,
    ConsultEnd,
    ConsultEnded,
    ConsultId,
    ConsultMoved,
    ConsultStanding,
    ConsultState,
    Party,
)
from contact.day import DayTallies, DeliveryStanding, GetDeliveries, ReadDay
from contact.errors import NotAvailable, Refused
from contact.events import (
    AgentStateChanged,
    CallConnected,
    CallEnded,
    CallLeftQueue,
    CallOffered,
    CallReleased,
    CallWaiting,
    Fact,
    OfferEnded,
    OfferExplained,
)
from contact.ids import (
    E164,
    AgentId,
    CallId,
    CaseNumber,
    Language,
    OfferId,
    QueueId,
    Skill,
    TopicId,
    UnitId,
)
from contact.states import AgentState, Availability, OfferState, Outcome, PhoneState
from contact.steering import CallReranked
from contact.talk import CallHeld, CallResumed
from contact.talk_requests import (
    ConsultParty,
    EndConsult,
    HandOver,
    HoldTalk,
    JoinConsult,
    RejoinTalk,
    ReportLostPage,
    ResumeTalk,
    TransferTalk,
)
from contact.times import Seconds
from runtime.bus import MemoryBus
from runtime.clock import Clock
from tests.fakes.city_desk import FakeCaseDesk, FakePeople, FakeReference
from tests.fakes.photos import FakePhotos
from tests.fakes.talks import FakeTalks

CALLER = E164("+48600100200")
OTHER_CALLER = E164("+48601222333")
ROADS = QueueId("roads")
RING_S = 20.0
WRAP_UP_S = 30.0
EXTENSION_S = 60.0
DAY_S = 86_400.0
DELIVERED = DeliveryStanding(pending=0, oldest_at=None, refused=0)


ConsultRequest: TypeAlias = ConsultParty | JoinConsult | EndConsult | HandOver
TalkRequest: TypeAlias = HoldTalk | ResumeTalk | RejoinTalk | TransferTalk | ReportLostPage | ConsultRequest


def standing_queues(members: tuple[AgentId, ...]) -> tuple[QueueStanding, ...]:
    names = (
        ("transport", "Komunikacja miejska", "Public transport"),
        ("roads", "Drogi i infrastruktura", "Roads and infrastructure"),
        ("waste", "Odpady", "Waste"),
        ("animals", "Zwierzęta", "Animals"),
        ("general", "Inne sprawy", "Other matters"),
    )
    return tuple(
        QueueStanding(
            queue=QueueId(queue),
            names=(("pl", pl), ("en", en)),
            requirement=f"{queue}>=40",
            service_level_s=30.0,
            members=members,
            relaxations=((60.0, f"{queue}>=40 | general>=60"),),
        )
        for queue, pl, en in names
    )


@dataclass
class FakeAcd:
    """Routing with every agent in every queue but those `outside`; a test says what callers do."""

    bus: MemoryBus
    clock: Clock
    agents: dict[AgentId, AgentStanding] = field(default_factory=dict)
    calls: dict[CallId, CallStanding] = field(default_factory=dict)
    facts: dict[CallId, list[Fact]] = field(default_factory=dict)
    extended: set[CallId] = field(default_factory=set)
    controlled: list[TalkRequest] = field(default_factory=list)
    told: asyncio.Event = field(default_factory=asyncio.Event)
    outside: set[tuple[QueueId, AgentId]] = field(default_factory=set)
    """Who is no member of which queue."""
    up: bool = True

    def serve(self) -> None:
        serve = self.bus.serve
        serve(GetStanding, self.get_standing)
        serve(ConfigureAgent, self.configure)
        serve(RemoveAgent, self.remove)
        serve(SetAvailability, self.set_availability)
        serve(DeclineOffer, self.decline)
        serve(CompleteWrapUp, self.complete)
        serve(ExtendWrapUp, self.extend)
        serve(HangUpCall, self.hang_up)
        for kind in (HoldTalk, ResumeTalk, RejoinTalk, TransferTalk, ReportLostPage):
            serve(kind, self.control)
        for asked in (ConsultParty, JoinConsult, EndConsult, HandOver):
            serve(asked, self.control)
        serve(ChangePriority, self.change_priority)
        serve(MoveCall, self.move_call)
        serve(ExplainCall, self.explain)

    async def get_standing(self, _: GetStanding) -> Standing:
        self._check_up()
        return Standing(
            at=self.clock.now(),
            telephony_up=True,
            queues=tuple(self._with_members(queue) for queue in standing_queues(())),
            agents=tuple(self.agents.values()),
            calls=tuple(self.calls.values()),
        )

    def _with_members(self, queue: QueueStanding) -> QueueStanding:
        members = (agent for agent in sorted(self.agents) if (queue.queue, agent) not in self.outside)
        return replace(queue, members=tuple(members))

    async def configure(self, request: ConfigureAgent) -> Done:
        self._check_up()
        known = self.agents.get(request.agent)
        state = known.state if known else self._fresh_state(request.agent)
        self.agents[request.agent] = AgentStanding(
            agent=request.agent,
            name=request.name,
            extension=request.extension,
            phone=PhoneState.IDLE,
            skills=request.skills,
            state=state,
        )
        return Done()

    async def remove(self, request: RemoveAgent) -> Done:
        self._check_up()
        self.agents.pop(request.agent, None)
        return Done()

    async def set_availability(self, request: SetAvailability) -> Done:
        self._check_up()
        if request.agent not in self.agents:
            raise Refused(f"no agent {request.agent}", code="unknown_agent")
        current = self.agents[request.agent].state
        idle = (AgentState.READY, AgentState.NOT_READY, AgentState.LOGGED_OUT)
        new = AgentState(request.availability.value) if current.new in idle else current.new
        self._move(
            request.agent, new, reason=request.reason, availability=request.availability, by=request.by
        )
        return Done()

    async def decline(self, request: DeclineOffer) -> Done:
        for standing in self.calls.values():
            if standing.offer is not None and standing.offer.offer == request.offer:
                self.end_offer(standing.call, OfferState.REJECTED)
                return Done()
        raise Refused("there is no such offer", code="stale_offer")

    async def complete(self, request: CompleteWrapUp) -> Done:
        state = self.agents[request.agent].state
        if state.new is not AgentState.WRAP_UP or state.call != request.call:
            raise Refused("no wrap-up of this call", code="no_wrap_up")
        self._move(request.agent, AgentState(state.availability.value))
        return Done()

    async def extend(self, request: ExtendWrapUp) -> Done:
        state = self.agents[request.agent].state
        if state.new is not AgentState.WRAP_UP or request.call in self.extended:
            raise Refused("The wrap-up was extended already.", code="extended_already")
        self.extended.add(request.call)
        until_at = (state.until_at or self.clock.now()) + EXTENSION_S
        self._move(request.agent, AgentState.WRAP_UP, call=request.call, until_at=until_at)
        return Done()

    async def hang_up(self, request: HangUpCall) -> Done:
        self.release(request.call)
        return Done()

    async def control(self, request: TalkRequest) -> Done:
        """Hold and resume as distribution does; what is asked of a page is only noted."""
        self.controlled.append(request)
        self.told.set()
        if isinstance(request, TransferTalk):
            self.release(request.call)
        if isinstance(request, HoldTalk | ResumeTalk):
            self._hold(request.call, held=isinstance(request, HoldTalk))
        return Done()

    def _hold(self, call: CallId, *, held: bool) -> None:
        offered, now = self._offer(call), self.clock.now()
        offer, agent, queue = offered.offer, offered.agent, offered.queue
        fact: Fact = CallHeld(call=call, offer=offer, agent=agent, queue=queue, held_at=now, awaits=False)
        if not held:
            fact = CallResumed(call=call, offer=offer, agent=agent, queue=queue, resumed_at=now, held_s=1.0)
        self._tell(call, fact)

    async def change_priority(self, request: ChangePriority) -> Done:
        waiting = self._waits(request.call)
        self.calls[request.call] = replace(
            self.calls[request.call], waiting=replace(waiting, priority=request.priority)
        )
        self.bus.publish(
            CallReranked(call=request.call, queue=waiting.queue, priority=request.priority, by=request.by)
        )
        return Done()

    async def move_call(self, request: MoveCall) -> Done:
        old = self._waits(request.call)
        if request.queue not in {one.queue for one in standing_queues(())}:
            raise Refused(f"no queue {request.queue}", code="unknown_queue")
        waiting = replace(old, queue=request.queue)
        self.calls[request.call] = replace(self.calls[request.call], waiting=waiting)
        self._tell(request.call, CallLeftQueue(call=request.call, queue=old.queue, reason="moved"))
        self._tell(request.call, waiting)
        return Done()

    def _waits(self, call: CallId) -> CallWaiting:
        standing = self.calls.get(call)
        if standing is None or standing.waiting is None or standing.place not in ("waiting", "offered"):
            raise Refused("nobody waits on this call", code="not_waiting")
        return standing.waiting

    async def explain(self, request: ExplainCall) -> CallExplanation:
        facts = tuple(self.facts.get(request.call, ()))
        return CallExplanation(facts=facts, words=(("pl", ("wybór",)), ("en", ("chosen",))))

    # --- what callers do -----------------------------------------------------------------------

    def wait(
        self,
        call: CallId,
        caller: E164 = CALLER,
        queue: QueueId = ROADS,
        *,
        waited_s: float = 0.0,
        topic: str = "",
        path: tuple[str, ...] = ("menu=2",),
    ) -> CallWaiting:
        """Have a caller join a queue, `waited_s` seconds ago."""
        waiting = CallWaiting(
            call=call,
            caller=caller,
            queue=queue,
            requirement="roads>=40 & pl",
            priority=0,
            language=Language("pl"),
            joined_at=self.clock.now() - waited_s,
            path=path,
            topic=topic,
        )
        self.calls[call] = CallStanding(
            call=call, caller=caller, place="waiting", since_at=waiting.joined_at, waiting=waiting
        )
        self._tell(call, waiting)
        return waiting

    def offer(self, call: CallId, agent: AgentId) -> CallOffered:
        """Put a waiting call to an agent."""
        standing = self.calls[call]
        waiting = standing.waiting
        assert waiting is not None
        now = self.clock.now()
        offered = CallOffered(
            offer=OfferId(f"o-{call}-{agent}"),
            call=call,
            agent=agent,
            queue=waiting.queue,
            caller=waiting.caller,
            language=waiting.language,
            path=waiting.path,
            topic=waiting.topic,
            joined_at=waiting.joined_at,
            offered_at=now,
            expires_at=now + RING_S,
        )
        self.calls[call] = replace(standing, place="offered", since_at=now, offer=offered, agent=agent)
        self._move(agent, AgentState.RESERVED, call=call, until_at=offered.expires_at)
        self._tell(call, offered)
        self._tell(
            call,
            OfferExplained(
                offer=offered.offer,
                call=call,
                agent=agent,
                queue=waiting.queue,
                requirement=waiting.requirement,
                strategy="longest_idle",
                candidates=((agent, 12.0),),
                skipped=(),
            ),
        )
        return offered

    def end_offer(self, call: CallId, state: OfferState) -> None:
        """End the pending offer of a call without an answer."""
        offered = self._offer(call)
        self.calls[call] = replace(
            self.calls[call], place="waiting", since_at=offered.joined_at, offer=None, agent=None
        )
        self._tell(call, self._ended(offered, state))
        self._move(offered.agent, AgentState.READY)

    def connect(self, call: CallId) -> None:
        """Have the agent answer."""
        offered = self._offer(call)
        now = self.clock.now()
        self.calls[call] = replace(self.calls[call], place="talking", since_at=now)
        self._tell(call, self._ended(offered, OfferState.ACCEPTED))
        self._move(offered.agent, AgentState.TALKING, call=call)
        self._tell(
            call,
            CallConnected(
                call=call,
                offer=offered.offer,
                agent=offered.agent,
                queue=offered.queue,
                joined_at=offered.joined_at,
                connected_at=now,
            ),
        )

    def release(self, call: CallId) -> None:
        """End the talk, and the call."""
        offered = self._offer(call)
        now = self.clock.now()
        talk_since = self.calls.pop(call).since_at
        self._tell(
            call,
            CallReleased(
                call=call,
                offer=offered.offer,
                agent=offered.agent,
                queue=offered.queue,
                connected_at=talk_since,
                released_at=now,
            ),
        )
        self._move(offered.agent, AgentState.WRAP_UP, call=call, until_at=now + WRAP_UP_S)
        self._tell(call, self._terminal(offered, talk_since, now))

    # --- inside --------------------------------------------------------------------------------

    def _terminal(self, offered: CallOffered, connected_at: Seconds, now: Seconds) -> CallEnded:
        return CallEnded(
            call=offered.call,
            caller=offered.caller,
            dialled="19115",
            language=offered.language,
            queue=offered.queue,
            agent=offered.agent,
            outcome=Outcome.CONNECTED,
            path=offered.path,
            topic=offered.topic,
            arrived_at=offered.joined_at,
            queued_at=offered.joined_at,
            connected_at=connected_at,
            ended_at=now,
            wait_s=offered.offered_at - offered.joined_at,
            talk_s=now - connected_at,
            offers=1,
        )

    def _ended(self, offered: CallOffered, state: OfferState) -> OfferEnded:
        now = self.clock.now()
        return OfferEnded(
            offer=offered.offer,
            call=offered.call,
            agent=offered.agent,
            queue=offered.queue,
            state=state,
            ring_s=now - offered.offered_at,
            ended_at=now,
        )

    def consult(self, call: CallId, party: Party, *, joins: bool = False) -> None:
        """Whoever talks on `call` has somebody rung; a colleague is kept for it."""
        offered, now = self._offer(call), self.clock.now()
        consult = ConsultId(OfferId("r-9"))
        standing = ConsultStanding(
            consult=consult,
            by=offered.agent,
            party=party,
            state=ConsultState.DIALLING,
            joins=joins,
            began_at=now,
        )
        self.calls[call] = replace(self.calls[call], consult=standing)
        self.bus.publish(
            ConsultBegan(
                consult=consult,
                call=call,
                by=offered.agent,
                party=party,
                joins=joins,
                queue=offered.queue,
                caller=offered.caller,
                language=offered.language,
                path=offered.path,
                topic=offered.topic,
                joined_at=offered.joined_at,
                began_at=now,
                expires_at=now + RING_S,
            )
        )
        if party.agent is not None:
            self._move(party.agent, AgentState.RESERVED, call=call)

    def consult_moves(self, call: CallId, state: ConsultState) -> None:
        """The third has answered, or was brought in."""
        known = self.calls[call].consult
        assert known is not None
        self.calls[call] = replace(self.calls[call], consult=replace(known, state=state))
        moved = ConsultMoved(
            consult=known.consult,
            call=call,
            by=known.by,
            party=known.party,
            state=state,
            moved_at=self.clock.now(),
        )
        self.bus.publish(moved)

    def consult_ends(self, call: CallId, end: ConsultEnd) -> None:
        """The consultation is over, and a colleague free."""
        known = self.calls[call].consult
        assert known is not None
        self.calls[call] = replace(self.calls[call], consult=None)
        ended = ConsultEnded(
            consult=known.consult,
            call=call,
            by=known.by,
            party=known.party,
            end=end,
            ended_at=self.clock.now(),
        )
        self.bus.publish(ended)
        if known.party.agent is not None:
            self._move(known.party.agent, AgentState.READY)

    def _offer(self, call: CallId) -> CallOffered:
        standing = self.calls.get(call)
        if standing is None or standing.offer is None:
            raise Refused("there is no such call", code="not_found")
        return standing.offer

    def _fresh_state(self, agent: AgentId) -> AgentStateChanged:
        return AgentStateChanged(
            agent=agent,
            old=AgentState.LOGGED_OUT,
            new=AgentState.LOGGED_OUT,
            availability=Availability.LOGGED_OUT,
            reason="",
            by=None,
            call=None,
            since_at=self.clock.now(),
        )

    def _move(
        self,
        agent: AgentId,
        new: AgentState,
        *,
        reason: str = "",
        availability: Availability | None = None,
        by: AgentId | None = None,
        call: CallId | None = None,
        until_at: Seconds | None = None,
    ) -> None:
        standing = self.agents[agent]
        moved = AgentStateChanged(
            agent=agent,
            old=standing.state.new,
            new=new,
            availability=availability or standing.state.availability,
            reason=reason,
            by=by,
            call=call,
            since_at=self.clock.now(),
            until_at=until_at,
        )
        self.agents[agent] = replace(standing, state=moved)
        self.bus.publish(moved)

    def _tell(self, call: CallId, fact: Fact) -> None:
        self.facts.setdefault(call, []).append(fact)
        self.bus.publish(fact)

    def _check_up(self) -> None:
        if not self.up:
            message = "routing is away"
            raise NotAvailable(message)


@dataclass
class FakeBridge:
    """Callers, cases and the catalogue, kept in memory."""

    bus: MemoryBus
    clock: Clock
    cases: dict[CaseNumber, Case] = field(default_factory=dict)
    by_key: dict[str, CaseNumber] = field(default_factory=dict)
    refused: dict[CaseNumber, Undeliverable] = field(default_factory=dict)
    histories: dict[E164, CallerHistory] = field(default_factory=dict)
    wrap_ups: list[RecordWrapUp] = field(default_factory=list)
    day: DayTallies = field(default_factory=DayTallies)
    deliveries: DeliveryStanding = field(default_factory=lambda: DELIVERED)
    complete: bool = True
    gate: asyncio.Event | None = None

    def __post_init__(self) -> None:
        self.desk = FakeCaseDesk(bus=self.bus, clock=self.clock, cases=self.cases)
        self.photos = FakePhotos(bus=self.bus, clock=self.clock, cases=self.cases)
        self.talks = FakeTalks()
        self.people = FakePeople(bus=self.bus, histories=self.histories, cases=self.cases)

    def serve(self) -> None:
        self.desk.serve()
        self.people.serve()
        self.photos.serve()
        FakeReference(self.bus)
        self.talks.serve(self.bus)
        self.bus.serve(LookUpCaller, self.look_up)
        self.bus.serve(FileCase, self.file)
        self.bus.serve(GetCase, self.get)
        self.bus.serve(ListCases, self.list_cases)
        self.bus.serve(GetCatalogue, self.get_catalogue)
        self.bus.serve(RecordWrapUp, self.record)
        self.bus.serve(ListUndeliverable, self.list_undeliverable)
        self.bus.serve(SendCaseAgain, self.send_again)
        self.bus.serve(ReadDay, self.read_day)
        self.bus.serve(GetDeliveries, self.get_deliveries)

    async def look_up(self, request: LookUpCaller) -> CallerHistory:
        if self.gate is not None:
            await self.gate.wait()
        history = self.histories.get(request.caller, CallerHistory(caller=request.caller))
        return history if self.complete else replace(history, complete=False, note="crm")

    async def file(self, request: FileCase) -> Case:
        if request.idempotency_key in self.by_key:
            return self.cases[self.by_key[request.idempotency_key]]
        draft = request.draft
        topic = next((one for one in catalogue().topics if one.topic == draft.topic), None)
        if topic is None:
            raise Refused(f"there is no topic {draft.topic!r}", code="unknown_topic")
        case = self._case(draft, topic)
        self.cases[case.number] = case
        self.by_key[request.idempotency_key] = case.number
        return case

    async def get(self, request: GetCase) -> Case | None:
        return self.cases.get(request.number)

    async def list_undeliverable(self, _: ListUndeliverable) -> tuple[Undeliverable, ...]:
        return tuple(self.refused.values())

    async def send_again(self, request: SendCaseAgain) -> Done:
        if self.refused.pop(request.number, None) is None:
            raise Refused(f"case {request.number} was not refused", code="not_undeliverable")
        return Done()

    async def list_cases(self, request: ListCases) -> tuple[Case, ...]:
        return tuple(one for one in self.cases.values() if one.caller == request.caller)

    async def get_catalogue(self, _: GetCatalogue) -> Catalogue:
        return catalogue()

    async def read_day(self, _: ReadDay) -> DayTallies:
        return self.day

    async def get_deliveries(self, _: GetDeliveries) -> DeliveryStanding:
        return self.deliveries

    async def record(self, request: RecordWrapUp) -> Done:
        self.wrap_ups.append(request)
        return Done()

    def remember(self, caller: E164 = CALLER) -> None:
        """Give a number a name, two past contacts and an open case that is late."""
        now = self.clock.now()
        draft = CaseDraft(topic=TopicId("street_light"), description="Nie świeci", caller=caller)
        topic = catalogue().topics[1]
        late = replace(
            self._case(draft, topic),
            district="Wola",
            opened_at=now - 9 * DAY_S,
            promised_at=now - 2.5 * DAY_S,
        )
        self.cases[late.number] = late
        self.histories[caller] = CallerHistory(
            caller=caller,
            people=(Caller(name="Maria Nowak", language="pl", tags=("niedosłuch",)),),
            contacts=(
                _contact(caller, "1.1", "waste", now - 10 * DAY_S, "Nieodebrane odpady wielkogabarytowe"),
                _contact(caller, "1.2", "pothole", now - 40 * DAY_S, ""),
            ),
            open_cases=(late,),
        )

    def _case(self, draft: CaseDraft, topic: Topic) -> Case:
        return Case(
            number=CaseNumber(f"{4711 + len(self.cases)}/26"),
            topic=topic.topic,
            title=dict(topic.titles)["pl"],
            unit=draft.unit or topic.unit,
            unit_reason="topic",
            description=draft.description,
            caller=draft.caller,
            call=draft.call,
            agent=draft.agent,
            district=draft.district,
            address=draft.address,
            answers=draft.answers,
            status=CaseStatus.OPEN,
            reference="",
            opened_at=self.clock.now(),
            point=draft.point,
            media_urls=draft.media_urls,
        )


def _contact(caller: E164, call: str, topic: str, at: Seconds, note: str) -> Contact:
    return Contact(
        call=CallId(call),
        caller=caller,
        queue=QueueId("waste"),
        agent=AgentId("bartek"),
        outcome="connected",
        topic=topic,
        disposition="informed",
        note=note,
        started_at=at,
        talk_s=180.0,
    )


def catalogue() -> Catalogue:
    """Return a small catalogue with every kind of thing in it."""
    zdm, zom, wola = UnitId("zdm"), UnitId("zom"), UnitId("ud_wola")
    side = Question(
        code="side",
        datatype="singlevaluelist",
        required=True,
        texts=(("pl", "Jezdnia czy chodnik?"), ("en", "Road or pavement?")),
        values=("jezdnia", "chodnik"),
    )
    size = Question(
        code="size",
        datatype="string",
        required=False,
        texts=(("pl", "Jak duża?"), ("en", "How large?")),
    )
    rows = (
        ("pothole", "Dziura w jezdni", "Pothole", zdm, "roads", ("wyrwa", "ubytek"), (side, size), False),
        ("street_light", "Latarnia nie świeci", "Street lamp out", zdm, "roads", ("lampa",), (), False),
        ("waste", "Nieodebrane odpady", "Waste not collected", zom, "waste", ("śmieci",), (), False),
        ("local_road", "Droga osiedlowa", "Local road", zdm, "roads", ("uliczka",), (), True),
    )
    return Catalogue(
        version="1",
        topics=tuple(
            Topic(
                topic=TopicId(topic),
                titles=(("pl", pl), ("en", en)),
                group="city",
                unit=unit,
                skill=Skill(skill),
                synonyms=synonyms,
                questions=questions,
                district_decides_unit=by_district,
            )
            for topic, pl, en, unit, skill, synonyms, questions, by_district in rows
        ),
        units=(
            Unit(
                unit=zdm,
                names=(("pl", "Zarząd Dróg Miejskich"), ("en", "City Roads Administration")),
                phones=(
                    UnitPhone(number="+48221550110", labels=(("pl", "Dyżurny"), ("en", "Duty room"))),
                    UnitPhone(
                        number="+48601000110",
                        labels=(("pl", "Inżynier"), ("en", "Engineer")),
                        personal=True,
                    ),
                ),
            ),
            Unit(unit=zom, names=(("pl", "Zarząd Oczyszczania Miasta"), ("en", "City Cleaning"))),
            Unit(
                unit=wola,
                names=(("pl", "Urząd Dzielnicy Wola"), ("en", "Wola District Office")),
                district="Wola",
            ),
        ),
        districts=("Mokotów", "Śródmieście", "Wola"),
        dispositions=(
            ("settled.case_filed", (("pl", "Przyjęto sprawę"), ("en", "Case filed"))),
            ("informed", (("pl", "Udzielono informacji"), ("en", "Information given"))),
        ),
    )
