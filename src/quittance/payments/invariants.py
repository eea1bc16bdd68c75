"""What must hold between payments, receivables and bank lines."""

from django.db.models import F, Q, Sum
from django.db.models.functions import Coalesce

from quittance.domain.invariants import Violation
from quittance.payments.models import Allocation, BankLine, Payment, Receivable
from quittance.payments.waiting import unexplained

INVOICE = "installment__invoice__"


def violations(company_id: int) -> list[Violation]:
    """Check money: what stands on each payment and receivable is what its columns say, inside one company."""
    found = []
    receivables = Receivable.objects.filter(company_id=company_id)
    wrong = receivables.annotate(put=Coalesce(Sum("allocations__amount_cents"), 0)).exclude(
        put=F("allocated_cents") + F("credited_cents")
    )
    found += [
        Violation(
            "receivable_adds_up", f"créance n° {row.pk}", "ses affectations ne font pas ce qui est réglé"
        )
        for row in wrong
    ]
    payments = Payment.objects.filter(company_id=company_id)
    unbalanced = payments.annotate(put=Coalesce(Sum("allocations__amount_cents"), 0)).exclude(
        put=F("allocated_cents")
    )
    found += [
        Violation(
            "payment_adds_up", f"paiement n° {row.pk}", "ses affectations ne font pas ce qui est affecté"
        )
        for row in unbalanced
    ]
    not_the_installment = receivables.exclude(
        due_cents=F("installment__amount_cents"),
        due_on=F("installment__due_on"),
        number=F(f"{INVOICE}number"),
        issued_on=F(f"{INVOICE}issued_on"),
    )
    found += [
        Violation("receivable_is_the_installment", f"créance n° {row.pk}", "elle n'est pas son échéance")
        for row in not_the_installment
    ]
    lines = BankLine.objects.filter(company_id=company_id)
    waiting = unexplained(lines).values("pk")
    mistaken = lines.filter(Q(waits=True) & ~Q(pk__in=waiting) | Q(waits=False, pk__in=waiting))
    found += [
        Violation(
            "line_waits", f"ligne bancaire n° {row.pk}", "elle est dite à expliquer, ou ne l'est pas, à tort"
        )
        for row in mistaken
    ]
    return found + _strangers(company_id)


def _strangers(company_id: int) -> list[Violation]:
    walls = (
        (
            Receivable.objects.filter(company_id=company_id).exclude(customer__company_id=company_id),
            "créance",
        ),
        (
            Receivable.objects.filter(company_id=company_id).exclude(**{f"{INVOICE}company_id": company_id}),
            "créance",
        ),
        (Payment.objects.filter(company_id=company_id).exclude(customer__company_id=company_id), "paiement"),
        (
            Payment.objects.filter(company_id=company_id, bank_line__isnull=False).exclude(
                bank_line__company_id=company_id
            ),
            "paiement",
        ),
        (
            Allocation.objects.filter(payment__company_id=company_id).exclude(
                receivable__company_id=company_id
            ),
            "affectation",
        ),
        (
            BankLine.objects.filter(company_id=company_id).exclude(bank_account__company_id=company_id),
            "ligne bancaire",
        ),
    )
    return [
        Violation("walls", f"{noun} n° {row.pk}", "elle renvoie à une autre société")
        for rows, noun in walls
        for row in rows
    ]
