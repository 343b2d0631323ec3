"""`centrala demo-call` and `demo-agent`."""

import argparse
import asyncio

from agent_desktop.city import read_accounts
from agent_desktop.demo import demo_password
from agent_desktop.users import Role
from runtime.asterisk import find_asterisk
from runtime.cli_run import say
from runtime.config import Settings
from runtime.demo_agent import run_agent
from runtime.demo_call import run_call
from runtime.demo_line import DemoFailed


def call(settings: Settings, arguments: argparse.Namespace) -> int:
    """Place a call and tell what happens to it."""
    watcher = demo_supervisor(settings)
    asyncio.run(
        run_call(
            settings=settings,
            install=find_asterisk(settings=settings, say=say),
            topic=arguments.topic,
            number=arguments.number,
            is_english=arguments.english,
            agent_wait_s=arguments.patience if arguments.wait_for_agent else None,
            watcher=watcher,
            say=say,
        )
    )
    return 0


def agent(settings: Settings, arguments: argparse.Namespace) -> int:
    """Work as a consultant."""
    asyncio.run(
        run_agent(
            settings=settings,
            install=find_asterisk(settings=settings, say=say),
            login=arguments.login,
            password=_password(settings),
            calls_max=arguments.calls,
            answer_after_s=arguments.answer_after,
            talk_s=arguments.talk,
            say=say,
        )
    )
    return 0


def demo_supervisor(settings: Settings) -> tuple[str, str]:
    """Return login and password of the demo's first supervisor; raise `DemoFailed` where there is none."""
    for account in read_accounts(settings.city_dir):
        if account.role is Role.SUPERVISOR:
            return account.login, _password(settings)
    raise DemoFailed(f"{settings.city_dir / 'demo.toml'} has no supervisor")


def _password(settings: Settings) -> str:
    if not settings.demo.enabled:
        raise DemoFailed("demo.enabled is off: there are no demo accounts")
    return demo_password(settings)
