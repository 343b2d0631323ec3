"""Rendering: what is written, what is refused, and that the result is sound."""

import stat
from dataclasses import dataclass
from pathlib import Path

import pytest

from contact.browser_phone import secret_of
from contact.ids import Extension
from dialplans.lint import lint
from dialplans.module import NEEDED, ModuleMissing, modules_for
from dialplans.render import Phone, RenderError, render, render_texts
from runtime.config import Ami, AsteriskSettings, Desktop, Runtime, Settings, Sip

ANNA = Phone(extension="2001", secret="sesam", name="Anna Łódzka")


@dataclass(frozen=True)
class FakeAsterisk:
    modules_dir: Path
    data_dir: Path


@pytest.fixture
def install(tmp_path: Path) -> FakeAsterisk:
    modules = tmp_path / "modules"
    modules.mkdir()
    for group in NEEDED.values():
        for module in group:
            (modules / f"{module}.so").touch()
    return FakeAsterisk(modules_dir=modules, data_dir=tmp_path / "data")


def settings_for(folder: Path, *, sip: Sip | None = None, ami: Ami | None = None) -> Settings:
    return Settings(
        city_dir=folder,
        sip=sip or Sip(),
        ami=ami or Ami(secret="manager-secret"),
        asterisk=AsteriskSettings(fallback_after_s=30),
        runtime=Runtime(state_dir=folder / "var"),
    )


def write(settings: Settings, install: FakeAsterisk, *phones: Phone) -> tuple[bool, Path]:
    etc = settings.state_dir / "asterisk" / "etc"
    return render(settings=settings, phones=phones, install=install, directory=etc), etc


def test_rendered_files_pass_the_lint(tmp_path: Path, install: FakeAsterisk) -> None:
    changed, etc = write(settings_for(tmp_path), install, ANNA)
    assert changed
    assert lint(etc) == ()


def test_emergency_trunk_is_dialled_and_passes_the_lint(tmp_path: Path, install: FakeAsterisk) -> None:
    settings = settings_for(tmp_path, sip=Sip(emergency_uri="PJSIP/trunk/sip:112@192.0.2.1:5060"))
    _, etc = write(settings, install)
    assert "Dial(PJSIP/trunk/sip:112@192.0.2.1:5060,60)" in (etc / "extensions.conf").read_text()
    assert lint(etc) == ()


def test_emergency_trunk_that_does_not_exist_is_found_by_the_lint(
    tmp_path: Path, install: FakeAsterisk
) -> None:
    _, etc = write(settings_for(tmp_path, sip=Sip(emergency_uri="112@elsewhere")), install)
    assert [finding.rule for finding in lint(etc)] == ["no-target"]


def test_same_settings_change_nothing_the_second_time(tmp_path: Path, install: FakeAsterisk) -> None:
    settings = settings_for(tmp_path)
    _, etc = write(settings, install, ANNA)
    before = {file: file.stat().st_ino for file in etc.iterdir()}
    changed, _ = write(settings, install, ANNA)
    assert not changed
    assert {file: file.stat().st_ino for file in etc.iterdir()} == before


def test_another_phone_changes_the_files(tmp_path: Path, install: FakeAsterisk) -> None:
    settings = settings_for(tmp_path)
    write(settings, install, ANNA)
    changed, etc = write(settings, install, ANNA, Phone(extension="2002", secret="x", name="Bartek"))
    assert changed
    assert "[2002]" in (etc / "pjsip.conf").read_text()


def test_secrets_are_for_owner_and_group_only(tmp_path: Path, install: FakeAsterisk) -> None:
    _, etc = write(settings_for(tmp_path), install, ANNA)
    assert {stat.S_IMODE(file.stat().st_mode) for file in etc.iterdir()} == {0o640}
    assert stat.S_IMODE(etc.stat().st_mode) == 0o750


