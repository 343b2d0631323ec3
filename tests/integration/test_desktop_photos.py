"""Photos over HTTP: the API for consultants, and the door for citizens with real files."""

from collections.abc import AsyncIterator
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from aiohttp import ClientSession, FormData
from sqlalchemy import select, text

from agent_desktop.photo_throttle import WRONG_OF_ADDRESS_MAX
from contact.case import Case, PhotoAdded
from contact.ids import AgentId, CallId, CaseNumber
from crm_bridge.adapters import tables
from tests.fakes.photos import bomb, jpeg
from tests.integration.desktop_server import Client, RunningDesktop, running_desktop
from tests.integration.photo_way import RealPhotos

ANNA, CALL = AgentId("anna"), CallId("1763800000.5")
POLISH = {"Accept-Language": "pl"}
HEIC = b"\0\0\0\x18ftypheic" + b"\0" * 64


class Scene:
    """A desktop with a case, a consultant and a citizen without an account."""

    def __init__(self, desktop: RunningDesktop, case: Case, photos: RealPhotos, anna: Client) -> None:
        self.desktop, self.case, self.photos, self.anna = desktop, case, photos, anna
        self.citizen: ClientSession = desktop.client().http
        self.path = f"/api/v1/cases/{case.number.replace('/', '%2F')}"

    async def asked(self) -> str:
        """Have the consultant ask for a photo; return the address for the citizen."""
        answer, made = await self.anna.ask("POST", f"{self.path}/photo-request", {})
        assert answer.status == 201
        assert made["address"] == f"{self.desktop.origin}/z/{made['code']}"
        address: str = made["address"]
        return address

    async def send(self, address: str, *files: bytes, name: str = "zdjecie.jpg") -> tuple[int, str]:
        form = FormData()
        form.add_field("photo", b"", filename="", content_type="application/octet-stream")
        for file in files:
            form.add_field("photo", BytesIO(file), filename=name, content_type="image/jpeg")
        async with self.citizen.post(address, data=form, headers=POLISH) as answer:
            assert answer.headers["Content-Type"] == "text/html; charset=utf-8"
            return answer.status, await answer.text()

    async def get(self, address: str, language: str = "pl") -> tuple[int, str]:
        async with self.citizen.get(address, headers={"Accept-Language": language}) as answer:
            return answer.status, await answer.text()

    async def listed(self) -> dict[str, Any]:
        found: dict[str, Any] = (await self.anna.ask("GET", f"{self.path}/photos"))[1]
        return found

    async def rows(self, table: Any) -> list[Any]:
        async with self.desktop.database.read_session() as session:
            return list((await session.execute(select(table))).mappings())


@pytest.fixture
async def scene(tmp_path: Path) -> AsyncIterator[Scene]:
    async with running_desktop(tmp_path, PHOTOS__BYTES_MAX="2000000") as desktop:
        photos = RealPhotos(desktop)
        case = await photos.prepare()
        yield Scene(desktop, case, photos, await desktop.signed_in("anna"))


async def test_a_photo_comes_in_without_what_the_telephone_wrote_into_it(scene: Scene) -> None:
    told: list[PhotoAdded] = []
    scene.desktop.bus.subscribe([PhotoAdded], told.append)
    address = await scene.asked()
    status, page = await scene.get(address)
    assert status == 200
    assert "1/26" in page
    assert "Dziura" in page
    for hidden in (scene.case.caller, scene.case.description + "<", "anna", "Anna"):
        assert hidden not in page
    status, page = await scene.send(address, jpeg(), jpeg(colour="red"))
    assert (status, "Zdjęcia dołączone do sprawy: 2" in page) == (200, True)
    (first, second) = (await scene.listed())["photos"]
    assert (first["width"], first["height"]) == (640, 480)
    assert [(one.number, one.agent) for one in told] == [("1/26", "anna")] * 2
    rows = await scene.rows(tables.case_photos)
    assert {row["id"] for row in rows} == {first["id"], second["id"]}
    for row in rows:
        for file in (row["picture"], row["thumbnail"]):
            assert file.startswith(b"\xff\xd8\xff")
            for trace in (b"Exif", b"tajny", b"Fabryka", b"zdjecie"):
                assert trace not in file
    deeds = [(one.action, one.subject) for one in await scene.desktop.app._audit.newest()]
    assert ("case.photo_asked", "1/26") in deeds


