"""Money: what the bank says came in, what is owed, and what was put on what."""

from django.db import models
from django.db.models import F, Q


class StatementImport(models.Model):
    """One file of the bank, read whole."""

    company = models.ForeignKey("company.Company", on_delete=models.PROTECT, related_name="+")
    sha256 = models.CharField(max_length=64)
    file_name = models.CharField(max_length=255)
    format = models.CharField(max_length=40)
    line_count = models.PositiveIntegerField()
    new_count = models.PositiveIntegerField()
    imported_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["company", "sha256"], name="statement_file_once_per_company")
        ]


class BankStatement(models.Model):
    """One account over one period, as a file states it: what makes the account « read through » a day."""

    statement_import = models.ForeignKey(StatementImport, on_delete=models.PROTECT, related_name="statements")
    bank_account = models.ForeignKey("company.BankAccount", on_delete=models.PROTECT, related_name="+")
    reference = models.CharField(max_length=80, blank=True)
    from_on = models.DateField(null=True)
    to_on = models.DateField(null=True)
    opening_cents = models.BigIntegerField(null=True)
    closing_cents = models.BigIntegerField(null=True)


class BankLine(models.Model):
    """One movement. `digest` recognises it in an overlapping or repeated file."""

    company = models.ForeignKey("company.Company", on_delete=models.PROTECT, related_name="+")
    bank_account = models.ForeignKey("company.BankAccount", on_delete=models.PROTECT, related_name="+")
    statement = models.ForeignKey(BankStatement, on_delete=models.PROTECT, related_name="lines")
    position = (
        models.PositiveIntegerField()
    )  # 1-based in the file that brought it, recognised repeats counted
    booked_on = models.DateField()
    value_on = models.DateField(null=True)
    amount_cents = models.BigIntegerField()
    currency = models.CharField(max_length=3)
    label = models.TextField()
    bank_ref = models.CharField(max_length=80, blank=True)
    end_to_end_id = models.CharField(max_length=80, blank=True)
    counterparty_name = models.CharField(max_length=200, blank=True)
    counterparty_iban = models.CharField(max_length=34, blank=True)
    structured_ref = models.CharField(max_length=40, blank=True)
    digest = models.CharField(max_length=64)
    # A credit in euros that pays nothing and that nobody set aside. The verbs keep it, `invariants` checks it:
    # found anew, it would cost a look at every line of every year.
    waits = models.BooleanField(default=False)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["bank_account", "digest"], name="bank_line_once_per_account"),
        ]
        indexes = [
            models.Index(fields=["company", "booked_on"], condition=Q(waits=True), name="bank_line_waiting"),
            models.Index(fields=["company", "booked_on"], name="bank_line_by_day"),
            models.Index(fields=["company", "amount_cents"], name="bank_line_by_amount"),
        ]


class Payment(models.Model):
    """Money (or a credit note) of a customer: put on receivables, refunded, or kept as credit."""

    company = models.ForeignKey("company.Company", on_delete=models.PROTECT, related_name="+")
    customer = models.ForeignKey("customers.Customer", on_delete=models.PROTECT, related_name="+")
    method = models.CharField(max_length=12)
    received_on = models.DateField()
    bank_line = models.ForeignKey(BankLine, on_delete=models.PROTECT, null=True, related_name="payments")
    credit_note = models.OneToOneField("sales.Invoice", on_delete=models.PROTECT, null=True, related_name="+")
    source_key = models.CharField(max_length=120, blank=True)  # of a payment that a file of ours states
    tied_at = models.DateTimeField(
        null=True
    )  # when it was seen on a bank line; without the line: a person said no
    label = models.CharField(max_length=200, blank=True)
    amount_cents = models.PositiveBigIntegerField()
    allocated_cents = models.PositiveBigIntegerField(default=0)
    refunded_cents = models.PositiveBigIntegerField(default=0)
    credit_cents = models.PositiveBigIntegerField(default=0)
    undone_at = models.DateTimeField(null=True)
    undone_by = models.CharField(max_length=120, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(method__in=("transfer", "cheque", "cash", "card", "other", "credit_note")),
                name="payment_method_known",
            ),
            models.CheckConstraint(condition=Q(amount_cents__gt=0), name="payment_positive"),
            models.CheckConstraint(
                condition=Q(
                    undone_at__isnull=True,
                    amount_cents=F("allocated_cents") + F("refunded_cents") + F("credit_cents"),
                )
                | Q(undone_at__isnull=False, allocated_cents=0, refunded_cents=0, credit_cents=0),
                name="payment_is_fully_explained",
            ),
            models.UniqueConstraint(
                fields=["bank_line"],
                condition=Q(undone_at__isnull=True, bank_line__isnull=False),
                name="bank_line_pays_once",
            ),
            models.UniqueConstraint(
                fields=["company", "source_key"],
                condition=~Q(source_key=""),
                name="payment_source_once_per_company",
            ),
        ]
        indexes = [
            models.Index(
                fields=["company", "customer"], condition=Q(credit_cents__gt=0), name="payment_with_credit"
            ),
            models.Index(
                fields=["company", "received_on"],
                condition=Q(credit_note__isnull=False),
                name="payment_by_credit_note",
            ),
        ]


