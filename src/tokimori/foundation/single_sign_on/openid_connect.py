"""OpenID Connect as a relying party: authorization code with PKCE, state and nonce; the ID token verified here.

Only the ID token is read. What came with it is forgotten: no access token is kept, none is ever used.
"""

import base64
import hashlib
import hmac
import json
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, Final
from urllib.parse import quote, urlencode

from joserfc import jws, jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet

from tokimori.foundation.single_sign_on.discovery import ALGORITHMS
from tokimori.foundation.single_sign_on.errors import AddressNotReachable, AnswerNotTaken, Reason
from tokimori.foundation.single_sign_on.fetching import fetch, read_object
from tokimori.foundation.single_sign_on.values import LONGEST_SUBJECT, Arrival, OpenIdSettings, readable_address

SKEW: Final = timedelta(seconds=60)
LARGEST_TOKEN: Final = 16 * 1024
LONGEST_CODE: Final = 2048
_OLDEST: Final = timedelta(minutes=10)
_OK: Final = 200
_SHAPE: Final = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Proof:
    """What was thought up for one question: what the code is worth nothing without, and what the token must repeat."""

    verifier: str
    nonce: str

    def to_bytes(self) -> bytes:
        """Return it as it is sealed."""
        return json.dumps([self.verifier, self.nonce]).encode()

    @classmethod
    def from_bytes(cls, plain: bytes) -> "Proof":
        """Return what was sealed."""
        verifier, nonce = json.loads(plain)
        return cls(verifier=verifier, nonce=nonce)


def new_proof() -> Proof:
    """Return a fresh proof, 256 random bits twice."""
    return Proof(verifier=secrets.token_urlsafe(32), nonce=secrets.token_urlsafe(32))


def ask_openid(*, provider: OpenIdSettings, answer_url: str, state: str, proof: Proof, is_anew: bool) -> str:
    """Return where to send the browser; ``is_anew`` wants the person to be asked again."""
    challenge = base64.urlsafe_b64encode(hashlib.sha256(proof.verifier.encode()).digest()).rstrip(b"=").decode()
    query = {
        "response_type": "code",
        "client_id": provider.client_id,
        "redirect_uri": answer_url,
        "scope": "openid email profile",
        "state": state,
        "nonce": proof.nonce,
        "code_challenge": challenge,
        "code_challenge_method": "S256",
        **({"prompt": "login", "max_age": "0"} if is_anew else {}),
    }
    joint = "&" if "?" in provider.authorization_endpoint else "?"
    return f"{provider.authorization_endpoint}{joint}{urlencode(query)}"


def refuse_other_issuer(*, provider: OpenIdSettings, stated: str | None) -> None:
    """Refuse an answer that names another provider, or none although this one always does (RFC 9207)."""
    if stated is None and not provider.names_itself:
        return
    if stated != provider.issuer:
        raise AnswerNotTaken(Reason.ISSUER)


def exchange_code(*, provider: OpenIdSettings, secret: str, code: str, verifier: str, answer_url: str) -> str:
    """Return the ID token that a code is worth; raise ``AnswerNotTaken`` when it is none or worth nothing."""
    if not 0 < len(code) <= LONGEST_CODE:
        raise AnswerNotTaken(Reason.REFUSED_BY_PROVIDER)
    form = {
        "grant_type": "authorization_code",
        "code": code,
        "redirect_uri": answer_url,
        "code_verifier": verifier,
        "client_id": provider.client_id,
    }
    headers = {}
    if provider.secret_in_body:
        form["client_secret"] = secret
    else:
        pair = f"{quote(provider.client_id, safe='')}:{quote(secret, safe='')}"
        headers["Authorization"] = f"Basic {base64.b64encode(pair.encode()).decode()}"
    try:
        answer = fetch(provider.token_endpoint, form=form, headers=headers)
        token = read_object(answer.body).get("id_token") if answer.status == _OK else None
    except AddressNotReachable as error:
        raise AnswerNotTaken(Reason.NOT_REACHABLE) from error
    if not isinstance(token, str) or not 0 < len(token) <= LARGEST_TOKEN:
        raise AnswerNotTaken(Reason.TOKEN_ENDPOINT)
    return token


def key_name_of(token: str) -> str | None:
    """Return the name of the key that a token says it was signed with; it is looked up, never believed."""
    name = _header(token).get("kid")
    return name if isinstance(name, str) else None


