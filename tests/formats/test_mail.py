"""A mail is what it says: headers that cannot be forged, one text in two forms, the code to pay, the files."""

import re
from dataclasses import replace
from datetime import UTC, datetime
from email import message_from_bytes, policy
from email.header import decode_header, make_header
from email.message import EmailMessage
from email.utils import parseaddr

import pytest
from hypothesis import given
from hypothesis import strategies as st

from quittance.formats.epc_qr import qr_png
from quittance.formats.mail import MailContent, build_mail

BODY = """Bonjour Inès,

Sauf erreur, ces factures sont échues :
- FA-101 du 29/01/2026 : 1 200,00 €
  échue le 28/02/2026
- FA-102 <urgent> & "suite" : 2 400,00 €

Pour payer : https://pay.morel.example/p?f=FA-101&m=120000

Bien à vous,
Jeanne Morel
"""
PLAIN = MailContent(
    message_id="<2026-04-01-J+10-BON.1@morel.example>",
    sent_at=datetime(2026, 4, 1, 7, 30, tzinfo=UTC),
    sender_name="Jeanne Morel, Atelier Morel",
    sender_email="compta@morel.example",
    recipient_name="Inès Bonpayeur",
    recipient_email="compta@bonpayeur.example",
    subject="Facture FA-101 : échue depuis le 28 février 2026",
    body=BODY,
)
QR = qr_png("BCD\n002\n1\nSCT\n\nAtelier Morel\nFR7610096181000000000000164\nEUR1200.00", 4)


def received(content: MailContent) -> EmailMessage:
    """The mail as its recipient reads it: through bytes, in lines that every server carries."""
    data = build_mail(content).as_bytes()
    assert all(len(line) <= 998 for line in data.split(b"\r\n"))
    assert b"\n" not in data.replace(b"\r\n", b"")
    assert data.isascii()
    mail = message_from_bytes(data, policy=policy.default)
    assert mail.defects == []
    return mail


def text_of(mail: EmailMessage, subtype: str) -> str:
    part = mail.get_body((subtype,))
    assert part is not None
    return part.get_content().replace("\r\n", "\n")


def test_headers_keep_their_accents_and_their_spaces():
    mail = received(PLAIN)
    assert mail["Subject"] == PLAIN.subject
    assert mail["From"].addresses[0].display_name == "Jeanne Morel, Atelier Morel"
    assert mail["From"].addresses[0].addr_spec == "compta@morel.example"
    assert (mail["To"].addresses[0].display_name, mail["To"].addresses[0].addr_spec) == (
        "Inès Bonpayeur",
        "compta@bonpayeur.example",
    )
    assert mail["Message-ID"] == PLAIN.message_id
    assert mail["Date"].datetime == PLAIN.sent_at


# Runs of spaces are one space in a header (RFC 5322, 2.2.3).
FRENCH = st.text(alphabet="abcéèàçœ €«»:!,'-ÀÉ0123456789\u00a0\u202f", min_size=1, max_size=150).map(
    lambda text: re.sub(r"(\s)\s+", r"\1", text).strip()
)


@given(FRENCH.filter(bool), FRENCH.filter(bool))
def test_any_french_subject_and_name_arrive_as_they_were_written(subject, name):
    mail = build_mail(replace(PLAIN, subject=subject, recipient_name=name))
    read = message_from_bytes(
        mail.as_bytes()
    )  # compat32: the new parser puts a space between words of one name
    assert str(make_header(decode_header(read["Subject"]))) == subject
    words, address = parseaddr(" ".join(read["To"].split()))
    assert (str(make_header(decode_header(words))), address) == (name, "compta@bonpayeur.example")


@pytest.mark.parametrize("field", ["sender_email", "recipient_email"])
@pytest.mark.parametrize("end", ["\r\n", "\n", "\r"])
def test_an_address_is_one_line(field, end):
    with pytest.raises(ValueError):
        build_mail(replace(PLAIN, **{field: f"{getattr(PLAIN, field)}{end}Bcc: autre@voleur.example"}))


# As it stands, with rarer line ends, and written so that the library decodes it: a header, then a body.
FORGED = [
    *(
        f"Atelier{end}Bcc: autre@voleur.example"
        for end in ("\r\n", "\n", "\r", "\x0b", "\x85", "\u2028", "\0")
    ),
    "=?utf-8?q?Atelier=0D=0ABcc:_autre@voleur.example=0D=0A=0D=0ABonjour?=",
    "=?utf-8?b?QXRlbGllcg0KQmNjOiBhdXRyZUB2b2xldXIuZXhhbXBsZQ==?= " + "é" * 200,
]


