import asyncio
import logging
from typing import Any

import pytest

from agent_desktop import recordings
from agent_desktop.recordings import Recordings
from contact.talk_recording import TalksExpired
from runtime.db import DatabaseAway


class FakeAudit:
    def __init__(self) -> None:
        self.rows: list[dict[str, Any]] = []
        self.away = False

    async def record(self, **row: Any) -> None:
        if self.away:
            raise DatabaseAway("the store is away")
        self.rows.append(row)


def test_only_the_session_that_gave_a_reason_may_play_and_the_oldest_is_forgotten(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(recordings, "PLAYS_MAX", 2)
    kept = Recordings(audit=FakeAudit())  # type: ignore[arg-type] - the part of it that is used
    kept.allow("s1", "a")
    assert kept.may_play("s1", "a")
    assert not kept.may_play("s2", "a")
    assert not kept.may_play("s1", "b")
    kept.allow("s1", "b")
    kept.allow("s1", "c")
    assert not kept.may_play("s1", "a")
    assert kept.may_play("s1", "c")


async def test_what_ran_out_is_written_down_and_a_store_that_is_away_stops_nothing(
    caplog: pytest.LogCaptureFixture,
) -> None:
    audit = FakeAudit()
    kept = Recordings(audit=audit)  # type: ignore[arg-type] - the same
    kept.hear(TalksExpired(count=3, before_at=1_000.0))
    await asyncio.gather(*kept._tasks)
    assert [(one["actor"], one["action"], one["detail"]) for one in audit.rows] == [
        ("retention", "recording.expired", "3 from before 1000")
    ]
    audit.away = True
    with caplog.at_level(logging.WARNING):
        kept.hear(TalksExpired(count=4, before_at=1_000.0))
        await asyncio.gather(*kept._tasks)
    assert "the end of 4 recordings is not in the audit" in caplog.text
