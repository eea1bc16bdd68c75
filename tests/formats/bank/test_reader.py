"""The one way in: formats by content, limits, encodings."""

import pytest

from formats.golden import ORACLES, SAMPLES
from quittance.formats.bank import reader
from quittance.formats.bank.reader import FORMATS, read_statements
from quittance.formats.errors import StatementError

GOOD = SAMPLES / "bank" / "good"
PLAIN = b"date;libelle;montant\n09/02/2026;CAF\xc9;1,00\n"


@pytest.mark.parametrize(
    ("name", "format_name"),
    [
        ("camt053_v02.xml", "camt053"),
        ("camt053_v08.xml", "camt053"),
        ("cfonb120.txt", "cfonb120"),
        ("ofx_sgml.ofx", "ofx"),
        ("ofx_xml.ofx", "ofx"),
        ("mt940_codes.sta", "mt940"),
        ("mt940_french.sta", "mt940"),
        ("plain_fr.csv", "csv:plain"),
    ],
)
def test_the_format_is_found_in_the_content(name, format_name):
    data = (GOOD / name).read_bytes()
    assert read_statements(data, file_name="releve.pdf").format == format_name
    assert read_statements(b"\xef\xbb\xbf" + data).format == format_name if b"ISO-8859" not in data else True
    assert read_statements(data, format=format_name.partition(":")[0]).format == format_name


@pytest.mark.parametrize("format_name", FORMATS)
def test_a_forced_format_refuses_another_one(format_name):
    name = "cfonb120.txt" if format_name != "cfonb120" else "plain_fr.csv"
    with pytest.raises(StatementError):
        read_statements((GOOD / name).read_bytes(), format=format_name)


def test_the_constructed_sample_is_found():
    assert read_statements((ORACLES / "sample_cfonb120.txt").read_bytes()).format == "cfonb120"


@pytest.mark.parametrize("data", [b"", b" \r\n\t", b"\xef\xbb\xbf\n"])
def test_an_empty_file(data):
    with pytest.raises(StatementError, match=r"^Le fichier est vide"):
        read_statements(data)


def test_a_file_too_big(monkeypatch):
    monkeypatch.setattr(reader, "MAX_STATEMENT_BYTES", 2 * 1024 * 1024)
    with pytest.raises(StatementError, match=r"« releve\.csv » dépasse 2 Mo\. Découpez-le par mois"):
        read_statements(bytes(2 * 1024 * 1024) + b"x", file_name="releve.csv")


def test_utf8_first_then_windows_1252():
    assert read_statements(PLAIN).lines[0].label == "CAFÉ"
    assert read_statements(PLAIN.decode("cp1252").encode()).lines[0].label == "CAFÉ"
    assert read_statements(PLAIN.decode("cp1252").encode("utf-8-sig")).lines[0].label == "CAFÉ"


def test_nul_bytes_are_refused():
    with pytest.raises(StatementError, match="ne se lisent pas"):
        read_statements(PLAIN + b"\x00")


def test_old_line_ends():
    assert read_statements(PLAIN.replace(b"\n", b"\r")).lines[0].source_line == 2
