"""`quittance calc`: our tables through the command line, and the shape of the answers."""

import re
from datetime import date

import pytest
import typer

from doors.cli.calling import answer, call, refusal
from oracle_table import bp, cases, pieces
from quittance.domain.money import parse_cents
from quittance.interfaces.cli.arguments import read_date

PENALTIES = ("calc", "penalties")
B2B = (*PENALTIES, "--kind", "b2b", "--principal", "1200.00", "--due", "2026-06-30")


# Due dates


@pytest.mark.parametrize("row", cases("due_dates"))
def test_due_dates(row):
    found = answer("calc", "due-date", "--term", row["term"], "--from", row["start_date"].split()[-1])
    assert found["due_on"] == row["expected_due_date"]
    assert (found["warnings"] == []) is row["cap_check"].startswith("ok")


def test_due_date_answers_in_a_stable_order_with_its_calculation():
    found = answer("calc", "due-date", "--term", "45 jours fin de mois", "--from", "31/01/2026")
    assert found == {
        "due_on": "2026-03-31",
        "warnings": [],
        "term": "EOM45_A",
        "term_words": "45 jours fin de mois (45 jours, puis fin du mois)",
        "starts_on": "2026-01-31",
        "start_event": "ISSUE",
        "explanation": "31 janvier 2026 + 45 jours = 17 mars 2026, fin de ce mois = 31 mars 2026",
    }
    assert list(found)[:2] == ["due_on", "warnings"]


@pytest.mark.parametrize(
    ("term", "steps"),
    [
        ("NET_1", "1er avril 2026 + 1 jour = 2 avril 2026"),
        ("EOM45_B", "1er avril 2026, fin de ce mois le 30 avril 2026, + 45 jours = 14 juin 2026"),
        (
            "EOM30_A_DAY10",
            "1er avril 2026 + 30 jours = 1er mai 2026, fin de ce mois le 31 mai 2026, le 10 du mois suivant "
            "= 10 juin 2026",
        ),
        (
            "EOM30_B_DAY15",
            "1er avril 2026, fin de ce mois le 30 avril 2026, + 30 jours = 30 mai 2026, le 15 suivant "
            "= 15 juin 2026",
        ),
        (
            "PERISHABLE_DECADE_30",
            "1er avril 2026, fin de la décade le 10 avril 2026, + 30 jours = 10 mai 2026",
        ),
    ],
)
def test_each_computation_is_explained(term, steps):
    assert answer("calc", "due-date", "--term", term, "--from", "2026-04-01")["explanation"] == steps
    assert f"Calcul : {steps}." in call("calc", "due-date", "--term", term, "--from", "2026-04-01").stdout


@pytest.mark.parametrize(
    ("options", "codes"),
    [
        ([], ["ABOVE_CAP"]),
        (["--buyer", "consumer"], []),
        (["--sector", "perishable"], ["CAP_STARTS_ELSEWHERE", "ABOVE_CAP"]),
        (["--sector", "perishable", "--start-event", "goods-receipt"], ["ABOVE_CAP"]),
        (["--buyer", "public_state", "--start-event", "INVOICE_RECEIPT"], ["ABOVE_CAP"]),
    ],
)
def test_sector_buyer_and_start_event_decide_the_cap(options, codes):
    words = ("calc", "due-date", "--term", "NET_90", "--from", "2026-11-21", *options)
    warnings = answer(*words)["warnings"]
    assert [warning["code"] for warning in warnings] == codes
    shown = call(*words).stdout
    for warning in warnings:
        assert list(warning) == ["code", "message", "source"]
        assert f"Attention : {warning['message']} ({warning['source']})" in shown


# Penalties


def debt_words(row: dict[str, str]) -> list[str]:
    """The debt of a row. Its due date is, for consumers, the day the formal notice took effect: both are told."""
    kind = "b2b" if row["kind"].startswith(("FIXED_", "B2B_CONTRACT_", "B2B_DEFAULT_")) else row["kind"]
    words = [*PENALTIES, "--kind", kind, "--principal", row["principal_ttc"], "--due", row["due_date"]]
    if kind in ("B2C_LEGAL_FROM_NOTICE", "INDIVIDUAL_CREDITOR_LEGAL"):
        words += ["--formal-notice", row["due_date"]]
    if fixed := re.fullmatch(r"(?:FIXED|B2B_CONTRACT)_(\d+)(?:_RAISED_TO_FLOOR)?", row["kind"]):
        words += ["--clause-rate", fixed[1]]
    if row["kind"] == "B2B_CONTRACT_3X_LEGAL":
        words += ["--clause-times", "3"]
    if row["kind"] == "B2B_DEFAULT_MAX_FLOOR":
        words += ["--floor-applies-to", "always"]
    return words


