"""The whole HTTP API: the routes of every view, and the ways in which changes are taken back."""

from collections.abc import Mapping

from agent_desktop.routes import Route
from agent_desktop.undo import Undo
from agent_desktop.views import (
    accounts,
    alerts,
    callbacks,
    calls,
    case_files,
    cases,
    changes,
    closures,
    consults,
    deliveries,
    flashes,
    hands,
    listenings,
    live,
    oversight,
    own,
    people,
    phone,
    queue_settings,
    reference,
    schedules,
    session,
    skills,
    status,
    tv,
    voicemails,
)

ROUTES: tuple[Route, ...] = (
    *session.ROUTES,
    *phone.ROUTES,
    *live.ROUTES,
    *calls.ROUTES,
    *consults.ROUTES,
    *oversight.ROUTES,
    *listenings.ROUTES,
    *alerts.ROUTES,
    *hands.ROUTES,
    *closures.ROUTES,
    *flashes.ROUTES,
    *schedules.ROUTES,
    *accounts.ROUTES,
    *skills.ROUTES,
    *queue_settings.ROUTES,
    *changes.ROUTES,
    *callbacks.ROUTES,
    *case_files.ROUTES,
    *cases.ROUTES,
    *people.ROUTES,
    *reference.ROUTES,
    *own.ROUTES,
    *deliveries.ROUTES,
    *voicemails.ROUTES,
    *tv.ROUTES,
    *status.ROUTES,
)
ALL_UNDOS: Mapping[str, Undo] = {**accounts.UNDOS, **queue_settings.UNDOS, **schedules.UNDOS}
