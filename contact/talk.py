"""A talk between a caller and an agent while it lasts: what is asked of it, becomes of it and is ordered.

A talk is one `CallConnected` and, at its end, one `CallReleased`, whatever legs carry it in between. It is
*held* while the caller hears music, and *awaited* when that is because the agent's page is gone: the talk
goes on when the page is back.
"""

from dataclasses import dataclass
from typing import TypeAlias

from contact.ids import E164, NO_NUMBER, AgentId, CallId, ChannelName, Extension, LegId, OfferId, QueueId
from contact.times import Seconds

# --- inputs ------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class HoldRequested:
    """The agent wants the caller to hear music."""

    call: CallId
    agent: AgentId


@dataclass(frozen=True, slots=True, kw_only=True)
class ResumeRequested:
    """The agent goes on talking to a caller they hold."""

    call: CallId
    agent: AgentId


@dataclass(frozen=True, slots=True, kw_only=True)
class HangUpRequested:
    """The agent ends their part of a talk, held or not."""

    call: CallId
    agent: AgentId


@dataclass(frozen=True, slots=True, kw_only=True)
class PageLost:
    """The page on which the agent talks is gone without a word; its leg carries no sound any more."""

    call: CallId
    agent: AgentId


@dataclass(frozen=True, slots=True, kw_only=True)
class RejoinRequested:
    """The agent's page is there (again) and asks for the sound of the talk."""

    call: CallId
    agent: AgentId


@dataclass(frozen=True, slots=True, kw_only=True)
class TransferRequested:
    """The agent hands the caller on to `queue`; there at first to nobody but `to`, where given.

    With `number` the caller is to be joined to that number outside; where nobody answers there, they come
    back to `queue`, and at first to nobody but `to`.
    """

    call: CallId
    agent: AgentId
    queue: QueueId
    to: AgentId | None = None
    number: E164 = NO_NUMBER


# --- facts -------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class CallHeld:
    """The caller hears music from `held_at` on; `awaits`: until the agent's page is back."""

    call: CallId
    offer: OfferId
    agent: AgentId
    queue: QueueId
    held_at: Seconds
    awaits: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class CallResumed:
    """Caller and agent hear each other again, after `held_s`."""

    call: CallId
    offer: OfferId
    agent: AgentId
    queue: QueueId
    resumed_at: Seconds
    held_s: float


@dataclass(frozen=True, slots=True, kw_only=True)
class CallTransferred:
    """The agent handed the caller on; the talk ends, the call waits again at its old place.

    With `number` it waits only if nobody answers there.
    """

    call: CallId
    offer: OfferId
    agent: AgentId
    queue: QueueId
    to: AgentId | None
    transferred_at: Seconds
    number: E164 = NO_NUMBER


# --- orders ------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class HoldCall:
    """Take the caller out of the talk to `[held]`; the agent's leg waits, or goes unless `keeps_leg`."""

    offer: OfferId
    call: CallId
    caller_channel: ChannelName
    keeps_leg: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class ResumeCall:
    """Join the agent's waiting leg to the caller again."""

    offer: OfferId
    call: CallId


@dataclass(frozen=True, slots=True, kw_only=True)
class RejoinCall:
    """Ring the agent's page for the talk of `offer`, as the channel `leg`, and join it to the caller."""

    offer: OfferId
    call: CallId
    leg: LegId
    caller_channel: ChannelName
    extension: Extension
    caller: E164
    records: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class EndHeld:
    """Send a held caller on to what follows the talk."""

    call: CallId
    caller_channel: ChannelName


@dataclass(frozen=True, slots=True, kw_only=True)
class TransferCall:
    """Send the caller of a talk, held or not, to wait in `queue`; by way of `number`, where given."""

    call: CallId
    caller_channel: ChannelName
    queue: QueueId
    number: E164 = NO_NUMBER


TalkInput: TypeAlias = (
    HoldRequested | ResumeRequested | HangUpRequested | PageLost | RejoinRequested | TransferRequested
)
"""The inputs among these."""
TalkFact: TypeAlias = CallHeld | CallResumed | CallTransferred
"""The facts among these."""
TalkOrder: TypeAlias = HoldCall | ResumeCall | RejoinCall | EndHeld | TransferCall
"""The orders among these."""
