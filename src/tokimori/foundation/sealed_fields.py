"""Columns that are sealed: a model holds the plain value, the database the sealed one, bound to table, column and row.

A sealed column is read and written like any other through its model. It cannot be compared, sorted or grouped by in the
database: whoever tries is refused at once, not answered wrongly. What must be found has a ``BlindIndexField`` beside it.
What a destroyed key had sealed is read as ``ErasedText``, and kept as it is when the row is written again.
"""

import json
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, ClassVar, Final, cast
from uuid import UUID

from django.db import DataError, models
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models.expressions import Col
from django.db.models.lookups import IsNull
from django.db.models.sql.compiler import SQLCompiler
from django.utils.translation import gettext

from tokimori.foundation.identifiers import TenantId
from tokimori.foundation.keys.services.making import sealing_key
from tokimori.foundation.keys.services.ring import HeldKey, is_there
from tokimori.foundation.sealing import Erased, blind_indexes, seal_with, unseal_raw

_POISON: Final = "tokimori_sealed_columns_cannot_be_compared("
_ROW_BEGIN: Final = 16
_SEALED_BEGIN: Final = 32
_STASH: Final = "_sealing_keys"


class ComparesSealed(TypeError):
    """A programmer's mistake: a sealed column cannot be compared in the database, nor written without its row."""


class ErasedText(str):
    """What is shown where the key was destroyed. It remembers the sealed bytes, so that the row can be written again."""

    __slots__ = ("sealed",)
    sealed: bytes


class SealedBytes(bytes):
    """A sealed value on its way into the database."""

    __slots__ = ()


class SealedCol(Col):
    """A sealed column in a statement. Outside of a select list it is a function that the database does not have."""

    def as_sql(self, compiler: SQLCompiler, connection: BaseDatabaseWrapper) -> tuple[str, Any]:
        """Return SQL that only ``select_format`` makes usable."""
        text, parameters = super().as_sql(compiler, connection)
        return f"{_POISON}{text})", parameters


class _Refused:
    """Every look-up but the one for emptiness."""

    def __init__(self, lhs: Any, rhs: object) -> None:
        if rhs is not None:
            raise ComparesSealed(f"{lhs.target} is sealed; find it by its blind index, or among what was read.")

    rhs = None
    can_use_none_as_rhs = False


class _IsNull(IsNull):
    """Whether there is anything; that is not sealed."""

    def process_lhs(self, compiler: SQLCompiler, connection: BaseDatabaseWrapper, lhs: Any = None) -> tuple[str, Any]:
        text, parameters = super().process_lhs(compiler, connection, lhs)
        return text.removeprefix(_POISON).removesuffix(")") if text.startswith(_POISON) else text, parameters


if TYPE_CHECKING:
    _Base = models.Field[Any, Any]
else:
    _Base = object


