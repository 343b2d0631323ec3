"""Photos of cases kept in memory, and pictures for tests."""

import struct
import zlib
from dataclasses import dataclass, field, replace
from io import BytesIO

from PIL import Image

from contact.case import Case, PhotoAdded
from contact.errors import NotAvailable, Refused
from contact.ids import CaseNumber
from contact.photo import (
    PHOTOS_OF_REQUEST_MAX,
    AskedCase,
    AskForPhotos,
    CasePhotos,
    FindPhotoRequest,
    GetCasePhotos,
    GetPicture,
    GetPictureAt,
    KeepPhoto,
    KeptPhoto,
    MadeCode,
    Photo,
    PhotoId,
    PhotoOutcome,
    PhotoRequest,
    SetPhotoRemoved,
    WithdrawPhotoRequest,
)
from crm_bridge.core.photo import read_code
from runtime.bus import MemoryBus
from runtime.clock import Clock

CODE = "7K3-MW4-TPA"
WARSAW = (52.2317, 21.0062)
VALID_S = 86_400.0


def jpeg(side: int = 640, *, colour: str = "steelblue", place: tuple[float, float] = WARSAW) -> bytes:
    """Return a photo as a telephone makes it: with its place, time, device and a comment."""
    exif = Image.Exif()
    exif[0x010F], exif[0x0110], exif[0x0132] = "Fabryka", "Telefon 9", "2026:02:03 04:05:06"
    exif[0x8825] = {1: "N", 2: _degrees(place[0]), 3: "E", 4: _degrees(place[1])}
    file = BytesIO()
    image = Image.new("RGB", (side, side * 3 // 4), colour)
    image.save(file, "JPEG", exif=exif, comment=b"tajny komentarz")
    return file.getvalue()


def bomb(side: int = 20_000) -> bytes:
    """Return a PNG of a megabyte that is a gigabyte of pixels."""

    def chunk(kind: bytes, content: bytes) -> bytes:
        return (
            struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))
        )

    packer = zlib.compressobj(9)
    row = b"\0" * (1 + side * 3)
    pixels = b"".join(packer.compress(row) for _ in range(side)) + packer.flush()
    header = struct.pack(">IIBBBBB", side, side, 8, 2, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n"
        + chunk(b"IHDR", header)
        + chunk(b"IDAT", pixels[:1_000_000])
        + chunk(b"IEND", b"")
    )


def _degrees(value: float) -> tuple[float, float, float]:
    whole = int(value)
    minutes = (value - whole) * 60
    return (float(whole), float(int(minutes)), round((minutes - int(minutes)) * 60, 2))


@dataclass
class FakePhotos:
    """Requests, photos and what was asked, in the dictionary of the fake bridge's cases."""

    bus: MemoryBus
    clock: Clock
    cases: dict[CaseNumber, Case]
    requests: dict[CaseNumber, PhotoRequest] = field(default_factory=dict)
    kept: dict[CaseNumber, dict[PhotoId, KeepPhoto]] = field(default_factory=dict)
    removed: set[PhotoId] = field(default_factory=set)
    asked: list[AskForPhotos] = field(default_factory=list)
    up: bool = True

    def serve(self) -> None:
        self.bus.serve(AskForPhotos, self.ask)
        self.bus.serve(WithdrawPhotoRequest, self.withdraw)
        self.bus.serve(FindPhotoRequest, self.find)
        self.bus.serve(KeepPhoto, self.keep)
        self.bus.serve(GetCasePhotos, self.of_case)
        self.bus.serve(GetPicture, self.picture)
        self.bus.serve(GetPictureAt, self.picture_at)
        self.bus.serve(SetPhotoRemoved, self.set_removed)

    def put(self, number: CaseNumber, photo: str, picture: bytes = b"picture") -> None:
        """Give a case a photo."""
        self.kept.setdefault(number, {})[PhotoId(photo)] = KeepPhoto(
            code=CODE, digest=photo, picture=picture, thumbnail=b"thumbnail", width=640, height=480
        )

    async def ask(self, request: AskForPhotos) -> MadeCode:
        self._check(request.number)
        self.asked.append(request)
        now = self.clock.now()
        made = PhotoRequest(agent=request.agent, made_at=now, expires_at=now + VALID_S, taken=0)
        self.requests = {request.number: made}
        return MadeCode(code=CODE, request=made)

    async def withdraw(self, request: WithdrawPhotoRequest) -> CasePhotos:
        self._check(request.number)
        self.requests.pop(request.number, None)
        return self._photos(request.number)

    async def find(self, request: FindPhotoRequest) -> AskedCase | None:
        if not self.up:
            raise NotAvailable("the store is away")
        if read_code(request.code) != read_code(CODE):
            return None
        for number, made in self.requests.items():
            if self.clock.now() < made.expires_at:
                titles = (("pl", self.cases[number].title), ("en", "Street lamp out"))
                return AskedCase(number=number, titles=titles, left=PHOTOS_OF_REQUEST_MAX - made.taken)
        return None

    async def keep(self, request: KeepPhoto) -> KeptPhoto:
        if not self.up:
            raise NotAvailable("the store is away")
        ((number, made),) = self.requests.items()
        left = PHOTOS_OF_REQUEST_MAX - made.taken
        kept = self.kept.setdefault(number, {})
        if any(one.digest == request.digest for one in kept.values()):
            return KeptPhoto(outcome=PhotoOutcome.KNOWN, left=left)
        if left == 0:
            raise Refused("full", code="photos_full")
        photo = PhotoId(f"{len(kept) + 1:032x}")
        kept[photo] = request
        self.requests[number] = replace(made, taken=made.taken + 1)
        self.bus.publish(PhotoAdded(number=number, photo=photo, agent=made.agent))
        return KeptPhoto(outcome=PhotoOutcome.TAKEN, left=left - 1)

    async def of_case(self, request: GetCasePhotos) -> CasePhotos | None:
        return self._photos(request.number) if request.number in self.cases else None

    async def picture(self, request: GetPicture) -> bytes | None:
        found = self.kept.get(request.number, {}).get(request.photo)
        if found is None or request.photo in self.removed:
            return None
        return found.thumbnail if request.is_thumbnail else found.picture

    async def picture_at(self, request: GetPictureAt) -> bytes | None:
        shown = [one for kept in self.kept.values() for name, one in kept.items() if name in request.key]
        return shown[0].picture if shown else None

    async def set_removed(self, request: SetPhotoRemoved) -> CasePhotos:
        if request.photo not in self.kept.get(request.number, {}):
            raise Refused("no such photo", code="not_found")
        (self.removed.add if request.removed else self.removed.discard)(request.photo)
        return self._photos(request.number)

    def _check(self, number: CaseNumber) -> None:
        if number not in self.cases:
            raise Refused(f"there is no case {number}", code="not_found")

    def _photos(self, number: CaseNumber) -> CasePhotos:
        kept = self.kept.get(number, {})
        return CasePhotos(
            number=number,
            photos=tuple(
                Photo(photo=name, taken_at=self.clock.now(), width=one.width, height=one.height)
                for name, one in kept.items()
                if name not in self.removed
            ),
            request=self.requests.get(number),
        )