class Receivable(models.Model):
    """What a customer owes for one installment. `open_cents` is what is left; paid means zero."""

    company = models.ForeignKey("company.Company", on_delete=models.PROTECT, related_name="+")
    customer = models.ForeignKey("customers.Customer", on_delete=models.PROTECT, related_name="+")
    installment = models.OneToOneField("sales.Installment", on_delete=models.PROTECT, related_name="+")
    # As the invoice says them, which does not change: lists of a hundred thousand are sorted without a join.
    number = models.CharField(max_length=60)
    issued_on = models.DateField()
    due_on = models.DateField()
    due_cents = models.PositiveBigIntegerField()
    allocated_cents = models.PositiveBigIntegerField(default=0)
    credited_cents = models.PositiveBigIntegerField(default=0)
    written_off_cents = models.PositiveBigIntegerField(default=0)
    open_cents = models.PositiveBigIntegerField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(
                    due_cents=F("allocated_cents")
                    + F("credited_cents")
                    + F("written_off_cents")
                    + F("open_cents")
                ),
                name="receivable_is_fully_explained",
            ),
            models.CheckConstraint(condition=Q(due_cents__gt=0), name="receivable_positive"),
            models.CheckConstraint(
                condition=Q(open_cents__lte=F("due_cents")), name="receivable_open_in_range"
            ),
        ]
        indexes = [
            models.Index(
                fields=["company", "due_on"], condition=Q(open_cents__gt=0), name="receivable_open_by_due"
            ),
            models.Index(
                fields=["company", "customer", "due_on", "open_cents"],
                condition=Q(open_cents__gt=0),
                name="receivable_open_of_customer",
            ),
            # The lists read these two and not the table: whatever the filter and the order.
            models.Index(
                fields=["company", "due_on", "open_cents", "due_cents", "issued_on", "customer", "number"],
                name="receivable_list",
            ),
            models.Index(
                fields=["company", "customer", "due_on", "open_cents", "due_cents", "issued_on", "number"],
                name="receivable_list_by_customer",
            ),
        ]


class Allocation(models.Model):
    """A part of a payment put on a receivable, with its evidence. It is undone by a reverse allocation."""

    payment = models.ForeignKey(Payment, on_delete=models.PROTECT, related_name="allocations")
    receivable = models.ForeignKey(Receivable, on_delete=models.PROTECT, related_name="allocations")
    amount_cents = models.BigIntegerField()
    evidence = models.JSONField()
    reverses = models.OneToOneField("self", on_delete=models.PROTECT, null=True, related_name="reversed_by")
    actor = models.CharField(max_length=120)
    at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(reverses__isnull=True, amount_cents__gt=0)
                | Q(reverses__isnull=False, amount_cents__lt=0),
                name="allocation_sign_tells_reversal",
            ),
        ]


class MatchingRun(models.Model):
    """One look at the bank lines: up to which line, and what came of it. A newer line was not looked at yet."""

    company = models.ForeignKey("company.Company", on_delete=models.PROTECT, related_name="+")
    last_line_id = models.BigIntegerField()
    looked_at = models.PositiveIntegerField()
    allocated = models.PositiveIntegerField()
    proposed = models.PositiveIntegerField()
    actor = models.CharField(max_length=120)
    at = models.DateTimeField()


class SetAside(models.Model):
    """A person said that a credit is the payment of no customer: it is neither matched nor proposed."""

    bank_line = models.OneToOneField(BankLine, on_delete=models.PROTECT, related_name="set_aside")
    reason = models.CharField(max_length=200)
    actor = models.CharField(max_length=120)
    at = models.DateTimeField()


class Proposal(models.Model):
    """What a bank line may be: a customer, and perhaps receivables. Made anew at each matching."""

    bank_line = models.ForeignKey(BankLine, on_delete=models.CASCADE, related_name="proposals")
    customer = models.ForeignKey("customers.Customer", on_delete=models.CASCADE, null=True, related_name="+")
    rank = models.PositiveSmallIntegerField()  # 0 is the best set; rows of one set share their rank
    receivable = models.ForeignKey(Receivable, on_delete=models.CASCADE, null=True, related_name="+")
    amount_cents = models.PositiveBigIntegerField(default=0)
    evidence = models.JSONField()
    why_not = models.CharField(max_length=40, blank=True)

    class Meta:
        indexes = [models.Index(fields=["customer"], name="proposal_by_customer")]
