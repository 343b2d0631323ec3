"""Flash messages as they are heard: announcements that people switch on for some hours or days."""

from dataclasses import dataclass
from typing import NewType

from contact.ids import CallId, Language

FlashId = NewType("FlashId", str)


@dataclass(frozen=True, slots=True, kw_only=True)
class FlashHeard:
    """A caller was played a flash message; `whole`: to its end, without a key or hanging up."""

    call: CallId
    flash: FlashId
    language: Language
    whole: bool
