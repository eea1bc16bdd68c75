"""Electronic invoices: Factur-X PDF, CII and UBL read alike, checked, and turned into rows to import."""

import io
import json
from contextlib import suppress
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pypdf import PdfReader, PdfWriter

from formats.golden import SAMPLES, SHARED, assert_golden
from quittance.formats.errors import FormatError, InvoiceFileError
from quittance.formats.facturx.reader import is_einvoice, read_einvoice

GOOD = SAMPLES / "einvoice" / "good"
REFUSED = SAMPLES / "einvoice" / "refused"
EXPECTED = json.loads((REFUSED / "expected.json").read_text(encoding="utf-8"))
FULL = (GOOD / "cii-en16931.xml").read_bytes()
MINIMUM = (GOOD / "cii-minimum.xml").read_bytes()


def pdf(attachments: dict[str, bytes], password: str = "") -> bytes:
    writer = PdfWriter()
    writer.add_blank_page(100, 100)
    for name, content in attachments.items():
        writer.add_attachment(name, content)
    if password:
        writer.encrypt(password, algorithm="RC4-128")
    buffer = io.BytesIO()
    writer.write(buffer)
    return buffer.getvalue()


@pytest.mark.parametrize("path", sorted(GOOD.glob("*.xml")), ids=lambda path: path.stem)
def test_an_invoice_is_read_and_becomes_rows(path):
    read = read_einvoice(path.read_bytes())
    invoice, customer = read.as_rows()
    assert_golden({"einvoice": read, "invoice": invoice, "customer": customer}, path.with_suffix(".json"))
    assert not invoice.lines or sum(line.net_cents for line in invoice.lines) == invoice.net_cents


def test_every_refused_sample_has_its_message():
    assert set(EXPECTED) == {path.name for path in REFUSED.iterdir()} - {"expected.json"}


@pytest.mark.parametrize("name", EXPECTED)
def test_a_refused_file_names_line_field_and_reason(name):
    with pytest.raises(InvoiceFileError) as raised:
        read_einvoice((REFUSED / name).read_bytes(), file_name=name)
    assert str(raised.value) == EXPECTED[name]


@pytest.mark.parametrize("name", ["factur-x.xml", "FACTUR-X.XML", "zugferd-invoice.xml", "xrechnung.xml"])
def test_the_invoice_inside_a_pdf_is_the_same(name):
    assert read_einvoice(pdf({"conditions.txt": b"CGV", name: FULL})) == read_einvoice(FULL)


@pytest.mark.parametrize(
    ("data", "says"),
    [
        (pdf({"conditions.txt": b"CGV"}), "ne porte pas de facture"),
        (pdf({}), "ne porte pas de facture"),
        (pdf({"factur-x.xml": FULL}, "secret"), "mot de passe"),
        (pdf({"factur-x.xml": FULL})[:700], "abîmé"),
        (pdf({"factur-x.xml": b"nothing"}), "XML"),
    ],
    ids=["other attachment", "no attachment", "protected", "cut", "not XML"],
)
def test_a_pdf_that_gives_no_invoice_is_refused(data, says):
    with pytest.raises(InvoiceFileError, match=says):
        read_einvoice(data)


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        (FULL, True),
        (b"\xef\xbb\xbf\n<a/>", True),
        ("<a/>".encode("utf-16"), True),
        (pdf({}), True),
        (b"", False),
        (b"PK\x03\x04", False),
        ("Numéro;Date\n1;2".encode(), False),
    ],
)
def test_electronic_invoices_are_told_from_spreadsheets_by_content(data, expected):
    assert is_einvoice(data) is expected


def test_another_currency_is_read_but_not_imported():
    read = read_einvoice(MINIMUM.replace(b"EUR", b"NOK"))
    assert read.currency == "NOK"
    with pytest.raises(InvoiceFileError, match="devise NOK"):
        read.as_rows()


def test_a_null_total_or_a_name_too_long_is_not_imported():
    read = read_einvoice(MINIMUM)
    with pytest.raises(InvoiceFileError, match="total est nul"):
        replace(read, net_cents=0, vat_cents=0, total_cents=0).as_rows()
    with pytest.raises(InvoiceFileError, match="trop long"):
        replace(read, number="1" * 61).as_rows()


