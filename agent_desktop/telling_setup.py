"""How recipients are told, as a city has set it up: `alerts.toml` and the connections of `centrala.toml`."""

import random
from collections.abc import Callable
from dataclasses import dataclass, field
from zoneinfo import ZoneInfo

from agent_desktop.city import ALERTS_FILE, read_recipients
from agent_desktop.feed import Feed
from agent_desktop.letter import LetterWriter, QueueName
from agent_desktop.mail_sender import MailSender, MailServer, read_mail_server
from agent_desktop.measure import DesktopMeasures
from agent_desktop.notice_store import NoticeStore
from agent_desktop.notifier import Notifier
from agent_desktop.recipient import Recipient, Way
from agent_desktop.sender import Sender
from agent_desktop.users import Users
from agent_desktop.webhook_sender import WebhookSender, read_key
from contact.ids import Language, QueueId
from runtime.clock import Clock
from runtime.config import Settings
from runtime.db import Database
from runtime.section import ConfigError


@dataclass(frozen=True, slots=True, kw_only=True)
class TellingSetup:
    """Who is told, and by what. `server` is None, and `key` empty, where no recipient needs it."""

    recipients: tuple[Recipient, ...]
    server: MailServer | None
    key: bytes = field(repr=False)
    webhook_timeout_s: float

    def sender(self, recipient: Recipient, clock: Clock) -> Sender:
        """Return a new way to one of the recipients; nothing is connected yet."""
        if self.server is not None and recipient.way is Way.EMAIL:
            return MailSender(server=self.server, recipient=recipient, clock=clock)
        timeout_s = self.webhook_timeout_s
        return WebhookSender(key=self.key, timeout_s=timeout_s, recipient=recipient, clock=clock)


def read_setup(settings: Settings) -> TellingSetup:
    """Return what the city has set up; raise `ConfigError` naming file, key and reason."""
    recipients = read_recipients(settings.city_dir)
    ways = {one.way for one in recipients}
    try:
        server = read_mail_server(settings.smtp) if Way.EMAIL in ways else None
        key = read_key(settings.webhook) if Way.WEBHOOK in ways else b""
    except ConfigError as error:
        file = settings.city_dir / ALERTS_FILE
        raise ConfigError(f"{file}: recipients cannot be told: {error}") from None
    return TellingSetup(
        recipients=recipients, server=server, key=key, webhook_timeout_s=settings.webhook.timeout_s
    )


def letter_writer(settings: Settings, queue_name: QueueName) -> LetterWriter:
    """Return who writes to the recipients in the city's words and time."""
    desktop = settings.desktop
    host = f"[{desktop.host}]" if ":" in desktop.host else desktop.host
    origin = desktop.public_origin.rstrip("/") or f"http://{host}:{desktop.port}"
    return LetterWriter(
        line=settings.sip.dialled,
        city=settings.city_dir.name,
        link=f"{origin}/board",
        zone=ZoneInfo(settings.runtime.time_zone),
        queue_name=queue_name,
    )


def new_notifier(
    *,
    settings: Settings,
    feed: Feed,
    database: Database,
    users: Users,
    clock: Clock,
    measures: DesktopMeasures,
    changed: Callable[[], None],
) -> Notifier:
    """Return the teller of the desktop's alerts; raise `ConfigError` as `read_setup` does."""
    setup = read_setup(settings)

    def queue_name(queue: QueueId, language: str) -> str:
        standing = feed.queues.get(queue)
        names = dict(standing.names) if standing is not None else {}
        return names.get(Language(language), queue)

    return Notifier(
        recipients=[(one, setup.sender(one, clock)) for one in setup.recipients],
        writer=letter_writer(settings, queue_name),
        alerts=feed.alerts,
        store=NoticeStore(database),
        users=users,
        clock=clock,
        measures=measures,
        jitter=random.random,
        changed=changed,
    )
