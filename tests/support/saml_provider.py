"""An identity provider of our own for tests: it signs whatever a test wants signed, right or wrong."""

import base64
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, ClassVar
from urllib.parse import parse_qs, urlsplit
from xml.sax.saxutils import escape, quoteattr
from zlib import decompress

import xmlsec
from lxml import etree

from tokimori.foundation import clock
from tokimori.foundation.identifiers import new_id
from tokimori.foundation.single_sign_on.certificates import KeyPair, new_key_pair

NAMES = {
    "saml": "urn:oasis:names:tc:SAML:2.0:assertion",
    "samlp": "urn:oasis:names:tc:SAML:2.0:protocol",
    "ds": "http://www.w3.org/2000/09/xmldsig#",
}
MADE = datetime(2026, 1, 1, tzinfo=UTC)
UNSPECIFIED = "urn:oasis:names:tc:SAML:1.1:nameid-format:unspecified"
PASSWORD_OVER_TLS = "urn:oasis:names:tc:SAML:2.0:ac:classes:PasswordProtectedTransport"


@dataclass(frozen=True, kw_only=True)
class Statement:
    """What the provider says; each part can be made wrong."""

    answer_url: str
    audience: str
    request_id: str | None
    now: datetime
    subject: str = "u-17"
    subject_format: str = UNSPECIFIED
    attributes: dict[str, str] = field(default_factory=dict)
    context: str = PASSWORD_OVER_TLS
    issuer: str | None = None
    recipient: str | None = None
    destination: str | None = None
    confirmed_request_id: str | None = None
    lasts: timedelta = timedelta(minutes=5)
    starts: timedelta = timedelta(0)
    assertion_id: str = "_a1"
    status: str = "urn:oasis:names:tc:SAML:2.0:status:Success"


class SamlProvider:
    """A provider with a key, and its metadata."""

    def __init__(self, address: str = "https://idp.example") -> None:
        self.entity_id = f"{address}/metadata"
        self.sign_on_url = f"{address}/sign-on"
        self.pair: KeyPair = new_key_pair(name="idp.example", now=MADE)
        self.person: dict[str, Any] = {}
        """Whom its page says has come."""

    def metadata(self, *certificates: str, entity_id: str | None = None, extra: str = "") -> str:
        keys = "".join(
            f'<md:KeyDescriptor use="signing"><ds:KeyInfo xmlns:ds="{NAMES["ds"]}"><ds:X509Data><ds:X509Certificate>'
            f"{one}</ds:X509Certificate></ds:X509Data></ds:KeyInfo></md:KeyDescriptor>"
            for one in certificates or (self.pair.certificate,)
        )
        return (
            '<?xml version="1.0"?>'
            f'<md:EntityDescriptor xmlns:md="urn:oasis:names:tc:SAML:2.0:metadata" '
            f"entityID={quoteattr(entity_id or self.entity_id)}{extra}>"
            f'<md:IDPSSODescriptor protocolSupportEnumeration="{NAMES["samlp"]}">{keys}'
            '<md:SingleSignOnService Binding="urn:oasis:names:tc:SAML:2.0:bindings:HTTP-Redirect" '
            f'Location="{self.sign_on_url}"/></md:IDPSSODescriptor></md:EntityDescriptor>'
        )

    def answer(self, statement: Statement, *, pair: KeyPair | None = None, **signing: Any) -> etree._Element:
        """Return a response whose assertion is signed."""
        root = unsigned(statement, issuer=statement.issuer or self.entity_id)
        sign(the_assertion(root), pair or self.pair, **signing)
        # Read again: names that the signer wrote are found only in a tree that the reader made.
        return etree.fromstring(etree.tostring(root))

    def post(self, statement: Statement, **signing: Any) -> str:
        """Return a response as a browser posts it."""
        return encoded(self.answer(statement, **signing))


