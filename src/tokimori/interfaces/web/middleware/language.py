"""Speak the language that the person chose; before sign-in, the one chosen here or asked for by the browser."""

from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils import translation

LANGUAGE_COOKIE = "tokimori-language"


class LanguageMiddleware:
    """After sign-in, because the account knows the language."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer in the language found."""
        with translation.override(language_of(request)):
            request.LANGUAGE_CODE = translation.get_language()
            response = self.get_response(request)
            response.headers.setdefault("Content-Language", translation.get_language() or "en")
        return response


def language_of(request: HttpRequest) -> str:
    """Return one of the languages that the product speaks."""
    spoken = {code for code, _ in settings.LANGUAGES}
    chosen = request.COOKIES.get(LANGUAGE_COOKIE, "")
    if chosen in spoken:
        return chosen
    account = getattr(request, "account", None)
    if account is not None and account.language in spoken:
        return str(account.language)
    return translation.get_language_from_request(request)
