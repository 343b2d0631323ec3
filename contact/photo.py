"""Photos that a caller sends to a case from their own telephone: the request for them, and what came.

A consultant asks for photos of a case; that makes a short code, which is read aloud and told this once.
Whoever has it can send a few photos until it ends, and sees nothing of the case but its number and topic.
"""

from dataclasses import dataclass
from enum import StrEnum
from typing import NewType

from contact.commands import Request
from contact.ids import AgentId, CallId, CaseNumber
from contact.times import Seconds

PhotoId = NewType("PhotoId", str)

PHOTOS_OF_REQUEST_MAX = 5
"""So many photos are taken for one request."""
PHOTOS_OF_CASE_MAX = 20
CODE_PATH = "/z/"
"""Below which the page for a code is: short, since it is read aloud."""
ADDRESS_PATH = "/photo/"
"""Below which the city's users fetch a photo by its random key."""
KEY_LENGTH = 32


@dataclass(frozen=True, slots=True, kw_only=True)
class Photo:
    """A photo of a case; its sides are in pixels."""

    photo: PhotoId
    taken_at: Seconds
    width: int
    height: int


@dataclass(frozen=True, slots=True, kw_only=True)
class PhotoRequest:
    """A request that a code still works for; `taken` counts the photos that came for it."""

    agent: AgentId
    made_at: Seconds
    expires_at: Seconds
    taken: int


@dataclass(frozen=True, slots=True, kw_only=True)
class CasePhotos:
    """The photos of a case, oldest first, and the request whose code works now."""

    number: CaseNumber
    photos: tuple[Photo, ...]
    request: PhotoRequest | None


@dataclass(frozen=True, slots=True, kw_only=True)
class MadeCode:
    """A code that was just made, in groups as it is read aloud."""

    code: str
    request: PhotoRequest


@dataclass(frozen=True, slots=True, kw_only=True)
class AskedCase:
    """What whoever has a code is told of the case; `left` is how many photos are still taken."""

    number: CaseNumber
    titles: tuple[tuple[str, str], ...]
    left: int


class PhotoOutcome(StrEnum):
    """What became of a photo: kept, or known because the very same file came before."""

    TAKEN = "taken"
    KNOWN = "known"


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptPhoto:
    """A photo that the case has now, and how many more the request takes."""

    outcome: PhotoOutcome
    left: int


@dataclass(frozen=True, slots=True, kw_only=True)
class AskForPhotos(Request[MadeCode]):
    """Make a code for a case; an earlier code of the case works no longer. `Refused` (`not_found`)."""

    number: CaseNumber
    agent: AgentId
    call: CallId | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class WithdrawPhotoRequest(Request[CasePhotos]):
    """Have the code of a case work no longer; without one nothing happens. `Refused` (`not_found`)."""

    number: CaseNumber
    agent: AgentId


@dataclass(frozen=True, slots=True, kw_only=True)
class FindPhotoRequest(Request[AskedCase | None]):
    """Ask what a code is for; None for one that is wrong, over or withdrawn alike."""

    code: str


@dataclass(frozen=True, slots=True, kw_only=True)
class KeepPhoto(Request[KeptPhoto]):
    """Keep a photo for a code. Both pictures are JPEG files of our own making.

    `digest` names the file that was sent (SHA-256): sent again it is kept once. `Refused`: `no_such_request`,
    `photos_full` (the request or the case takes no more).
    """

    code: str
    digest: str
    picture: bytes
    thumbnail: bytes
    width: int
    height: int


@dataclass(frozen=True, slots=True, kw_only=True)
class GetCasePhotos(Request[CasePhotos | None]):
    """Ask for the photos of a case, None where there is no such case."""

    number: CaseNumber


@dataclass(frozen=True, slots=True, kw_only=True)
class GetPicture(Request[bytes | None]):
    """Ask for the JPEG file of a photo of a case, or its thumbnail."""

    number: CaseNumber
    photo: PhotoId
    is_thumbnail: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class GetPictureAt(Request[bytes | None]):
    """Ask for the JPEG file of the photo whose address ends with `key`."""

    key: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SetPhotoRemoved(Request[CasePhotos]):
    """Take a photo away from its case, or give it back within minutes; the CRM is told of either.

    `Refused`: `not_found`, `photo_erased`.
    """

    number: CaseNumber
    photo: PhotoId
    agent: AgentId
    removed: bool
