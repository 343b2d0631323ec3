"""Who may go on at the door, and what becomes of each file."""

from pathlib import Path

import pytest
from prometheus_client import CollectorRegistry

from agent_desktop.measure import DesktopMeasures
from agent_desktop.photo_door import (
    UPLOADS_AT_ONCE_MAX,
    DoorBusy,
    FileOutcome,
    PhotoDoor,
    Sending,
    tell_of_photos,
)
from agent_desktop.photo_throttle import PICTURES_OF_CASE_MAX, WRONG_OF_ADDRESS_MAX
from agent_desktop.picture import Picture, PictureFault, PictureRefused
from contact.case import PhotoAdded
from contact.ids import AgentId, CaseNumber
from contact.photo import PHOTOS_OF_REQUEST_MAX, AskForPhotos
from runtime.bus import MemoryBus
from runtime.config import Settings
from tests.fakes.crm import ManualClock
from tests.fakes.photos import CODE, FakePhotos
from tests.fakes.roles import FakeBridge

NUMBER, ANNA = CaseNumber("4711/26"), AgentId("anna")


class NamedCleaner:
    """A file that begins with the word of a fault has it; any other is a picture named by its bytes."""

    async def clean(self, upload: bytes) -> Picture:
        word = upload.decode()
        if word in {one.value for one in PictureFault}:
            raise PictureRefused(PictureFault(word))
        return Picture(digest=word, picture=upload, thumbnail=b"t", width=4, height=3)


class Bench:
    def __init__(self, **settings: object) -> None:
        self.bus, self.clock = MemoryBus(), ManualClock()
        bridge = FakeBridge(bus=self.bus, clock=self.clock)
        bridge.remember()
        self.photos: FakePhotos = bridge.photos
        self.photos.serve()
        self.registry = CollectorRegistry()
        self.door = PhotoDoor(
            bus=self.bus,
            clock=self.clock,
            measures=DesktopMeasures(self.registry),
            settings=Settings(city_dir=Path(), **settings),  # type: ignore[arg-type]
            cleaner=NamedCleaner(),  # type: ignore[arg-type]
        )

    async def sending(self) -> Sending:
        await self.bus.request(AskForPhotos(number=NUMBER, agent=ANNA))
        asked = await self.door.find(CODE, "a")
        assert asked is not None
        return Sending(code=CODE, address="a", asked=asked, left=asked.left, outcomes=[])

    def counted(self, name: str, **labels: str) -> float:
        return self.registry.get_sample_value(f"centrala_{name}_total", labels) or 0.0


async def test_a_code_that_is_wrong_is_counted_and_after_some_nothing_is_looked_at() -> None:
    bench = Bench()
    for _ in range(WRONG_OF_ADDRESS_MAX):
        assert await bench.door.find("222-222-222", "a") is None
    with pytest.raises(DoorBusy) as busy:
        await bench.door.find(CODE, "a")
    assert busy.value.retry_after_s == 300.0
    assert bench.counted("photo_codes_wrong") == WRONG_OF_ADDRESS_MAX
    assert await bench.door.find("222-222-222", "b") is None


async def test_a_code_that_is_over_is_answered_like_a_wrong_one() -> None:
    bench = Bench()
    await bench.sending()
    bench.clock.at += 86_400
    assert await bench.door.find(CODE, "b") is None


async def test_photos_are_taken_until_the_request_is_full() -> None:
    bench = Bench()
    sending = await bench.sending()
    for name in ("1", "1", "2", "3", "4", "5", "6"):
        await bench.door.take(sending, name.encode())
    taken, known, full = FileOutcome.TAKEN, FileOutcome.KNOWN, FileOutcome.FULL
    assert sending.outcomes == [taken, known, taken, taken, taken, taken, full]
    assert (sending.left, len(bench.photos.kept[NUMBER])) == (0, PHOTOS_OF_REQUEST_MAX)
    assert (bench.counted("photos", outcome="taken"), bench.counted("photos", outcome="full")) == (5, 1)


@pytest.mark.parametrize("fault", list(PictureFault))
async def test_every_fault_of_a_file_is_an_outcome_in_the_same_word(fault: PictureFault) -> None:
    bench = Bench()
    sending = await bench.sending()
    await bench.door.take(sending, fault.value.encode())
    assert [one.value for one in sending.outcomes] == [fault.value]


async def test_a_file_that_was_too_large_is_an_outcome_like_the_others() -> None:
    bench = Bench()
    sending = await bench.sending()
    await bench.door.take(sending, None)
    await bench.door.take(sending, b"1")
    assert sending.outcomes == [FileOutcome.TOO_LARGE, FileOutcome.TAKEN]


async def test_files_that_are_none_cannot_keep_the_decoder_busy() -> None:
    bench = Bench()
    sending = await bench.sending()
    for _ in range(PICTURES_OF_CASE_MAX + 1):
        await bench.door.take(sending, b"broken")
    assert sending.outcomes[-2:] == [FileOutcome.BROKEN, FileOutcome.BUSY]


async def test_a_store_that_is_away_is_said_of_the_file_and_the_next_one_is_tried() -> None:
    bench = Bench()
    sending = await bench.sending()
    bench.photos.up = False
    await bench.door.take(sending, b"1")
    bench.photos.up = True
    await bench.door.take(sending, b"1")
    assert sending.outcomes == [FileOutcome.AWAY, FileOutcome.TAKEN]


async def test_so_many_send_at_once_and_the_next_one_is_told_to_wait() -> None:
    door = Bench().door
    turns = [door.turn() for _ in range(UPLOADS_AT_ONCE_MAX)]
    for turn in turns:
        turn.__enter__()
    with pytest.raises(DoorBusy), door.turn():
        pass
    turns[0].__exit__(None, None, None)
    with door.turn():
        pass


def test_the_address_is_that_of_the_citizens_the_desk_or_this_machine() -> None:
    local = Bench().door
    assert (local.address_of(CODE), local.is_public) == (f"http://127.0.0.1:8080/z/{CODE}", False)
    desk = Bench(desktop={"public_origin": "https://desk.example.pl/"}).door
    assert (desk.address_of(CODE), desk.is_public) == (f"https://desk.example.pl/z/{CODE}", True)
    own = Bench(
        desktop={"public_origin": "https://desk.example.pl"}, photos={"origin": "https://z.example.pl"}
    )
    assert own.door.address_of(CODE) == f"https://z.example.pl/z/{CODE}"


def test_whoever_asked_is_told_that_a_photo_came() -> None:
    told: list[tuple[str, str, str]] = []

    class Ears:
        def send_private(self, login: AgentId, kind: str, content: str) -> None:
            told.append((login, kind, content))

    tell_of_photos(Ears())(PhotoAdded(number=NUMBER, photo="p", agent=ANNA))  # type: ignore[arg-type]
    assert told == [("anna", "photo", '"number":"4711/26"')]
