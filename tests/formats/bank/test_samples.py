"""Our own bank files: what is read from each stands beside it, and why each of the others is refused."""

import json

import pytest

from formats.golden import SAMPLES, assert_golden
from quittance.formats.bank.reader import read_statements
from quittance.formats.errors import StatementError

GOOD = sorted(path for path in (SAMPLES / "bank" / "good").iterdir() if path.suffix != ".json")
REFUSED = json.loads((SAMPLES / "bank" / "refused" / "messages.json").read_text(encoding="utf-8"))


@pytest.mark.parametrize("path", GOOD, ids=lambda path: path.name)
def test_a_good_file_gives_what_was_reviewed(path):
    read = read_statements(path.read_bytes(), file_name=path.name)
    assert_golden(read, path.with_name(f"{path.name}.json"))


@pytest.mark.parametrize("path", GOOD, ids=lambda path: path.name)
def test_positions_number_the_lines_and_source_lines_never_go_back(path):
    lines = read_statements(path.read_bytes()).lines
    assert [line.position for line in lines] == list(range(1, len(lines) + 1))
    assert all(line.source_line for line in lines)
    assert all(line.label == " ".join(line.label.split()) != "" for line in lines)


@pytest.mark.parametrize("name", REFUSED)
def test_a_refused_file_says_where_and_why(name):
    data = (SAMPLES / "bank" / "refused" / name).read_bytes()
    with pytest.raises(StatementError) as refusal:
        read_statements(data, file_name=name)
    assert str(refusal.value) == REFUSED[name]
    assert not refusal.value.reason.endswith(".")


def test_each_refused_file_has_its_message():
    names = {path.name for path in (SAMPLES / "bank" / "refused").iterdir()} - {"messages.json"}
    assert names == set(REFUSED)
