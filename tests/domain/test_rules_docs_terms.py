"""The worked examples of the pages on terms, rates, time limits and identifiers give what the pages say."""

import re
from datetime import date
from pathlib import Path

import pytest

from quittance.domain import identifiers, law
from quittance.domain.deadlines import deadline, deadline_kinds
from quittance.domain.law import Semester, parse_semester
from quittance.domain.terms import Buyer, Sector, cap_warnings, due_on, parse_term

RULES = Path(__file__).parents[2] / "docs" / "rules"


def block(page: str, name: str) -> list[list[str]]:
    """The rows of a fenced block, its heading left out where it has columns."""
    text = (RULES / f"{page}.md").read_text(encoding="utf-8")
    (body,) = re.findall(rf"^```{name}\n(.*?)^```$", text, re.MULTILINE | re.DOTALL)
    rows = [[cell.strip() for cell in line.split("|")] for line in body.splitlines()]
    return rows[1:] if len(rows[0]) > 1 else rows


@pytest.mark.parametrize("row", block("payment-terms", "due-dates"), ids=" ".join)
def test_due_dates(row: list[str]) -> None:
    term, start, due = row
    assert due_on(parse_term(term), date.fromisoformat(start)) == date.fromisoformat(due)


@pytest.mark.parametrize("row", block("payment-terms", "wordings"), ids=lambda row: row[0])
def test_wordings(row: list[str]) -> None:
    words, term, printed = row
    assert parse_term(words).code == term
    assert parse_term(words).french() == printed


@pytest.mark.parametrize("row", block("payment-terms", "caps"), ids=" ".join)
def test_caps(row: list[str]) -> None:
    code, start, sale, days, warnings = row
    term, starts_on = parse_term(code), date.fromisoformat(start)
    falls_on = due_on(term, starts_on)
    buyer = Buyer(sale) if sale in set(Buyer) else None
    sector = Sector(sale) if sale and buyer is None else None
    assert (falls_on - starts_on).days == int(days)
    found = cap_warnings(term, starts_on, falls_on, buyer=buyer, sector=sector)
    assert [warning.code for warning in found] == warnings.split()


@pytest.mark.parametrize("row", block("rates", "rates"), ids=lambda row: row[0])
def test_rates(row: list[str]) -> None:
    semester: Semester = parse_semester(row[0])
    assert [int(cell) for cell in row[1:]] == [
        law.ecb_rate_bp(semester),
        law.default_b2b_rate_bp(semester),
        law.public_buyer_rate_bp(semester),
        law.legal_interest_rate_bp(semester),
        law.legal_interest_rate_bp(semester, law.INDIVIDUAL),
        law.clause_floor_bp(semester),
    ]


@pytest.mark.parametrize("row", block("rates", "missing"), ids=" ".join)
def test_missing_semesters(row: list[str]) -> None:
    with pytest.raises(law.RateMissing):
        law.ecb_rate_bp(parse_semester(row[0]))


@pytest.mark.parametrize("row", block("deadlines", "deadlines"), ids=" ".join)
def test_deadlines(row: list[str]) -> None:
    kind, start, counted, on = row
    found = deadline(kind, date.fromisoformat(start))
    assert (found.counted_on.isoformat(), found.on.isoformat()) == (counted, on)


def test_every_kind_of_deadline_is_documented() -> None:
    text = (RULES / "deadlines.md").read_text(encoding="utf-8")
    assert [kind for kind in deadline_kinds() if f"`{kind}`" not in text] == []


@pytest.mark.parametrize("row", block("identifiers", "identifiers"), ids=lambda row: " ".join(row[:2]))
def test_identifiers(row: list[str]) -> None:
    kind, value, valid, follows = row
    check = {
        "SIREN": identifiers.check_siren,
        "SIRET": identifiers.check_siret,
        "VAT_FR": identifiers.check_vat,
        "IBAN": identifiers.check_iban,
        "RIB": identifiers.check_rib,
        "RF": identifiers.check_rf,
    }[kind]
    found = check(value)
    assert found.kind == kind
    assert found.valid is {"yes": True, "no": False}[valid]
    assert dict(found.derived) == dict(part.split("=") for part in follows.split())


@pytest.mark.parametrize("row", block("identifiers", "references"), ids=" ".join)
def test_references(row: list[str]) -> None:
    assert identifiers.create_rf(row[0]) == row[1]
