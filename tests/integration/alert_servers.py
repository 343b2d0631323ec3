"""What alerts are told to beyond the board: a mail server and a web server, real ones, on loopback."""

import asyncio
import ssl
import subprocess
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path

from aiohttp import web
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session

from tests.integration.desktop_server import free_port

USER, PASSWORD = "centrala", "hush hush"


@dataclass
class Mails:
    """What a mail server has taken; `answers` are given first, one a message."""

    port: int
    taken: list[EmailMessage] = field(default_factory=list)
    to: list[list[str]] = field(default_factory=list)
    encrypted: list[bool] = field(default_factory=list)
    answers: list[str] = field(default_factory=list)
    unknown: set[str] = field(default_factory=set)

    async def handle_RCPT(  # noqa: N802 - the library's name
        self, _server: SMTP, _session: Session, envelope: Envelope, address: str, _options: list[str]
    ) -> str:
        if address in self.unknown:
            return "550 no such user"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, _server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802 - the same
        if self.answers and not (answer := self.answers.pop(0)).startswith("250"):
            return answer
        content = envelope.content
        assert isinstance(content, bytes)
        message = message_from_bytes(content, policy=policy.default)
        assert isinstance(message, EmailMessage)
        self.encrypted.append(session.ssl is not None)
        self.to.append(list(envelope.rcpt_tos))
        self.taken.append(message)
        return "250 taken"


def _check(
    _server: SMTP, _session: Session, _envelope: Envelope, _mechanism: str, given: object
) -> AuthResult:
    is_right = isinstance(given, LoginPassword) and (given.login, given.password) == (
        USER.encode(),
        PASSWORD.encode(),
    )
    return AuthResult(success=is_right, handled=False)


@contextmanager
def mail_server(certificate: tuple[Path, Path] | None = None, port: int | None = None) -> Iterator[Mails]:
    """Run a mail server; with a certificate it asks for STARTTLS and for `USER` with `PASSWORD`."""
    mails = Mails(port=port or free_port())
    further: dict[str, object] = {}
    if certificate is not None:
        context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
        context.load_cert_chain(*certificate)
        further = {
            "tls_context": context,
            "require_starttls": True,
            "authenticator": _check,
            "auth_required": True,
        }
    controller = Controller(mails, hostname="127.0.0.1", port=mails.port, **further)
    controller.start()
    try:
        yield mails
    finally:
        controller.stop()


def make_certificate(folder: Path) -> tuple[Path, Path]:
    """Return a certificate of 127.0.0.1 that vouches for itself, and its key."""
    certificate, key = folder / "server.pem", folder / "server.key"
    subprocess.run(
        [
            *("openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes"),
            *("-subj", "/CN=127.0.0.1", "-addext", "subjectAltName=IP:127.0.0.1", "-days", "2"),
            *("-keyout", str(key), "-out", str(certificate)),
        ],
        check=True,
        capture_output=True,
    )
    return certificate, key


@dataclass
class Hooks:
    """What a webhook was asked; `answers` are given first, 200 after them."""

    port: int
    headers: list[dict[str, str]] = field(default_factory=list)
    bodies: list[bytes] = field(default_factory=list)
    answers: list[Callable[[], web.Response]] = field(default_factory=list)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}/hook/of-a-secret"

    async def handle(self, request: web.Request) -> web.Response:
        self.headers.append(dict(request.headers))
        self.bodies.append(await request.read())
        return self.answers.pop(0)() if self.answers else web.Response()


@asynccontextmanager
async def hook_server() -> AsyncIterator[Hooks]:
    """Run a web server that takes webhooks at one address, and remembers who comes to another."""
    hooks = Hooks(port=free_port())
    app = web.Application()
    app.router.add_post("/hook/of-a-secret", hooks.handle)
    app.router.add_route("*", "/elsewhere", hooks.handle)
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", hooks.port).start()
    try:
        yield hooks
    finally:
        await runner.cleanup()


@asynccontextmanager
async def silent_server() -> AsyncIterator[int]:
    """Take connections on the port that is given, and never say a word."""

    listening: set[asyncio.Task[None] | None] = set()

    async def listen(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        listening.add(asyncio.current_task())
        while await reader.read(1_024):
            pass
        writer.close()

    server = await asyncio.start_server(listen, "127.0.0.1", 0)
    port: int = server.sockets[0].getsockname()[1]
    try:
        yield port
    finally:
        server.close()
        await asyncio.gather(*(task for task in listening if task is not None))
        await server.wait_closed()
