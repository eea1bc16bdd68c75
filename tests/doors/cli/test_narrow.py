"""A terminal of eighty columns: nothing is cut, reasons run below their row."""

from quittance.interfaces.cli.output import narrow_rows

HEADINGS = ("Client", "Montant", "Pourquoi")
ROWS = [
    (
        "Clinique du Parc",
        "4 884,00 €",
        "Facture F-71 échue depuis 30 jours, reste 3 468,00 €, étapes déjà faites : J+20.",
    ),
    ("Garage", "60,00 €", ""),
]


def test_what_does_not_fit_runs_below_its_row():
    assert narrow_rows(HEADINGS, ROWS, 60) == [
        "Client               Montant",
        "Clinique du Parc  4 884,00 €",
        "    Facture F-71 échue depuis 30 jours, reste 3 468,00 €,",
        "    étapes déjà faites : J+20.",
        "Garage               60,00 €",
    ]


def test_an_amount_that_does_not_fit_keeps_its_name():
    assert narrow_rows(("Client", "Solde"), [("Clinique du Parc", "4 884,00 €")], 24) == [
        "Client",
        "Clinique du Parc",
        "    Solde : 4 884,00 €",
    ]


def test_nothing_is_ever_cut():
    for width in range(20, 120):
        text = " ".join(" ".join(narrow_rows(HEADINGS, ROWS, width)).split())
        for row in ROWS:
            for cell in row:
                assert all(word in text for word in cell.split())
