"""Every route and page for everybody: who gets in, what they may not see there, and from where they ask."""

from collections.abc import AsyncIterator
from dataclasses import replace
from http import HTTPStatus
from pathlib import Path
from typing import Any

import pytest

from agent_desktop.alert import AlertKind
from agent_desktop.api import ROUTES
from agent_desktop.keys import TV_BOARDS
from agent_desktop.quality.calibration_store import Calibration
from agent_desktop.routes import WRITES
from agent_desktop.users import Role
from contact.callback_requests import CallbackStanding
from contact.commands import GetStanding, Undeliverable
from contact.events import CallConnected
from contact.ids import AgentId, CaseNumber, Language, OfferId, QueueId
from contact.kept_talk import KeepTalk, SearchTalks, TalkFacts, TalkQuery
from contact.photo import AskForPhotos
from contact.states import AgentState
from contact.voicemail import KeepVoicemail
from crm_bridge.adapters.kept_talk_store import KeptTalkStore
from crm_bridge.adapters.store import Store
from crm_bridge.adapters.vault import Vault
from crm_bridge.adapters.voicemail_store import VoicemailStore
from crm_bridge.asking import Asking
from crm_bridge.kept_talks import KeptTalks
from crm_bridge.measure import BridgeMetrics
from crm_bridge.voicemail import Voicemails
from runtime.clock import SystemClock
from tests.fakes.callbacks import FakeCallbacks
from tests.fakes.crm import ended
from tests.fakes.quality import card, sheet, submitted
from tests.fakes.recordings import FakeRecordings
from tests.fakes.roles import CALLER
from tests.integration.desktop_rights import (
    ANNA,
    CALL,
    CALLBACK,
    CALLED_BACK,
    CARD,
    HIDDEN,
    MESSAGE,
    NOBODY,
    OPEN,
    PAGES,
    PEOPLE,
    PHOTO,
    RIGHTS,
    WAITING_CALLER,
    WAITS,
    Right,
)
from tests.integration.desktop_server import PASSWORD, Client, RunningDesktop, running_desktop

ROADS, WASTE = QueueId("roads"), QueueId("waste")
ROLE_OF = {
    "anna": Role.AGENT,
    "lidia": Role.TEAM_LEAD,
    "sylwia": Role.SUPERVISOR,
    "adam": Role.ANALYST,
    "admin": Role.ADMIN,
}
LEFT = 1_700_000_000.0