def test_nothing_unfinished_is_left(tmp_path: Path, install: FakeAsterisk) -> None:
    _, etc = write(settings_for(tmp_path), install, ANNA)
    assert [file.name for file in etc.iterdir() if file.name.startswith(".")] == []


@pytest.mark.parametrize("bad", ["a\nb", "a\rb", "a\0b", "a;b", "", "a b", " a", "a\\"])
def test_phone_secret_with_a_meaning_of_its_own_is_refused_and_not_shown(bad: str) -> None:
    with pytest.raises(RenderError) as refused:
        Phone(extension="2001", secret=bad, name="Anna")
    assert not bad.strip() or bad not in str(refused.value)


@pytest.mark.parametrize("bad", ["Anna\n[evil]", 'An"na', "Anna <1>", "a;b", "a,b", "", " Anna"])
def test_phone_name_with_a_meaning_of_its_own_is_refused(bad: str) -> None:
    with pytest.raises(RenderError):
        Phone(extension="2001", secret="x", name=bad)


@pytest.mark.parametrize("bad", ["trunk", "20 01", "2001\n", "", "2001;", "../x"])
def test_phone_extension_that_is_no_number_is_refused(bad: str) -> None:
    with pytest.raises(RenderError):
        Phone(extension=bad, secret="x", name="Anna")


@pytest.mark.parametrize(
    "sip",
    [
        Sip(dialled="19115,1,System(x)"),
        Sip(dialled="19115\nexten => x"),
        Sip(emergency_uri="112@trunk)\n same => n,System(x"),
        Sip(emergency_uri="112@trunk,60,g"),
        Sip(emergency_uri="${SHELL(x)}"),
        Sip(bind="127.0.0.1\nx"),
        Sip(trunk_addresses=["127.0.0.1\n[evil]"]),
        Sip(trunk_addresses=["127.0.0.1;"]),
    ],
)
def test_setting_that_would_inject_is_refused_and_writes_nothing(
    tmp_path: Path, install: FakeAsterisk, sip: Sip
) -> None:
    with pytest.raises(RenderError):
        write(settings_for(tmp_path, sip=sip), install, ANNA)
    assert not (tmp_path / "var").exists()


@pytest.mark.parametrize("secret", ["", "a\nwrite = all", "a;b"])
def test_manager_secret_that_is_empty_or_injects_is_refused(
    tmp_path: Path, install: FakeAsterisk, secret: str
) -> None:
    with pytest.raises(RenderError):
        write(settings_for(tmp_path, ami=Ami(secret=secret)), install)


def test_two_phones_of_one_extension_are_refused(tmp_path: Path, install: FakeAsterisk) -> None:
    with pytest.raises(RenderError, match="same extension"):
        write(settings_for(tmp_path), install, ANNA, ANNA)


def test_manager_may_neither_run_commands_nor_be_reached_from_elsewhere(
    tmp_path: Path, install: FakeAsterisk
) -> None:
    etc = tmp_path / "var" / "asterisk" / "etc"
    texts = render_texts(settings=settings_for(tmp_path), phones=(), install=install, directory=etc)
    lines = texts["manager.conf"].splitlines()
    assert "write = originate,call,reporting" in lines
    assert "deny = 0.0.0.0/0.0.0.0,::/0" in lines
    assert "permit = 127.0.0.0/255.0.0.0,::1/128" in lines


def test_address_of_version_six_is_written_in_brackets_before_a_port(
    tmp_path: Path, install: FakeAsterisk
) -> None:
    etc = tmp_path / "var" / "asterisk" / "etc"
    settings = settings_for(tmp_path, sip=Sip(bind="::1", port=5070))
    texts = render_texts(settings=settings, phones=(), install=install, directory=etc)
    assert "bind = [::1]:5070" in texts["pjsip.conf"]


def test_missing_module_is_named(install: FakeAsterisk) -> None:
    (install.modules_dir / "res_agi.so").unlink()
    with pytest.raises(ModuleMissing, match="res_agi"):
        modules_for(install.modules_dir)


