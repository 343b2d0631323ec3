"""The container files parse, and speak of files, settings and metrics that exist."""

import json
import re
from pathlib import Path
from typing import Any

import pytest
import yaml

from runtime.config import Settings

ROOT = Path(__file__).parents[3]
COMPOSE = ROOT / "compose"
PACKAGES = ("acd", "ivr", "agent_desktop", "crm_bridge", "runtime")
SUFFIXES = ("_total", "_bucket", "_sum", "_count")


def compose() -> dict[str, Any]:
    plain: dict[str, Any] = yaml.safe_load((COMPOSE / "compose.yaml").read_text(encoding="utf-8"))
    return plain


def dashboard() -> dict[str, Any]:
    text = (COMPOSE / "grafana/dashboards/centrala.json").read_text(encoding="utf-8")
    plain: dict[str, Any] = json.loads(text)
    return plain


@pytest.mark.parametrize(
    "file", sorted(COMPOSE.rglob("*.y*ml")), ids=lambda file: str(file.relative_to(COMPOSE))
)
def test_every_yaml_file_parses(file: Path) -> None:
    assert isinstance(yaml.safe_load(file.read_text(encoding="utf-8")), dict)


def test_every_mounted_file_is_there() -> None:
    for service in compose()["services"].values():
        for volume in service.get("volumes", ()):
            source = volume.split(":")[0]
            assert (COMPOSE / source).exists() if source.startswith(".") else source in compose()["volumes"]


def test_the_image_is_built_from_a_file_that_is_there() -> None:
    build = compose()["services"]["centrala"]["build"]
    assert (COMPOSE / build["context"] / build["dockerfile"]).is_file()


def test_the_environment_sets_settings_that_exist() -> None:
    for name in compose()["services"]["centrala"]["environment"]:
        section, key = name.removeprefix("CENTRALA_").lower().split("__")
        assert hasattr(getattr(Settings(city_dir=ROOT), section), key), name


def test_prometheus_asks_where_the_desktop_listens() -> None:
    plain = yaml.safe_load((COMPOSE / "prometheus/prometheus.yml").read_text(encoding="utf-8"))
    desktop = Settings(city_dir=ROOT).desktop
    assert plain["scrape_configs"][0]["static_configs"] == [{"targets": [f"127.0.0.1:{desktop.port}"]}]


def test_the_dashboard_shows_only_metrics_that_exist() -> None:
    sources = "\n".join(
        file.read_text(encoding="utf-8") for package in PACKAGES for file in (ROOT / package).rglob("*.py")
    )
    declared = set(re.findall(r'"(centrala_[a-z_]+)"', sources))
    for panel in dashboard()["panels"]:
        for target in panel["targets"]:
            for name in re.findall(r"centrala_[a-z_]+", target["expr"]):
                bare = next((name.removesuffix(one) for one in SUFFIXES if name.endswith(one)), name)
                assert {name, bare} & declared, f"{panel['title']}: {name}"


def test_no_two_panels_lie_on_each_other() -> None:
    places = [(panel["gridPos"]["x"], panel["gridPos"]["y"]) for panel in dashboard()["panels"]]
    assert len(set(places)) == len(places)
