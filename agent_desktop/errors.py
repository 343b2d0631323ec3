"""What can go wrong in the desktop, each with the sentence a person reads."""

from contact.errors import CentralaError
from runtime.section import ConfigError


class DesktopError(CentralaError):
    """Anything the desktop itself reports."""


class AccountRefused(DesktopError):
    """An account cannot be made or changed as asked; nothing was stored. `field` says where that lies."""

    def __init__(self, sentence: str, *, field: str = "") -> None:
        """Keep the field beside the sentence."""
        super().__init__(sentence)
        self.field = field


class AccountsInvalid(DesktopError, ConfigError):
    """A file of the city's folder cannot be used; the text names file, key and reason."""


class SignInRefused(DesktopError):
    """Login and password do not belong together, or the account is closed."""


class SignInThrottled(DesktopError):
    """Too many failed sign-ins; another try is worth nothing before `retry_after_s` has passed."""

    def __init__(self, retry_after_s: float) -> None:
        """Keep the wait in seconds."""
        super().__init__(f"too many failed sign-ins; try again in {retry_after_s:.0f} s")
        self.retry_after_s = retry_after_s


class ChangedSince(DesktopError):
    """A change cannot be taken back: `field` has got yet another value since."""

    def __init__(self, field: str) -> None:
        """Keep which field it is."""
        super().__init__(f"{field} was changed again since")
        self.field = field


class QueueTextUnusable(DesktopError):
    """The text of the queues cannot be read, or not be changed as asked; names the place and the reason."""
