"""Metadata of SAML 2.0: the provider's read strictly, ours written (saml-metadata-2.0-os)."""

from datetime import UTC, datetime
from typing import Final
from xml.sax.saxutils import escape, quoteattr

from lxml import etree

from tokimori.foundation.single_sign_on.certificates import describe_certificate, read_certificate
from tokimori.foundation.single_sign_on.errors import MetadataNotReadable, ProviderNotValid
from tokimori.foundation.single_sign_on.strict_xml import XmlNotTaken, read_xml
from tokimori.foundation.single_sign_on.values import MOST_CERTIFICATES, SamlSettings

_NAMES: Final = {
    "md": "urn:oasis:names:tc:SAML:2.0:metadata",
    "ds": "http://www.w3.org/2000/09/xmldsig#",
}
_PROTOCOL: Final = "urn:oasis:names:tc:SAML:2.0:protocol"
_REDIRECT: Final = "urn:oasis:names:tc:SAML:2.0:bindings:HTTP-Redirect"
_POST: Final = "urn:oasis:names:tc:SAML:2.0:bindings:HTTP-POST"


def read_metadata(text: str, *, now: datetime) -> SamlSettings:
    """Return what a provider's metadata says; raise ``MetadataNotReadable`` for what is none, is out of date or has no key.

    A signature on it is not looked at: it came by the administrator's own hand, who vouches for it. Certificates that are
    over are left out.
    """
    try:
        root = read_xml(text.strip().encode())
    except XmlNotTaken as error:
        raise MetadataNotReadable from error
    entity = _the_provider(root)
    descriptor = entity.find("md:IDPSSODescriptor", _NAMES)
    if descriptor is None or _PROTOCOL not in descriptor.get("protocolSupportEnumeration", "").split():
        raise MetadataNotReadable(reason="no provider of SAML 2.0")
    for node in (root, entity, descriptor):
        _refuse_out_of_date(node.get("validUntil"), now=now)
    places = [
        place.get("Location", "")
        for place in descriptor.findall("md:SingleSignOnService", _NAMES)
        if place.get("Binding") == _REDIRECT
    ]
    if not places:
        raise MetadataNotReadable(reason="no sign-on by redirect")
    try:
        return SamlSettings(
            entity_id=entity.get("entityID", ""), sign_on_url=places[0], certificates=_certificates(descriptor, now=now)
        )
    except ProviderNotValid as error:
        raise MetadataNotReadable(**error.facts) from error


def our_metadata(*, entity_id: str, answer_url: str, certificate: str) -> str:
    """Return our own metadata: assertions must be signed, our questions are, and nothing is to be encrypted."""
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        f'<md:EntityDescriptor xmlns:md="{_NAMES["md"]}" entityID={quoteattr(entity_id)}>\n'
        '  <md:SPSSODescriptor AuthnRequestsSigned="true" WantAssertionsSigned="true" '
        f'protocolSupportEnumeration="{_PROTOCOL}">\n'
        f'    <md:KeyDescriptor use="signing"><ds:KeyInfo xmlns:ds="{_NAMES["ds"]}"><ds:X509Data>'
        f"<ds:X509Certificate>{escape(certificate)}</ds:X509Certificate></ds:X509Data></ds:KeyInfo></md:KeyDescriptor>\n"
        f'    <md:AssertionConsumerService Binding="{_POST}" Location={quoteattr(answer_url)} index="1"/>\n'
        "  </md:SPSSODescriptor>\n"
        "</md:EntityDescriptor>\n"
    )


def _the_provider(root: etree._Element) -> etree._Element:
    """Return the only description of a provider, whether it stands alone or in a collection of one."""
    if root.tag == f"{{{_NAMES['md']}}}EntityDescriptor":
        return root
    if root.tag != f"{{{_NAMES['md']}}}EntitiesDescriptor":
        raise MetadataNotReadable(reason="no metadata")
    found = [
        one
        for one in root.findall("md:EntityDescriptor", _NAMES)
        if one.find("md:IDPSSODescriptor", _NAMES) is not None
    ]
    if len(found) != 1:
        raise MetadataNotReadable(reason="not one provider")
    return found[0]


def _certificates(descriptor: etree._Element, *, now: datetime) -> tuple[str, ...]:
    texts = [
        "".join(node.itertext())
        for key in descriptor.findall("md:KeyDescriptor", _NAMES)
        if key.get("use", "signing") == "signing"
        for node in key.iterfind("ds:KeyInfo/ds:X509Data/ds:X509Certificate", _NAMES)
    ]
    found = tuple(dict.fromkeys(read_certificate(text) for text in texts[: 4 * MOST_CERTIFICATES]))
    return tuple(one for one in found if now < describe_certificate(one).valid_to)


def _refuse_out_of_date(until: str | None, *, now: datetime) -> None:
    if until is None:
        return
    try:
        moment = datetime.fromisoformat(until)
    except ValueError as error:
        raise MetadataNotReadable(reason="validUntil") from error
    if moment.replace(tzinfo=moment.tzinfo or UTC) <= now:
        raise MetadataNotReadable(reason="out of date")
