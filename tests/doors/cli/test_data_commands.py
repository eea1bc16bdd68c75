"""The commands on data, as a user and a program run them: each in a process of its own, on small files."""

import re
import sqlite3
from datetime import date
from email import message_from_bytes, policy
from io import BytesIO
from urllib.parse import urlsplit

import psycopg
import pytest
import xlsxwriter

from doors.cli.firms import (
    CAMT,
    CFONB,
    CREATE_DUPONT,
    CREATE_MOREL,
    CUSTOMERS,
    DAY,
    DUPONT,
    INVOICES,
    LINES,
    MOREL,
    OFX,
    SAMPLES,
    refused,
    set_up,
)

RECEIVABLE_KEYS = ["invoice", "due_on", "open_cents"]
WHO_KEYS = ["customer", "customer_name", "step"]
AGED_KEYS = [
    *("not_due_cents", "late_1_30_cents", "late_31_60_cents", "late_61_90_cents", "late_over_90_cents"),
    *("credits_cents", "late_cents", "open_cents"),
]


def execute(database_url, statement):
    """Change a row behind the program's back."""
    if database_url.startswith("sqlite"):
        with sqlite3.connect(urlsplit(database_url).path.removeprefix("/")) as connection:
            changed = connection.execute(statement).rowcount
    else:
        with psycopg.connect(database_url) as connection:
            changed = connection.execute(statement).rowcount
    assert changed > 0


def test_a_first_day_from_an_empty_folder_told_as_json(quittance, tmp_path):
    """The folder has a space and accents; nobody creates nor migrates anything by hand."""
    home = tmp_path / "données de Zoé"
    place = {"QUITTANCE_HOME": str(home)}
    if quittance.home.database_url.startswith("sqlite"):
        place["DATABASE_URL"] = ""  # the file in the folder

    def answer(*words, status=0):
        return quittance.json(*words, status=status, **place)

    assert answer("company", "list") == []
    check_imports(answer)
    check_matches(answer)
    check_book(answer, tmp_path / "un dossier à créer" / "relevé.pdf")
    assert (home / "quittance.sqlite3").exists() == quittance.home.database_url.startswith("sqlite")


def check_imports(answer):
    """What each import answers: tried, done, done again."""
    assert answer(*CREATE_MOREL) == {
        "company": "atelier-morel",
        "name": "Atelier Morel",
        "siren": "900000019",
    }
    customers = {"new": 6, "changed": 0, "known": 0, "ignored_columns": [], "taken_as_professionals": 4}
    dry = answer("import", "customers", CUSTOMERS, *MOREL, "--dry-run")
    assert dry == {**customers, "dry_run": True}
    assert answer("import", "customers", CUSTOMERS, *MOREL) == {**customers, "dry_run": False}
    invoices = answer("import", "invoices", INVOICES, "--lines", LINES, *MOREL)
    assert invoices == {
        "new": 7,
        "known": 0,
        "total_cents": 492_000,
        "credit_notes": 1,
        "new_customers": 0,
        "ignored_columns": [],
        "moved": 0,
        "paid_by_file": 0,
        "taken_as_professionals": 0,
        "dry_run": False,
    }
    statement = {
        "format": "camt053",
        "lines": 5,
        "new": 4,
        "known": 0,
        "repeats": 1,
        "received_cents": 142_770,
        "paid_out_cents": -4_200,
        "read_through_on": "2026-03-31",
        "imported_before_on": None,
        "gap": None,
        "new_accounts": [],
        "statements": [
            {
                "account": "FR7610096181000000000000164",
                "currency": "EUR",
                "from_on": "2026-03-27",
                "to_on": "2026-03-31",
                "opening_cents": 100_000,
                "movement_cents": 258_570,
                "closing_cents": 358_570,
                "lines": 5,
            }
        ],
    }
    assert answer("import", "statement", CAMT, *MOREL, "--dry-run") == {**statement, "dry_run": True}
    assert answer("import", "statement", CAMT, *MOREL) == {**statement, "dry_run": False}
    again = answer("import", "statement", CAMT, *MOREL)
    assert (again["new"], again["known"], date.fromisoformat(again["imported_before_on"]).year > 2025) == (
        0,
        5,
        True,
    )


