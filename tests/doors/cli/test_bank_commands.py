"""The commands on the bank: accounts, holes, credits that are nobody's, and customers' credit put on invoices."""

import re

import pytest

from doors.cli.firms import CREATE_MOREL, CUSTOMERS, INVOICES, MOREL, refused, set_up

OTHER_IBAN = "FR7612345001000000015784197"


def said(result):
    """What a person reads, with plain spaces, on one line."""
    return " ".join(re.sub("[\u00a0\u202f]", " ", result.stdout).split())


@pytest.fixture
def movements(tmp_path):
    """Write a file of movements without balances nor account; return its path."""

    def write(*rows, number=None):
        column, cell = ("", "") if number is None else (";Compte", f";{number}")
        path = tmp_path / f"mouvements-{len(list(tmp_path.glob('*.csv')))}.csv"
        lines = [f"Date;Libellé;Montant{column}", *(f"{row}{cell}" for row in rows), ""]
        path.write_text("\n".join(lines), encoding="utf-8")
        return path

    return write


def test_a_hole_is_told_and_holds_the_reminders(quittance, movements):
    set_up(quittance)
    later = movements("20/04/2026;CAFE;-3,00")
    told = quittance.json("import", "statement", later, *MOREL)
    assert list(told)[-3:] == ["statements", "gap", "dry_run"]
    assert told["gap"] == {"from_on": "2026-04-01", "to_on": "2026-04-19"}
    sentence = "Il manque les mouvements du 01/04/2026 au 19/04/2026. Importez ce relevé avant de relancer."
    assert sentence in said(quittance("import", "statement", later, *MOREL))
    day = quittance.json("day", *MOREL, "--date", "2026-04-21", "--dry-run")
    assert day["bank_read_on"] == "2026-03-31"
    held = next(row for row in day["rests"] if row["customer"] == "TAR")
    assert held["reason"] == "bank_stale"
    assert held["ends"].startswith("Il manque les mouvements du 1er avril 2026 au 19 avril 2026.")

    missing = movements("01/04/2026;CAFE;-3,00", "18/04/2026;CAFE;-3,00")
    assert quittance.json("import", "statement", missing, *MOREL)["gap"] is None
    assert quittance.json("day", *MOREL, "--date", "2026-04-21", "--dry-run")["bank_read_on"] == "2026-04-20"


def test_accounts_are_declared_named_and_closed(quittance, movements):
    quittance(*CREATE_MOREL)
    card = movements("30/03/2026;CAFE;-3,00", number="4974XXXXXXXX1234")
    told = said(quittance("import", "statement", card, *MOREL))
    assert "Le compte 4974XXXXXXXX1234 n'était pas connu : il est ajouté à la société." in told
    nameless = movements("31/03/2026;THE;-3,00")
    message = refused(quittance, "import", "statement", nameless, *MOREL, status=1)
    assert "--account : FR7610096181000000000000164, 4974XXXXXXXX1234" in message
    assert "n'est pas un compte de cette société" in refused(
        quittance, "import", "statement", nameless, *MOREL, "--account", OTHER_IBAN, status=1
    )
    assert quittance.json("import", "statement", nameless, *MOREL, "--account", "…0164")["new"] == 1

    card = ("company", "account", *MOREL, "--iban", "4974XXXXXXXX1234")
    assert "attendus depuis le 05/02/2026" in said(quittance(*card, "--since", "5/2/2026"))
    assert "depuis toujours" in said(quittance(*card, "--since", "toujours"))
    quittance(*card, "--since", "5/2/2026", "--close", status=2)
    quittance(*card, "--since", "5/2/2099", status=1)
    closed = said(quittance("company", "account", *MOREL, "--iban", "4974XXXXXXXX1234", "--close"))
    assert closed.startswith("Compte …1234 fermé")
    assert "Comptes ouverts : FR7610096181000000000000164." in refused(
        quittance, "company", "account", *MOREL, "--iban", "4974XXXXXXXX1234", "--close", status=1
    )
    assert quittance.json("import", "statement", movements("01/04/2026;THE;-3,00"), *MOREL)["new"] == 1
    assert "ajouté" in said(quittance("company", "account", *MOREL, "--iban", OTHER_IBAN))
    assert "appartient déjà" in refused(
        quittance, "company", "account", *MOREL, "--iban", OTHER_IBAN, status=1
    )


def test_a_credit_that_is_nobodys(quittance):
    set_up(quittance)
    proposed = quittance.json("matches", *MOREL, "--state", "proposed")[0]
    told = said(quittance("confirm", proposed["line"], *MOREL, "--nobody", "--reason", "apport"))
    assert f"Pour défaire : quittance undo {proposed['line']} --company atelier-morel" in told
    [row] = [row for row in quittance.json("matches", *MOREL) if row["line"] == proposed["line"]]
    assert (row["state"], row["evidence"], row["customer"]) == ("none", [], "")
    assert re.fullmatch(
        r"Le règlement d'aucun client, a dit cli:\S+ le [0-9/]{10} : apport\.", row["set_aside"]
    )
    assert "Le règlement d'aucun client" in quittance("matches", *MOREL).stdout
    assert quittance.json("match", *MOREL)["proposed"] == 0
    assert "avez-vous dit" in refused(quittance, "confirm", proposed["line"], *MOREL, status=1)
    assert said(quittance("undo", proposed["line"], *MOREL)) == "Défait : la ligne attend de nouveau."
    assert quittance.json("match", *MOREL)["proposed"] == 1


def test_a_customers_credit_on_the_invoices(quittance):
    """The credit note of 120 euros that Tardif has, on the invoice of 2,400."""
    quittance(*CREATE_MOREL)
    quittance("import", "customers", CUSTOMERS, *MOREL)
    quittance("import", "invoices", INVOICES, *MOREL)
    told = said(quittance("confirm", "--credit", "TAR", *MOREL))
    assert told == (
        "FA-102 : 120,00 € 120,00 € du crédit de Tardif & Fils affectés. "
        "Pour défaire : quittance undo --credit TAR --company atelier-morel"
    )
    assert "n'a pas de crédit" in refused(quittance, "confirm", "--credit", "TAR", *MOREL, status=1)
    back = said(quittance("undo", "--credit", "TAR", *MOREL))
    assert back == "120,00 € sont de nouveau au crédit de Tardif & Fils."
    assert "rien à défaire" in refused(quittance, "undo", "--credit", "TAR", *MOREL, status=1)
    assert "« ZZZ » n'existe pas" in refused(quittance, "confirm", "--credit", "ZZZ", *MOREL, status=1)
    assert quittance.json("doctor")["healthy"]


@pytest.mark.parametrize(
    "words",
    [
        ("confirm",),
        ("undo",),
        ("confirm", "1", "--credit", "TAR"),
        ("undo", "1", "--credit", "TAR"),
        ("confirm", "--nobody"),
        ("confirm", "1", "--nobody", "--invoice", "FA-102:1,00"),
        ("confirm", "--credit", "TAR", "--nobody"),
        ("confirm", "1", "--reason", "apport"),
    ],
)
def test_a_line_or_a_credit_is_named_and_only_one(quittance, words):
    quittance(*CREATE_MOREL)
    assert re.search("--credit|--nobody", refused(quittance, *words, *MOREL, status=2))
