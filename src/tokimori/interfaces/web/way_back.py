"""Where somebody was before he was sent to a step that comes first."""

from urllib.parse import urlsplit

from django.http import HttpRequest


def way_back(request: HttpRequest) -> str:
    """Return the page of this host that somebody was on: this one, or the one whose form he sent; nothing for the first.

    It is checked once more by ``safe_target`` before anybody is sent there.
    """
    if request.method == "GET":
        return request.get_full_path() if request.path_info != "/" else ""
    try:
        page = urlsplit(request.headers.get("Referer", ""))
    except ValueError:
        return ""
    if page.netloc != request.get_host() or page.path in {"", "/"}:
        return ""
    return f"{page.path}?{page.query}" if page.query else page.path
