"""What grants are for, in words. Each label is a message id."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from tokimori.foundation.operators.scopes import PrivilegeKind, SupportFunction
from tokimori.foundation.operators.services.devices import DeviceStanding

FUNCTIONS: Final[Mapping[SupportFunction, Promise]] = MappingProxyType(
    {
        SupportFunction.WORKING_TIME: _("Working time"),
        SupportFunction.PEOPLE_AND_RULES: _("People, sites and rules"),
        SupportFunction.SECURITY: _("Accounts and security settings (read only)"),
        SupportFunction.LOG: _("The log and investigations (read only, no files)"),
    }
)
PRIVILEGES: Final[Mapping[PrivilegeKind, Promise]] = MappingProxyType(
    {
        PrivilegeKind.COMPANIES: _("See the list of all companies"),
        PrivilegeKind.BREAK_GLASS: _("Emergency access to a company"),
        PrivilegeKind.MAINTENANCE: _("Maintenance on the servers, recorded"),
    }
)
DEVICE_STANDINGS: Final[Mapping[DeviceStanding, tuple[str, Promise]]] = MappingProxyType(
    {
        DeviceStanding.IN_ORDER: ("ok", _("In order")),
        DeviceStanding.UNKNOWN: ("act", _("Not registered")),
        DeviceStanding.NEVER_CHECKED: ("act", _("Never looked at")),
        DeviceStanding.CHECK_TOO_OLD: ("act", _("Looked at too long ago")),
        DeviceStanding.NOT_GOOD_ENOUGH: ("act", _("Not good enough")),
        DeviceStanding.OTHER_CERTIFICATE: ("act", _("Another certificate")),
    }
)
"""The meaning on the screen, and the words."""
