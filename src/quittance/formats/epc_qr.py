"""The QR code of a SEPA transfer (EPC069-12, version 002): a bank app reads it and fills the form."""

import io
import re
from functools import lru_cache

import segno

from quittance.domain.money import plain_euros

MAX_BYTES = 331  # the largest code at level M that the guideline allows: version 13
_IBAN = re.compile(r"[A-Z]{2}\d{2}[A-Z0-9]{11,30}")
_BIC = re.compile(r"[A-Z0-9]{8}(?:[A-Z0-9]{3})?")
_CREDITOR_REFERENCE = re.compile(r"RF\d{2}[A-Z0-9]{1,21}")
_PURPOSE = re.compile(r"[A-Z0-9]{1,4}")


class TransferCodeError(ValueError):
    """The transfer cannot be put in a QR code; the message is French and shown to the user."""


def transfer_payload(
    *,
    name: str,
    iban: str,
    amount_cents: int | None,
    reference: str = "",
    text: str = "",
    bic: str = "",
    purpose: str = "",
) -> str:
    """Write the content of the QR code: lines separated by LF, trailing empty ones dropped.

    `amount_cents` None leaves the amount to the payer. `reference` is a creditor reference (ISO 11649,
    `RF...`), `text` is free; the guideline takes one or the other. Raises `TransferCodeError`.
    """
    iban = "".join(iban.split()).upper()
    reference = "".join(reference.split()).upper()
    _check(1 <= len(name) <= 70, "Le nom du bénéficiaire compte de 1 à 70 caractères.")
    _check(_IBAN.fullmatch(iban), "L'IBAN n'est pas complet.")
    _check(not bic or _BIC.fullmatch(bic), "Le BIC compte 8 ou 11 lettres et chiffres.")
    _check(not purpose or _PURPOSE.fullmatch(purpose), "Le motif codé compte au plus 4 lettres et chiffres.")
    _check(
        not reference or _CREDITOR_REFERENCE.fullmatch(reference),
        "La référence de paiement commence par RF et compte au plus 25 caractères.",
    )
    _check(len(text) <= 140, "Le libellé du virement compte au plus 140 caractères.")
    _check(
        not (reference and text), "Le QR code porte une référence de paiement ou un libellé, pas les deux."
    )
    _check(
        amount_cents is None or 1 <= amount_cents <= 99_999_999_999,
        "Le montant d'un virement va de 0,01 € à 999 999 999,99 €.",
    )
    _check((name + text).isprintable(), "Le nom et le libellé tiennent chacun sur une ligne.")
    amount = "" if amount_cents is None else f"EUR{plain_euros(amount_cents)}"
    lines = ["BCD", "002", "1", "SCT", bic, name, iban, amount, purpose, reference, text]
    payload = "\n".join(lines).rstrip("\n")
    _check(
        len(payload.encode()) <= MAX_BYTES,
        f"Le QR code dépasse {MAX_BYTES} octets : raccourcissez le libellé.",
    )
    return payload


def qr_png(payload: str, scale: int) -> bytes:
    """Draw the code as a PNG image, `scale` pixels a module, with the quiet zone of 4 modules."""
    image = io.BytesIO()
    _code(payload).save(image, kind="png", scale=scale, border=4)
    return image.getvalue()


def qr_svg(payload: str, scale: int) -> str:
    """Draw the code as an SVG element to put in a page, `scale` pixels a module."""
    image = io.BytesIO()
    _code(payload).save(image, kind="svg", scale=scale, border=4, xmldecl=False, nl=False)
    return image.getvalue().decode()


@lru_cache(maxsize=500)
def _code(payload: str) -> segno.QRCode:
    """Encode in UTF-8 at level M as the guideline asks; level and mode are fixed, so the same payload always
    gives the same picture. A reminder that is read over is drawn at every change of its words."""
    code = segno.make_qr(payload.encode(), error="m", mode="byte", boost_error=False)
    assert int(code.version) <= 13
    return code


def _check(holds: object, message: str) -> None:
    if not holds:
        raise TransferCodeError(message)
