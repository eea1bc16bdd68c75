"""The journal in words: for each kind of entry what was done, and which of its facts are worth a line."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _

from quittance.domain.money import french_euros

if TYPE_CHECKING:
    from django.utils.functional import Promise

# kind -> (what was done, its facts). A list stands for how many there are; cents are told in euros, days in French.
SENTENCES: dict[str, tuple[str | Promise, str | Promise]] = {
    "company.created": (_("Société créée"), _("%(name)s, SIREN %(siren)s")),
    "company.changed": (_("Société modifiée"), _("Changé : %(keys)s")),
    "company.bank_account_added": (_("Compte bancaire ajouté"), _("%(iban)s%(number)s, %(currency)s")),
    "company.bank_account_declared": (_("Compte bancaire déclaré"), "%(iban)s"),
    "company.bank_account_closed": (_("Compte bancaire fermé"), _("%(iban)s%(number)s le %(closed_on)s")),
    "company.bank_account_awaited": (
        _("Premier jour des relevés fixé"), _("%(iban)s%(number)s depuis %(since_on)s"),
    ),
    "company.member_added": (_("Personne ajoutée"), "%(name)s, %(email)s"),
    "company.member_joined": (_("Personne reliée à un compte"), _("Rôle : %(role)s")),
    "company.person_invited": (_("Personne invitée"), "%(email)s, %(role)s"),
    "company.invitation_resent": (_("Invitation renvoyée"), "%(email)s"),
    "company.invitation_withdrawn": (_("Invitation retirée"), "%(email)s"),
    "company.person_joined": (_("Invitation acceptée"), "%(email)s, %(role)s"),
    "company.role_changed": (_("Rôle changé"), _("De %(from)s à %(to)s")),
    "company.person_left": (_("Personne partie"), "%(email)s, %(role)s"),
    "company.mandate_granted": (_("Mandat donné"), _("Du %(from_on)s au %(until_on)s, jusqu'à J+%(up_to_days)s")),
    "company.mandate_revoked": (_("Mandat révoqué"), ""),
    "company.mailbox_changed": (_("Messagerie modifiée"), "%(smtp_host)s %(imap_host)s"),
    "company.mailbox_tested": (_("Messagerie essayée"), "%(what)s %(answer)s"),
    "company.exported": (_("Données exportées"), _("%(bytes)s octets, empreinte %(sha256)s")),
    "customers.recorded": (_("Clients importés"), _("Nouveaux : %(new)s, modifiés : %(changed)s, fichier %(source)s")),
    "customers.created": (_("Client créé"), "%(customer)s"),
    "customers.changed": (_("Client modifié"), _("%(customer)s, changé : %(keys)s")),
    "customers.released": (_("Clients sans responsable"), _("Clients : %(customers)s")),
    "customers.contact_added": (_("Contact ajouté"), "%(customer)s, %(email)s"),
    "customers.contact_changed": (_("Contact modifié"), "%(customer)s, %(email)s"),
    "customers.contact_removed": (_("Contact retiré"), "%(customer)s, %(email)s"),
    "customers.note_added": (_("Note écrite"), "%(customer)s"),
    "customers.note_removed": (_("Note retirée"), "%(customer)s"),
    "customers.note_restored": (_("Note rétablie"), "%(customer)s"),
    "sales.invoices_recorded": (_("Factures importées"), _("Factures : %(invoices)s, fichier %(source)s")),
    "sales.due_dates_moved": (_("Échéances déplacées"), _("Factures : %(invoices)s, fichier %(source)s")),
    "payments.receivables_opened": (_("Créances ouvertes"), _("%(count)s créances, %(cents)s")),
    "payments.due_dates_moved": (_("Échéances de créances déplacées"), _("Créances : %(receivables)s")),
    "payments.statement_imported": (
        _("Relevé importé"), _("%(file)s : %(new)s mouvements nouveaux sur %(lines)s"),
    ),
    "payments.matched": (
        _("Rapprochement"), _("Lignes vues : %(looked_at)s, affectées : %(allocated)s, à décider : %(proposed)s"),
    ),
    "payments.recorded": (_("Paiements notés"), _("Paiements : %(payments)s")),
    "payments.undone": (_("Paiement défait"), "%(cents)s"),
    "payments.untied": (_("Paiement séparé de sa ligne de banque"), ""),
    "payments.tied": (_("Paiements reliés à leur ligne de banque"), _("Lignes : %(lines)s")),
    "payments.same_money": (_("Paiements reconnus dans un fichier"), _("Paiements : %(payments)s")),
    "payments.set_aside": (_("Ligne de banque classée"), "%(cents)s, %(reason)s"),
    "payments.set_aside_undone": (_("Ligne de banque reprise"), ""),
    "payments.credit_used": (_("Crédit utilisé"), "%(customer)s"),
    "payments.credit_taken_back": (_("Crédit repris"), "%(customer)s"),
    "correspondence.documents_kept": (_("Documents archivés"), _("Documents : %(documents)s")),
    "correspondence.document_hidden": (_("Document masqué"), "%(name)s"),
    "correspondence.document_shown": (_("Document montré de nouveau"), "%(name)s"),
    "correspondence.answer_queued": (_("Réponse mise en file"), "%(customer)s"),
    "correspondence.sent": (_("Message parti"), _("n° %(message)s à %(to)s")),
    "correspondence.postponed": (_("Message différé par le serveur"), _("n° %(message)s : %(answer)s")),
    "correspondence.refused": (_("Adresse refusée par le serveur"), _("n° %(message)s : %(answer)s")),
    "correspondence.rejected": (_("Message rejeté par le serveur"), _("n° %(message)s : %(answer)s")),
    "correspondence.in_doubt": (_("Envoi douteux"), _("n° %(message)s : %(answer)s")),
    "correspondence.doubt_settled": (_("Envoi douteux tranché"), _("n° %(message)s, parti : %(it_left)s")),
    "correspondence.cancelled": (_("Message retiré avant l'envoi"), _("n° %(message)s : %(reason)s")),
    "correspondence.called": (_("Appel noté"), "%(customer)s"),
    "collection.plans_started": (_("Plans de relance créés"), _("Plans : %(plans)s")),
    "collection.plan_changed": (_("Plan de relance modifié"), "%(plan)s"),
    "collection.reminders_recorded": (_("Relances décidées"), _("Jour : %(day)s, relances : %(reminders)s")),
    "collection.paused": (_("Relances suspendues"), _("%(customer)s jusqu'au %(until)s : %(reason)s")),
    "collection.pause_lifted": (_("Pause levée"), "%(customer)s"),
    "collection.promised": (_("Promesse notée"), _("%(customer)s : %(cents)s pour le %(on)s")),
    "collection.promise_withdrawn": (_("Promesse retirée"), ""),
    "collection.dispute_opened": (_("Litige ouvert"), _("%(customer)s, créances : %(receivables)s")),
    "collection.dispute_settled": (_("Litige réglé"), "%(outcome)s"),
    "collection.text_rewritten": (_("Texte réécrit"), "%(text)s"),
    "collection.text_as_shipped": (_("Texte d'origine rétabli"), "%(text)s"),
    "collection.trial_sent": (_("Essai d'un texte envoyé"), _("%(text)s à %(to)s")),
}  # fmt: skip

_ROLES: dict[str, str | Promise] = {
    "owner": _("dirigeant"),
    "accountant": _("comptable"),
    "sales": _("commercial"),
    "assistant": _("assistant"),
    "reader": _("lecteur"),
}
# What was changed, in the words of the forms.
_COLUMNS: dict[str, str | Promise] = {
    "name": _("nom"),
    "legal_form": _("forme juridique"),
    "capital_cents": _("capital"),
    "registry_city": _("RCS"),
    "street": _("rue"),
    "postcode": _("code postal"),
    "city": _("ville"),
    "country": _("pays"),
    "phone": _("téléphone"),
    "email": _("adresse électronique"),
    "mediator": _("médiateur"),
    "vat_regime": _("TVA"),
    "default_term": _("délai habituel"),
    "clause_rate_bp": _("taux de pénalités"),
    "minimum_gap_days": _("jours entre deux messages"),
    "reminder_threshold_cents": _("plus petite somme relancée"),
    "undo_minutes": _("minutes pour annuler"),
    "bank_stale_after_working_days": _("fraîcheur de la banque"),
    "brand_color": _("couleur"),
    "logo_sha256": _("logo"),
    "signer": _("signataire"),
    "kind": _("type"),
    "siren": _("SIREN"),
    "vat_number": _("numéro de TVA"),
    "iban": _("IBAN"),
    "payer_names": _("noms du payeur"),
    "term": _("délai"),
    "language": _("langue"),
    "address_form": _("tutoiement"),
    "tone": _("ton"),
    "in_charge": _("responsable"),
    "in_charge_id": _("responsable"),
}
_FEW_DIGITS = 12  # of a hash: enough to tell two apart


def told(kind: str, data: Mapping[str, object], customers: Mapping[int, str]) -> tuple[str, str]:
    """Return what was done, and its facts, in words; a kind that this table does not know is told by its name."""
    done, facts = SENTENCES.get(kind, (kind, ""))
    return str(done), (str(facts) % _Facts(data, customers)).strip(" ,")


class _Facts(dict[str, str]):
    """The facts of an entry as words; those it has not are empty."""

    def __init__(self, data: Mapping[str, object], customers: Mapping[int, str]) -> None:
        super().__init__({name: _word(name, value, customers) for name, value in data.items()})
        if "keys" not in data:
            changed = data.get("changed", data)
            names = (
                [name for name, value in changed.items() if value != {}]
                if isinstance(changed, Mapping)
                else []
            )
            self["keys"] = ", ".join(str(_COLUMNS.get(name, name)) for name in names)

    def __missing__(self, name: str) -> str:
        return ""


def _word(name: str, value: object, customers: Mapping[int, str]) -> str:
    if value is None:
        return "–"
    if isinstance(value, bool):
        return str(_("oui")) if value else str(_("non"))
    if isinstance(value, int):
        if name == "customer":
            return customers.get(value, f"n° {value}")
        return french_euros(value) if name.endswith("cents") else str(value)
    if isinstance(value, list | dict):
        return str(len(value))
    text = str(value).partition(" sha256:")[0]
    if name in ("role", "from", "to") and text in _ROLES:
        return str(_ROLES[text])
    if name == "sha256":
        return text[:_FEW_DIGITS]
    return _day(text)


def _day(text: str) -> str:
    """A day as the French write it; any other text as it is."""
    try:
        on = date.fromisoformat(text) if len(text) == 10 else datetime.fromisoformat(text).date()
    except ValueError:
        return text
    return f"{on:%d/%m/%Y}"
