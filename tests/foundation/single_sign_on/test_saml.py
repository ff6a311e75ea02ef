"""What a SAML provider may say, and each way in which somebody else might say it for him."""

import base64
import copy
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from urllib.parse import urlencode

import pytest
import xmlsec
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree
from onelogin.saml2.utils import OneLogin_Saml2_Utils

from support.saml_provider import NAMES, SamlProvider, Statement, encoded, read_question, sign, the_assertion, unsigned
from tokimori.foundation.single_sign_on.certificates import new_key_pair
from tokimori.foundation.single_sign_on.errors import AnswerNotTaken, Reason
from tokimori.foundation.single_sign_on.saml import Assertion, OurSide, ask_saml, read_saml_answer
from tokimori.foundation.single_sign_on.saml_metadata import read_metadata

NOW = datetime.now(tz=UTC).replace(microsecond=0)  # noqa: TID251 -- the library that verifies asks the machine's clock
BASE = "https://time.example/sign-in/with/minato/office"
PROVIDER = SamlProvider()
OTHER = SamlProvider("https://other.example")
PAIR = new_key_pair(name="time.example", now=NOW)
OURS = OurSide(
    entity_id=f"{BASE}/metadata", answer_url=f"{BASE}/saml", certificate=PAIR.certificate, private_key=PAIR.private_key
)
SETTINGS = read_metadata(PROVIDER.metadata(), now=NOW)
GOOD = Statement(answer_url=OURS.answer_url, audience=OURS.entity_id, request_id="_q1", now=NOW)


@pytest.fixture(autouse=True)
def _the_librarys_clock_stands(monkeypatch: pytest.MonkeyPatch) -> None:
    """The library asks the machine's clock, which is minutes further when a long run comes to these tests."""
    monkeypatch.setattr(OneLogin_Saml2_Utils, "now", staticmethod(lambda: int(NOW.timestamp())))


def read(answer: str, *, now: datetime = NOW, request_id: str = "_q1") -> Assertion:
    return read_saml_answer(answer, provider=SETTINGS, ours=OURS, request_id=request_id, now=now)


def refusal(answer: str, *, now: datetime = NOW, request_id: str = "_q1") -> Reason:
    with pytest.raises(AnswerNotTaken) as refused:
        read(answer, now=now, request_id=request_id)
    return refused.value.reason


def test_a_signed_assertion_says_who_came() -> None:
    statement = replace(GOOD, attributes={"email": "Aiko@Minato.example", "displayName": "相川 愛子"}, subject="u-17")

    found = read(PROVIDER.post(statement))

    assert found.arrival.subject == "u-17"
    assert found.arrival.address == "aiko@minato.example"
    assert found.arrival.display_name == "相川 愛子"
    assert found.arrival.recognised_at == NOW
    assert found.arrival.contexts == ("urn:oasis:names:tc:SAML:2.0:ac:classes:PasswordProtectedTransport",)
    assert found.expires_at >= NOW + timedelta(hours=1)


