"""The bodies of the HTTP API about photos that callers send."""

from typing import Literal

from agent_desktop.forms import Answer, Body, Word
from contact.photo import CasePhotos, Photo, PhotoRequest


class PhotoRequestBody(Body):
    """The call in which photos are asked for, where there is one."""

    call: Word | None = None


class PhotoRequestRow(Answer):
    """A request whose code works now; who made it, and how many photos came for it."""

    agent: str
    made_at: float
    expires_at: float
    taken: int

    @classmethod
    def of(cls, request: PhotoRequest) -> "PhotoRequestRow":
        """Return `request` without anything that could be used at the door."""
        return cls.model_validate(request)


class MadeCodeAnswer(Answer):
    """An address to be read aloud, told this once: `code` in groups, `address` whole.

    Where `is_public` is false no public origin is set: the address leads to this host and port.
    """

    code: str
    address: str
    is_public: bool
    request: PhotoRequestRow


class PhotoRow(Answer):
    """A photo; its sides are in pixels."""

    id: str
    taken_at: float
    width: int
    height: int

    @classmethod
    def of(cls, photo: Photo) -> "PhotoRow":
        """Return `photo` as a row."""
        return cls(id=photo.photo, taken_at=photo.taken_at, width=photo.width, height=photo.height)


class CasePhotosAnswer(Answer):
    """The photos of a case, oldest first, and the request whose code works now."""

    number: str
    photos: list[PhotoRow]
    request: PhotoRequestRow | None

    @classmethod
    def of(cls, found: CasePhotos) -> "CasePhotosAnswer":
        """Return `found` with rows."""
        return cls(
            number=found.number,
            photos=[PhotoRow.of(one) for one in found.photos],
            request=None if found.request is None else PhotoRequestRow.of(found.request),
        )


class PictureQuery(Body):
    """Which file of a photo: the whole picture or its thumbnail."""

    size: Literal["whole", "thumbnail"] = "whole"


class PhotoBody(Body):
    """Whether a photo is taken away."""

    removed: bool
