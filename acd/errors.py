"""Errors of distribution: whose fault, and what is known afterwards."""

from contact.errors import CentralaError


class AcdError(CentralaError):
    """Anything that distribution itself reports."""


class AmiError(AcdError):
    """An exchange with Asterisk's manager interface that did not go as asked."""


class AmiRefused(AmiError):
    """It did not happen: Asterisk answered with an error, or we would not send it. Asking again is safe."""


class AmiLoginRefused(AmiRefused):
    """Asterisk does not take our user or secret; only a person can mend that, so retries are rare."""


class AmiTimeout(AmiError):
    """No answer came in time; whether it happened is unknown. Re-read Asterisk's state, never resend."""


class AmiDown(AmiError):
    """There is no link, or it broke before the answer; the next resynchronisation tells what happened."""


class AmiGarbled(AmiError):
    """The peer sent something that is not AMI, or more of it than fits our limits; the link is dropped."""


class TranslationError(AcdError):
    """One event of Asterisk does not say what it should; names the event, the header and the reason."""

    def __init__(self, event: str, header: str, reason: str) -> None:
        """Keep the three parts; the value itself stays out, since it may be a telephone number."""
        super().__init__(f"{event}: {header}: {reason}")
        self.event = event
        self.header = header
        self.reason = reason


class PolicyError(AcdError):
    """The routing policy cannot be used; the text names file, key and reason. The old one goes on."""


class JournalError(AcdError):
    """The journal could not be written or read; the text names the file and the reason."""


class WorkloadError(AcdError):
    """A simulation cannot be run as asked; the text names file, key and reason."""


class TalkUnreadable(AcdError):
    """A recorded talk could not be brought into the form it is kept in."""