class _Sealed(_Base):
    """What sealed columns of all types have in common. ``subject`` names the attribute with the person whose key seals."""

    subject: str | None
    _cached: ClassVar[dict[str, bytes]] = {}

    def db_type(self, connection: BaseDatabaseWrapper) -> str:
        """Return that the database keeps bytes."""
        del connection
        return "bytea"

    def get_internal_type(self) -> str:
        """Return the type by whose rules the framework adapts the column."""
        return "BinaryField"

    def deconstruct(self) -> tuple[str, str, Sequence[Any], dict[str, Any]]:
        """Return what a migration writes."""
        name, path, arguments, keywords = super().deconstruct()
        if self.subject is not None:
            keywords["subject"] = self.subject
        return name, path, arguments, keywords

    @property
    def purpose(self) -> str:
        """Return what the column's values are sealed for: ``table.column``."""
        return f"{self.model._meta.db_table}.{self.column}"

    def get_col(self, alias: str, output_field: Any = None) -> Col:
        """Return the column as an expression that cannot be compared."""
        return SealedCol(alias, self, output_field)

    @property
    def cached_col(self) -> Col:
        """Return the same for the table itself."""
        return SealedCol(self.model._meta.db_table, self)

    def select_format(self, compiler: SQLCompiler, sql: str, params: Any) -> tuple[str, Any]:
        """Return the column in a select list: company and row before the sealed value, which opens only with them."""
        if not sql.startswith(_POISON):
            return sql, params
        # What stands in the select list may be grouped and sorted by through its position there.
        query = compiler.query
        if isinstance(query.group_by, tuple) or any(str(one).lstrip("-") == self.name for one in query.order_by):
            raise ComparesSealed(f"{self.purpose} is sealed; sort and group what was read.")
        column = sql.removeprefix(_POISON).removesuffix(")")
        alias = column.rpartition(".")[0]
        return f'uuid_send({alias}."tenant_id") || uuid_send({alias}."id") || {column}', params

    def get_lookup(self, lookup_name: str) -> Any:
        """Return the only look-up there is: whether there is anything."""
        return _IsNull if lookup_name == "isnull" else _Refused

    def get_transform(self, lookup_name: str) -> Any:
        """Refuse every transformation."""
        raise ComparesSealed(f"{self.name}__{lookup_name}: {self.purpose} is sealed.")

    def from_db_value(self, value: bytes | None, expression: object, connection: BaseDatabaseWrapper) -> Any:
        """Return the plain value of what ``select_format`` fetched."""
        del expression, connection
        if value is None:
            return None
        return self.unsealed(value[_SEALED_BEGIN:], tenant=value[:_ROW_BEGIN], row=value[_ROW_BEGIN:_SEALED_BEGIN])

    def unsealed(self, sealed: bytes | None, *, tenant: bytes, row: bytes) -> Any:
        """Return the plain value of a sealed one."""
        if not sealed:
            return None if sealed is None else self.to_plain(b"")
        try:
            return self.to_plain(unseal_raw(bytes(sealed), tenant=tenant, purpose=self._purpose_bytes, row=row))
        except Erased:
            return self.erased(bytes(sealed))

    @property
    def _purpose_bytes(self) -> bytes:
        known = self.__dict__.get("_purpose")
        if known is None:
            known = self.__dict__["_purpose"] = self.purpose.encode()
        return cast("bytes", known)

    def pre_save(self, model_instance: models.Model, add: bool) -> Any:  # noqa: FBT001 -- Django's signature
        """Return the value sealed for its row."""
        del add
        value = getattr(model_instance, self.attname)
        if value is None or isinstance(value, SealedBytes):
            return value
        if isinstance(value, ErasedText):
            return SealedBytes(value.sealed)
        plain = self.from_plain(value)
        if not plain:
            return SealedBytes(b"")
        tenant, row = TenantId(model_instance.tenant_id), model_instance.id  # type: ignore[attr-defined]  # every row of a tenant has both
        key = _key_for(model_instance, tenant=tenant, subject=self.subject_of(model_instance))
        return SealedBytes(seal_with(key, plain, tenant=tenant, purpose=self.purpose, row=row))

    def subject_of(self, row: models.Model) -> UUID | None:
        """Return the person whose key seals the value in a row."""
        return None if self.subject is None else getattr(row, self.subject)

    def get_prep_value(self, value: Any) -> Any:
        """Return a value that was sealed; refuse plain ones, which come from a statement that names no row."""
        if value is None or isinstance(value, SealedBytes):
            return value
        raise ComparesSealed(f"{self.purpose} is sealed; save the row instead.")

    def get_db_prep_value(self, value: Any, connection: BaseDatabaseWrapper, prepared: bool = False) -> Any:  # noqa: FBT001, FBT002 -- Django's signature
        """Return the bytes for the database."""
        value = value if prepared else self.get_prep_value(value)
        return None if value is None else connection.Database.Binary(value)  # type: ignore[attr-defined]  # every wrapper has it

    def to_plain(self, data: bytes) -> Any:
        """Return the value of plain bytes."""
        raise NotImplementedError

    def from_plain(self, value: Any) -> bytes:
        """Return the plain bytes of a value."""
        raise NotImplementedError

    def erased(self, sealed: bytes) -> Any:
        """Return what stands in place of a value whose key was destroyed."""
        raise NotImplementedError


class SealedTextField(_Sealed, models.TextField):  # type: ignore[type-arg]  # the plugin takes the text's types from here
    """Sealed text of at most ``max_length`` characters. Empty text is stored as nothing at all."""

    def __init__(self, *arguments: Any, subject: str | None = None, **keywords: Any) -> None:
        self.subject = subject
        super().__init__(*arguments, **keywords)

    def to_plain(self, data: bytes) -> str:
        return data.decode()

    def from_plain(self, value: Any) -> bytes:
        text = str(value)
        if self.max_length is not None and len(text) > self.max_length:
            raise DataError(f"value too long for {self.purpose}")
        return text.encode()

    def erased(self, sealed: bytes) -> str:
        text = ErasedText(gettext("(erased)"))
        text.sealed = sealed
        return text


class SealedBinaryField(_Sealed, models.BinaryField):  # type: ignore[type-arg]  # as above
    """Sealed bytes. What a destroyed key had sealed is read as no bytes, and must not be written again."""

    def __init__(self, *arguments: Any, subject: str | None = None, **keywords: Any) -> None:
        self.subject = subject
        super().__init__(*arguments, **keywords)

    def to_plain(self, data: bytes) -> bytes:
        return data

    def from_plain(self, value: Any) -> bytes:
        return bytes(value)

    def erased(self, sealed: bytes) -> bytes:
        del sealed
        return b""


