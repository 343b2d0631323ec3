import json
from dataclasses import fields

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from agent_desktop.alert import AlertKind, AlertRule, Alerts, Telling, TellingState
from agent_desktop.feed import FOLDED, Feed, LiveEvent
from agent_desktop.rows import Mirror, inside
from agent_desktop.scope import WHOLE, Scope, scope_of
from agent_desktop.users import Role
from agent_desktop.view import View, view_of
from contact.states import AgentState
from tests.unit.agent_desktop.test_feed import (
    ANNA,
    BARTEK,
    CALL,
    CONNECTED,
    OFFERED,
    ROADS,
    WAITING,
    standing,
    state,
)

NUMBER = "+48600100200"


def mirrored(view: View, scope: Scope = WHOLE) -> tuple[Feed, Mirror]:
    feed, mirror = Feed(), Mirror(view, scope)
    feed.start_from(standing())
    mirror.move_on(feed, feed.take_changes())
    return feed, mirror


def test_a_patch_holds_only_the_fields_that_differ() -> None:
    feed, mirror = mirrored(View.SUPERVISOR)
    feed.fold(state(ANNA, AgentState.NOT_READY), 95.0)
    patch = mirror.move_on(feed, feed.take_changes())
    assert patch["agents"] == {"anna": {"state": "not_ready"}}
    assert set(patch["queues"]["roads"]) == {"agents"}


def test_nothing_is_sent_where_nothing_differs() -> None:
    feed, mirror = mirrored(View.SUPERVISOR)
    feed.fold(state(ANNA, AgentState.READY), 95.0)
    assert mirror.move_on(feed, feed.take_changes()) == {}


def test_supervisors_see_every_call_with_its_number_masked() -> None:
    feed, mirror = mirrored(View.SUPERVISOR)
    feed.fold(WAITING, 100.0)
    patch = mirror.move_on(feed, feed.take_changes())
    assert patch["calls"][CALL]["caller"] == "+48600***200"


def test_consultants_see_how_many_wait_and_no_call() -> None:
    feed, mirror = mirrored(View.AGENT)
    feed.fold(WAITING, 100.0)
    patch = mirror.move_on(feed, feed.take_changes())
    assert patch["queues"]["roads"]["waiting"] == 1
    assert "calls" not in patch


@pytest.mark.parametrize("kind", FOLDED, ids=lambda kind: kind.__name__)
@settings(max_examples=10)
@given(data=st.data())
def test_no_event_brings_a_whole_number_or_anybodys_call_where_it_may_not_be(
    kind: type[LiveEvent], data: st.DataObject
) -> None:
    feed = Feed()
    feed.start_from(standing())
    feed.fold(WAITING, 100.0)
    known: dict[str, object] = {"call": CALL, "caller": NUMBER, "agent": ANNA, "offer": OFFERED.offer}
    fixed = {one.name: st.just(known[one.name]) for one in fields(kind) if one.name in known}
    feed.fold(data.draw(st.builds(kind, **fixed)), 200.0)
    texts = {}
    for view in View:
        mirror = Mirror(view)
        mirror.catch_up(feed)
        texts[view] = mirror.text()
        assert NUMBER not in texts[view]
        assert view is View.SUPERVISOR or '"calls":{}' in texts[view]
    assert '"agents":{}' in texts[View.TV]
    assert ANNA not in texts[View.TV]


def test_a_scope_by_teams_shows_its_consultants_and_their_calls_and_whoever_waits() -> None:
    feed, mirror = mirrored(View.SUPERVISOR, scope_of(["A"], [], []))
    feed.teams_are({BARTEK: "A"})
    feed.fold(WAITING, 100.0)
    patch = mirror.move_on(feed, feed.take_changes())
    assert (set(patch.get("agents", {})), set(patch["calls"])) == ({"bartek"}, {CALL})
    feed.fold(OFFERED, 130.0)
    assert mirror.move_on(feed, feed.take_changes())["gone"] == {"calls": [CALL]}
    feed.teams_are({BARTEK: "A", ANNA: "A"})
    patch = mirror.move_on(feed, feed.take_changes())
    assert (set(patch["agents"]), patch["calls"][CALL]["agent"]) == ({"anna"}, "anna")
    feed.teams_are({ANNA: "B"})
    gone = mirror.move_on(feed, feed.take_changes())["gone"]
    assert gone == {"agents": ["anna", "bartek"], "calls": [CALL]}


