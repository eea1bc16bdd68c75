"""Reads our tables of worked cases (tests/oracles): one row is one case, checked by hand."""

import csv
from pathlib import Path

import pytest

from quittance.domain.money import parse_cents

ORACLES = Path(__file__).parent / "oracles"


def cases(name: str) -> list:
    """The rows of a table as test parameters, each named by its `case_id`."""
    with (ORACLES / f"{name}.csv").open(encoding="utf-8", newline="") as table:
        return [pytest.param(row, id=row["case_id"]) for row in csv.DictReader(table)]


def bp(percentage: str) -> int:
    """`12.40` or `20` as basis points."""
    return parse_cents(percentage)


def pieces(text: str, separator: str = "|") -> list[str]:
    """The parts of a cell, none for an empty cell."""
    return text.split(separator) if text else []
