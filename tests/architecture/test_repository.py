"""The repository as a whole: nothing of one machine, clean text, pinned requirements, laws with sources."""

import csv
import hashlib
import re
import tomllib

import pytest

from architecture.sources import PACKAGE, ROOT, followed

BINARY = (".mo", ".xlsx", ".xls", ".pdf", ".png", ".ttf", ".otf", ".woff2", ".gz", ".zip", ".sqlite3")
# Samples keep the bytes that banks and accountants send: other encodings, CRLF, no last line feed.
AS_RECEIVED = ("tests/samples/", "tests/golden/")

# Spelled in pieces, so that this file does not name what it looks for.
MACHINE_PATHS = tuple("/" + name + "/" for name in ("work", "root", "home", "Users"))
REGISTRIES = (
    "pypi" + ".org",
    "python" + "hosted",
    "piwheels" + ".org",
    "npmjs" + ".org",
    "ana" + "conda.org",
    "deb.debian" + ".org",
    "index" + "-url",
    "find" + "-links",
    "extra" + "-index",
)
NAMED_AS_OPTIONS = "requirements/README.md"  # tells to leave the options out, and so names them


def text_files():
    """Every text file of the repository: its path from the root, and its bytes."""
    for path in followed():
        if path.suffix not in BINARY:
            yield path.relative_to(ROOT).as_posix(), path.read_bytes()


def test_nothing_of_one_machine():
    found = []
    for name, data in text_files():
        text = data.decode("utf-8", errors="replace")
        found += [
            f"{name} names {path}" for path in MACHINE_PATHS if re.search(rf"(?<![\w.}}~/-]){path}", text)
        ]
        if name != NAMED_AS_OPTIONS:
            found += [f"{name} names {host}" for host in REGISTRIES if host in text]
    assert found == []


def test_text_is_clean():
    """UTF-8, line feeds only, one at the end, no space before it."""
    found = []
    for name, data in text_files():
        if name.startswith(AS_RECEIVED) or not data:
            continue
        try:
            text = data.decode("utf-8")
        except UnicodeDecodeError:
            found.append(f"{name}: not UTF-8")
            continue
        if "\r" in text:
            found.append(f"{name}: carriage return")
        if not text.endswith("\n") or text.endswith("\n\n"):
            found.append(f"{name}: does not end with one line feed")
        if name.endswith((".py", ".toml", ".csv")) and re.search(r"[ \t]$", text, flags=re.MULTILINE):
            found.append(f"{name}: space at the end of a line")
    assert found == []


def pins(name):
    """The versions that a file of requirements pins, by package."""
    text = (ROOT / "requirements" / f"{name}.txt").read_text(encoding="utf-8")
    return dict(re.findall(r"^([\w.-]+(?:\[[\w,]+\])?)==(\S+)", text, flags=re.MULTILINE))


def test_every_requirement_is_pinned_with_its_hash():
    for path in sorted((ROOT / "requirements").glob("*.txt")):
        text = path.read_text(encoding="utf-8").replace("\\\n", " ")
        lines = [line for line in text.splitlines() if line.strip() and not line.lstrip().startswith("#")]
        assert lines, path.name
        assert [line for line in lines if "==" not in line or "--hash=sha256:" not in line] == [], path.name


@pytest.mark.parametrize("smaller", ["build", "runtime"])
def test_what_is_tested_is_what_is_installed(smaller):
    assert {name: pins("dev").get(name) for name in pins(smaller)} == pins(smaller)


def sourced_rows(table):
    """The dated rows of a table of law."""
    return [row for row in table if isinstance(row, dict) and "valid_from" in row]


@pytest.mark.parametrize("path", sorted((PACKAGE / "law").glob("*.csv")), ids=lambda path: path.name)
def test_each_published_rate_has_its_source(path):
    with path.open(encoding="utf-8", newline="") as table:
        rows = list(csv.DictReader(table))
    assert rows
    assert [row for row in rows if not row["source"].strip() or not row["confidence"].strip()] == []


@pytest.mark.parametrize("path", sorted((PACKAGE / "law").glob("*.toml")), ids=lambda path: path.name)
def test_each_rule_of_law_has_its_source(path):
    """A dated row has its own source; a table without dates (holidays) names its articles at its head."""
    text = path.read_text(encoding="utf-8")
    tables = [rows for rows in tomllib.loads(text).values() if isinstance(rows, list)]
    dated = [row for rows in tables for row in sourced_rows(rows)]
    assert [row for row in dated if not row.get("source", "").strip()] == []
    if not dated:
        assert re.search(r"^#.*\b[LRD]\d{3,}", text, flags=re.MULTILINE)


def test_the_licence_is_the_text_of_the_free_software_foundation():
    digest = hashlib.sha256((ROOT / "LICENSE").read_bytes()).hexdigest()
    assert digest == "8486a10c4393cee1c25392769ddd3b2d6c242d6ec7928e1414efff7dfb2f07ef"
