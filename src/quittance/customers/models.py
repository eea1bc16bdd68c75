"""Customers and the people one speaks to there."""

from django.db import models
from django.db.models import Q

KINDS = ("b2b", "public", "consumer")
TONES = ("warm", "neutral", "firm")
CONTACT_ROLES = ("billing", "accounts_payable", "manager")


class Customer(models.Model):
    """Who buys. `reference` is the company's own number for this customer."""

    company = models.ForeignKey("company.Company", on_delete=models.PROTECT, related_name="+")
    reference = models.CharField(max_length=60)
    name = models.CharField(max_length=200)
    kind = models.CharField(max_length=10, default="b2b")
    siren = models.CharField(max_length=9, blank=True)
    vat_number = models.CharField(max_length=20, blank=True)
    street = models.CharField(max_length=200, blank=True)
    postcode = models.CharField(max_length=12, blank=True)
    city = models.CharField(max_length=100, blank=True)
    country = models.CharField(max_length=2, default="FR")
    iban = models.CharField(max_length=34, blank=True)  # the account this customer is said to pay from
    payer_names = models.JSONField(default=list)  # other names that pay for this customer
    term = models.CharField(max_length=40, blank=True)  # code of domain.terms; empty: the company's default
    language = models.CharField(max_length=2, default="fr")
    address_form = models.CharField(max_length=4, default="vous")
    tone = models.CharField(max_length=7, default="neutral")
    in_charge = models.ForeignKey("company.Member", on_delete=models.PROTECT, null=True, related_name="+")
    search_key = models.TextField(default="")  # domain.finding.customer_key; its start sorts as the names do

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["company", "reference"], name="customer_reference_once_per_company"
            ),
            models.CheckConstraint(condition=Q(kind__in=KINDS), name="customer_kind_known"),
            models.CheckConstraint(condition=Q(language__in=("fr", "en")), name="customer_language_known"),
            models.CheckConstraint(
                condition=Q(address_form__in=("vous", "tu")), name="customer_address_form_known"
            ),
            models.CheckConstraint(condition=Q(tone__in=TONES), name="customer_tone_known"),
        ]
        indexes = [models.Index(fields=["company", "search_key"], name="customer_by_key")]


class Contact(models.Model):
    """A person or a mailbox at the customer's."""

    customer = models.ForeignKey(Customer, on_delete=models.PROTECT, related_name="contacts")
    role = models.CharField(max_length=20, default="billing")
    civility = models.CharField(max_length=20, blank=True)
    first_name = models.CharField(max_length=80, blank=True)
    last_name = models.CharField(max_length=80, blank=True)
    email = models.EmailField(blank=True)
    phone = models.CharField(max_length=30, blank=True)
    file_says = models.JSONField(default=dict)  # of the imports' contact: what the last file said; else empty

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["customer", "email"], condition=~Q(email=""), name="contact_email_once_per_customer"
            ),
            models.CheckConstraint(condition=Q(role__in=CONTACT_ROLES), name="contact_role_known"),
        ]


class Note(models.Model):
    """What a person wants to remember of a customer."""

    company = models.ForeignKey("company.Company", on_delete=models.PROTECT, related_name="+")
    customer = models.ForeignKey(Customer, on_delete=models.PROTECT, related_name="notes")
    text = models.TextField()
    actor = models.CharField(max_length=120)
    at = models.DateTimeField()
    removed_at = models.DateTimeField(null=True)