def check_matches(answer):
    """What pays what. A line that the file states twice is read once, and counts in the positions."""
    matched = answer("match", *MOREL)
    assert matched == {"looked_at": 3, "allocated": 1, "allocated_cents": 120_000, "proposed": 1, "none": 1}

    rows = answer("matches", *MOREL)
    assert [(row["position"], row["bank_ref"], row["amount_cents"], row["state"]) for row in rows] == [
        (1, "CLI-1", 120_000, "allocated"),
        (3, "CLI-2", 15_000, "proposed"),
        (4, "CLI-3", 7_770, "none"),
        (5, "CLI-4", -4_200, "none"),
    ]
    assert list(rows[0]) == [
        *("line", "position", "booked_on", "bank_ref", "label", "amount_cents", "state", "customer"),
        *("allocations", "credit_cents", "evidence", "why_not", "set_aside"),
    ]
    assert rows[0]["allocations"] == [{"invoice": "FA-101", "cents": 120_000}]
    assert [row["allocations"] for row in rows[1:]] == [[{"invoice": "FA-103", "cents": 15_000}], [], []]
    assert all(isinstance(row["evidence"], list) for row in rows)
    assert "Montant exact." in rows[0]["evidence"]


def check_book(answer, pdf):
    """The aged balance, what is overdue, a customer's account."""
    aged = answer("show", "aged", *MOREL, *DAY)
    assert list(aged) == ["date", "total", "customers", "dso"]
    assert list(aged["total"]) == AGED_KEYS
    assert [list(row) for row in aged["customers"]] == [["customer", "customer_name", *AGED_KEYS]] * 5
    assert [(row["customer"], row["open_cents"]) for row in aged["customers"]] == [
        ("TAR", 228_000), ("TOT", 60_000), ("HES", 36_000), ("PAU", 24_000), ("MUE", 12_000),
    ]  # fmt: skip
    assert (aged["total"]["open_cents"], aged["total"]["credits_cents"]) == (360_000, -12_000)
    assert {name: list(dso) for name, dso in aged["dso"].items()} == {
        "count_back": ["tenths_of_days", "at_least", "explanation"],
        "simple": ["tenths_of_days", "at_least", "explanation"],
    }
    overdue = answer("show", "overdue", *MOREL, *DAY)
    assert overdue[0] == {
        "customer": "TAR",
        "customer_name": "Tardif & Fils",
        "invoice": "FA-102",
        "due_on": "2026-03-02",
        "days_late": 30,
        "open_cents": 240_000,
        "last_step": "",
    }
    assert [row["days_late"] for row in overdue] == [30, 21, 21, 14]
    account = answer("show", "statement", *MOREL, "--customer", "TAR", "--pdf", pdf, *DAY)
    assert list(account) == [
        "customer",
        "customer_name",
        "bank_read_on",
        "balance_cents",
        "aging",
        "movements",
    ]
    assert (account["balance_cents"], list(account["aging"])) == (228_000, AGED_KEYS)
    assert [list(row) for row in account["movements"]] == [
        ["on", "number", "order_reference", "due_on", "debit_cents", "credit_cents", "left_cents"]
    ] * 2
    assert pdf.read_bytes().startswith(b"%PDF-")


