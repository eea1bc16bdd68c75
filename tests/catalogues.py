"""Keep the catalogues of words: `python tests/catalogues.py` (make words).

The sources are French, with straight apostrophes and plain spaces. The French catalogue is the same words, typeset;
the English one is written by people: what is new there is left empty, and a test names it.
"""

from __future__ import annotations

import io
import re
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.extract import extract_python
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po
from django.utils.translation.template import templatize

from quittance.domain.texts.typography import typeset

PACKAGE = Path(__file__).resolve().parents[1] / "src" / "quittance"
LOCALE = PACKAGE / "locale"
KEYWORDS = {
    "gettext": None, "gettext_lazy": None, "gettext_noop": None, "_": None,
    "ngettext": (1, 2), "ngettext_lazy": (1, 2), "pgettext": ((1, "c"), 2),
}  # fmt: skip
_NOT_WORDS = re.compile(r"%\(\w+\)[sd]|%%|<[^>]*>|\{\w*\}")

WHENEVER = datetime(2026, 1, 1, tzinfo=UTC)  # the same words give the same bytes
FILLED_IN = re.compile(r"%\(\w+\)[sd]")

Forms = tuple[str, ...]  # one form, or singular and plural
Words = tuple[str | None, Forms]  # with the context, where the same word has two senses


def used() -> dict[Words, list[str]]:
    """Return what the pages and the code say, each with the places that say it, in the order of the files."""
    found: dict[Words, list[str]] = {}
    for path in sorted(PACKAGE.rglob("*")):
        if path.suffix not in (".py", ".html", ".txt") or "migrations" in path.parts:
            continue
        text = path.read_text(encoding="utf-8")
        source = templatize(text, origin=str(path)) if path.suffix != ".py" else text
        for words in _extracted(source):
            place = path.relative_to(PACKAGE).as_posix()
            places = found.setdefault(words, [])
            if place not in places:
                places.append(place)
    counted = {(context, forms[:1]) for context, forms in found if len(forms) > 1}
    return {
        words: places for words, places in found.items() if words not in counted
    }  # the plural says it too


def _extracted(source: str) -> Iterator[Words]:
    for _, function, messages, _ in extract_python(io.BytesIO(source.encode()), tuple(KEYWORDS), [], {}):
        forms = tuple(form for form in (messages if isinstance(messages, tuple) else (messages,)) if form)
        if function == "pgettext" and len(forms) == 2:
            yield forms[0], forms[1:]
        elif forms:
            yield None, forms[:2]


def in_french(words: str) -> str:
    """Typeset a French source, leaving alone what is filled in and what is markup."""
    kept: list[str] = []

    def keep(found: re.Match[str]) -> str:
        kept.append(found[0])
        return chr(0xE000 + len(kept) - 1)

    text = typeset(_NOT_WORDS.sub(keep, words), "fr")
    return re.sub("[\ue000-\uf8ff]", lambda found: kept[ord(found[0]) - 0xE000], text)


def written(language: str) -> Catalog:
    """Return the catalogue of a language as it should stand, with what people already wrote."""
    known = read(language)
    catalogue = Catalog(locale=language, project="Quittance", charset="utf-8")
    for (context, forms), places in used().items():
        key = forms if len(forms) > 1 else forms[0]
        if language == "fr":
            string = tuple(map(in_french, forms)) if len(forms) > 1 else in_french(forms[0])
        else:
            message = known.get(forms[0], context)
            string = message.string if message is not None and message.id == key else None
        empty = ("", "") if len(forms) > 1 else ""
        catalogue.add(key, string or empty, [(place, None) for place in places], context=context)
    return catalogue


def read(language: str) -> Catalog:
    """Return the catalogue of a language as it stands."""
    path = LOCALE / language / "LC_MESSAGES" / "django.po"
    if not path.exists():
        return Catalog(locale=language)
    with path.open("rb") as file:
        return read_po(file, locale=language)


def po_bytes(catalogue: Catalog) -> bytes:
    """Write a catalogue as people read it; the same words give the same bytes."""
    file = io.BytesIO()
    write_po(file, catalogue, omit_header=True, width=110)
    plural = "nplurals=2; plural=(n > 1)" if str(catalogue.locale) == "fr" else "nplurals=2; plural=(n != 1)"
    head = (
        f'msgid ""\nmsgstr ""\n"Content-Type: text/plain; charset=utf-8\\n"\n"Plural-Forms: {plural};\\n"\n\n'
    )
    return head.encode() + file.getvalue().rstrip() + b"\n"


def mo_bytes(language: str) -> bytes:
    """Write a catalogue as the program reads it."""
    file = io.BytesIO()
    catalogue = read(language)
    catalogue.creation_date = catalogue.revision_date = WHENEVER
    write_mo(file, catalogue)
    return file.getvalue()


def main() -> int:
    """Renew both catalogues; say what waits for its English words."""
    for language in ("fr", "en"):
        folder = LOCALE / language / "LC_MESSAGES"
        folder.mkdir(parents=True, exist_ok=True)
        (folder / "django.po").write_bytes(po_bytes(written(language)))
        (folder / "django.mo").write_bytes(mo_bytes(language))
    missing = [message.id for message in read("en") if message.id and not _is_said(message.string)]
    print(f"{len(missing)} without English words" + "".join(f"\n  {words}" for words in missing[:200]))
    return 0


def _is_said(string: str | tuple[str, ...]) -> bool:
    return all(string) if isinstance(string, tuple) else bool(string)


if __name__ == "__main__":
    sys.exit(main())