def test_the_question_is_signed_and_carries_nothing_but_itself() -> None:
    question = ask_saml(provider=SETTINGS, ours=OURS, state="tko_state", is_anew=True)
    root, query = read_question(question.address)

    assert question.address.startswith(PROVIDER.sign_on_url)
    assert root.get("ID") == question.request_id
    assert root.get("AssertionConsumerServiceURL") == OURS.answer_url
    assert root.get("ForceAuthn") == "true"
    assert query["RelayState"] == "tko_state"
    assert query["SigAlg"] == "http://www.w3.org/2001/04/xmldsig-more#rsa-sha256"
    context = xmlsec.SignatureContext()
    context.key = xmlsec.Key.from_memory(base64.b64decode(PAIR.certificate), xmlsec.KeyFormat.CERT_DER)
    signed = urlencode([(name, query[name]) for name in ("SAMLRequest", "RelayState", "SigAlg")])
    context.verify_binary(signed.encode(), xmlsec.Transform.RSA_SHA256, base64.b64decode(query["Signature"]))


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"audience": "https://other.example/metadata"}, Reason.AUDIENCE),
        ({"recipient": "https://time.example/sign-in/with/other/office/saml"}, Reason.TIME),
        ({"recipient": f"{OURS.answer_url}/more"}, Reason.DESTINATION),
        ({"destination": "https://time.example/elsewhere"}, Reason.DESTINATION),
        ({"destination": f"{OURS.answer_url}/more"}, Reason.DESTINATION),
        ({"issuer": "https://other.example/metadata"}, Reason.ISSUER),
        ({"request_id": "_q2"}, Reason.REQUEST),
        ({"request_id": None}, Reason.REQUEST),
        ({"confirmed_request_id": "_q2"}, Reason.TIME),
        ({"lasts": timedelta(minutes=5), "starts": timedelta(minutes=-10)}, Reason.TIME),
        ({"lasts": timedelta(days=2), "starts": timedelta(days=-1)}, Reason.TIME),
        ({"starts": timedelta(minutes=3)}, Reason.TIME),
        ({"subject": ""}, Reason.SUBJECT),
        ({"subject": "x" * 256}, Reason.SUBJECT),
        ({"subject_format": "urn:oasis:names:tc:SAML:2.0:nameid-format:transient"}, Reason.SUBJECT),
        ({"status": "urn:oasis:names:tc:SAML:2.0:status:Responder"}, Reason.REFUSED_BY_PROVIDER),
    ],
)
def test_an_assertion_for_somebody_else_somewhere_else_or_another_time_is_refused(
    change: dict[str, object], reason: Reason
) -> None:
    assert refusal(PROVIDER.post(replace(GOOD, **change))) is reason  # type: ignore[arg-type]  # the table is one of fields


def test_the_times_are_compared_by_our_own_clock() -> None:
    answer = PROVIDER.post(GOOD)

    assert read(answer, now=NOW + timedelta(minutes=5, seconds=59))
    assert refusal(answer, now=NOW + timedelta(minutes=6)) is Reason.TIME
    assert read(answer, now=NOW - timedelta(seconds=60))
    assert refusal(answer, now=NOW - timedelta(seconds=61)) is Reason.TIME


def test_an_assertion_that_nobody_signed_is_refused() -> None:
    assert refusal(encoded(unsigned(GOOD, issuer=PROVIDER.entity_id))) is Reason.NOT_SIGNED


def test_a_signature_around_the_assertion_alone_does_not_stand_for_it() -> None:
    """The response may be signed as well, never instead."""
    root = unsigned(GOOD, issuer=PROVIDER.entity_id)
    sign(root, PROVIDER.pair)
    assert refusal(encoded(root)) is Reason.NOT_SIGNED

    both = PROVIDER.answer(GOOD)
    sign(both, PROVIDER.pair)
    assert read(encoded(both)).arrival.subject == "u-17"


def test_another_providers_key_is_refused_even_if_it_stands_in_the_signature() -> None:
    assert refusal(PROVIDER.post(GOOD, pair=OTHER.pair)) is Reason.SIGNATURE


@pytest.mark.parametrize("method", ["RSA_SHA1", "HMAC_SHA256"])
def test_weak_signatures_and_shared_secrets_are_refused(method: str) -> None:
    root = PROVIDER.answer(GOOD)
    node = root.find(".//ds:SignatureMethod", NAMES)
    assert node is not None
    node.set("Algorithm", getattr(xmlsec.Transform, method).href)

    assert refusal(encoded(root)) is Reason.ALGORITHM


def test_a_weak_digest_is_refused() -> None:
    assert refusal(PROVIDER.post(GOOD, digest=xmlsec.Transform.SHA1)) is Reason.ALGORITHM


