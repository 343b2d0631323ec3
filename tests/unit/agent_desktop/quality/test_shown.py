from dataclasses import replace

import pytest

from agent_desktop.quality.card import CardState
from agent_desktop.quality.shown import card_row, may_do, talk_row, version_row
from contact.ids import AgentId
from tests.fakes.quality import ANNA, LIDIA, card, read, sheet, submitted
from tests.fakes.talks import past_talk

SYLWIA = AgentId("sylwia")
NAMES = {ANNA: "Anna Kowalska", LIDIA: "Lidia Wójcik"}


def test_what_is_hidden_has_no_score() -> None:
    done = read(card())
    assert card_row(done, NAMES, hidden=False).percent == 80.0
    hidden = card_row(replace(done, versions=(replace(submitted(card()), failed=True),)), NAMES, hidden=True)
    assert (hidden.percent, hidden.failed, hidden.hidden, hidden.agent_name) == (
        None,
        False,
        True,
        "Anna Kowalska",
    )


def test_a_submitted_version_keeps_the_score_it_was_given() -> None:
    row = version_row(submitted(card(), percent=79.0), sheet(), NAMES)
    assert (row.percent, row.author_name, row.answers["need"].points) == (79.0, "Lidia Wójcik", 2)
    draft = version_row(replace(submitted(card()), submitted_at=None, percent=None), sheet(), NAMES)
    assert draft.percent == 80.0


def test_a_callers_number_is_masked() -> None:
    assert talk_row(past_talk(ANNA, at=0.0), ()).caller == "+48600***200"


@pytest.mark.parametrize(
    ("state", "may"),
    [
        (CardState.SUBMITTED, []),
        (CardState.READ, ["acknowledge", "dispute"]),
        (CardState.ACKNOWLEDGED, []),
        (CardState.DISPUTED, []),
        (CardState.ANSWERED, ["acknowledge"]),
        (CardState.SETTLED, []),
    ],
)
def test_a_consultant_may_answer_what_they_have_read(state: CardState, may: list[str]) -> None:
    assert may_do(replace(read(card()), state=state), ANNA, hidden=False, calibrated=False) == may


def test_a_leader_may_do_what_the_card_is_ready_for() -> None:
    done, draft = read(card()), ["save", "submit", "discard"]
    disputed = replace(done, state=CardState.DISPUTED)
    blind = replace(done, calibration="k1")
    assert may_do(card(), LIDIA, hidden=False, calibrated=False) == draft
    assert may_do(card(), SYLWIA, hidden=False, calibrated=False) == []
    assert may_do(done, SYLWIA, hidden=False, calibrated=False) == ["correct", "calibrate"]
    assert may_do(disputed, SYLWIA, hidden=False, calibrated=True) == ["correct", "uphold"]
    assert may_do(disputed, SYLWIA, hidden=True, calibrated=True) == []
    assert may_do(blind, LIDIA, hidden=False, calibrated=False) == []
