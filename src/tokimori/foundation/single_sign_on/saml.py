"""SAML 2.0 as a service provider: questions by redirect, signed; answers by POST, in which the assertion itself is signed.

The library verifies signatures and the protocol. Before it sees an answer, ``saml_structure`` has pinned its shape, so
that what is verified and what is read are the same element; afterwards what the library takes leniently is compared
exactly here: audience, recipient, destination, the question's id and times by our own clock.
"""

import base64
import binascii
import hashlib
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, Final
from urllib.parse import urlsplit

from lxml import etree
from onelogin.saml2.auth import OneLogin_Saml2_Auth
from onelogin.saml2.errors import OneLogin_Saml2_ValidationError
from onelogin.saml2.response import OneLogin_Saml2_Response
from onelogin.saml2.settings import OneLogin_Saml2_Settings

from tokimori.foundation.single_sign_on.certificates import describe_certificate
from tokimori.foundation.single_sign_on.errors import AnswerNotTaken, Reason
from tokimori.foundation.single_sign_on.saml_structure import NAMES, the_assertion
from tokimori.foundation.single_sign_on.strict_xml import LARGEST_DOCUMENT, XmlNotTaken, read_xml
from tokimori.foundation.single_sign_on.values import LONGEST_SUBJECT, Arrival, SamlSettings, readable_address

LARGEST_ANSWER: Final = LARGEST_DOCUMENT * 4 // 3 + 4
SKEW: Final = timedelta(seconds=60)
"""How far the provider's clock may differ from ours."""
_LONGEST_VALIDITY: Final = timedelta(hours=1)
"""How long an assertion is remembered at least against replay, and how old a sign-in's statement may be issued."""
_TRANSIENT: Final = "urn:oasis:names:tc:SAML:2.0:nameid-format:transient"
_BEARER: Final = "urn:oasis:names:tc:SAML:2.0:cm:bearer"
_SUCCESS: Final = "urn:oasis:names:tc:SAML:2.0:status:Success"
_RSA_SHA256: Final = "http://www.w3.org/2001/04/xmldsig-more#rsa-sha256"
_SHA256: Final = "http://www.w3.org/2001/04/xmlenc#sha256"
_ADDRESSES: Final = (
    "email",
    "mail",
    "emailaddress",
    "urn:oid:0.9.2342.19200300.100.1.3",
    "http://schemas.xmlsoap.org/ws/2005/05/identity/claims/emailaddress",
)
_NAMES_OF_PEOPLE: Final = (
    "displayName",
    "name",
    "urn:oid:2.16.840.1.113730.3.1.241",
    "http://schemas.microsoft.com/identity/claims/displayname",
    "http://schemas.xmlsoap.org/ws/2005/05/identity/claims/name",
)
_METHODS: Final = ("http://schemas.microsoft.com/claims/authnmethodsreferences",)
"""Attributes in which some providers list how somebody was recognised."""


@dataclass(frozen=True, slots=True, kw_only=True)
class OurSide:
    """We, as a provider knows us: our name, where it answers, and the key that signs our questions."""

    entity_id: str
    answer_url: str
    certificate: str
    private_key: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """Where to send the browser, and the id that the answer must refer to."""

    address: str
    request_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Assertion:
    """A verified assertion: who came, the digest of its id, and until when it could be sent again."""

    arrival: Arrival
    digest: bytes
    expires_at: datetime


def ask_saml(*, provider: SamlSettings, ours: OurSide, state: str, is_anew: bool) -> Question:
    """Return the signed question; ``is_anew`` wants the person to be asked again, whatever session he has there."""
    library = OneLogin_Saml2_Auth(_request(ours.answer_url), old_settings=_settings(provider, ours))
    address = library.login(return_to=state, force_authn=is_anew, set_nameid_policy=False)
    return Question(address=str(address), request_id=str(library.get_last_request_id()))


def read_saml_answer(text: str, *, provider: SamlSettings, ours: OurSide, request_id: str, now: datetime) -> Assertion:
    """Return what an answer proves; raise ``AnswerNotTaken`` when it proves nothing to us, here and now."""
    try:
        data = base64.b64decode("".join(text.split()), validate=True)
        root = read_xml(data)
    except (binascii.Error, ValueError, XmlNotTaken) as error:
        raise AnswerNotTaken(Reason.NOT_READABLE) from error
    _refuse_failure(root)
    assertion = the_assertion(root)
    valid = tuple(one for one in provider.certificates if describe_certificate(one).holds(now))
    if not valid:
        raise AnswerNotTaken(Reason.NO_CERTIFICATE)
    settings = OneLogin_Saml2_Settings(_settings(provider, ours, certificates=valid))
    _verify(data, settings, ours=ours, request_id=request_id)
    # What follows reads the very element that was verified: there is no other of its name in the document.
    _refuse_elsewhere(root, assertion, provider=provider, ours=ours, request_id=request_id)
    expires_at = _refuse_out_of_time(assertion, now=now)
    return Assertion(
        arrival=_arrival(assertion, provider),
        digest=hashlib.sha256(assertion.get("ID", "").encode()).digest(),
        expires_at=max(expires_at + SKEW, now + _LONGEST_VALIDITY),
    )