def test_a_day_of_reminders_told_as_json(quittance):
    set_up(quittance)
    quittance("pause", "PAU", *MOREL, "--until", "2026-04-30", "--reason", "accord au téléphone", *DAY)
    dry = quittance.json("day", *MOREL, *DAY, "--dry-run")
    told = quittance.json("day", *MOREL, *DAY)
    assert {**dry, "dry_run": False} == told
    assert list(told) == ["date", "dry_run", "bank_read_on", "actions", "rests"]
    assert (told["date"], told["bank_read_on"]) == ("2026-04-01", "2026-03-31")
    assert [
        (row["customer"], row["step"], row["channel"], row["amount_cents"]) for row in told["actions"]
    ] == [
        ("TAR", "J+30", "letter", 228_000),
        ("TOT", "J-7", "mail", 60_000),
    ]
    for row in told["actions"]:
        assert list(row) == [
            *WHO_KEYS,
            *("channel", "receivables", "amount_cents", "reasons", "to", "subject", "documents"),
        ]
    notice = told["actions"][0]
    assert notice["receivables"] == [{"invoice": "FA-102", "due_on": "2026-03-02", "open_cents": 240_000}]
    assert notice["to"] == "compta@tardif.example"
    assert notice["documents"] == [
        "mise-en-demeure-TAR-2026-04-01.pdf",
        "releve-de-penalites-TAR-2026-04-01.pdf",
    ]
    rests = told["rests"]
    assert [(row["customer"], row["step"], row["reason"], row["amount_cents"], row["next_on"]) for row in rests] == [
        ("HES", "J+20", "credit_unmatched", 36_000, None),
        ("PAU", "J+20", "paused", 24_000, "2026-05-04"),
        ("MUE", "J+10", "no_contact", 12_000, None),
    ]  # fmt: skip
    for row in told["rests"]:
        assert list(row) == [*WHO_KEYS, "receivables", "amount_cents", "reason", "reasons", "ends", "next_on"]
    for row in [*told["actions"], *told["rests"]]:
        assert [list(receivable) for receivable in row["receivables"]] == [RECEIVABLE_KEYS]
        assert row["reasons"]
        assert all(isinstance(reason, str) and reason for reason in row["reasons"])

    check_mails(quittance, notice["documents"])
    after = quittance.json("day", *MOREL, *DAY)
    assert after["actions"] == []
    assert {row["customer"]: row["reason"] for row in after["rests"]}["TAR"] == "plan_finished"
    assert quittance.json("send")["sent"] == 0
    assert quittance.json("doctor") == {"healthy": True, "violations": []}


def check_mails(quittance, documents):
    """Without a mail server, each mail is a file; the notice carries its documents."""
    sent = quittance.json("send")
    assert sent == {
        "sent": 2,
        "taken_back": 0,
        "postponed": 0,
        "refused": 0,
        "in_doubt": 0,
        "waiting": 0,
        "letters": 1,
        "problems": [],
        "outbox": str(quittance.home.folder / "outbox"),
    }
    mails = [
        message_from_bytes(path.read_bytes(), policy=policy.default)
        for path in sorted((quittance.home.folder / "outbox").glob("*.eml"))
    ]
    assert [mail["To"].addresses[0].addr_spec for mail in mails] == [
        "compta@tardif.example",
        "compta@tot.example",
    ]
    assert [part.get_filename() for part in mails[0].iter_attachments()] == documents
    assert all(part.get_content().startswith(b"%PDF-") for part in mails[0].iter_attachments())


def workbook(*rows):
    """An Excel file of one sheet."""
    buffer = BytesIO()
    with xlsxwriter.Workbook(buffer) as book:
        sheet = book.add_worksheet("Clients")
        for rank, row in enumerate(rows):
            sheet.write_row(rank, 0, row)
    return buffer.getvalue()


def test_the_same_work_told_to_people(quittance, tmp_path):
    """Sentences and tables in French; what is undone is owed again; a row altered by hand is found."""
    customers = tmp_path / "clients.xlsx"
    titles, *rows = (line.split(";") for line in CUSTOMERS.read_text(encoding="utf-8").splitlines())
    customers.write_bytes(workbook([*titles, "Couleur"], *([*row, "bleu"] for row in rows)))
    said = {}
    for name, words in {
        "create": CREATE_MOREL,
        "customers": ("import", "customers", customers, *MOREL),
        "invoices": ("import", "invoices", INVOICES, *MOREL),
        "camt": ("import", "statement", CAMT, *MOREL),
        "cfonb": ("import", "statement", CFONB, *MOREL),
        "match": ("match", *MOREL),
        "matches": ("matches", *MOREL),
    }.items():
        result = quittance(*words)
        assert result.stderr == ""
        said[name] = re.sub("[\u00a0\u202f]", " ", result.stdout)
    assert said["create"].startswith("Société « Atelier Morel » créée.\n")
    assert "Ensuite : quittance import customers FICHIER --company atelier-morel" in said["create"]
    assert said["customers"].startswith(
        "6 nouveaux clients, 0 complété, 0 déjà connu.\n4 clients sont pris pour des professionnels"
    )
    assert said["customers"].endswith("Colonnes non reprises : Couleur.\n")
    assert said["invoices"].startswith("7 nouvelles factures (4 920,00 € à recevoir, 1 avoir)")
    assert "4 nouveaux mouvements (camt053) : 1 427,70 € reçus, −42,00 € sortis." in said["camt"]
    assert "Ignorés : 0 mouvement déjà connu, 1 répété dans le fichier." in said["camt"]
    assert "1 nouveau mouvement (cfonb120)" in said["cfonb"]
    assert "Banque lue jusqu'au 01/04/2026." in said["cfonb"]
    assert re.search(r"crédits? affectés? \(.* €\) sur 4 à expliquer", said["match"])
    assert re.search(r"27/03/2026 +1 200,00 € +rapprochée", said["matches"])

    first = quittance.json("matches", *MOREL, "--state", "allocated")[0]["line"]
    undone = quittance("undo", first, *MOREL).stdout
    assert "1 200,00 € de nouveau à recevoir" in re.sub("[\u00a0\u202f]", " ", undone)
    confirmed = quittance("confirm", first, *MOREL, "--invoice", "FA-101:1 200,00").stdout
    assert "1 200,00 € affectés" in re.sub("[\u00a0\u202f]", " ", confirmed)
    day = quittance("day", *MOREL, *DAY).stdout
    assert "À faire le 01/04/2026" in day
    assert "Au repos" in day
    assert "messages remis dans" in quittance("send").stdout
    assert "Tout est en ordre" in quittance("doctor").stdout
    execute(
        quittance.home.database_url,
        "UPDATE payments_receivable SET open_cents = open_cents - 1, allocated_cents = allocated_cents + 1 "
        "WHERE open_cents = 60000",
    )
    assert "ses affectations ne font pas ce qui est réglé" in quittance("doctor", status=1).stdout
    sick = quittance.json("doctor", status=1)
    assert sick["healthy"] is False
    assert [list(violation) for violation in sick["violations"]] == [
        ["company", "invariant", "where", "reason"]
    ]


