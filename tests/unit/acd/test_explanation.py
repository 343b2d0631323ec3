from collections.abc import Iterable
from datetime import UTC

import pytest

from acd.core.policy import CallbackPolicy, Strategy
from acd.explanation import NAMED_MAX, Known, describe
from acd.wording import ENGLISH, POLISH, Wording
from contact.callbacks import AttemptEnd, CallbackOrdered, Rest
from contact.commands import AgentStanding, QueueStanding
from contact.events import AgentStateChanged, CallLeftQueue, Fact, OfferExplained
from contact.ids import E164, AgentId, CallId, Extension, Language, OfferId, QueueId, Skill, callback_id
from contact.states import AgentState, Availability, OfferCause, Outcome, PhoneState
from tests.unit.acd.core.floor import Floor, queue

NAMES = {"anna": "Anna Kowalska", "bartek": "Bartosz Wiśniewski", "celina": "Celina Melnyk"}
SKILLS = {"anna": {"roads": 80}, "bartek": {"waste": 60}, "celina": {"roads": 50}}
ROADS = QueueStanding(
    queue=QueueId("roads"),
    names=(("en", "Roads"), ("pl", "Drogi")),
    requirement="roads",
    service_level_s=30,
    members=(),
)


def standing(agent: str) -> AgentStanding:
    state = AgentStateChanged(
        agent=AgentId(agent),
        old=AgentState.READY,
        new=AgentState.READY,
        availability=Availability.READY,
        reason="",
        by=None,
        call=None,
        since_at=0.0,
    )
    return AgentStanding(
        agent=AgentId(agent),
        name=NAMES[agent],
        extension=Extension("2001"),
        phone=PhoneState.IDLE,
        skills=tuple((Skill(skill), level) for skill, level in SKILLS[agent].items()),
        state=state,
    )


KNOWN = Known(agents={AgentId(one): standing(one) for one in NAMES}, queues={ROADS.queue: ROADS}, zone=UTC)


def of(floor: Floor, call: CallId) -> list[Fact]:
    return [fact for fact in floor.facts if getattr(fact, "call", None) == call]


def told(facts: Iterable[Fact], wording: Wording) -> list[str]:
    """The lines without their times of day."""
    lines = describe(facts, KNOWN, wording)
    return [line[9:] if line[2:3] == ":" else line for line in lines]


def crowd() -> tuple[Floor, CallId]:
    """Anna is free longest, Celina less long, Bartek lacks the skill; an older caller waits for waste."""
    floor = Floor(queue("roads", "roads>=40"), queue("general", "general"), queue("waste", "waste"))
    floor.agent("anna", roads=80)
    floor.pass_s(180)
    floor.agent("celina", roads=50)
    floor.agent("bartek", wish=Availability.NOT_READY, waste=60)
    for _ in range(2):
        floor.call("general")
    floor.pass_s(60)
    return floor, floor.call("roads")


def test_english_says_who_was_chosen_and_why_the_others_were_not() -> None:
    floor, call = crowd()
    assert told(of(floor, call), ENGLISH) == [
        "the call waits in the queue “Roads”; the caller needs: nothing in particular; priority 0",
        "offered to Anna Kowalska after 0 s of waiting",
        "asked of the consultant: roads (at least 40)",
        "Anna Kowalska was chosen out of 2 free consultants: free longest (4 min)",
        "also free: Celina Melnyk (1 min)",
        "passed over (lacks roads (at least 40)): Bartosz Wiśniewski",
        "2 older callers were passed over: this consultant may not serve them",
    ]


def test_polish_says_the_same_without_bending_a_name() -> None:
    floor, call = crowd()
    assert told(of(floor, call), POLISH) == [
        "połączenie czeka w kolejce „Drogi”; osoba dzwoniąca potrzebuje: nic szczególnego; priorytet 0",
        "propozycja dla: Anna Kowalska, po 0 s oczekiwania",
        "wymagania wobec konsultanta: roads (co najmniej 40)",
        "wybór: Anna Kowalska, najdłużej bez połączenia (4 min); wolnych osób: 2",
        "także bez połączenia: Celina Melnyk (1 min)",
        "pominięto (brak umiejętności: roads (co najmniej 40)): Bartosz Wiśniewski",
        "pominięto 2 starsze połączenia, których ta osoba nie może obsłużyć",
    ]


