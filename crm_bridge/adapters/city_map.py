"""The city's places from its folder: `districts.geojson` and `streets.yaml`; a city may have neither.

Every mistake is one `ConfigError` that names file, place and reason.
"""

import json
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from contact.place import CityMap, Outline, Street
from crm_bridge.adapters.catalogue_yaml import Line, Source
from runtime.section import ConfigError

Degrees = Annotated[float, Field(ge=-180, le=180, allow_inf_nan=False)]
Corner = tuple[Degrees, Degrees]
Ring = Annotated[list[Corner], Field(min_length=4)]


class _Part(BaseModel):
    model_config = ConfigDict(extra="ignore", frozen=True)


class _Properties(_Part):
    district: str


class _Polygon(_Part):
    type: Literal["Polygon"]
    coordinates: Annotated[list[Ring], Field(min_length=1)]


class _Feature(_Part):
    type: Literal["Feature"]
    properties: _Properties
    geometry: _Polygon


class _Collection(_Part):
    type: Literal["FeatureCollection"]
    features: list[_Feature]


class _Streets(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)

    streets: list[tuple[Line, Annotated[list[str], Field(min_length=1)], Degrees, Degrees]]


def load_city_map(folder: Path, districts: tuple[str, ...]) -> CityMap:
    """Return what `folder` holds; raise `ConfigError` for what is wrong or names an unknown district."""
    outlines, streets = folder / "districts.geojson", folder / "streets.yaml"
    return CityMap(
        outlines=_outlines(outlines, districts) if outlines.exists() else (),
        streets=_streets(streets, districts) if streets.exists() else (),
    )


def _outlines(file: Path, districts: tuple[str, ...]) -> tuple[Outline, ...]:
    try:
        plain: Any = json.loads(file.read_text(encoding="utf-8"))
        found = _Collection.model_validate(plain).features
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        place = ".".join(str(part) for part in first["loc"])
        raise ConfigError(f"{file}: {place}: {first['msg']}") from None
    except (OSError, ValueError) as error:
        raise ConfigError(f"{file}: {error}") from None
    seen: set[str] = set()
    for index, one in enumerate(found):
        name = one.properties.district
        if name not in districts:
            raise ConfigError(f"{file}: features.{index}: no district {name!r}")
        if name in seen:
            raise ConfigError(f"{file}: features.{index}: {name!r} is there twice")
        seen.add(name)
        for number, ring in enumerate(one.geometry.coordinates):
            if ring[0] != ring[-1]:
                raise ConfigError(f"{file}: features.{index}: ring {number} of {name} is not closed")
    return tuple(
        Outline(
            district=one.properties.district,
            rings=tuple(tuple(ring) for ring in one.geometry.coordinates),
        )
        for one in found
    )


def _streets(file: Path, districts: tuple[str, ...]) -> tuple[Street, ...]:
    source = Source(file)
    rows = source.read(_Streets).streets
    for index, (_, names, _, _) in enumerate(rows):
        for name in names:
            if name not in districts:
                raise source.wrong(("streets", index), f"no district {name!r}")
    return tuple(
        Street(name=name, districts=tuple(names), latitude=latitude, longitude=longitude)
        for name, names, latitude, longitude in rows
    )
