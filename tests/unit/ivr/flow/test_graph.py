from ivr.flow import graph
from ivr.flow.nodes import GoTo, Say, SwitchLanguage
from tests.fakes.flows import EN, PL, flow, menu, node_id, prompts


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
