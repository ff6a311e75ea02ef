"""Hand a letter over to the mail service by SMTP (RFC 5321), under TLS (RFC 3207, RFC 8314) beyond this machine."""

import smtplib
import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime, formataddr
from typing import Final
from uuid import UUID

from tokimori.foundation.notices.kinds import NotSent
from tokimori.foundation.notices.letters import Letter
from tokimori.foundation.notices.mail_service import MailService, MailTransport

_SECONDS: Final = 20.0
_PERMANENT: Final = 500


class LetterNotSent(Exception):
    """The letter did not leave. ``is_for_good`` says that trying again is of no use."""

    def __init__(self, reason: NotSent, *, is_for_good: bool = False) -> None:
        super().__init__(reason.value)
        self.reason = reason
        self.is_for_good = is_for_good


def message_of(letter: Letter, *, service: MailService, notice_id: UUID, at: datetime) -> EmailMessage:
    """Return a letter in its envelope's form: plain text, and the same as simple HTML.

    The name of the message is the row's, so that a letter that was sent twice is recognised as one.
    """
    message = EmailMessage(policy=SMTP)
    message["Subject"] = letter.subject
    message["From"] = formataddr((letter.sender, service.sender))
    message["To"] = letter.address
    message["Date"] = format_datetime(at)
    message["Message-ID"] = f"<{notice_id}@{service.sender.rsplit('@', 1)[1]}>"
    message["Auto-Submitted"] = "auto-generated"
    message["X-Auto-Response-Suppress"] = "All"
    if letter.unsubscribe:
        # RFC 2369 and RFC 8058: the mail program shows a button, which ends it without a page.
        message["List-Unsubscribe"] = f"<{letter.unsubscribe}>"
        message["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
    message.set_content(letter.as_text())
    message.add_alternative(letter.as_html(), subtype="html")
    return message


def hand_over(message: EmailMessage, *, service: MailService) -> None:
    """Hand a message over; raise ``LetterNotSent`` unless the service took it."""
    with _failures(), _connected(service) as connection:
        if service.user:
            connection.login(service.user, service.password)
        connection.send_message(message, from_addr=service.sender)


@contextmanager
def _connected(service: MailService) -> Iterator[smtplib.SMTP]:
    """Connect, and prove whom we speak to before anything is said."""
    context = ssl.create_default_context()
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    place = (service.host, service.port)
    if service.transport is MailTransport.TLS:
        connection: smtplib.SMTP = smtplib.SMTP_SSL(*place, timeout=_SECONDS, context=context)
    else:
        connection = smtplib.SMTP(*place, timeout=_SECONDS)
    with connection:
        if service.transport is MailTransport.STARTTLS:
            connection.starttls(context=context)
        yield connection


@contextmanager
def _failures() -> Iterator[None]:
    """Turn what can go wrong into one word, which holds nothing of what was sent."""
    try:
        yield
    except smtplib.SMTPRecipientsRefused as error:
        codes = [code for code, _ in error.recipients.values()]
        raise _refused(max(codes, default=_PERMANENT)) from None
    except smtplib.SMTPAuthenticationError:
        raise LetterNotSent(NotSent.SIGN_IN) from None
    except smtplib.SMTPNotSupportedError:
        raise LetterNotSent(NotSent.NO_TLS) from None
    except smtplib.SMTPResponseException as error:
        raise _refused(error.smtp_code) from None
    except ssl.SSLError:
        raise LetterNotSent(NotSent.NO_TLS) from None
    except (smtplib.SMTPException, OSError):
        raise LetterNotSent(NotSent.UNREACHABLE) from None


def _refused(code: int) -> LetterNotSent:
    """Return what a reply code means: from 500 on it is for good (RFC 5321 section 4.2.1)."""
    if code >= _PERMANENT:
        return LetterNotSent(NotSent.REFUSED, is_for_good=True)
    return LetterNotSent(NotSent.LATER)
