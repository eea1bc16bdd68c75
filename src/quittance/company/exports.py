"""What the company takes with it: its own tables, and the word in the journal that it did."""

from datetime import datetime

from django.db import transaction
from django.forms.models import model_to_dict

from quittance.company.models import BankAccount, Company, Job, Mailbox, Mandate, Member
from quittance.formats.exporting import Table
from quittance.journal.operations import append, hold

_SECRETS = ("company", "smtp_password", "imap_password")


def tables(company_id: int) -> list[Table]:
    """The company's accounts, people and mandates."""
    return [
        Table(
            "comptes_bancaires",
            (
                ("Compte", "pk"), ("IBAN", "iban"), ("Numéro", "number"), ("BIC", "bic"), ("Devise", "currency"),
                ("Déclaré", "declared"), ("Relevés depuis", "since_on"), ("Fermé le", "closed_on"),
            ),
            BankAccount.objects.filter(company_id=company_id).order_by("pk"),
        ),
        Table(
            "personnes",
            (
                ("Personne", "pk"), ("Nom", "name"), ("Fonction", "title"), ("Adresse électronique", "email"),
                ("Téléphone", "phone"), ("Rôle", "role"), ("Peut relancer", "may_send"), ("Rang", "rank"),
                ("Arrivée", "joined_at"), ("Départ", "left_at"),
            ),
            Member.objects.filter(company_id=company_id).order_by("rank", "pk"),
        ),
        Table(
            "mandats",
            (
                ("Personne", "member__email"), ("Du", "from_on"), ("Au", "until_on"), ("Jusqu'à J+", "up_to_days"),
                ("Signe comme", "signs_as__name"), ("Facture maximale", "max_invoice_cents"),
                ("Promesse maximale (jours)", "max_promise_days"), ("Rapproche", "may_match"),
                ("Signé le", "signed_on"), ("Signé par", "signed_by"), ("Révoqué", "revoked_at"),
                ("Révoqué par", "revoked_by"),
            ),
            Mandate.objects.filter(company_id=company_id).order_by("pk"),
        ),
    ]  # fmt: skip


def settings_of(company_id: int) -> dict[str, object]:
    """What the company set, without any password."""
    company = model_to_dict(Company.objects.get(pk=company_id))
    mailbox = Mailbox.objects.filter(company_id=company_id).first()
    theirs = (
        {name: value for name, value in model_to_dict(mailbox).items() if name not in _SECRETS}
        if mailbox
        else {}
    )
    return {"societe": company, "messagerie": theirs}


@transaction.atomic
def note_exported(*, company_id: int, size: int, sha256: str, actor: str, at: datetime) -> None:
    """Note that everything was taken out, and the fingerprint of what was."""
    hold(company_id=company_id)
    append(
        company_id=company_id,
        kind="company.exported",
        data={"bytes": size, "sha256": sha256},
        actor=actor,
        at=at,
    )


def newest_job(company_id: int, kind: str) -> Job | None:
    """Return the company's newest long work of a kind, with its person, wherever it stands."""
    return (
        Job.objects.filter(company_id=company_id, kind=kind).select_related("person").order_by("-pk").first()
    )


def finished_job(company_id: int, kind: str, job_id: int) -> Job | None:
    """Return long work of a kind that came to its end without an error."""
    found = Job.objects.filter(
        company_id=company_id, kind=kind, pk=job_id, finished_at__isnull=False, error=""
    )
    return found.first()