@pytest.mark.parametrize("field", ["subject", "sender_name", "recipient_name"])
@pytest.mark.parametrize("forged", FORGED)
def test_no_name_adds_a_header(field, forged):
    mail = received(replace(PLAIN, **{field: forged}))
    assert mail.keys() == received(PLAIN).keys()
    assert [one.addr_spec for one in (*mail["From"].addresses, *mail["To"].addresses)] == [
        PLAIN.sender_email,
        PLAIN.recipient_email,
    ]
    assert text_of(mail, "plain") == BODY


@pytest.mark.parametrize("forged", FORGED)
def test_no_name_of_a_file_adds_a_header(forged):
    mail = received(replace(PLAIN, files=[(forged, b"%PDF-1.7")]))
    [attached] = mail.iter_attachments()
    assert mail.keys() == received(replace(PLAIN, files=[("a.pdf", b"%PDF-1.7")])).keys()
    assert set(attached.keys()) == {
        "Content-Type",
        "Content-Transfer-Encoding",
        "Content-Disposition",
        "MIME-Version",
    }
    assert attached.get_content() == b"%PDF-1.7"


def test_the_text_is_the_body_and_the_page_says_the_same():
    mail = received(PLAIN)
    assert text_of(mail, "plain") == BODY
    page = text_of(mail, "html")
    assert "Bonjour Inès," in page
    assert "- FA-101 du 29/01/2026 : 1 200,00 €<br>&nbsp;&nbsp;échue le 28/02/2026<br>" in page
    assert page.count("<p ") == 4
    assert mail.get_content_type() == "multipart/alternative"


def test_what_looks_like_html_is_shown_and_does_nothing():
    page = text_of(received(replace(PLAIN, body="<script>alert(1)</script> & <b>gras</b>\n")), "html")
    assert "&lt;script&gt;alert(1)&lt;/script&gt; &amp; &lt;b&gt;gras&lt;/b&gt;" in page
    assert "<script" not in page


def test_addresses_of_pages_are_links():
    page = text_of(received(PLAIN), "html")
    target = "https://pay.morel.example/p?f=FA-101&amp;m=120000"
    assert f'<a href="{target}" style="color:#1f4fa3">{target}</a></p>' in page
    assert page.count("<a ") == 1


@pytest.mark.parametrize(
    ("language", "words"),
    [("fr", "Code à scanner pour payer par virement"), ("en", "Code to scan to pay by transfer")],
)
def test_the_code_to_pay_is_shown_inside_the_page(language, words):
    mail = received(replace(PLAIN, qr_png=QR, language=language, files=[("a.pdf", b"%PDF-1.7 a")]))
    images = [part for part in mail.walk() if part.get_content_type() == "image/png"]
    assert [part.get_content() for part in images] == [QR]
    assert images[0].get_content_disposition() == "inline"
    page = text_of(mail, "html")
    assert f'<img src="cid:{images[0]["Content-ID"].strip("<>")}"' in page
    assert f'alt="{words}"' in page
    assert f'<html lang="{language}">' in page
    related = [part for part in mail.walk() if part.get_content_type() == "multipart/related"]
    assert [part.get_content_type() for part in related[0].iter_parts()] == ["text/html", "image/png"]
    assert "cid:" not in text_of(received(PLAIN), "html")


def test_files_are_attached_byte_for_byte_under_their_names():
    files = [("mise-en-demeure.pdf", b"%PDF-1.7\n\x00\xff\r\n"), ("releve.pdf", b"%PDF-1.7 b")]
    mail = received(replace(PLAIN, files=files, qr_png=QR))
    attached = list(mail.iter_attachments())
    assert [(part.get_filename(), part.get_content()) for part in attached] == files
    assert {part.get_content_type() for part in attached} == {"application/pdf"}
    assert {part.get_content_disposition() for part in attached} == {"attachment"}
    assert text_of(mail, "plain") == BODY


def test_a_body_whose_lines_begin_with_a_full_stop_or_from_stays_whole():
    body = "From ici\n.\n..\nFin\n"
    assert text_of(received(replace(PLAIN, body=body)), "plain") == body


def test_names_of_files_keep_their_accents():
    files = [("relevé-Hésitant Décoration-2026-04-01.pdf", b"%PDF-1.7")]
    attached = received(replace(PLAIN, files=files)).iter_attachments()
    assert [part.get_filename() for part in attached] == ["relevé-Hésitant Décoration-2026-04-01.pdf"]


@pytest.mark.parametrize("language", ["fr", "en"])
def test_the_language_is_told(language):
    plain = received(replace(PLAIN, language=language)).get_body(("plain",))
    assert plain is not None
    assert plain["Content-Language"] == language
