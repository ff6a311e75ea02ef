"""A company's directory, which speaks SCIM to us."""

import json
from dataclasses import dataclass
from typing import Any

from django.test import Client

from support.cast import Cast
from support.machine import new_token
from tokimori.foundation.access.scopes import Scope

USER = "urn:ietf:params:scim:schemas:core:2.0:User"
GROUP = "urn:ietf:params:scim:schemas:core:2.0:Group"
PATCH = "urn:ietf:params:scim:api:messages:2.0:PatchOp"
BASE = "/scim/v2"


@dataclass(frozen=True, slots=True, kw_only=True)
class Directory:
    """Holds a token and asks; each answer is the status and the body, which is never a page."""

    token: str

    def ask(self, method: str, where: str, body: Any = None, **headers: str) -> tuple[int, Any]:
        response = self.response(method, where, body, **headers)
        if not response.content:
            return response.status_code, None
        assert response["Content-Type"] == "application/scim+json"
        return response.status_code, json.loads(response.content)

    def response(self, method: str, where: str, body: Any = None, **headers: str) -> Any:
        browser = Client(SERVER_NAME="localhost", raise_request_exception=False)
        text = body if isinstance(body, str | bytes) else "" if body is None else json.dumps(body)
        return browser.generic(
            method,
            f"{BASE}{where}",
            text,
            content_type="application/scim+json",
            headers={"Authorization": f"Bearer {self.token}", **headers},
        )

    def add_user(self, user_name: str, /, **said: Any) -> dict[str, Any]:
        status, body = self.ask("POST", "/Users", {"schemas": [USER], "userName": user_name, "active": True, **said})
        assert status == 201, body
        return dict(body)

    def add_group(self, name: str, *members: str) -> dict[str, Any]:
        given = [{"value": member} for member in members]
        status, body = self.ask("POST", "/Groups", {"schemas": [GROUP], "displayName": name, "members": given})
        assert status == 201, body
        return dict(body)

    def change(self, where: str, *operations: dict[str, Any], **headers: str) -> tuple[int, Any]:
        return self.ask("PATCH", where, {"schemas": [PATCH], "Operations": list(operations)}, **headers)


def directory_of(cast: Cast) -> Directory:
    return Directory(token=new_token(cast, scopes=frozenset({Scope.PROVISIONING_WRITE})))
