"""Identifiers of companies and accounts: check, complete, show. A check says what is wrong and what to do.

SIREN and SIRET (Luhn), French VAT number, IBAN (ISO 13616), French RIB key, creditor reference (ISO 11649).
A right key proves that a number is well copied, not that it exists. See docs/rules/identifiers.md.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

# Countries and territories of the SEPA schemes that have an IBAN prefix of their own, with its length.
_SEPA_IBANS = (
    "AD24 AL28 AT20 BE16 BG22 CH21 CY28 CZ24 DE22 DK18 EE20 ES24 FI18 FR27 "
    "GB22 GI23 GR27 HR21 HU28 IE22 IS26 IT27 LI21 LT20 LU20 LV21 MC27 MD24 "
    "ME22 MK19 MT31 NL18 NO15 PL28 PT25 RO24 RS22 SE24 SI19 SK24 SM27 VA22"
)
IBAN_LENGTHS = MappingProxyType({entry[:2]: int(entry[2:]) for entry in _SEPA_IBANS.split()})
LA_POSTE_SIREN = "356000000"
LA_POSTE_HEAD_OFFICE = "35600000000048"
_RIB_DIGITS = str.maketrans("ABCDEFGHIJKLMNOPQRSTUVWXYZ", "12345678912345678923456789")
_SEPARATORS = re.compile(r"[\s.\-]")


@dataclass(frozen=True, slots=True)
class Checked:
    """What a check found. `value` is the normalised text; `reason` is French, empty when valid.

    `derived` holds what follows from a valid number: the SIREN of a SIRET, the VAT number of a SIREN, the
    bank, branch, account and key of a French IBAN. Its entry `note`, in French, tells what is not checked.
    """

    valid: bool
    kind: str
    value: str
    reason: str = ""
    derived: Mapping[str, str] = field(default_factory=dict)


class IdentifierRefused(ValueError):
    """An identifier cannot be made from these parts; the message is French and shown to the user."""


# Companies


def check_siren(text: str) -> Checked:
    """Check a SIREN: nine digits, Luhn. Derives the French VAT number."""
    value = _compact(text)
    reason = _digits_wrong(value, 9, "SIREN")
    if not reason and not int(value):
        reason = "Ce SIREN n'existe pas : il n'a que des zéros. Vérifiez ses neuf chiffres."
    if not reason and _luhn(value) % 10:
        reason = "Ce SIREN n'existe pas : sa clé de contrôle est fausse. Vérifiez ses neuf chiffres."
    return _checked("SIREN", value, reason, {"vat": vat_number(value)} if not reason else {})


def check_siret(text: str) -> Checked:
    """Check a SIRET: a SIREN and five digits, Luhn; La Poste's branches by the sum of their digits."""
    value = _compact(text)
    reason = _digits_wrong(value, 14, "SIRET")
    if not reason and not check_siren(value[:9]).valid:
        reason = "Ce SIRET n'existe pas : ses neuf premiers chiffres ne sont pas un SIREN. Vérifiez-les."
    if not reason and not _siret_key_right(value):
        reason = "Ce SIRET n'existe pas : sa clé de contrôle est fausse. Vérifiez ses quatorze chiffres."
    return _checked(
        "SIRET", value, reason, {"siren": value[:9], "vat": vat_number(value[:9])} if not reason else {}
    )


def check_vat(text: str) -> Checked:
    """Check a French VAT number: `FR`, a key of two characters, a SIREN.

    A key with a letter cannot be computed here: the number is accepted with a note. Numbers of Monaco
    (`FR..000`) have no SIREN; their key is checked.
    """
    value = _compact(text)
    if not re.fullmatch(r"FR[0-9A-HJ-NP-Z]{2}[0-9]{9}", value, re.ASCII):
        reason = (
            "Un numéro de TVA français s'écrit FR, deux caractères, puis neuf chiffres : FR44 732829320. "
        )
        return _checked("VAT_FR", value, reason + "Corrigez-le ; un numéro étranger se vérifie sur VIES.", {})
    key, siren = value[2:4], value[4:]
    monaco = siren.startswith("000") and int(siren) > 0
    if not monaco and not check_siren(siren).valid:
        reason = (
            "Ce numéro de TVA n'existe pas : ses neuf derniers chiffres ne sont pas un SIREN. Vérifiez-les."
        )
        return _checked("VAT_FR", value, reason, {})
    if key.isdecimal() and value != vat_number(siren):
        reason = f"La clé de ce numéro de TVA est fausse : {key} au lieu de {vat_number(siren)[2:4]}. "
        return _checked("VAT_FR", value, reason + "Recopiez le numéro depuis une facture du client.", {})
    derived = {} if monaco else {"siren": siren}
    if not key.isdecimal():
        derived["note"] = (
            "La clé contient une lettre : elle ne se calcule pas ici. Vérifiez le numéro sur VIES."
        )
    return _checked("VAT_FR", value, "", derived)


