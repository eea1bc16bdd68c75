"""The worked examples of the rules pages give what the pages say."""

import doctest
from pathlib import Path

import pytest

RULES = Path(__file__).parents[2] / "docs" / "rules"
PAGES = (
    "penalties",
    "imputation",
    "vat-and-totals",
    "deposits-and-retention",
    "aging-and-dso",
    "reminders",
    "customer-risk",
    "mandates",
)


@pytest.mark.parametrize("page", PAGES)
def test_worked_examples(page):
    text = (RULES / f"{page}.md").read_text(encoding="utf-8")
    # A closing fence would be read as expected output.
    lines = ("" if line.startswith("```") else line for line in text.splitlines())
    examples = doctest.DocTestParser().get_doctest("\n".join(lines), {}, page, None, None)
    told: list[str] = []
    result = doctest.DocTestRunner().run(examples, out=told.append)
    assert result.attempted > 0
    assert result.failed == 0, "".join(told)
