import json
from pathlib import Path

import pytest

from contact.place import Outline
from crm_bridge.core.district import district_at

FILE = Path(__file__).parents[4] / "config" / "warszawa" / "places" / "districts.geojson"
SQUARE = Outline(district="A", rings=(((0, 0), (2, 0), (2, 2), (0, 2), (0, 0)),))
NEXT = Outline(district="B", rings=(((2, 0), (4, 0), (4, 2), (2, 2), (2, 0)),))
HOLLOW = Outline(
    district="C",
    rings=(
        ((10, 0), (16, 0), (16, 6), (10, 6), (10, 0)),
        ((12, 2), (14, 2), (14, 4), (12, 4), (12, 2)),
    ),
)
LANDMARKS = [
    ("Pałac Kultury", 52.2317, 21.0062, "Śródmieście"),
    ("Stadion Narodowy", 52.2394, 21.0455, "Praga-Południe"),
    ("lotnisko", 52.1657, 20.9671, "Włochy"),
    ("pałac w Wilanowie", 52.1652, 21.0906, "Wilanów"),
    ("zoo", 52.2580, 21.0220, "Praga-Północ"),
    ("metro Kabaty", 52.1312, 21.0653, "Ursynów"),
    ("metro Młociny", 52.2907, 20.9290, "Bielany"),
    ("plac Wilsona", 52.2690, 20.9845, "Żoliborz"),
    ("rondo Daszyńskiego", 52.2300, 20.9830, "Wola"),
    ("plac Narutowicza", 52.2190, 20.9830, "Ochota"),
    ("Galeria Mokotów", 52.1796, 21.0045, "Mokotów"),
    ("ratusz Bemowa", 52.2390, 20.9130, "Bemowo"),
    ("stacja Ursus", 52.1960, 20.8840, "Ursus"),
    ("Bródno", 52.2930, 21.0400, "Targówek"),
    ("Tarchomin", 52.3160, 20.9560, "Białołęka"),
    ("stacja Rembertów", 52.2600, 21.1630, "Rembertów"),
    ("stacja Wesoła", 52.2560, 21.2280, "Wesoła"),
    ("Falenica", 52.1610, 21.2130, "Wawer"),
    ("Pruszków", 52.1700, 20.8000, ""),
]


def city() -> tuple[Outline, ...]:
    plain = json.loads(FILE.read_text(encoding="utf-8"))
    return tuple(
        Outline(
            district=one["properties"]["district"],
            rings=tuple(tuple((x, y) for x, y in ring) for ring in one["geometry"]["coordinates"]),
        )
        for one in plain["features"]
    )


def test_a_point_inside_is_in_its_district_and_one_outside_in_none() -> None:
    assert district_at((SQUARE, NEXT), latitude=1, longitude=1) == "A"
    assert district_at((SQUARE, NEXT), latitude=1, longitude=3) == "B"
    assert district_at((SQUARE, NEXT), latitude=3, longitude=1) == ""
    assert district_at((), latitude=1, longitude=1) == ""


def test_a_point_on_a_shared_border_is_in_one_district_only() -> None:
    outlines = (SQUARE, NEXT)
    found = [one.district for one in outlines if district_at((one,), latitude=1, longitude=2) == one.district]
    assert found == ["B"]


def test_a_hole_does_not_belong_to_the_district_around_it() -> None:
    assert district_at((HOLLOW,), latitude=1, longitude=11) == "C"
    assert district_at((HOLLOW,), latitude=3, longitude=13) == ""


@pytest.mark.parametrize(("name", "latitude", "longitude", "district"), LANDMARKS)
def test_landmarks_of_warsaw_lie_in_their_districts(
    name: str, latitude: float, longitude: float, district: str
) -> None:
    assert district_at(city(), latitude=latitude, longitude=longitude) == district, name


def test_the_districts_cover_the_city_without_overlap() -> None:
    outlines = city()
    assert len(outlines) == 18
    for step in range(60):
        latitude, longitude = 52.16 + step % 10 * 0.015, 20.90 + step // 10 * 0.05
        within = [one for one in outlines if district_at((one,), latitude=latitude, longitude=longitude)]
        assert len(within) <= 1