@pytest.mark.parametrize("row", cases("penalty_interest"))
def test_penalties(row):
    found = answer(*debt_words(row), "--paid", row["payment_date"])
    assert found["interest_cents"] == parse_cents(row["interest_expected_act365"])
    assert found["indemnity_cents"] == parse_cents(row["indemnity_expected"])
    assert found["total_cents"] == parse_cents(row["total_expected"])
    assert [(segment["from"], segment["days"], segment["rate_bp"]) for segment in found["segments"]] == [
        (start, int(days), bp(rate))
        for start, days, rate in (piece.split(":") for piece in pieces(row["segments_start:days:rate"]))
    ]
    assert {segment["base_cents"] for segment in found["segments"]} <= {parse_cents(row["principal_ttc"])}
    assert "principal_left_cents" not in found


@pytest.mark.parametrize(
    ("column", "options"),
    [
        ("alt_sum_of_rounded_segments", ["--rounding", "per-segment"]),
        ("alt_act_act", ["--divisor", "actual"]),
        ("alt_act360", ["--divisor", "360"]),
        ("alt_rate_frozen_at_first_day", ["--rate-split", "frozen"]),
    ],
)
@pytest.mark.parametrize("row", cases("penalty_interest"))
def test_other_conventions(row, column, options):
    found = answer(*debt_words(row), "--paid", row["payment_date"], *options)
    assert found["interest_cents"] == parse_cents(row[column])
    assert found["conventions"][options[0].removeprefix("--").replace("-", "_")] == options[1]


@pytest.mark.parametrize("row", cases("partial_payments"))
def test_partial_payments(row):
    events = pieces(row["events_date:amount"])
    payments = [word for event in events for word in ("--payment", event)]
    found = answer(*debt_words(row), *payments, "--imputation", row["mode"].lower().replace("_", "-"))
    for part in ("principal_left", "interest_left", "costs_left", "unapplied", "total_left"):
        assert found[f"{part}_cents"] == parse_cents(row[part])
    assert [payment["paid_on"] for payment in found["payments"]] == [event.split(":")[0] for event in events]
    assert found["total_cents"] == found["interest_cents"] + found["indemnity_cents"]


def test_a_statement_day_counts_as_a_payment_of_nothing():
    part = (*B2B, "--payment", "2026-07-30:600,00")
    stated = answer(*part, "--until", "2026-09-30")
    assert (stated["interest_left_cents"], stated["until_on"], stated["per_day_cents"]) == (
        1374,
        "2026-09-30",
        22,
    )
    assert stated["segments"] == answer(*part, "--payment", "30/09/2026:0")["segments"]


def test_penalties_are_told_row_by_row():
    shown = call(
        *PENALTIES, "--kind", "b2b", "--principal", "1 200,00", "--due", "15/06/2026", "--paid", "15/07/2026"
    )
    text = re.sub("[\u00a0\u202f]", " ", shown.stdout)
    assert re.search(r"16 juin 2026 +30 juin 2026 +1 200,00 € × 12,15 % × 15 / 365 +5,99 €", text)
    assert re.search(r"1er juillet 2026 +15 juillet 2026 +1 200,00 € × 12,40 % × 15 / 365 +6,12 €", text)
    assert "Intérêts : 12,11 € ; indemnité forfaitaire : 40,00 € ; total : 52,11 €." in text
    assert "taux BCE majoré de 10 points" in text
    assert "année de 365 jours, taux de chaque semestre" in text
    assert not re.search("[│─━\x1b]", text)


def test_printed_rows_that_do_not_add_up_have_a_rounding_row():
    words = (
        *PENALTIES,
        "--kind",
        "b2b",
        "--principal",
        "1200",
        "--due",
        "2026-06-15",
        "--paid",
        "2026-07-15",
    )
    found = answer(*words, "--clause-times", "3")
    assert (found["rounding_cents"], found["interest_cents"]) == (-1, 794)
    assert re.search(r"Arrondi +−0,01", call(*words, "--clause-times", "3").stdout)


