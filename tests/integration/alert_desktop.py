"""A running desktop whose city has recipients of alerts."""

import shutil
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from tests.integration.alert_servers import Hooks
from tests.integration.desktop_server import CITY, RunningDesktop, running_desktop

SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
TEXT = """
[[rules]]
kind = "longest_wait"
raise_at = 120
clear_at = 60

[[recipients]]
name = "dyżurny"
email = ["dyzurny@example.pl"]

[[recipients]]
name = "kierownik"
email = ["kierownik@example.pl"]
after_s = 900

[[recipients]]
name = "monitoring"
webhook = "{url}"
tell = ["raised", "acknowledged", "ended"]
language = "en"
"""


def city(folder: Path, hooks: Hooks) -> Path:
    """Return the example city's settings in a folder of their own, with recipients."""
    if not (folder / "warszawa").exists():
        shutil.copytree(CITY.parent, folder / "warszawa")
    (folder / "warszawa" / "alerts.toml").write_text(TEXT.format(url=hooks.url), encoding="utf-8")
    return folder / "warszawa" / CITY.name


@asynccontextmanager
async def telling(tmp_path: Path, hooks: Hooks, mail_port: int) -> AsyncIterator[RunningDesktop]:
    settings = {
        "SMTP__HOST": "127.0.0.1",
        "SMTP__PORT": str(mail_port),
        "SMTP__SECURITY": "none",
        "SMTP__SENDER": "Centrala <c@example.pl>",
        "WEBHOOK__SECRET": SECRET,
    }
    async with running_desktop(tmp_path, city=city(tmp_path, hooks), **settings) as desktop:
        yield desktop
