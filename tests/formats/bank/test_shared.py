"""The reference files beside the repository: real-shaped statements, with expected results for CAMT."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from formats.golden import SHARED
from quittance.formats.bank.reader import read_statements
from quittance.formats.errors import StatementError

pytestmark = pytest.mark.shared
BANK = SHARED / "data" / "bank"


def read(*path: str):
    file = BANK.joinpath(*path)
    return read_statements(file.read_bytes(), file_name=file.name)


def first(value, *path: str):
    """Walk the expected JSON, where a list stands for its first element; nothing where the path ends early."""
    for name in path:
        if isinstance(value, list):
            value = value[0] if value else None
        value = value.get(name) if isinstance(value, dict) else None
    return value


CAMT_GOOD = ("v2.minimal.ultimate", "v2.multi.statement", "v2.with-party-ids", "v4", "v8")


@pytest.mark.parametrize("name", CAMT_GOOD)
def test_camt_entries_are_those_expected(name):
    expected = json.loads((BANK / "camt" / f"camt053.{name}.json").read_text(encoding="utf-8"))
    lines = read("camt", f"camt053.{name}.xml").lines
    entry = expected["getEntries"][0]  # the expected file writes only the last entry out
    line = lines[-1]
    assert line.amount_cents == int(first(entry, "getAmount", "getAmount"))
    assert line.value_on.isoformat() == first(entry, "getValueDate", "0")[:10]
    assert line.booked_on.isoformat() == first(entry, "getBookingDate", "0")[:10]
    assert line.bank_ref == (entry["getAccountServicerReference"] or "")
    detail = entry["getTransactionDetail"]
    assert line.end_to_end_id == (first(detail, "getReference", "getEndToEndId") or "")
    message = first(detail, "getRemittanceInformation", "getMessage")
    assert message in line.label
    role = "Debtor" if line.amount_cents > 0 else "Creditor"
    names = {
        first(party, "getRelatedPartyType", "getName"): first(party, "getAccount", "getIdentification") or ""
        for party in detail["getRelatedParties"]
        if first(party, "getRelatedPartyType", "__CLASS__").endswith(role)
    }
    assert line.counterparty_iban == names[line.counterparty_name]


@pytest.mark.parametrize("name", CAMT_GOOD)
def test_camt_balances_of_the_account_s_currency_are_those_expected(name):
    expected = json.loads((BANK / "camt" / f"camt053.{name}.json").read_text(encoding="utf-8"))
    statement = read("camt", f"camt053.{name}.xml").statements[-1]
    record = expected["getEntries"][0]["getRecord"]
    balances = {
        balance["getType"]: int(first(balance, "getAmount", "getAmount"))
        for balance in record["getBalances"]
        if first(balance, "getAmount", "getCurrency", "getCode") == statement.currency
    }
    assert statement.opening_cents == balances.get("opening")
    assert statement.closing_cents == balances.get("closing")
    assert statement.account_iban == first(record, "getAccount", "getIdentification")
    assert statement.reference == record["getId"]


@pytest.mark.parametrize(
    ("path", "reason"),
    [
        (("camt", "camt053.v2.all-balance-types.xml"), "Le solde ne tombe pas juste"),
        (("camt", "camt053.v2.wrong.xml"), "ne contient aucun relevé"),
        (("camt", "camt054.v8.xml"), "Exportez depuis votre banque le relevé CAMT.053"),
        (("ofx", "error_message.ofx"), "« General Server Error » .code 2000."),
        (("ofx", "refused-date_missing.ofx"), "la date de l'opération manque"),
    ],
)
def test_files_that_must_be_refused(path, reason):
    with pytest.raises(StatementError, match=reason):
        read(*path)


@pytest.mark.parametrize(
    ("path", "accounts", "lines", "total_cents", "closing_cents"),
    [
        (("cfonb", "simple-test.txt"), 1, 0, 0, 1_669_565),
        (("cfonb", "complex-test.txt"), 8, 5, -521_090, 58_435_302),
        (("mt940", "test-ing.940"), 1, 8, -9_788, 56_435),
        (("ofx", "bank_medium.ofx"), 1, 3, -34_527, 38_234),
        (("ofx", "checking.ofx"), 1, 3, -5_950, 10_099),
        (("ofx", "multiple_accounts.ofx"), 2, 0, 0, 22_200),
        (("ofx", "ofx-v102-empty-tags.ofx"), 1, 1, 1_234, None),
        (("ofx", "suncorp.ofx"), 1, 1, -1_685, 123_412),
        (("csv", "bnp_paribas.csv"), 1, 2, 208_755, 462_941),
        (("csv", "boursobank.csv"), 1, 2, 170_971, 462_941),
        (("csv", "bpce_banque_populaire_caisse_epargne.csv"), 1, 2, 448_755, None),
        (("csv", "credit_agricole.csv"), 1, 2, 208_755, 462_941),
        (("csv", "credit_mutuel_cic.csv"), 1, 2, 208_755, 462_941),
        (("csv", "la_banque_postale.csv"), 1, 2, 208_755, 462_941),
        (("csv", "qonto.csv"), 1, 1, 240_000, None),
        (("csv", "societe_generale.csv"), 1, 2, 208_755, 462_941),
    ],
)
def test_files_that_are_read(path, accounts, lines, total_cents, closing_cents):
    result = read(*path)
    assert len(result.statements) == accounts
    assert len(result.lines) == lines
    assert sum(line.amount_cents for line in result.lines) == total_cents
    assert result.statements[-1].closing_cents == closing_cents


def test_the_three_statements_of_the_workload_say_the_same(tmp_path: Path):
    generator = SHARED / "workload" / "gen_workload.py"
    subprocess.run(
        [sys.executable, str(generator), "--n", "200", "--out", str(tmp_path)],
        check=True,
        capture_output=True,
    )
    meta = json.loads((tmp_path / "meta.json").read_text(encoding="utf-8"))
    camt, cfonb, plain = (
        read_statements((tmp_path / name).read_bytes())
        for name in ("bank.camt053.xml", "bank.cfonb120.txt", "bank.csv")
    )
    facts = [
        [(line.booked_on, line.amount_cents, line.bank_ref) for line in file.lines]
        for file in (camt, cfonb, plain)
    ]
    assert facts[0] == facts[1] == facts[2]
    assert len(facts[0]) == meta["bank_lines"]
    assert [line.label for line in camt.lines] == [line.label for line in plain.lines]
    assert [line.counterparty_name for line in camt.lines] == [line.counterparty_name for line in cfonb.lines]
    assert camt.statements[0].account_iban == meta["own_iban"]