def test_a_whole_call_is_told_to_its_end_with_the_time_of_day() -> None:
    floor = Floor()
    floor.agent()
    call = floor.call()
    floor.pass_s(3)
    offer = floor.answer()
    floor.pass_s(65)
    floor.end_leg(offer)
    floor.hang_up(call)
    lines = describe(of(floor, call), KNOWN, ENGLISH)
    assert lines[-4:] == (
        "00:16:43 Anna Kowalska answered after 3 s",
        "00:16:43 talk with Anna Kowalska began; the caller had waited 3 s",
        "00:17:48 the talk ended after 1 min 5 s",
        "00:17:48 the call ended",
    )
    assert "Anna Kowalska was chosen as the only free consultant who meets this" in lines


@pytest.mark.parametrize(
    ("cause", "english", "polish"),
    [
        (
            OfferCause.NO_ANSWER,
            "Anna Kowalska did not answer within 7 s",
            "Anna Kowalska: brak odpowiedzi przez 7 s",
        ),
        (
            OfferCause.DECLINED,
            "Anna Kowalska declined after 7 s",
            "Anna Kowalska: propozycję odrzucono po 7 s",
        ),
        (OfferCause.PHONE_BUSY, "the phone of Anna Kowalska was busy", "Anna Kowalska: telefon zajęty"),
        (
            OfferCause.PHONE_UNREACHABLE,
            "the phone of Anna Kowalska could not be reached",
            "Anna Kowalska: telefon nieosiągalny",
        ),
    ],
)
def test_each_end_of_an_offer_has_its_words(cause: OfferCause, english: str, polish: str) -> None:
    floor = Floor()
    floor.agent()
    call = floor.call()
    floor.pass_s(7)
    floor.end_leg(floor.ringing().offer, cause)
    assert told(of(floor, call), ENGLISH)[-1] == english
    assert told(of(floor, call), POLISH)[-1] == polish


def test_a_caller_who_gives_up_is_told_apart() -> None:
    floor = Floor()
    call = floor.call()
    floor.pass_s(3_700)
    floor.hang_up(call)
    assert told(of(floor, call), ENGLISH)[-1] == "the caller hung up after 1 h 1 min in the queue"
    assert told(of(floor, call), POLISH)[-1] == "osoba dzwoniąca rozłączyła się po 1 godz. 1 min w kolejce"


def explained(**changes: object) -> list[Fact]:
    floor, call = crowd()
    facts = of(floor, call)
    why = next(fact for fact in facts if isinstance(fact, OfferExplained))
    values = {name: getattr(why, name) for name in why.__slots__}
    changed: Fact = OfferExplained(**{**values, **changes})
    return [changed if fact is why else fact for fact in facts]


@pytest.mark.parametrize(
    ("reason", "english"),
    [
        ("not_ready", "on a pause"),
        ("reserved", "another call is ringing"),
        ("talking", "talking"),
        ("wrap_up", "in wrap-up"),
        ("held", "left in peace for a moment after an offer that failed"),
        ("leg_up", "the line of the last call is still up"),
        ("free", "free too, but the one who has just become free chooses first"),
        ("made_up_tomorrow", "made_up_tomorrow"),
    ],
)
def test_each_reason_for_passing_an_agent_over_has_its_words(reason: str, english: str) -> None:
    lines = told(explained(skipped=((AgentId("celina"), reason),)), ENGLISH)
    assert f"passed over ({english}): Celina Melnyk" in lines


def test_an_agent_who_has_the_skill_by_now_lacked_it_then() -> None:
    lines = told(explained(candidates=(), signed_in=(AgentId("celina"),)), ENGLISH)
    assert "passed over (lacks a skill that was asked for then): Celina Melnyk" in lines


def test_many_agents_with_one_reason_are_counted_not_listed() -> None:
    crowd_of = tuple((AgentId(f"agent{number}"), "talking") for number in range(NAMED_MAX + 30))
    line = next(line for line in told(explained(skipped=crowd_of), ENGLISH) if "talking" in line)
    assert line.endswith("agent7 and 30 more")


@pytest.mark.parametrize(
    ("count", "words"),
    [
        (1, "1 starsze połączenie, którego"),
        (4, "4 starsze połączenia, których"),
        (5, "5 starszych połączeń, których"),
        (12, "12 starszych połączeń, których"),
        (22, "22 starsze połączenia, których"),
        (25, "25 starszych połączeń, których"),
    ],
)
def test_polish_counts_in_three_forms(count: int, words: str) -> None:
    lines = told(explained(older_callers=count), POLISH)
    assert any(words in line for line in lines)


