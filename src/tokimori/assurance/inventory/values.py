"""The words in which columns are described."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum


class Kind(StrEnum):
    """What a column holds. The value is the word of the page."""

    NAME = "name"
    CONTACT = "contact"
    WORDS = "free text"
    PLACE = "place"
    PERSONAL = "personal fact"
    WORK = "working time"
    NETWORK = "address or device"
    IDENTIFIER = "identifier"
    REFERENCE = "reference"
    CREDENTIAL = "credential"
    FILE = "file or message"
    BLIND = "blind index"
    DIGEST = "digest"
    SETTING = "setting"
    TECHNICAL = "technical"


PLAIN_BECAUSE: Mapping[Kind, str] = {
    Kind.PERSONAL: "asked for by the day in the database; says little without the name, which is sealed",
    Kind.WORK: "added up, ordered and asked for by the day in the database; belongs to a random key, not to a name",
    Kind.NETWORK: "searched after incidents, and compared when somebody comes; gone after its time",
    Kind.IDENTIFIER: "the company's own code: it is printed, typed and searched everywhere",
    Kind.REFERENCE: "a random key; it names nobody",
    Kind.BLIND: "HMAC-SHA-256 under the company's own key",
    Kind.DIGEST: "SHA-256; nothing is read out of it",
    Kind.SETTING: "the company's choice; about nobody",
    Kind.TECHNICAL: "counts, times and states of the service; about nobody alone",
}
"""Why columns of a kind are not sealed, where their line says nothing else."""


class Keeping(StrEnum):
    """How long rows stay; the figures stand in ``docs/reference/retention.md``."""

    LABOUR = "labour records"
    ACCOUNT = "as long as the account; names for good"
    SECURITY = "security records"
    AUDIT = "audit records"
    SHORT = "days or weeks"
    SETTINGS = "as long as the company"
    KEYS = "as long as what they seal"
    SUBSCRIPTION = "until they are ended, or three days without confirmation"
    BUYER = "until one of the provider's people deletes it"


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """What a column is; ``why`` says why it is not sealed, where its kind does not say enough."""

    kind: Kind
    why: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """What a table is for, about whom, and how long its rows stay. ``tenant_id`` and ``id`` are references everywhere."""

    name: str
    purpose: str
    subject: str
    keeping: Keeping
    columns: Mapping[str, Column]


def table(
    name: str, purpose: str, subject: str, keeping: Keeping, *lines: tuple[Kind, str] | tuple[Kind, str, str]
) -> Table:
    """Return the description of a table; a line has a kind, the names of columns, and a reason where there is one."""
    columns: dict[str, Column] = {}
    for kind, names, *why in lines:
        for column in names.split():
            if column in columns:
                raise ValueError(f"{name}.{column} is described twice.")
            columns[column] = Column(kind=kind, why=why[0] if why else "")
    return Table(name=name, purpose=purpose, subject=subject, keeping=keeping, columns=columns)