def _verify(data: bytes, settings: OneLogin_Saml2_Settings, *, ours: OurSide, request_id: str) -> None:
    try:
        answer = OneLogin_Saml2_Response(settings, base64.b64encode(data).decode())
        answer.is_valid(_request(ours.answer_url), request_id=request_id, raise_exceptions=True)
    except OneLogin_Saml2_ValidationError as error:
        raise AnswerNotTaken(_REASONS.get(error.code, Reason.STRUCTURE)) from error
    except Exception as error:  # rule: broad-except -- the library raises bare ones; nothing is proved
        raise AnswerNotTaken(Reason.STRUCTURE) from error


_E: Final = OneLogin_Saml2_ValidationError
_REASONS: Final[dict[int, Reason]] = {
    _E.NO_SIGNED_ASSERTION: Reason.NOT_SIGNED,
    _E.NO_SIGNATURE_FOUND: Reason.NOT_SIGNED,
    _E.INVALID_SIGNATURE: Reason.SIGNATURE,
    _E.WRONG_ISSUER: Reason.ISSUER,
    _E.WRONG_AUDIENCE: Reason.AUDIENCE,
    _E.WRONG_DESTINATION: Reason.DESTINATION,
    _E.WRONG_INRESPONSETO: Reason.REQUEST,
    _E.ASSERTION_TOO_EARLY: Reason.TIME,
    _E.ASSERTION_EXPIRED: Reason.TIME,
    _E.SESSION_EXPIRED: Reason.TIME,
    _E.WRONG_SUBJECTCONFIRMATION: Reason.TIME,
    _E.DEPRECATED_SIGNATURE_METHOD: Reason.ALGORITHM,
    _E.DEPRECATED_DIGEST_METHOD: Reason.ALGORITHM,
}


def _refuse_failure(root: etree._Element) -> None:
    code = root.find("samlp:Status/samlp:StatusCode", NAMES)
    if code is not None and code.get("Value") != _SUCCESS:
        raise AnswerNotTaken(Reason.REFUSED_BY_PROVIDER)


def _refuse_elsewhere(
    root: etree._Element, assertion: etree._Element, *, provider: SamlSettings, ours: OurSide, request_id: str
) -> None:
    """Refuse what was said by somebody else, to somebody else, at another place, or to another question."""
    if _text(assertion.find("saml:Issuer", NAMES)) != provider.entity_id:
        raise AnswerNotTaken(Reason.ISSUER)
    if root.get("Destination") != ours.answer_url:
        raise AnswerNotTaken(Reason.DESTINATION)
    if root.get("InResponseTo") != request_id:
        raise AnswerNotTaken(Reason.REQUEST)
    restrictions = assertion.findall("saml:Conditions/saml:AudienceRestriction", NAMES)
    if not restrictions or not all(
        ours.entity_id in [_text(one) for one in restriction.findall("saml:Audience", NAMES)]
        for restriction in restrictions
    ):
        raise AnswerNotTaken(Reason.AUDIENCE)
    data = _confirmation(assertion)
    if data.get("Recipient") != ours.answer_url:
        raise AnswerNotTaken(Reason.DESTINATION)
    if data.get("InResponseTo") != request_id:
        raise AnswerNotTaken(Reason.REQUEST)


def _confirmation(assertion: etree._Element) -> etree._Element:
    """Return what the only bearer confirmation says."""
    found = assertion.findall("saml:Subject/saml:SubjectConfirmation", NAMES)
    data = found[0].find("saml:SubjectConfirmationData", NAMES) if len(found) == 1 else None
    if data is None or found[0].get("Method") != _BEARER:
        raise AnswerNotTaken(Reason.SUBJECT)
    return data


