"""CAMT.053: what the samples do not show, and any statement written here read back."""

from datetime import date
from xml.sax.saxutils import escape

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from quittance.formats.bank import camt053
from quittance.formats.errors import StatementError

OWN_IBAN = "FR1420041010050500013M02606"


def balance(code: str, cents: int, on: str = "2026-02-10") -> str:
    return f"<Bal><Tp><CdOrPrtry><Cd>{code}</Cd></CdOrPrtry></Tp>{amount(cents)}<Dt><Dt>{on}</Dt></Dt></Bal>"


def amount(cents: int, currency: str = "EUR") -> str:
    direction = "CRDT" if cents >= 0 else "DBIT"
    number = f"{abs(cents) // 100}.{abs(cents) % 100:02d}"
    return f'<Amt Ccy="{currency}">{number}</Amt><CdtDbtInd>{direction}</CdtDbtInd>'


def entry(cents: int, *, details: str = "", text: str = "", more: str = "", on: str = "2026-02-10") -> str:
    return (
        f"<Ntry>{amount(cents)}{more}<Sts>BOOK</Sts><BookgDt><Dt>{on}</Dt></BookgDt>"
        f"<NtryDtls>{details}</NtryDtls><AddtlNtryInf>{escape(text)}</AddtlNtryInf></Ntry>"
    )


def statement(*entries: str, head: str = "", currency: str = "EUR", version: str = "02") -> bytes:
    return (
        f'<Document xmlns="urn:iso:std:iso:20022:tech:xsd:camt.053.001.{version}"><BkToCstmrStmt>'
        f"<Stmt><Id>1</Id><Acct><Id><IBAN>{OWN_IBAN}</IBAN></Id><Ccy>{currency}</Ccy></Acct>{head}\n"
        + "\n".join(entries)
        + "</Stmt></BkToCstmrStmt></Document>"
    ).encode()


def only_line(data: bytes):
    (line,) = camt053.read(data).lines
    return line


def party(role: str, name: str, iban: str = "") -> str:
    account = f"<{role}Acct><Id><IBAN>{iban}</IBAN></Id></{role}Acct>" if iban else ""
    return f"<{role}><Nm>{name}</Nm></{role}>{account}"


PARTIES = party("Dbtr", "PAYEUR") + party("Cdtr", "PAYE")
RETURNED = party("Dbtr", "ATELIER BRUNE", OWN_IBAN) + party("Cdtr", "FOURNISSEUR")


@pytest.mark.parametrize(
    ("case", "cents", "parties", "more", "name"),
    [
        ("money comes in: whoever pays", 100, PARTIES, "", "PAYEUR"),
        ("money goes out: whoever is paid", -100, PARTIES, "", "PAYE"),
        ("a debit of ours comes back", -100, PARTIES, "<RvslInd>true</RvslInd>", "PAYEUR"),
        ("a transfer of ours comes back", 100, PARTIES, "<RvslInd>1</RvslInd>", "PAYE"),
        ("no reversal", 100, PARTIES, "<RvslInd>false</RvslInd>", "PAYEUR"),
        ("our own IBAN is not the other party", 100, RETURNED, "", "FOURNISSEUR"),
        ("only on whose behalf", 100, party("UltmtDbtr", "CHANTIER"), "", "CHANTIER"),
        ("nobody", 100, "", "", ""),
    ],
)
def test_the_counterparty(case, cents, parties, more, name):
    details = f"<TxDtls><RltdPties>{parties}</RltdPties></TxDtls>"
    assert only_line(statement(entry(cents, details=details, more=more))).counterparty_name == name, case


@pytest.mark.parametrize(
    ("case", "first", "second", "amounts"),
    [
        ("amounts add up", 60, 40, [60, 40]),
        ("they do not", 60, 41, [100]),
        ("a deduction", 130, -30, [130, -30]),
    ],
)
def test_a_batch_is_detailed_when_its_amounts_add_up(case, first, second, amounts):
    details = f"<TxDtls>{amount(first)}</TxDtls><TxDtls>{amount(second)}</TxDtls>"
    lines = camt053.read(statement(entry(100, details=details))).lines
    assert [line.amount_cents for line in lines] == amounts, case
    assert len({line.batch_ref for line in lines}) == 1
    assert bool(lines[0].batch_ref) == (len(lines) > 1)


def test_a_batch_in_another_currency_stays_one_line():
    details = f"<TxDtls>{amount(60, 'USD')}</TxDtls><TxDtls>{amount(40)}</TxDtls>"
    assert only_line(statement(entry(100, details=details))).amount_cents == 100


