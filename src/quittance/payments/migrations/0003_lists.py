from datetime import date

from django.db import migrations, models
from django.db.models import OuterRef, Subquery


def fill(apps, schema_editor):
    Receivable = apps.get_model("payments", "Receivable")
    Installment = apps.get_model("sales", "Installment")
    of_row = Installment.objects.filter(pk=OuterRef("installment_id"))
    Receivable.objects.update(
        number=Subquery(of_row.values("invoice__number")[:1]),
        issued_on=Subquery(of_row.values("invoice__issued_on")[:1]),
    )


class Migration(migrations.Migration):
    """Lists of a hundred thousand invoices, filtered and sorted without reading other tables."""

    dependencies = [
        ("payments", "0002_waiting_lines"),
        ("sales", "0002_number_key"),
    ]

    operations = [
        migrations.AddField(
            model_name="receivable",
            name="number",
            field=models.CharField(default="", max_length=60),
            preserve_default=False,
        ),
        migrations.AddField(
            model_name="receivable",
            name="issued_on",
            field=models.DateField(default=date(2000, 1, 1)),
            preserve_default=False,
        ),
        migrations.RunPython(fill, migrations.RunPython.noop),
        migrations.AddIndex(
            model_name="receivable",
            index=models.Index(
                fields=["company", "due_on", "open_cents", "due_cents", "issued_on", "customer", "number"],
                name="receivable_list",
            ),
        ),
        migrations.AddIndex(
            model_name="receivable",
            index=models.Index(
                fields=["company", "customer", "due_on", "open_cents", "due_cents", "issued_on", "number"],
                name="receivable_list_by_customer",
            ),
        ),
        migrations.AddIndex(
            model_name="bankline",
            index=models.Index(fields=["company", "amount_cents"], name="bank_line_by_amount"),
        ),
        migrations.AddIndex(
            model_name="payment",
            index=models.Index(
                condition=models.Q(("credit_note__isnull", False)),
                fields=["company", "received_on"],
                name="payment_by_credit_note",
            ),
        ),
    ]
