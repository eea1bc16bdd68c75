"""What a company takes with it of its reminders, and of what customers answered."""

from quittance.collection.models import (
    Dispute,
    OwnText,
    Pause,
    Promise,
    Reminder,
    ReminderItem,
    Step,
)
from quittance.formats.exporting import Table


def tables(company_id: int) -> list[Table]:
    """Plans, texts, reminders and what they spoke of, pauses, promises and disputes."""
    return [*_what_we_said(company_id), *_what_they_said(company_id)]


def _what_we_said(company_id: int) -> list[Table]:
    return [
        Table(
            "plans",
            (
                ("Plan", "plan__name"), ("Type de client", "plan__customer_kind"), ("Étape", "code"),
                ("Jours après l'échéance", "offset_days"), ("Moyen", "channel"), ("Texte", "text"),
                ("Délai minimal (jours)", "minimum_term_days"), ("Retirée", "removed_at"),
            ),
            Step.objects.filter(plan__company_id=company_id).order_by("plan_id", "offset_days"),
        ),
        Table(
            "textes",
            (
                ("Texte", "text"), ("Langue", "language"), ("Tutoiement", "address_form"), ("Objet", "subject"),
                ("Objet (plusieurs factures)", "subject_many"), ("Introduction (une facture)", "lead_one"),
                ("Introduction (plusieurs factures)", "lead_many"), ("Corps", "body"), ("Par", "actor"),
                ("Quand", "at"), ("Remplacé", "replaced_at"),
            ),
            OwnText.objects.filter(company_id=company_id).order_by("pk"),
        ),
        Table(
            "relances",
            (
                ("Relance", "pk"), ("Code client", "customer__reference"), ("Étape", "step"), ("Moyen", "channel"),
                ("Décidée le", "decided_on"), ("Montant", "amount_cents"), ("Crédit déduit", "credit_cents"),
                ("Raisons", "reasons"), ("Message", "message_id"), ("Lettre", "letter_id"), ("Par", "actor"),
                ("Quand", "at"), ("Annulée", "cancelled_at"),
            ),
            Reminder.objects.filter(company_id=company_id).order_by("pk"),
        ),
        Table(
            "relances_creances",
            (
                ("Relance", "reminder_id"), ("Créance", "receivable_id"),
                ("Numéro", "receivable__installment__invoice__number"), ("Étape faite", "is_new"),
                ("Reste alors", "open_cents"), ("Échéance alors", "due_on"), ("Annulée", "cancelled_at"),
            ),
            ReminderItem.objects.filter(reminder__company_id=company_id).order_by("reminder_id", "pk"),
        ),
    ]  # fmt: skip


def _what_they_said(company_id: int) -> list[Table]:
    return [
        Table(
            "pauses",
            (
                ("Code client", "customer__reference"), ("Du", "from_on"), ("Au", "until_on"), ("Raison", "reason"),
                ("Par", "actor"), ("Quand", "at"), ("Levée", "lifted_at"), ("Levée par", "lifted_by"),
            ),
            Pause.objects.filter(company_id=company_id).order_by("pk"),
        ),
        Table(
            "promesses",
            (
                ("Code client", "customer__reference"), ("Montant", "amount_cents"), ("Promis pour", "promised_on"),
                ("Par la voix de", "said_by"), ("Moyen", "channel"), ("Notée par", "actor"), ("Quand", "at"),
                ("Retirée", "withdrawn_at"), ("Retirée par", "withdrawn_by"),
            ),
            Promise.objects.filter(company_id=company_id).order_by("pk"),
        ),
        Table(
            "litiges",
            (
                ("Litige", "pk"), ("Code client", "customer__reference"), ("Nature", "category"), ("Texte", "text"),
                ("Responsable", "in_charge__email"), ("Répondre avant le", "answer_by_on"), ("Ouvert par", "opened_by"),
                ("Ouvert", "opened_at"), ("Réglé", "settled_at"), ("Réglé par", "settled_by"), ("Issue", "outcome"),
                ("Suite", "outcome_text"),
            ),
            Dispute.objects.filter(company_id=company_id).order_by("pk"),
        ),
        Table(
            "litiges_creances",
            (("Litige", "dispute_id"), ("Créance", "receivable_id")),
            Dispute.receivables.through.objects.filter(dispute__company_id=company_id).order_by("pk"),
        ),
    ]  # fmt: skip