def test_a_changed_subject_breaks_the_signature() -> None:
    data = base64.b64decode(PROVIDER.post(GOOD)).replace(b"u-17", b"u-18")

    assert refusal(encoded(data)) is Reason.SIGNATURE


@pytest.mark.parametrize(
    "inside",
    ["<!-- x -->", "<?x y?>", "<![CDATA[x]]>", "<saml:X xmlns:saml='urn:x'/>"],
    ids=["comment", "instruction", "cdata", "element"],
)
def test_a_name_that_is_split_is_refused(inside: str) -> None:
    """Canonical form leaves comments out, so that a signature survives them, and half a name is another name."""
    statement = replace(GOOD, subject="admin@minato.example.evil.example")
    data = base64.b64decode(PROVIDER.post(statement)).replace(b".example.evil", f".example{inside}.evil".encode())

    assert refusal(encoded(data)) in {Reason.NOT_READABLE, Reason.SIGNATURE, Reason.STRUCTURE}


def forged(original: etree._Element) -> etree._Element:
    evil = copy.deepcopy(original)
    evil.set("ID", "_evil")
    for signature in evil.findall("ds:Signature", NAMES):
        evil.remove(signature)
    name = evil.find("saml:Subject/saml:NameID", NAMES)
    assert name is not None
    name.text = "the-administrator"
    return evil


def wrap_before(root: etree._Element) -> None:
    root.insert(2, forged(the_assertion(root)))


def wrap_after(root: etree._Element) -> None:
    root.append(forged(the_assertion(root)))


def wrap_inside_the_signature(root: etree._Element) -> None:
    original = the_assertion(root)
    evil, signature = forged(original), original.find("ds:Signature", NAMES)
    assert signature is not None
    root.replace(original, evil)
    evil.insert(1, signature)
    etree.SubElement(signature, f"{{{NAMES['ds']}}}Object").append(original)


def wrap_inside_the_forged(root: etree._Element) -> None:
    original = the_assertion(root)
    evil = forged(original)
    root.replace(original, evil)
    evil.append(original)


def wrap_in_an_extension(root: etree._Element) -> None:
    original = the_assertion(root)
    root.replace(original, forged(original))
    place = etree.Element(f"{{{NAMES['samlp']}}}Extensions")
    place.append(original)
    root.insert(1, place)


def wrap_under_the_same_identifier(root: etree._Element) -> None:
    evil = forged(the_assertion(root))
    evil.set("ID", "_a1")
    root.insert(2, evil)


def wrap_a_whole_answer(root: etree._Element) -> None:
    inner = copy.deepcopy(root)
    inner.set("ID", "_inner")
    root.replace(the_assertion(root), forged(the_assertion(root)))
    place = etree.Element(f"{{{NAMES['samlp']}}}Extensions")
    place.append(inner)
    root.insert(1, place)


def move_the_signature(root: etree._Element) -> None:
    signature = the_assertion(root).find("ds:Signature", NAMES)
    assert signature is not None
    root.insert(1, signature)


def point_elsewhere(root: etree._Element) -> None:
    reference = root.find(".//ds:Reference", NAMES)
    assert reference is not None
    reference.set("URI", "")


def sign_two_things(root: etree._Element) -> None:
    reference = root.find(".//ds:Reference", NAMES)
    assert reference is not None
    parent = reference.getparent()
    assert parent is not None
    parent.append(copy.deepcopy(reference))


def add_a_transform(root: etree._Element) -> None:
    transforms = root.find(".//ds:Transforms", NAMES)
    assert transforms is not None
    etree.SubElement(transforms, f"{{{NAMES['ds']}}}Transform", Algorithm="http://www.w3.org/TR/1999/REC-xslt-19991116")


def name_it_twice(root: etree._Element) -> None:
    the_assertion(root).set("Id", "_other")


