import shutil
from pathlib import Path

import pytest

from ivr.adapters.city import check_city, load_city, load_queue_ids
from ivr.adapters.flow_file import FlowError
from ivr.flow.nodes import Menu, NodeId, Queue, Say
from runtime.config import Settings, load

WARSAW = Path(__file__).parents[4] / "config" / "warszawa"


@pytest.fixture
def settings() -> Settings:
    return load(WARSAW / "centrala.toml", {})


def test_the_shipped_city_has_no_findings(settings: Settings) -> None:
    assert check_city(settings) == ()


def test_the_shipped_menu_keeps_the_keys_that_outsiders_rely_on(settings: Settings) -> None:
    flow = load_city(settings).flow
    for name, other in (("menu", "english"), ("menu_en", "polish")):
        menu = flow.nodes[NodeId(name)]
        assert isinstance(menu, Menu)
        assert menu.keys == {
            "1": "to_transport",
            "2": "to_roads",
            "3": "to_waste",
            "4": "to_animals",
            "5": "to_general",
            "6": "district_hours",
            "9": other,
            "*": name,
            "#": "to_emergency",
        }
        assert menu.exhausted == "to_general"


@pytest.mark.parametrize("topic", ["transport", "roads", "waste", "animals", "general"])
def test_a_shipped_topic_is_one_prompt_away_from_its_queue(settings: Settings, topic: str) -> None:
    nodes = load_city(settings).flow.nodes
    said = nodes[NodeId(f"to_{topic}")]
    assert isinstance(said, Say)
    queue = nodes[said.next]
    assert isinstance(queue, Queue)
    assert queue.queue == topic
    assert queue.requirement == {"pl": "pl", "en": "en"}


def test_a_mistake_in_any_file_is_a_finding(tmp_path: Path, settings: Settings) -> None:
    empty = settings.model_copy(update={"city_dir": tmp_path})
    assert check_city(empty)[0].file == str(tmp_path / "prompts.yaml")


@pytest.mark.parametrize("text", ["", "queue = 5\n", "[queue\n", "[queue]\n"])
def test_queues_that_cannot_be_read_are_told(tmp_path: Path, text: str) -> None:
    path = tmp_path / "queues.toml"
    path.write_text(text)
    with pytest.raises(FlowError, match=r"queues\.toml:1: "):
        load_queue_ids(path)


def test_queues_are_known_by_their_tables(tmp_path: Path) -> None:
    path = tmp_path / "queues.toml"
    path.write_text('[queue.roads]\nrequirement = "roads"\n[queue.general]\n')
    assert load_queue_ids(path) == {"roads", "general"}


@pytest.mark.parametrize(
    "way", ['overflow = [{ after_s = 9, leave = "callback" }]', 'keys = { "7" = { leave = "callback" } }']
)
def test_a_queue_that_offers_callbacks_needs_their_place_in_the_flow(tmp_path: Path, way: str) -> None:
    city = tmp_path / "city"
    shutil.copytree(WARSAW, city)
    flow = city / "flows/19115.yaml"
    text = flow.read_text(encoding="utf-8").replace("entries: { callback: ask_callback }", "")
    flow.write_text(text.replace('"5": to_general', '"5": ask_callback'), encoding="utf-8")
    names = ("transport", "roads", "waste", "animals", "district", "general")
    queues = "\n".join(f'[queue.{name}]\nnames = {{ pl = "x" }}' for name in names)
    (city / "queues.toml").write_text(f"{queues}\n{way}\n", encoding="utf-8")
    found = check_city(load(city / "centrala.toml", {}))
    assert [one.reason for one in found] == ["queue `general`: the flow has no `callback` in its `entries`"]
