"""How often codes may be guessed and pictures sent at the door that needs no sign-in.

Wrong codes are counted by address and all together: with a thousand codes in use, what may be guessed in all
finds one in about nine years. Pictures are counted when they are about to be looked into, by the case that
they are for, by address and all together, so that nobody keeps the machine busy with pictures that are none.
Many telephones share one address of their operator, so an address has a large allowance.
"""

from agent_desktop.window import Key, WindowCounts
from contact.ids import CaseNumber
from contact.times import Seconds

WINDOW_S = 300.0
WRONG_OF_ADDRESS_MAX = 20
WRONG_MAX = 3_000
PICTURES_OF_CASE_MAX = 30
PICTURES_OF_ADDRESS_MAX = 120
PICTURES_MAX = 1_000
ENTRIES_MAX = 20_000
_ALL: Key = ("all",)


class PhotoThrottle:
    """Counts wrong codes, and pictures. Time is an argument."""

    def __init__(self) -> None:
        """Start with nothing counted."""
        self._wrong = WindowCounts(window_s=WINDOW_S, entries_max=ENTRIES_MAX)
        self._pictures = WindowCounts(window_s=WINDOW_S, entries_max=ENTRIES_MAX)

    def code_wait_s(self, address: str, now: Seconds) -> float:
        """Return how long an address has to wait before a code of it is looked at, 0 where it need not."""
        return max(
            self._wrong.wait_s(("address", address), WRONG_OF_ADDRESS_MAX, now),
            self._wrong.wait_s(_ALL, WRONG_MAX, now),
        )

    def wrong(self, address: str, now: Seconds) -> None:
        """Count a wrong code."""
        self._wrong.add(("address", address), now)
        self._wrong.add(_ALL, now)

    def picture_wait_s(self, number: CaseNumber, address: str, now: Seconds) -> float:
        """Count a picture and return 0, or return how long to wait before one is looked into."""
        keys = (
            (("case", number), PICTURES_OF_CASE_MAX),
            (("address", address), PICTURES_OF_ADDRESS_MAX),
            (_ALL, PICTURES_MAX),
        )
        wait_s = max(self._pictures.wait_s(key, allowed, now) for key, allowed in keys)
        if wait_s == 0:
            for key, _ in keys:
                self._pictures.add(key, now)
        return wait_s
