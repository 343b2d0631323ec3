"""The code that is read aloud for photos of a case, and what it allows.

Theory of operation. A code has nine signs in three groups, such as `7K3-MW4-TPA`, from an alphabet of 24 in
which no two look alike: 0 O Q, 1 I L and U V are left out, of 2 Z, 5 S, 6 G and 8 B the letters. That is
24^9, more than 41 bits. Whoever types one of those four letters means the digit. The store has a code's
SHA-256 only. A code works until it expires or is withdrawn, and until another is made for the case.
"""

import hashlib
from dataclasses import dataclass

from contact.errors import Refused
from contact.ids import AgentId, CaseNumber
from contact.photo import PHOTOS_OF_CASE_MAX, PHOTOS_OF_REQUEST_MAX, PhotoRequest
from contact.times import Seconds

ALPHABET = "23456789ACDEFHJKMNPRTWXY"
CODE_LENGTH = 9
CODES = len(ALPHABET) ** CODE_LENGTH
"""How many codes there are."""
TEXT_LENGTH_MAX = 64
UNDO_S = 600.0
"""So long a photo that was taken away can be given back; then its pictures are erased."""
_GROUP = 3
_MEANT = str.maketrans("BGSZ", "8652")
_BETWEEN = str.maketrans("", "", " -\u2010\u2011\u2013.")


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredRequest:
    """A request as the store has it."""

    id: str
    number: CaseNumber
    agent: AgentId
    made_at: Seconds
    expires_at: Seconds
    withdrawn_at: Seconds | None
    taken: int

    def is_open(self, now: Seconds) -> bool:
        """Say whether its code works."""
        return self.withdrawn_at is None and now < self.expires_at

    @property
    def left(self) -> int:
        """How many photos are still taken."""
        return max(0, PHOTOS_OF_REQUEST_MAX - self.taken)

    def shown(self) -> PhotoRequest:
        """Return what may be told of it."""
        return PhotoRequest(
            agent=self.agent, made_at=self.made_at, expires_at=self.expires_at, taken=self.taken
        )


def code_of(number: int) -> str:
    """Return the code of a number below `CODES`, in groups."""
    signs = []
    for _ in range(CODE_LENGTH):
        number, place = divmod(number, len(ALPHABET))
        signs.append(ALPHABET[place])
    return "-".join("".join(signs[at : at + _GROUP]) for at in range(0, CODE_LENGTH, _GROUP))


def read_code(text: str) -> str | None:
    """Return the signs of a code as somebody typed it, None for what can be no code."""
    if len(text) > TEXT_LENGTH_MAX:
        return None
    code = text.upper().translate(_BETWEEN).translate(_MEANT)
    if len(code) != CODE_LENGTH or any(sign not in ALPHABET for sign in code):
        return None
    return code


def code_hash(code: str) -> str:
    """Return what the store knows a code by; groups make no difference."""
    return hashlib.sha256((read_code(code) or "").encode()).hexdigest()


def check_room(request: StoredRequest, photos_of_case: int) -> None:
    """Raise `Refused` where the request or its case takes no further photo."""
    if request.left == 0 or photos_of_case >= PHOTOS_OF_CASE_MAX:
        raise Refused(f"case {request.number} takes no further photo", code="photos_full")
