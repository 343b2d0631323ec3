from dataclasses import replace

from contact.ids import QueueId
from ivr.flow import graph
from ivr.flow.nodes import GoTo, OpenHours, Queue, Say, SwitchLanguage, Voicemail
from tests.fakes.flows import EN, PL, flow, menu, node_id, prompts
from tests.fakes.lines import OFFICE


def test_a_menu_leads_to_its_keys_its_exits_and_its_end() -> None:
    one = menu(key_1="roads", key_2="roads", wrong_key=GoTo(next=node_id("bye")))
    assert graph.targets(one) == ("roads", "bye", "general")


def test_without_a_key_a_menu_leads_where_silence_does() -> None:
    assert graph.targets_without_key(menu(key_1="roads")) == ("general",)
    leaving = menu(key_1="roads", silence=GoTo(next=node_id("bye")))
    assert graph.targets_without_key(leaving) == ("bye",)


def test_the_prompts_of_a_menu_include_its_notices() -> None:
    assert graph.prompts_of(menu(key_1="roads")) == ("choose", "wrong", "silent")
    assert graph.prompts_of(menu(silence=GoTo(next=node_id("bye")))) == ("choose", "wrong")


def test_nodes_are_visited_in_every_language_a_way_to_them_speaks() -> None:
    visits = graph.visits(flow())
    assert ("greeting", PL) in visits
    assert ("greeting", EN) not in visits
    assert {("menu", PL), ("menu", EN), ("general", PL), ("general", EN)} <= visits


def test_a_usual_flow_has_neither_dead_ends_nor_loops() -> None:
    assert graph.without_end(flow()) == ()
    assert graph.loops_without_key(flow()) == ()


def test_a_say_that_leads_to_itself_is_a_dead_end_and_a_loop() -> None:
    turning = Say(node=node_id("turn"), prompts=prompts("hello"), next=node_id("turn"))
    assert graph.without_end(flow(turning)) == ("turn",)
    assert graph.loops_without_key(flow(turning)) == (("turn",),)


def test_a_menu_whose_silence_comes_round_is_a_loop_without_a_key() -> None:
    one = menu(key_1="roads", silence=GoTo(next=node_id("back")))
    back = SwitchLanguage(node=node_id("back"), language=PL, next=node_id("menu"))
    assert graph.loops_without_key(flow(one, back)) == (("menu", "back"),)
    assert graph.without_end(flow(one, back)) == ()


HOURS = OpenHours(
    node=node_id("hours"),
    schedule=OFFICE,
    open=node_id("roads"),
    closed=node_id("shut"),
    exceptions={"christmas": node_id("bye")},
)
MESSAGE = Voicemail(node=node_id("message"))


def queue(name: str, *, closed: str) -> Queue:
    return Queue(node=node_id(name), queue=QueueId(name), requirement={}, closed=node_id(closed))


def test_opening_hours_lead_to_all_their_ways_without_a_key() -> None:
    assert graph.targets(HOURS) == ("roads", "shut", "bye")
    assert graph.targets_without_key(HOURS) == ("roads", "shut", "bye")
    assert graph.prompts_of(HOURS) == ()


def test_a_message_is_asked_for_and_thanked_for() -> None:
    assert graph.prompts_of(MESSAGE) == ("voicemail_greeting", "voicemail_thanks")


def test_a_loop_through_any_way_of_opening_hours_is_found() -> None:
    shut = Say(node=node_id("shut"), prompts=prompts("hello"), next=node_id("hours"))
    assert graph.loops_without_key(flow(HOURS, shut)) == (("hours", "shut"),)


def test_queues_that_are_closed_into_each_other_are_a_loop() -> None:
    one = flow(queue("roads", closed="general"), queue("general", closed="roads"))
    assert graph.loops_without_key(one) == (("roads", "general"),)


def test_a_queue_that_takes_the_callers_of_every_closed_queue_needs_another_way_itself() -> None:
    whole = replace(flow(MESSAGE), closed=node_id("general"))
    assert graph.loops_without_key(whole) == (("general",),)
    own = replace(flow(MESSAGE, queue("general", closed="message")), closed=node_id("general"))
    assert graph.loops_without_key(own) == ()


def test_where_closed_lines_lead_is_reached_in_every_language() -> None:
    visits = graph.visits(replace(flow(MESSAGE), closed=node_id("message")))
    assert {("message", PL), ("message", EN)} <= visits
    assert ("message", PL) not in graph.visits(flow(MESSAGE))
