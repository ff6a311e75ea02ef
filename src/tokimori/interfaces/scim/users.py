"""Accounts at this door: from what a directory writes to what we keep, and back."""

import unicodedata
from typing import Any, Final, TypeVar
from uuid import UUID

from scim2_models import Meta, Reference, Resource

from tokimori.foundation.provisioning.errors import DirectoryValueNotValid
from tokimori.foundation.provisioning.values import DirectoryAddress, UserState, UserView, with_own_first
from tokimori.interfaces.scim.answers import version_of
from tokimori.interfaces.scim.shapes import User, UserEmail, UserGroup, UserName, UserRole

ENDPOINT: Final = "/Users"

Shape = TypeVar("Shape", bound=Resource[Any])


def state_of(user: User) -> UserState:
    """Return what a directory says about an account; raise ``DirectoryValueNotValid`` for what cannot be kept."""
    name = user.name or UserName()
    emails = [_address(email) for email in user.emails or ()]
    return UserState(
        user_name=plain(user.user_name).strip().lower(),
        external_id=plain(user.external_id),
        display_name=plain(user.display_name),
        formatted_name=plain(name.formatted),
        family_name=plain(name.family_name),
        given_name=plain(name.given_name),
        preferred_language=plain(user.preferred_language),
        is_active=user.active is not False,
        emails=with_own_first(tuple(emails)),
    )


def user_of(view: UserView, *, base: str) -> User:
    """Return an account as this door writes it; ``base`` is the door's own address."""
    state = view.state
    name = UserName(
        formatted=state.formatted_name or None,
        family_name=state.family_name or None,
        given_name=state.given_name or None,
    )
    user = User(
        id=str(view.id),
        external_id=state.external_id or None,
        user_name=state.user_name,
        name=name if name != UserName() else None,
        display_name=state.display_name or None,
        preferred_language=state.preferred_language or None,
        active=state.is_active,
        emails=[_email(address) for address in state.emails] or None,
        groups=[
            UserGroup(value=str(group.id), ref=reference(f"{base}/Groups/{group.id}"), display=group.name)
            for group in view.groups
        ]
        or None,
        roles=[UserRole(value=role.value) for role in view.roles] or None,
    )
    return with_meta(user, Meta(created=view.created_at, last_modified=view.changed_at), where=base + ENDPOINT)


def with_meta(resource: Shape, meta: Meta, *, where: str) -> Shape:
    """Return a resource with what it is, where it is, and its version, beside when it was made and changed."""
    meta.resource_type = type(resource).__name__
    meta.location = reference(f"{where}/{resource.id}")
    resource.meta = meta
    meta.version = version_of(resource)
    return resource


def plain(text: str | None) -> str:
    """Return a text in Unicode's NFC; nothing for nothing."""
    return unicodedata.normalize("NFC", text or "")


def _address(email: UserEmail) -> DirectoryAddress:
    if email.value is None:
        raise DirectoryValueNotValid(field="emails")
    return DirectoryAddress(value=plain(email.value).strip().lower(), type=plain(email.type), is_primary=email.primary)


def _email(address: DirectoryAddress) -> UserEmail:
    return UserEmail(value=address.value, type=address.type or None, primary=address.is_primary)


def reference(text: str) -> Any:  # noqa: ANN401 -- the library has a type of its own for each kind that is pointed at
    """Return an address of this door as a reference."""
    return Reference(text)


def key_of(text: str | None) -> UUID:
    """Return the key of a member; raise ``DirectoryValueNotValid`` for what is none."""
    try:
        return UUID(text or "")
    except ValueError as error:
        raise DirectoryValueNotValid(field="members") from error
