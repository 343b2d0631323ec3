"""A small catalogue, drafts and records that tests of the bridge share."""

import json
from collections.abc import Iterable, Mapping
from typing import Any

from contact.case import Case, CaseDraft, Catalogue, Question, Topic, Unit
from contact.events import CallEnded
from contact.ids import E164, AgentId, CallId, Language, QueueId, Skill, TopicId, UnitId
from contact.states import Outcome
from crm_bridge.core.delivery import Answer, Answered, Unanswered
from runtime.section import ConfigError

CALLER = E164("+48600100200")


def question(code: str, datatype: str = "string", *, required: bool = False, values: str = "") -> Question:
    return Question(
        code=code,
        datatype=datatype,
        required=required,
        texts=(("pl", code), ("en", code)),
        values=tuple(values.split()),
    )


def catalogue() -> Catalogue:
    questions = (
        question("danger", "singlevaluelist", required=True, values="tak nie"),
        question("kinds", "multivaluelist", values="a b c"),
        question("count", "number"),
        question("when", "datetime"),
        question("notes", "text"),
    )
    return Catalogue(
        version="v1",
        topics=(
            _topic("pothole", "Dziura", "zdm"),
            _topic("asked", "Pytania", "zdm", questions=questions),
            _topic("tree", "Drzewo", "zzw", district_decides_unit=True),
        ),
        units=(
            Unit(unit=UnitId("zdm"), names=(("pl", "Zarząd Dróg"), ("en", "Roads"))),
            Unit(unit=UnitId("zzw"), names=(("pl", "Zarząd Zieleni"), ("en", "Greenery"))),
            Unit(
                unit=UnitId("ud_wola"), names=(("pl", "Urząd Wola"), ("en", "Wola Office")), district="Wola"
            ),
        ),
        districts=("Wola", "Wawer"),
        dispositions=(("settled.information", (("pl", "Informacja"), ("en", "Information"))),),
    )


def _topic(topic: str, title: str, unit: str, **more: Any) -> Topic:
    return Topic(
        topic=TopicId(topic),
        titles=(("pl", title), ("en", topic)),
        group="roads",
        unit=UnitId(unit),
        skill=Skill("roads"),
        **more,
    )


def draft(**changes: Any) -> CaseDraft:
    return CaseDraft(**({"topic": TopicId("pothole"), "description": "Dziura", "caller": CALLER} | changes))


def ended(call: str, *, caller: str = CALLER, arrived_at: float = 1_000.0) -> CallEnded:
    return CallEnded(
        call=CallId(call),
        caller=E164(caller),
        dialled="19115",
        language=Language("pl"),
        queue=QueueId("roads"),
        agent=AgentId("anna"),
        outcome=Outcome.CONNECTED,
        path=("menu=2",),
        topic="pothole",
        arrived_at=arrived_at,
        queued_at=arrived_at + 5,
        connected_at=arrived_at + 10,
        ended_at=arrived_at + 60,
        wait_s=5,
        talk_s=50,
        offers=1,
    )


class ManualClock:
    """Time that moves when told to."""

    def __init__(self, at: float = 1_000.0) -> None:
        self.at = at

    def now(self) -> float:
        return self.at


class FakeCrm:
    """An idempotent CRM in memory; each send uses up one step of `script`.

    Steps: `ok`, `down` (no answer, nothing taken), `lost` (taken, the answer is lost), or a status number.
    """

    def __init__(self, script: Iterable[str | int] = ()) -> None:
        self.script = list(script)
        self.taken: dict[str, str] = {}
        self.sent: list[tuple[str, str]] = []

    async def send(self, body: str, idempotency_key: str) -> Answer:
        self.sent.append((idempotency_key, body))
        step = self.script.pop(0) if self.script else "ok"
        if step == "down":
            return Unanswered(reason="connection refused")
        if isinstance(step, int):
            return Answered(status=step, text="scripted")
        self.taken.setdefault(idempotency_key, f"SR-{len(self.taken) + 1}")
        if step == "lost":
            return Unanswered(reason="connection lost")
        return Answered(status=201, reference=self.taken[idempotency_key], is_object=True)


class PlainTemplate:
    """A body that is the case's number; `broken` makes it fail."""

    broken = False

    def render(self, case: Case) -> str:
        if self.broken:
            raise ConfigError("case.json.j2:3: 'nothing' is undefined")
        return json.dumps({"case_number": case.number})

    def render_news(self, case: Case, news: Mapping[str, Any]) -> str:
        return json.dumps({"case_number": case.number, "news": news["kind"], "text": news["text"]})
