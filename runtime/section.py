"""What all tables of the settings file share, and the tables that hold secrets."""

from pathlib import Path
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, SecretStr, field_validator

from contact.errors import CentralaError

Port = Annotated[int, Field(ge=1, le=65535)]
Duration = Annotated[float, Field(ge=0, le=86_400)]
Deadline = Annotated[float, Field(gt=0, le=300)]
KEY_SIGNS_MIN = 32


class ConfigError(CentralaError):
    """The configuration cannot be used; the text names file, key and reason."""


class Section(BaseModel):
    """One table of the file; unknown keys are mistakes."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Recordings(Section):
    """Talk recordings: made only of callers who agreed by key, and kept encrypted."""

    enabled: bool = True
    """Off, no queue records whatever its policy says; on, a queue does only where its policy says so."""
    key: str = Field(default="", repr=False)
    """What they are encrypted with: text of `KEY_SIGNS_MIN` signs or more, best by the environment."""
    key_file: str = ""
    """A file with that text instead. Without either, the demo makes one in its state directory."""
    keep_days: Annotated[int, Field(ge=1, le=3_650)] = 90
    """After so long a recording is erased."""

    @field_validator("key")
    @classmethod
    def _is_long(cls, key: str) -> str:
        if key and len(key) < KEY_SIGNS_MIN:
            message = f"has less than {KEY_SIGNS_MIN} signs"
            raise ValueError(message)
        return key

    @property
    def possible(self) -> bool:
        """Whether talks can be recorded: they are to be, and there is a key."""
        return self.enabled and bool(self.key)


class Smtp(Section):
    """The mail server that takes e-mails about alerts."""

    host: str = ""
    port: Port = 587
    security: Literal["starttls", "tls", "none"] = "starttls"
    user: str = ""
    password: SecretStr | None = None
    password_file: str = ""
    """A file whose first line is the password, in the place of `password`."""
    sender: str = ""
    """Whom e-mails come from: `Centrala 19115 <centrala@example.pl>`, or the address alone."""
    ca_file: str = ""
    """Certificates of authorities to trust in the place of the system's."""
    timeout_s: Deadline = 10


class Webhook(Section):
    """What is the same of every webhook that is told of alerts."""

    secret: SecretStr | None = None
    """What requests are signed with: `whsec_` and 24 to 64 bytes in base64."""
    secret_file: str = ""
    """A file whose first line is the secret, in the place of `secret`."""
    timeout_s: Deadline = 10


def read_secret(given: SecretStr | None, file: str, *, key: str) -> str:
    """Return the secret that `key` gives or the first line of the file it names, "" for neither.

    Raises:
        ConfigError: both are given, or the file cannot be read or is empty.
    """
    if not file:
        return given.get_secret_value() if given is not None else ""
    if given is not None:
        raise ConfigError(f"{key}: {key}_file is given too; one of them is enough")
    try:
        secret = Path(file).read_text(encoding="utf-8").partition("\n")[0].strip()
    except (OSError, UnicodeDecodeError) as error:
        reason = error.strerror if isinstance(error, OSError) else "not UTF-8"
        raise ConfigError(f"{key}_file: {file}: {reason}") from None
    if not secret:
        raise ConfigError(f"{key}_file: {file}: its first line is empty")
    return secret