@pytest.mark.parametrize(
    ("strategy", "score", "english"),
    [
        (Strategy.FEWEST_CALLS, 3.0, "fewest calls since signing in (3)"),
        (Strategy.LEAST_TALK, 125.0, "least time in talks since signing in (2 min 5 s)"),
        (Strategy.ROUND_ROBIN, 0.0, "without an offer for longest (never)"),
        (Strategy.MOST_SKILLED, -160.0, "highest levels in the skills asked for (160 together)"),
        (Strategy.WEIGHTED, -12.5, "most points (12.5)"),
        ("by_the_moon", 1.25, "first by the rule by_the_moon (1.25)"),
    ],
)
def test_each_strategy_gives_its_own_figure(strategy: str, score: float, english: str) -> None:
    candidates = ((AgentId("anna"), score), (AgentId("celina"), score + 1))
    lines = told(explained(strategy=str(strategy), candidates=candidates), ENGLISH)
    assert f"Anna Kowalska was chosen out of 2 free consultants: {english}" in lines


@pytest.mark.parametrize(
    ("requirement", "english", "polish"),
    [
        ("pl & roads>=40", "pl and roads (at least 40)", "pl i roads (co najmniej 40)"),
        ("pl & (roads | general>=60)", "pl and (roads or general (at least 60))", None),
        ("!uk & waste<=20", "not uk and waste <= 20", "nie uk i waste <= 20"),
        ("&&", "&&", "&&"),
    ],
)
def test_requirements_are_put_in_words(requirement: str, english: str, polish: str | None) -> None:
    lines = told(explained(requirement=requirement), ENGLISH)
    assert f"asked of the consultant: {english}" in lines
    if polish is not None:
        assert f"wymagania wobec konsultanta: {polish}" in told(explained(requirement=requirement), POLISH)


def test_both_catalogues_have_the_same_texts_but_for_the_forms_of_numbers() -> None:
    assert set(POLISH.texts) - {"passed_few"} == set(ENGLISH.texts)


@pytest.mark.parametrize("outcome", list(Outcome))
def test_every_outcome_has_words_in_both_languages(outcome: Outcome) -> None:
    for wording in (POLISH, ENGLISH):
        assert str(outcome) not in wording.outcome(outcome, span="5 s")


def test_facts_of_tomorrow_are_passed_over() -> None:
    left = CallLeftQueue(call=CallId("1.1"), queue=QueueId("roads"), reason="out_of_sight")
    assert describe([left, standing("anna").state], KNOWN, ENGLISH) == (
        "the call left the queue “Roads”: out_of_sight",
    )


def test_an_offer_without_its_explanation_is_told_by_itself() -> None:
    facts = [fact for fact in explained() if not isinstance(fact, OfferExplained)]
    assert told(facts, ENGLISH)[-1] == "offered to Anna Kowalska after 0 s of waiting"
    assert OfferId("x") not in told(facts, ENGLISH)


def test_a_callback_is_told_from_the_order_to_the_last_attempt() -> None:
    floor = Floor(queue("roads", "roads", callback=CallbackPolicy(attempts_max=2, gap_s=60.0)))
    call = callback_id("1")
    floor.tell(
        CallbackOrdered(
            call=call, number=E164("+48600700800"), queue=QueueId("roads"), key="1", language=Language("pl")
        )
    )
    floor.agent("anna")
    floor.tell(*floor.exchange.answer(floor.ringing().offer))
    floor.tell(*floor.exchange.fail(floor.ringing().offer, 17))
    floor.pass_s(60)
    floor.tell(*floor.exchange.answer(floor.ringing().offer))
    floor.tell(*floor.exchange.fail(floor.ringing().offer, 19))
    english, polish = told(of(floor, call), ENGLISH), told(of(floor, call), POLISH)
    for line in (
        "attempt 1: Anna Kowalska has answered, the citizen is dialled",
        "attempt 1: the citizen's line was busy",
        "no further attempt before 1970-01-01 00:17",
        "the callback waits for a consultant again, at its old place",
        "attempt 2: the citizen did not answer",
    ):
        assert line in english
    assert english[-1] == "the citizen was not reached in any attempt"
    assert "próba 1: numer był zajęty" in polish
    assert not any("callback_" in line for line in (*english, *polish))


@pytest.mark.parametrize(
    "key", [*(f"attempt_{one}" for one in AttemptEnd), *(f"rests_{one}" for one in Rest)]
)
def test_every_end_of_an_attempt_and_every_rest_has_words(key: str) -> None:
    assert key in ENGLISH.texts
    assert key in POLISH.texts
