"""What grants are for, in words. Each label is a message id."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from tokimori.foundation.operators.scopes import PrivilegeKind, SupportFunction

FUNCTIONS: Final[Mapping[SupportFunction, Promise]] = MappingProxyType(
    {
        SupportFunction.WORKING_TIME: _("Working time"),
        SupportFunction.PEOPLE_AND_RULES: _("People, sites and rules"),
        SupportFunction.SECURITY: _("Accounts and security settings (read only)"),
    }
)
PRIVILEGES: Final[Mapping[PrivilegeKind, Promise]] = MappingProxyType(
    {
        PrivilegeKind.COMPANIES: _("See the list of all companies"),
        PrivilegeKind.BREAK_GLASS: _("Emergency access to a company"),
    }
)
