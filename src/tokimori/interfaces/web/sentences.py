"""Corrections in a sentence."""

from zoneinfo import ZoneInfo

from django.utils.translation import gettext as _

from tokimori.domains.timekeeping.corrections import CorrectionView, Effect
from tokimori.domains.timekeeping.queries import PunchView
from tokimori.interfaces.web.dates import clock
from tokimori.interfaces.web.labels import PUNCH_KINDS


def correction_sentence(wish: CorrectionView, old: PunchView | None) -> str:
    """Return what a correction asks for; ``old`` is the punch that it refers to."""
    zone = ZoneInfo(wish.zone)
    new = {"kind": PUNCH_KINDS[wish.kind], "time": clock(wish.occurred_at, zone)}
    if wish.effect is Effect.ADD or old is None:
        return _("Add %(kind)s at %(time)s") % new
    before = {"old_kind": PUNCH_KINDS[old.kind], "old_time": clock(old.occurred_at, zone)}
    if wish.effect is Effect.WITHDRAW:
        return _("Withdraw %(old_kind)s at %(old_time)s") % before
    return _("Change %(old_kind)s at %(old_time)s to %(kind)s at %(time)s") % {**before, **new}
