"""Opening hours: looking, changing, going back to the city's own. Every change is audited."""

from datetime import UTC, datetime, timedelta
from http import HTTPStatus

from agent_desktop.audit import AuditEntry, Fields
from agent_desktop.change import difference, taken_back
from agent_desktop.keys import BUS, CLOCK, LINE
from agent_desktop.line_schemas import ExceptionBody, HolidayRow, ScheduleBody, ScheduleRow, exceptions_of
from agent_desktop.problem import Problem
from agent_desktop.routes import OVERSEERS, Asked, Route
from agent_desktop.undo import Undo
from contact.line import GetFlowPlaces, LineState, ScheduleUse, schedule_of
from contact.opening import OpeningError
from contact.schedule import Hours, Schedule, ScheduleException, changes_at, verdict
from contact.times import Seconds
from runtime.holiday import hours_of

ACTION = "schedule.changed"
HOLIDAYS_AHEAD_DAYS = 365


async def schedules(asked: Asked) -> list[ScheduleRow]:
    """List the opening hours, with whether it is open now."""
    return [await _row(asked, one) for one in await _used(asked)]


async def change(asked: Asked) -> ScheduleRow:
    """Change a schedule; it counts from the next call on."""
    used = await _find(asked, asked.request.match_info["id"])
    await _write(asked, used, _written(used, asked.read(ScheduleBody)))
    return await _row(asked, used)


async def restore(asked: Asked) -> ScheduleRow:
    """Go by the city's own file again."""
    used = await _find(asked, asked.request.match_info["id"])
    await _write(asked, used, used.schedule)
    return await _row(asked, used)


async def take_back(asked: Asked, entry: AuditEntry) -> None:
    """Give a schedule the hours back that `entry` changed."""
    used = await _find(asked, entry.subject)
    now = _fields(await _current(asked, used))
    back = taken_back(now, before=entry.before or {}, after=entry.after or {})
    body = ScheduleBody.model_validate(back)
    await _write(asked, used, _written(used, body), undoes=entry.id)


async def _write(asked: Asked, used: ScheduleUse, new: Schedule, *, undoes: int | None = None) -> None:
    """Have the IVR go by a schedule, the city's own or another, and note what that changed."""
    _read(new)
    app, name = asked.request.app, new.schedule
    before, after = difference(_fields(await _current(asked, used)), _fields(new))
    if new == used.schedule:
        await app[LINE].store.remove_schedule(name)
    else:
        await app[LINE].store.put_schedule(new, by=asked.user.login)
    if before:
        await asked.audit(ACTION, name, ", ".join(before), before=before, after=after, undoes=undoes)
    await app[LINE].renew()


def _written(used: ScheduleUse, body: ScheduleBody) -> Schedule:
    return Schedule(
        schedule=used.schedule.schedule,
        names=used.schedule.names,
        zone=body.time_zone,
        week=tuple(body.week),
        exceptions=tuple(_exception(one) for one in body.exceptions),
        holidays=body.holidays,
        holiday_hours=tuple(body.holiday_hours),
    )


def _fields(schedule: Schedule) -> Fields:
    return ScheduleBody.model_validate(
        {
            "time_zone": schedule.zone,
            "week": schedule.week,
            "holidays": schedule.holidays,
            "holiday_hours": schedule.holiday_hours,
            "exceptions": exceptions_of(schedule),
        }
    ).model_dump(mode="json")


async def _current(asked: Asked, used: ScheduleUse) -> Schedule:
    changed = LineState(schedules=await asked.request.app[LINE].store.schedules())
    return schedule_of(changed, used.schedule.schedule) or used.schedule


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


async def _find(asked: Asked, name: str) -> ScheduleUse:
    for one in await _used(asked):
        if one.schedule.schedule == name:
            return one
    raise Problem(HTTPStatus.NOT_FOUND, "not_found", "There is no such schedule.")


async def _row(asked: Asked, used: ScheduleUse) -> ScheduleRow:
    schedule, now = await _current(asked, used), asked.request.app[CLOCK].now()
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
        own=schedule == used.schedule,
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


_AWAY = HTTPStatus.SERVICE_UNAVAILABLE
UNDOS = {ACTION: Undo(roles=OVERSEERS, act=take_back)}
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
        whole_line=True,
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
        whole_line=True,
        answer=ScheduleRow,
        problems=(HTTPStatus.NOT_FOUND, _AWAY),
    ),
)
