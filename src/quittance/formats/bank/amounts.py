"""Amounts in the minor unit of their currency, and the check that a statement adds up."""

import re
from collections.abc import Iterable

from quittance.domain.money import NotAnAmount, french_euros
from quittance.formats.bank.statement import StatementLine
from quittance.formats.errors import StatementError

# ISO 4217: the currencies whose minor unit is not the hundredth.
_DIGITS = {
    **dict.fromkeys(("BIF", "CLP", "DJF", "GNF", "ISK", "JPY", "KMF", "KRW", "PYG"), 0),
    **dict.fromkeys(("RWF", "UGX", "UYI", "VND", "VUV", "XAF", "XOF", "XPF"), 0),
    **dict.fromkeys(("BHD", "IQD", "JOD", "KWD", "LYD", "OMR", "TND"), 3),
}
_AMOUNT = re.compile(r"([+\-\u2212]?)([0-9]{1,15})(?:[.,]([0-9]{0,15}))?")
_CURRENCY = re.compile(r"[A-Z]{3}")


def currency_code(text: str, line: int, column: str) -> str:
    """Check that a text is a currency code; raises `StatementError`."""
    code = text.strip()
    if not _CURRENCY.fullmatch(code):
        raise StatementError(f"« {code} » n'est pas une devise", line, column)
    return code


def minor_units(text: str, currency: str) -> int:
    """Read an amount without thousands separator, with a point or a comma, in the currency's minor unit.

    `12,5` is 1250 for the euro, 12500 for the Tunisian dinar; `2700` is 2700 for the yen. Raises
    `NotAnAmount`.
    """
    found = _AMOUNT.fullmatch(text)
    if found is None:
        raise NotAnAmount(f"« {text} » n'est pas un montant")
    sign, whole, decimals = found.groups(default="")
    amount = scaled(int(whole + decimals), len(decimals), currency)
    return -amount if sign and sign != "+" else amount


def scaled(number: int, decimals: int, currency: str) -> int:
    """Bring a number with so many decimals to the currency's minor unit; `NotAnAmount` if it is finer."""
    shift = _DIGITS.get(currency, 2) - decimals
    if shift >= 0:
        return number * int(10**shift)
    amount, finer = divmod(abs(number), int(10**-shift))
    if finer:
        raise NotAnAmount(f"montant plus fin que la plus petite unité de la devise {currency}")
    return -amount if number < 0 else amount


def shown(amount: int, currency: str) -> str:
    """Write an amount for a message, as the French print it."""
    if currency == "EUR":
        return french_euros(amount)
    digits = _DIGITS.get(currency, 2)
    number = f"{abs(amount):0{digits + 1}d}"
    decimals = f",{number[-digits:]}" if digits else ""
    return f"{'−' if amount < 0 else ''}{number[: len(number) - digits]}{decimals} {currency}"


def check_balance(
    opening: int | None, closing: int | None, lines: Iterable[StatementLine], currency: str, line: int
) -> None:
    """Refuse a statement whose opening balance and movements do not make its closing balance.

    Nothing can be checked where the bank gives only one balance. `line` is that of the closing balance.
    """
    if opening is None or closing is None:
        return
    computed = opening + sum(movement.amount_cents for movement in lines)
    if computed != closing:
        raise StatementError(
            f"Le solde ne tombe pas juste : {shown(opening, currency)} plus les mouvements donne "
            f"{shown(computed, currency)}, le relevé annonce {shown(closing, currency)}. "
            "Rien n'a été importé. Téléchargez à nouveau le relevé complet",
            line,
        )
