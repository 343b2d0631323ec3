from pathlib import Path

import pytest

from contact.schedule import ScheduleException
from ivr.adapters.flow_file import FlowError
from ivr.adapters.hours_file import load_schedules
from runtime.config import Settings
from runtime.config import load as load_settings

WARSAW = Path(__file__).parents[4] / "config" / "warszawa"
GOOD = '[schedule.office]\nweek = ["mon-fri 08:00-16:00"]\n'


def settings_of(city: Path) -> Settings:
    return load_settings(WARSAW / "centrala.toml", {}).model_copy(update={"city_dir": city})


def load(tmp_path: Path, text: str) -> object:
    (tmp_path / "hours.toml").write_text(text, encoding="utf-8")
    return load_schedules(settings_of(tmp_path))


def test_a_city_without_the_file_has_no_schedules(tmp_path: Path) -> None:
    assert load_schedules(settings_of(tmp_path)) == ()


def test_the_example_citys_schedule_is_read() -> None:
    (offices,) = load_schedules(settings_of(WARSAW))
    assert (offices.schedule, offices.zone, offices.holidays) == ("district_offices", "Europe/Warsaw", "PL")
    assert dict(offices.names).keys() == {"pl", "en"}
    assert offices.exceptions[0] == ScheduleException(
        first="2026-12-24", last="2026-12-26", destination="christmas", title="Święta Bożego Narodzenia"
    )
    assert (offices.exceptions[1].last, offices.exceptions[1].hours) == ("2026-12-31", ("08:00-12:00",))


def test_a_schedule_without_a_zone_is_on_the_citys_clock(tmp_path: Path) -> None:
    (one,) = load(tmp_path, GOOD)  # type: ignore[misc]
    assert one.zone == "Europe/Warsaw"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("[schedule", "cannot be read"),
        ("[schedule.office]\n", "schedule.office.week: Field required"),
        ("[schedule.office]\nweek = []\n", "schedule.office.week: "),
        (f"{GOOD}color = 1\n", "schedule.office.color: Extra inputs"),
        ('[schedule.office]\nweek = ["never"]\n', "schedule.office.week.0: not of the form"),
        (f'{GOOD}time_zone = "Mars/Base"\n', "schedule.office.zone: there is no time zone 'Mars/Base'"),
        (f'{GOOD}holidays = "XX"\n', "schedule.office.holidays: no public holidays of 'XX'"),
        (f'{GOOD}exceptions = [{{ first = "soon" }}]\n', "schedule.office.exceptions.0.first: 'soon' is no"),
        ('[schedule."a b"]\nweek = ["00:00-24:00"]\n', "schedule.a b: no name for a schedule"),
    ],
)
def test_a_mistake_is_told_with_file_place_and_reason(tmp_path: Path, text: str, said: str) -> None:
    with pytest.raises(FlowError) as error:
        load(tmp_path, text)
    (finding,) = error.value.findings
    assert finding.file == str(tmp_path / "hours.toml")
    assert finding.reason.startswith(said)