def test_module_that_is_only_welcome_is_loaded_where_it_is_there(install: FakeAsterisk) -> None:
    assert "codec_opus" not in modules_for(install.modules_dir)
    (install.modules_dir / "codec_opus.so").touch()
    assert modules_for(install.modules_dir)[-1] == "codec_opus"


def dialplan(tmp_path: Path, install: FakeAsterisk, outbound: str) -> str:
    settings = settings_for(tmp_path, sip=Sip(outbound=outbound))
    etc = tmp_path / "var" / "asterisk" / "etc"
    return render_texts(settings=settings, phones=(), install=install, directory=etc)["extensions.conf"]


def test_citizens_are_dialled_at_the_trunks_peer_and_see_our_number(
    tmp_path: Path, install: FakeAsterisk
) -> None:
    text = dialplan(tmp_path, install, "[2001:db8::1]:5080")
    assert "Dial(PJSIP/trunk/sip:${OFFER_DIALS}@[2001:db8::1]:5080,${OFFER_DIAL_S}," in text
    assert "Set(CALLERID(all)=<19115>)" in text


def test_without_a_peer_nobody_is_dialled(tmp_path: Path, install: FakeAsterisk) -> None:
    assert "OFFER_DIALS" not in dialplan(tmp_path, install, "")
    write(settings_for(tmp_path, sip=Sip(outbound="")), install, ANNA)
    assert lint(tmp_path / "var" / "asterisk" / "etc") == ()


@pytest.mark.parametrize("outbound", ["peer,5060", "peer&other", "${EXTEN}", "peer:5060;x", "a b"])
def test_a_peer_that_would_mean_something_to_the_dialplan_is_refused(
    tmp_path: Path, install: FakeAsterisk, outbound: str
) -> None:
    with pytest.raises(RenderError):
        dialplan(tmp_path, install, outbound)


def with_browser_phones(folder: Path, **desktop: bool) -> Settings:
    asterisk = AsteriskSettings(fallback_after_s=30, phone_secret="master")
    changes = {"asterisk": asterisk, "desktop": Desktop.model_validate(desktop)}
    return settings_for(folder).model_copy(update=changes)


def test_phones_in_browsers_are_written_and_pass_the_lint(tmp_path: Path, install: FakeAsterisk) -> None:
    _, etc = write(with_browser_phones(tmp_path), install, ANNA)
    pjsip = (etc / "pjsip.conf").read_text()
    assert "[2001-web]" in pjsip
    assert f"password = {secret_of(Extension('2001'), 'master')}" in pjsip
    assert "master" not in pjsip
    assert "allow = alaw,ulaw" in pjsip.partition("[2001-web]")[2]
    assert lint(etc) == ()


def test_opus_is_offered_where_asterisk_can_translate_it(tmp_path: Path, install: FakeAsterisk) -> None:
    (install.modules_dir / "codec_opus_open_source.so").touch()
    _, etc = write(with_browser_phones(tmp_path), install, ANNA)
    assert "allow = opus,alaw,ulaw" in (etc / "pjsip.conf").read_text()


def test_a_city_may_do_without_phones_in_browsers(tmp_path: Path, install: FakeAsterisk) -> None:
    _, etc = write(with_browser_phones(tmp_path, browser_phone=False), install, ANNA)
    assert "-web" not in (etc / "pjsip.conf").read_text()
    assert lint(etc) == ()


def test_the_static_queue_rings_consultants_only(tmp_path: Path, install: FakeAsterisk) -> None:
    consultant = Phone(extension="2001", secret="s3cret-word", name="Anna")
    supervisor = Phone(extension="2009", secret="s3cret-word", name="Sylwia", takes_calls=False)
    _, directory = write(settings_for(tmp_path), install, consultant, supervisor)
    queue = (directory / "queues.conf").read_text()
    assert "PJSIP/2001" in queue
    assert "PJSIP/2009" not in queue
    assert "[2009]" in (directory / "pjsip.conf").read_text()
