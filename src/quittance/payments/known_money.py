"""Reading the money that may be known twice: by the books or by hand, and by the bank."""

from datetime import date

from django.db.models import Exists, OuterRef, Q

from quittance.domain.matching import IncomingLine
from quittance.domain.matching.same_money import KnownPayment
from quittance.payments.models import BankLine, Payment

# What a FEC states as money received; its credit notes, adjustments and openings have keys of their own.
FEC_PAYMENT = "fec:"
BY_BANK = ("transfer", "cheque", "card", "other")


def payments_without_line(company_id: int) -> list[KnownPayment]:
    """Return the standing payments of a FEC or noted by hand that may be on a bank line nobody tied to them yet."""
    rows = Payment.objects.filter(
        Q(source_key="") | Q(source_key__startswith=FEC_PAYMENT),
        company_id=company_id,
        undone_at__isnull=True,
        bank_line__isnull=True,
        tied_at__isnull=True,
        credit_note__isnull=True,
        method__in=BY_BANK,
    )
    return [
        KnownPayment(*row)
        for row in rows.values_list("pk", "customer_id", "received_on", "amount_cents").iterator(5000)
    ]


def payments_without_source(company_id: int) -> list[KnownPayment]:
    """Return the standing payments, of the bank or noted by hand, that no accounting file has stated yet."""
    rows = Payment.objects.filter(
        company_id=company_id, undone_at__isnull=True, credit_note__isnull=True, source_key=""
    ).order_by("received_on", "pk")
    return [
        KnownPayment(*row)
        for row in rows.values_list("pk", "customer_id", "received_on", "amount_cents").iterator(5000)
    ]


def lines_without_payment(company_id: int, since: date = date.min) -> list[IncomingLine]:
    """Return the credits in euros that never paid anything and that nobody set aside, booked from a day on."""
    rows = BankLine.objects.filter(
        ~Exists(Payment.objects.filter(bank_line=OuterRef("pk"))),
        company_id=company_id,
        waits=True,
        booked_on__gte=since,
    ).values_list(
        "pk", "booked_on", "amount_cents", "label", "counterparty_name", "counterparty_iban", "structured_ref",
        "end_to_end_id",
    )  # fmt: skip
    return [IncomingLine(*row) for row in rows.iterator(5000)]
