"""The devices that the provider's people work from: registered and looked at by one another."""

from typing import Any
from uuid import UUID

from django.conf import settings
from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_POST

from tokimori.foundation.access.permissions import Permission
from tokimori.foundation.identity.queries import account_names
from tokimori.foundation.operators.errors import DeviceNotValid
from tokimori.foundation.operators.queries.devices import DeviceView, UnknownPasskey, unknown_passkeys
from tokimori.foundation.operators.queries.devices import devices as all_devices
from tokimori.foundation.operators.services.devices import (
    LONGEST_NAME,
    LONGEST_SYSTEM,
    DeviceStanding,
    Posture,
    check_device,
    register_device,
    remove_device,
)
from tokimori.interfaces.web.dates import moment
from tokimori.interfaces.web.leading_back import refused
from tokimori.interfaces.web.permissions import proved_lately, requires
from tokimori.interfaces.web.requests import TenantRequest
from tokimori.interfaces.web.support_words import DEVICE_STANDINGS


@require_GET
@requires(Permission.OPERATOR_ACT)
def devices(request: TenantRequest) -> HttpResponse:
    """Show the register, and passkeys whose device stands in it nowhere."""
    found = all_devices(actor=request.principal, now=request.now)
    unknown = unknown_passkeys(actor=request.principal)
    names = account_names(
        tenant=request.tenant,
        account_ids={key for one in found for key in (one.operator_id, one.checked_by)}
        | {one.operator_id for one in unknown},
    )
    bad = sum(one.standing is not DeviceStanding.IN_ORDER for one in found)
    context = {
        "page_title": _("Devices"),
        "state_sentence": ngettext("%(count)d device lets nobody in.", "%(count)d devices let nobody in.", bad)
        % {"count": bad}
        if bad
        else _("Operators come in from registered devices alone, which another one looks at every thirty days."),
        "is_required": settings.OPERATOR_DEVICES_REQUIRED,
        "asks_certificate": bool(settings.OPERATOR_CERTIFICATE_HEADER),
        "devices": [_device(request, one, names) for one in found],
        "unknown": [_unknown(request, one, names) for one in unknown],
        "longest_name": LONGEST_NAME,
        "longest_system": LONGEST_SYSTEM,
    }
    return render(request, "tokimori/operator_devices.html", context)


@require_POST
@requires(Permission.OPERATOR_ACT)
@proved_lately
def register(request: TenantRequest, passkey_id: UUID) -> HttpResponse:
    """Register the device of another operator's passkey."""
    try:
        register_device(
            actor=request.principal,
            passkey_id=passkey_id,
            name=request.POST.get("name", "")[: LONGEST_NAME + 1],
            posture=_posture(request),
            certificate=request.POST.get("certificate", "")[:200],
            now=request.now,
        )
    except DeviceNotValid as refusal:
        return refused(request, refusal, to=reverse("operator_devices"))
    messages.success(request, _("The device is registered."))
    return _back()


@require_POST
@requires(Permission.OPERATOR_ACT)
@proved_lately
def check(request: TenantRequest, device_id: UUID) -> HttpResponse:
    """Write down what was seen on another operator's device."""
    try:
        check_device(actor=request.principal, device_id=device_id, posture=_posture(request), now=request.now)
    except DeviceNotValid as refusal:
        return refused(request, refusal, to=reverse("operator_devices"))
    messages.success(request, _("What you saw is written down. It counts for thirty days."))
    return _back()


@require_POST
@requires(Permission.OPERATOR_ACT)
@proved_lately
def remove(request: TenantRequest, device_id: UUID) -> HttpResponse:
    """Let nobody in from a device any more."""
    remove_device(actor=request.principal, device_id=device_id, now=request.now)
    messages.success(request, _("Nobody comes in from this device any more."))
    return _back()


def _back() -> HttpResponse:
    return HttpResponseRedirect(reverse("operator_devices"))


def _posture(request: TenantRequest) -> Posture:
    seen = set(request.POST.getlist("seen"))
    return Posture(
        system=request.POST.get("system", "")[: LONGEST_SYSTEM + 1],
        is_encrypted="encrypted" in seen,
        is_updated="updated" in seen,
        locks_screen="locks" in seen,
    )


def _device(request: TenantRequest, one: DeviceView, names: Any) -> dict[str, Any]:  # noqa: ANN401 -- names by account
    kind, label = DEVICE_STANDINGS[one.standing]
    is_own = one.operator_id == request.principal.account_id
    return {
        "id": one.id,
        "name": one.name,
        "person": names.get(one.operator_id, ""),
        "state": {"kind": kind, "label": label},
        "system": one.system,
        "has_certificate": one.has_certificate,
        "checked": moment(one.checked_at, request.zone) if one.checked_at else "",
        "checker": names.get(one.checked_by, _("the server's command")),
        "ends": moment(one.ends_at, request.zone) if one.ends_at else "",
        "check_url": "" if is_own else reverse("check_device", args=[one.id]),
        "remove_url": reverse("remove_device", args=[one.id]),
    }


def _unknown(request: TenantRequest, one: UnknownPasskey, names: Any) -> dict[str, Any]:  # noqa: ANN401 -- as above
    is_own = one.operator_id == request.principal.account_id
    return {
        "id": one.id,
        "name": one.name,
        "person": names.get(one.operator_id, ""),
        "added": moment(one.added_at, request.zone),
        "register_url": "" if is_own else reverse("register_device", args=[one.id]),
    }
