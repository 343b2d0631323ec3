"""Requests for photos and what came, on SQLite and on PostgreSQL."""

import asyncio
import json
import uuid
from collections.abc import AsyncIterator, Mapping
from typing import Any

import pytest

from contact.case import Case
from contact.errors import Refused
from contact.ids import AgentId, CaseNumber
from contact.photo import PHOTOS_OF_CASE_MAX, PHOTOS_OF_REQUEST_MAX, PhotoId, PhotoOutcome
from crm_bridge.adapters.case_file_store import CaseFileStore
from crm_bridge.adapters.outbox import StoredOutbox
from crm_bridge.adapters.photo_store import NewPhoto, NewRequest, PhotoStore
from crm_bridge.adapters.store import Filing, Store
from crm_bridge.core.case import open_case
from crm_bridge.core.photo import StoredRequest, code_hash
from runtime.db import Database
from tests.fakes.crm import PlainTemplate, catalogue, draft

ANNA = AgentId("anna")
CODE, OTHER = "7K3-MW4-TPA", "222-333-444"
NUMBER = CaseNumber("1/26")


class MediaTemplate(PlainTemplate):
    """Bodies with the addresses of photos in them."""

    def render_news(self, case: Case, news: Mapping[str, Any]) -> str:
        return json.dumps([case.number, news["kind"], *news["media_urls"]])


@pytest.fixture
async def database(store_url: str) -> AsyncIterator[Database]:
    made = Database(store_url)
    await made.upgrade()
    store = Store(database=made, new_id=_new_id)
    await store.load_catalogue(catalogue())
    for key in "kl":
        await store.file(
            Filing(
                key=key,
                fingerprint="f",
                year=2026,
                filed_at=1.0,
                catalogue_version="v1",
                build=lambda number: open_case(
                    draft(), catalogue(), number=number, opened_at=1.0, promised_at=None
                ),
            )
        )
    yield made
    await made.close()


def _new_id() -> str:
    return str(uuid.uuid4())


def _photos(database: Database) -> PhotoStore:
    return PhotoStore(database=database, new_id=_new_id, address_of=lambda key: f"https://a.example/{key}")


async def _ask(
    store: PhotoStore, code: str = CODE, now: float = 5.0, number: CaseNumber = NUMBER
) -> StoredRequest:
    new = NewRequest(
        number=number, code_hash=code_hash(code), agent=ANNA, call=None, now=now, expires_at=now + 100
    )
    return await store.ask(new, uuid.uuid4().hex)


def _photo(name: str, *, code: str = CODE, now: float = 6.0) -> NewPhoto:
    return NewPhoto(
        photo=PhotoId(uuid.uuid4().hex),
        code_hash=code_hash(code),
        key=f"key-{name}",
        digest=name,
        picture=b"\xff\xd8" + name.encode(),
        thumbnail=b"thumb",
        width=640,
        height=480,
        now=now,
    )


async def _kinds(database: Database) -> list[str]:
    found = await CaseFileStore(database=database, new_id=_new_id).file(NUMBER)
    assert found is not None
    return [one.kind for one in found.events]


async def test_a_code_finds_its_case_until_it_is_over_withdrawn_or_replaced(database: Database) -> None:
    store = _photos(database)
    assert await store.find(code_hash(CODE), 5.0) is None
    await _ask(store)
    found = await store.find(code_hash(CODE), 6.0)
    assert found is not None
    assert (found[0].number, found[0].agent, found[1].title) == (NUMBER, ANNA, "Dziura")
    assert await store.find(code_hash(OTHER), 6.0) is None
    assert await store.find(code_hash("nonsense"), 6.0) is None
    assert await store.find(code_hash(CODE), 105.0) is None
    await _ask(store, OTHER, 7.0)
    assert await store.find(code_hash(CODE), 8.0) is None
    shown = await store.withdraw(NUMBER, 9.0)
    assert shown.request is None
    assert await store.find(code_hash(OTHER), 9.0) is None
    await store.withdraw(NUMBER, 10.0)
    assert await _kinds(database) == ["opened", "photo_asked", "photo_asked", "photo_withdrawn"]
    with pytest.raises(Refused) as refusal:
        await _ask(store, "999-999-999", number=CaseNumber("9/26"))
    assert refusal.value.code == "not_found"


async def test_a_request_of_another_case_is_left_alone(database: Database) -> None:
    store = _photos(database)
    await _ask(store)
    await _ask(store, OTHER, number=CaseNumber("2/26"))
    assert await store.find(code_hash(CODE), 6.0) is not None


