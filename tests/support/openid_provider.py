"""An OpenID provider of our own for tests: a small HTTP server on this machine, which says whatever a test wants said."""

import base64
import hashlib
import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, ClassVar
from urllib.parse import parse_qs, urlencode, urlsplit

from joserfc import jwt
from joserfc.jwk import ECKey, RSAKey

from tokimori.foundation import clock

CLIENT_ID = "tokimori-at-minato"
CLIENT_SECRET = "a secret of this client: 50 %+&"


class OpenIdProvider:
    """A provider: its keys, whom it says has come, and what it makes wrong."""

    def __init__(self, issuer: str) -> None:
        self.issuer = issuer
        self.keys: list[RSAKey | ECKey] = [RSAKey.generate_key(2048, {"kid": "first", "use": "sig", "alg": "RS256"})]
        self.person: dict[str, Any] = {"sub": "o-17", "email": "aiko@minato.example", "email_verified": True}
        self.changes: dict[str, Any] = {}
        """Claims that are said otherwise; a claim of nothing is left out."""
        self.header: dict[str, Any] = {}
        self.description: dict[str, Any] = {}
        self.names_itself = True
        self.stated_issuer: str | None = issuer
        self.codes: dict[str, dict[str, str]] = {}
        self.requests: list[str] = []
        self.signs: Any = None
        self.may_answer = threading.Event()
        """Taken away, the provider is slow: whoever asks what it is like waits until it is set again."""
        self.may_answer.set()

    def describes_itself(self) -> dict[str, Any]:
        return {
            "issuer": self.issuer,
            "authorization_endpoint": f"{self.issuer}/authorize",
            "token_endpoint": f"{self.issuer}/token",
            "jwks_uri": f"{self.issuer}/keys",
            "response_types_supported": ["code"],
            "id_token_signing_alg_values_supported": ["RS256", "ES256", "HS256", "none"],
            "code_challenge_methods_supported": ["S256"],
            "authorization_response_iss_parameter_supported": self.names_itself,
            **self.description,
        }

    def public_keys(self) -> dict[str, Any]:
        return {"keys": [key.as_dict(private=False) for key in self.keys]}

    def authorize(self, query: dict[str, str]) -> str:
        """Return where the browser goes next: straight back, with a code."""
        code = f"code-{len(self.codes)}"
        self.codes[code] = query
        answer = {"code": code, "state": query["state"]}
        if self.stated_issuer is not None:
            answer["iss"] = self.stated_issuer
        return f"{query['redirect_uri']}?{urlencode(answer)}"

    def exchange(self, form: dict[str, str], authorization: str) -> dict[str, Any] | None:
        """Return tokens for a code, to whom it belongs, once."""
        asked = self.codes.pop(form.get("code", ""), None)
        pair = f"{CLIENT_ID}:{'a%20secret%20of%20this%20client%3A%2050%20%25%2B%26'}"
        expected = f"Basic {base64.b64encode(pair.encode()).decode()}"
        challenge = hashlib.sha256(form.get("code_verifier", "").encode()).digest()
        plain = base64.urlsafe_b64encode(challenge).rstrip(b"=").decode()
        if asked is None or authorization != expected or asked["code_challenge"] != plain:
            return None
        if asked["redirect_uri"] != form.get("redirect_uri"):
            return None
        return {"access_token": "never read", "token_type": "Bearer", "id_token": self.token(asked["nonce"])}

    def token(self, nonce: str) -> str:
        now = int(clock.now().timestamp())
        claims = {
            "iss": self.issuer,
            "aud": CLIENT_ID,
            "exp": now + 300,
            "iat": now,
            "auth_time": now,
            "nonce": nonce,
            **self.person,
            **self.changes,
        }
        said = {name: value for name, value in claims.items() if value is not None}
        key = self.keys[-1] if self.signs is None else self.signs
        return signed_token(said, key, {"kid": self.keys[-1].kid, **self.header})


def signed_token(claims: dict[str, Any], key: Any, header: dict[str, Any]) -> str:
    full = {"alg": "RS256", **header}
    return jwt.encode(full, claims, key, algorithms=[full["alg"]])


class _Handler(BaseHTTPRequestHandler):
    provider: ClassVar[Any] = None

    def do_GET(self) -> None:
        parts = urlsplit(self.path)
        self.provider.requests.append(parts.path)
        query = {name: values[0] for name, values in parse_qs(parts.query).items()}
        match parts.path:
            case "/.well-known/openid-configuration":
                self.provider.may_answer.wait(20)
                self._say(self.provider.describes_itself())
            case "/keys":
                self._say(self.provider.public_keys())
            case "/authorize":
                self._send_on(self.provider.authorize(query))
            case "/moved":
                self._send_on(f"{self.provider.issuer}/keys")
            case other:
                found = other == "/large"
                self._answer(200 if found else 404, b" " * 300_000 if found else b"{}", "application/json")

    def do_POST(self) -> None:
        length = int(self.headers.get("Content-Length", "0"))
        body = self.rfile.read(length).decode()
        form = {name: values[0] for name, values in parse_qs(body).items()}
        answer = self.provider.exchange(form, self.headers.get("Authorization", ""))
        self._say(answer if answer is not None else {"error": "invalid_grant"}, status=200 if answer else 400)

    def _say(self, what: Any, *, status: int = 200) -> None:
        self._answer(status, json.dumps(what).encode(), "application/json")

    def _send_on(self, address: str) -> None:
        self.send_response(302)
        self.send_header("Location", address)
        self.end_headers()

    def _answer(self, status: int, body: bytes, kind: str) -> None:
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: Any) -> None:
        """Say nothing."""


@contextmanager
def running() -> Iterator[OpenIdProvider]:
    """Serve a provider on a free port of this machine."""
    handler = type("Handler", (_Handler,), {})
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    server.daemon_threads = True
    provider = OpenIdProvider(f"http://127.0.0.1:{server.server_address[1]}")
    handler.provider = provider  # type: ignore[attr-defined]  # the class was just made
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield provider
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