def read_id_token(
    token: str, *, provider: OpenIdSettings, keys: Sequence[Mapping[str, Any]], nonce: str, now: datetime
) -> Arrival:
    """Return whom an ID token vouches for; raise ``AnswerNotTaken`` when it proves nothing to us, here and now."""
    header = _header(token)
    if header.get("alg") not in ALGORITHMS & frozenset(provider.algorithms):
        raise AnswerNotTaken(Reason.ALGORITHM)
    if header.get("typ", "JWT") not in {"JWT", "jwt"}:
        raise AnswerNotTaken(Reason.STRUCTURE)
    fitting = [key for key in keys if header.get("kid") in {None, key.get("kid")}]
    if len(fitting) != 1:
        raise AnswerNotTaken(Reason.KEY)
    try:
        found = jwt.decode(token, KeySet.import_key_set({"keys": [dict(fitting[0])]}), algorithms=[header["alg"]])
    except (JoseError, ValueError, TypeError, KeyError) as error:
        raise AnswerNotTaken(Reason.SIGNATURE) from error
    claims = found.claims
    _refuse_elsewhere(claims, provider=provider, nonce=nonce)
    arrival = _arrival(claims)
    _refuse_out_of_time(claims, now=now)
    return arrival


def _header(token: str) -> dict[str, Any]:
    if not token.isascii() or len(token) > LARGEST_TOKEN or token.count(".") != _SHAPE - 1:
        raise AnswerNotTaken(Reason.NOT_READABLE)
    try:
        header = jws.extract_compact(token.encode()).headers()
    except (JoseError, ValueError, TypeError, RecursionError) as error:
        raise AnswerNotTaken(Reason.NOT_READABLE) from error
    is_plain = all(isinstance(header.get(name, ""), str) for name in ("alg", "typ", "kid"))
    if not is_plain or "crit" in header or "b64" in header:
        raise AnswerNotTaken(Reason.NOT_READABLE)
    return header


def _refuse_elsewhere(claims: Mapping[str, Any], *, provider: OpenIdSettings, nonce: str) -> None:
    """Refuse what was said by somebody else, for somebody else, or to another question (OpenID Connect Core 3.1.3.7)."""
    if claims.get("iss") != provider.issuer:
        raise AnswerNotTaken(Reason.ISSUER)
    audience, party = claims.get("aud"), claims.get("azp")
    audiences = audience if isinstance(audience, list) else [audience]
    is_ours = bool(provider.client_id) and provider.client_id in audiences
    if not is_ours or (len(audiences) > 1 and party is None) or party not in {None, provider.client_id}:
        raise AnswerNotTaken(Reason.AUDIENCE)
    stated = claims.get("nonce")
    if not isinstance(stated, str) or not hmac.compare_digest(stated.encode(), nonce.encode()):
        raise AnswerNotTaken(Reason.NONCE)


def _refuse_out_of_time(claims: Mapping[str, Any], *, now: datetime) -> None:
    registry = jwt.JWTClaimsRegistry(
        now=int(now.timestamp()),
        leeway=int(SKEW.total_seconds()),
        exp={"essential": True},
        iat={"essential": True},
    )
    try:
        registry.validate(dict(claims))
    except (JoseError, TypeError, ValueError, OverflowError) as error:
        raise AnswerNotTaken(Reason.TIME) from error
    if _moment(claims["iat"]) + _OLDEST <= now:
        raise AnswerNotTaken(Reason.TIME)


def _arrival(claims: Mapping[str, Any]) -> Arrival:
    subject = claims.get("sub")
    if not isinstance(subject, str) or not 0 < len(subject) <= LONGEST_SUBJECT or not subject.isprintable():
        raise AnswerNotTaken(Reason.SUBJECT)
    methods = claims.get("amr")
    stated = [claims.get("acr"), *(methods if isinstance(methods, list) else [])]
    recognised = claims.get("auth_time")
    return Arrival(
        subject=subject,
        # An address that the provider does not call verified may be typed in by anybody there.
        address=readable_address(claims.get("email")) if claims.get("email_verified") is True else None,
        login_name=_words(claims.get("preferred_username"), LONGEST_SUBJECT),
        display_name=_words(claims.get("name"), 120),
        contexts=tuple(one[:200] for one in stated[:20] if isinstance(one, str) and one),
        recognised_at=None if recognised is None else _moment(recognised),
    )


def _words(value: object, longest: int) -> str:
    return value.strip()[:longest] if isinstance(value, str) and value.isprintable() else ""


def _moment(value: object) -> datetime:
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise AnswerNotTaken(Reason.TIME)
    try:
        return datetime.fromtimestamp(value, tz=UTC)
    except (OverflowError, OSError, ValueError) as error:
        raise AnswerNotTaken(Reason.TIME) from error
