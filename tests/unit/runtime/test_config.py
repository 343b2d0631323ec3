import tomllib
from pathlib import Path

import pytest
from pydantic import BaseModel

from runtime.config import Settings, load
from runtime.section import ConfigError

WARSZAWA = Path(__file__).parents[3] / "config" / "warszawa" / "centrala.toml"


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "centrala.toml"


def one_line(file: Path, environ: dict[str, str]) -> str:
    with pytest.raises(ConfigError) as caught:
        load(file, environ)
    text = str(caught.value)
    assert "\n" not in text
    return text


def test_an_empty_file_means_every_default(file: Path) -> None:
    file.touch()
    settings = load(file, {})
    assert settings == Settings(city_dir=file.parent)
    assert settings.sip.port == 5060


def test_the_file_rules_over_defaults_and_the_environment_over_the_file(file: Path) -> None:
    file.write_text("[sip]\nport = 5070\nbind = '127.0.0.2'\n", encoding="utf-8")
    settings = load(file, {"CENTRALA_SIP__PORT": "5080", "CENTRALA_ACD__WRAP_UP_S": "2.5"})
    assert (settings.sip.port, settings.sip.bind, settings.acd.wrap_up_s) == (5080, "127.0.0.2", 2.5)


def test_lists_come_from_the_environment_separated_by_commas(file: Path) -> None:
    file.touch()
    settings = load(file, {"CENTRALA_SIP__TRUNK_ADDRESSES": "10.0.0.1, 10.0.0.2,"})
    assert settings.sip.trunk_addresses == ["10.0.0.1", "10.0.0.2"]


def test_variables_that_name_no_section_are_left_alone(file: Path) -> None:
    file.touch()
    assert load(file, {"CENTRALA_CACHE": "/x", "CENTRALA_CONFIG": "/y", "PATH": "/bin"}).sip.port == 5060


@pytest.mark.parametrize(
    ("text", "environ", "mistake"),
    [
        ("[sip]\ncolour = 1\n", {}, ("file", "sip.colour", "unknown key")),
        ("[fax]\nport = 1\n", {}, ("file", "fax", "unknown key")),
        ("city_dir = '/'\n", {}, ("file", "city_dir", "unknown key")),
        ("sip = 5060\n", {}, ("file", "sip", "valid dictionary")),
        ("[sip]\nport = 'x'\n", {}, ("file", "sip.port", "valid integer")),
        ("[sip]\nport = 70000\n", {}, ("file", "sip.port", "less than or equal to 65535")),
        ("[sip]\ntrunk_addresses = '10.0.0.1'\n", {}, ("file", "sip.trunk_addresses", "valid list")),
        ("[acd]\nwrap_up_s = -1\n", {}, ("file", "acd.wrap_up_s", "greater than or equal to 0")),
        ("[runtime]\nlog_level = 'LOUD'\n", {}, ("file", "runtime.log_level", "'DEBUG'")),
        ("", {"CENTRALA_SIP__PORT": "many"}, ("CENTRALA_SIP__PORT", "sip.port", "valid integer")),
        ("", {"CENTRALA_SIP__COLOUR": "1"}, ("CENTRALA_SIP__COLOUR", "sip.colour", "unknown key")),
        ("", {"CENTRALA_FAX__PORT": "1"}, ("file", "fax", "unknown key")),
    ],
)
def test_a_mistake_is_one_line_with_place_key_and_reason(
    file: Path, text: str, environ: dict[str, str], mistake: tuple[str, str, str]
) -> None:
    where, key, reason = mistake
    file.write_text(text, encoding="utf-8")
    line = one_line(file, environ)
    assert line.startswith(str(file) if where == "file" else where)
    assert f": {key}: " in line
    assert reason in line


def test_a_missing_file_is_named(file: Path) -> None:
    assert one_line(file, {}) == f"{file}: no such file"


def test_a_folder_in_place_of_the_file_is_named(tmp_path: Path) -> None:
    assert one_line(tmp_path, {}).startswith(f"{tmp_path}: ")


def test_broken_toml_is_named_with_its_line(file: Path) -> None:
    file.write_text("[sip\n", encoding="utf-8")
    assert "line 1" in one_line(file, {})


def test_text_that_is_not_utf8_is_named(file: Path) -> None:
    file.write_bytes(b"# \xff\n")
    assert one_line(file, {}).startswith(f"{file}: ")


def test_the_state_directory_and_the_store_below_it_are_absolute(file: Path) -> None:
    file.touch()
    settings = load(file, {"CENTRALA_RUNTIME__STATE_DIR": "elsewhere"})
    assert settings.state_dir == Path.cwd() / "elsewhere"
    assert settings.database_url == f"sqlite+aiosqlite:///{Path.cwd()}/elsewhere/centrala.sqlite"


def test_a_given_store_and_crm_are_used_as_given(file: Path) -> None:
    file.touch()
    given = {"CENTRALA_DATABASE__URL": "postgresql+asyncpg://h/d", "CENTRALA_CRM__URL": "https://crm/cases"}
    settings = load(file, given)
    assert (settings.database_url, settings.crm_url) == tuple(given.values())


def test_without_a_crm_cases_go_to_the_reference_one(file: Path) -> None:
    file.touch()
    assert load(file, {}).crm_url == "http://127.0.0.1:8090/cases"


def test_the_example_city_shows_the_defaults_and_nothing_else() -> None:
    settings = load(WARSZAWA, {})
    assert settings == Settings(city_dir=WARSZAWA.parent)


def test_the_example_city_has_every_section() -> None:
    sections = {
        name
        for name, one in Settings.model_fields.items()
        if isinstance(one.annotation, type) and issubclass(one.annotation, BaseModel)
    }
    assert set(tomllib.loads(WARSZAWA.read_text(encoding="utf-8"))) == sections


def test_a_pattern_of_numbers_that_cannot_be_read_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "centrala.toml"
    file.write_text("[sip]\ndial_allow = ['[']\n", encoding="utf-8")
    with pytest.raises(ConfigError, match=r"sip\.dial_allow: .*is no pattern"):
        load(file, {})


def test_photos_are_sent_to_their_own_origin_else_the_desks_else_this_machine(file: Path) -> None:
    file.touch()
    settings = load(file, {})
    assert (settings.photo_origin, settings.has_public_photos) == ("http://127.0.0.1:8080", False)
    desk = {"CENTRALA_DESKTOP__PUBLIC_ORIGIN": "https://desk.example.pl/"}
    settings = load(file, desk)
    assert (settings.photo_origin, settings.has_public_photos) == ("https://desk.example.pl", True)
    assert load(file, {**desk, "CENTRALA_PHOTOS__ORIGIN": "https://z.example.pl"}).photo_origin == (
        "https://z.example.pl"
    )


def test_a_proxy_is_an_address_or_a_network(file: Path) -> None:
    file.touch()
    name = "CENTRALA_DESKTOP__PROXIES"
    assert load(file, {name: "127.0.0.1, 10.0.0.0/8,::1"}).desktop.proxies[1] == "10.0.0.0/8"
    assert "'proxy.local' is no address or network" in one_line(file, {name: "proxy.local"})