async def test_a_photo_is_kept_once_however_often_and_from_how_many_it_comes(database: Database) -> None:
    store = _photos(database)
    await _ask(store)
    kept = await asyncio.gather(*(store.keep(_photo("a")) for _ in range(4)))
    assert sorted(one.outcome for one, _ in kept) == [PhotoOutcome.KNOWN] * 3 + [PhotoOutcome.TAKEN]
    found = await store.of_case(NUMBER, 7.0)
    assert found is not None
    ((photo,), request) = (found.photos, found.request)
    assert request is not None
    assert (photo.width, photo.height, request.taken) == (640, 480, 1)
    assert await store.picture(NUMBER, photo.photo, is_thumbnail=False) == b"\xff\xd8a"
    assert await store.picture(NUMBER, photo.photo, is_thumbnail=True) == b"thumb"
    assert await store.picture(CaseNumber("2/26"), photo.photo, is_thumbnail=False) is None
    assert await store.picture_at("key-a") == b"\xff\xd8a"
    assert await store.picture_at("key-b") is None
    assert await store.of_case(CaseNumber("9/26"), 7.0) is None


async def test_many_at_once_never_take_more_than_the_request_allows(database: Database) -> None:
    store = _photos(database)
    await _ask(store)
    many = (store.keep(_photo(str(number))) for number in range(PHOTOS_OF_REQUEST_MAX + 3))
    done = await asyncio.gather(*many, return_exceptions=True)
    refused = [one for one in done if isinstance(one, Refused)]
    assert [one.code for one in refused] == ["photos_full"] * 3
    found = await store.of_case(NUMBER, 7.0)
    assert found is not None
    assert len(found.photos) == PHOTOS_OF_REQUEST_MAX


async def test_a_case_takes_so_many_photos_over_all_its_requests(database: Database) -> None:
    store = _photos(database)
    for request in range(PHOTOS_OF_CASE_MAX // PHOTOS_OF_REQUEST_MAX):
        await _ask(store, code=f"222-222-22{request + 2}", now=5.0)
        for number in range(PHOTOS_OF_REQUEST_MAX):
            await store.keep(_photo(f"{request}-{number}", code=f"222-222-22{request + 2}"))
    await _ask(store)
    with pytest.raises(Refused) as refusal:
        await store.keep(_photo("one more"))
    assert refusal.value.code == "photos_full"


async def test_nothing_is_kept_for_a_code_that_does_not_work(database: Database) -> None:
    store = _photos(database)
    await _ask(store)
    for code, now in ((OTHER, 6.0), (CODE, 105.0)):
        with pytest.raises(Refused) as refusal:
            await store.keep(_photo("a", code=code, now=now))
        assert refusal.value.code == "no_such_request"


async def test_the_crm_is_told_of_a_photo_and_of_its_removal_after_the_case(database: Database) -> None:
    store = _photos(database)
    outbox = StoredOutbox(database=database, template=MediaTemplate())
    await _ask(store)
    await store.keep(_photo("a"))
    found = await store.of_case(NUMBER, 7.0)
    assert found is not None
    photo = found.photos[0].photo
    after = await store.set_removed(NUMBER, photo, ANNA, removed=True, now=8.0)
    assert after.photos == ()
    assert await store.picture(NUMBER, photo, is_thumbnail=False) is None
    assert await store.picture_at("key-a") is None
    await store.set_removed(NUMBER, photo, ANNA, removed=True, now=9.0)
    back = await store.set_removed(NUMBER, photo, ANNA, removed=False, now=10.0)
    assert [one.photo for one in back.photos] == [photo]
    bodies = []
    while claimed := await outbox.claim("w", 20.0, lease_s=5, deliveries_max=9):
        bodies += [one.body for one in claimed if one.case.number == NUMBER]
        for one in claimed:
            await outbox.mark_delivered(one, "SR-1", 20.0)
    assert [json.loads(body) for body in bodies[1:]] == [
        [NUMBER, kind, "https://a.example/key-a"] for kind in ("photo", "photo_removed", "photo")
    ]
    kinds = await _kinds(database)
    assert [one for one in kinds if one.startswith("photo")] == [
        "photo_asked",
        "photo",
        "photo_removed",
        "photo_restored",
    ]


async def test_what_was_taken_away_is_erased_and_then_gone_for_good(database: Database) -> None:
    store = _photos(database)
    await _ask(store)
    for name in "ab":
        await store.keep(_photo(name))
    found = await store.of_case(NUMBER, 7.0)
    assert found is not None
    first, second = (one.photo for one in found.photos)
    await store.set_removed(NUMBER, first, ANNA, removed=True, now=8.0)
    assert await store.erase(7.9) == 0
    assert await store.erase(8.0) == 1
    assert await store.erase(99.0) == 0
    with pytest.raises(Refused) as refusal:
        await store.set_removed(NUMBER, first, ANNA, removed=False, now=9.0)
    assert refusal.value.code == "photo_erased"
    assert await store.picture(NUMBER, second, is_thumbnail=False) is not None
    with pytest.raises(Refused) as refusal:
        await store.set_removed(NUMBER, PhotoId("none"), ANNA, removed=True, now=9.0)
    assert refusal.value.code == "not_found"


async def test_the_code_itself_stands_nowhere_in_the_store(database: Database) -> None:
    store = _photos(database)
    await _ask(store)
    asked = await store.find(code_hash(CODE), 6.0)
    assert asked is not None
    assert CODE.replace("-", "") not in str(asked)