def test_what_is_refused_says_where_and_what_to_do(quittance, tmp_path):
    bad = tmp_path / "clients.csv"
    bad.write_text("Code client;Raison sociale;SIREN\nA;Bon;900000019\nB;Faux;900000018\n", encoding="utf-8")
    bad_term = tmp_path / "delais.csv"
    bad_term.write_text(
        "Code client;Raison sociale;Délai de paiement\nA;Bon;30 jours\nB;Faux;à la saint-glinglin\n"
    )
    quittance(*CREATE_MOREL)
    wrong_usage = {
        ("import", "customers", tmp_path / "rien.csv", *MOREL): "rien.csv » n'existe pas",
        ("import", "customers", tmp_path, *MOREL): "est un dossier",
        ("import", "statement", CAMT, *MOREL, "--format", "zip"): "Formats : camt053, cfonb120",
        ("matches", *MOREL, "--state", "peut-être"): "États : allocated, proposed, none",
        ("day", *MOREL, "--date", "31/02/2026"): "« 31/02/2026 » n'est pas une date",
        (*CREATE_DUPONT[:6], "900000028", *CREATE_DUPONT[7:]): "--siren : Ce SIREN n'existe pas",
        (*CREATE_DUPONT[:7], "--iban", "FR7630002005500000000001198"): "--iban : ",
        (*CREATE_DUPONT, "--bic", "BNP"): "--bic : Un BIC compte 8 ou 11",
        ("company", "create", "Maison Dupont", *CREATE_DUPONT[3:]): "minuscules",
        ("company", "change", *MOREL, "--city", "L" * 101): "--city : 100 caractères au plus",
        ("company", "member", *MOREL, "--name", "Léa\nBcc: x", "--email", "lea@x.example"): "sur une ligne",
    }  # fmt: skip
    for words, expected in wrong_usage.items():
        assert expected in refused(quittance, *words, status=2)
    answers_no = {
        ("match", "--company", "inconnue"): "Sociétés connues : atelier-morel.",
        CREATE_MOREL: "« atelier-morel » existe déjà",
        ("company", "create", "autre", *CREATE_MOREL[3:]): "…0164 appartient déjà à une société",
        ("company", "member", *MOREL, "--name", "Léa", "--email", "compta@morel.example"): "a déjà l'adresse",
        ("import", "customers", CAMT, *MOREL): "Raison sociale",
        ("import", "statement", CUSTOMERS, *MOREL): "n'est pas d'un format connu",
        ("import", "customers", bad, *MOREL): "Ligne 3, colonne « SIREN »",
        ("import", "customers", bad_term, *MOREL): "Ligne 3, colonne « Délai de paiement »",
        ("import", "invoices", INVOICES, *MOREL): "Ligne 2, facture FA-101 : le client « BON » est inconnu",
        ("confirm", 999, *MOREL): "La ligne n° 999 n'est pas un crédit de cette société",
        ("pause", "ZZZ", *MOREL, "--until", "2030-01-01", "--reason", "x"): "« ZZZ » n'existe pas",
    }
    for words, expected in answers_no.items():
        assert expected in refused(quittance, *words, status=1)
    error = quittance.json("import", "customers", bad, *MOREL, status=1)["error"]
    assert (error["code"], error["line"], error["column"]) == ("INVOICE_FILE_ERROR", 3, "SIREN")
    # Nothing of a refused file was kept, not even its good rows.
    assert quittance.json("import", "customers", CUSTOMERS, *MOREL, "--dry-run")["new"] == 6


