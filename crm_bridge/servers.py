"""The parts of the bridge that answer requests by themselves: made together, served together."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Protocol

from contact.case import CallerHistory
from contact.ids import E164
from contact.photo import ADDRESS_PATH
from crm_bridge.adapters.case_file_store import CaseFileStore
from crm_bridge.adapters.kept_talk_store import KeptTalkStore
from crm_bridge.adapters.person_store import PersonStore
from crm_bridge.adapters.photo_store import PhotoStore
from crm_bridge.adapters.talk_store import TalkStore
from crm_bridge.adapters.vault import Vault
from crm_bridge.adapters.voicemail_store import VoicemailStore
from crm_bridge.asking import Asking
from crm_bridge.case_desk import CaseDesk
from crm_bridge.city import CityFiles
from crm_bridge.kept_talks import KeptTalks
from crm_bridge.measure import BridgeMetrics
from crm_bridge.people import People
from crm_bridge.photo_desk import PhotoDesk
from crm_bridge.talks import Talks
from crm_bridge.voicemail import Voicemails
from runtime.bus import Bus
from runtime.clock import Clock
from runtime.config import Settings
from runtime.db import Database

VAULT = "talks"
"""Where recorded talks lie, below the state directory."""


class Server(Protocol):
    """A part that answers requests of its own."""

    def serve(self, bus: Bus) -> None:
        """Answer its requests from now on."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Servers:
    """All of them; `photos` and `kept_talks` also have work of their own to run."""

    photos: PhotoDesk
    kept_talks: KeptTalks
    others: tuple[Server, ...]

    @property
    def all(self) -> tuple[Server, ...]:
        """Every part."""
        return (self.photos, self.kept_talks, *self.others)


def new_servers(
    *,
    settings: Settings,
    files: CityFiles,
    database: Database,
    clock: Clock,
    asking: Asking,
    metrics: BridgeMetrics,
    history: Callable[[E164, int], Awaitable[CallerHistory]],
    changed: Callable[[E164], None],
    wake: Callable[[], None],
    new_id: Callable[[], str],
) -> Servers:
    """Build them over one store; `changed` hears whose history is another, `wake` that news wait."""
    origin = settings.photo_origin
    photos = PhotoStore(
        database=database, new_id=new_id, address_of=lambda key: f"{origin}{ADDRESS_PATH}{key}"
    )
    return Servers(
        photos=PhotoDesk(
            store=photos,
            city=files.catalogue,
            clock=clock,
            asking=asking,
            valid_s=settings.photos.valid_s,
            wake=wake,
        ),
        kept_talks=KeptTalks(
            store=KeptTalkStore(database=database),
            vault=Vault(folder=settings.state_dir / VAULT, key=settings.recordings.key),
            keep_days=settings.recordings.keep_days,
            clock=clock,
            asking=asking,
            metrics=metrics,
        ),
        others=(
            CaseDesk(
                store=CaseFileStore(database=database, new_id=new_id),
                city=files.catalogue,
                clock=clock,
                asking=asking,
                changed=changed,
                wake=wake,
            ),
            People(
                store=PersonStore(database=database),
                history=history,
                clock=clock,
                asking=asking,
                changed=changed,
            ),
            Voicemails(store=VoicemailStore(database=database), clock=clock, asking=asking),
            Talks(store=TalkStore(database=database), asking=asking),
            files.places,
        ),
    )
