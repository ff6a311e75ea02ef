"""What the pages of identity providers say."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any, Final, TypeVar
from zoneinfo import ZoneInfo

from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from tokimori.foundation.single_sign_on.certificates import CertificateView
from tokimori.foundation.single_sign_on.queries import ProviderView, TestView
from tokimori.foundation.single_sign_on.values import Kind, LinksBy, OpenIdSettings, SamlSettings, SecondFactor, State
from tokimori.interfaces.web.dates import moment
from tokimori.interfaces.web.provider_words import AUDIENCES, FACTORS, KINDS, LINKS, REASONS, STATES, outcome_sentence

_EXPIRES_SOON: Final = timedelta(days=30)
_Value = TypeVar("_Value", LinksBy, SecondFactor)


def list_context(views: Sequence[ProviderView], *, may_write: bool, now: datetime) -> dict[str, Any]:
    """Return what the list shows."""
    active = sum(1 for view in views if view.state is State.ACTIVE)
    return {
        "page_title": _("Single sign-on"),
        "state_sentence": ngettext("%(count)d provider is switched on", "%(count)d providers are switched on", active)
        % {"count": active}
        if active
        else _("People sign in with passphrases and passkeys"),
        "may_write": may_write,
        "create_url": reverse("new_identity_provider"),
        "kinds": [{"value": kind.value, "label": label} for kind, label in KINDS.items()],
        "providers": [
            {
                "name": view.name,
                "kind": KINDS[view.kind],
                "state": _state(view.state),
                "warning": _warning(view, now=now),
                "linked": view.linked_accounts,
                "url": reverse("identity_provider", args=[view.id]),
            }
            for view in views
        ],
    }


def page_context(view: ProviderView, *, zone: ZoneInfo, now: datetime) -> dict[str, Any]:
    """Return what the page of one provider shows."""
    return {
        "page_title": view.name,
        "state_sentence": f"{KINDS[view.kind]} · {STATES[view.state][1]}",
        "back_url": reverse("identity_providers"),
        "provider": view,
        "is_saml": view.kind is Kind.SAML,
        "is_open": view.state is not State.CLOSED,
        "is_active": view.state is State.ACTIVE,
        "can_activate": view.state is State.TESTED,
        "warning": _warning(view, now=now),
        "ours": _ours(view),
        "theirs": _theirs(view, zone=zone),
        "certificates": [_certificate(view, one, zone=zone, now=now) for one in view.certificates],
        "typed": _stored(view),
        "links": _choices(LINKS, view.trust.links_by),
        "factors": _choices(FACTORS, view.trust.second_factor),
        "creates_accounts": view.trust.creates_accounts,
        "audiences": [
            {"value": one.value, "label": label, "is_chosen": one in view.only_for} for one, label in AUDIENCES.items()
        ],
        "tested": moment(view.tested_at, zone) if view.tested_at else "",
        "metadata_url": view.entity_id,
        **{
            f"{name}_url": reverse(route, args=[view.id])
            for name, route in (
                ("describe", "describe_identity_provider"),
                ("trust", "trust_identity_provider"),
                ("test", "test_identity_provider"),
                ("activate", "activate_identity_provider"),
                ("only", "only_identity_provider"),
                ("close", "close_identity_provider"),
            )
        },
    }


def test_context(view: ProviderView, result: TestView, *, zone: ZoneInfo) -> dict[str, Any]:
    """Return what the page of a test shows."""
    arrival = result.arrival
    facts = []
    if arrival is not None:
        facts = [
            (_("Lasting name"), arrival.subject),
            (_("E-mail address"), arrival.address or _("none that is verified")),
            (_("Login name"), arrival.login_name),
            (_("Name"), arrival.display_name),
            (_("Recognised by"), ", ".join(arrival.contexts)),
            (_("Counts as"), _("two factors") if result.is_strong else _("one factor")),
        ]
    return {
        "page_title": _("Test of %(name)s") % {"name": view.name},
        "state_sentence": moment(result.tested_at, zone),
        "is_passed": result.reason is None,
        "reason": REASONS[result.reason] if result.reason else "",
        "outcome": outcome_sentence(result),
        "facts": [{"label": label, "value": value or "–"} for label, value in facts],
        "back_url": reverse("identity_provider", args=[view.id]),
        "activate_url": reverse("activate_identity_provider", args=[view.id]) if view.state is State.TESTED else "",
    }


def _choices(words: Mapping[_Value, tuple[Promise, Promise]], chosen: _Value) -> list[dict[str, Any]]:
    return [
        {"value": value.value, "label": label, "sentence": sentence, "is_chosen": value is chosen}
        for value, (label, sentence) in words.items()
    ]


def _state(state: State) -> dict[str, Any]:
    kind, label = STATES[state]
    return {"kind": kind, "label": label}


def _warning(view: ProviderView, *, now: datetime) -> str:
    """Return that certificates are over or will be soon, if nothing that holds longer stands beside them."""
    if view.state is State.CLOSED or not view.certificates:
        return ""
    last = max(one.valid_to for one in view.certificates)
    if last <= now:
        return _("No certificate is valid any more; nobody can come in by this provider.")
    if last - now <= _EXPIRES_SOON:
        days = (last - now).days
        return ngettext(
            "The last certificate ends in %(days)d day", "The last certificate ends in %(days)d days", days
        ) % {"days": days}
    return ""


def _ours(view: ProviderView) -> list[dict[str, str]]:
    if view.kind is Kind.SAML:
        pairs = [
            (_("Our name (entity ID, audience)"), view.entity_id),
            (_("Our answer address (ACS URL, by POST)"), view.answer_url),
        ]
    else:
        pairs = [(_("Our answer address (redirect URI)"), view.answer_url)]
    return [
        {"label": label, "value": value}
        for label, value in [*pairs, (_("Where sign-in begins (for a tile in the provider's portal)"), view.begin_url)]
    ]


def _theirs(view: ProviderView, *, zone: ZoneInfo) -> list[dict[str, str]]:
    pairs: list[tuple[str, str]] = []
    match view.theirs:
        case SamlSettings() as saml:
            pairs = [(_("Its name (entity ID)"), saml.entity_id), (_("Where it is asked"), saml.sign_on_url)]
        case OpenIdSettings() as openid:
            fetched = moment(view.keys_fetched_at, zone) if view.keys_fetched_at else ""
            keys = ngettext("%(count)d key, fetched %(when)s", "%(count)d keys, fetched %(when)s", view.keys)
            pairs = [
                (_("Its name (issuer)"), openid.issuer),
                (_("Where it is asked"), openid.authorization_endpoint),
                (_("Keys"), keys % {"count": view.keys, "when": fetched}),
            ]
        case None:
            pass
    return [{"label": label, "value": value} for label, value in pairs]


def _stored(view: ProviderView) -> dict[str, str]:
    theirs = view.theirs
    return {
        "issuer": theirs.issuer if isinstance(theirs, OpenIdSettings) else "",
        "client_id": theirs.client_id if isinstance(theirs, OpenIdSettings) else "",
        "address_attribute": theirs.address_attribute if isinstance(theirs, SamlSettings) else "",
        "login_attribute": theirs.login_attribute if isinstance(theirs, SamlSettings) else "",
        "domains": "\n".join(view.trust.domains),
        "strong_contexts": "\n".join(view.trust.strong_contexts),
    }


def _certificate(view: ProviderView, one: CertificateView, *, zone: ZoneInfo, now: datetime) -> dict[str, Any]:
    kind = "ok"
    if not one.holds(now):
        kind = "act"
    elif one.valid_to - now <= _EXPIRES_SOON:
        kind = "wait"
    return {
        "fingerprint": one.fingerprint,
        "name": one.name,
        "state": {"kind": kind, "label": _("until %(moment)s") % {"moment": moment(one.valid_to, zone)}},
        "remove_url": reverse("remove_identity_provider_certificate", args=[view.id, one.fingerprint]),
    }