def test_the_extended_profile_may_be_a_cent_apart_for_each_element():
    """BR-FREXT-CO-10 to CO-15 (law.md 4.3): the lines are then left out, because they do not make the net."""
    apart = FULL.replace(b">100.00</ram:LineTotalAmount>", b">100.01</ram:LineTotalAmount>")
    with pytest.raises(InvoiceFileError, match="BT-109"):
        read_einvoice(apart)
    extended = apart.replace(b"urn:cen.eu:en16931:2017", b"urn:cen.eu:en16931:2017#conformant#extended")
    invoice, _ = read_einvoice(extended).as_rows()
    assert (invoice.net_cents, invoice.lines) == (28000, ())


def test_a_number_of_another_country_is_no_siren():
    foreign = FULL.replace(b'schemeID="0009">55210055400013', b">552100554").replace(
        b">FR</ram:Country", b">NO</ram:Country"
    )
    assert read_einvoice(foreign).buyer.siren == ""


def test_vat_in_the_currency_of_the_accounts_is_not_taken():
    two = MINIMUM.replace(
        b'<ram:TaxTotalAmount currencyID="EUR">',
        b'<ram:TaxTotalAmount currencyID="USD">23.00</ram:TaxTotalAmount>'
        b'<ram:TaxTotalAmount currencyID="EUR">',
    )
    assert read_einvoice(two).vat_cents == 2000


SOURCES = [path.read_bytes() for path in sorted(GOOD.glob("*.xml"))] + [pdf({"factur-x.xml": MINIMUM})]


@given(
    st.sampled_from(SOURCES),
    st.lists(st.tuples(st.integers(0, 20_000), st.binary(min_size=1, max_size=4)), min_size=1, max_size=6),
)
def test_a_damaged_invoice_is_read_or_refused(source, changes):
    damaged = source
    for place, noise in changes:
        start = place % len(damaged)
        damaged = damaged[:start] + noise + damaged[start + len(noise) :]
    with suppress(FormatError):
        invoice, _ = read_einvoice(damaged).as_rows()
        assert invoice.net_cents + invoice.vat_cents == invoice.total_cents > 0
        assert 0 <= invoice.paid_cents <= invoice.total_cents


@given(st.sampled_from([b"", b"<", b"<?xml version='1.0'?>", b"%PDF-1.7\n"]), st.binary(max_size=200))
def test_any_bytes_are_refused(head, data):
    with pytest.raises(FormatError):
        read_einvoice(head + data)


@pytest.mark.shared
@pytest.mark.skipif(not SHARED.exists(), reason="no reference data beside the project")
def test_the_invoices_of_others_are_read():
    samples = SHARED / "data" / "einvoice" / "samples"
    paths = sorted([*samples.glob("*.xml"), *samples.glob("*.pdf")])
    read = {path.name: read_einvoice(path.read_bytes()) for path in paths}
    assert len(read) == 8
    assert [name for name, invoice in read.items() if invoice.currency != "EUR"] == [
        "CII_business_example_01.xml",
        "CII_example5.xml",
        "CII_example7.xml",
    ]
    minimum, _ = read["Facture_FR_MINIMUM.pdf"].as_rows()
    full, _ = read["Facture_FR_EN16931.pdf"].as_rows()
    assert (minimum.total_cents, minimum.paid_cents) == (full.total_cents, full.paid_cents) == (67115, 20100)
    assert (len(minimum.lines), len(full.lines)) == (0, 3)
    credit_note, _ = read["Avoir_FR_type381_BASIC.pdf"].as_rows()
    assert credit_note.kind == "credit_note"


@pytest.mark.shared
@pytest.mark.skipif(not SHARED.exists(), reason="no reference data beside the project")
def test_a_pdf_and_its_xml_say_the_same():
    folder = SHARED / "reference" / "facturx"
    from_pdf = read_einvoice((folder / "FA-2026-00042_facturx.pdf").read_bytes())
    assert from_pdf == read_einvoice((folder / "FA-2026-00042.xml").read_bytes())
    assert len(PdfReader(folder / "FA-2026-00042_facturx.pdf").attachments) == 1
    assert len(from_pdf.as_rows()[0].lines) == 26
