import pytest

from contact.errors import Refused
from contact.place import CityMap, Outline
from crm_bridge.adapters.projection import Projection

SQUARE = Outline(
    district="Środek", rings=(((20.9, 52.2), (21.1, 52.2), (21.1, 52.3), (20.9, 52.3), (20.9, 52.2)),)
)


def test_degrees_become_the_metres_of_the_registers() -> None:
    # On the axis of zone 7 (21 degrees east) the easting is its false origin, seven and a half million.
    found = Projection(CityMap(outlines=(SQUARE,))).locate(52.25, 21.0)
    assert found.easting == 7_500_000.0
    assert found.northing == pytest.approx(5_790_700, abs=200)
    assert found.district == "Środek"


@pytest.mark.parametrize("point", [(0.0, 0.0), (21.0, 52.25), (float("nan"), 21.0), (52.25, 22.0)])
def test_a_point_far_from_the_city_is_refused(point: tuple[float, float]) -> None:
    with pytest.raises(Refused) as refusal:
        Projection(CityMap(outlines=(SQUARE,))).locate(*point)
    assert refusal.value.code == "point_invalid"


def test_a_city_without_outlines_has_no_districts_but_places() -> None:
    assert Projection(CityMap()).locate(52.0, 20.0).district == ""
