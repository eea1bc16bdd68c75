"""A mail as bytes: plain text, the same words as HTML with the QR code to pay, and the attached files."""

import html
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from email.header import Header
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import EmailPolicy
from email.utils import format_datetime
from typing import Any

# Line ends and signs that are not written; half a character cannot be sent.
_NOT_IN_HEADERS = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff]+")
_URL = re.compile(r"https?://[^\s<>»]*[\w/]")  # what ends a sentence does not end an address
_PAGE = (
    '<!doctype html><html lang="{language}"><head><meta charset="utf-8"></head>'
    '<body style="margin:0;padding:24px;background:#ffffff;color:#1d2733;'
    "font:15px/1.55 Inter,-apple-system,'Segoe UI',Roboto,sans-serif\">"
    '<div style="max-width:38em">{body}{qr}</div></body></html>'
)
_QR = (
    '<p style="margin:24px 0 0;padding-top:16px;border-top:1px solid #d9dee5;color:#566270;font-size:13px">'
    '<img src="cid:{cid}" width="132" height="132" alt="{alt}" style="display:block;margin-bottom:8px">{words}</p>'
)
_QR_WORDS = {
    "fr": (
        "Code à scanner pour payer par virement",
        "À scanner depuis l’application de votre banque pour payer par virement.",
    ),
    "en": ("Code to scan to pay by transfer", "Scan it with your bank’s app to pay by transfer."),
}


class _MailPolicy(EmailPolicy):
    """The library's policy, but for headers with accents: folding one in several encoded words, it loses the
    space between two of them (« Chorus Pro :délai »). Those are encoded by `Header`, which keeps it."""

    def fold(self, name: str, value: Any) -> str:
        if str(value).isascii() or name.lower() not in ("subject", "from", "to"):
            return str(super().fold(name, value))
        if name.lower() in ("from", "to"):
            address = value.addresses[0]
            words = Header(address.display_name, "utf-8", header_name=name).encode(linesep=self.linesep)
            return f"{name}: {words}{self.linesep} <{address.addr_spec}>{self.linesep}"
        words = Header(str(value), "utf-8", header_name=name).encode(linesep=self.linesep)
        return f"{name}: {words}{self.linesep}"

    def fold_binary(self, name: str, value: Any) -> bytes:
        return self.fold(name, value).encode("ascii", "surrogateescape")


_POLICY = _MailPolicy(linesep="\r\n")


@dataclass(frozen=True, slots=True)
class MailContent:
    """All that a mail says. `files`: (name, bytes) of PDFs; `qr_png`: the EPC code, empty for none."""

    message_id: str
    sent_at: datetime
    sender_name: str
    sender_email: str
    recipient_name: str
    recipient_email: str
    subject: str
    body: str
    language: str = "fr"
    qr_png: bytes = b""
    files: Sequence[tuple[str, bytes]] = ()


def one_line(text: str) -> str:
    """Make of a text what a header may say and no header of its own: neither as it stands nor as an « encoded word »,
    which the library reads, line ends and all.

    >>> one_line("Atelier\\r\\nBcc: x@y.example"), one_line("=?utf-8?q?=0D=0ABcc:_x?=")
    ('Atelier Bcc: x@y.example', '= ?utf-8?q?=0D=0ABcc:_x?=')
    """
    return _NOT_IN_HEADERS.sub(" ", text).strip().replace("=?", "= ?")


def build_mail(content: MailContent) -> EmailMessage:
    """Build the mail. Headers cannot be forged by what they are given."""
    mail = EmailMessage(policy=_POLICY)
    mail["Message-ID"] = content.message_id
    mail["Date"] = format_datetime(content.sent_at)
    mail["From"] = Address(one_line(content.sender_name), addr_spec=content.sender_email)
    mail["To"] = Address(one_line(content.recipient_name), addr_spec=content.recipient_email)
    mail["Subject"] = one_line(content.subject)
    mail.set_content(content.body, cte="quoted-printable")
    mail["Content-Language"] = content.language
    cid = f"qr.{content.message_id.strip('<>')}"
    mail.add_alternative(_html(content, cid), subtype="html", cte="quoted-printable")
    if content.qr_png:
        page = mail.get_body(("html",))
        assert page is not None
        page.add_related(
            content.qr_png, "image", "png", cid=f"<{cid}>", filename="virement.png", disposition="inline"
        )
    for name, data in content.files:
        mail.add_attachment(data, maintype="application", subtype="pdf", filename=one_line(name))
    return mail


def _html(content: MailContent, cid: str) -> str:
    paragraphs = [
        '<p style="margin:0 0 1em">' + "<br>".join(_line(line) for line in paragraph.split("\n")) + "</p>"
        for paragraph in content.body.strip().split("\n\n")
    ]
    alt, words = _QR_WORDS[content.language]
    qr = _QR.format(cid=html.escape(cid), alt=alt, words=words) if content.qr_png else ""
    return _PAGE.format(language=content.language, body="".join(paragraphs), qr=qr)


def _line(line: str) -> str:
    """Escape a line, keep the indent of a list's second line, and make its addresses links."""
    indent = len(line) - len(line.lstrip(" "))
    text = html.escape(line.lstrip(" "), quote=False)
    return "&nbsp;" * indent + _URL.sub(r'<a href="\g<0>" style="color:#1f4fa3">\g<0></a>', text)
