"""E-mail: one connection a message, encrypted unless the server is on this machine or the city says so."""

import asyncio
import contextlib
import socket
import ssl
from collections.abc import Mapping
from dataclasses import dataclass, field
from email import policy
from email.errors import MessageError
from email.headerregistry import Address
from email.message import EmailMessage
from email.utils import format_datetime, parseaddr
from hashlib import sha256

import aiosmtplib

from agent_desktop.recipient import Recipient
from agent_desktop.sender import Arrived, Deferred, Letter, Outcome, Refused, one_line
from contact.times import to_utc
from runtime.clock import Clock
from runtime.section import ConfigError, Smtp, read_secret

LOOPBACK = frozenset({"localhost", "127.0.0.1", "::1"})
THREADS_MAX = 20
QUIT_S = 1.0
ADDRESS_CHARACTERS_MAX = 254
_FOR_GOOD = 500
_LASTING = (aiosmtplib.SMTPSenderRefused, aiosmtplib.SMTPRecipientRefused, aiosmtplib.SMTPDataError)
"""What a 5xx answer to is about the message; to anything else it is about the server or our account."""


@dataclass(frozen=True, slots=True, kw_only=True)
class MailServer:
    """The server that takes e-mails, as `centrala.toml` names it."""

    host: str
    port: int
    security: str
    user: str
    password: str = field(repr=False)
    sender: Address
    trusted: ssl.SSLContext
    timeout_s: float


def read_mail_server(smtp: Smtp) -> MailServer:
    """Return the server of the settings; raise `ConfigError` naming the key that is missing or wrong."""
    if not smtp.host:
        raise ConfigError("smtp.host is not set")
    password = read_secret(smtp.password, smtp.password_file, key="smtp.password")
    if bool(smtp.user) != bool(password):
        raise ConfigError("smtp.user and smtp.password belong together")
    if password and smtp.security == "none" and smtp.host not in LOOPBACK:
        raise ConfigError("smtp.security: a password is sent encrypted only: starttls or tls")
    try:
        trusted = ssl.create_default_context(cafile=smtp.ca_file or None)
    except OSError as error:
        raise ConfigError(f"smtp.ca_file: {smtp.ca_file}: {error}") from None
    name, spec = parseaddr(smtp.sender)
    try:
        address = read_address(spec)
    except ValueError as error:
        raise ConfigError(f"smtp.sender: {error}") from None
    return MailServer(
        host=smtp.host,
        port=smtp.port,
        security=smtp.security,
        user=smtp.user,
        password=password,
        sender=Address(display_name=one_line(name), username=address.username, domain=address.domain),
        trusted=trusted,
        timeout_s=smtp.timeout_s,
    )


def read_address(text: str) -> Address:
    """Return an e-mail address; raise `ValueError` saying what is wrong with it."""
    try:
        address = Address(addr_spec=text)
    except (MessageError, ValueError, IndexError):
        address = Address()
    is_plain = text.isascii() and text.isprintable() and " " not in text
    if not (is_plain and address.username and address.domain) or len(text) > ADDRESS_CHARACTERS_MAX:
        raise ValueError(f"{text!r} is no e-mail address")
    return address


def compose(
    letter: Letter, *, sender: Address, addresses: tuple[Address, ...], headers: Mapping[str, str]
) -> EmailMessage:
    """Return the e-mail; no text can become a header of its own."""
    message = EmailMessage(policy=policy.SMTP)
    message["From"] = sender
    message["To"] = addresses
    message["Subject"] = one_line(letter.subject)
    message["Message-ID"] = _id(letter.key, sender)
    if letter.threads:
        message["References"] = " ".join(_id(one, sender) for one in letter.threads[:THREADS_MAX])
    message["Auto-Submitted"] = "auto-generated"
    for name, value in headers.items():
        message[name] = value
    message.set_content(letter.text, cte="quoted-printable")
    message["Content-Language"] = letter.language
    return message


class MailSender:
    """The way to the addresses of one recipient."""

    def __init__(self, *, server: MailServer, recipient: Recipient, clock: Clock) -> None:
        """Keep where and to whom."""
        self._server = server
        self._addresses = tuple(read_address(one) for one in recipient.addresses)
        self._clock = clock

    async def send(self, letter: Letter) -> Outcome:
        """Hand one e-mail to the server."""
        date = format_datetime(to_utc(self._clock.now()))
        message = compose(
            letter, sender=self._server.sender, addresses=self._addresses, headers={"Date": date}
        )
        smtp = self._connection()
        try:
            async with asyncio.timeout(self._server.timeout_s):
                outcome = await self._hand_over(smtp, message)
            # It is taken: whether the server takes the good-bye as well changes nothing.
            with contextlib.suppress(aiosmtplib.SMTPException, OSError):
                async with asyncio.timeout(QUIT_S):
                    await smtp.quit()
        except TimeoutError:
            return Deferred(reason=f"no answer within {self._server.timeout_s:g} s")
        except aiosmtplib.SMTPRecipientsRefused as error:
            return _refused(error.recipients)
        except aiosmtplib.SMTPResponseException as error:
            return _verdict(error)
        except (aiosmtplib.SMTPException, OSError) as error:
            return Deferred(reason=one_line(error) or type(error).__name__)
        else:
            return outcome
        finally:
            smtp.close()

    async def close(self) -> None:
        """Do nothing: no connection is kept."""

    def _connection(self) -> aiosmtplib.SMTP:
        server = self._server
        return aiosmtplib.SMTP(
            hostname=server.host,
            port=server.port,
            use_tls=server.security == "tls",
            start_tls=server.security == "starttls",
            tls_context=server.trusted if server.security != "none" else None,
            local_hostname=socket.gethostname(),
            timeout=server.timeout_s,
        )

    async def _hand_over(self, smtp: aiosmtplib.SMTP, message: EmailMessage) -> Arrived:
        await smtp.connect()
        if self._server.user:
            await smtp.login(self._server.user, self._server.password)
        missed, _ = await smtp.send_message(message)
        answers = {f"{one.code} {one_line(one.message)}" for one in missed.values()}
        count = f"{len(missed)} of {len(self._addresses)} addresses refused: "
        return Arrived(missed=count + "; ".join(sorted(answers)) if missed else "")


def _refused(each: list[aiosmtplib.SMTPRecipientRefused]) -> Outcome:
    """Return the most hopeful verdict on the addresses."""
    verdicts = [_verdict(one) for one in each]
    return next((one for one in verdicts if isinstance(one, Deferred)), verdicts[0])


def _verdict(error: aiosmtplib.SMTPResponseException) -> Refused | Deferred:
    reason = one_line(f"{error.code} {error.message}")
    is_lasting = isinstance(error, _LASTING) and error.code >= _FOR_GOOD
    return Refused(reason=reason) if is_lasting else Deferred(reason=reason)


def _id(key: str, sender: Address) -> str:
    return f"<{sha256(key.encode()).hexdigest()[:32]}@{sender.domain}>"
