"""The bodies of the HTTP API about messages that callers left."""

from agent_desktop.forms import Answer, Body


class VoicemailsQuery(Body):
    """Which messages: those that are open, or with `done` those that are dealt with."""

    done: bool = False


class VoicemailBody(Body):
    """Whether a message is dealt with."""

    done: bool


class VoicemailRow(Answer):
    """A message that a caller left in the call `id`.

    `caller` is "" where the number was withheld, and masked in lists for consultants.
    """

    id: str
    caller: str
    queue: str | None
    language: str
    left_at: float
    duration_s: float
    done_at: float | None
    done_by: str | None
