"""What the content policy asks of templates: no style, no handler and no script inside a page."""

import re

from architecture.sources import PACKAGE

TEMPLATES = sorted((PACKAGE / "interfaces").rglob("templates/**/*.html"))
SCRIPT = re.compile(r"<script\b([^>]*)>", re.IGNORECASE)
ATTRIBUTE = re.compile(
    r"<[a-z](?:[^<>{]|\{\{.*?\}\}|\{%.*?%\})*?\s(style|on[a-z]+)\s*=\s*[\"']", re.IGNORECASE
)
DATA = 'type="application/json"'  # what a script of ours reads; browsers do not run it


def places(pattern: re.Pattern[str]) -> list[tuple[str, re.Match[str]]]:
    return [
        (f"{path.relative_to(PACKAGE)}: {found[0]}", found)
        for path in TEMPLATES
        for found in pattern.finditer(path.read_text(encoding="utf-8"))
    ]


def test_there_are_templates() -> None:
    assert len(TEMPLATES) > 20


def test_no_style_and_no_handler_stands_in_a_page() -> None:
    assert [where for where, _ in places(ATTRIBUTE)] == []
    assert [where for where, _ in places(re.compile(r"<style\b", re.IGNORECASE))] == []


def test_every_script_is_a_file_of_ours_or_data() -> None:
    strange = [
        where
        for where, found in places(SCRIPT)
        if not re.search(r"src=\"\{% static '[^']+' %\}\"", found[1]) and DATA not in found[1]
    ]
    assert strange == []


def test_nothing_is_fetched_from_elsewhere() -> None:
    away = re.compile(
        r"<(?:script|link|img|iframe|form|object)\b[^>]*(?:src|href|action)=\"(?:https?:)?//", re.IGNORECASE
    )
    assert [where for where, _ in places(away)] == []


def test_nothing_is_marked_safe_in_a_template() -> None:
    """What people typed is escaped; a value that is HTML is made by a tag, with `format_html`."""
    assert [where for where, _ in places(re.compile(r"\|\s*safe\b|\{%\s*autoescape off"))] == []
