import asyncio
from pathlib import Path

import pytest

from agent_desktop.audit import Audit
from contact.ids import AgentId, CallId, OfferId, QueueId
from contact.kept_talk import TalkFacts
from crm_bridge.adapters.kept_talk_store import KeptTalkStore
from crm_bridge.adapters.store import Store
from crm_bridge.adapters.vault import Vault
from runtime.cli import PROBLEM, main
from runtime.clock import SystemClock
from runtime.db import Database
from tests.fakes.crm import CALLER, ended

CONFIG = Path(__file__).parents[3] / "config" / "warszawa" / "centrala.toml"
CALL = CallId("1763800000.1")


async def prepare(url: str, state_dir: Path) -> None:
    database = Database(url)
    await database.upgrade()
    name, size = Vault(folder=state_dir / "talks", key="k" * 32).put(b"fLaC")
    talk = TalkFacts(
        call=CALL,
        offer=OfferId("o1"),
        agent=AgentId("anna"),
        queue=QueueId("roads"),
        consented_at=1.0,
        began_at=2.0,
    )
    await KeptTalkStore(database=database).keep(talk, recording=name, duration_s=3.0, size=size)
    await Store(database=database, new_id=str).add_contacts([ended(CALL)])
    await database.close()


async def deeds(url: str) -> list[tuple[str, str, str]]:
    database = Database(url)
    rows = await Audit(database=database, clock=SystemClock()).newest()
    await database.close()
    return [(one.action, one.subject, one.detail) for one in rows]


def test_a_callers_recordings_are_erased_and_the_audit_says_so(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:

    monkeypatch.setenv("CENTRALA_RUNTIME__STATE_DIR", str(tmp_path))
    url = f"sqlite+aiosqlite:///{tmp_path / 'centrala.sqlite'}"
    asyncio.run(prepare(url, tmp_path))
    arguments = ["--config", str(CONFIG), "recordings", "erase", "--reason", "wniosek", "--caller"]
    assert main([*arguments, "nobody"]) == PROBLEM
    assert main([*arguments, CALLER]) == 0
    assert "1 recordings of" in capsys.readouterr().out
    assert list((tmp_path / "talks").iterdir()) == []
    ((action, subject, detail),) = asyncio.run(deeds(url))
    assert (action, detail) == ("recording.erased", "1: wniosek")
    assert CALLER not in subject
