"""Accounts: who there is and with which skills. A change rules from routing's next decision on."""

from dataclasses import replace
from http import HTTPStatus

from agent_desktop.account_schemas import AccountBody, AccountRow, SkillsBody
from agent_desktop.errors import AccountRefused
from agent_desktop.keys import AUDIT, HUB, PHONE_LINES, ROSTER, USERS
from agent_desktop.problem import Problem
from agent_desktop.routes import ADMINS, OVERSEERS, Asked, Route
from agent_desktop.users import User, with_skills
from contact.ids import Extension, Skill


async def accounts(asked: Asked) -> list[AccountRow]:
    """List all accounts by login, closed ones too."""
    return [AccountRow.of(one) for one in await asked.request.app[USERS].list_all()]


async def set_skills(asked: Asked) -> AccountRow:
    """Give an agent other skills."""
    user, body = await _account(asked), asked.read(SkillsBody)
    changed = with_skills(user, ((Skill(skill), level) for skill, level in body.skills.items()))
    return await _change(asked, user, changed, "agent.skills_set", _said(changed))


async def change(asked: Asked) -> AccountRow:
    """Change an account: name, role, phone, skills, or whether it is open."""
    user, body = await _account(asked), asked.read(AccountBody)
    if user.login == asked.user.login and (not body.active or body.role is not user.role):
        detail = "Nobody closes or demotes the account they are signed in with."
        raise Problem(HTTPStatus.CONFLICT, "own_account", detail)
    changed = replace(
        user,
        name=body.name,
        role=body.role,
        extension=Extension(body.extension) if body.extension else None,
        language=body.language,
        wrap_up_s=body.wrap_up_s,
        active=body.active,
    )
    changed = with_skills(changed, ((Skill(skill), level) for skill, level in body.skills.items()))
    detail = f"{changed.role.value} {changed.extension or '-'} {'open' if changed.active else 'closed'}"
    return await _change(asked, user, changed, "account.changed", f"{detail} {_said(changed)}".strip())


async def _account(asked: Asked) -> User:
    user = await asked.request.app[USERS].get(asked.request.match_info["id"])
    if user is None:
        raise Problem(HTTPStatus.NOT_FOUND, "no_such_account", "There is no such account.")
    return user


async def _change(asked: Asked, former: User, changed: User, action: str, detail: str) -> AccountRow:
    """Store the account, note who changed it, and have routing know before the answer goes out.

    What the person has open and may no longer have ends at once.
    """
    app = asked.request.app
    try:
        await app[USERS].change(changed)
    except AccountRefused as error:
        raise Problem(HTTPStatus.UNPROCESSABLE_ENTITY, "invalid", str(error)) from None
    if (former.role, former.active) != (changed.role, changed.active):
        app[HUB].end_login(changed.login)
    if (former.role, former.active, former.extension) != (changed.role, changed.active, changed.extension):
        app[PHONE_LINES].end_agent(changed.login)
    await app[AUDIT].record(
        actor=asked.user.login, action=action, subject=changed.login, detail=detail, address=asked.address
    )
    await app[ROSTER].sync()
    return AccountRow.of(changed)


def _said(user: User) -> str:
    return ",".join(f"{skill}={level}" for skill, level in user.skills)


_PROBLEMS = (HTTPStatus.NOT_FOUND, HTTPStatus.CONFLICT, HTTPStatus.SERVICE_UNAVAILABLE)
ROUTES = (
    Route(
        method="GET",
        path="/api/v1/accounts",
        handler=accounts,
        summary="All accounts by login, closed ones too",
        roles=OVERSEERS,
        tag="accounts",
        answer=list[AccountRow],
    ),
    Route(
        method="PUT",
        path="/api/v1/agents/{id}/skills",
        handler=set_skills,
        summary="Give an agent other skills; routing goes by them from its next decision on",
        roles=OVERSEERS,
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
)
