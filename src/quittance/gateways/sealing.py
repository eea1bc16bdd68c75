"""Sealing what must be read again, such as the password of a mailbox: encrypted with a key of this installation.

The key is derived from the installation's own (`QUITTANCE_SECRET_KEY`, else the file `secret.key` beside the books)
and from what the secret is of: a sealed text that is moved to another company does not open there.
"""

import base64

from cryptography.fernet import Fernet, InvalidToken
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF


class SealBroken(Exception):
    """The secret does not open: the installation's key has changed, or the sealed text has."""


def seal(text: str, *, secret_key: str, of: str) -> str:
    """Seal a text; `of` names what it belongs to. Nothing is sealed as nothing."""
    return _lock(secret_key, of).encrypt(text.encode()).decode() if text else ""


def unseal(sealed: str, *, secret_key: str, of: str) -> str:
    """Open a sealed text. Refusal: `SealBroken`."""
    if not sealed:
        return ""
    try:
        return _lock(secret_key, of).decrypt(sealed.encode()).decode()
    except InvalidToken:
        raise SealBroken(
            "Le mot de passe enregistré ne s'ouvre plus : la clé de l'installation a changé depuis. Saisissez-le de "
            "nouveau, ou rétablissez la clé d'avant (QUITTANCE_SECRET_KEY, ou le fichier secret.key)."
        ) from None


def _lock(secret_key: str, of: str) -> Fernet:
    derived = HKDF(SHA256(), 32, salt=None, info=f"quittance sealing {of}".encode()).derive(
        secret_key.encode()
    )
    return Fernet(base64.urlsafe_b64encode(derived))
