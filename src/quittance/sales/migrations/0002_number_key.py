from django.db import migrations, models

from quittance.domain.finding import compact


def fill(apps, schema_editor):
    Invoice = apps.get_model("sales", "Invoice")
    rows = []
    for invoice in Invoice.objects.only("number").iterator(2000):
        invoice.number_key = compact(invoice.number)
        rows.append(invoice)
        if len(rows) == 2000:
            Invoice.objects.bulk_update(rows, ["number_key"], batch_size=500)
            rows = []
    Invoice.objects.bulk_update(rows, ["number_key"], batch_size=500)


class Migration(migrations.Migration):
    """Find an invoice by its number, however it is typed."""

    dependencies = [("sales", "0001_initial")]

    operations = [
        migrations.AddField(
            model_name="invoice",
            name="number_key",
            field=models.CharField(default="", max_length=60),
        ),
        migrations.RunPython(fill, migrations.RunPython.noop),
        migrations.AddIndex(
            model_name="invoice",
            index=models.Index(fields=["company", "number_key"], name="invoice_by_key"),
        ),
    ]