async def test_pictures_are_for_signed_in_people_and_no_cache(scene: Scene) -> None:
    await scene.send(await scene.asked(), jpeg())
    (photo,) = (await scene.listed())["photos"]
    path = f"{scene.path}/photos/{photo['id']}"
    async with scene.anna.http.get(
        scene.desktop.origin + "/api/v1/cases/1/26/photos/" + photo["id"]
    ) as answer:
        assert answer.status == 200
        assert answer.headers["Content-Type"] == "image/jpeg"
        assert answer.headers["Cache-Control"] == "private, no-store"
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
        assert answer.headers["Content-Disposition"] == f'inline; filename="{photo["id"]}.jpg"'
        assert "default-src 'none'" in answer.headers["Content-Security-Policy"]
        whole = await answer.read()
    async with scene.anna.http.get(
        f"{scene.desktop.origin}/api/v1/cases/1/26/photos/{photo['id']}?size=thumbnail"
    ) as answer:
        assert len(await answer.read()) < len(whole)
    assert (await scene.get(scene.desktop.origin + path))[0] == 401
    assert (await scene.anna.ask("GET", f"{path}?size=huge"))[0].status == 422
    assert (await scene.anna.ask("GET", f"{scene.path}/photos/{'0' * 32}"))[0].status == 404
    seen = [one.detail for one in await scene.desktop.app._audit.newest() if one.action == "case.photo_seen"]
    assert seen == ["0" * 32, photo["id"]]


async def test_the_crm_gets_an_address_at_which_the_photo_is_until_it_is_taken_away(scene: Scene) -> None:
    await scene.send(await scene.asked(), jpeg())
    (photo,) = (await scene.listed())["photos"]
    news = [row["news"] for row in await scene.rows(tables.outbox) if row["kind"] == "photo"]
    (address,) = news[0]["media_urls"]
    assert address.startswith(f"{scene.desktop.origin}/photo/")
    assert photo["id"] not in address
    async with scene.citizen.get(address) as answer:
        assert (answer.status, answer.headers["Content-Type"]) == (200, "image/jpeg")
    path = f"{scene.path}/photos/{photo['id']}"
    _, found = await scene.anna.ask("PUT", path, {"removed": True})
    assert found["photos"] == []
    assert (await scene.get(address))[0] == 404
    assert (await scene.anna.ask("GET", path))[0].status == 404
    _, found = await scene.anna.ask("PUT", path, {"removed": False})
    assert [one["id"] for one in found["photos"]] == [photo["id"]]
    assert [row["kind"] for row in await scene.rows(tables.outbox)] == [
        "case",
        "photo",
        "photo_removed",
        "photo",
    ]
    deeds = [one.action for one in await scene.desktop.app._audit.newest()]
    assert {"case.photo_removed", "case.photo_restored"} <= set(deeds)


REFUSED = [
    (bomb(), 422, "za duże wymiary"),
    (b"To tylko tekst.", 415, "to nie jest zdjęcie JPEG, PNG ani WebP"),
    (HEIC, 415, "zdjęć HEIC nie przyjmujemy"),
    (jpeg()[:3_000], 422, "plik jest uszkodzony"),
    (b"\xff\xd8\xff" + b"x" * 2_000_001, 413, "jest za duży. Jedno zdjęcie może mieć najwyżej 2 MB."),
    (b"", 422, "jest pusty"),
]


@pytest.mark.parametrize(
    ("file", "status", "words"), REFUSED, ids=["bomb", "text", "heic", "cut", "oversize", "empty"]
)
async def test_what_is_no_photo_is_refused_in_words_and_the_others_are_kept(
    scene: Scene, file: bytes, status: int, words: str
) -> None:
    address = await scene.asked()
    answered, page = await scene.send(address, file)
    assert (answered, words in page) == (status, True)
    answered, page = await scene.send(address, file, jpeg())
    assert (answered, words in page, "Zdjęcia dołączone do sprawy: 1" in page) == (200, True, True)
    assert len((await scene.listed())["photos"]) == 1