def test_a_scope_by_queues_shows_what_waits_and_is_raised_in_them() -> None:
    feed, mirror = mirrored(View.SUPERVISOR, scope_of([], ["waste"], []))
    rules = [AlertRule(kind=one, raise_at=1, clear_at=0) for one in AlertKind]
    feed.alerts = Alerts(rules)
    down, wait = (AlertKind.TELEPHONY_DOWN, None), (AlertKind.LONGEST_WAIT, ROADS)
    feed.alerts.judge({down: 1.0, wait: 5.0}, 1.0)
    for event in (WAITING, OFFERED, CONNECTED):
        feed.fold(event, 100.0)
        patch = mirror.move_on(feed, feed.take_changes())
        assert not {"queues", "calls", "slots"} & patch.keys()
    shown = json.loads("{" + mirror.text() + "}")
    assert (set(shown["alerts"]), shown["calls"], set(shown["queues"])) == ({"telephony_down"}, {}, set())
    assert set(shown["agents"]) == {"anna", "bartek"}


def test_an_analyst_sees_agents_and_figures_and_no_call() -> None:
    feed, mirror = mirrored(View.ANALYST)
    for event in (WAITING, OFFERED, CONNECTED):
        feed.fold(event, 100.0)
    mirror.move_on(feed, feed.take_changes())
    shown = json.loads("{" + mirror.text() + "}")
    assert (shown["calls"], set(shown["agents"])) == ({}, {"anna", "bartek"})
    assert shown["queues"]["roads"]["members"]


def test_a_board_on_the_wall_shows_nobody() -> None:
    feed, mirror = mirrored(View.TV)
    feed.alerts = Alerts([AlertRule(kind=AlertKind.TELEPHONY_DOWN, raise_at=1, clear_at=0)])
    feed.alerts.judge({(AlertKind.TELEPHONY_DOWN, None): 1.0}, 1.0)
    feed.alerts.acknowledge("telephony_down", ANNA, 2.0)
    telling = Telling(recipient="dyżurny", way="email", state=TellingState.TOLD, at=3.0)
    feed.alerts.show_told("telephony_down", (telling,))
    for event in (WAITING, OFFERED, CONNECTED, state(ANNA, AgentState.TALKING, CALL)):
        feed.fold(event, 100.0)
        mirror.move_on(feed, feed.take_changes())
    text = mirror.text()
    shown = json.loads("{" + text + "}")
    assert (shown["agents"], shown["calls"]) == ({}, {})
    assert shown["queues"]["roads"]["agents"]["talking"] == 1
    assert shown["alerts"]["telephony_down"]["acknowledged_at"] == 2.0
    for personal in ("anna", "Anna", "600", "members", "acknowledged_by", "told", "dyżurny"):
        assert personal not in text


def test_a_supervisor_sees_who_was_told_of_an_alert() -> None:
    feed, mirror = mirrored(View.SUPERVISOR)
    feed.alerts = Alerts([AlertRule(kind=AlertKind.TELEPHONY_DOWN, raise_at=1, clear_at=0)])
    feed.alerts.judge({(AlertKind.TELEPHONY_DOWN, None): 1.0}, 1.0)
    mirror.move_on(feed, feed.take_changes())
    telling = Telling(recipient="dyżurny", way="email", state=TellingState.FAILED, at=3.0)
    feed.alerts.show_told("telephony_down", (telling,))
    patch = mirror.move_on(feed, feed.take_changes())
    told = [{"recipient": "dyżurny", "way": "email", "state": "failed", "at": 3.0}]
    assert patch["alerts"] == {"telephony_down": {"told": told}}


def test_the_whole_view_is_encoded_once_until_it_changes() -> None:
    feed, mirror = mirrored(View.AGENT)
    first = mirror.text()
    assert mirror.text() is first
    feed.fold(WAITING, 100.0)
    mirror.move_on(feed, feed.take_changes())
    assert mirror.text() is not first


def test_roles_have_the_view_they_may_have() -> None:
    assert {role: view_of(role) for role in Role} == {
        Role.AGENT: View.AGENT,
        Role.TEAM_LEAD: View.SUPERVISOR,
        Role.SUPERVISOR: View.SUPERVISOR,
        Role.ANALYST: View.ANALYST,
        Role.ADMIN: View.SUPERVISOR,
    }


def test_the_inside_of_an_object_has_no_braces() -> None:
    assert inside({"a": "ó", "b": None}) == '"a":"ó","b":null'
    assert inside({}) == ""
