"""The policy as the journal keeps it: the text of `queues.toml` and the settings' defaults, as they were."""

import json
from pathlib import Path
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import ValidationError

from acd.adapters.policy_file import read_policy
from acd.core.policy import Policy
from acd.errors import JournalError
from runtime.config import Acd

UTC_NAME = "UTC"
"""The clock of entries that were written before they named one."""
_PLACE = Path("the policy in the journal")


def policy_body(text: str, defaults: Acd, time_zone: str = UTC_NAME) -> str:
    """Return the body of a `policy` entry for what `queues.toml` and the settings say."""
    kept = {"queues": text, "acd": defaults.model_dump(), "time_zone": time_zone}
    return json.dumps(kept, ensure_ascii=False)


def recorded_policy(body: str) -> Policy:
    """Return the policy that `body` keeps; raise `JournalError` or `PolicyError` for what is not ours."""
    try:
        kept = json.loads(body)
        text, defaults = str(kept["queues"]), Acd.model_validate(kept["acd"])
        zone = ZoneInfo(str(kept.get("time_zone", UTC_NAME)))
    except (ZoneInfoNotFoundError, ValueError, KeyError, TypeError, ValidationError) as error:
        raise JournalError(f"{_PLACE} cannot be read: {error}") from None
    return read_policy(text, _PLACE, defaults, zone)
