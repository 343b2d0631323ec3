"""What can go wrong in the dialogue with a caller, by whose fault it is and what is known afterwards."""

from contact.errors import CentralaError


class IvrError(CentralaError):
    """Anything the IVR itself reports."""


class CallerHungUp(IvrError):
    """The caller's channel is gone; no further command makes sense."""


class AgiError(IvrError):
    """The conversation with Asterisk went wrong."""


class AgiGone(AgiError):
    """Asterisk closed the connection, or we did; whether the last command was carried out is not known."""


class AgiTimeout(AgiError):
    """Asterisk did not answer a command in time; whether it was carried out is not known."""


class AgiProtocolError(AgiError):
    """The other side does not speak FastAGI, or sent more than a limit allows."""


class AgiRefused(AgiError):
    """Asterisk answered that a command is unknown, malformed or not permitted: it did not happen."""


class ValueRefused(AgiError):
    """A value holds a line break or a NUL, or makes a command too long; nothing was sent."""


class PromptError(IvrError):
    """Prompts cannot be made or read; the text names the program or the file."""
