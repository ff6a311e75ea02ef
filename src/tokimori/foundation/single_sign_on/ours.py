"""Where a provider finds us: the addresses that its administrator copies."""

from typing import Final
from urllib.parse import quote

from tokimori.foundation.identity.models import IdentityProvider

BEGIN: Final = "{base}/sign-in/with/{company}/{slug}"


def begin_url(row: IdentityProvider, company_code: str) -> str:
    """Return the address at which signing in with this provider begins; for a tile in the provider's portal as well."""
    return BEGIN.format(base=row.base, company=quote(company_code, safe=""), slug=row.slug)


def entity_id(row: IdentityProvider, company_code: str) -> str:
    """Return our name to a SAML provider, which is where our metadata lies."""
    return f"{begin_url(row, company_code)}/metadata"


def saml_answer_url(row: IdentityProvider, company_code: str) -> str:
    """Return where a SAML provider sends its answers."""
    return f"{begin_url(row, company_code)}/saml"


def openid_answer_url(row: IdentityProvider, company_code: str) -> str:
    """Return where an OpenID provider sends its answers: an address of this provider's alone."""
    return f"{begin_url(row, company_code)}/openid"
