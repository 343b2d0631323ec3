"""Errors that cross a role's boundary; each package grows its own tree below `CentralaError`."""


class CentralaError(Exception):
    """Anything Centrala itself reports; its text names the place and the reason."""


class Refused(CentralaError):
    """A request that was understood and did not happen; sending it again changes nothing."""

    def __init__(self, reason: str, *, code: str = "refused") -> None:
        """Keep `code`, a stable word for programs, beside `reason`, a sentence for people."""
        super().__init__(reason)
        self.code = code
        self.reason = reason


class NotAvailable(CentralaError):
    """The other side did not answer in time; what happened there is not known."""


class CodecError(CentralaError):
    """Text that is not one of our messages, or not of the version that is read here."""
