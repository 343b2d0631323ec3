"""What the bridge answers about photos, over a store that remembers what it was asked."""

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from contact.case import Case, PhotoAdded
from contact.errors import NotAvailable
from contact.ids import AgentId, CallId, CaseNumber
from contact.photo import (
    KEY_LENGTH,
    AskForPhotos,
    CasePhotos,
    FindPhotoRequest,
    GetCasePhotos,
    GetPicture,
    GetPictureAt,
    KeepPhoto,
    KeptPhoto,
    PhotoId,
    PhotoOutcome,
    SetPhotoRemoved,
    WithdrawPhotoRequest,
)
from crm_bridge.adapters.catalogue_yaml import load_catalogue
from crm_bridge.adapters.photo_store import NewPhoto, NewRequest
from crm_bridge.asking import Asking
from crm_bridge.core.case import open_case
from crm_bridge.core.photo import CODES, UNDO_S, StoredRequest, code_hash
from crm_bridge.photo_desk import Chance, PhotoDesk
from runtime.bus import MemoryBus
from tests.fakes.crm import ManualClock, catalogue, draft

CITY = load_catalogue(Path(__file__).parents[3] / "config" / "warszawa" / "catalogue")
ANNA, NUMBER, PHOTO = AgentId("anna"), CaseNumber("1/26"), PhotoId("a" * 32)
NOW, VALID_S = 1_000.0, 600.0
CASE = open_case(draft(), catalogue(), number=NUMBER, opened_at=0.0, promised_at=None)
NONE_YET = CasePhotos(number=NUMBER, photos=(), request=None)
KEEP = KeepPhoto(code="222-222-222", digest="d", picture=b"p", thumbnail=b"t", width=4, height=3)


@dataclass
class KnownPhotos:
    """A store with one request."""

    asked: list[NewRequest] = field(default_factory=list)
    kept: list[NewPhoto] = field(default_factory=list)
    erased: list[float] = field(default_factory=list)
    outcome: PhotoOutcome = PhotoOutcome.TAKEN

    async def ask(self, new: NewRequest, request_id: str) -> StoredRequest:
        self.asked.append(new)
        return self._request(request_id)

    async def find(self, wanted: str, _: float) -> tuple[StoredRequest, Case] | None:
        return (self._request("r"), CASE) if wanted == code_hash("222-222-222") else None

    async def keep(self, new: NewPhoto) -> tuple[KeptPhoto, StoredRequest]:
        self.kept.append(new)
        return KeptPhoto(outcome=self.outcome, left=3), self._request("r")

    async def withdraw(self, *_: Any) -> CasePhotos:
        return NONE_YET

    async def of_case(self, number: CaseNumber, _: float) -> CasePhotos | None:
        return NONE_YET if number == NUMBER else None

    async def picture(self, _: CaseNumber, photo: PhotoId, *, is_thumbnail: bool) -> bytes | None:
        return (b"t" if is_thumbnail else b"p") if photo == PHOTO else None

    async def picture_at(self, key: str) -> bytes | None:
        return b"p" if key == "k" else None

    async def set_removed(self, *_: Any, **__: Any) -> CasePhotos:
        return NONE_YET

    async def erase(self, removed_before: float) -> int:
        self.erased.append(removed_before)
        return 2

    def _request(self, name: str) -> StoredRequest:
        return StoredRequest(
            id=name,
            number=NUMBER,
            agent=ANNA,
            made_at=NOW,
            expires_at=NOW + VALID_S,
            withdrawn_at=None,
            taken=1,
        )


class Bench:
    def __init__(self, *, is_away: bool = False, chance: Chance | None = None) -> None:
        self.store, self.bus, self.woken = KnownPhotos(), MemoryBus(), 0
        self.added: list[PhotoAdded] = []
        self.bus.subscribe([PhotoAdded], self.added.append)

        def require() -> None:
            if is_away:
                raise NotAvailable("away")

        self.desk = PhotoDesk(
            store=self.store,  # type: ignore[arg-type]
            city=CITY,
            clock=ManualClock(NOW),
            asking=Asking(require),
            valid_s=VALID_S,
            wake=self.wake,
            chance=chance,
        )
        self.desk.serve(self.bus)

    def wake(self) -> None:
        self.woken += 1


async def test_a_code_is_told_and_only_its_hash_is_kept() -> None:
    bench = Bench(chance=Chance(below=lambda most: most - 1))
    made = await bench.bus.request(AskForPhotos(number=NUMBER, agent=ANNA, call=CallId("7.1")))
    assert made.code == "YYY-YYY-YYY"
    (asked,) = bench.store.asked
    assert (asked.code_hash, asked.expires_at) == (code_hash(made.code), NOW + VALID_S)
    assert "YYY" not in str(asked)


async def test_codes_and_keys_come_from_chance() -> None:
    bench, below = Bench(), Chance().below
    codes = {(await bench.bus.request(AskForPhotos(number=NUMBER, agent=ANNA))).code for _ in range(20)}
    assert len(codes) == 20
    assert 0 <= below(CODES) < CODES
    for _ in range(2):
        await bench.bus.request(KEEP)
    first, second = bench.store.kept
    assert first.key != second.key
    assert first.photo != second.photo
    assert {len(first.key), len(second.key)} == {KEY_LENGTH}


async def test_whoever_has_the_code_is_told_number_and_topic_and_nothing_else() -> None:
    bench = Bench()
    asked = await bench.bus.request(FindPhotoRequest(code="222222222"))
    topic = next(one for one in CITY.catalogue.topics if one.topic == CASE.topic)
    assert asked is not None
    assert (asked.number, asked.titles, asked.left) == (NUMBER, topic.titles, 4)
    assert await bench.bus.request(FindPhotoRequest(code="222222223")) is None


async def test_a_new_photo_is_told_to_whoever_asked_and_wakes_the_delivery() -> None:
    bench = Bench()
    await bench.bus.request(KEEP)
    (told,) = bench.added
    assert (told.number, told.photo, told.agent, bench.woken) == (NUMBER, bench.store.kept[0].photo, ANNA, 1)
    bench.store.outcome = PhotoOutcome.KNOWN
    assert (await bench.bus.request(KEEP)).outcome is PhotoOutcome.KNOWN
    assert (len(bench.added), bench.woken) == (1, 1)


async def test_photos_are_listed_shown_and_taken_away() -> None:
    bench = Bench()
    assert await bench.bus.request(GetCasePhotos(number=NUMBER)) == NONE_YET
    assert await bench.bus.request(GetCasePhotos(number=CaseNumber("9/26"))) is None
    assert await bench.bus.request(GetPicture(number=NUMBER, photo=PHOTO)) == b"p"
    assert await bench.bus.request(GetPicture(number=NUMBER, photo=PHOTO, is_thumbnail=True)) == b"t"
    assert await bench.bus.request(GetPictureAt(key="k")) == b"p"
    assert await bench.bus.request(WithdrawPhotoRequest(number=NUMBER, agent=ANNA)) == NONE_YET
    await bench.bus.request(SetPhotoRemoved(number=NUMBER, photo=PHOTO, agent=ANNA, removed=True))
    assert bench.woken == 1


async def test_what_was_taken_away_is_erased_once_nobody_can_give_it_back() -> None:
    bench = Bench()
    await bench.desk.erase_due()
    assert bench.store.erased == [NOW - UNDO_S]
    away = Bench(is_away=True)
    await away.desk.erase_due()
    assert away.store.erased == []
