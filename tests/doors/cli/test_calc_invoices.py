"""`quittance calc`: deposits, progress claims, VAT, the 40 euros, and what a transfer carries."""

import re
from itertools import groupby

import pytest

from doors.cli.calling import answer, call, refusal
from oracle_table import bp, cases, pieces
from quittance.domain.money import parse_cents

IBAN = "FR7630006000011234567890189"


def plain(text: str) -> str:
    return re.sub("[\u00a0\u202f]", " ", text)


def repeated(option: str, values: list[str]) -> list[str]:
    return [word for value in values for word in (option, value)]


# Deposits and progress claims


@pytest.mark.parametrize("row", cases("deposit_final"))
def test_deposit(row):
    found = answer(
        *("calc", "deposit", "--price", row["total_ht"], "--vat", row["rate"]),
        *repeated("--deposit", pieces(row["deposits_ht"])),
        *("--retention", row["retention_pct"], "--retention-base", row["retention_base"]),
    )
    assert found == {
        "payable_now_cents": parse_cents(row["payable_now"]),
        "due_cents": parse_cents(row["bt115_due"]),
        "price_net_cents": parse_cents(row["total_ht"]),
        "price_vat_cents": parse_cents(row["total_vat"]),
        "price_total_cents": parse_cents(row["total_ttc"]),
        "deposits_net_cents": parse_cents(row["deposit_ht"]),
        "deposits_vat_cents": parse_cents(row["deposit_vat"]),
        "deposits_total_cents": parse_cents(row["bt113_paid_ttc"]),
        "net_left_cents": parse_cents(row["ht_left"]),
        "vat_left_cents": parse_cents(row["vat_left_to_declare"]),
        "retention_cents": parse_cents(row["retention"]),
    }


def test_deposit_is_told():
    words = ("calc", "deposit", "--price", "1000", "--vat", "20")
    text = plain(call(*words, "--deposit", "300", "--retention", "5").stdout)
    assert re.search(r"Solde +700,00 € +140,00 € +840,00 €", text)
    assert "À payer maintenant : 780,00 €." in text
    assert "il faut un avoir" in call(*words, "--deposit", "1200").stdout
    assert "il faut un avoir" not in text


def by_market() -> list:
    """The claims of one market follow each other in the table."""
    rows = [case.values[0] for case in cases("progress_situations")]
    return [list(claims) for _, claims in groupby(rows, key=lambda row: row["market_ht"])]


@pytest.mark.parametrize("rows", by_market())
def test_progress(rows):
    found = answer(
        *("calc", "progress", "--market", rows[0]["market_ht"], "--vat", "20", "--retention", "5"),
        *repeated("--done", [row["cumulated_pct"] for row in rows]),
    )
    assert found["claims"] == [
        {
            "number": int(row["situation_no"]),
            "done_bp": bp(row["cumulated_pct"]),
            "done_net_cents": parse_cents(row["cumulated_ht"]),
            "before_net_cents": parse_cents(row["previous_ht"]),
            "net_cents": parse_cents(row["period_ht"]),
            "vat_cents": parse_cents(row["vat_20"]),
            "total_cents": parse_cents(row["ttc"]),
            "retention_cents": parse_cents(row["retention_5pct_ttc"]),
            "payable_now_cents": parse_cents(row["to_pay"]),
        }
        for row in rows
    ]


def test_progress_is_told_and_its_retention_may_be_before_tax():
    words = ("calc", "progress", "--market", "1000", "--done", "40", "--done", "100", "--vat", "20")
    text = plain(call(*words, "--retention", "5", "--retention-base", "ht").stdout)
    assert re.search(r"2 +100,00 % +1 000,00 € +600,00 € +120,00 € +30,00 € +690,00 €", text)


# VAT


@pytest.mark.parametrize("row", cases("ttc_to_ht"))
def test_net(row):
    assert answer("calc", "net", "--total", row["ttc"], "--vat", row["rate"]) == {
        "net_cents": parse_cents(row["ht"]),
        "vat_cents": parse_cents(row["vat_by_difference"]),
        "total_cents": parse_cents(row["ttc"]),
    }


def test_net_is_told():
    text = plain(call("calc", "net", "--total", "19,90", "--vat", "20 %").stdout)
    assert text.startswith("HT 16,58 €, TVA 20,00 % 3,32 €, TTC 19,90 €.\n")


@pytest.mark.parametrize("row", cases("collected_vat_split"))
def test_vat_split(row):
    invoiced = [
        f"{amount}@{rate}" for rate, amount in (part.split(":") for part in pieces(row["ttc_by_rate"]))
    ]
    found = answer("calc", "vat-split", *repeated("--invoiced", invoiced), "--collected", row["collected"])
    assert [(share["rate_bp"], share["total_cents"]) for share in found["shares"]] == [
        (bp(rate), parse_cents(amount))
        for rate, amount in (part.split(":") for part in pieces(row["expected_split"]))
    ]


