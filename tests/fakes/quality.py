"""A small score sheet, answers to it, and cards made with it."""

from dataclasses import replace

from agent_desktop.quality.card import Card, CardState, Origin, Version
from agent_desktop.quality.sheet import Given, Question, Section, Sheet, sheet_of
from contact.ids import AgentId, CallId, QueueId

ANNA, LIDIA = AgentId("anna"), AgentId("lidia")
ROADS = QueueId("roads")


def question(
    name: str, scale: str = "0-3", *, weight: float = 1.0, na: bool = False, critical: bool = False
) -> Question:
    return Question(
        question=name,
        words=(("pl", name), ("en", name)),
        hint=(("pl", ""), ("en", "")),
        scale=scale,
        weight=weight,
        may_be_na=na,
        critical=critical,
    )


def sheet() -> Sheet:
    """Three questions: a scale, one that may be left out, a critical one."""
    questions = (
        question("need", "0-3", weight=3),
        question("place", "0-2", weight=1, na=True),
        question("data", "yes_no", weight=2, critical=True),
    )
    return sheet_of([Section(section="talk", words=(("pl", "Rozmowa"), ("en", "Talk")), questions=questions)])


def given(**points: int | None) -> dict[str, Given]:
    """Return answers by question; None is not applicable."""
    return {
        name: Given(question=name, points=value, na=value is None, comment=f"o {name}")
        for name, value in points.items()
    }


def card(name: str = "c1", call: str = "1.1", *, started_at: float = 1_000.0, by: AgentId = LIDIA) -> Card:
    """Return a card that was just opened."""
    return Card(
        card=name,
        call=CallId(call),
        agent=ANNA,
        team="Zespół 1",
        queue=ROADS,
        started_at=started_at,
        is_callback=False,
        origin=Origin.DRAWN,
        made_by=by,
        made_at=started_at + 500,
        versions=(Version(number=1, sheet=sheet().version, author=by, saved_at=started_at + 500),),
    )


def submitted(of: Card, *, number: int = 1, percent: float = 80.0, reason: str = "") -> Version:
    """Return a version as it is submitted."""
    return Version(
        number=number,
        sheet=sheet().version,
        author=of.made_by,
        answers=tuple(given(need=2, place=None, data=1).values()),
        note="Dobra rozmowa",
        reason=reason,
        saved_at=of.made_at + 10,
        submitted_at=of.made_at + 10,
        percent=percent,
    )


def read(of: Card) -> Card:
    """Return the card as its consultant has read it."""
    return replace(of, state=CardState.READ, versions=(submitted(of),))
