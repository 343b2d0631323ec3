"""What the bridge reads of the city's folder at start: catalogue, knowledge, places, the CRM's templates."""

from dataclasses import dataclass

from contact.knowledge import Knowledge
from crm_bridge.adapters.body_template import CaseTemplate
from crm_bridge.adapters.catalogue_yaml import CityCatalogue, load_catalogue
from crm_bridge.adapters.city_map import load_city_map
from crm_bridge.adapters.knowledge_md import load_knowledge
from crm_bridge.places import Places
from runtime.config import Settings


@dataclass(frozen=True, slots=True, kw_only=True)
class CityFiles:
    """The city as its files have it."""

    catalogue: CityCatalogue
    knowledge: Knowledge
    places: Places
    template: CaseTemplate


def read_city(settings: Settings) -> CityFiles:
    """Return what the files hold; raise `ConfigError` naming file, place and reason."""
    folder = settings.city_dir
    city = load_catalogue(folder / "catalogue")
    return CityFiles(
        catalogue=city,
        knowledge=load_knowledge(folder / "knowledge", (one.topic for one in city.catalogue.topics)),
        places=Places(load_city_map(folder / "places", city.catalogue.districts)),
        template=CaseTemplate(
            folder / settings.crm.body_template, folder / settings.crm.news_template, city.catalogue
        ),
    )
