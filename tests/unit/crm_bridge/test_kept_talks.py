"""Kept talks: row and file together, whatever fails in between, and both gone when they are to go."""

from pathlib import Path

import pytest

from contact.errors import NotAvailable, Refused
from contact.ids import E164, AgentId, CallId, Language, OfferId, QueueId
from contact.kept_talk import (
    EraseTalks,
    GetTalkSound,
    KeepTalk,
    KeptTalk,
    SearchTalks,
    TalkFacts,
    TalkQuery,
)
from contact.talk_recording import TalksExpired
from crm_bridge.adapters.vault import Vault, VaultFault
from crm_bridge.asking import Asking
from crm_bridge.kept_talks import KeptTalks
from crm_bridge.measure import BridgeMetrics
from runtime.bus import MemoryBus
from runtime.db import DatabaseAway

CALL = CallId("1763800000.1")
NOW, DAY_S = 1_763_900_000.0, 86_400.0


def talk(offer: str = "o1", *, began_at: float = NOW - 60) -> TalkFacts:
    return TalkFacts(
        call=CALL,
        offer=OfferId(offer),
        agent=AgentId("anna"),
        queue=QueueId("roads"),
        consented_at=began_at - 30,
        began_at=began_at,
    )


class Rows:
    """The table, in memory; `away` while the store does not answer."""

    def __init__(self) -> None:
        self.rows: dict[str, KeptTalk] = {}
        self.away = False

    def _check(self) -> None:
        if self.away:
            raise DatabaseAway("the store is away")

    async def has(self, offer: OfferId) -> bool:
        self._check()
        return any(one.talk.offer == offer for one in self.rows.values())

    async def keep(self, facts: TalkFacts, *, recording: str, duration_s: float, size: int) -> bool:
        if await self.has(facts.offer):
            return False
        self.rows[recording] = KeptTalk(
            recording=recording,
            talk=facts,
            duration_s=duration_s,
            size=size,
            caller=E164(""),
            language=Language(""),
            disposition="",
        )
        return True

    async def found(self, query: TalkQuery, *, most: int) -> tuple[KeptTalk, ...]:
        self._check()
        return tuple(one for one in self.rows.values() if query.call in ("", one.talk.call))[:most]

    async def one(self, recording: str) -> KeptTalk | None:
        self._check()
        return self.rows.get(recording)

    async def erase(self, query: TalkQuery) -> tuple[str, ...]:
        names = tuple(one.recording for one in await self.found(query, most=100))
        for name in names:
            del self.rows[name]
        return names

    async def expire(self, before_at: float) -> tuple[str, ...]:
        self._check()
        names = tuple(name for name, one in self.rows.items() if one.talk.began_at < before_at)
        for name in names:
            del self.rows[name]
        return names

    async def names(self) -> frozenset[str]:
        return frozenset(self.rows)

    async def stored(self) -> tuple[int, int]:
        return len(self.rows), sum(one.size for one in self.rows.values())


class Archive:
    """Everything together, at one moment that the test moves."""

    def __init__(self, folder: Path, key: str = "k" * 32) -> None:
        self.folder = folder / "vault"
        self.bus, self.rows, self.time = MemoryBus(), Rows(), NOW
        self.vault = Vault(folder=self.folder, key=key)
        self.metrics = BridgeMetrics()
        self.told: list[TalksExpired] = []
        self.bus.subscribe((TalksExpired,), self.told.append)
        self.works = KeptTalks(
            store=self.rows,  # type: ignore[arg-type] - the part of it that is used
            vault=self.vault,
            keep_days=90,
            clock=self,
            asking=Asking(lambda: None),
            metrics=self.metrics,
        )
        self.works.serve(self.bus)

    def now(self) -> float:
        return self.time

    async def keep(self, facts: TalkFacts | None = None, audio: bytes = b"fLaC sound") -> None:
        await self.bus.request(KeepTalk(talk=facts or talk(), duration_s=10.0, audio=audio))

    def files(self) -> set[str]:
        return {one.name for one in self.folder.iterdir()} if self.folder.is_dir() else set()


@pytest.fixture
def archive(tmp_path: Path) -> Archive:
    return Archive(tmp_path)


async def test_a_talk_is_kept_once_and_heard_in_parts(archive: Archive) -> None:
    await archive.keep()
    await archive.keep(audio=b"another")
    (found,) = await archive.bus.request(SearchTalks(query=TalkQuery()))
    assert archive.files() == {found.recording}
    sound = await archive.bus.request(GetTalkSound(recording=found.recording, first=5, bytes_max=3))
    assert sound is not None
    assert (sound.size, sound.first, sound.audio) == (10, 5, b"sou")
    assert await archive.bus.request(GetTalkSound(recording="f" * 32)) is None


async def test_without_a_key_nothing_is_kept(tmp_path: Path) -> None:
    archive = Archive(tmp_path, key="")
    with pytest.raises(Refused, match="no key"):
        await archive.keep()
    assert archive.files() == set()


async def test_a_store_that_is_away_is_told_and_the_file_that_is_left_is_swept_later(
    archive: Archive, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def gone(*_: object, **__: object) -> bool:
        raise DatabaseAway("the store is away")

    monkeypatch.setattr(archive.rows, "keep", gone)
    with pytest.raises(NotAvailable):
        await archive.keep()
    assert len(archive.files()) == 1
    monkeypatch.setattr("crm_bridge.adapters.vault.ORPHAN_S", -1.0)
    await archive.works.go_round()
    assert archive.files() == set()


async def test_a_full_disk_is_told(archive: Archive, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(_: bytes) -> tuple[str, int]:
        raise VaultFault("No space left on device")

    monkeypatch.setattr(archive.vault, "put", full)
    with pytest.raises(NotAvailable, match="No space left"):
        await archive.keep()
    assert archive.rows.rows == {}


async def test_what_is_erased_is_gone_and_who_asks_for_nothing_erases_nothing(archive: Archive) -> None:
    await archive.keep()
    await archive.keep(talk("o2"))
    assert (await archive.bus.request(EraseTalks(query=TalkQuery()))).count == 0
    assert (await archive.bus.request(EraseTalks(query=TalkQuery(call=CALL)))).count == 2
    assert (archive.files(), archive.rows.rows) == (set(), {})


async def test_a_round_erases_what_is_too_old_and_tells_how_many(archive: Archive) -> None:
    await archive.keep(talk("old", began_at=NOW - 91 * DAY_S))
    await archive.keep(talk("new", began_at=NOW - 89 * DAY_S))
    await archive.works.go_round()
    (left,) = archive.rows.rows.values()
    assert left.talk.offer == "new"
    assert archive.files() == {left.recording}
    assert archive.told == [TalksExpired(count=1, before_at=NOW - 90 * DAY_S)]
    await archive.works.go_round()
    assert len(archive.told) == 1


async def test_a_file_that_cannot_be_read_is_told_as_such(archive: Archive) -> None:
    await archive.keep()
    (name,) = archive.files()
    (archive.folder / name).write_bytes(b"garbage")
    with pytest.raises(NotAvailable, match="cannot be played"):
        await archive.bus.request(GetTalkSound(recording=name))