def test_transactions_keep_their_own_reference_when_the_bank_gives_each_one():
    def transaction(cents, ref):
        return f"<TxDtls><Refs><AcctSvcrRef>{ref}</AcctSvcrRef></Refs>{amount(cents)}</TxDtls>"

    more = "<AcctSvcrRef>LOT</AcctSvcrRef>"
    own = camt053.read(statement(entry(100, details=transaction(60, "A") + transaction(40, "B"), more=more)))
    same = camt053.read(
        statement(entry(100, details=transaction(60, "LOT") + transaction(40, "LOT"), more=more))
    )
    assert [line.bank_ref for line in own.lines] == ["A", "B"]
    assert [line.bank_ref for line in same.lines] == ["LOT/1", "LOT/2"]
    assert {line.batch_ref for line in (*own.lines, *same.lines)} == {"LOT"}


def test_the_same_text_is_not_repeated_in_the_label():
    details = "<TxDtls><RmtInf><Ustrd>VIR FA-1</Ustrd><Ustrd>FA-12</Ustrd></RmtInf></TxDtls>"
    assert only_line(statement(entry(100, details=details, text="VIR  FA-1"))).label == "VIR FA-1 FA-12"


@pytest.mark.parametrize("version", ["02", "04", "08", "13"])
def test_all_versions(version):
    data = statement(entry(100), head=balance("OPBD", 50) + balance("CLBD", 150), version=version)
    (read,) = camt053.read(data).statements
    assert (read.opening_cents, read.closing_cents) == (50, 150)


def test_the_opening_balance_of_the_day_wins_over_the_closing_one_of_the_day_before():
    head = balance("PRCD", 999) + balance("OPBD", 50) + balance("CLBD", 150)
    (read,) = camt053.read(statement(entry(100), head=head)).statements
    assert read.opening_cents == 50


def test_a_balance_in_another_currency_is_not_the_account_s():
    usd = balance("CLBD", 1).replace('"EUR"', '"USD"')
    (read,) = camt053.read(statement(entry(100), head=balance("OPBD", 50) + usd)).statements
    assert (read.opening_cents, read.closing_cents) == (50, None)


@pytest.mark.parametrize(
    ("first", "last", "from_on", "to_on"),
    [
        ("2026-02-10T00:00:00", "2026-02-11T00:00:00", date(2026, 2, 10), date(2026, 2, 10)),
        ("2026-02-10T00:00:00", "2026-02-10T00:00:00", date(2026, 2, 10), date(2026, 2, 10)),
        ("2026-02-10T00:00:00+01:00", "2026-02-11T23:59:59+01:00", date(2026, 2, 10), date(2026, 2, 11)),
        ("2026-02-09T23:00:00Z", "2026-02-10T22:59:59Z", date(2026, 2, 10), date(2026, 2, 10)),
    ],
)
def test_the_period(first, last, from_on, to_on):
    head = f"<FrToDt><FrDtTm>{first}</FrDtTm><ToDtTm>{last}</ToDtTm></FrToDt>"
    (read,) = camt053.read(statement(entry(100), head=head)).statements
    assert (read.from_on, read.to_on) == (from_on, to_on)


def test_an_amount_is_not_cut_by_a_comment():
    data = statement(entry(1250)).replace(b"12.50", b"12<!-- x -->.50")
    assert only_line(data).amount_cents == 1250


@pytest.mark.parametrize(
    ("currency", "number", "minor_units"), [("JPY", "2700", 2700), ("TND", "1.5", 1500), ("USD", "1.50", 150)]
)
def test_amounts_are_in_the_currency_s_minor_unit(currency, number, minor_units):
    data = statement(entry(100), currency=currency).replace(b'"EUR">1.00', f'"{currency}">{number}'.encode())
    assert only_line(data).amount_cents == minor_units


def test_the_line_is_right_far_into_the_file():
    with pytest.raises(StatementError) as refusal:
        camt053.read(statement(entry(100), "\n" * 70_000, entry(100, on="2026-02-31")))
    assert (refusal.value.line, refusal.value.column) == (70_004, "BookgDt")


texts = st.text(st.characters(codec="cp1252", exclude_categories=["Cc"]), max_size=60)


@settings(max_examples=60)
@given(
    st.integers(-(10**11), 10**11),
    st.lists(st.tuples(st.integers(-(10**9), 10**9), st.dates(), texts), max_size=8),
)
def test_what_is_written_is_read_back(opening, movements):
    closing = opening + sum(cents for cents, _, _ in movements)
    entries = [
        entry(
            cents,
            on=on.isoformat(),
            details=f"<TxDtls><RmtInf><Ustrd>{escape(text)}</Ustrd></RmtInf></TxDtls>",
        )
        for cents, on, text in movements
    ]
    data = statement(*entries, head=balance("OPBD", opening) + balance("CLBD", closing))
    (read,) = camt053.read(data).statements
    assert (read.opening_cents, read.closing_cents, read.account_iban) == (opening, closing, OWN_IBAN)
    assert [(line.amount_cents, line.booked_on, line.label) for line in read.lines] == [
        (cents, on, " ".join(text.split())) for cents, on, text in movements
    ]
    wrong = statement(*entries, head=balance("OPBD", opening) + balance("CLBD", closing + 1))
    with pytest.raises(StatementError, match="Le solde ne tombe pas juste"):
        camt053.read(wrong)
