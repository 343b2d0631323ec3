"""Hotlines for end-to-end tests. One is shared by tests that leave it as they found it."""

from collections.abc import Callable, Generator, Iterator
from contextlib import closing
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext

from runtime.asterisk import find_asterisk
from runtime.asterisk_install import AsteriskInstall
from runtime.config import load
from tests.e2e.city import AGENTS, quick_city
from tests.e2e.hotline import CITY, Hotline
from tests.e2e.web_phone import LISTEN, MICROPHONE, WATCH_THE_POP, chromium

QUICK = {
    "CENTRALA_ACD__WRAP_UP_S": "1",
    "CENTRALA_ACD__RING_TIMEOUT_S": "2",
    "CENTRALA_ACD__REOFFER_AFTER_REJECT_S": "1",
    "CENTRALA_ACD__REOFFER_AFTER_NO_ANSWER_S": "1",
    "CENTRALA_ACD__REOFFER_AFTER_BUSY_S": "1",
    "CENTRALA_ACD__REOFFER_AFTER_UNREACHABLE_S": "1",
}
"""Waits short enough for tests; every other setting is the example city's."""
RUNNING = pytest.StashKey[list[Hotline]]()
LOG_TAIL = 6_000


def _running(session: pytest.Session) -> list[Hotline]:
    """Return the hotlines that run, whose logs are to be shown."""
    return session.stash.setdefault(RUNNING, [])


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Show the end of the controllers' logs with a failed test, and have their folders kept."""
    report = yield
    for hotline in _running(item.session) if report.failed else []:
        hotline.keep = True
        if hotline.log.exists():
            tail = hotline.log.read_text(errors="replace")[-LOG_TAIL:]
            report.sections.append((f"controller log of {hotline.folder}", tail))
    return report


@pytest.fixture(scope="session")
def asterisk_install() -> AsteriskInstall:
    """The Asterisk that the product itself would use; made first where there is none."""
    return find_asterisk(settings=load(CITY, {}))


@pytest.fixture(scope="session")
def shared_hotline(
    asterisk_install: AsteriskInstall,
    request: pytest.FixtureRequest,
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[Hotline]:
    """One hotline of the quick city for all tests that use `hotline`."""
    config = quick_city(tmp_path_factory.mktemp("city"), agents=AGENTS)
    hotline = Hotline(install=asterisk_install, settings=QUICK, config=config)
    _running(request.session).append(hotline)
    try:
        hotline.start()
        yield hotline
    finally:
        _end(hotline, request.session)


@pytest.fixture
def hotline(shared_hotline: Hotline) -> Iterator[Hotline]:
    """The shared hotline, at rest before and after the test."""
    shared_hotline.quiet()
    yield shared_hotline
    shared_hotline.quiet()


@pytest.fixture
def make_hotline(
    asterisk_install: AsteriskInstall, request: pytest.FixtureRequest
) -> Iterator[Callable[..., Hotline]]:
    """Start hotlines of the test's own: the example city as it is, unless a test brings another."""
    yield from _making(asterisk_install, request.session)


@pytest.fixture(scope="module")
def make_module_hotline(
    asterisk_install: AsteriskInstall, request: pytest.FixtureRequest
) -> Iterator[Callable[..., Hotline]]:
    """Start hotlines for all tests of a module, which leave them as they found them."""
    yield from _making(asterisk_install, request.session)


def _making(install: AsteriskInstall, session: pytest.Session) -> Iterator[Callable[..., Hotline]]:
    made: list[Hotline] = []

    def make(settings: dict[str, str] | None = None, config: Path = CITY) -> Hotline:
        hotline = Hotline(install=install, settings={**QUICK, **(settings or {})}, config=config)
        made.append(hotline)
        _running(session).append(hotline)
        hotline.start()
        return hotline

    yield make
    for hotline in made:
        _end(hotline, session)


def _end(hotline: Hotline, session: pytest.Session) -> None:
    """Stop a hotline; its folder stays where a test failed, for whoever looks for the reason."""
    _running(session).remove(hotline)
    hotline.stop()
    if not hotline.keep:
        hotline.remove()


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """Chromium with a microphone that beeps and may be used."""
    with chromium(*MICROPHONE) as browser:
        yield browser


@pytest.fixture
def context(browser: Browser) -> Iterator[BrowserContext]:
    """One consultant's browser, with Polish pages; it notes when it shows the caller, and when it rings."""
    with closing(browser.new_context(locale="pl")) as context:
        context.add_init_script(WATCH_THE_POP)
        context.add_init_script(LISTEN)
        yield context


@pytest.fixture
def other(browser: Browser) -> Iterator[BrowserContext]:
    """The browser of a second person."""
    with closing(browser.new_context(locale="pl")) as context:
        yield context