def _refuse_out_of_time(assertion: etree._Element, *, now: datetime) -> datetime:
    """Return the end of the assertion's validity, after every time in it was compared."""
    conditions = assertion.find("saml:Conditions", NAMES)
    statement = assertion.find("saml:AuthnStatement", NAMES)
    confirmation = _confirmation(assertion)
    if conditions is None or statement is None:
        raise AnswerNotTaken(Reason.STRUCTURE)
    ends = [_moment(confirmation.get("NotOnOrAfter"))]
    ends += [_moment(node.get("NotOnOrAfter")) for node in (conditions,) if node.get("NotOnOrAfter") is not None]
    starts = [_moment(assertion.get("IssueInstant"))]
    starts += [
        _moment(node.get("NotBefore")) for node in (conditions, confirmation) if node.get("NotBefore") is not None
    ]
    session_end = statement.get("SessionNotOnOrAfter")
    is_over = any(end + SKEW <= now for end in ends) or (session_end is not None and _moment(session_end) <= now)
    if is_over or any(start - SKEW > now for start in starts) or starts[0] + _LONGEST_VALIDITY <= now:
        raise AnswerNotTaken(Reason.TIME)
    return max(ends)


def _arrival(assertion: etree._Element, provider: SamlSettings) -> Arrival:
    name = assertion.find("saml:Subject/saml:NameID", NAMES)
    subject = _text(name)
    if name is None or not 0 < len(subject) <= LONGEST_SUBJECT or name.get("Format") == _TRANSIENT:
        raise AnswerNotTaken(Reason.SUBJECT)
    attributes = _attributes(assertion)
    wanted = (provider.address_attribute,) if provider.address_attribute else _ADDRESSES
    stated = [value for key in wanted for value in attributes.get(key, ())]
    login = (attributes.get(provider.login_attribute) or ("",))[0] if provider.login_attribute else subject
    shown = [value for key in _NAMES_OF_PEOPLE for value in attributes.get(key, ())]
    statement = assertion.find("saml:AuthnStatement", NAMES)
    instant = None if statement is None else statement.get("AuthnInstant")
    contexts = [
        *(
            _text(one)
            for one in assertion.findall("saml:AuthnStatement/saml:AuthnContext/saml:AuthnContextClassRef", NAMES)
        ),
        *(value for key in _METHODS for value in attributes.get(key, ())),
    ]
    return Arrival(
        subject=subject,
        # Without an attribute the subject's name itself may be the address.
        address=readable_address(stated[0]) if stated else readable_address(subject),
        login_name=login[:LONGEST_SUBJECT],
        display_name=(shown[0] if shown else "")[:120],
        contexts=tuple(context[:200] for context in contexts[:20] if context),
        recognised_at=None if instant is None else _moment(instant),
    )


def _attributes(assertion: etree._Element) -> dict[str, tuple[str, ...]]:
    found: dict[str, tuple[str, ...]] = {}
    for node in assertion.iterfind("saml:AttributeStatement/saml:Attribute", NAMES):
        values = tuple(_text(value) for value in node.findall("saml:AttributeValue", NAMES))
        found.setdefault(node.get("Name", ""), tuple(value for value in values if value))
    return found


def _text(node: etree._Element | None) -> str:
    """Return the whole text of an element that has no children; nothing for any other."""
    return "" if node is None or len(node) else (node.text or "").strip()


def _moment(text: str | None) -> datetime:
    try:
        moment = datetime.fromisoformat(text or "")
    except ValueError as error:
        raise AnswerNotTaken(Reason.TIME) from error
    return moment.replace(tzinfo=moment.tzinfo or UTC).astimezone(UTC)


def _request(answer_url: str) -> dict[str, Any]:
    """Return the request as the library wants it: from our own address, never from what a browser says."""
    parts = urlsplit(answer_url)
    return {
        "https": "on" if parts.scheme == "https" else "off",
        "http_host": parts.netloc,
        "script_name": parts.path,
        "get_data": {},
        "post_data": {},
    }


def _settings(provider: SamlSettings, ours: OurSide, *, certificates: tuple[str, ...] | None = None) -> dict[str, Any]:
    return {
        "strict": True,
        "debug": False,
        "sp": {
            "entityId": ours.entity_id,
            "assertionConsumerService": {"url": ours.answer_url},
            "x509cert": ours.certificate,
            "privateKey": ours.private_key.decode(),
        },
        "idp": {
            "entityId": provider.entity_id,
            "singleSignOnService": {"url": provider.sign_on_url},
            "x509certMulti": {"signing": list(certificates or provider.certificates), "encryption": []},
        },
        "security": {
            "authnRequestsSigned": True,
            "wantAssertionsSigned": True,
            "wantNameId": True,
            "wantAttributeStatement": False,
            "requestedAuthnContext": False,
            "allowRepeatAttributeName": True,
            "allowSingleLabelDomains": True,
            "rejectDeprecatedAlgorithm": True,
            "signatureAlgorithm": _RSA_SHA256,
            "digestAlgorithm": _SHA256,
        },
    }
