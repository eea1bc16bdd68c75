"""What is done to every request."""

from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.core.exceptions import BadRequest
from django.http import Http404, HttpRequest, HttpResponse
from django.utils import translation

_LARGEST_ID = 2**63 - 1


class OnlyWhatCanBeKept:
    """Refuse what no database keeps: a byte of nothing in a text, the number of a row past 64 bits."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(self, request: HttpRequest, _view: Any, _args: Any, named: dict[str, Any]) -> None:
        """Look once the form was found to be of this site."""
        if any(isinstance(one, int) and one > _LARGEST_ID for one in named.values()):
            raise Http404
        for sent in (request.GET, request.POST):
            for name, values in sent.lists():
                if "\0" in name or any("\0" in value for value in values):
                    raise BadRequest("A text with a byte of nothing was sent.")
        if "\0" in request.path:
            raise BadRequest("An address with a byte of nothing was asked for.")


class InTheirLanguage:
    """Speak the person's language; before they are known, the one their browser asks for."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        language = getattr(request.user, "language", None) or translation.get_language_from_request(request)
        if language not in dict(settings.LANGUAGES):
            language = settings.LANGUAGE_CODE
        with translation.override(language):
            response = self.get_response(request)
        response.headers.setdefault("Content-Language", language)
        if request.user.is_authenticated and "Cache-Control" not in response.headers:
            response.headers["Cache-Control"] = "private, no-store"  # the books of a business stay in it
        return response
