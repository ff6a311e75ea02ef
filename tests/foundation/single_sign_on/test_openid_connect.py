"""What an OpenID provider may say, and each way in which somebody else might say it for him."""

import base64
import hmac
import json
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from joserfc.jwk import ECKey, RSAKey

from support.openid_provider import CLIENT_ID, OpenIdProvider, running, signed_token
from tokimori.foundation import clock
from tokimori.foundation.single_sign_on.discovery import discovery_address, parse_discovery, read_discovery, read_keys
from tokimori.foundation.single_sign_on.errors import (
    AddressNotReachable,
    AnswerNotTaken,
    DiscoveryNotReadable,
    Reason,
)
from tokimori.foundation.single_sign_on.fetching import fetch, fetch_json
from tokimori.foundation.single_sign_on.openid_connect import (
    ask_openid,
    new_proof,
    read_id_token,
    refuse_other_issuer,
)
from tokimori.foundation.single_sign_on.values import Arrival, OpenIdSettings

ISSUER = "https://login.example"
PROVIDER = OpenIdProvider(ISSUER)
NOW = clock.now().replace(microsecond=0)
SECOND = timedelta(seconds=1)


def settings(**changes: Any) -> OpenIdSettings:
    plain = {**PROVIDER.describes_itself(), **changes}
    found = read_discovery(plain, issuer=ISSUER)
    return OpenIdSettings.from_plain({**found.to_plain(), "client_id": CLIENT_ID})


SETTINGS = settings()
KEYS = read_keys(PROVIDER.public_keys())


def token(header: dict[str, Any] | None = None, key: Any = None, **changes: Any) -> str:
    seconds = int(NOW.timestamp())
    claims = {
        "iss": ISSUER,
        "aud": CLIENT_ID,
        "sub": "o-17",
        "exp": seconds + 300,
        "iat": seconds,
        "nonce": "n",
        "email": "Aiko@minato.example",
        "email_verified": True,
        **changes,
    }
    said = {name: value for name, value in claims.items() if value is not None}
    return signed_token(said, key or PROVIDER.keys[0], {"kid": "first", **(header or {})})


def read(text: str, **changes: Any) -> Arrival:
    return read_id_token(
        text,
        **{"provider": SETTINGS, "keys": KEYS, "nonce": "n", "now": NOW, **changes},
    )


def refusal(text: str, **changes: Any) -> Reason:
    with pytest.raises(AnswerNotTaken) as refused:
        read(text, **changes)
    return refused.value.reason


def test_a_token_says_who_came() -> None:
    found = read(token(amr=["pwd", "mfa"], acr="high", name="相川 愛子", preferred_username="aiko"))

    assert found.subject == "o-17"
    assert found.address == "aiko@minato.example"
    assert found.login_name == "aiko"
    assert found.display_name == "相川 愛子"
    assert found.contexts == ("high", "pwd", "mfa")


@pytest.mark.parametrize("verified", [None, False, "true", 1])
def test_an_address_that_the_provider_does_not_call_verified_is_none(verified: object) -> None:
    assert read(token(email_verified=verified)).address is None


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"iss": "https://other.example"}, Reason.ISSUER),
        ({"iss": f"{ISSUER}/"}, Reason.ISSUER),
        ({"iss": None}, Reason.ISSUER),
        ({"aud": "another-client"}, Reason.AUDIENCE),
        ({"aud": None}, Reason.AUDIENCE),
        ({"aud": []}, Reason.AUDIENCE),
        ({"aud": [CLIENT_ID, "another-client"]}, Reason.AUDIENCE),
        ({"azp": "another-client"}, Reason.AUDIENCE),
        ({"nonce": "other"}, Reason.NONCE),
        ({"nonce": None}, Reason.NONCE),
        ({"nonce": ["n"]}, Reason.NONCE),
        ({"exp": int(NOW.timestamp()) - 60}, Reason.TIME),
        ({"exp": None}, Reason.TIME),
        ({"exp": "tomorrow"}, Reason.TIME),
        ({"iat": None}, Reason.TIME),
        ({"iat": int(NOW.timestamp()) + 120}, Reason.TIME),
        ({"iat": int(NOW.timestamp()) - 600}, Reason.TIME),
        ({"nbf": int(NOW.timestamp()) + 120}, Reason.TIME),
        ({"sub": None}, Reason.SUBJECT),
        ({"sub": ""}, Reason.SUBJECT),
        ({"sub": 17}, Reason.SUBJECT),
        ({"sub": "x" * 256}, Reason.SUBJECT),
        ({"sub": "o-17\n"}, Reason.SUBJECT),
    ],
)
def test_a_token_for_somebody_else_or_another_time_is_refused(changes: dict[str, Any], reason: Reason) -> None:
    assert refusal(token(**changes)) is reason


