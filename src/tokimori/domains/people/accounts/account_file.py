"""The file of people to invite: comma-separated lines with a heading, in UTF-8 or Shift_JIS.

Columns, in any order, by English or Japanese name: ``login_id`` (ログインID; empty: the employee code), ``name``
(氏名), ``email`` (メールアドレス, may be empty), ``roles`` (役割, several separated by spaces or semicolons; empty:
employee), ``language`` (言語: ja, en or th; empty: the company's), ``employee_code`` (従業員コード: the employee whose
account it is). Other columns are ignored.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

from tokimori.domains.people.accounts.errors import AccountColumnsMissing, AccountFileTooLong
from tokimori.foundation.access.permissions import Role
from tokimori.foundation.delimited import BrokenLine, RawLine, RefusedLine, positions_of, read_delimited
from tokimori.foundation.identity.errors import AccountNotValid
from tokimori.foundation.identity.services.accounts import NewAccount

LARGEST_FILE: Final = 1_000_000
MOST_LINES: Final = 2_000
LONGEST_EMPLOYEE_CODE: Final = 30
COLUMNS: Final = ("login_id", "name", "email", "roles", "language", "employee_code")

_NAMES: Final[Mapping[str, str]] = MappingProxyType(
    {
        **{name: name for name in COLUMNS},
        "ログインid": "login_id",
        "氏名": "name",
        "メールアドレス": "email",
        "役割": "roles",
        "言語": "language",
        "従業員コード": "employee_code",
    }
)
_ROLES: Final[Mapping[str, Role]] = MappingProxyType(
    {
        **{role.value: role for role in Role},
        "従業員": Role.EMPLOYEE, "上長": Role.MANAGER, "給与": Role.PAYROLL,
        "管理者": Role.ADMINISTRATOR, "セキュリティ": Role.SECURITY, "監査": Role.AUDITOR,
    }
)  # fmt: skip
_LANGUAGES: Final[Mapping[str, str]] = MappingProxyType({"日本語": "ja", "英語": "en", "タイ語": "th"})
_BETWEEN_ROLES: Final = re.compile(r"[\s;、・/]+")


@dataclass(frozen=True, slots=True, kw_only=True)
class AccountLine:
    """One line, understood. ``employee_code`` is empty for who is no employee."""

    number: int
    text: str
    account: NewAccount
    employee_code: str


@dataclass(frozen=True, slots=True, kw_only=True)
class AccountFileRead:
    """A file, read: how it was encoded, and each of its lines."""

    encoding: str
    lines: Sequence[AccountLine | RefusedLine]


def read_account_file(content: bytes, *, language: str) -> AccountFileRead:
    """Return every line of a file, understood or refused; ``language`` is meant where a line names none.

    Raises ``FileTooLarge``, ``WrongEncoding``, ``AccountColumnsMissing`` or ``AccountFileTooLong``.
    """
    file = read_delimited(content, most_bytes=LARGEST_FILE)
    columns = positions_of(file.heading.cells, names=_NAMES)
    if columns is None or "name" not in columns or not columns.keys() & {"login_id", "employee_code"}:
        raise AccountColumnsMissing(heading=file.heading.text[:100])
    lines: list[AccountLine | RefusedLine] = []
    for line in file.lines:
        if len(lines) == MOST_LINES:
            raise AccountFileTooLong(most=MOST_LINES)
        lines.append(_line(line, columns, language=language))
    return AccountFileRead(encoding=file.encoding, lines=tuple(lines))


def _line(line: RawLine, columns: Mapping[str, int], *, language: str) -> AccountLine | RefusedLine:
    values = {name: line.cells[position] for name, position in columns.items() if position < len(line.cells)}
    employee_code = values.get("employee_code", "")
    if "name" not in values or len(employee_code) > LONGEST_EMPLOYEE_CODE or not employee_code.isprintable():
        return RefusedLine(number=line.number, text=line.text, refusal=BrokenLine())
    try:
        account = NewAccount(
            login_id=values.get("login_id", "") or employee_code,
            email=values.get("email", "") or None,
            display_name=values["name"],
            roles=_roles(values.get("roles", "")),
            language=_language(values.get("language", "")) or language,
        )
    except AccountNotValid as refusal:
        return RefusedLine(number=line.number, text=line.text, refusal=refusal)
    return AccountLine(number=line.number, text=line.text, account=account, employee_code=employee_code)


def _roles(text: str) -> frozenset[Role]:
    words = [word for word in _BETWEEN_ROLES.split(text.lower()) if word]
    if any(word not in _ROLES for word in words):
        raise AccountNotValid(field="roles")
    return frozenset(_ROLES[word] for word in words) or frozenset({Role.EMPLOYEE})


def _language(text: str) -> str:
    return _LANGUAGES.get(text, text.lower())
