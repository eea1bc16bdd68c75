"""`quittance show calendar`: what would leave in thirty days, for a person and for a program."""

import re

from doors.cli.firms import MOREL, set_up

KEYS = ["on", "customer", "customer_name", "step", "channel", "days_late", "invoices", "amount_cents"]


def test_the_days_to_come_are_told_to_a_person_and_to_a_program(quittance):
    set_up(quittance)
    ahead = quittance.json("show", "calendar", *MOREL, "--date", "2026-04-01")
    assert list(ahead) == ["from_on", "until_on", "bank_read_on", "departures"]
    assert (ahead["from_on"], ahead["until_on"]) == ("2026-04-01", "2026-05-01")
    assert all(list(row) == KEYS for row in ahead["departures"])
    days = [row["on"] for row in ahead["departures"]]
    assert days == sorted(days)
    today = {
        (row["customer"], row["step"])
        for row in quittance.json("day", *MOREL, "--date", "2026-04-01", "--dry-run")["actions"]
    }
    assert today <= {
        (row["customer"], row["step"]) for row in ahead["departures"] if row["on"] == "2026-04-01"
    }
    page = re.sub("[\u00a0\u202f]", " ", quittance("show", "calendar", *MOREL, "--date", "2026-04-01").stdout)
    assert "D'ici au 01/05/2026, si rien ne change" in page
    assert "TAR" in {row["customer"] for row in ahead["departures"]}
    nothing = quittance("show", "calendar", *MOREL, "--date", "2020-01-01").stdout
    assert "Rien à envoyer d'ici au 31/01/2020" in nothing
