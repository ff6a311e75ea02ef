"""What this door says about itself (RFC 7644, section 4)."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final

from django.http import HttpResponse
from scim2_models import Context, Meta, Resource

from tokimori.foundation.errors import NotAllowed, NotFound
from tokimori.interfaces.scim.answers import answer, listed
from tokimori.interfaces.scim.reading import read_parameters
from tokimori.interfaces.scim.resources import Call
from tokimori.interfaces.scim.shapes import CONFIG, PROVIDER, SCHEMAS
from tokimori.interfaces.scim.users import reference


def config(call: Call) -> HttpResponse:
    """Answer with what is offered."""
    return answer(_written(CONFIG, call, "/ServiceProviderConfig", "ServiceProviderConfig"))


def _all_of(name: str, kind: str, resources: Sequence[Resource[Any]]) -> Callable[[Call], HttpResponse]:
    def everything(call: Call) -> HttpResponse:
        if "filter" in read_parameters(call.request):
            raise NotAllowed  # RFC 7644, section 4: a filter here is forbidden, and says so with 403
        written = [_written(resource, call, f"/{name}/{resource.id}", kind) for resource in resources]
        return listed(written, total=len(written), start=1)

    return everything


def _one_of(name: str, kind: str, resources: Sequence[Resource[Any]]) -> Callable[[Call], HttpResponse]:
    def one(call: Call) -> HttpResponse:
        for resource in resources:
            if resource.id == call.key:
                return answer(_written(resource, call, f"/{name}/{resource.id}", kind))
        raise NotFound

    return one


def _written(resource: Resource[Any], call: Call, where: str, kind: str) -> Mapping[str, Any]:
    shown = resource.model_copy()
    shown.meta = Meta(resource_type=kind, location=reference(f"{call.base}{where}"))
    return shown.model_dump(scim_ctx=Context.RESOURCE_QUERY_RESPONSE)


_KINDS: Final = (("ResourceTypes", "ResourceType", PROVIDER.resource_types), ("Schemas", "Schema", SCHEMAS))
lists: Final = {name: _all_of(name, kind, resources) for name, kind, resources in _KINDS}
ones: Final = {name: _one_of(name, kind, resources) for name, kind, resources in _KINDS}
