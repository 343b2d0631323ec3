"""Opening hours: looking, changing, going back to the city's own. Every change is audited."""

from datetime import UTC, datetime, timedelta
from http import HTTPStatus

from agent_desktop.keys import AUDIT, BUS, CLOCK, LINE
from agent_desktop.line_schemas import ExceptionBody, HolidayRow, ScheduleBody, ScheduleRow, exceptions_of
from agent_desktop.problem import Problem
from agent_desktop.routes import OVERSEERS, Asked, Route
from contact.line import GetFlowPlaces, LineState, ScheduleUse, schedule_of
from contact.opening import OpeningError
from contact.schedule import Hours, Schedule, ScheduleException, ScheduleId, changes_at, verdict
from contact.times import Seconds
from runtime.holiday import hours_of

HOLIDAYS_AHEAD_DAYS = 365


async def schedules(asked: Asked) -> list[ScheduleRow]:
    """List the opening hours, with whether it is open now."""
    return [await _row(asked, one) for one in await _used(asked)]


async def change(asked: Asked) -> ScheduleRow:
    """Change a schedule; it counts from the next call on."""
    app, body, used = asked.request.app, asked.read(ScheduleBody), await _find(asked)
    schedule = Schedule(
        schedule=used.schedule.schedule,
        names=used.schedule.names,
        zone=body.time_zone,
        week=tuple(body.week),
        exceptions=tuple(_exception(one) for one in body.exceptions),
        holidays=body.holidays,
        holiday_hours=tuple(body.holiday_hours),
    )
    _read(schedule)
    await app[LINE].store.put_schedule(schedule, by=asked.user.login)
    await _note(asked, "schedule.changed", schedule)
    await app[LINE].renew()
    return await _row(asked, used)


async def restore(asked: Asked) -> ScheduleRow:
    """Go by the city's own file again."""
    used = await _find(asked)
    await asked.request.app[LINE].store.remove_schedule(used.schedule.schedule)
    await _note(asked, "schedule.restored", used.schedule)
    await asked.request.app[LINE].renew()
    return await _row(asked, used)


def _exception(read: ExceptionBody) -> ScheduleException:
    return ScheduleException(
        first=read.first,
        last=read.last,
        hours=tuple(read.hours),
        destination=read.destination,
        title=read.title,
    )


def _read(schedule: Schedule) -> Hours:
    try:
        return hours_of(schedule)
    except OpeningError as error:
        raise Problem(HTTPStatus.UNPROCESSABLE_ENTITY, "invalid", str(error)) from None


async def _used(asked: Asked) -> tuple[ScheduleUse, ...]:
    return (await asked.request.app[BUS].request(GetFlowPlaces())).schedules


async def _find(asked: Asked) -> ScheduleUse:
    wanted = ScheduleId(asked.request.match_info["id"])
    for one in await _used(asked):
        if one.schedule.schedule == wanted:
            return one
    raise Problem(HTTPStatus.NOT_FOUND, "not_found", "There is no such schedule.")


async def _row(asked: Asked, used: ScheduleUse) -> ScheduleRow:
    app = asked.request.app
    changed = LineState(schedules=await app[LINE].store.schedules())
    own = schedule_of(changed, used.schedule.schedule)
    schedule, now = own or used.schedule, app[CLOCK].now()
    hours = _read(schedule)
    found = verdict(hours, now)
    return ScheduleRow(
        id=schedule.schedule,
        names=dict(schedule.names),
        time_zone=schedule.zone,
        week=list(schedule.week),
        holidays=schedule.holidays,
        holiday_hours=list(schedule.holiday_hours),
        exceptions=exceptions_of(schedule),
        destinations=list(used.destinations),
        own=own is None,
        open=found.is_open,
        because=found.because,
        title=found.title,
        changes_at=changes_at(hours, now),
        coming=_coming(hours, now),
    )


def _coming(hours: Hours, now: Seconds) -> list[HolidayRow]:
    today = datetime.fromtimestamp(now, UTC).astimezone(hours.zone).date()
    days = (today + timedelta(days=offset) for offset in range(HOLIDAYS_AHEAD_DAYS))
    return [HolidayRow(day=day.isoformat(), name=name) for day in days if (name := hours.holiday(day))]


async def _note(asked: Asked, action: str, schedule: Schedule) -> None:
    await asked.request.app[AUDIT].record(
        actor=asked.user.login,
        action=action,
        subject=schedule.schedule,
        detail="; ".join(schedule.week),
        address=asked.address,
    )


_AWAY = HTTPStatus.SERVICE_UNAVAILABLE
ROUTES = (
    Route(
        method="GET",
        path="/api/v1/schedules",
        handler=schedules,
        summary="Opening hours, whether it is open now, and the public holidays to come",
        roles=OVERSEERS,
        tag="line",
        answer=list[ScheduleRow],
        problems=(_AWAY,),
    ),
    Route(
        method="PUT",
        path="/api/v1/schedules/{id}",
        handler=change,
        summary="Change opening hours from the next call on",
        roles=OVERSEERS,
        tag="line",
        body=ScheduleBody,
        answer=ScheduleRow,
        problems=(HTTPStatus.NOT_FOUND, _AWAY),
    ),
    Route(
        method="DELETE",
        path="/api/v1/schedules/{id}",
        handler=restore,
        summary="Go back to the opening hours of the city's file",
        roles=OVERSEERS,
        tag="line",
        answer=ScheduleRow,
        problems=(HTTPStatus.NOT_FOUND, _AWAY),
    ),
)
