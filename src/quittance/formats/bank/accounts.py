"""Account numbers and creditor references, as bank files write them."""

from quittance.domain.identifiers import IdentifierRefused, check_iban, check_rf, check_rib, iban_from_rib


def iban_or_empty(text: str) -> str:
    """The IBAN without spaces where it is one and its keys are right, else nothing."""
    checked = check_iban(text[:50])
    return checked.value if checked.valid else ""


def account_number(text: str) -> tuple[str, str]:
    """An account's IBAN, given or computed from a French RIB with or without its key, else the text."""
    iban = iban_or_empty(text)
    if not iban:
        iban = check_rib(text[:50].replace("/", " ")).derived.get("iban", "")
    return iban, "" if iban else text


def creditor_reference_or_empty(text: str) -> str:
    """The creditor reference (RF) without spaces where it is one and its key is right, else nothing."""
    if text[:2].upper() != "RF":
        return ""
    checked = check_rf(text[:50])
    return checked.value if checked.valid else ""


def french_account(bank: str, branch: str, account: str) -> tuple[str, str]:
    """The IBAN of a French account given in three parts, or nothing, and the account as it is written."""
    try:
        return iban_from_rib(bank, branch, account), ""
    except IdentifierRefused:
        return "", " ".join(filter(None, (bank, branch, account)))
