"""A desktop whose photos really are in the store: the bridge's own part behind the fake of the rest."""

import uuid

from contact.case import Case
from contact.ids import E164
from crm_bridge.adapters.catalogue_yaml import load_catalogue
from crm_bridge.adapters.photo_store import PhotoStore
from crm_bridge.adapters.store import Filing, Store
from crm_bridge.asking import Asking
from crm_bridge.core.case import open_case
from crm_bridge.photo_desk import PhotoDesk
from runtime.bus import MemoryBus
from tests.fakes.crm import CALLER, catalogue, draft
from tests.integration.desktop_server import CITY, RunningDesktop


class RealPhotos:
    """The requests of `contact.photo`, answered from the desktop's own store in place of the fake."""

    def __init__(self, desktop: RunningDesktop) -> None:
        self.desktop = desktop
        self.woken = 0

    async def prepare(self, caller: E164 = CALLER) -> Case:
        """Serve, and file a case that the fake bridge knows as well; return it."""
        desktop = self.desktop
        _forget_fakes(desktop.bus)
        self.desk().serve(desktop.bus)
        store = Store(database=desktop.database, new_id=lambda: str(uuid.uuid4()))
        await store.load_catalogue(catalogue())
        case, _ = await store.file(
            Filing(
                key="k",
                fingerprint="f",
                year=2026,
                filed_at=1.0,
                catalogue_version="v1",
                build=lambda number: open_case(
                    draft(caller=caller), catalogue(), number=number, opened_at=1.0, promised_at=None
                ),
            )
        )
        desktop.bridge.cases[case.number] = case
        return case

    def desk(self) -> PhotoDesk:
        """Return the bridge's part on the desktop's store."""
        desktop = self.desktop
        origin = desktop.settings.photo_origin
        return PhotoDesk(
            store=PhotoStore(
                database=desktop.database,
                new_id=lambda: str(uuid.uuid4()),
                address_of=lambda key: f"{origin}/photo/{key}",
            ),
            city=load_catalogue(CITY.parent / "catalogue"),
            clock=desktop.bridge.clock,
            asking=Asking(lambda: None),
            valid_s=desktop.settings.photos.valid_s,
            wake=self._wake,
        )

    def _wake(self) -> None:
        self.woken += 1


def _forget_fakes(bus: MemoryBus) -> None:
    for kind in [kind for kind in bus._servers if kind.__module__ == "contact.photo"]:
        del bus._servers[kind]
