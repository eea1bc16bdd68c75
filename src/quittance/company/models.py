"""The companies of this installation. Each row of every other table belongs to exactly one of them."""

from django.db import models
from django.db.models import Q


class Company(models.Model):
    """A creditor: who sells, signs and is paid."""

    slug = models.SlugField(max_length=60, unique=True)
    name = models.CharField(max_length=140)  # as the bank knows the account holder
    siren = models.CharField(max_length=9)
    legal_form = models.CharField(max_length=60, blank=True)
    capital_cents = models.PositiveBigIntegerField(null=True)
    registry_city = models.CharField(max_length=80, blank=True)  # of the RCS
    street = models.CharField(max_length=200, blank=True)
    postcode = models.CharField(max_length=12, blank=True)
    city = models.CharField(max_length=100, blank=True)
    phone = models.CharField(max_length=30, blank=True)
    email = models.EmailField(blank=True)
    default_term = models.CharField(max_length=40, default="NET_30")
    minimum_gap_days = models.PositiveSmallIntegerField(default=7)
    bank_stale_after_working_days = models.PositiveSmallIntegerField(default=2)
    reminder_threshold_cents = models.PositiveIntegerField(default=500)
    # Of consumers: name, address and site, which C. conso L616-1 has told to them.
    mediator = models.CharField(max_length=250, blank=True)
    clause_rate_bp = models.PositiveIntegerField(
        null=True
    )  # penalty rate of the company's terms; else the law's
    created_at = models.DateTimeField()


class BankAccount(models.Model):
    """An account of the company, in one currency. The first one is printed on invoices, letters and QR codes.

    `declared`: a person said that it is an account where customers pay. Others came with a bank file.
    """

    company = models.ForeignKey(Company, on_delete=models.PROTECT, related_name="bank_accounts")
    iban = models.CharField(max_length=34, blank=True)
    number = models.CharField(
        max_length=60, blank=True
    )  # as the bank's files write it, where there is no IBAN
    bic = models.CharField(max_length=11, blank=True)
    currency = models.CharField(max_length=3, default="EUR")
    declared = models.BooleanField(default=False)
    closed_on = models.DateField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["iban", "currency"], condition=~Q(iban=""), name="bank_account_iban_once"
            ),
            models.UniqueConstraint(
                fields=["company", "number", "currency"],
                condition=Q(iban=""),
                name="bank_account_number_once_per_company",
            ),
            models.CheckConstraint(condition=~Q(iban="") | ~Q(number=""), name="bank_account_has_a_name"),
        ]


class Member(models.Model):
    """A person of the company who signs messages: the owner, or the sales person in charge of a customer."""

    company = models.ForeignKey(Company, on_delete=models.PROTECT, related_name="members")
    name = models.CharField(max_length=120)
    title = models.CharField(max_length=80, blank=True)
    email = models.EmailField()
    phone = models.CharField(max_length=30, blank=True)
    rank = models.PositiveSmallIntegerField(default=0)  # 0: represents the company and signs formal notices

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["company", "email"], name="member_email_once_per_company")
        ]
