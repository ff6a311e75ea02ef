"""The acts on accounts and groups, alike for both: find, add, show, replace, change, remove."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from http import HTTPStatus
from typing import Any, Final
from uuid import UUID

from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from scim2_models import Context, Resource, ResponseParameters

from tokimori.foundation.access.principal import Principal
from tokimori.foundation.errors import Refusal
from tokimori.foundation.identifiers import TenantId
from tokimori.foundation.provisioning.queries import columns, resources, searching
from tokimori.foundation.provisioning.services import groups as group_acts
from tokimori.foundation.provisioning.services import users as user_acts
from tokimori.interfaces.scim import groups, users
from tokimori.interfaces.scim.answers import answer, listed
from tokimori.interfaces.scim.reading import (
    Search,
    read_body,
    read_id,
    read_object,
    read_parameters,
    read_patch,
    read_search,
)
from tokimori.interfaces.scim.shapes import POLICY, Group, User


class VersionDiffers(Refusal):
    """Somebody changed this since; read it again."""

    code = "provisioning.version_differs"
    status = 412


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """One request that was let in: who asks, when, under which address of this door, for which key."""

    request: HttpRequest
    actor: Principal
    now: datetime
    base: str
    key: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Kind:
    """How one kind of resource is read, kept and written."""

    endpoint: str
    model: type[Resource[Any]]
    state_of: Callable[[Any], Any]
    resource_of: Callable[..., Resource[Any]]
    locked: Callable[[Principal, UUID], Any]
    shown: Callable[[TenantId, UUID], Any]
    added: Callable[[Principal, Any, datetime], Any]
    replaced: Callable[[Principal, UUID, Any, datetime], Any]
    removed: Callable[[Principal, UUID, datetime], None]
    rows: Callable[[TenantId], QuerySet[Any]]
    views: Callable[[TenantId, Any], Any]
    table: Callable[[TenantId], columns.Table]
    page: Callable[..., Any]

    def find(self, call: Call) -> HttpResponse:
        """Answer with a page of what a filter finds."""
        return self._found(call, read_search(read_parameters(call.request), self.model))

    def search(self, call: Call) -> HttpResponse:
        """Answer as ``find`` does, asked by a body (RFC 7644, section 3.4.3)."""
        return self._found(call, read_search(read_object(read_body(call.request)), self.model))

    def add(self, call: Call) -> HttpResponse:
        """Make a resource."""
        body = self._completed(read_object(read_body(call.request)), is_active=True)
        with POLICY:
            given = self.model.model_validate(body, scim_ctx=Context.RESOURCE_CREATION_REQUEST)
        view = self.added(call.actor, self.state_of(given), call.now)
        resource = self.resource_of(view, base=call.base)
        return self._one(call, resource, Context.RESOURCE_CREATION_RESPONSE, status=HTTPStatus.CREATED)

    def show(self, call: Call) -> HttpResponse:
        """Answer with one resource, or with nothing new when the asker has this version."""
        view = self.shown(call.actor.tenant_id, read_id(call.key))
        resource = self.resource_of(view, base=call.base)
        if _names(call.request.headers.get("If-None-Match"), resource):
            return HttpResponse(status=HTTPStatus.NOT_MODIFIED, headers={"ETag": _version(resource)})
        return self._one(call, resource, Context.RESOURCE_QUERY_RESPONSE)

    def replace(self, call: Call) -> HttpResponse:
        """Let a resource be what the body says, and nothing else (RFC 7644, section 3.5.1)."""
        key = read_id(call.key)
        before = self._before(call, key)
        is_active = getattr(before, "active", None)
        body = self._completed(read_object(read_body(call.request)), is_active=is_active)
        with POLICY:
            given = self.model.model_validate(body, scim_ctx=Context.RESOURCE_REPLACEMENT_REQUEST)
            given.replace(before)
        view = self.replaced(call.actor, key, self.state_of(given), call.now)
        resource = self.resource_of(view, base=call.base)
        return self._one(call, resource, Context.RESOURCE_REPLACEMENT_RESPONSE)

    def change(self, call: Call) -> HttpResponse:
        """Apply operations to a resource, all or none (RFC 7644, section 3.5.2)."""
        key = read_id(call.key)
        resource = self._before(call, key)
        operations = read_patch(read_body(call.request), self.model)
        with POLICY:
            operations.patch(resource)
        view = self.replaced(call.actor, key, self.state_of(resource), call.now)
        resource = self.resource_of(view, base=call.base)
        return self._one(call, resource, Context.RESOURCE_PATCH_RESPONSE)

    def remove(self, call: Call) -> HttpResponse:
        """Let go of a resource."""
        key = read_id(call.key)
        self._before(call, key)
        self.removed(call.actor, key, call.now)
        return HttpResponse(status=HTTPStatus.NO_CONTENT)

    def _completed(self, body: dict[str, Any], *, is_active: bool | None) -> dict[str, Any]:
        """Return a body that says whether an account is open, as it was: nobody is let in again by silence."""
        if self.model is not User or any(name.lower() == "active" for name in body):
            return body
        return {**body, "active": is_active}

    def _before(self, call: Call, key: UUID) -> Resource[Any]:
        """Return the resource as it is, locked; raise ``VersionDiffers`` when the asker has seen another version."""
        resource = self.resource_of(self.locked(call.actor, key), base=call.base)
        wanted = call.request.headers.get("If-Match")
        if wanted is not None and not _names(wanted, resource):
            raise VersionDiffers
        return resource

    def _found(self, call: Call, search: Search) -> HttpResponse:
        tenant = call.actor.tenant_id
        rows = self.rows(tenant)
        if search.node is not None:
            rows = rows.filter(searching.condition(search.node, self.table(tenant)))
        total = rows.count()
        is_descending = search.request.sort_order == search.request.SortOrder.descending
        by, begin = str(search.request.sort_by or "id"), search.start - 1
        page = self.page(rows, by, is_descending=is_descending, begin=begin, count=search.count)
        found = [self.resource_of(view, base=call.base) for view in self.views(tenant, page)]
        written = [
            resource.model_dump(scim_ctx=Context.SEARCH_RESPONSE, response_parameters=search.request)
            for resource in found
        ]
        return listed(written, total=total, start=search.start)

    def _one(
        self, call: Call, resource: Resource[Any], context: Context, *, status: HTTPStatus = HTTPStatus.OK
    ) -> HttpResponse:
        given = read_parameters(call.request)
        chosen = {name: given[name] for name in ("attributes", "excludedAttributes") if name in given}
        parameters = ResponseParameters[self.model].model_validate(chosen)  # type: ignore[name-defined]  # a value here
        body = resource.model_dump(scim_ctx=context, response_parameters=parameters)
        headers = {"ETag": _version(resource), "Location": f"{call.base}{self.endpoint}/{resource.id}"}
        return answer(body, status=status, headers=headers)


def _version(resource: Resource[Any]) -> str:
    return (resource.meta.version if resource.meta else None) or ""


def _names(header: str | None, resource: Resource[Any]) -> bool:
    """Whether a header names the version of a resource, or any; versions are compared as weak ones (RFC 9110, 8.8.3.2)."""
    if header is None:
        return False
    wanted = {tag.strip().removeprefix("W/") for tag in header.split(",")}
    return "*" in wanted or _version(resource).removeprefix("W/") in wanted


USERS: Final = Kind(
    endpoint=users.ENDPOINT,
    model=User,
    state_of=users.state_of,
    resource_of=users.user_of,
    locked=lambda actor, key: user_acts.locked_user(actor=actor, account_id=key),
    shown=lambda tenant, key: resources.user_view(tenant=tenant, account_id=key),
    added=lambda actor, state, now: user_acts.add_user(actor=actor, state=state, now=now),
    replaced=lambda actor, key, state, now: user_acts.replace_user(actor=actor, account_id=key, state=state, now=now),
    removed=lambda actor, key, now: user_acts.remove_user(actor=actor, account_id=key, now=now),
    rows=lambda tenant: resources.directory_users(tenant=tenant),
    views=lambda tenant, rows: resources.user_views(tenant=tenant, rows=rows),
    table=columns.users,
    page=searching.users_page,
)
GROUPS: Final = Kind(
    endpoint=groups.ENDPOINT,
    model=Group,
    state_of=groups.state_of,
    resource_of=groups.group_of,
    locked=lambda actor, key: group_acts.locked_group(actor=actor, group_id=key),
    shown=lambda tenant, key: resources.group_view(tenant=tenant, group_id=key),
    added=lambda actor, state, now: group_acts.add_group(actor=actor, state=state, now=now),
    replaced=lambda actor, key, state, now: group_acts.replace_group(actor=actor, group_id=key, state=state, now=now),
    removed=lambda actor, key, now: group_acts.remove_group(actor=actor, group_id=key, now=now),
    rows=lambda tenant: resources.directory_groups(tenant=tenant),
    views=lambda tenant, rows: resources.group_views(tenant=tenant, rows=rows),
    table=columns.groups,
    page=searching.groups_page,
)
