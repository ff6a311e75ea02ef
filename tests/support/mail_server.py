"""A mail server of our own: it speaks SMTP as far as a client needs, under TLS or not, and keeps what it was given."""

import base64
import contextlib
import socketserver
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from pathlib import Path
from typing import cast

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from django.test import override_settings

from support.cast import Cast
from tokimori.foundation import clock
from tokimori.foundation.notices.kinds import NoticeState
from tokimori.foundation.notices.mail_service import MailService, MailTransport
from tokimori.foundation.notices.models import Notice
from tokimori.foundation.tenancy.context import tenant_transaction
from tokimori.jobs.notices import send_notice

USER, PASSWORD = "tokimori", "a password of the mail service"


@dataclass(slots=True, kw_only=True)
class Behaviour:
    """How the server answers, for tests to change: reply codes by receiver or for all data, and what it offers."""

    receivers: dict[str, int] = field(default_factory=dict)
    data_code: int = 250
    offers_starttls: bool = False
    wants_user: bool = False


@dataclass(slots=True, kw_only=True)
class Mailbox:
    """What arrived, as it came, and how: whether the line was under TLS, and who had signed in."""

    service: MailService
    behaviour: Behaviour
    raw: list[bytes] = field(default_factory=list)
    was_sealed: list[bool] = field(default_factory=list)
    users: list[str] = field(default_factory=list)
    receivers: list[str] = field(default_factory=list)

    @property
    def letters(self) -> list[EmailMessage]:
        """Return the letters, read."""
        return [cast("EmailMessage", message_from_bytes(one, policy=default)) for one in self.raw]

    def text(self, index: int = -1) -> str:
        """Return the plain text of a letter."""
        part = self.letters[index].get_body(("plain",))
        assert part is not None
        return str(part.get_content())


class _Server(socketserver.ThreadingTCPServer):
    allow_reuse_address = True
    daemon_threads = True
    mailbox: Mailbox
    context: ssl.SSLContext | None
    is_sealed_at_once: bool


class _Conversation(socketserver.StreamRequestHandler):
    server: _Server

    def handle(self) -> None:
        """Answer one client until it goes."""
        self.is_sealed = False
        self.user = ""
        if self.server.is_sealed_at_once and not self._seal():
            return
        self._say("220 mail.example ESMTP")
        receivers: list[str] = []
        while line := self.rfile.readline():
            word, _, rest = line.decode().strip().partition(" ")
            if word.upper() == "QUIT":
                self._say("221 bye")
                return
            if word.upper() == "STARTTLS":
                self._say("220 go ahead")
                if not self._seal():
                    return
            else:
                self._answer(word.upper(), rest, receivers)

    def finish(self) -> None:
        """Close what TLS was put around."""
        with contextlib.suppress(OSError):
            super().finish()
        self.connection.close()

    def _answer(self, word: str, rest: str, receivers: list[str]) -> None:
        behaviour = self.server.mailbox.behaviour
        match word:
            case "EHLO" | "HELO":
                self._greet()
            case "AUTH":
                self._sign_in(rest)
            case "MAIL":
                receivers.clear()
                self._say("250 ok" if self.user or not behaviour.wants_user else "530 sign in first")
            case "RCPT":
                address = rest.split("<", 1)[1].split(">", 1)[0]
                code = behaviour.receivers.get(address, 250)
                receivers.extend([address] if code == 250 else [])
                self._say(f"{code} {address}")
            case "DATA":
                self._take(receivers)
            case _:
                self._say("250 ok")

    def _greet(self) -> None:
        offers = ["mail.example", "8BITMIME"]
        if self.server.mailbox.behaviour.offers_starttls and not self.is_sealed:
            offers.append("STARTTLS")
        if self.server.mailbox.behaviour.wants_user:
            offers.append("AUTH PLAIN")
        for one in offers[:-1]:
            self._say(f"250-{one}")
        self._say(f"250 {offers[-1]}")

    def _sign_in(self, rest: str) -> None:
        _, user, password = base64.b64decode(rest.removeprefix("PLAIN ")).decode().split("\0")
        if (user, password) == (USER, PASSWORD):
            self.user = user
            self._say("235 welcome")
        else:
            self._say("535 who are you")

    def _take(self, receivers: list[str]) -> None:
        self._say("354 go on")
        lines: list[bytes] = []
        while (line := self.rfile.readline()) not in {b".\r\n", b""}:
            lines.append(line.removeprefix(b".") if line.startswith(b"..") else line)
        mailbox = self.server.mailbox
        code = mailbox.behaviour.data_code
        if code == 250:
            mailbox.raw.append(b"".join(lines))
            mailbox.was_sealed.append(self.is_sealed)
            mailbox.users.append(self.user)
            mailbox.receivers.extend(receivers)
        self._say(f"{code} noted")

    def _seal(self) -> bool:
        assert self.server.context is not None
        try:
            self.connection = self.server.context.wrap_socket(self.connection, server_side=True)
        except OSError:
            return False
        self.rfile = self.connection.makefile("rb")
        self.is_sealed = True
        return True

    def _say(self, line: str) -> None:
        self.connection.sendall(f"{line}\r\n".encode())


@contextmanager
def a_mail_server(
    *,
    transport: MailTransport = MailTransport.PLAIN,
    certificate: tuple[Path, Path] | None = None,
    user: str = "",
    password: str = "",
    behaviour: Behaviour | None = None,
) -> Iterator[Mailbox]:
    """Run a mail server, and let this installation send by it."""
    server = _Server(("127.0.0.1", 0), _Conversation)
    service = MailService(
        host="localhost",
        port=server.server_address[1],
        transport=transport,
        user=user,
        password=password,
        sender="time@tokimori.example",
        links="https://time.example",
    )
    server.mailbox = Mailbox(service=service, behaviour=behaviour or Behaviour())
    server.is_sealed_at_once = transport is MailTransport.TLS
    server.context = None
    if certificate is not None:
        server.context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        server.context.load_cert_chain(*certificate)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    try:
        with override_settings(MAIL=service):
            yield server.mailbox
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def send_letters(cast: Cast) -> None:
    """Do what the worker does with the letters of a company that wait."""
    with tenant_transaction(cast.tenant):
        rows = Notice.objects.filter(tenant_id=cast.tenant, state=NoticeState.WAITING.value).order_by("made_at", "id")
        waiting = list(rows.values_list("id", flat=True))
    for notice_id in waiting:
        send_notice(tenant_id=str(cast.tenant), correlation="-", notice_id=str(notice_id))


def a_certificate(directory: Path, *, host: str = "localhost") -> tuple[Path, Path]:
    """Make a certificate that vouches for itself, and its key; return where they lie."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, host)])
    now: datetime = clock.now().astimezone(UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(host)]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    files = directory / "certificate.pem", directory / "key.pem"
    files[0].write_bytes(certificate.public_bytes(serialization.Encoding.PEM))
    files[1].write_bytes(
        key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    )
    return files