class Scene:
    """A desktop with one of everything that somebody may or may not touch."""

    def __init__(self, desktop: RunningDesktop) -> None:
        self.desktop = desktop
        self.callbacks = FakeCallbacks(desktop.bus)
        self._board = self._recording = ""

    async def prepare(self) -> None:
        """Build what stays; `bartek` is no member of the queue whose call `anna` has."""
        desktop = self.desktop
        desktop.acd.outside.add((ROADS, AgentId("bartek")))
        desktop.app._feed.start_from(await desktop.acd.get_standing(GetStanding()))
        desktop.bridge.remember()
        desktop.bridge.photos.put(CaseNumber("4711/26"), PHOTO)
        request = AskForPhotos(number=CaseNumber("4711/26"), agent=AgentId(ANNA))
        await desktop.bus.request(request)
        store = VoicemailStore(database=desktop.database)
        Voicemails(store=store, clock=SystemClock(), asking=Asking(lambda: None)).serve(desktop.bus)
        await desktop.bus.request(KeepVoicemail(call=MESSAGE, left_at=LEFT, duration_s=2.5, audio=b"RIFF"))
        await self._keep_a_talk()
        contact = replace(ended(MESSAGE), caller=CALLER, queue=ROADS)
        await Store(database=desktop.database, new_id=str).add_contacts([contact])
        await self._put_cards()
        board, _ = await desktop.app._web[TV_BOARDS].make("Sala 1", AgentId("sylwia"))
        self._board = board.id

    async def _put_cards(self) -> None:
        """Have sylwia submit cards of two talks of anna's, the second of them calibrated."""
        desk, by = self.desktop.app._quality, AgentId("sylwia")
        for name, call in ((CARD, CALL), ("second", WAITS)):
            made = card(name, call, started_at=self.desktop.acd.clock.now() - 1_000, by=by)
            await desk.cards.open(made, sheet())
            await desk.cards.submit(made, submitted(made), sheet())
        await desk.calibrations.make(
            Calibration(calibration="k1", card="second", version=1, note="", made_by=by, made_at=LEFT)
        )

    async def _keep_a_talk(self) -> None:
        """Have one recorded talk, and routing that records the one of `anna`."""
        desktop = self.desktop
        FakeRecordings(desktop.acd)
        KeptTalks(
            store=KeptTalkStore(database=desktop.database),
            vault=Vault(folder=desktop.settings.state_dir / "talks", key="k" * 32),
            keep_days=36_500,
            clock=SystemClock(),
            asking=Asking(lambda: None),
            metrics=BridgeMetrics(),
        ).serve(desktop.bus)
        talk = TalkFacts(
            call=MESSAGE,
            offer=OfferId("o-1"),
            agent=AgentId(ANNA),
            queue=ROADS,
            consented_at=LEFT,
            began_at=LEFT,
        )
        await desktop.bus.request(KeepTalk(talk=talk, duration_s=2.5, audio=b"fLaC"))
        found = await desktop.bus.request(SearchTalks(query=TalkQuery(call=MESSAGE)))
        self._recording = found[0].recording

    def restage(self) -> None:
        """Put back what the route asked before may have taken away."""
        acd, bridge, feed = self.desktop.acd, self.desktop.bridge, self.desktop.app._feed
        if CALL not in acd.calls:
            acd.wait(CALL)
            acd.offer(CALL, AgentId(ANNA))
            acd.connect(CALL)
        if WAITS in acd.calls:
            del acd.calls[WAITS]
        acd.wait(WAITS, WAITING_CALLER, waited_s=500.0)
        anna = feed.agents[AgentId(ANNA)]
        if (anna.state.new, anna.state.call) == (AgentState.TALKING, CALL):
            feed.hands.put_up(anna, "nie wiem", LEFT)
        feed.alerts.judge({(AlertKind.LONGEST_WAIT, ROADS): 500.0}, self.desktop.acd.clock.now())
        self.callbacks.standing[CALLBACK] = _callback()
        number = CaseNumber("4711/26")
        bridge.refused[number] = Undeliverable(case=bridge.cases[number], reason="no", refused_at=LEFT)

    def path(self, name: str, right: Right) -> str:
        """Return what is asked for a route."""
        path = right.path or name.partition(" ")[2]
        alert = next(iter(self.desktop.app._feed.alerts.raised), "")
        path = path.replace("{recording}", self._recording).replace("{calibration}", "k1")
        return path.replace("{board}", self._board).replace("{alert}", alert)


def _callback() -> CallbackStanding:
    return CallbackStanding(
        call=CALLBACK,
        number=CALLED_BACK,
        queue=WASTE,
        place="waiting",
        priority=0,
        language=Language("pl"),
        topic="",
        joined_at=LEFT,
        attempts=0,
        attempts_max=3,
        expires_at=LEFT,
        by=AgentId(ANNA),
    )


@pytest.fixture
async def scene(tmp_path: Path) -> AsyncIterator[Scene]:
    async with running_desktop(tmp_path) as desktop:
        made = Scene(desktop)
        await made.prepare()
        yield made


async def arriving(scene: Scene, person: str) -> Client:
    return scene.desktop.client() if person == NOBODY else await scene.desktop.signed_in(person)


def test_every_route_has_a_line_and_every_line_a_route() -> None:
    assert set(RIGHTS) == {f"{route.method} {route.path}" for route in ROUTES}, (
        "say in tests/integration/desktop_rights.py who may use the route"
    )


@pytest.mark.parametrize("person", PEOPLE)
async def test_everybody_gets_where_they_may_and_sees_no_number_they_may_not(
    scene: Scene, person: str
) -> None:
    client = await arriving(scene, person)
    column = PEOPLE.index(person)
    found: dict[str, Any] = {}
    for name, right in RIGHTS.items():
        scene.restage()
        body = right.body
        if name == "POST /api/v1/session":
            body = {"login": "anna" if person == NOBODY else person, "password": PASSWORD}
        method = name.partition(" ")[0]
        answer, plain = await client.ask(method, scene.path(name, right), body, {"Idempotency-Key": name})
        text = await answer.text() if plain is None else str(plain)
        found[name] = answer.status
        assert not [number for number in HIDDEN[person] if number in text], name
    assert found == {name: right.statuses[column] for name, right in RIGHTS.items()}


