"""Found a company; open sites."""

import re
from datetime import datetime
from uuid import UUID
from zoneinfo import available_timezones

from django.db import IntegrityError, transaction

from tokimori.domains.organisations.models import Company, Site
from tokimori.foundation.access.authorise import authorise
from tokimori.foundation.access.permissions import Permission
from tokimori.foundation.access.principal import Principal
from tokimori.foundation.errors import Conflict, InvalidInput
from tokimori.foundation.identifiers import new_id
from tokimori.foundation.ledger.events import EventName
from tokimori.foundation.ledger.services import record_event
from tokimori.foundation.tenancy.directory import claim_company_code

_CODE = re.compile(r"[a-z0-9][a-z0-9-]{1,29}")


class CompanyCodeTaken(Conflict):
    """This company code is taken."""

    code = "company.code_taken"


class UnknownTimeZone(InvalidInput):
    """This is not the name of a time zone, such as Asia/Tokyo."""

    code = "site.unknown_zone"


class InvalidCode(InvalidInput):
    """A code has 2 to 30 lower-case letters, digits and hyphens."""

    code = "company.invalid_code"


@transaction.atomic
def create_company(*, actor: Principal, code: str, name: str, language: str, now: datetime) -> UUID:
    """Found the tenant that is open; its code leads to it at sign-in."""
    authorise(actor, Permission.SETUP_WRITE)
    if _CODE.fullmatch(code) is None:
        raise InvalidCode
    try:
        with transaction.atomic():
            claim_company_code(code)
    except IntegrityError as error:
        raise CompanyCodeTaken from error
    Company.objects.create(
        tenant_id=actor.tenant_id, id=actor.tenant_id, code=code, name=name, language=language, created_at=now
    )
    record_event(EventName.COMPANY_CREATED, actor=actor, subject_id=actor.tenant_id, at=now)
    return actor.tenant_id


@transaction.atomic
def create_site(*, actor: Principal, code: str, name: str, zone: str, country: str, now: datetime) -> UUID:
    """Open a site; its zone decides which clock its days follow."""
    authorise(actor, Permission.SETUP_WRITE)
    if zone not in available_timezones():
        raise UnknownTimeZone(zone=zone)
    site = Site.objects.create(
        tenant_id=actor.tenant_id, id=new_id(at=now), code=code, name=name, zone=zone, country=country, created_at=now
    )
    record_event(EventName.SITE_CREATED, actor=actor, subject_id=site.id, at=now)
    return site.id
