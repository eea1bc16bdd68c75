"""The documents keep step with the code: settings, glossary, links."""

import re
import tomllib

from django.apps import apps
from django.db.migrations.autodetector import MigrationAutodetector
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.state import ProjectState
from django.utils.translation import override

from architecture.sources import PACKAGE, ROOT, code

VARIABLE = re.compile(r"\b(QUITTANCE_[A-Z_]+|DATABASE_URL|TEST_DATABASE_URL)\b")
READS = re.compile(r"""(?:environ(?:\.get)?[\[(]|getenv\(|envvar=)\s*["']([A-Z_]+)["'](?!\]\s*=[^=])""")
LINK = re.compile(r"\[[^\]]*\]\(([^)#\s]+)(?:#[^)]*)?\)")
GLOSSARY = ROOT / "docs" / "glossary.md"


def glossary_rows():
    """The terms as the program carries them: French, English, note."""
    text = (PACKAGE / "texts" / "words" / "glossary.toml").read_text(encoding="utf-8")
    return tomllib.loads(text)["terms"]


def test_every_setting_is_documented():
    page = (ROOT / "docs" / "operate" / "settings.md").read_text(encoding="utf-8")
    read = {name for path in code(PACKAGE) for name in READS.findall(path.read_text(encoding="utf-8"))}
    assert {"QUITTANCE_HOME", "DATABASE_URL"} <= read
    assert read - set(VARIABLE.findall(page)) == set()


def test_no_setting_is_documented_that_nothing_reads():
    page = (ROOT / "docs" / "operate" / "settings.md").read_text(encoding="utf-8")
    files = [*code(PACKAGE), *code(ROOT / "tests")]
    text = "\n".join(path.read_text(encoding="utf-8") for path in files)
    assert set(VARIABLE.findall(page)) - set(VARIABLE.findall(text)) == set()


def test_the_glossary_page_is_the_glossary():
    rows = re.findall(
        r"^\| ([^|]+) \| ([^|]+) \| ([^|]*) \|$", GLOSSARY.read_text(encoding="utf-8"), re.MULTILINE
    )
    told = [tuple(cell.strip() for cell in row) for row in rows[1:]]
    assert told == [tuple(row) for row in glossary_rows()]


def test_each_french_term_has_one_english_name():
    french = [term for term, *_ in glossary_rows()]
    assert sorted({term for term in french if french.count(term) > 1}) == []


def test_links_of_the_documents_lead_somewhere():
    pages = [*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md"), *(ROOT / "requirements").glob("*.md")]
    lost = [
        f"{page.relative_to(ROOT)}: {target}"
        for page in pages
        for target in LINK.findall(page.read_text(encoding="utf-8"))
        if "://" not in target and not (page.parent / target).exists()
    ]
    assert lost == []


def test_the_schema_has_all_its_migrations():
    with override(None):  # the libraries name their columns in the language of the moment
        written = MigrationLoader(None)
        assert written.detect_conflicts() == {}
        missing = MigrationAutodetector(written.project_state(), ProjectState.from_apps(apps))
        assert list(missing.changes(graph=written.graph)) == []
