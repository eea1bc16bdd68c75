"""What a person corrects: a customer, a payment noted by hand; and what a newer file says."""

import re

from doors.cli.firms import (
    CREATE_DUPONT,
    CREATE_MOREL,
    CUSTOMERS,
    DAY,
    DUPONT,
    INVOICES,
    MOREL,
    refused,
    set_up,
)

TAR = ("TAR", *MOREL)


def said(result) -> str:
    """The words of an answer, its thin spaces made plain."""
    return re.sub("[\u00a0\u202f]", " ", result.stdout)


def test_a_customer_is_seen_whole(quittance):
    set_up(quittance)
    quittance("day", *MOREL, *DAY)
    seen = quittance.json("customer", "show", *TAR, *DAY)
    assert list(seen) == [
        *("customer", "customer_name", "kind", "siren", "iban", "term", "tone", "language", "address_form"),
        *("in_charge", "contacts", "open_cents", "credit_cents", "invoices", "messages", "today"),
    ]
    assert seen["contacts"] == [
        {"name": "Odile Tardif", "role": "billing", "email": "compta@tardif.example", "phone": ""}
    ]
    assert (seen["open_cents"], seen["credit_cents"]) == (240_000, 12_000)
    assert seen["invoices"] == [{"invoice": "FA-102", "due_on": "2026-03-02", "open_cents": 240_000}]
    [message] = seen["messages"]
    assert (message["state"], message["sent_on"], message["to"]) == ("queued", None, "compta@tardif.example")
    assert list(seen["today"]) == ["step", "reason", "reasons"]
    told = said(quittance("customer", "show", *TAR, *DAY))
    assert "Tardif & Fils (TAR), professionnel." in told
    assert "Délai : 30 jours" in told
    assert "Doit 2 400,00 €, moins 120,00 € de crédit." in told
    assert "Pas de relance : " in told
    silent = said(quittance("customer", "show", "MUE", *MOREL, *DAY))
    assert "Aucune adresse" in silent


def test_a_customer_is_corrected(quittance):
    quittance(*CREATE_MOREL)
    quittance("import", "customers", CUSTOMERS, *MOREL)
    quittance("company", "member", *MOREL, "--name", "Paul Lin", "--email", "paul@morel.example")
    told = quittance(
        *("customer", "change", *TAR, "--email", "anne@tardif.example", "--kind", "particulier"),
        *("--tone", "ferme", "--language", "anglais", "--term", "45 jours fin de mois"),
        *("--in-charge", "paul@morel.example", "--siren", "900 000 118", "--phone", "04 78 00 11 22"),
    )
    assert told.stdout == "Tardif & Fils : 7 changements enregistrés.\n"
    quittance("import", "customers", CUSTOMERS, *MOREL)  # what it said before does not come back
    quittance("customer", "contact", *TAR, "--email", "odile@tardif.example", "--role", "direction")
    seen = quittance.json("customer", "show", *TAR)
    assert [(one["role"], one["email"]) for one in seen["contacts"]] == [
        ("billing", "anne@tardif.example"),
        ("manager", "odile@tardif.example"),
    ]
    assert (seen["kind"], seen["tone"], seen["language"]) == ("consumer", "firm", "en")
    assert seen["in_charge"] == "paul@morel.example"
    quittance("customer", "contact", *TAR, "--email", "odile@tardif.example", "--remove")
    assert len(quittance.json("customer", "show", *TAR)["contacts"]) == 1
    assert "Tout est en ordre" in quittance("doctor").stdout


def test_what_cannot_be_corrected(quittance):
    quittance(*CREATE_MOREL)
    quittance(*CREATE_DUPONT)
    quittance("import", "customers", CUSTOMERS, *MOREL)
    for status, why, words in (
        (1, "n'existe pas dans cette société", ("show", "TAR", *DUPONT)),
        (1, "n'existe pas dans cette société", ("change", "TAR", *DUPONT, "--tone", "ferme")),
        (1, "n'existe pas dans cette société", ("contact", "TAR", *DUPONT, "--email", "a@b.example")),
        (2, "Dites ce qui change", ("change", *TAR)),
        (2, "Choix : chaleureux", ("change", *TAR, "--tone", "glacial")),
        (
            2,
            "n'est pas une personne de la société",
            ("change", *TAR, "--in-charge", "bonjour@dupont.example"),
        ),
        (2, "n'est pas un rôle", ("contact", *TAR, "--email", "a@b.example", "--role", "chef")),
        (1, "n'est l'adresse d'aucun contact", ("contact", *TAR, "--email", "a@b.example", "--remove")),
        (1, "est déjà l'adresse", ("contact", *TAR, "--email", "compta@tardif.example")),
    ):
        assert why in refused(quittance, "customer", *words, status=status)


def test_a_cheque_is_noted_and_taken_back(quittance):
    set_up(quittance)
    quittance(*CREATE_DUPONT)
    noted = quittance.json("pay", "FA-102", "500,00", *MOREL, "--method", "espèces", "--on", "01/04/2026")
    assert noted == {"invoice": "FA-102", "cents": 50_000, "received_on": "2026-04-01", "open_cents": 190_000}
    told = said(quittance("pay", "FA-102", "100,00", *MOREL, "--on", "2026-04-01"))
    assert "100,00 € reçus le 01/04/2026, notés sur FA-102 ; il reste 1 800,00 €." in told
    assert "Pour défaire : quittance pay FA-102 --undo --company atelier-morel" in told
    back = said(quittance("pay", "FA-102", *MOREL, "--undo"))
    assert "100,00 € reçus le 01/04/2026, repris sur FA-102 ; il reste 1 900,00 €." in back
    assert "dépassent ce qui reste dû" in refused(quittance, "pay", "FA-102", "1900,01", *MOREL, status=1)
    assert "est à venir" in refused(quittance, "pay", "FA-102", "1", *MOREL, "--on", "2099-12-31", status=1)
    assert "n'existe pas ici" in refused(quittance, "pay", "FA-102", "1", *DUPONT, status=1)
    assert "noté à la main" in refused(quittance, "pay", "FA-102", *DUPONT, "--undo", status=1)
    assert "moyen de paiement" in refused(
        quittance, "pay", "FA-102", "1", *MOREL, "--method", "troc", status=2
    )
    assert "Donnez la somme" in refused(quittance, "pay", "FA-102", *MOREL, status=2)
    assert "ne donnez pas de somme" in refused(quittance, "pay", "FA-102", "1", *MOREL, "--undo", status=2)
    assert "Tout est en ordre" in quittance("doctor").stdout


def test_a_newer_file_moves_due_dates_and_says_what_was_paid(quittance, tmp_path):
    set_up(quittance)
    title, *rows = INVOICES.read_text(encoding="utf-8").splitlines()
    newer = tmp_path / "factures.csv"
    [row] = [row for row in rows if row.startswith("FA-102;")]
    newer.write_text(
        f"{title};Montant réglé\n{row.replace(';02/03/2026;', ';02/04/2026;')};400,00\n", encoding="utf-8"
    )
    told = said(quittance("import", "invoices", newer, *MOREL))
    assert "1 facture connue change d'échéance, d'après le fichier." in told
    assert "1 facture connue est réglée d'après le fichier, en tout ou partie." in told
    again = quittance.json("import", "invoices", newer, *MOREL)
    assert (again["known"], again["moved"], again["paid_by_file"]) == (1, 0, 0)
    [left] = quittance.json("customer", "show", *TAR, *DAY)["invoices"]
    assert left == {"invoice": "FA-102", "due_on": "2026-04-02", "open_cents": 200_000}