def vat_number(siren: str) -> str:
    """The French VAT number made from a SIREN: key = (12 + 3 x (SIREN mod 97)) mod 97.

    >>> vat_number("732829320")
    'FR44732829320'
    """
    return f"FR{(12 + 3 * (int(siren) % 97)) % 97:02d}{siren}"


def _digits_wrong(value: str, length: int, name: str) -> str:
    if not (value.isascii() and value.isdecimal()):
        return f"Un {name} n'a que des chiffres, {length} en tout. Corrigez « {value[:40]} »."
    if len(value) != length:
        return f"Un {name} a {length} chiffres, celui-ci en a {len(value)}. Vérifiez-le."
    return ""


def _luhn(digits: str) -> int:
    doubled = (int(digit) * (1 + rank % 2) for rank, digit in enumerate(reversed(digits)))
    return sum(number - 9 if number > 9 else number for number in doubled)


def _siret_key_right(value: str) -> bool:
    if value.startswith(LA_POSTE_SIREN) and value != LA_POSTE_HEAD_OFFICE:
        return sum(map(int, value)) % 5 == 0
    return _luhn(value) % 10 == 0


# Accounts


def check_iban(text: str) -> Checked:
    """Check an IBAN: length of its country, mod 97 = 1, and for France and Monaco the RIB key inside."""
    value = _compact(text)
    country = value[:2]
    reason = _iban_wrong(value)
    derived = {} if reason else {"country": country}
    if not reason and country in ("FR", "MC"):
        bank, branch, account, key = value[4:9], value[9:14], value[14:25], value[25:]
        if not _rib_shape(bank, branch, account) or key != rib_key(bank, branch, account):
            reason, derived = "La clé RIB contenue dans cet IBAN est fausse. Recopiez-le depuis le RIB.", {}
        else:
            derived |= {"bank": bank, "branch": branch, "account": account, "rib_key": key}
    if not reason and country not in IBAN_LENGTHS:
        derived["note"] = f"Le pays {country} est hors de la zone SEPA : la longueur n'est pas vérifiée."
    return _checked("IBAN", value, reason, derived)


def _iban_wrong(value: str) -> str:
    if not re.fullmatch(r"[A-Z]{2}[0-9]{2}[A-Z0-9]{11,30}", value, re.ASCII):
        return (
            "Un IBAN commence par deux lettres et deux chiffres, puis 11 à 30 lettres ou chiffres. "
            "Recopiez-le depuis le RIB."
        )
    length = IBAN_LENGTHS.get(value[:2], len(value))
    if len(value) != length:
        return (
            f"Un IBAN {value[:2]} a {length} caractères, celui-ci en a {len(value)}. "
            "Recopiez-le depuis le RIB."
        )
    if value[2:4] != _check_digits(value[:2], value[4:]):
        return "Cet IBAN est faux : sa clé de contrôle ne correspond pas. Recopiez-le depuis le RIB."
    return ""


def check_rib(text: str) -> Checked:
    """Check a French RIB: bank (5), branch (5), account (11) and key (2); without the key, compute it."""
    value = _compact(text)
    bank, branch, account, key = value[:5], value[5:10], value[10:21], value[21:]
    if len(value) not in (21, 23) or not _rib_shape(bank, branch, account):
        reason = (
            "Un RIB a 5 chiffres de banque, 5 de guichet, 11 caractères de compte et 2 chiffres de clé. "
            "Recopiez-le depuis le relevé de la banque."
        )
        return _checked("RIB", value, reason, {})
    right_key = rib_key(bank, branch, account)
    if key and key != right_key:
        reason = "La clé de ce RIB est fausse. Recopiez-le depuis le relevé de la banque."
        return _checked("RIB", value, reason, {})
    return _checked("RIB", value, "", {"rib_key": right_key, "iban": iban_from_rib(bank, branch, account)})


