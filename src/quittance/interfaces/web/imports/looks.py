"""What a file would bring, as its page shows it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from quittance.flows.onboard import ImportedInvoices
from quittance.flows.onboard_fec import ImportedFec
from quittance.flows.preview_import import CustomersFound, InvoicesFound, Problem

if TYPE_CHECKING:
    from quittance.flows.uploads import Look
    from quittance.formats.invoice_rows import CustomerRow, InvoiceRow
    from quittance.formats.sifting import Sifted
    from quittance.payments.operations import ImportedStatement

FIRST_PROBLEMS, SHOWN_PROBLEMS = 10, 100
SHOWN_ROWS = 5

FIELDS: Mapping[str, Mapping[str, Promise]] = {
    "customers": {
        "reference": gettext_lazy("Code client"),
        "name": gettext_lazy("Raison sociale"),
        "kind": gettext_lazy("Type de client"),
        "siren": gettext_lazy("SIREN ou SIRET"),
        "vat_number": gettext_lazy("N° de TVA"),
        "street": gettext_lazy("Adresse"),
        "postcode": gettext_lazy("Code postal"),
        "city": gettext_lazy("Ville"),
        "country": gettext_lazy("Pays"),
        "email": gettext_lazy("E-mail"),
        "phone": gettext_lazy("Téléphone"),
        "iban": gettext_lazy("IBAN"),
        "term": gettext_lazy("Délai de paiement"),
        "payer_aliases": gettext_lazy("Autres payeurs"),
        "contact_civility": gettext_lazy("Civilité du contact"),
        "contact_first_name": gettext_lazy("Prénom du contact"),
        "contact_last_name": gettext_lazy("Nom du contact"),
        "language": gettext_lazy("Langue"),
        "address_form": gettext_lazy("Tutoiement"),
        "tone": gettext_lazy("Ton des relances"),
        "in_charge_email": gettext_lazy("E-mail du commercial"),
    },
    "invoices": {
        "number": gettext_lazy("Numéro de facture"),
        "customer_reference": gettext_lazy("Code client"),
        "customer_name": gettext_lazy("Client"),
        "issued_on": gettext_lazy("Date d'émission"),
        "due_on": gettext_lazy("Échéance"),
        "currency": gettext_lazy("Devise"),
        "net_cents": gettext_lazy("Total HT"),
        "vat_cents": gettext_lazy("Total TVA"),
        "total_cents": gettext_lazy("Total TTC"),
        "kind": gettext_lazy("Type de pièce"),
        "order_reference": gettext_lazy("Commande"),
        "subject": gettext_lazy("Objet"),
        "paid_cents": gettext_lazy("Déjà payé"),
        "open_cents": gettext_lazy("Reste à payer"),
    },
}


@dataclass(frozen=True, slots=True)
class Figure:
    """A key figure of a file: a count or an amount, and what it means."""

    words: str
    count: int | None
    help: str = ""
    cents: int | None = None
    tone: str = ""


@dataclass(frozen=True, slots=True)
class ColumnChoice:
    """A column of the file as its row of the page: what it holds, what it becomes."""

    place: int
    title: str
    example: str
    field: str


def described(look: Look) -> dict[str, Any]:
    """Return what the page of a file shows: figures, problems, columns, first rows, and the words of its button."""
    if isinstance(look, CustomersFound):
        return _customers(look)
    if isinstance(look, InvoicesFound):
        return _invoices(look)
    if isinstance(look, ImportedInvoices):
        return _einvoice(look)
    if isinstance(look, ImportedFec):
        return _fec(look)
    return _statement(look)


def _customers(found: CustomersFound) -> dict[str, Any]:
    ready = len(found.ready)
    return {
        "figures": [
            Figure(
                _("Prêts"),
                ready,
                ngettext("dont %(count)s nouveau", "dont %(count)s nouveaux", found.new)
                % {"count": found.new},
            ),
            _to_correct(found.wrong_lines),
            Figure(_("Déjà là"), ready - found.new, _("complétés par le fichier, jamais effacés")),
        ],
        "button": ngettext("Importer %(count)s client", "Importer %(count)s clients", ready)
        % {"count": ready},
        "ready": ready,
        "customers": found.ready[:SHOWN_ROWS],
        **_table(found.problems, found.wrong_lines, found.file, "customers"),
        "row_count": len(found.file.table),
    }


def _invoices(found: InvoicesFound) -> dict[str, Any]:
    ready = len(found.ready)
    offered = ready or len(found.known)  # known ones may have moved, or been paid since
    return {
        "figures": [
            Figure(_("Prêtes"), ready, cents=found.ready_cents),
            _to_correct(found.wrong_lines),
            Figure(
                _("Déjà là"),
                len(found.known),
                _("leur échéance et ce qui est réglé sont suivis") if found.known else "",
            ),
            Figure(
                _("Clients nouveaux"),
                len(found.new_customers),
                _("créés avec leurs factures") if found.new_customers else "",
            ),
        ],
        "button": (
            ngettext("Importer %(count)s facture", "Importer %(count)s factures", ready) % {"count": ready}
            if ready or not found.known
            else _("Mettre à jour les factures déjà là")
        ),
        "ready": offered,
        "invoices": [_shown(row) for row in (found.ready or found.known)[:SHOWN_ROWS]],
        **_table(found.problems, found.wrong_lines, found.file, "invoices"),
        "row_count": len(found.file.table),
    }


def _shown(row: InvoiceRow) -> dict[str, Any]:
    left = row.total_cents - row.paid_cents if row.kind == "invoice" else None
    names = ("number", "kind", "customer_name", "customer_reference", "issued_on", "due_on", "total_cents")
    return {name: getattr(row, name) for name in names} | {"left_cents": left}


def _to_correct(wrong: frozenset[int]) -> Figure:
    return Figure(
        _("À corriger"),
        len(wrong),
        _("ne seront pas importées") if wrong else "",
        tone="grave" if wrong else "",
    )


def _table(
    problems: Sequence[Problem],
    wrong: frozenset[int],
    file: Sifted[CustomerRow] | Sifted[InvoiceRow],
    kind: str,
) -> dict[str, Any]:
    return {
        "problems": problems[:FIRST_PROBLEMS],
        "further_problems": problems[FIRST_PROBLEMS:SHOWN_PROBLEMS],
        "more_problems": max(0, len(problems) - SHOWN_PROBLEMS),
        "wrong_count": len(wrong),
        "missing": _missing(file, FIELDS[kind]),
        "columns": [ColumnChoice(one.place, one.title, one.example, one.field) for one in file.columns],
        "fields": FIELDS[kind].items(),
    }


def _missing(file: Sifted[CustomerRow] | Sifted[InvoiceRow], words: Mapping[str, Promise]) -> str:
    """Say which columns must still be chosen before the rows can be read."""
    if not file.missing:
        return ""
    if file.lacking:
        either = _(" ou ")
        wanted = ", ".join(either.join(str(words[field]) for field in need) for need in file.lacking)
        return _("Il reste à dire quelle colonne porte : %(wanted)s.") % {"wanted": wanted}
    return f"{file.missing[0].upper()}{file.missing[1:]}."


def _einvoice(found: ImportedInvoices) -> dict[str, Any]:
    return {
        "figures": [
            Figure(_("Prêtes"), found.new, cents=found.total_cents),
            Figure(_("Déjà là"), found.known, _("elle ne change pas") if found.known else ""),
            Figure(_("Clients nouveaux"), found.new_customers),
        ],
        "button": _("Importer cette facture"),
        "ready": found.new or found.known,
    }


def _fec(found: ImportedFec) -> dict[str, Any]:
    known = _("%(known)s déjà là") % {"known": found.known_invoices}
    groups = _("%(groups)s lettrages repris") % {"groups": found.lettered_groups}
    return {
        "figures": [
            Figure(_("Factures nouvelles"), found.new_invoices, known),
            Figure(_("Paiements"), found.new_payments, groups),
            Figure(_("Clients nouveaux"), found.new_customers),
        ],
        "balance": (found.balance_cents, found.open_cents),
        "findings": found.findings[:SHOWN_PROBLEMS],
        "more_findings": max(0, len(found.findings) - SHOWN_PROBLEMS),
        "button": _("Importer ce FEC"),
        "ready": found.new_invoices + found.new_payments + found.new_customers + found.known_invoices,
    }


def _statement(found: ImportedStatement) -> dict[str, Any]:
    known = _("%(known)s déjà là") % {"known": found.known + found.repeats}
    button = ngettext("Importer %(count)s mouvement", "Importer %(count)s mouvements", found.new)
    return {
        "figures": [
            Figure(_("Mouvements nouveaux"), found.new, known),
            Figure(_("Reçus"), None, cents=found.received_cents),
            Figure(_("Sortis"), None, cents=found.paid_out_cents),
        ],
        "statement": found,
        "button": button % {"count": found.new},
        "ready": found.new,
    }
