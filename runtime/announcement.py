"""What a person reads once everything is up: where to look, how to sign in, how to place a call."""

import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from runtime.config import Settings
from runtime.desk_client import address_of

RELEVANT = frozenset(
    {
        *("CENTRALA_CACHE", "CENTRALA_RUNTIME__STATE_DIR", "CENTRALA_ASTERISK__BINARY"),
        *("CENTRALA_SIP__BIND", "CENTRALA_SIP__PORT", "CENTRALA_SIP__DIALLED"),
        *("CENTRALA_DESKTOP__HOST", "CENTRALA_DESKTOP__PORT", "CENTRALA_DESKTOP__PUBLIC_ORIGIN"),
    }
)
"""The variables that the demo's commands need as this process had them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """One demo account; `extension` is "" for who has no phone."""

    login: str
    role: str
    extension: str = ""


def announcement(
    *,
    settings: Settings,
    people: Sequence[Person],
    password: str,
    took_s: float,
    program: str,
    environ: Mapping[str, str] = os.environ,
) -> str:
    """Return the text; `program` is how the `centrala` command is called here."""
    origin = address_of(settings)
    sip = settings.sip
    lines = [
        "",
        f"Centrala is ready after {took_s:.1f} s. Stop it with Ctrl-C.",
        "",
        f"  Desk           {origin}/",
        f"  Ready, figures {origin}/readyz  {origin}/metrics",
        f"  API            {origin}/api/v1/openapi.json",
        (
            f"  Telephone      dial {sip.dialled} at {sip.bind}:{sip.port} (SIP, UDP) "
            f"from {', '.join(sip.trunk_addresses)}"
        ),
    ]
    if settings.demo.enabled:
        if not settings.crm.url:
            lines.append(f"  Reference CRM  {settings.crm_url.removesuffix('cases')}")
        lines += ["", *_accounts(people, password), "", *_commands(people, program, environ)]
    return "\n".join([*lines, ""])


def _accounts(people: Sequence[Person], password: str) -> list[str]:
    with_phones = [one for one in people if one.extension]
    lines = [f"  Sign in with the password {password} as"]
    lines += [
        f"    {one.login:<10} {one.role:<10} {'phone ' + one.extension if one.extension else ''}".rstrip()
        for one in people
    ]
    if with_phones:
        lines.append("  A SIP phone registers with its extension as user name and the same password.")
    return lines


def _commands(people: Sequence[Person], program: str, environ: Mapping[str, str]) -> list[str]:
    agent = next((one.login for one in people if one.extension), "")
    given = " ".join(f"{name}={environ[name]}" for name in sorted(RELEVANT & environ.keys()))
    start = f"{given} {program}".strip()
    return [
        "  Without a phone, in two more terminals:",
        f"    {start} demo-agent {agent}",
        f"    {start} demo-call --topic roads --wait-for-agent",
    ]
