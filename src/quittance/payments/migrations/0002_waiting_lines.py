"""Say of each bank line whether it waits to be explained: it was found by looking at every line."""

from django.db import migrations, models
from django.db.models import Exists, OuterRef, Q


def find_waiting(apps, schema_editor):
    BankLine = apps.get_model("payments", "BankLine")
    Payment = apps.get_model("payments", "Payment")
    received = BankLine.objects.filter(amount_cents__gt=0, currency="EUR", set_aside__isnull=True)
    paying = Payment.objects.filter(bank_line=OuterRef("pk"), undone_at__isnull=True)
    received.exclude(Exists(paying)).update(waits=True)


class Migration(migrations.Migration):
    dependencies = [("payments", "0001_initial")]

    operations = [
        migrations.AddField(
            model_name="bankline", name="waits", field=models.BooleanField(default=False)
        ),
        migrations.RunPython(find_waiting, migrations.RunPython.noop),
        migrations.AddIndex(
            model_name="bankline",
            index=models.Index(
                condition=Q(("waits", True)), fields=["company", "booked_on"], name="bank_line_waiting"
            ),
        ),
    ]
