"""Where somebody who finds a weakness writes to, and until when that was looked after (RFC 9116)."""

import re
from dataclasses import dataclass
from datetime import date
from typing import Final

PATH: Final = "/.well-known/security.txt"
_ADDRESS: Final = re.compile(
    r"(?:mailto:[A-Za-z0-9._+-]{1,64}@[A-Za-z0-9.-]{1,190}|https://[A-Za-z0-9.-]{1,190}(?:/[!-~]{0,200})?)"
)


class SecurityContactNotValid(ValueError):
    """A contact is not written as contacts are; the message says what is wrong."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SecurityContact:
    """An address, and the last day on which it was promised that somebody reads there."""

    address: str
    until: date

    def text(self, *, canonical: str) -> str:
        """Return the file as it is served; ``canonical`` is its own address, or nothing where that is not known."""
        lines = [
            f"Contact: {self.address}",
            f"Expires: {self.until.isoformat()}T23:59:59Z",
            "Preferred-Languages: ja, en, th",
            *([f"Canonical: {canonical}"] if canonical else []),
        ]
        return "\n".join(lines) + "\n"


def read_security_contact(text: str) -> SecurityContact | None:
    """Return the contact of ``mailto:security@example.com 2027-06-30``; nothing for nothing.

    Raise ``SecurityContactNotValid`` for anything else: no end, another kind of address, a day that there is not.
    """
    words = text.split()
    if not words:
        return None
    if len(words) != 2 or not _ADDRESS.fullmatch(words[0]):  # noqa: PLR2004 -- an address and a day
        raise SecurityContactNotValid("is a mailto: or https: address and the day until which somebody reads there")
    try:
        return SecurityContact(address=words[0], until=date.fromisoformat(words[1]))
    except ValueError as error:
        raise SecurityContactNotValid("ends on a day such as 2027-06-30") from error
