"""Icons: one sprite for all pages, drawn from the Lucide library when it is first asked for."""

from __future__ import annotations

import hashlib
import re
from functools import cache

import lucide
from django.http import HttpRequest, HttpResponse
from django.utils.safestring import SafeString

from quittance.interfaces.web.walls import open_to_all

_A_YEAR = 365 * 24 * 3600
ICONS = (
    "archive", "arrow-down", "arrow-left", "arrow-right", "arrow-up", "ban", "banknote", "bell", "bookmark",
    "building-2", "calendar", "calendar-clock", "calendar-days", "chart-column", "check", "chevron-down",
    "chevron-left", "chevron-right", "chevron-up", "circle-alert", "circle-check", "circle-minus", "circle-pause",
    "circle-play", "circle-question-mark", "circle-x", "clock", "columns-3", "copy", "download", "ellipsis",
    "external-link", "eye", "eye-off", "file-check", "file-down", "file-spreadsheet", "file-text", "file-up", "file-x",
    "fingerprint-pattern", "forward", "funnel", "gavel", "handshake", "hash", "history", "house", "info", "key-round",
    "landmark", "layers", "link", "list", "list-checks", "lock", "log-in", "log-out", "mail", "mail-check", "mail-open",
    "mail-plus", "mail-x", "map-pin", "menu", "message-square", "message-square-text", "minus", "monitor", "moon",
    "notebook-pen", "paperclip", "palette", "pause", "pencil", "percent", "phone", "phone-call", "phone-missed",
    "phone-off", "piggy-bank", "play", "plus", "printer", "receipt", "refresh-cw", "reply", "rotate-ccw", "save",
    "scale", "scissors", "search", "send", "settings", "shield", "shield-check", "sliders-horizontal", "smartphone",
    "split", "stamp", "star", "sticky-note", "sun", "tag", "thumbs-up", "trash-2", "trending-down", "trending-up",
    "triangle-alert", "truck", "undo-2", "unlink", "upload", "user", "user-check", "user-plus", "user-x", "users",
    "wallet", "x", "zap",
)  # fmt: skip


@open_to_all
def icons(request: HttpRequest) -> HttpResponse:
    """The sprite; its address bears its hash, so it is kept for a year."""
    response = HttpResponse(_sprite(), content_type="image/svg+xml")
    response.headers["Cache-Control"] = f"public, max-age={_A_YEAR}, immutable"
    return response


@cache
def version() -> str:
    """Return what changes in the address of the sprite when an icon does."""
    return hashlib.sha256(_sprite().encode()).hexdigest()[:12]


@cache
def _sprite() -> str:
    symbols = "".join(f'<symbol id="{name}" viewBox="0 0 24 24">{_drawing(name)}</symbol>' for name in ICONS)
    return f'<svg xmlns="http://www.w3.org/2000/svg">{symbols}</svg>'


def _drawing(name: str) -> str:
    svg = str(lucide._render_icon(name, None))
    found = re.search(r"<svg[^>]*>(.*)</svg>", svg, re.DOTALL)
    assert found is not None
    return SafeString(found[1].strip())