def test_vat_split_is_told_and_refused():
    words = ("calc", "vat-split", "--invoiced", "1100@10", "--invoiced", "2400@20", "--collected", "1000")
    assert re.search(r"20,00 % +685,71 €", plain(call(*words).stdout))
    nothing = ("calc", "vat-split", "--invoiced", "0@20", "--collected", "1")
    assert refusal(*nothing, status=1)["code"] == "NOTHING_TO_SHARE"


# The 40 euros

LATE, ON_TIME = "2026-10-31:2026-11-02", "2026-10-31:2026-10-31"
# the situation of each row of the table, as options
SITUATIONS = {
    "IN01": ["b2b", f"F1:{LATE}", f"F2:{LATE}", "F3:2026-10-31", f"F4:{ON_TIME}"],
    "IN02": ["b2b", *(f"F1:2026-0{month}-01:2026-0{month}-09" for month in (3, 4, 5, 6))],
    "IN04": ["consumer", f"F1:{LATE}"],
    "IN05": ["b2b", "F1:2026-10-31"],
    "IN07": ["b2b", f"AC1:{LATE}", "F1:2026-11-15"],
    "IN08": ["b2b", f"F1:{LATE}"],
}


@pytest.mark.parametrize("row", cases("indemnity"))
def test_indemnity(row):
    kind, *invoices = SITUATIONS[row["case_id"]]
    words = ["calc", "indemnity", "--kind", kind, "--until", "2026-11-21", *repeated("--invoice", invoices)]
    found = answer(*words, *(["--insolvency", "2026-10-15"] if row["case_id"] == "IN05" else []))
    assert found["indemnity_cents"] == parse_cents(row["expected_eur"])
    assert sum(invoice["indemnity_cents"] for invoice in found["invoices"]) == found["indemnity_cents"]
    assert len(found["invoices"]) == len({text.split(":")[0] for text in invoices})


def test_indemnity_is_told():
    words = ("--kind", "b2b", "--invoice", f"F1:{LATE}", "--invoice", f"F2:{ON_TIME}", "--until", "21/11/26")
    text = plain(call("calc", "indemnity", *words).stdout)
    assert re.search(r"F2 +0,00 €", text)
    assert "Indemnité au 21 novembre 2026 : 40,00 €." in text


# Transfers


@pytest.mark.parametrize(
    "row", [case for case in cases("identifiers") if case.values[0]["kind"] == "RF_CREATE"]
)
def test_rf(row):
    if row["expected"] == "valid":
        assert answer("calc", "rf", row["value"])["reference"] == row["derived"]
    else:
        assert refusal("calc", "rf", row["value"], status=1)["code"] == "IDENTIFIER_REFUSED"


def test_rf_is_told_and_refused():
    assert call("calc", "rf", "539007547034").stdout == "RF18 5390 0754 7034\n"
    assert refusal("calc", "rf", "n° 12", status=1)["code"] == "IDENTIFIER_REFUSED"


@pytest.mark.parametrize("row", cases("epc_qr"))
def test_qr(row):
    given = {
        "--amount": row["amount"],
        "--purpose": row["purpose"],
        "--reference": row["rf"],
        "--text": row["text"],
        "--bic": row["bic"],
    }
    words = ["calc", "qr", "--name", row["name"], "--iban", row["iban"]]
    words += [word for option, value in given.items() if value for word in (option, value)]
    payload = row["expected_payload_escaped"].replace("\\n", "\n")
    assert answer(*words) == {"payload": payload, "bytes": int(row["expected_bytes_utf8"])}
    assert call(*words).stdout == f"{payload}\n"


def test_a_transfer_that_cannot_be_coded_is_refused():
    words = ("calc", "qr", "--name", "Atelier", "--iban", IBAN)
    assert refusal(*words, "--amount", "0", status=1)["code"] == "TRANSFER_CODE_ERROR"


@pytest.mark.parametrize(
    ("words", "column", "message"),
    [
        (("vat-split", "--invoiced", "1100", "--collected", "1"), "--invoiced", "1100.00@10"),
        (("vat-split", "--invoiced", "1100@x", "--collected", "1"), "--invoiced", "n'est pas un taux"),
        (
            ("indemnity", "--kind", "b2b", "--invoice", "F1", "--until", "2026-11-21"),
            "--invoice",
            "F12:2026-09-30",
        ),
        (
            ("deposit", "--price", "1", "--vat", "20", "--retention-base", "x"),
            "--retention-base",
            "Choix : ttc, ht",
        ),
        (("progress", "--market", "1", "--vat", "20"), "--done", "à indiquer"),
        (("qr", "--name", "A", "--iban", f"{IBAN[:-1]}8"), "--iban", "sa clé de contrôle ne correspond pas"),
    ],
)
def test_wrong_usage(words, column, message):
    error = refusal("calc", *words, status=2)
    assert (error["code"], error["column"]) == ("WRONG_USAGE", column)
    assert message in error["message"]