def rib_key(bank: str, branch: str, account: str) -> str:
    """Key of a French account: 97 - (89 bank + 15 branch + 3 account) mod 97, letters read as digits.

    Raises `IdentifierRefused` where the parts do not have the shape of a RIB.
    """
    if not _rib_shape(bank, branch, account):
        raise IdentifierRefused(
            f"« {bank} {branch} {account} » n'est pas un compte français : 5 chiffres de banque, "
            "5 de guichet, 11 caractères de compte. Recopiez-le depuis le RIB."
        )
    account_digits = int(account.translate(_RIB_DIGITS))
    return f"{97 - (89 * int(bank) + 15 * int(branch) + 3 * account_digits) % 97:02d}"


def iban_from_rib(bank: str, branch: str, account: str) -> str:
    """The French IBAN of an account given by its bank, branch and account numbers, both keys computed.

    Raises `IdentifierRefused` where the parts do not have the shape of a RIB.
    """
    account = account.upper()
    inside = f"{bank}{branch}{account}{rib_key(bank, branch, account)}"
    return f"FR{_check_digits('FR', inside)}{inside}"


def _rib_shape(bank: str, branch: str, account: str) -> bool:
    return bool(re.fullmatch(r"[0-9]{5} [0-9]{5} [0-9A-Z]{11}", f"{bank} {branch} {account}", re.ASCII))


# Creditor reference


def create_rf(reference: str) -> str:
    """The creditor reference (ISO 11649) of an invoice number: `RF`, two check digits, the number.

    Spaces, hyphens, slashes, dots and underscores are dropped, letters made capitals. Raises
    `IdentifierRefused` for an empty text, another character, or more than 21 characters.

    >>> create_rf("539007547034")
    'RF18539007547034'
    """
    body = _compact(re.sub(r"[/_]", "", reference))
    if not re.fullmatch(r"[A-Z0-9]{1,21}", body, re.ASCII):
        raise IdentifierRefused(
            f"« {reference.strip()[:60]} » ne peut pas devenir une référence de paiement : "
            "il faut 1 à 21 lettres sans accent ou chiffres. Raccourcissez-la ou changez-la."
        )
    return f"RF{_check_digits('RF', body)}{body}"


def payment_reference(invoice_number: str) -> str:
    """The creditor reference to quote when paying an invoice; empty where its number cannot make one."""
    try:
        return create_rf(invoice_number)
    except IdentifierRefused:
        return ""


def check_rf(text: str) -> Checked:
    """Check a creditor reference: `RF`, two digits, 1 to 21 letters or digits, mod 97 = 1 (ISO 11649)."""
    value = _compact(text)
    reason = ""
    if not re.fullmatch(r"RF[0-9]{2}[A-Z0-9]{1,21}", value, re.ASCII):
        reason = (
            "Une référence de paiement s'écrit RF, deux chiffres, puis 1 à 21 lettres ou chiffres. "
            "Recopiez-la depuis la facture."
        )
    elif value[2:4] != _check_digits("RF", value[4:]):
        reason = (
            "Cette référence de paiement est fausse : sa clé ne correspond pas. "
            "Recopiez-la depuis la facture."
        )
    return _checked("RF", value, reason, {} if reason else {"reference": value[4:]})


# Shown to people


def french_siren(siren: str) -> str:
    """`732 829 320`."""
    return _grouped(_compact(siren), 3)


def french_siret(siret: str) -> str:
    """`732 829 320 00074`."""
    value = _compact(siret)
    return f"{_grouped(value[:9], 3)} {value[9:]}"


def french_iban(iban: str) -> str:
    """`FR14 2004 1010 0505 0001 3M02 606`, with plain spaces, so that it can be pasted into a bank's form."""
    return _grouped(_compact(iban), 4)


def french_rf(reference: str) -> str:
    """`RF18 5390 0754 7034`, with plain spaces, so that it can be pasted into a bank's form."""
    return _grouped(_compact(reference), 4)


def _grouped(value: str, size: int) -> str:
    return " ".join(value[start : start + size] for start in range(0, len(value), size))


def _compact(text: str) -> str:
    value = _SEPARATORS.sub("", text)
    return value.upper() if value.isascii() else value  # « ß » must not become two good letters


def _check_digits(prefix: str, body: str) -> str:
    """The two digits that make the whole, read as a number, leave 1 when divided by 97 (ISO 7064)."""
    number = int("".join(str(int(character, 36)) for character in f"{body}{prefix}00"))
    return f"{98 - number % 97:02d}"


def _checked(kind: str, value: str, reason: str, derived: Mapping[str, str]) -> Checked:
    return Checked(not reason, kind, value, reason, MappingProxyType(dict(derived)))
