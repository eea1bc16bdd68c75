"""The mandate of an assistant as a document to read, print and sign: the shipped text, filled with its facts."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from quittance.company.queries import bank_accounts, members
from quittance.domain.texts import typography
from quittance.domain.texts.documents import render_document
from quittance.flows.letterhead import legal_line

if TYPE_CHECKING:
    from quittance.company.models import Company, Mandate
    from quittance.domain.texts.documents import Block, RenderedDocument
    from quittance.domain.texts.typography import Language

BLANK = "………………………………"  # written by hand before signing: the product does not know it
_STEPS = {"mandate.step_before_due": -7, "mandate.step_1": 10, "mandate.step_2": 20, "mandate.step_call": 25}


@dataclass(frozen=True, slots=True)
class MandatePaper:
    """The document, its warning apart: what stands above the title in the shipped text."""

    title: str
    warning: tuple[Block, ...]
    blocks: tuple[Block, ...]


def mandate_paper(mandate: Mandate, language: Language) -> MandatePaper:
    """Write a mandate. What only its parties know (fee, insurance) is left blank."""
    written = _written(mandate, language)
    warning = tuple(block for block in written.blocks if _is_quoted(block))
    text = tuple(block for block in written.blocks if not _is_quoted(block) and block.place != "heading")
    return MandatePaper(written.title, warning, text)


def _written(mandate: Mandate, language: Language) -> RenderedDocument:
    yes, no = ("oui", "non") if language == "fr" else ("yes", "no")
    company, assistant = mandate.company, mandate.member
    signer = mandate.signs_as or members(company.pk)[0]
    allowed = {name: mandate.up_to_days >= day for name, day in _STEPS.items()}
    ceiling = mandate.max_invoice_cents
    unlimited = "sans limite" if language == "fr" else "no limit"
    return render_document(
        "assistant_mandate",
        language,
        {
            "company.legal_identity": _identity(company),
            "company.signatory": ", ".join(part for part in (signer.name, signer.title) if part),
            "pay.iban": bank_accounts(company.pk)[0].iban,
            "mandate.assistant_identity": f"{assistant.name}, {assistant.email}",
            "mandate.assistant_signatory": assistant.name,
            **{name: yes if may else no for name, may in allowed.items()},
            **{name.replace("step_", "ok_"): no if may else yes for name, may in allowed.items()},
            "mandate.step_notice": yes,
            "mandate.step_notes": yes,
            "mandate.ok_notes": no,
            "mandate.customers": "tous" if language == "fr" else "all",
            "mandate.max_amount": unlimited if ceiling is None else typography.money(ceiling, language),
            "mandate.max_promise_days": mandate.max_promise_days,
            "mandate.texts_approved_on": mandate.signed_on,
            "mandate.hours": "jours ouvrés" if language == "fr" else "working days",
            "mandate.report_days": 2,
            "mandate.fee_words": BLANK,
            "mandate.insurance": BLANK,
            "mandate.from_on": mandate.from_on,
            "mandate.until_on": mandate.until_on,
            "mandate.signed_on": mandate.signed_on,
        },
    )


def _identity(company: Company) -> str:
    place = f"{company.postcode} {company.city}".strip()
    return ", ".join(part for part in (company.name, legal_line(company), company.street, place) if part)


def _is_quoted(block: Block) -> bool:
    return bool(block.lines) and bool(block.lines[0]) and block.lines[0][0].text.startswith(">")