def test_several_audiences_are_taken_when_the_token_was_given_to_us() -> None:
    assert read(token(aud=[CLIENT_ID, "another"], azp=CLIENT_ID))


def test_the_clock_may_differ_by_a_minute() -> None:
    text = token()

    assert read(text, now=NOW + 359 * SECOND)
    assert refusal(text, now=NOW + 361 * SECOND) is Reason.TIME


def unsigned(header: dict[str, Any]) -> str:
    parts = [header, {"iss": ISSUER, "aud": CLIENT_ID, "sub": "o-17", "nonce": "n"}]
    encoded = [base64.urlsafe_b64encode(json.dumps(part).encode()).rstrip(b"=").decode() for part in parts]
    return f"{encoded[0]}.{encoded[1]}."


@pytest.mark.parametrize("algorithm", ["none", "None", "HS256", "RS512", ""])
def test_other_algorithms_are_refused_before_any_key_is_looked_at(algorithm: str) -> None:
    assert refusal(unsigned({"alg": algorithm, "kid": "first"})) is Reason.ALGORITHM


def test_the_public_key_is_no_shared_secret() -> None:
    """Whoever knows the public key, and everybody does, could sign with it if it were taken for a secret."""
    signed = unsigned({"alg": "HS256", "kid": "first"}).rstrip(".")
    digest = hmac.new(PROVIDER.keys[0].as_pem(private=False), signed.encode(), "sha256").digest()
    forged = f"{signed}.{base64.urlsafe_b64encode(digest).rstrip(b'=').decode()}"

    assert refusal(forged) is Reason.ALGORITHM
    with pytest.raises(DiscoveryNotReadable):
        settings(id_token_signing_alg_values_supported=["HS256", "none"])


def test_another_key_is_refused_whatever_the_token_says_about_it() -> None:
    thief = RSAKey.generate_key(2048, {"kid": "first"})

    assert refusal(token(key=thief)) is Reason.SIGNATURE
    assert refusal(token({"jwk": thief.as_dict(private=False)}, key=thief)) in {Reason.SIGNATURE, Reason.NOT_READABLE}
    assert refusal(token({"jku": "https://evil.example/keys", "kid": "evil"}, key=thief)) is Reason.KEY
    assert refusal(token({"kid": "unknown"})) is Reason.KEY


def test_a_token_that_names_no_key_is_taken_where_there_is_one_alone() -> None:
    other = RSAKey.generate_key(2048, {"kid": "second", "use": "sig"})
    two = read_keys({"keys": [key.as_dict(private=False) for key in (PROVIDER.keys[0], other)]})
    nameless = signed_token(
        {"iss": ISSUER, "aud": CLIENT_ID, "sub": "o-17", "nonce": "n", "iat": int(NOW.timestamp()),
         "exp": int(NOW.timestamp()) + 300},
        PROVIDER.keys[0],
        {},
    )  # fmt: skip

    assert read(nameless)
    assert refusal(nameless, keys=two) is Reason.KEY


