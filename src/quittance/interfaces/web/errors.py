"""The pages of what went wrong: what happened, and what to do."""

from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render


def bad_request(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """What was sent cannot be read."""
    return render(request, "errors/bad_request.html", status=400)


def not_allowed(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """They are known here, and may not do this: who may is said. `exception` may bear a French sentence."""
    words = ""
    if isinstance(exception, PermissionDenied) and exception.args:
        words = "" if hasattr(exception.args[0], "value") else str(exception.args[0])
    return render(request, "errors/not_allowed.html", {"words": words}, status=403)


def not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """There is nothing here, or nothing that this person may see."""
    return render(request, "errors/not_found.html", status=404)


def broken(request: HttpRequest) -> HttpResponse:
    """A defect of ours. Nothing is read from the database to say so."""
    return render(request, "errors/broken.html", status=500)


def forgery(request: HttpRequest, reason: str = "", **_: Any) -> HttpResponse:
    """The form was too old, or came from elsewhere."""
    return render(request, "errors/forgery.html", status=403)
