"""The protocol's own checker finds nothing to object to."""

from django.core.handlers.wsgi import WSGIHandler
from scim2_client.engines.wsgi import WSGISCIMClient
from scim2_tester import Status, check_server

from support.cast import Cast
from support.directory import directory_of

# Searching accounts and groups in one list is not offered, and says so with 501.
NOT_OFFERED = {"search_with_attributes"}


def test_the_checker_of_the_protocol_is_content(cast: Cast) -> None:
    client = WSGISCIMClient(
        WSGIHandler(),
        base_url="http://localhost/scim/v2",
        environ={"HTTP_AUTHORIZATION": f"Bearer {directory_of(cast).token}"},
    )

    results = check_server(client)

    assert {(result.title, result.reason) for result in results if result.status is Status.ERROR} == set()
    assert {result.title for result in results if result.status is Status.SKIPPED} <= NOT_OFFERED
    assert sum(result.status is Status.SUCCESS for result in results) > 50