@pytest.mark.parametrize("person", PEOPLE)
async def test_every_page_is_for_its_people_and_leads_the_others_to_theirs(scene: Scene, person: str) -> None:
    client = await arriving(scene, person)
    for path, places in PAGES.items():
        answer, _ = await client.ask("GET", path)
        wanted = places[PEOPLE.index(person)]
        assert answer.headers.get("Location", "") == wanted, path
        assert answer.status == (302 if wanted else 200), path
        text = await answer.text()
        assert not [number for number in HIDDEN[person] if number in text], path


async def test_no_write_goes_through_without_the_sessions_own_token(scene: Scene) -> None:
    others = await scene.desktop.signed_in("bartek")
    for login, role in ROLE_OF.items():
        client = await scene.desktop.signed_in(login)
        for route in ROUTES:
            if route.roles is None or route.method not in WRITES or role not in route.roles:
                continue
            name = f"{route.method} {route.path}"
            scene.restage()
            for token in ("", "guessed", others.csrf):
                client.csrf = token
                answer, problem = await client.ask(route.method, scene.path(name, RIGHTS[name]), {})
                assert (answer.status, problem["code"]) == (403, "csrf"), (name, login)


@pytest.mark.parametrize("origin", ["https://evil.example", "null", "http://127.0.0.1:1", "http://[", ""])
async def test_nothing_of_a_session_is_open_to_a_page_from_elsewhere(scene: Scene, origin: str) -> None:
    scene.restage()
    for login, role in ROLE_OF.items():
        client = await scene.desktop.signed_in(login)
        for route in ROUTES:
            name = f"{route.method} {route.path}"
            is_ours = route.roles is None or role in route.roles
            if is_ours and (route.roles is not None or route.method in WRITES):
                path = scene.path(name, RIGHTS[name])
                answer, problem = await client.ask(route.method, path, headers={"Origin": origin})
                assert (answer.status, problem["code"]) == (403, "foreign_origin"), (name, login)


@pytest.mark.parametrize("secure", [True, False])
async def test_the_cookie_is_for_this_site_alone_and_for_no_script(tmp_path: Path, secure: bool) -> None:  # noqa: FBT001
    more = {"DESKTOP__PUBLIC_ORIGIN": "https://desk.example.pl"} if secure else {}
    async with running_desktop(tmp_path, **more) as desktop:
        client = desktop.client()
        answer, reply = await client.ask("POST", "/api/v1/session", {"login": "anna", "password": PASSWORD})
        made = answer.cookies["centrala_session"]
        cookie = {"Cookie": f"centrala_session={made.value}", "X-CSRF-Token": reply["csrf"]}
        answer, _ = await desktop.client().ask("DELETE", "/api/v1/session", headers=cookie)
        gone = answer.cookies["centrala_session"]
        for one in (made, gone):
            assert (one["httponly"], one["samesite"], one["path"]) == (True, "Strict", "/")
            assert bool(one["secure"]) is secure
            assert (one["domain"], one["expires"] if one is made else "") == ("", "")
        assert (gone.value, gone["max-age"]) == ("", "0")


async def test_what_a_consultant_had_is_explained_later_without_the_number(scene: Scene) -> None:
    client = await scene.desktop.signed_in(ANNA)
    scene.restage()
    path = f"/api/v1/calls/{CALL}/explanation"
    assert CALLER in str((await client.ask("GET", path))[1])
    scene.desktop.acd.release(CALL)
    await client.ask("PUT", f"/api/v1/calls/{CALL}/wrap-up", {"complete": True})
    answer, why = await client.ask("GET", path)
    assert (answer.status, CALLER in str(why), "+48600***200" in str(why)) == (200, False, True)
    assert CallConnected.__name__ in [fact["type"] for fact in why["facts"]]


def test_nobodys_column_lets_nobody_in() -> None:
    open_ones = {name for name, right in RIGHTS.items() if right.statuses[0] != HTTPStatus.UNAUTHORIZED}
    assert open_ones == {f"{one.method} {one.path}" for one in ROUTES if one.roles is None}
    assert all(RIGHTS[name].statuses == OPEN for name in open_ones)