def test_walls_between_two_companies(quittance):
    """Whatever is asked in the name of one company shows and changes nothing of the other."""
    for words in (
        CREATE_MOREL,
        ("import", "customers", CUSTOMERS, *MOREL),
        ("import", "invoices", INVOICES, *MOREL),
        ("import", "statement", CAMT, *MOREL),
        CREATE_DUPONT,
        ("import", "customers", SAMPLES / "neighbour-customers.csv", *DUPONT),
        ("import", "invoices", SAMPLES / "neighbour-invoices.csv", *DUPONT),
        ("import", "statement", OFX, *DUPONT),
        ("match", *DUPONT),
        ("day", *DUPONT, *DAY),
    ):
        quittance(*words)

    def seen():
        return [quittance.json("matches", *DUPONT), quittance.json("day", *DUPONT, *DAY, "--dry-run")]

    before = seen()
    theirs = before[0][0]
    assert theirs["state"] == "allocated"
    paused_until = ("--until", "2026-12-31", "--reason", "travaux")
    ours = next(row["line"] for row in quittance.json("matches", *MOREL) if row["state"] == "none")
    for words in (
        ("confirm", theirs["line"], *MOREL, "--invoice", "FA-102:900,00"),
        ("confirm", ours, *MOREL, "--invoice", "V-902:77,70"),
        ("undo", theirs["line"], *MOREL),
        ("pause", "SEC", *MOREL, *paused_until),
        ("import", "statement", OFX, *MOREL),
        ("show", "statement", "--customer", "SEC", *MOREL),
    ):
        assert "Secret" not in refused(quittance, *words, status=1)
    quittance("pause", "TAR", *MOREL, *paused_until, *DAY)  # the neighbour has a customer TAR too
    shown = [
        quittance.json(*words, *MOREL)
        for words in (("match",), ("day", *DAY), ("show", "aged", *DAY), ("matches",))
    ]
    assert "Secret" not in str(shown)
    assert seen() == before

    # The neighbour's mail to TAR waits. In doubt, it is neither shown to, nor settled, nor sent by the other.
    execute(
        quittance.home.database_url,
        "UPDATE correspondence_message SET state = 'in_doubt' WHERE subject LIKE '%V-902%' OR body LIKE '%V-902%'",
    )
    mine = quittance("send", *MOREL).stdout
    assert "2 messages remis" in mine
    assert "V-902" not in mine
    assert "Message n°" not in mine
    in_doubt = re.search(r"Message n° (\d+) à Tardif & Fils", quittance("send", *DUPONT).stdout)
    assert in_doubt
    assert "n'attend pas" in refused(quittance, "send", *MOREL, "--settle", f"{in_doubt[1]}:oui", status=1)
    settled = quittance.json("send", *DUPONT, "--settle", f"{in_doubt[1]}:non")
    assert (settled["sent"], settled["in_doubt"]) == (1, 0)


def test_the_data_live_where_database_url_says(quittance, tmp_path):
    if not quittance.home.database_url.startswith("sqlite"):
        pytest.skip("on PostgreSQL every test of this file is of a database elsewhere")
    elsewhere = tmp_path / "ailleurs.sqlite3"
    quittance(*CREATE_MOREL, DATABASE_URL=f"sqlite:///{elsewhere}")
    assert elsewhere.exists()
    assert quittance.json("company", "list") == []
    assert len(quittance.json("company", "list", DATABASE_URL=f"sqlite:///{elsewhere}")) == 1
