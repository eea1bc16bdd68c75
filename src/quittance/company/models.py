"""The companies of this installation. Each row of every other table belongs to exactly one of them."""

from django.db import models
from django.db.models import F, Q

# VAT falls due on issue, on payment, or not at all (CGI 269-2, 293 B).
VAT_REGIMES = ("debits", "collected", "franchise")
ROLES = ("owner", "accountant", "sales", "assistant", "reader")
UPLOAD_KINDS = ("customers", "invoices", "fec", "statement")


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
    vat_regime = models.CharField(max_length=10, default="collected")
    logo_sha256 = models.CharField(max_length=64, blank=True)  # of the archive
    brand_color = models.CharField(max_length=7, blank=True)  # #rrggbb, on documents
    undo_minutes = models.PositiveSmallIntegerField(
        default=10
    )  # between a click on « Envoyer » and the departure
    created_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(vat_regime__in=VAT_REGIMES), name="company_vat_regime_known")
        ]


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
    since_on = models.DateField(
        null=True
    )  # the first day that counts: what a bank no longer gives is not awaited
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
    """A person of the company: who signs messages, and what the one who signs in may do.

    Without a `role` they sign only. `rank` 0 represents the company and signs formal notices.
    """

    company = models.ForeignKey(Company, on_delete=models.PROTECT, related_name="members")
    person = models.ForeignKey(
        "people.Person", on_delete=models.PROTECT, null=True, related_name="memberships"
    )
    name = models.CharField(max_length=120)
    title = models.CharField(max_length=80, blank=True)
    email = models.EmailField()
    phone = models.CharField(max_length=30, blank=True)
    rank = models.PositiveSmallIntegerField(default=0)
    role = models.CharField(max_length=10, blank=True)
    may_send = models.BooleanField(default=False)  # of sales: reminders to their own customers
    joined_at = models.DateTimeField(null=True)
    left_at = models.DateTimeField(null=True)  # they no longer sign in; what they did stays under their name

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["company", "email"], name="member_email_once_per_company"),
            models.UniqueConstraint(
                fields=["company", "person"],
                condition=Q(left_at__isnull=True),
                name="member_person_once_per_company",
            ),
            models.CheckConstraint(condition=Q(role__in=("", *ROLES)), name="member_role_known"),
        ]


class Mandate(models.Model):
    """What the company lets an assistant send in its name, from a day to a day (the mandate guard).

    Money is never among it: the account on every message is the company's own.
    """

    company = models.ForeignKey(Company, on_delete=models.PROTECT, related_name="mandates")
    member = models.ForeignKey(Member, on_delete=models.PROTECT, related_name="mandates")
    from_on = models.DateField()
    until_on = models.DateField()
    up_to_days = models.SmallIntegerField()  # the last step that may be sent, in days after the due date
    signs_as = models.ForeignKey(
        Member, on_delete=models.PROTECT, null=True, related_name="+"
    )  # null: any signer
    max_invoice_cents = models.PositiveBigIntegerField(null=True)
    max_promise_days = models.PositiveSmallIntegerField(default=15)
    may_match = models.BooleanField(default=True)
    signed_on = models.DateField()
    signed_by = models.CharField(max_length=120)
    at = models.DateTimeField()
    revoked_at = models.DateTimeField(null=True)
    revoked_by = models.CharField(max_length=120, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(until_on__gte=F("from_on")), name="mandate_ends_after_it_starts"
            ),
        ]


class Invitation(models.Model):
    """A word to somebody, who joins the company by the link in it. Only the link's hash is kept."""

    company = models.ForeignKey(Company, on_delete=models.PROTECT, related_name="invitations")
    email = models.EmailField()
    name = models.CharField(max_length=120, blank=True)
    role = models.CharField(max_length=10)
    may_send = models.BooleanField(default=False)
    mandate = models.JSONField(default=dict)  # of an assistant: the mandate that starts when they accept
    token_sha256 = models.CharField(max_length=64, unique=True)
    invited_by = models.CharField(max_length=120)
    at = models.DateTimeField()
    expires_at = models.DateTimeField()
    accepted_at = models.DateTimeField(null=True)
    withdrawn_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(role__in=ROLES), name="invitation_role_known"),
        ]


class Mailbox(models.Model):
    """The company's own mailbox: what it sends through, and where answers come. Passwords are sealed."""

    company = models.OneToOneField(
        Company, on_delete=models.PROTECT, related_name="mailbox", primary_key=True
    )
    smtp_host = models.CharField(max_length=200, blank=True)
    smtp_port = models.PositiveIntegerField(default=587)
    smtp_security = models.CharField(max_length=8, default="starttls")
    smtp_username = models.CharField(max_length=200, blank=True)
    smtp_password = models.TextField(blank=True)  # sealed
    imap_host = models.CharField(max_length=200, blank=True)
    imap_port = models.PositiveIntegerField(default=993)
    imap_security = models.CharField(max_length=8, default="tls")
    imap_username = models.CharField(max_length=200, blank=True)
    imap_password = models.TextField(blank=True)  # sealed
    tested_at = models.DateTimeField(null=True)
    test_answer = models.CharField(max_length=500, blank=True)  # empty after a test that passed

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(
                    smtp_security__in=("none", "starttls", "tls"),
                    imap_security__in=("none", "starttls", "tls"),
                ),
                name="mailbox_security_known",
            ),
        ]


class SavedView(models.Model):
    """A list as a person likes it: the filters of a page, under a name."""

    person = models.ForeignKey("people.Person", on_delete=models.CASCADE, related_name="saved_views")
    company = models.ForeignKey(Company, on_delete=models.CASCADE, related_name="+")
    page = models.CharField(max_length=20)
    name = models.CharField(max_length=60)
    query = models.CharField(max_length=500)  # as it stands in the address

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["person", "company", "page", "name"], name="saved_view_name_once"
            ),
        ]


class Upload(models.Model):
    """A file brought in and not yet confirmed: its bytes wait aside, nothing of it is in the books."""

    company = models.ForeignKey(Company, on_delete=models.PROTECT, related_name="+")
    person = models.ForeignKey("people.Person", on_delete=models.PROTECT, related_name="+")
    kind = models.CharField(max_length=12)
    name = models.CharField(max_length=255)
    sha256 = models.CharField(max_length=64)
    size = models.PositiveBigIntegerField()  # bytes
    choices = models.JSONField(default=dict)  # the columns, the account: what the person chose for it
    at = models.DateTimeField()
    confirmed_at = models.DateTimeField(null=True)
    result = models.JSONField(default=dict)  # what it brought

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(kind__in=UPLOAD_KINDS), name="upload_kind_known"),
        ]


class Job(models.Model):
    """Long work done by the worker, and how far it is. It may be run twice: what it does is repeated without harm."""

    company = models.ForeignKey(Company, on_delete=models.PROTECT, related_name="+")
    person = models.ForeignKey("people.Person", on_delete=models.PROTECT, related_name="+")
    kind = models.CharField(max_length=40)
    facts = models.JSONField(default=dict)  # what it works on
    done = models.PositiveIntegerField(default=0)
    total = models.PositiveIntegerField(default=0)  # 0: not known yet
    at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True)
    result = models.JSONField(default=dict)
    error = models.TextField(blank=True)  # in French, for the person
