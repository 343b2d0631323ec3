import json
from pathlib import Path
from typing import Any

import pytest

from crm_bridge.adapters.catalogue_yaml import load_catalogue
from crm_bridge.adapters.city_map import load_city_map
from runtime.section import ConfigError

CITY = Path(__file__).parents[4] / "config" / "warszawa"
RING = [[0, 0], [1, 0], [1, 1], [0, 0]]


def feature(district: str, ring: list[list[float]]) -> dict[str, Any]:
    return {
        "type": "Feature",
        "properties": {"district": district},
        "geometry": {"type": "Polygon", "coordinates": [ring]},
    }


def test_the_citys_map_has_every_district_and_its_streets() -> None:
    districts = load_catalogue(CITY / "catalogue").catalogue.districts
    found = load_city_map(CITY / "places", districts)
    assert sorted(one.district for one in found.outlines) == sorted(districts)
    assert {one.name for one in found.streets} >= {"Górczewska", "Puławska", "11 Listopada"}


def test_a_city_without_a_map_has_an_empty_one(tmp_path: Path) -> None:
    found = load_city_map(tmp_path, ("Wola",))
    assert (found.outlines, found.streets) == ((), ())


@pytest.mark.parametrize(
    ("features", "words"),
    [
        ([feature("Wola", RING), feature("Wola", RING)], "'Wola' is there twice"),
        ([feature("Praga", RING)], "features.0: no district 'Praga'"),
        ([feature("Wola", [[0, 0], [1, 0], [1, 1], [0, 1]])], "ring 0 of Wola is not closed"),
        ([feature("Wola", [[0, 0], [1, 0], [999, 1], [0, 0]])], "features.0.geometry.coordinates.0.2.0"),
    ],
)
def test_an_outline_that_cannot_be_is_named(
    tmp_path: Path, features: list[dict[str, Any]], words: str
) -> None:
    text = json.dumps({"type": "FeatureCollection", "features": features})
    (tmp_path / "districts.geojson").write_text(text)
    with pytest.raises(ConfigError) as mistake:
        load_city_map(tmp_path, ("Wola",))
    assert words in str(mistake.value)
    assert "districts.geojson" in str(mistake.value)


def test_a_file_that_is_no_json_is_named(tmp_path: Path) -> None:
    (tmp_path / "districts.geojson").write_text("{")
    with pytest.raises(ConfigError, match=r"districts\.geojson"):
        load_city_map(tmp_path, ("Wola",))


def test_a_street_in_an_unknown_district_is_named_with_its_line(tmp_path: Path) -> None:
    (tmp_path / "streets.yaml").write_text("streets:\n  - [A, [Wola], 1, 1]\n  - [B, [Praga], 1, 1]\n")
    with pytest.raises(ConfigError, match=r"streets.yaml:3: streets.1: no district 'Praga'"):
        load_city_map(tmp_path, ("Wola",))
