"""Accounts: who there is and with which skills. A change rules from routing's next decision on."""

import contextlib
from collections.abc import Collection, Iterable
from dataclasses import replace
from http import HTTPStatus

from agent_desktop.account_schemas import AccountBody, AccountRow, NewAccountBody, PasswordBody, SkillsBody
from agent_desktop.audit import AuditEntry
from agent_desktop.change import difference, taken_back
from agent_desktop.errors import AccountRefused
from agent_desktop.keys import BUS, FEED, HUB, PHONE_LINES, ROSTER, USERS
from agent_desktop.problem import Problem
from agent_desktop.routes import ADMINS, LEADERS, Asked, Route
from agent_desktop.scope import WHOLE, Scope, scope_of, to_plain
from agent_desktop.scoped import check_agent
from agent_desktop.undo import Undo
from agent_desktop.users import SCOPED, Role, User, fields_of, user_of, with_skills
from contact.commands import GetCatalogue
from contact.errors import CentralaError
from contact.ids import AgentId, Extension, Skill


async def accounts(asked: Asked) -> list[AccountRow]:
    """List all accounts by login, closed ones too; with a scope, the consultants of its teams."""
    people, scope = await asked.request.app[USERS].list_all(), asked.user.scope
    if scope.is_whole_line:
        return [AccountRow.of(one) for one in people]
    return [AccountRow.of(one) for one in people if one.role is Role.AGENT and scope.has_team(one.team)]


async def make(asked: Asked) -> AccountRow:
    """Make an account."""
    body = asked.read(NewAccountBody)
    user = _as_asked(User(login=AgentId(body.login), name=body.name, role=body.role), body)
    await _check_scope(asked, user.scope)
    app = asked.request.app
    try:
        await app[USERS].create(user, body.password)
    except AccountRefused as error:
        raise _invalid(error) from None
    await asked.audit("account.made", user.login, after=difference({}, fields_of(user))[1])
    await app[ROSTER].sync()
    return AccountRow.of(user)


async def set_skills(asked: Asked) -> AccountRow:
    """Give an agent other skills."""
    user, body = await _account(asked.request.match_info["id"], asked), asked.read(SkillsBody)
    check_agent(asked, user.login)
    if body.before is not None and body.before != dict(user.skills):
        detail = "Somebody else has changed these skills meanwhile."
        raise Problem(HTTPStatus.CONFLICT, "changed_since", detail)
    changed = with_skills(user, _levels(body.skills.items()))
    return await _change(asked, user, changed, "agent.skills_set", _said(changed))


async def change(asked: Asked) -> AccountRow:
    """Change an account: name, role, phone, skills, or whether it is open."""
    user, body = await _account(asked.request.match_info["id"], asked), asked.read(AccountBody)
    changed = _as_asked(user, body)
    await _check_scope(asked, changed.scope)
    detail = f"{changed.role.value} {changed.extension or '-'} {'open' if changed.active else 'closed'}"
    return await _change(asked, user, changed, "account.changed", f"{detail} {_said(changed)}".strip())


async def set_password(asked: Asked) -> None:
    """Give an account another password, which ends its sessions."""
    user, app = await _account(asked.request.match_info["id"], asked), asked.request.app
    try:
        await app[USERS].change(user, password=asked.read(PasswordBody).password)
    except AccountRefused as error:
        raise _invalid(error) from None
    app[HUB].end_login(user.login)
    app[PHONE_LINES].end_agent(user.login)
    await asked.audit("account.password_set", user.login)


async def take_back(asked: Asked, entry: AuditEntry) -> None:
    """Give an account the fields back that `entry` changed."""
    user = await _account(entry.subject, asked)
    check_agent(asked, user.login)
    back = taken_back(fields_of(user), before=entry.before or {}, after=entry.after or {})
    await _change(asked, user, user_of(user.login, back), entry.action, undoes=entry.id)


async def close_again(asked: Asked, entry: AuditEntry) -> None:
    """Close an account that was made; it stays, for what its person did is told by its name."""
    user = await _account(entry.subject, asked)
    await _change(asked, user, replace(user, active=False), "account.changed", undoes=entry.id)


async def _account(login: str, asked: Asked) -> User:
    user = await asked.request.app[USERS].get(login)
    if user is None:
        raise Problem(HTTPStatus.NOT_FOUND, "no_such_account", "There is no such account.")
    return user


