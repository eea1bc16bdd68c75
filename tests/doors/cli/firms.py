"""Two firms of one installation, and the files of the first, for the commands on data."""

from pathlib import Path

SAMPLES = Path(__file__).parents[2] / "samples" / "cli"
CUSTOMERS, INVOICES, LINES = (SAMPLES / f"{name}.csv" for name in ("customers", "invoices", "lines"))
CAMT, CFONB, OFX = SAMPLES / "statement.camt.xml", SAMPLES / "statement.cfonb", SAMPLES / "neighbour.ofx"
MOREL, DUPONT = ("--company", "atelier-morel"), ("--company", "maison-dupont")
DAY = ("--date", "2026-04-01")  # a Wednesday; the bank is read up to the day before
CREATE_MOREL = (
    *("company", "create", "atelier-morel", "--name", "Atelier Morel", "--siren", "900 000 019"),
    *("--iban", "FR76 1009 6181 0000 0000 0000 164", "--email", "compta@morel.example"),
    *("--signatory", "Jeanne Morel", "--city", "Lyon"),
)
CREATE_DUPONT = (
    *("company", "create", "maison-dupont", "--name", "Maison Dupont", "--siren", "900000027"),
    *("--iban", "FR7630002005500000000001197", "--email", "bonjour@dupont.example"),
    *("--city", "Paris"),
)


def set_up(quittance, **environment):
    """A company with its customers, invoices and bank statement, matched."""
    for words in (
        CREATE_MOREL,
        ("import", "customers", CUSTOMERS, *MOREL),
        ("import", "invoices", INVOICES, "--lines", LINES, *MOREL),
        ("import", "statement", CAMT, *MOREL),
        ("match", *MOREL),
    ):
        quittance(*words, **environment)


def refused(quittance, *words, status):
    """Run a command that must be refused; return what it says: French, on the error stream, no traceback."""
    result = quittance(*words, status=status)
    assert "Traceback" not in result.stderr
    assert result.stdout == ""
    return result.stderr