def test_a_key_of_another_kind_than_the_algorithm_is_refused() -> None:
    curve = ECKey.generate_key("P-256", {"kid": "curve", "use": "sig"})
    keys = read_keys({"keys": [curve.as_dict(private=False)]})

    assert read(token({"alg": "ES256", "kid": "curve"}, key=curve), keys=keys)
    assert refusal(token({"kid": "curve"}), keys=keys) is Reason.SIGNATURE


def test_an_access_token_is_no_id_token() -> None:
    assert refusal(token({"typ": "at+jwt"})) is Reason.STRUCTURE
    assert refusal(token({"typ": "logout+jwt"})) is Reason.STRUCTURE


def test_a_changed_token_is_refused() -> None:
    head, body, signature = token().split(".")
    plain = json.loads(base64.urlsafe_b64decode(body + "=="))
    changed = base64.urlsafe_b64encode(json.dumps({**plain, "sub": "o-18"}).encode()).rstrip(b"=").decode()

    assert refusal(f"{head}.{changed}.{signature}") is Reason.SIGNATURE


@given(st.text(max_size=200))
def test_whatever_comes_instead_of_a_token_is_refused_and_nothing_else(text: str) -> None:
    assert refusal(text) in {Reason.NOT_READABLE, Reason.ALGORITHM}


@given(
    st.dictionaries(
        st.sampled_from(["alg", "kid", "typ", "crit", "b64"]),
        st.none() | st.integers() | st.text() | st.lists(st.text()),
    )
)
def test_whatever_head_a_token_has_it_is_refused_and_nothing_else(header: dict[str, Any]) -> None:
    assert refusal(unsigned(header))


CLAIMS = ("iss", "aud", "sub", "exp", "iat", "nonce", "amr", "acr", "email", "auth_time")


@given(
    st.dictionaries(
        st.sampled_from(CLAIMS),
        st.integers() | st.floats(allow_nan=False) | st.text() | st.lists(st.text()) | st.booleans(),
    )
)
def test_whatever_a_signed_token_claims_it_is_taken_or_refused_and_nothing_else(claims: dict[str, Any]) -> None:
    try:
        found = read(token(**claims))
    except AnswerNotTaken:
        return
    assert 0 < len(found.subject) <= 255


def test_the_question_has_a_state_a_nonce_and_the_digest_of_a_secret() -> None:
    proof = new_proof()
    address = ask_openid(
        provider=SETTINGS, answer_url="https://time.example/x", state="tko_s", proof=proof, is_anew=True
    )

    assert address.startswith(f"{ISSUER}/authorize?")
    for part in ("state=tko_s", f"nonce={proof.nonce}", "code_challenge_method=S256", "prompt=login", "max_age=0"):
        assert part in address
    assert proof.verifier not in address


def test_an_answer_of_another_provider_is_refused() -> None:
    """Otherwise a hostile provider could have the honest one's code sent to itself (RFC 9207)."""
    refuse_other_issuer(provider=SETTINGS, stated=ISSUER)
    silent = settings(authorization_response_iss_parameter_supported=False)
    refuse_other_issuer(provider=silent, stated=None)

    for provider, stated in ((SETTINGS, "https://other.example"), (SETTINGS, None), (silent, "https://other.example")):
        with pytest.raises(AnswerNotTaken):
            refuse_other_issuer(provider=provider, stated=stated)


@pytest.mark.parametrize(
    "changes",
    [
        {"issuer": "https://other.example"},
        {"issuer": 5},
        {"token_endpoint": "http://login.example/token"},
        {"token_endpoint": "https://user:pass@login.example/token"},
        {"jwks_uri": "file:///etc/passwd"},
        {"authorization_endpoint": "javascript:alert(1)"},
        {"authorization_endpoint": "https://login.example/\r\nx"},
        {"code_challenge_methods_supported": ["plain"]},
        {"response_types_supported": ["id_token"]},
        {"token_endpoint_auth_methods_supported": ["private_key_jwt"]},
        {"id_token_signing_alg_values_supported": "RS256"},
    ],
)
def test_a_description_that_cannot_be_used_safely_is_refused(changes: dict[str, Any]) -> None:
    with pytest.raises(DiscoveryNotReadable):
        settings(**changes)