async def test_a_photo_that_is_sent_again_is_known_and_no_more_than_five_are_taken(scene: Scene) -> None:
    address = await scene.asked()
    colours = ("red", "green", "blue", "white", "black", "yellow")
    await scene.send(address, *(jpeg(colour=one) for one in colours[:3]))
    status, page = await scene.send(address, *(jpeg(colour=one) for one in colours[2:]))
    assert status == 200
    assert "to zdjęcie już mamy" in page
    assert "nie możemy przyjąć więcej zdjęć" in page
    assert "Mamy już tyle zdjęć" in page
    found = await scene.listed()
    assert (len(found["photos"]), found["request"]["taken"]) == (5, 5)
    status, page = await scene.send(address, jpeg(colour="pink"))
    assert status == 409


async def test_a_form_without_a_photo_says_what_to_do(scene: Scene) -> None:
    address = await scene.asked()
    status, page = await scene.send(address)
    assert (status, "Najpierw zrób albo wybierz zdjęcie." in page) == (422, True)
    async with scene.citizen.post(
        address, data=b"{}", headers={"Content-Type": "application/json"}
    ) as answer:
        assert (answer.status, answer.content_type) == (400, "text/html")
    form = 'multipart/form-data; boundary="x"'
    async with scene.citizen.post(address, data=b"--x\r\nnonsense", headers={"Content-Type": form}) as answer:
        assert answer.status == 400


async def test_wrong_expired_and_withdrawn_codes_are_answered_alike(scene: Scene) -> None:
    address = await scene.asked()
    origin = scene.desktop.origin
    wrong = await scene.get(f"{origin}/z/222-222-222")
    assert (wrong[0], "Ten kod nie działa." in wrong[1]) == (404, True)
    assert await scene.get(f"{origin}/z/nic") == wrong
    async with scene.desktop.database.session() as session:
        await session.execute(text("UPDATE photo_requests SET expires_at = 1"))
    assert await scene.get(address) == wrong
    again = await scene.asked()
    await scene.anna.ask("DELETE", f"{scene.path}/photo-request")
    assert await scene.get(again) == wrong
    assert await scene.send(again, jpeg()) == wrong
    assert (await scene.listed())["photos"] == []


async def test_whoever_guesses_waits_and_is_told_so(scene: Scene) -> None:
    address = await scene.asked()
    for _ in range(WRONG_OF_ADDRESS_MAX):
        await scene.get(f"{scene.desktop.origin}/z/222-222-222")
    async with scene.citizen.get(address, headers=POLISH) as answer:
        assert (answer.status, int(answer.headers["Retry-After"]) > 0) == (429, True)
        assert "Za dużo błędnych kodów" in await answer.text()


async def test_the_code_is_typed_in_any_form_and_without_the_rest_of_the_address(scene: Scene) -> None:
    address = await scene.asked()
    origin, code = scene.desktop.origin, address.rpartition("/")[2]
    typed = f"{origin}/z?code=%20{code.lower().replace('-', '%20')}%20"
    status, page = await scene.get(typed, "en")
    assert (status, "Photos for your report" in page) == (200, True)
    status, page = await scene.get(f"{origin}/z/")
    assert (status, 'name="code"' in page) == (200, True)
    status, page = await scene.get(f"{origin}/z?code=%2F..%2Fsignin%3F")
    assert (status, "Ten kod nie działa." in page) == (404, True)


async def test_another_request_ends_the_one_before(scene: Scene) -> None:
    first, second = await scene.asked(), await scene.asked()
    assert (await scene.get(first))[0] == 404
    assert (await scene.get(second))[0] == 200


