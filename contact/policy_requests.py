"""Requests about the text of the routing policy: read as it is written, tried, and written anew."""

from dataclasses import dataclass

from contact.commands import Request
from contact.ids import AgentId


@dataclass(frozen=True, slots=True, kw_only=True)
class PolicyText:
    """The policy file as it lies there: `version` names exactly this `text`.

    `writable` says whether routing may write it; `in_force` whether routing goes by this text, which it does
    not where somebody changed the file and has not had it read again. `defaults` are what holds for keys of a
    queue that are not written: their places, such as `announce.first_s`, and the values as text.
    """

    text: str
    version: str
    writable: bool
    in_force: bool
    defaults: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadPolicyText(Request[PolicyText]):
    """Ask routing for its policy file; `Refused` (`bad_policy`) where it cannot be read."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PolicyVerdict:
    """What is wrong with a policy: the key with its tables, and the reason; both "" if nothing."""

    place: str = ""
    reason: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckPolicyText(Request[PolicyVerdict]):
    """Ask routing whether it could go by `text`; nothing changes."""

    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckQueueNeeds(Request[PolicyVerdict]):
    """Ask the IVR whether it has what the queues in `text` need of it: prompts, and places in the flow.

    It refuses to start over a file whose queues need more, so that no other file must be written.
    """

    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class WritePolicyText(Request[PolicyText]):
    """Have routing write `text` over the file of `version` and go by it; the file now is the reply.

    `Refused` as `bad_policy` where it could not go by it, `policy_changed` where the file is another one now,
    `policy_not_written` where it cannot be written; then file and rules are what they were.
    """

    text: str
    version: str
    by: AgentId