@given(st.text(max_size=200) | st.recursive(st.none() | st.text(), st.lists).map(json.dumps))
def test_whatever_is_pasted_as_a_description_is_refused_and_nothing_else(text: str) -> None:
    with pytest.raises(DiscoveryNotReadable):
        parse_discovery(text)


@pytest.mark.parametrize(
    "keys",
    [
        None,
        [],
        [{"kty": "oct", "k": "c2VjcmV0"}],
        [{"kty": "RSA", "n": "AQAB", "e": "AQAB"}],
        ["text"],
        [{"kty": "RSA", "use": "enc", "n": "x", "e": "AQAB"}],
        [RSAKey.generate_key(2048, {"kid": "a"}).as_dict(private=False)] * 2,
        [{}] * 21,
    ],
)
def test_keys_that_cannot_be_used_safely_are_not_kept(keys: object) -> None:
    with pytest.raises(DiscoveryNotReadable):
        read_keys({"keys": keys})


def test_a_private_key_that_was_published_by_mistake_is_not_kept() -> None:
    (kept,) = read_keys({"keys": [RSAKey.generate_key(2048).as_dict(private=True)]})

    assert set(kept) == {"kty", "n", "e"} | (set(kept) & {"kid"})


@pytest.fixture
def server() -> Iterator[OpenIdProvider]:
    with running() as provider:
        yield provider


def test_a_description_is_fetched_from_its_own_address(server: OpenIdProvider) -> None:
    found = read_discovery(fetch_json(discovery_address(server.issuer)), issuer=server.issuer)

    assert found.token_endpoint == f"{server.issuer}/token"
    assert read_keys(fetch_json(found.keys_address))


@pytest.mark.parametrize("path", ["/moved", "/large", "/nothing"])
def test_redirects_and_large_answers_are_not_followed(server: OpenIdProvider, path: str) -> None:
    with pytest.raises(AddressNotReachable):
        fetch_json(f"{server.issuer}{path}")
    assert server.requests == [path]


@pytest.mark.parametrize(
    "address",
    [
        "https://10.0.0.1/",
        "https://192.168.1.1/",
        "https://169.254.169.254/latest/meta-data/",
        "https://100.64.0.1/",
        "https://[fe80::1]/",
        "https://[fd00::1]/",
        "https://[::ffff:10.0.0.1]/",
        "https://[2002:a00:1::]/",
        "https://[64:ff9b::a9fe:a9fe]/",
        "https://[fec0::1]/",
        "https://0.0.0.0/",
        "https://224.0.0.1/",
        "http://login.example/",
        "https://user@login.example/",
        "https://name.invalid/",
        "ftp://127.0.0.1/",
        "file:///etc/passwd",
        "https://2130706433.invalid/",
    ],
)
def test_nothing_is_fetched_from_inside(address: str) -> None:
    with pytest.raises(AddressNotReachable):
        fetch(address)


def test_this_machine_is_reached_only_where_we_are_served_without_tls(
    server: OpenIdProvider, settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert fetch(f"{server.issuer}/keys").status == 200

    settings.SESSION_COOKIE_SECURE = True
    for address in (f"{server.issuer}/keys", server.issuer.replace("http://", "https://"), "https://localhost/"):
        with pytest.raises(AddressNotReachable):
            fetch(address)


@given(st.text(max_size=60))
def test_whatever_address_is_typed_is_refused_and_nothing_else(text: str) -> None:
    with pytest.raises(AddressNotReachable):
        fetch(f"http{text}")