async def test_a_store_that_is_away_is_said_in_words(desktop: RunningDesktop) -> None:
    desktop.bridge.remember()
    anna = await desktop.signed_in("anna")
    _, made = await anna.ask("POST", "/api/v1/cases/4711%2F26/photo-request", {})
    desktop.bridge.photos.up = False
    async with anna.http.get(made["address"], headers=POLISH) as answer:
        assert answer.status == 503
        assert "Chwilowo nie możemy sprawdzić kodu." in await answer.text()


async def test_photos_are_asked_for_in_a_call_of_ones_own(desktop: RunningDesktop) -> None:
    desktop.bridge.remember()
    anna, bartek = await desktop.signed_in("anna"), await desktop.signed_in("bartek")
    desktop.acd.wait(CALL)
    desktop.acd.offer(CALL, ANNA)
    desktop.acd.connect(CALL)
    path = "/api/v1/cases/4711%2F26/photo-request"
    answer, made = await anna.ask("POST", path, {"call": CALL})
    assert (answer.status, made["is_public"]) == (201, False)
    assert [(one.number, one.call) for one in desktop.bridge.photos.asked] == [("4711/26", CALL)]
    assert (await bartek.ask("POST", path, {"call": CALL}))[0].status == 404
    answer, problem = await anna.ask("POST", "/api/v1/cases/9%2F99/photo-request", {})
    assert (answer.status, problem["code"]) == (404, "not_found")


async def test_the_address_for_citizens_is_the_public_one_and_what_a_proxy_says_is_believed(
    tmp_path: Path,
) -> None:
    more = {"PHOTOS__ORIGIN": "https://zdjecia.example.pl", "DESKTOP__PROXIES": "127.0.0.0/8"}
    async with running_desktop(tmp_path, **more) as desktop:
        desktop.bridge.remember()
        anna = await desktop.signed_in("anna")
        _, made = await anna.ask("POST", "/api/v1/cases/4711%2F26/photo-request", {})
        assert (made["is_public"], made["address"]) == (True, f"https://zdjecia.example.pl/z/{made['code']}")
        wrong, right = f"{desktop.origin}/z/222-222-222", f"{desktop.origin}/z/{made['code']}"
        for _ in range(WRONG_OF_ADDRESS_MAX):
            async with anna.http.get(wrong, headers={"X-Forwarded-For": "203.0.113.7"}):
                pass
        for address, status in (
            ("203.0.113.7", 429),
            ("198.51.100.1, 203.0.113.7", 429),
            ("203.0.113.8", 200),
        ):
            async with anna.http.get(right, headers={"X-Forwarded-For": address}) as answer:
                assert answer.status == status, address
        async with anna.http.get(f"{desktop.origin}/api/v1/me") as answer:
            assert answer.status == 200


async def test_what_was_taken_away_long_ago_is_erased(scene: Scene) -> None:
    await scene.send(await scene.asked(), jpeg())
    (photo,) = (await scene.listed())["photos"]
    await scene.anna.ask("PUT", f"{scene.path}/photos/{photo['id']}", {"removed": True})
    desk, desktop = scene.photos.desk(), scene.desktop
    await desk.erase_due()
    assert [row["picture"] is None for row in await scene.rows(tables.case_photos)] == [False]
    async with desktop.database.session() as session:
        await session.execute(text("UPDATE case_photos SET removed_at = 1"))
    await desk.erase_due()
    assert [row["picture"] for row in await scene.rows(tables.case_photos)] == [None]
    answer, problem = await scene.anna.ask("PUT", f"{scene.path}/photos/{photo['id']}", {"removed": False})
    assert (answer.status, problem["code"]) == (409, "photo_erased")


async def test_photos_that_come_are_counted_by_what_became_of_them(scene: Scene) -> None:
    await scene.send(await scene.asked(), jpeg(), b"tekst")
    counted = scene.desktop.app._measures.photos
    assert [counted.labels(word)._value.get() for word in ("taken", "no_picture")] == [1, 1]


async def test_a_case_that_is_not_there_has_no_photos(scene: Scene) -> None:
    answer, problem = await scene.anna.ask("GET", "/api/v1/cases/9%2F99/photos")
    assert (answer.status, problem["code"]) == (404, "no_such_case")
    assert CaseNumber("9/99") not in scene.desktop.bridge.cases
