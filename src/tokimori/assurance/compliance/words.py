"""The words of the pages on compliance."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from tokimori.assurance.compliance.values import Ending, Trouble

TROUBLES: Final[Mapping[Trouble, Promise]] = MappingProxyType(
    {
        Trouble.FAILED: _("found that something does not hold"),
        Trouble.ERRORED: _("could not look"),
        Trouble.LATE: _("has not looked for too long"),
        Trouble.NEVER_RAN: _("has never looked"),
    }
)
TROUBLE_KINDS: Final[Mapping[Trouble, str]] = MappingProxyType(
    {Trouble.FAILED: "act", Trouble.ERRORED: "wait", Trouble.LATE: "wait", Trouble.NEVER_RAN: "quiet"}
)
ENDINGS: Final[Mapping[Ending, Promise]] = MappingProxyType(
    {
        Ending.ACCEPTED_GAP: _("Accepted gap"),
        Ending.CERTIFICATE: _("Certificate of a listener"),
        Ending.PROPOSAL: _("Proposal that waits for a second person"),
        Ending.REGISTER_ENTRY: _("Entry of a register"),
    }
)
SCOPES: Final[Mapping[str, Promise]] = MappingProxyType(
    {
        "platform": pgettext_lazy("scope of a probe", "whole service"),
        "tenant": pgettext_lazy("scope of a probe", "one company"),
        "terminal": pgettext_lazy("scope of a probe", "one terminal"),
        "host": pgettext_lazy("scope of a probe", "this machine"),
    }
)