def test_payments_are_told_with_what_is_left():
    text = call(*B2B, "--payment", "2026-07-30:2000", "--until", "2026-09-30").stdout
    text = re.sub("[\u00a0\u202f]", " ", text)
    assert re.search(r"30 juillet 2026 +2 000,00 € +40,00 € +12,23 € +1 200,00 €", text)
    assert "Reste dû au 30 septembre 2026 : 0,00 €" in text
    assert "En trop, à rendre ou à garder en avoir : 747,77 €." in text


@pytest.mark.parametrize(
    ("options", "interest_cents", "left_cents"),
    [
        (["--credit-note", "2026-07-10:200"], 1087, 100_000),
        (["--credit-note", "2026-07-10:200:origin"], 1019, 100_000),
    ],
)
def test_credit_notes(options, interest_cents, left_cents):
    found = answer(*B2B, "--paid", "2026-07-30", *options)
    assert (found["interest_cents"], found["principal_left_cents"]) == (interest_cents, left_cents)


@pytest.mark.parametrize(
    ("options", "days"),
    [
        (["--stop", "2026-07-10"], 10),
        (["--insolvency", "2026-07-11"], 10),
        (["--insolvency", "2026-07-11", "--opening-day-counts"], 11),
        (["--insolvency", "2026-06-30"], 0),
    ],
)
def test_what_stops_interest(options, days):
    found = answer(*B2B, "--paid", "2026-07-30", *options)
    assert sum(segment["days"] for segment in found["segments"]) == days


@pytest.mark.parametrize(
    ("options", "rate_bp"),
    [([], 825), (["--below-floor", "raise-to-floor"], 825), (["--below-floor", "suppletive"], 1240)],
)
def test_a_clause_below_the_floor_warns(options, rate_bp):
    found = answer(*B2B, "--paid", "2026-07-30", "--clause-rate", "5", *options)
    assert [segment["rate_bp"] for segment in found["segments"]] == [rate_bp]
    assert [warning["code"] for warning in found["warnings"]] == ["CLAUSE_RATE"]


def test_a_consumer_owes_nothing_without_formal_notice_and_is_told_why():
    words = (
        *PENALTIES,
        "--kind",
        "consumer",
        "--principal",
        "1200",
        "--due",
        "2026-06-15",
        "--paid",
        "2026-07-15",
    )
    found = answer(*words)
    assert (found["total_cents"], found["segments"]) == (0, [])
    assert [warning["code"] for warning in found["warnings"]] == ["FORMAL_NOTICE_MISSING"]
    told = call(*words).stdout
    assert "Aucun intérêt" in told
    assert "mise en demeure" in told


def test_a_missing_semester_is_refused_until_its_rate_is_typed():
    late = (*PENALTIES, "--kind", "b2b", "--principal", "1200", "--due", "2027-06-30", "--paid", "2027-07-30")
    error = refusal(*late, status=1)
    assert error["code"] == "RATE_MISSING"
    assert error["message"].startswith("Le taux du 2e semestre 2027 n'est pas encore connu")
    assert error["message"].endswith("Donnez le taux publié, par exemple : --rate ecb:2027-S2:2.40")
    found = answer(*late, "--rate", "ecb:2027-S2:2,40")
    assert [segment["rate_bp"] for segment in found["segments"]] == [1240]


@pytest.mark.parametrize(
    ("kind", "due", "told"),
    [
        ("b2b", "2011-07-01", "elles commencent au 1er semestre 2012) : aucun montant n'est calculé. Donnez"),
        ("b2c", "2011-07-01", "--rate legal-professional:2011-S2:2.40"),
        ("individual-creditor", "2011-07-01", "--rate legal-individual:2011-S2:2.40"),
        (
            "public",
            "2013-03-01",
            "(elles commencent au 2e semestre 2013) : aucun montant n'est calculé. Saisissez",
        ),
    ],
)
def test_a_semester_before_the_tables_is_told_as_such(kind, due, told):
    words = (
        "--kind",
        kind,
        "--principal",
        "10",
        "--due",
        due,
        "--paid",
        "2011-09-01" if "2011" in due else "2013-05-01",
    )
    error = refusal(*PENALTIES, *words, "--formal-notice", due, status=1)
    assert error["code"] == "RATE_MISSING"
    assert told in error["message"]