def unsigned(statement: Statement, *, issuer: str) -> etree._Element:
    """Return a response that nobody signed."""
    starts = statement.now + statement.starts
    ends = starts + statement.lasts
    confirmed = statement.confirmed_request_id or statement.request_id
    asked = "" if statement.request_id is None else f" InResponseTo={quoteattr(statement.request_id)}"
    confirmed_asked = "" if confirmed is None else f" InResponseTo={quoteattr(confirmed)}"
    attributes = "".join(
        f'<saml:Attribute Name={quoteattr(name)} NameFormat="urn:oasis:names:tc:SAML:2.0:attrname-format:basic">'
        f"<saml:AttributeValue>{escape(value)}</saml:AttributeValue></saml:Attribute>"
        for name, value in statement.attributes.items()
    )
    text = f"""<samlp:Response xmlns:samlp="{NAMES["samlp"]}" xmlns:saml="{NAMES["saml"]}" ID="_r1" Version="2.0"
 IssueInstant="{stamp(starts)}" Destination={quoteattr(statement.destination or statement.answer_url)}{asked}>
<saml:Issuer>{escape(issuer)}</saml:Issuer>
<samlp:Status><samlp:StatusCode Value="{statement.status}"/></samlp:Status>
<saml:Assertion ID="{statement.assertion_id}" Version="2.0" IssueInstant="{stamp(starts)}">
<saml:Issuer>{escape(issuer)}</saml:Issuer>
<saml:Subject><saml:NameID Format="{statement.subject_format}">{escape(statement.subject)}</saml:NameID>
<saml:SubjectConfirmation Method="urn:oasis:names:tc:SAML:2.0:cm:bearer"><saml:SubjectConfirmationData
 NotOnOrAfter="{stamp(ends)}" Recipient={quoteattr(statement.recipient or statement.answer_url)}{confirmed_asked}/>
</saml:SubjectConfirmation></saml:Subject>
<saml:Conditions NotBefore="{stamp(starts)}" NotOnOrAfter="{stamp(ends)}"><saml:AudienceRestriction>
<saml:Audience>{escape(statement.audience)}</saml:Audience></saml:AudienceRestriction></saml:Conditions>
<saml:AuthnStatement AuthnInstant="{stamp(starts)}" SessionIndex="_s1"><saml:AuthnContext>
<saml:AuthnContextClassRef>{escape(statement.context)}</saml:AuthnContextClassRef></saml:AuthnContext></saml:AuthnStatement>
{f"<saml:AttributeStatement>{attributes}</saml:AttributeStatement>" if attributes else ""}
</saml:Assertion>
</samlp:Response>"""
    return etree.fromstring(text.replace("\n", ""))


def the_assertion(root: etree._Element) -> etree._Element:
    found = root.find("saml:Assertion", NAMES)
    assert found is not None
    return found


def sign(
    node: etree._Element,
    pair: KeyPair,
    *,
    method: Any = xmlsec.Transform.RSA_SHA256,
    digest: Any = xmlsec.Transform.SHA256,
) -> None:
    """Sign an element by its ID; the signature stands after its issuer, as the schema wants it."""
    template = xmlsec.template.create(node, xmlsec.Transform.EXCL_C14N, method, ns="ds")
    node.insert(1, template)
    reference = xmlsec.template.add_reference(template, digest, uri=f"#{node.get('ID')}")
    xmlsec.template.add_transform(reference, xmlsec.Transform.ENVELOPED)
    xmlsec.template.add_transform(reference, xmlsec.Transform.EXCL_C14N)
    xmlsec.template.add_x509_data(xmlsec.template.ensure_key_info(template))
    xmlsec.tree.add_ids(node, ["ID"])
    context = xmlsec.SignatureContext()
    context.key = xmlsec.Key.from_memory(pair.private_key, xmlsec.KeyFormat.PEM)
    certificate = base64.b64decode(pair.certificate)
    context.key.load_cert_from_memory(certificate, xmlsec.KeyFormat.CERT_DER)
    context.sign(template)


def encoded(root: etree._Element | bytes) -> str:
    data = root if isinstance(root, bytes) else etree.tostring(root)
    return base64.b64encode(data).decode()


def stamp(moment: datetime) -> str:
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def read_question(address: str) -> tuple[etree._Element, dict[str, str]]:
    """Return our question as its provider reads it, and the whole query."""
    query = {name: values[0] for name, values in parse_qs(urlsplit(address).query).items()}
    return etree.fromstring(decompress(base64.b64decode(query["SAMLRequest"]), -15)), query


class _Page(BaseHTTPRequestHandler):
    provider: ClassVar[Any] = None

    def do_GET(self) -> None:
        """Show the provider's own page, on which the person goes on to where he came from."""
        if "SAMLRequest" not in self.path:
            self.send_response(204)  # the browser looks for an icon
            self.end_headers()
            return
        root, query = read_question(self.path)
        where = root.get("AssertionConsumerServiceURL", "")
        statement = Statement(
            answer_url=where,
            audience="".join(root.find("saml:Issuer", NAMES).itertext()),  # type: ignore[union-attr]  # always there
            request_id=root.get("ID"),
            now=clock.now(),
            assertion_id=f"_{new_id().hex}",
            **self.provider.person,
        )
        body = (
            f'<!DOCTYPE html><title>Provider</title><form method="post" action="{where}">'
            f'<input type="hidden" name="SAMLResponse" value="{self.provider.post(statement)}">'
            f'<input type="hidden" name="RelayState" value="{query["RelayState"]}">'
            "<button>It is me</button></form>"
        ).encode()
        self.send_response(200)
        self.send_header("Content-Type", "text/html; charset=utf-8")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: Any) -> None:
        """Say nothing."""


@contextmanager
def running_saml() -> Iterator[SamlProvider]:
    """Serve a provider's page on a free port of this machine."""
    handler = type("Handler", (_Page,), {})
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    server.daemon_threads = True
    provider = SamlProvider(f"http://127.0.0.1:{server.server_address[1]}")
    handler.provider = provider  # type: ignore[attr-defined]  # the class was just made
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield provider
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
