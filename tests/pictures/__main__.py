"""`python -m tests.pictures`: take the pictures of the guides anew, on a hotline with the example city.

Everything in them is real: Asterisk, the call, the page's phone with a microphone that beeps.
"""

import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

from playwright.sync_api import Browser

from runtime.asterisk import find_asterisk
from runtime.cli_run import say
from runtime.config import load
from tests.e2e.city import quick_city
from tests.e2e.hotline import CITY, Hotline
from tests.e2e.web_phone import MICROPHONE, PATIENT, chromium
from tests.pictures import board, desk, office, recordings
from tests.pictures.studio import LOOKS, Look, Studio

SETS: dict[str, Callable[[Studio], None]] = {
    "desk": desk.take,
    "board": board.take,
    "office": office.take,
    "recordings": recordings.take,
}


def main() -> int:
    """Take the sets that the command line names, or all."""
    wanted = sys.argv[1:] or list(SETS)
    unknown = [name for name in wanted if name not in SETS]
    if unknown:
        say(f"no set {unknown[0]}; there are {', '.join(SETS)}")
        return 2
    with chromium(*MICROPHONE) as browser:
        for look in LOOKS:
            for name in wanted:
                say(f"{name}, {look.language}, {look.theme}, {look.width}")
                _take(SETS[name], browser, look)
    return 0


def _take(take: Callable[[Studio], None], browser: Browser, look: Look) -> None:
    """Take one set on a hotline of its own, so that no set shows what another has done."""
    with tempfile.TemporaryDirectory(prefix="centrala-pictures-") as folder:
        install = find_asterisk(settings=load(CITY, {}))
        hotline = Hotline(install=install, settings=PATIENT, config=quick_city(Path(folder)))
        try:
            hotline.start()
            take(Studio(hotline, browser, look))
        finally:
            hotline.stop()
            hotline.remove()


if __name__ == "__main__":
    sys.exit(main())
