"""XML from outside, read safely: no entity, no DTD, no network, limits; and what an element says."""

import re
from collections.abc import Mapping
from datetime import date
from fractions import Fraction
from typing import cast

from lxml import etree

from quittance.domain.money import half_up
from quittance.formats.errors import InvoiceFileError

MAX_XML_BYTES = 20 * 1024 * 1024
MAX_DIGITS = 25
_NUMBER = re.compile(r"[+-]?\d+(?:\.\d*)?")
_DATE = re.compile(r"(\d{4})-?(\d{2})-?(\d{2})(?:Z|[+-]\d{2}:\d{2})?")


class Node:
    """An element, or the absence of one: absent elements say nothing."""

    def __init__(self, element: "etree._Element | None", namespaces: Mapping[str, str]) -> None:
        self._element = element
        self._namespaces = dict(namespaces)

    def all(self, path: str) -> list["Node"]:
        """The elements under a path, in the order of the file."""
        if self._element is None:
            return []
        found = self._element.findall(path, self._namespaces)
        return [Node(element, self._namespaces) for element in found]

    def first(self, path: str) -> "Node":
        """The first element under a path."""
        return next(iter(self.all(path)), Node(None, self._namespaces))

    def attribute(self, name: str) -> str:
        """An attribute, empty where it is not there."""
        return "" if self._element is None else str(self._element.get(name, ""))

    def text(self, path: str = ".") -> str:
        """The text under a path, inner runs of spaces are one space; empty where there is none."""
        element = self.first(path)._element if path != "." else self._element
        return "" if element is None or not element.text else " ".join(element.text.split())

    def required(self, path: str, name: str) -> str:
        """The text under a path, which the standard requires; `name` is what the user calls it."""
        text = self.text(path)
        if not text:
            raise self.refusal(f"{name} manque", path)
        return text

    def number(self, path: str) -> Fraction | None:
        """The number under a path."""
        text = self.text(path)
        if not text:
            return None
        if not _NUMBER.fullmatch(text) or len(text) > MAX_DIGITS or not text.isascii():
            raise self.refusal(f"« {text[:40]} » n'est pas un nombre", path)
        return Fraction(text.rstrip(".") if text.endswith(".") else text)

    def cents(self, path: str) -> int | None:
        """The amount under a path, in hundredths; more than two decimals are refused (BR-DEC)."""
        amount = self.number(path)
        if amount is None:
            return None
        hundredths = amount * 100
        if hundredths.denominator != 1:
            raise self.refusal(f"« {self.text(path)} » a plus de deux décimales", path)
        return hundredths.numerator

    def required_cents(self, path: str, name: str) -> int:
        """The amount under a path, which the standard requires."""
        self.required(path, name)
        return self.cents(path) or 0

    def scaled(self, path: str, decimals: int, absent: int) -> int:
        """The number under a path as a whole number of its last decimal, rounded half up."""
        number = self.number(path)
        return absent if number is None else rounded(number, decimals)

    def day(self, path: str) -> date | None:
        """The day under a path: 20261231 or 2026-12-31."""
        text = self.text(path)
        if not text:
            return None
        found = _DATE.fullmatch(text) if text.isascii() else None
        try:
            return date(*map(int, found.groups())) if found else self._no_day(path, text)
        except ValueError as error:
            raise self.refusal(f"« {text[:40]} » n'est pas une date", path) from error

    def required_day(self, path: str, name: str) -> date:
        """The day under a path, which the standard requires."""
        self.required(path, name)
        return self.day(path) or self._no_day(path, "")

    def _no_day(self, path: str, text: str) -> date:
        raise self.refusal(f"« {text[:40]} » n'est pas une date", path)

    def refusal(self, reason: str, path: str = "") -> InvoiceFileError:
        """What to raise about an element: its line in the file, and its name as the column."""
        place = self.first(path)._element if path else None
        element = self._element if place is None else place
        return InvoiceFileError(
            reason, 0 if element is None else line_of(element), path.rpartition("/")[2].rpartition(":")[2]
        )


def rounded(number: Fraction, decimals: int) -> int:
    """A number as a whole number of its last decimal, rounded half up."""
    scaled = number * 10**decimals
    return half_up(scaled.numerator, scaled.denominator)


def parse_xml(data: bytes) -> "etree._Element":
    """Parse XML; raises `InvoiceFileError` for a DTD, an entity, broken or too large XML."""
    if len(data) > MAX_XML_BYTES:
        raise InvoiceFileError(f"la facture dépasse {MAX_XML_BYTES // 1024 // 1024} Mo")
    forbidden = InvoiceFileError(
        "le fichier contient une déclaration interdite. Demandez un fichier d'origine à son émetteur"
    )
    if b"<!DOCTYPE" in data or b"<!ENTITY" in data:
        raise forbidden
    parser = etree.XMLParser(
        resolve_entities=False,
        load_dtd=False,
        no_network=True,
        huge_tree=False,
        remove_comments=True,
        remove_pis=True,
    )
    try:
        root = etree.fromstring(data, parser)
    except etree.XMLSyntaxError as error:
        line = error.lineno or 0
        raise InvoiceFileError(
            "ce n'est pas un fichier XML complet. Téléchargez-le à nouveau", line
        ) from error
    if root.getroottree().docinfo.internalDTD is not None:
        raise forbidden
    return root


def line_of(element: "etree._Element") -> int:
    """The line of an element in the file, 0 where the parser does not know it."""
    return cast("int | None", element.sourceline) or 0


def siren_of(identifier: Node, country: str) -> str:
    """The SIREN that a legal identifier gives: itself, or the head of a SIRET. Empty for anything else: other
    countries have numbers of nine digits too.
    """
    scheme = identifier.attribute("schemeID")
    if scheme not in ("0002", "0009") and (scheme or country != "FR"):
        return ""
    compact = identifier.text().replace(" ", "")
    return compact[:9] if compact.isascii() and compact.isdigit() and len(compact) in (9, 14) else ""
