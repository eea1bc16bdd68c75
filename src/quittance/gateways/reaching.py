"""Reaching a mail server that a person has named: only where that person may, and what to tell when it fails.

A company of a shared installation names its servers itself. Without a guard its test button would be a probe of the
network behind the firewall (server-side request forgery); so an address of the local network is refused, unless the
installation is itself a local one. The address that was looked at is the one that is connected to: a name that
changes its mind between the look and the call gains nothing.
"""

import imaplib
import ipaddress
import smtplib
import socket
import ssl
from urllib.parse import urlsplit


class NotAllowed(OSError):
    """This server may not be reached from here; the text is French."""


def is_local(url: str) -> bool:
    """Tell whether an address is of this machine or of a private network: who opens it is at home."""
    host = urlsplit(url).hostname or ""
    if host == "localhost" or host.endswith((".localhost", ".local", ".lan", ".internal", ".home.arpa")):
        return True
    try:
        return not _is_public(host)
    except ValueError:
        return False


def reach(
    host: str, port: int, seconds: int, *, local_network: bool, in_clear: bool = False
) -> socket.socket:
    """Connect to a server. Raises `OSError`; `NotAllowed` when its address is of the local network and
    `local_network` is not allowed, or when a password would cross the internet `in_clear`."""
    failure: OSError | None = None
    for family, kind, protocol, _, address in socket.getaddrinfo(host, port, type=socket.SOCK_STREAM):
        _check(str(address[0]), local_network=local_network, in_clear=in_clear)
        line = socket.socket(family, kind, protocol)
        line.settimeout(seconds)
        try:
            line.connect(address)
        except OSError as error:
            line.close()
            failure = error
        else:
            return line
    raise failure or socket.gaierror(socket.EAI_NONAME, "no address")


def _check(address: str, *, local_network: bool, in_clear: bool) -> None:
    public = _is_public(address)
    if not public and not local_network:
        raise NotAllowed(
            "ce serveur est sur le réseau local, que cette installation n'ouvre pas. Indiquez le serveur public de "
            "votre fournisseur, ou demandez à l'installateur de régler QUITTANCE_LOCAL_MAIL."
        )
    if public and in_clear:
        raise NotAllowed(
            "sans chiffrement, le mot de passe circulerait en clair sur internet. Choisissez TLS ou STARTTLS."
        )


def _is_public(address: str) -> bool:
    found = ipaddress.ip_address(address.partition("%")[0])
    mapped = getattr(found, "ipv4_mapped", None) or getattr(found, "sixtofour", None)
    return (mapped or found).is_global and not found.is_multicast


def told(error: Exception, host: str, port: int) -> str:
    """Say in French why a server could not be reached or would not let in, and what to do."""
    for kind, words in _WORDS:
        if isinstance(error, kind):
            return words.format(host=host, port=port)
    if isinstance(error, NotAllowed):
        return str(error)
    if isinstance(error, ssl.SSLCertVerificationError):
        return (
            f"le certificat de {host} n'est pas valable ({error.verify_message or error.reason}). Vérifiez le nom du "
            "serveur chez votre fournisseur : c'est celui qui figure dans le certificat."
        )
    if isinstance(error, ssl.SSLError):
        return (
            f"{host} ne répond pas en TLS sur le port {port}. Avec STARTTLS, le port est le plus souvent 587 (envoi) "
            "ou 143 (réception) ; avec TLS, 465 ou 993."
        )
    answer = str(error) or "il ne répond pas"
    return f"{host} a répondu « {answer[:200]} »."


_WORDS: tuple[tuple[type[Exception], str], ...] = (
    (socket.gaierror, "le serveur « {host} » est introuvable. Vérifiez son nom chez votre fournisseur."),
    (UnicodeError, "« {host} » n'est pas un nom de serveur. Écrivez-le ainsi : smtp.exemple.fr."),
    (
        ConnectionRefusedError,
        "{host} refuse la connexion sur le port {port}. Vérifiez le port chez votre fournisseur.",
    ),
    (
        TimeoutError,
        "{host} ne répond pas sur le port {port}. Vérifiez le serveur, le port et le chiffrement ; certains "
        "hébergeurs bloquent l'envoi de mails.",
    ),
    (
        smtplib.SMTPAuthenticationError,
        "{host} refuse l'identifiant ou le mot de passe. Beaucoup de fournisseurs demandent ici un « mot de passe "
        "d'application », à créer dans les réglages de votre messagerie.",
    ),
    (
        smtplib.SMTPNotSupportedError,
        "{host} n'offre pas ce qui est demandé (STARTTLS, ou l'identification). Essayez TLS sur le port 465, ou "
        "videz l'identifiant.",
    ),
    (
        smtplib.SMTPServerDisconnected,
        "{host} a raccroché. Vérifiez le port et le chiffrement : STARTTLS va avec 587, TLS avec 465.",
    ),
    (
        imaplib.IMAP4.abort,
        "{host} a raccroché. Vérifiez le port et le chiffrement : STARTTLS va avec 143, TLS avec 993.",
    ),
)