@pytest.mark.parametrize(
    ("spelling", "kind"),
    [
        ("B2B_DEFAULT", "b2b"),
        ("PUBLIC_BUYER", "public"),
        ("B2C", "consumer"),
        ("b2c-legal-from-notice", "consumer"),
    ],
)
def test_other_names_of_the_kinds(spelling, kind):
    words = (*B2B, "--paid", "2026-07-30", "--formal-notice", "2026-06-30", "--kind")
    assert answer(*words, spelling) == answer(*words, kind)


@pytest.mark.parametrize("typed", ["b2cc", "b2-c", "b2c legal", "b2c_legal"])
def test_a_consumer_is_never_suggested_to_be_a_business(typed):
    message = refusal(*B2B, "--paid", "2026-07-30", "--kind", typed, status=2)["message"]
    assert "Vouliez-vous dire « b2c" in message


@pytest.mark.parametrize("typed", ["31.12.26", "31/12/26", "31-12-2026", "20261231"])
def test_days_are_read_as_in_imported_files(typed):
    assert answer("calc", "due-date", "--term", "NET_0", "--from", typed)["due_on"] == "2026-12-31"
    assert read_date(typed, default=date(2026, 1, 1)) == date(2026, 12, 31)


def test_a_day_that_cannot_be_is_refused_everywhere():
    with pytest.raises(typer.BadParameter, match="« 31/02/26 » n'est pas une date"):
        read_date("31/02/26", default=date(2026, 1, 1))


@pytest.mark.parametrize(
    ("options", "reason"),
    [
        (["--kind", "consumer", "--clause-rate", "8"], "entre professionnels"),
        (["--payment", "2026-07-10:-5"], "ne peut pas être négatif"),
        (["--payment", "2026-08-10:5"], "postérieur à la date d'arrêté"),
        (["--principal", "-1"], "ne peut pas être négative"),
    ],
)
def test_penalties_that_cannot_be_computed(options, reason):
    error = refusal(*B2B, "--paid", "2026-07-30", *options, status=1)
    assert error["code"] == "PENALTY_REFUSED"
    assert reason in error["message"]


# Amounts


@pytest.mark.parametrize("row", cases("invoice_totals"))
def test_totals(row):
    lines = [word for line in pieces(row["lines_qty_x_price@rate"]) for word in ("--line", line)]
    allowances = [word for text in pieces(row["doc_allowances"]) for word in ("--allowance", text)]
    if "x-" in row["lines_qty_x_price@rate"]:  # EN 16931 forbids a negative price
        error = refusal("calc", "totals", *lines, status=1)
        assert error["code"] == "NEGATIVE_PRICE"
        assert "BR-27" in error["message"]
        return
    found = answer("calc", "totals", *lines, *allowances)
    assert found["net_cents"] == parse_cents(row["bt109"])
    assert found["vat_cents"] == parse_cents(row["bt110"])
    assert found["total_cents"] == parse_cents(row["bt112"])
    assert sum(line["net_cents"] for line in found["lines"]) == parse_cents(row["bt106"])
    assert found["allowances_cents"] == parse_cents(row["bt107"])
    assert [(base["rate_bp"], base["base_cents"], base["vat_cents"]) for base in found["vat"]] == [
        (bp(rate), parse_cents(base), parse_cents(vat))
        for rate, base, vat in (piece.split(":") for piece in pieces(row["vat_breakdown_rate:base:vat"]))
    ]


def test_totals_are_told():
    text = call("calc", "totals", "--line", "3x33.33@20", "--charge", "10@20").stdout
    text = re.sub("[\u00a0\u202f]", " ", text)
    assert re.search(r"3x33.33@20 +99,99 €", text)
    assert re.search(r"20,00 % +109,99 € +22,00 €", text)
    assert "Total HT 109,99 €, TVA 22,00 €, total TTC 131,99 €." in text


@pytest.mark.parametrize("name", ["discount", "escompte"])
@pytest.mark.parametrize("row", cases("early_discount"))
def test_discount(row, name):
    base = f"{row['ht']}@{row['vat_rate']}"
    found = answer("calc", name, "--base", base, "--percent", row["discount_pct"])
    assert found == {
        "to_pay_cents": parse_cents(row["to_pay_if_early"]),
        "discount_net_cents": parse_cents(row["discount_ht"]),
        "discount_vat_cents": parse_cents(row["discount_vat"]),
        "discount_total_cents": parse_cents(row["discount_ttc"]),
        "net_cents": parse_cents(row["net_ht"]),
        "vat_cents": parse_cents(row["net_vat"]),
        "price_total_cents": parse_cents(row["ttc"]),
    }


