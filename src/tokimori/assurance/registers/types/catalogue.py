"""Every register by its code."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from django.utils.translation import gettext_lazy as _

from tokimori.assurance.registers.fields import Words
from tokimori.assurance.registers.types import (
    assets,
    changes,
    compliance,
    governance,
    security,
    service,
    staff,
    vendors,
)
from tokimori.assurance.registers.types.declaration import Register

_ALL: Final = (
    *governance.REGISTERS,
    *staff.REGISTERS,
    *compliance.REGISTERS,
    *service.REGISTERS,
    *assets.REGISTERS,
    *vendors.REGISTERS,
    *changes.REGISTERS,
    *security.REGISTERS,
)

REGISTERS: Final[Mapping[str, Register]] = MappingProxyType({one.code: one for one in _ALL})
AREAS: Final[Mapping[str, Words]] = MappingProxyType(
    {
        "governance": _("Governance"),
        "staff": _("Staff"),
        "compliance": _("Certificates, audits and reviews"),
        "service": _("Service and data"),
        "assets": _("Assets and sites"),
        "vendors": _("Suppliers"),
        "changes": _("Changes and operation"),
        "security": _("Security"),
    }
)