@pytest.mark.parametrize(
    "wrap",
    [
        wrap_before,
        wrap_after,
        wrap_inside_the_signature,
        wrap_inside_the_forged,
        wrap_in_an_extension,
        wrap_under_the_same_identifier,
        wrap_a_whole_answer,
        move_the_signature,
        point_elsewhere,
        sign_two_things,
        add_a_transform,
        name_it_twice,
    ],
)
def test_a_signed_assertion_wrapped_into_a_forged_one_is_refused(wrap: Callable[[etree._Element], None]) -> None:
    root = PROVIDER.answer(GOOD)
    wrap(root)

    assert refusal(encoded(root)) in {
        Reason.STRUCTURE, Reason.NOT_SIGNED, Reason.ALGORITHM, Reason.SIGNATURE
    }  # fmt: skip


def test_an_encrypted_assertion_is_not_read() -> None:
    root = PROVIDER.answer(GOOD)
    root.append(etree.Element(f"{{{NAMES['saml']}}}EncryptedAssertion"))

    assert refusal(encoded(root)) is Reason.ENCRYPTED


@pytest.mark.parametrize(
    "head",
    [
        '<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]>',
        '<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;">]>',
        '<!DOCTYPE x SYSTEM "http://127.0.0.1:9/x.dtd">',
        "<!-- before -->",
        "<?xml-stylesheet href='x'?>",
    ],
)
def test_document_types_entities_and_instructions_are_refused(head: str) -> None:
    data = head.encode() + base64.b64decode(PROVIDER.post(GOOD))

    assert refusal(encoded(data)) is Reason.NOT_READABLE


@pytest.mark.parametrize("encoding", ["utf-16", "utf-32", "utf-7"])
def test_only_one_encoding_is_read(encoding: str) -> None:
    text = '<!DOCTYPE x [<!ENTITY e "x">]>' + base64.b64decode(PROVIDER.post(GOOD)).decode()

    assert refusal(encoded(text.encode(encoding))) is Reason.NOT_READABLE


def test_a_provider_whose_certificates_are_over_proves_nothing() -> None:
    later = NOW + timedelta(days=6 * 365)

    assert refusal(PROVIDER.post(replace(GOOD, now=later)), now=later) is Reason.NO_CERTIFICATE


def test_while_certificates_roll_over_both_are_taken() -> None:
    new = SamlProvider()
    both = read_metadata(PROVIDER.metadata(PROVIDER.pair.certificate, new.pair.certificate), now=NOW)

    for pair in (PROVIDER.pair, new.pair):
        answer = PROVIDER.post(GOOD, pair=pair)
        assert read_saml_answer(answer, provider=both, ours=OURS, request_id="_q1", now=NOW)


@given(st.text(max_size=300))
def test_whatever_is_posted_is_refused_and_nothing_else(text: str) -> None:
    assert refusal(text) is Reason.NOT_READABLE


@given(st.binary(max_size=300))
def test_whatever_bytes_are_posted_are_refused_and_nothing_else(data: bytes) -> None:
    assert refusal(encoded(data)) is Reason.NOT_READABLE


GOOD_BYTES = base64.b64decode(PROVIDER.post(GOOD))


@given(
    st.integers(min_value=0, max_value=len(GOOD_BYTES) - 1),
    st.integers(min_value=0, max_value=len(GOOD_BYTES) - 1),
    st.sampled_from([b"", b"x", b"<saml:Assertion/>", b"&amp;", b" ", b"<ds:Signature/>", b'ID="_a1"']),
)
def test_no_change_of_an_answer_makes_somebody_else_of_it(begin: int, end: int, put: bytes) -> None:
    first, last = sorted((begin, end))
    changed = GOOD_BYTES[:first] + put + GOOD_BYTES[last:]
    try:
        found = read(encoded(changed))
    except AnswerNotTaken:
        return
    assert found.arrival.subject == "u-17"
    assert found.digest == read(encoded(GOOD_BYTES)).digest
