"""`centrala recordings erase`: a caller's recordings are erased, with or without a running hotline."""

import argparse
import asyncio
import getpass
import re

from agent_desktop.audit import Audit
from contact.errors import CentralaError
from contact.ids import E164
from contact.kept_talk import TalkQuery
from contact.numbers import mask
from crm_bridge.adapters.kept_talk_store import KeptTalkStore
from crm_bridge.adapters.vault import Vault
from crm_bridge.servers import VAULT
from runtime.cli_run import say
from runtime.clock import SystemClock
from runtime.config import Settings
from runtime.db import Database
from runtime.telephone import to_e164

_NUMBER = re.compile(r"\+[1-9][0-9]{4,14}")


def erase(settings: Settings, arguments: argparse.Namespace) -> int:
    """Erase every recording of a number; the audit says who and why."""
    caller = to_e164(arguments.caller)
    if not _NUMBER.fullmatch(caller):
        raise CentralaError(f"--caller: {arguments.caller!r} is no telephone number")
    count = asyncio.run(_erase(settings, caller, arguments.reason))
    say(f"{count} recordings of {mask(caller)} are erased")
    return 0


async def _erase(settings: Settings, caller: E164, reason: str) -> int:
    database = Database(settings.database_url)
    vault = Vault(folder=settings.state_dir / VAULT, key="")
    try:
        await database.upgrade()
        names = await KeptTalkStore(database=database).erase(TalkQuery(caller=caller))
        for name in names:
            vault.remove(name)
        await Audit(database=database, clock=SystemClock()).record(
            actor=f"{getpass.getuser()}@console",
            action="recording.erased",
            subject=mask(caller),
            detail=f"{len(names)}: {reason}",
        )
    finally:
        await database.close()
    return len(names)
