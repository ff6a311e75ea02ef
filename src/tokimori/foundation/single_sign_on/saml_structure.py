"""The one shape of an answer that is taken: one assertion in one place, signed by one signature over just itself.

Attacks that wrap a signed assertion into a forged one (XML signature wrapping) need a second element that looks like the
first. Here there is none: every other place, number, reference, transform and algorithm is refused before verification.
"""

from typing import Final

from lxml import etree

from tokimori.foundation.single_sign_on.errors import AnswerNotTaken, Reason

NAMES: Final = {
    "saml": "urn:oasis:names:tc:SAML:2.0:assertion",
    "samlp": "urn:oasis:names:tc:SAML:2.0:protocol",
    "ds": "http://www.w3.org/2000/09/xmldsig#",
    "xenc": "http://www.w3.org/2001/04/xmlenc#",
}
_MORE: Final = "http://www.w3.org/2001/04/xmldsig-more#"
_SIGNATURES: Final = frozenset(f"{_MORE}{key}-sha{bits}" for key in ("rsa", "ecdsa") for bits in (256, 384, 512))
_DIGESTS: Final = frozenset(
    {"http://www.w3.org/2001/04/xmlenc#sha256", f"{_MORE}sha384", "http://www.w3.org/2001/04/xmlenc#sha512"}
)
_EXCLUSIVE: Final = "http://www.w3.org/2001/10/xml-exc-c14n#"
_ENVELOPED: Final = "http://www.w3.org/2000/09/xmldsig#enveloped-signature"


def the_assertion(root: etree._Element) -> etree._Element:
    """Return the only assertion of an answer; raise ``AnswerNotTaken`` when the answer has any other shape."""
    if root.tag != _tag("samlp", "Response") or root.get("Version") != "2.0":
        raise AnswerNotTaken(Reason.STRUCTURE)
    if next(root.iter(_tag("saml", "EncryptedAssertion"), f"{{{NAMES['xenc']}}}*"), None) is not None:
        raise AnswerNotTaken(Reason.ENCRYPTED)
    assertions = list(root.iter(_tag("saml", "Assertion")))
    responses = list(root.iter(_tag("samlp", "Response")))
    if len(assertions) != 1 or assertions[0].getparent() is not root or len(responses) != 1:
        raise AnswerNotTaken(Reason.STRUCTURE)
    _refuse_other_identifiers(root)
    signatures = list(root.iter(_tag("ds", "Signature")))
    if not any(one.getparent() is assertions[0] for one in signatures):
        raise AnswerNotTaken(Reason.NOT_SIGNED)
    parents = [one.getparent() for one in signatures]
    if any(parent is not root and parent is not assertions[0] for parent in parents) or len(set(parents)) != len(
        parents
    ):
        raise AnswerNotTaken(Reason.STRUCTURE)
    for signature in signatures:
        _refuse_other_signature(signature)
    return assertions[0]


def _refuse_other_identifiers(root: etree._Element) -> None:
    """Refuse two elements of one id, and ids under other spellings, by which a reference might find another element."""
    found = [node.get("ID") for node in root.iter() if node.get("ID") is not None]
    other = any(
        node.get(name) is not None
        for node in root.iter()
        for name in ("Id", "id", "{http://www.w3.org/XML/1998/namespace}id")
    )
    if len(set(found)) != len(found) or other:
        raise AnswerNotTaken(Reason.STRUCTURE)


def _refuse_other_signature(signature: etree._Element) -> None:
    parent = signature.getparent()
    info = signature.findall("ds:SignedInfo", NAMES)
    if parent is None or len(info) != 1 or next(signature.iter(_tag("ds", "Object")), None) is not None:
        raise AnswerNotTaken(Reason.STRUCTURE)
    references = info[0].findall("ds:Reference", NAMES)
    identifier = parent.get("ID")
    if len(references) != 1 or not identifier or references[0].get("URI") != f"#{identifier}":
        raise AnswerNotTaken(Reason.STRUCTURE)
    transforms = [one.get("Algorithm") for one in references[0].iterfind("ds:Transforms/ds:Transform", NAMES)]
    canonical = [one.get("Algorithm") for one in info[0].findall("ds:CanonicalizationMethod", NAMES)]
    if transforms != [_ENVELOPED, _EXCLUSIVE] or canonical != [_EXCLUSIVE]:
        raise AnswerNotTaken(Reason.ALGORITHM)
    methods = [one.get("Algorithm") for one in info[0].findall("ds:SignatureMethod", NAMES)]
    digests = [one.get("Algorithm") for one in references[0].findall("ds:DigestMethod", NAMES)]
    if len(methods) != 1 or methods[0] not in _SIGNATURES or len(digests) != 1 or digests[0] not in _DIGESTS:
        raise AnswerNotTaken(Reason.ALGORITHM)


def _tag(prefix: str, name: str) -> str:
    return f"{{{NAMES[prefix]}}}{name}"
