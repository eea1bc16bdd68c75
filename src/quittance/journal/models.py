"""The journal: append-only, one chain of hashes per company."""

from django.db import models


class Entry(models.Model):
    """One act: what was done, by whom, when. `hash` covers the entry and the hash of the one before it."""

    company = models.ForeignKey("company.Company", on_delete=models.PROTECT, related_name="+")
    sequence = models.PositiveBigIntegerField()
    kind = models.CharField(max_length=60)  # noun.verb, such as payments.allocated
    data = models.JSONField()
    actor = models.CharField(max_length=120)
    at = models.DateTimeField()
    previous_hash = models.CharField(max_length=64)
    hash = models.CharField(max_length=64)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["company", "sequence"], name="journal_entry_sequence_once"),
        ]
        indexes = [models.Index(fields=["company", "kind"], name="journal_entry_by_kind")]


class Chain(models.Model):
    """The end of a company's chain: the row that writers lock, so that no two entries share a number."""

    company = models.OneToOneField(
        "company.Company", on_delete=models.PROTECT, related_name="+", primary_key=True
    )
    sequence = models.PositiveBigIntegerField(default=0)
    hash = models.CharField(max_length=64, default="")
