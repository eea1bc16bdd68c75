from django.db import migrations, models

from quittance.domain.finding import customer_key


def fill(apps, schema_editor):
    Customer = apps.get_model("customers", "Customer")
    rows = list(Customer.objects.only("name", "payer_names", "reference", "siren", "iban"))
    for customer in rows:
        customer.search_key = customer_key(
            name=customer.name,
            payer_names=customer.payer_names,
            reference=customer.reference,
            siren=customer.siren,
            iban=customer.iban,
        )
    Customer.objects.bulk_update(rows, ["search_key"], batch_size=500)


class Migration(migrations.Migration):
    """Find a customer by name, reference, SIREN or IBAN, without accents or case."""

    dependencies = [("customers", "0002_people_and_promises")]

    operations = [
        migrations.AddField(
            model_name="customer",
            name="search_key",
            field=models.TextField(default=""),
        ),
        migrations.RunPython(fill, migrations.RunPython.noop),
        migrations.AddIndex(
            model_name="customer",
            index=models.Index(fields=["company", "search_key"], name="customer_by_key"),
        ),
    ]
