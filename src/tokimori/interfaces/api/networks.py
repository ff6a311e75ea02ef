"""``/api/v1/networks``: from where a company's people and machines may come in, kept by a machine."""

from datetime import datetime
from enum import StrEnum
from http import HTTPStatus
from typing import Annotated
from uuid import UUID

from django.http import HttpRequest
from ninja import Body, Field, Router, Schema, Status
from pydantic import AwareDatetime, ConfigDict

from tokimori.foundation import clock
from tokimori.foundation.identity.errors import AddressRuleNotValid
from tokimori.foundation.identity.networks import (
    AddressAudience,
    Country,
    Place,
    place_of,
    read_country,
    read_network,
)
from tokimori.foundation.identity.services.address_rules import (
    LONGEST_NOTE,
    AddressRuleView,
    NewNetwork,
    add_network,
    address_rules,
    remove_network,
)
from tokimori.foundation.identity.services.address_trials import AddressTrial, try_new_network, try_removal
from tokimori.foundation.identity.services.tokens import machine_transaction
from tokimori.interfaces.api.punches import address_of
from tokimori.interfaces.api.shapes import RefusalOut

router = Router(tags=["networks"])

_REFUSALS = {
    HTTPStatus.UNAUTHORIZED: RefusalOut,
    HTTPStatus.FORBIDDEN: RefusalOut,
    HTTPStatus.NOT_FOUND: RefusalOut,
    HTTPStatus.CONFLICT: RefusalOut,
    HTTPStatus.UNPROCESSABLE_ENTITY: RefusalOut,
}


class CountryRule(StrEnum):
    """What is said about a country: it may come, or it is kept out."""

    LET_IN = "let_in"
    KEEP_OUT = "keep_out"


class NetworkIn(Schema):
    """A network to be let in, or a country to be let in or kept out; one of the two."""

    model_config = ConfigDict(extra="forbid")

    audiences: Annotated[list[AddressAudience], Field(min_length=1, max_length=len(AddressAudience))]
    network: Annotated[str, Field(min_length=2, max_length=60)] | None = Field(
        default=None, description="CIDR, or an address alone."
    )
    country: Annotated[str, Field(min_length=2, max_length=2)] | None = Field(
        default=None, description="ISO 3166-1, two capital letters: all networks that are registered there."
    )
    country_rule: CountryRule = CountryRule.LET_IN
    note: Annotated[str, Field(max_length=LONGEST_NOTE)] = ""
    ends_at: AwareDatetime | None = Field(default=None, description="An exception ends; with nothing it stays.")
    dry_run: bool = Field(default=False, description="Say whom it would keep out, and change nothing.")

    def place(self) -> Place:
        """Return the network or country that is meant; raise a refusal for neither, both, or what cannot be read."""
        if (self.network is None) is (self.country is None):
            raise AddressRuleNotValid
        if self.country is not None:
            return read_country(self.country, is_barred=self.country_rule is CountryRule.KEEP_OUT)
        return read_network(self.network or "")


class NetworkOut(Schema):
    """A network that is let in; or a country, with what is said about it."""

    id: UUID
    audience: AddressAudience
    network: str | None
    country: str | None
    country_rule: CountryRule | None
    note: str
    added_at: datetime
    ends_at: datetime | None


class NetworksOut(Schema):
    """Every network that was not removed. An audience without any may come from anywhere."""

    networks: list[NetworkOut]


class AddedOut(Schema):
    """The networks that hold from now on, one for each audience."""

    ids: list[UUID]


class HitOut(Schema):
    """Somebody, or a token, who came within the last weeks and would have been kept out."""

    id: UUID
    audience: AddressAudience
    addresses: list[str]
    last_at: datetime


class TrialOut(Schema):
    """Whom the change would have kept out, of how many who came; nothing was changed."""

    seen: int
    locks_out_this_token: bool
    hits: list[HitOut]


@router.get("/networks", response={HTTPStatus.OK: NetworksOut, **_REFUSALS}, summary="List networks")
def list_networks(request: HttpRequest) -> NetworksOut:
    """Return the networks from which each audience may come in."""
    with machine_transaction(carried=vars(request)["auth"], address=_address(request), now=clock.now()) as actor:
        views = address_rules(actor=actor)
    return NetworksOut(
        networks=[_network(view) for view in views],
    )


@router.post(
    "/networks",
    response={HTTPStatus.OK: TrialOut, HTTPStatus.CREATED: AddedOut, **_REFUSALS},
    summary="Let a network in",
)
def let_network_in(request: HttpRequest, body: Body[NetworkIn]) -> Status[TrialOut | AddedOut]:
    """Let a network in; while an audience has any, it may come from nowhere else. With ``dry_run`` say whom that hits."""
    now, address = clock.now(), _address(request)
    with machine_transaction(carried=vars(request)["auth"], address=address, now=now) as actor:
        new = NewNetwork(
            audiences=tuple(dict.fromkeys(body.audiences)),
            network=body.place(),
            note=body.note,
            expires_at=body.ends_at,
        )
        if body.dry_run:
            return Status(HTTPStatus.OK, _trial(try_new_network(actor=actor, new=new, address=address, now=now)))
        ids = add_network(actor=actor, new=new, address=address, now=now)
    return Status(HTTPStatus.CREATED, AddedOut(ids=list(ids)))


@router.delete(
    "/networks/{uuid:network_id}",
    response={HTTPStatus.OK: TrialOut, HTTPStatus.NO_CONTENT: None, **_REFUSALS},
    summary="Remove a network",
)
def remove_one_network(request: HttpRequest, network_id: UUID, *, dry_run: bool = False) -> Status[TrialOut | None]:
    """Remove a network; without its last one an audience may come from anywhere again."""
    now, address = clock.now(), _address(request)
    with machine_transaction(carried=vars(request)["auth"], address=address, now=now) as actor:
        if dry_run:
            return Status(HTTPStatus.OK, _trial(try_removal(actor=actor, rule_id=network_id, address=address, now=now)))
        remove_network(actor=actor, rule_id=network_id, address=address, now=now)
    return Status(HTTPStatus.NO_CONTENT, None)


def _address(request: HttpRequest) -> str:
    return address_of(
        peer=request.META.get("REMOTE_ADDR", ""), forwarded_for=request.headers.get("X-Forwarded-For", "")
    )


def _network(view: AddressRuleView) -> NetworkOut:
    place = place_of(view.network)
    country = place if isinstance(place, Country) else None
    rule = None if country is None else CountryRule.KEEP_OUT if country.is_barred else CountryRule.LET_IN
    return NetworkOut(
        id=view.id,
        audience=view.audience,
        network=view.network if country is None else None,
        country=None if country is None else country.code,
        country_rule=rule,
        note=view.note,
        added_at=view.added_at,
        ends_at=view.expires_at,
    )


def _trial(trial: AddressTrial) -> TrialOut:
    """Return what a trial found, with ids: a machine needs no names."""
    return TrialOut(
        seen=trial.seen,
        locks_out_this_token=trial.locks_out,
        hits=[
            HitOut(id=hit.actor_id, audience=hit.audience, addresses=list(hit.addresses), last_at=hit.last_at)
            for hit in trial.hits
        ],
    )
