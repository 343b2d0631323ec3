"""What the bodies of the HTTP API are built from: checked texts, and the models they all derive from."""

from typing import Annotated

from pydantic import AfterValidator, BaseModel, ConfigDict, Field

from contact.media import MEDIA_URL_CHARACTERS_MAX, MEDIA_URLS_MAX, check_media_url

_E164 = r"^\+[1-9][0-9]{4,14}$"


def _one_line(text: str) -> str:
    if not text.isprintable():
        message = "must be one line without control characters"
        raise ValueError(message)
    return text.strip()


def _many_lines(text: str) -> str:
    text = text.replace("\r\n", "\n")
    if not all(letter.isprintable() or letter in "\n\t" for letter in text):
        message = "must not hold control characters"
        raise ValueError(message)
    return text.strip()


Line = Annotated[str, Field(max_length=200), AfterValidator(_one_line)]
Word = Annotated[str, Field(max_length=64), AfterValidator(_one_line)]
Lines = Annotated[str, Field(max_length=4_000), AfterValidator(_many_lines)]
Number = Annotated[str, Field(pattern=_E164, description="a number in E.164 form, such as +48221234567")]

MediaUrl = Annotated[str, Field(max_length=MEDIA_URL_CHARACTERS_MAX), AfterValidator(check_media_url)]
MediaUrls = Annotated[
    list[MediaUrl], Field(max_length=MEDIA_URLS_MAX, description="addresses of photos, http or https")
]


class Body(BaseModel):
    """A request's body; unknown fields are mistakes."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Answer(BaseModel):
    """An answer's body."""

    model_config = ConfigDict(frozen=True, from_attributes=True)
