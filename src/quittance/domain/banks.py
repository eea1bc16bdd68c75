"""The bank behind an account: its BIC, known from the code of five digits that a French IBAN carries.

Only banks whose every branch answers to one BIC stand here; of the others a person types it. Payments in euros need
none (Regulation (EU) 260/2012, article 5); customers abroad may be asked for it.
"""

import re
from collections.abc import Mapping
from types import MappingProxyType

BICS: Mapping[str, str] = MappingProxyType(
    {
        "10107": "BREDFRPP",  # BRED Banque Populaire
        "10278": "CMCIFR2A",  # Crédit Mutuel
        "16958": "QNTOFRP1",  # Qonto
        "20041": "PSSTFRPP",  # La Banque Postale
        "30002": "CRLYFRPP",  # LCL
        "30003": "SOGEFRPP",  # Société Générale
        "30004": "BNPAFRPP",  # BNP Paribas
        "30056": "CCFRFRPP",  # CCF
        "30066": "CMCIFRPP",  # CIC
    }
)
_BIC = re.compile(r"[A-Z]{6}[A-Z0-9]{2}(?:[A-Z0-9]{3})?")


def bic_of(iban: str) -> str:
    """Return the BIC of a French IBAN in its compact form; empty where it is not known.

    >>> bic_of("FR7630004000031234567890143")
    'BNPAFRPP'
    """
    return BICS.get(iban[4:9], "") if iban.startswith("FR") else ""


def compact_bic(text: str) -> str | None:
    """Return a BIC without spaces, in capitals; nothing for what is none."""
    bic = "".join(text.split()).upper()
    return bic if _BIC.fullmatch(bic) else None
