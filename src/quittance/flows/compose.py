"""From what a document says to its bytes: composed, archived, and laid where a person prints and posts them."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from quittance.correspondence.operations import keep_documents
from quittance.correspondence.queries import documents_to_compose
from quittance.flows.letterhead import logo_of
from quittance.formats.letters.compose import CannotBeTypeset, typeset
from quittance.gateways.files import Archive, DocumentLost, write_whole

if TYPE_CHECKING:
    from quittance.correspondence.models import Document

COMPOSED_PER_TRANSACTION = 20
TO_POST = ("formal_notice_b2b", "formal_notice_consumer")
LONGEST_NAME = 80

Progress = Callable[[int, int], None]  # done, of how many


def compose_documents(
    *, company_id: int, archive: Archive, actor: str, at: datetime, progress: Progress | None = None
) -> tuple[int, list[str]]:
    """Compose and archive the documents of the messages that wait; return how many, and a French sentence for each
    that cannot be composed: it holds back its own message, and no other.

    Stopped anywhere, it goes on where it was: the same content always gives the same bytes.
    """
    waiting = documents_to_compose(company_id)
    problems: list[str] = []
    for start in range(0, len(waiting), COMPOSED_PER_TRANSACTION):
        hashes = {}
        for document in waiting[start : start + COMPOSED_PER_TRANSACTION]:
            try:
                logo = logo_of(document.content, archive)
                hashes[document.pk] = archive.put(typeset(document.content, logo))
            except (CannotBeTypeset, DocumentLost) as error:
                problems.append(
                    f"{document.name} ({document.customer.name}) ne peut pas être composé : {error}"
                )
        keep_documents(company_id=company_id, hashes=hashes, actor=actor, at=at)
        if progress is not None:
            progress(min(start + COMPOSED_PER_TRANSACTION, len(waiting)), len(waiting))
    return len(waiting) - len(problems), problems


def lay_to_post(document: Document, archive: Archive, letters: Path) -> bool:
    """Lay a letter in the company's folder, for a person to print and post; false for a document that is not posted.

    It is laid when its message leaves: a letter that lies there is still true. The same one always has one place.
    """
    if document.kind in TO_POST:
        name = f"{Path(document.name).stem[:LONGEST_NAME]}-{document.pk}.pdf".replace("/", "-")
        write_whole(letters / document.company.slug / name, archive.get(document.sha256))
    return document.kind in TO_POST
