import json

from agent_desktop.feed import Feed
from agent_desktop.measure import DesktopMeasures
from agent_desktop.scope import WHOLE, Scope, scope_of
from agent_desktop.sockets import CLOSE_SIGNED_OUT, CLOSE_SLOW, FRAMES_MAX, WATCHERS_MAX_LOGIN, Hub, Watcher
from agent_desktop.view import View
from contact.ids import AgentId, OfferId
from contact.pages import PageClosed, PageOpened, PageReport, PopPainted
from tests.unit.agent_desktop.test_feed import RELEASED, WAITING, standing


class StillClock:
    def now(self) -> float:
        return 1_000.0


def hub_of(feed: Feed) -> Hub:
    return Hub(feed=feed, clock=StillClock(), measures=DesktopMeasures(), report=lambda _report: None)


def watcher(
    login: str = "anna", view: View = View.AGENT, session: str = "s", scope: Scope = WHOLE
) -> Watcher:
    return Watcher(login=AgentId(login), session_key=session, view=view, scope=scope)


async def frames(one: Watcher, count: int) -> list[dict[str, object]]:
    found = []
    for _ in range(count):
        text = await one.next_frame()
        assert text is not None
        found.append(json.loads(text))
    return found


async def test_each_stream_counts_its_own_frames() -> None:
    feed = Feed()
    feed.start_from(standing())
    hub, early, late = hub_of(feed), watcher(), watcher("bartek")
    hub.add(early, "")
    feed.fold(WAITING, 100.0)
    hub.flush()
    hub.add(late, "")
    feed.fold(RELEASED, 150.0)
    hub.flush()
    assert [one["seq"] for one in await frames(early, 3)] == [1, 2, 3]
    first, second = await frames(late, 2)
    assert (first["type"], second["type"], second["seq"]) == ("snapshot", "patch", 2)


async def test_streams_of_another_scope_are_sent_other_rows_and_the_same_scope_shares_them() -> None:
    feed, roads = Feed(), scope_of([], ["waste"], [])
    feed.start_from(standing())
    hub = hub_of(feed)
    whole = watcher("sylwia", View.SUPERVISOR)
    some = [watcher(login, View.SUPERVISOR, scope=roads) for login in ("lidia", "ola")]
    for one in (whole, *some):
        hub.add(one, "")
    feed.fold(WAITING, 100.0)
    hub.flush(beat=True)
    assert "calls" in (await frames(whole, 2))[1]
    for one in some:
        snapshot, patch = await frames(one, 2)
        assert (snapshot["queues"], "calls" in patch, "queues" in patch) == ({}, False, False)


async def test_a_private_frame_reaches_the_streams_of_one_person() -> None:
    hub, hers, his = hub_of(Feed()), watcher(), watcher("bartek")
    hub.add(hers, "")
    hub.add(his, "")
    hub.send_private(AgentId("anna"), "offer", '"call":"1.1"')
    assert (await frames(hers, 2))[1]["call"] == "1.1"
    assert his.seq == 1


async def test_a_stream_that_does_not_read_is_closed_and_only_that_one() -> None:
    hub, slow = hub_of(Feed()), watcher()
    hub.add(slow, "")
    for _ in range(FRAMES_MAX + 5):
        hub.flush(beat=True)
    assert slow.close_code == CLOSE_SLOW
    assert await slow.next_frame() is None


async def test_the_streams_of_an_ended_session_are_closed() -> None:
    hub, ended, other = hub_of(Feed()), watcher(session="a"), watcher(session="b")
    hub.add(ended, "")
    hub.add(other, "")
    hub.end_session("a")
    assert (ended.close_code, other.close_code) == (CLOSE_SIGNED_OUT, None)


async def test_the_streams_of_a_person_with_another_role_are_closed() -> None:
    hub, demoted, other = hub_of(Feed()), watcher("sylwia", View.SUPERVISOR), watcher()
    hub.add(demoted, "")
    hub.add(other, "")
    hub.end_login(AgentId("sylwia"))
    assert (demoted.close_code, other.close_code) == (CLOSE_SIGNED_OUT, None)


async def test_one_person_has_a_bounded_number_of_streams() -> None:
    hub = hub_of(Feed())
    mine = [watcher() for _ in range(WATCHERS_MAX_LOGIN + 1)]
    for one in mine:
        hub.add(one, "")
    assert sum(one.close_code is not None for one in mine) == 1
    assert mine[-1].close_code is None


async def test_quiet_is_sent_only_as_a_beat() -> None:
    hub, one = hub_of(Feed()), watcher()
    hub.add(one, "")
    hub.flush()
    assert one.seq == 1
    hub.flush(beat=True)
    assert (await frames(one, 2))[1] == {"type": "patch", "seq": 2, "at": 1_000.0}


async def test_who_comes_after_a_time_without_watchers_sees_what_is_now() -> None:
    feed = Feed()
    hub = hub_of(feed)
    early, late = watcher("sylwia", View.SUPERVISOR), watcher("bartek", View.SUPERVISOR)
    hub.add(early, "")
    feed.start_from(standing())
    feed.fold(WAITING, 100.0)
    hub.flush()
    hub.remove(early)
    feed.fold(RELEASED, 200.0)
    hub.flush()
    assert (hub.watches(AgentId("sylwia")), hub.watches(AgentId("bartek"))) == (False, False)
    hub.add(late, "")
    hub.flush()
    snapshot = (await frames(late, 1))[0]
    assert late.seq == 1
    assert snapshot["calls"][RELEASED.call]["place"] == "after"
    assert snapshot["queues"]


async def test_routing_that_falls_silent_is_told_once() -> None:
    hub, one = hub_of(Feed()), watcher()
    hub.add(one, "")
    hub.routing_is(up=True)
    hub.routing_is(up=True)
    assert (await frames(one, 2))[1]["routing_up"] is True
    assert one.seq == 2


async def test_routing_is_told_once_that_a_persons_pages_show_offers_and_once_that_none_does() -> None:
    told: list[PageReport] = []
    hub = Hub(feed=Feed(), clock=StillClock(), measures=DesktopMeasures(), report=told.append)
    first, second, silent = watcher(), watcher(), watcher("bartek")
    for one in (first, second, silent):
        hub.add(one, "")
    hub.paints(first)
    hub.paints(second)
    hub.painted(second, OfferId("r-1"))
    hub.report_pages()
    for one in (first, silent, second):
        hub.remove(one)
    anna = AgentId("anna")
    assert told == [
        PageOpened(agent=anna),
        PopPainted(offer=OfferId("r-1"), agent=anna),
        PageOpened(agent=anna),
        PageClosed(agent=anna),
    ]
