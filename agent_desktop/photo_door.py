"""The door for photos that needs no sign-in: who may go on, how much comes in at once, what becomes of it.

Theory of operation. A code is looked at only while its sender's address, and everybody together, have not
guessed too often; a wrong, an expired and a withdrawn one are answered alike. Each file is cleaned by a
process of its own (`agent_desktop.picture`) and kept by the bridge at once, before the next one is read: what
came before a connection broke is kept, and is known when it is sent again.
"""

import logging
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from enum import StrEnum

from agent_desktop.errors import DesktopError
from agent_desktop.measure import DesktopMeasures
from agent_desktop.photo_throttle import PhotoThrottle
from agent_desktop.picture import PictureCleaner, PictureRefused
from agent_desktop.rows import inside
from agent_desktop.sockets import Hub
from contact.case import PhotoAdded
from contact.errors import NotAvailable, Refused
from contact.photo import CODE_PATH, AskedCase, FindPhotoRequest, KeepPhoto
from runtime.bus import Bus
from runtime.clock import Clock
from runtime.config import Settings

log = logging.getLogger(__name__)

UPLOADS_AT_ONCE_MAX = 12
BUSY_RETRY_S = 30.0


class DoorBusy(DesktopError):
    """Nothing is looked at now, and another try is worth nothing before `retry_after_s` has passed."""

    def __init__(self, retry_after_s: float) -> None:
        """Keep the wait in seconds."""
        super().__init__(f"try again in {retry_after_s:.0f} s")
        self.retry_after_s = retry_after_s


class FileOutcome(StrEnum):
    """What became of a file; the refusals of `PictureFault` are among them by the same words."""

    TAKEN = "taken"
    KNOWN = "known"
    FULL = "full"
    OVER = "over"
    BUSY = "busy"
    AWAY = "away"
    EMPTY = "empty"
    TOO_LARGE = "too_large"
    NO_PICTURE = "no_picture"
    HEIC = "heic"
    TOO_MANY_PIXELS = "too_many_pixels"
    BROKEN = "broken"
    TOO_SLOW = "too_slow"


@dataclass(slots=True, kw_only=True)
class Sending:
    """What one sender sends for one code: how many photos are still taken, and what became of each."""

    code: str
    address: str
    asked: AskedCase
    left: int
    outcomes: list[FileOutcome]


class PhotoDoor:
    """Where photos come in."""

    def __init__(
        self,
        *,
        bus: Bus,
        clock: Clock,
        measures: DesktopMeasures,
        settings: Settings,
        cleaner: PictureCleaner | None = None,
    ) -> None:
        """Start with nobody at the door."""
        self._bus = bus
        self._clock = clock
        self._measures = measures
        self._settings = settings
        self._cleaner = cleaner or PictureCleaner()
        self._throttle = PhotoThrottle()
        self._uploads = 0

    @property
    def bytes_max(self) -> int:
        """The largest file that is taken."""
        return self._settings.photos.bytes_max

    @property
    def is_public(self) -> bool:
        """Whether citizens can reach the addresses from outside."""
        return self._settings.has_public_photos

    def address_of(self, code: str) -> str:
        """Return the address that is read aloud."""
        return f"{self._settings.photo_origin}{CODE_PATH}{code}"

    async def find(self, code: str, address: str) -> AskedCase | None:
        """Return what a code is for; raise `DoorBusy` for who has guessed too often."""
        now = self._clock.now()
        wait_s = self._throttle.code_wait_s(address, now)
        if wait_s > 0:
            raise DoorBusy(wait_s)
        asked = await self._bus.request(FindPhotoRequest(code=code))
        if asked is None:
            self._throttle.wrong(address, now)
            self._measures.photo_codes_wrong.inc()
        return asked

    @contextmanager
    def turn(self) -> Iterator[None]:
        """Let a sender send; raise `DoorBusy` while as many do as may at once."""
        if self._uploads >= UPLOADS_AT_ONCE_MAX:
            raise DoorBusy(BUSY_RETRY_S)
        self._uploads += 1
        try:
            yield
        finally:
            self._uploads -= 1

    async def take(self, sending: Sending, file: bytes | None) -> None:
        """Take a file, None for one that was too large, and note in `sending` what became of it."""
        outcome = FileOutcome.TOO_LARGE if file is None else await self._kept(sending, file)
        sending.outcomes.append(outcome)
        self._measures.photos.labels(outcome.value).inc()

    async def _kept(self, sending: Sending, file: bytes) -> FileOutcome:
        number = sending.asked.number
        if sending.left == 0:
            return FileOutcome.FULL
        if self._throttle.picture_wait_s(number, sending.address, self._clock.now()) > 0:
            return FileOutcome.BUSY
        try:
            picture = await self._cleaner.clean(file)
        except PictureRefused as refusal:
            log.info("a file for case %s was not taken: %s", number, refusal)
            return FileOutcome(refusal.fault.value)
        photo = KeepPhoto(
            code=sending.code,
            digest=picture.digest,
            picture=picture.picture,
            thumbnail=picture.thumbnail,
            width=picture.width,
            height=picture.height,
        )
        try:
            kept = await self._bus.request(photo)
        except Refused as refusal:
            return FileOutcome.FULL if refusal.code == "photos_full" else FileOutcome.OVER
        except NotAvailable as error:
            log.warning("a photo for case %s was not kept: %s", number, error)
            return FileOutcome.AWAY
        sending.left = kept.left
        return FileOutcome(kept.outcome.value)


def tell_of_photos(hub: Hub) -> Callable[[PhotoAdded], None]:
    """Return what tells the pages of whoever asked that a photo came."""

    def tell(added: PhotoAdded) -> None:
        hub.send_private(added.agent, "photo", inside({"number": added.number}))

    return tell