def test_discount_is_told():
    text = re.sub(
        "[\u00a0\u202f]", " ", call("calc", "discount", "--base", "1000@20", "--percent", "2").stdout
    )
    assert re.search(r"Escompte +−20,00 € +−4,00 € +−24,00 €", text)
    assert re.search(r"À payer +980,00 € +196,00 € +1 176,00 €", text)


@pytest.mark.parametrize("row", cases("imputation"))
def test_imputation(row):
    debts = [word for debt in pieces(row["invoices_id:due:amount:onerous"]) for word in ("--debt", debt)]
    choice = [word for reference in pieces(row["debtor_choice"]) for word in ("--choice", reference)]
    paid = ("--payment", row["payment"], "--paid", "2026-11-21")
    found = answer("calc", "imputation", *debts, *paid, *choice)
    assert [(taken["invoice"], taken["cents"]) for taken in found["allocations"]] == [
        (reference, parse_cents(amount))
        for reference, amount in (piece.split(":") for piece in pieces(row["expected_allocation"]))
    ]
    assert found["unapplied_cents"] == parse_cents(row["unapplied"])


def test_imputation_is_told_and_refused():
    words = (
        "calc",
        "imputation",
        "--debt",
        "F1:30/09/2026:500,00",
        "--payment",
        "600",
        "--paid",
        "2026-11-21",
    )
    text = re.sub("[\u00a0\u202f]", " ", call(*words).stdout)
    assert re.search(r"F1 +500,00 €", text)
    assert "Reste à employer : 100,00 €." in text
    assert refusal(*words, "--choice", "F2", status=1)["code"] == "IMPUTATION_REFUSED"


# Time limits and rates


@pytest.mark.parametrize("row", cases("deadlines"))
def test_deadlines(row):
    found = answer("calc", "deadline", "--kind", row["kind"], "--from", row["start"])
    assert found["deadline_on"] == found["due_on"] == row["expected"]
    assert found["rule"]
    assert found["source"]


def test_deadline_tells_its_extension():
    words = ("calc", "deadline", "--kind", "claim-declaration-2m", "--from", "15/09/2026")
    assert answer(*words)["counted_on"] == "2026-11-15"
    told = call(*words).stdout
    assert "Date : 16 novembre 2026." in told
    assert "Le 15 novembre 2026 n'est pas un jour ouvrable" in told


def test_alsace_and_moselle_have_their_holidays():
    words = ("calc", "deadline", "--kind", "INJONCTION_OPPOSITION_1M", "--from", "2025-11-26")
    assert answer(*words)["deadline_on"] == "2025-12-26"
    assert answer(*words, "--alsace-moselle")["deadline_on"] == "2025-12-29"


def test_a_time_limit_has_other_names():
    found = answer("calc", "deadline", "--kind", "revendication-3m", "--from", "2026-09-15")
    assert found["kind"] == "RETENTION_OF_TITLE_3M"
    error = refusal(
        "calc", "deadline", "--kind", "INJONCTION_SIGNIFICATION_6M", "--from", "2026-09-15", status=1
    )
    assert error["code"] == "RULE_MISSING"


def test_a_day_before_the_first_rule_is_refused():
    error = refusal("calc", "deadline", "--kind", "L126_CONTEST_1M", "--from", "2020-01-01", status=1)
    assert error["code"] == "RULE_MISSING"


def test_rates_of_a_semester():
    (row,) = answer("calc", "rates", "--semester", "2026-S2")["rates"]
    assert (row["ecb_bp"], row["default_b2b_bp"], row["public_buyer_bp"], row["clause_floor_bp"]) == (
        240,
        1240,
        1040,
        825,
    )
    assert row["ecb_source"]
    assert row["legal_source"] in call("calc", "rates", "--semester", "2026-s2").stdout
    assert refusal("calc", "rates", "--semester", "2040-S1", status=1)["code"] == "RATE_MISSING"


def test_every_known_semester_is_listed_in_order():
    rows = answer("calc", "rates")["rates"]
    semesters = [row["semester"] for row in rows]
    assert semesters == sorted(set(semesters))
    assert (semesters[0], rows[0]["public_buyer_bp"]) == ("2012-S1", None)
    assert len(call("calc", "rates").stdout.splitlines()) == len(rows) + 2