def _as_asked(user: User, body: AccountBody) -> User:
    """Return `user` as `body` wants them."""
    scope = user.scope if body.role in SCOPED else WHOLE
    if body.scope is not None:
        scope = scope_of(body.scope.teams, body.scope.queues, body.scope.districts)
    changed = replace(
        user,
        name=body.name,
        role=body.role,
        extension=Extension(body.extension) if body.extension else None,
        language=body.language,
        wrap_up_s=body.wrap_up_s,
        active=body.active,
        team=user.team if body.team is None else body.team,
        scope=scope,
    )
    return with_skills(changed, _levels(body.skills.items()))


async def _check_scope(asked: Asked, scope: Scope) -> None:
    """Raise `Problem` 422 for a queue or a district that there is not; what cannot be asked is believed."""
    app = asked.request.app
    known: dict[str, Collection[str]] = {"queues": app[FEED].queues}
    if scope.districts:
        with contextlib.suppress(CentralaError):
            known["districts"] = (await app[BUS].request(GetCatalogue())).districts
    for kind, names in to_plain(scope).items():
        unknown = [name for name in names if name not in known[kind]] if known.get(kind) else []
        if unknown:
            raise _invalid(
                AccountRefused(f"there is no {unknown[0]} among the {kind}", field=f"scope.{kind}")
            )


async def _change(
    asked: Asked, user: User, changed: User, action: str, detail: str = "", *, undoes: int | None = None
) -> AccountRow:
    """Store the account, note who changed it, and have routing know before the answer goes out.

    What the person has open and may no longer have ends at once.
    """
    app = asked.request.app
    if user.login == asked.user.login and (not changed.active or changed.role is not user.role):
        text = "Nobody closes or demotes the account they are signed in with."
        raise Problem(HTTPStatus.CONFLICT, "own_account", text)
    try:
        await app[USERS].change(changed)
    except AccountRefused as error:
        raise _invalid(error) from None
    if (user.role, user.scope, user.active) != (changed.role, changed.scope, changed.active):
        app[HUB].end_login(changed.login)
    if (user.role, user.active, user.extension) != (changed.role, changed.active, changed.extension):
        app[PHONE_LINES].end_agent(changed.login)
    before, after = difference(fields_of(user), fields_of(changed))
    await asked.audit(action, changed.login, detail, before=before, after=after, undoes=undoes)
    await app[ROSTER].sync()
    return AccountRow.of(changed)


def _invalid(error: AccountRefused) -> Problem:
    errors = [{"field": error.field, "message": str(error)}] if error.field else []
    return Problem(HTTPStatus.UNPROCESSABLE_ENTITY, "invalid", str(error), errors=errors)


def _levels(levels: Iterable[tuple[str, int]]) -> list[tuple[Skill, int]]:
    return [(Skill(skill), level) for skill, level in levels]


def _said(user: User) -> str:
    return ",".join(f"{skill}={level}" for skill, level in user.skills)


_PROBLEMS = (HTTPStatus.NOT_FOUND, HTTPStatus.CONFLICT, HTTPStatus.SERVICE_UNAVAILABLE)
UNDOS = {
    "account.made": Undo(roles=ADMINS, act=close_again),
    "account.changed": Undo(roles=ADMINS, act=take_back),
    "agent.skills_set": Undo(roles=LEADERS, act=take_back),
}
ROUTES = (
    Route(
        method="GET",
        path="/api/v1/accounts",
        handler=accounts,
        summary="All accounts by login, closed ones too",
        roles=LEADERS,
        tag="accounts",
        answer=list[AccountRow],
    ),
    Route(
        method="POST",
        path="/api/v1/accounts",
        handler=make,
        summary="Make an account",
        roles=ADMINS,
        tag="accounts",
        body=NewAccountBody,
        answer=AccountRow,
        status=HTTPStatus.CREATED,
        problems=(HTTPStatus.SERVICE_UNAVAILABLE,),
    ),
    Route(
        method="PUT",
        path="/api/v1/agents/{id}/skills",
        handler=set_skills,
        summary="Give an agent other skills; routing goes by them from its next decision on",
        roles=LEADERS,
        tag="accounts",
        body=SkillsBody,
        answer=AccountRow,
        problems=_PROBLEMS,
    ),
    Route(
        method="PUT",
        path="/api/v1/accounts/{id}",
        handler=change,
        summary="Change an account: name, role, phone, skills, or whether it is open",
        roles=ADMINS,
        tag="accounts",
        body=AccountBody,
        answer=AccountRow,
        problems=_PROBLEMS,
    ),
    Route(
        method="PUT",
        path="/api/v1/accounts/{id}/password",
        handler=set_password,
        summary="Give an account another password, which ends its sessions",
        roles=ADMINS,
        tag="accounts",
        body=PasswordBody,
        status=HTTPStatus.NO_CONTENT,
        problems=(HTTPStatus.NOT_FOUND,),
    ),
)
