from acd.core import reunion
from acd.core.policy import QueuePolicy
from contact.explanation import OfferExplained
from contact.ids import E164, AgentId, CallId
from contact.states import Availability, OfferCause
from contact.steering import OwnerFound
from tests.unit.acd.core.floor import Floor, queue


def kept_20_s() -> QueuePolicy:
    return queue("roads", "roads", last_agent_s=20.0, wrap_up_s=30.0)


def after_a_talk(floor: Floor) -> None:
    """Anna has talked to the one caller of this exchange and is in wrap-up; bartek is free."""
    floor.agent("anna")
    floor.talked()
    floor.agent("bartek")


def test_caller_is_kept_for_whom_they_last_talked_to() -> None:
    floor = Floor(kept_20_s())
    after_a_talk(floor)
    call = floor.call()
    assert floor.look(call).kept_for == "anna"
    floor.pass_s(5)
    floor.wish("anna", Availability.READY)
    assert floor.takers()[-1] == (call, "anna")
    explained = floor.last(OfferExplained)
    assert explained.strategy == "last_agent"
    assert ("bartek", "not_last_agent") in explained.skipped


def test_caller_goes_to_anybody_when_the_time_is_over() -> None:
    floor = Floor(kept_20_s())
    after_a_talk(floor)
    call = floor.call()
    floor.pass_s(19)
    assert len(floor.takers()) == 1
    floor.pass_s(1)
    assert floor.takers()[-1] == (call, "bartek")


def test_caller_goes_to_anybody_at_once_when_the_last_agent_goes() -> None:
    floor = Floor(kept_20_s())
    after_a_talk(floor)
    call = floor.call()
    floor.wish("anna", Availability.LOGGED_OUT)
    assert floor.takers()[-1] == (call, "bartek")


def test_caller_goes_to_anybody_after_one_offer_that_failed() -> None:
    floor = Floor(kept_20_s())
    after_a_talk(floor)
    call = floor.call()
    floor.wish("anna", Availability.READY)
    floor.end_leg(floor.ringing().offer, OfferCause.DECLINED)
    assert floor.takers()[-1] == (call, "bartek")


def test_last_agent_who_is_on_a_break_or_long_ago_is_not_waited_for() -> None:
    floor = Floor(kept_20_s(), last_agent_keep_s=100.0)
    after_a_talk(floor)
    floor.wish("anna", Availability.NOT_READY)
    first = floor.call()
    assert floor.takers()[-1] == (first, "bartek")
    floor.hang_up(first)
    floor.wish("anna", Availability.READY)
    floor.pass_s(101)
    second = floor.call()
    assert floor.look(second).kept_for is None
    assert len(floor.takers()) == 3


def test_kept_caller_does_not_overtake_an_older_one_with_their_agent() -> None:
    floor = Floor(kept_20_s(), queue("waste", "waste"))
    floor.agent("anna", roads=80, waste=80)
    floor.talked()
    older = floor.call("waste")
    floor.call("roads")
    floor.wish("anna", Availability.READY)
    assert floor.takers()[-1] == (older, "anna")


def test_queue_without_the_setting_keeps_nobody() -> None:
    floor = Floor(queue("roads", "roads", wrap_up_s=30.0))
    after_a_talk(floor)
    call = floor.call()
    assert floor.takers()[-1] == (call, "bartek")


def test_last_agents_outlive_a_restart_and_are_so_many() -> None:
    floor = Floor(kept_20_s())
    after_a_talk(floor)
    snapshot = floor.engine.snapshot()
    assert [(one[0], one[1]) for one in snapshot.last_agents] == [("+48600100200", "anna")]
    again = floor.engine.restore(snapshot, floor.policy).snapshot()
    assert again.last_agents == snapshot.last_agents
    books = floor.engine._books
    call = floor.look(floor.call())
    for number in range(reunion.CALLERS_MAX + 5):
        call.caller, call.agent, call.connected_at = E164(f"+4860{number}"), AgentId("anna"), 1.0
        reunion.remember(books, call)
    assert len(books.last_agents) == reunion.CALLERS_MAX
    assert "+48600100200" not in books.last_agents


def test_caller_who_talked_to_nobody_has_no_last_agent() -> None:
    floor = Floor(kept_20_s())
    call: CallId = floor.call()
    floor.hang_up(call)
    assert floor.engine.snapshot().last_agents == ()


def kept_for_owners(**rest: float) -> QueuePolicy:
    return queue("roads", "roads", owner_s=20.0, **rest)


def owned(floor: Floor, owner: str = "bartek") -> CallId:
    """A caller whose open case `owner` filed joins the queue."""
    call = floor.arrive()
    floor.tell(OwnerFound(call=call, agent=AgentId(owner)))
    floor.tell(floor.queued(call))
    return call


def test_caller_with_an_open_case_is_kept_for_whoever_filed_it() -> None:
    floor = Floor(kept_for_owners())
    floor.agent("anna")
    floor.agent("bartek")
    busy = floor.call()
    floor.answer(floor.ordered_offer("anna"))
    floor.hang_up(busy)
    assert floor.see("anna").state == "wrap_up"
    call = owned(floor)
    assert floor.takers()[-1] == (call, "bartek")
    explained = floor.last(OfferExplained)
    assert explained.strategy == "owner"


def test_the_owner_is_waited_for_only_while_at_work_and_for_the_time_given() -> None:
    floor = Floor(kept_for_owners())
    floor.agent("anna")
    floor.agent("bartek", wish=Availability.NOT_READY)
    assert floor.takers() == []
    call = owned(floor)
    assert floor.takers() == [(call, "anna")]

    floor = Floor(kept_for_owners())
    floor.agent("bartek")
    floor.call()
    floor.answer()
    floor.agent("anna")
    call = owned(floor)
    assert floor.look(call).kept_for == "bartek"
    floor.pass_s(20)
    assert floor.takers()[-1] == (call, "anna")


def test_the_last_agent_goes_before_the_owner() -> None:
    floor = Floor(kept_for_owners(last_agent_s=20.0))
    after_a_talk(floor)
    floor.agent("celina")
    call = owned(floor, "celina")
    assert floor.look(call).kept_for == "anna"


def test_an_owner_who_becomes_known_late_is_still_waited_for() -> None:
    floor = Floor(kept_for_owners())
    floor.agent("bartek")
    floor.call()
    floor.answer()
    call = floor.call()
    floor.tell(OwnerFound(call=call, agent=AgentId("bartek")))
    assert floor.look(call).kept_for == "bartek"
    floor.agent("anna")
    assert len(floor.takers()) == 1
    floor.pass_s(20)
    assert floor.takers()[-1] == (call, "anna")