class SealedJSONField(_Sealed, models.JSONField):  # type: ignore[misc]  # the stubs name the parameters otherwise
    """Sealed JSON. What a destroyed key had sealed is read as nothing, and so is what holds nothing."""

    def __init__(self, *arguments: Any, subject: str | None = None, **keywords: Any) -> None:
        self.subject = subject
        super().__init__(*arguments, **keywords)

    def to_plain(self, data: bytes) -> Any:
        return json.loads(data) if data else None

    def from_plain(self, value: Any) -> bytes:
        return json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode()

    def erased(self, sealed: bytes) -> None:
        del sealed


class BlindIndexField(models.BinaryField):  # type: ignore[type-arg]  # as above
    """By what a sealed column of the same row is found exactly; it follows that column when the row is saved.

    Who saves a row by ``update_fields`` names both.
    """

    def __init__(self, *arguments: Any, source: str, **keywords: Any) -> None:
        self.source = source
        super().__init__(*arguments, **keywords)

    def deconstruct(self) -> tuple[str, str, Sequence[Any], dict[str, Any]]:
        """Return what a migration writes."""
        name, path, arguments, keywords = super().deconstruct()
        return name, path, arguments, {**keywords, "source": self.source}

    @property
    def purpose(self) -> str:
        """Return what the index is made for: ``table.column`` of the sealed column."""
        return f"{self.model._meta.db_table}.{self.source}"

    def pre_save(self, model_instance: models.Model, add: bool) -> Any:  # noqa: FBT001 -- Django's signature
        """Return the index of what the sealed column holds."""
        del add
        plain = getattr(model_instance, self.source)
        if isinstance(plain, ErasedText):
            return getattr(model_instance, self.attname)
        value = None if plain is None else self.indexes(TenantId(model_instance.tenant_id), plain)[0]  # type: ignore[attr-defined]  # as above
        setattr(model_instance, self.attname, value)
        return value

    def indexes(self, tenant: TenantId, text: str) -> Sequence[bytes]:
        """Return under what a text is found: one for each of the company's keys, the newest first."""
        return blind_indexes(text, tenant=tenant, purpose=self.purpose)


def found_by(model: type[models.Model], name: str, text: str, *, tenant: TenantId) -> dict[str, Sequence[bytes]]:
    """Return the condition that finds rows whose sealed column, behind the blind index ``name``, is exactly ``text``."""
    index = model._meta.get_field(name)
    if not isinstance(index, BlindIndexField):
        raise ComparesSealed(f"{name} is no blind index.")
    return {f"{name}__in": index.indexes(tenant, text)}


def sealed_value(column: "models.Field[Any, Any]", row: models.Model) -> Any:
    """Return what a sealed column, or a blind index, stores for a row."""
    return column.pre_save(row, add=False)  # rule: signals -- no signal, but the framework's question to a column


def sealed_bytes(row: models.Model, name: str) -> SealedBytes:
    """Return what a sealed column stores for a row, for a statement of one's own; empty where there is nothing."""
    column = row._meta.get_field(name)
    if not isinstance(column, _Sealed):
        raise ComparesSealed(f"{name} is not sealed.")
    return SealedBytes(sealed_value(column, row) or b"")


def opened(model: type[models.Model], name: str, sealed: bytes | None, *, tenant: TenantId, row: UUID) -> object:
    """Return the plain value of what a statement of one's own fetched from a sealed column."""
    column = model._meta.get_field(name)
    if not isinstance(column, _Sealed):
        raise ComparesSealed(f"{name} is not sealed.")
    return column.unsealed(sealed, tenant=tenant.bytes, row=row.bytes)


def is_sealed(column: object) -> bool:
    """Whether a column is sealed."""
    return isinstance(column, _Sealed)


def sealed_fields(model: type[models.Model]) -> tuple[_Sealed, ...]:
    """Return the sealed columns of a model."""
    return tuple(one for one in model._meta.concrete_fields if isinstance(one, _Sealed))


def _key_for(row: models.Model, *, tenant: TenantId, subject: UUID | None) -> HeldKey:
    """Return the key that seals a row's values; asked once for all columns of a row that is written."""
    stash: dict[UUID | None, HeldKey] = row.__dict__.setdefault(_STASH, {})
    if subject not in stash or not is_there(stash[subject]):
        stash[subject] = sealing_key(tenant=tenant, subject=subject)
    return stash[subject]
