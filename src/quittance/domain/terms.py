"""When an invoice is to be paid: the payment term, its text forms, its due date, and the caps of the law.

A cap warns and never blocks. Sources: C. com. L441-10, L441-11; code de la commande publique L2192-10,
R2192-10, R2192-11. See docs/rules/payment-terms.md.
"""

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta
from enum import StrEnum
from functools import cache
from typing import Any

from quittance.domain.calendar import add_months, end_of_decade, end_of_month, french_date
from quittance.domain.law import in_force, read_toml

MAX_TERM_DAYS = 365


class StartEvent(StrEnum):
    """What the days of a term are counted from."""

    ISSUE = "ISSUE"
    INVOICE_RECEIPT = "INVOICE_RECEIPT"
    GOODS_RECEIPT = "GOODS_RECEIPT"
    END_OF_PERFORMANCE = "END_OF_PERFORMANCE"


class Method(StrEnum):
    """What is done with the start date. Both computations « fin de mois » are lawful, and differ."""

    DAYS = "DAYS"
    DAYS_THEN_MONTH_END = "DAYS_THEN_MONTH_END"  # computation A
    MONTH_END_THEN_DAYS = "MONTH_END_THEN_DAYS"  # computation B
    DECADE_END_THEN_DAYS = "DECADE_END_THEN_DAYS"


class Buyer(StrEnum):
    """Who pays."""

    BUSINESS = "business"
    CONSUMER = "consumer"
    PUBLIC_STATE = "public_state"  # State and local authorities
    PUBLIC_HEALTH = "public_health"
    PUBLIC_UNDERTAKING = "public_undertaking"


class Sector(StrEnum):
    """What is sold, where the law sets a cap of its own."""

    GENERAL = "general"
    PERIODIC = "periodic"  # summary invoices
    PERISHABLE = "perishable"
    PERISHABLE_PERIODIC = "perishable_periodic"
    MEAT = "meat"
    ALCOHOL = "alcohol"
    WINE = "wine"
    TRANSPORT = "transport"


class TermUnreadable(ValueError):
    """The text is not a payment term; the message is French and lists what is read.

    `proposal` says how to write it where it is a term that may be read in several ways; the message is then that.
    """

    def __init__(self, text: str) -> None:
        self.proposal = _proposal(text)
        told = f"« {text.strip()[:80]} » n'est pas un délai de paiement connu"
        super().__init__(
            f"{told} : {self.proposal}"
            if self.proposal
            else f"{told}. Écrivez par exemple : "
            "« 30 jours », « 60 jours date de facture », « 45 jours fin de mois », "
            "« fin de mois + 45 jours », « 30 jours fin de mois le 10 », « à réception », « comptant », "
            "« 30 jours à compter de la livraison », ou un code : NET_30, EOM45_A, EOM45_B, "
            "EOM30_A_DAY10, "
            f"{', '.join(_legal_terms())}. Au plus {MAX_TERM_DAYS} jours."
        )


@dataclass(frozen=True, slots=True)
class PaymentTerm:
    """How many days, how they are counted, from what; `pay_day`: the day of the month then awaited.

    `legal_name` is set on the terms the law itself states (`TRANSPORT_30`): it tells their cap.
    """

    method: Method
    days: int
    start: StartEvent = StartEvent.ISSUE
    pay_day: int | None = None
    legal_name: str = ""

    def __post_init__(self) -> None:
        assert 0 <= self.days <= MAX_TERM_DAYS
        assert self.pay_day is None or 1 <= self.pay_day <= 31
        assert self.pay_day is None or self.method in (Method.DAYS_THEN_MONTH_END, Method.MONTH_END_THEN_DAYS)

    @property
    def code(self) -> str:
        """Text form for machines, read back by `parse_term`: `NET_30`, `EOM45_A`, `EOM30_A_DAY10`.

        An unusual start event follows: `NET_30_FROM_GOODS_RECEIPT`.
        """
        code, usual_start = self.legal_name, StartEvent.ISSUE
        if code:
            usual_start = _legal_terms()[code].start
        elif self.method is Method.DAYS:
            code = f"NET_{self.days}"
        else:
            computation = "A" if self.method is Method.DAYS_THEN_MONTH_END else "B"
            day = f"_DAY{self.pay_day}" if self.pay_day else ""
            code = f"EOM{self.days}_{computation}{day}"
        return code if self.start is usual_start else f"{code}_FROM_{self.start}"

    def french(self) -> str:
        """The term in French words, the computation said where it could be read two ways."""
        explained = {
            Method.DAYS_THEN_MONTH_END: f" ({_count(self.days)}, puis fin du mois{self._then_pay_day()})",
            Method.MONTH_END_THEN_DAYS: f" (fin du mois, puis {_count(self.days)}{self._then_pay_day()})",
        }
        plain = self.legal_name or not self.days
        return self.short_french() + ("" if plain else explained.get(self.method, ""))

    def short_french(self) -> str:
        """The term in French words, without the explanation of the computation."""
        if self.legal_name:
            words = str(_legal_row(self.legal_name)["wordings"][0])
            return (
                words if self.start is _legal_terms()[self.legal_name].start else words + self._from_event()
            )
        if self.method is Method.DAYS:
            if not self.days:
                return _AT_ONCE[self.start]
            return f"{_count(self.days)}{' date de facture' if self._at_issue else self._from_event()}"
        if not self.days:
            words = "fin de mois"
        elif self.method is Method.DAYS_THEN_MONTH_END:
            words = f"{_count(self.days)} fin de mois"
        else:
            words = f"fin de mois + {_count(self.days)}"
        words += f" le {self.pay_day}" if self.pay_day else ""
        return words if self._at_issue else words + self._from_event()

    @property
    def _at_issue(self) -> bool:
        return self.start is StartEvent.ISSUE

    def _from_event(self) -> str:
        return f" à compter de {_EVENT_WORDS[self.start]}"

    def _then_pay_day(self) -> str:
        return f", puis le {self.pay_day} suivant" if self.pay_day else ""


_EVENT_WORDS = {
    StartEvent.ISSUE: "l'émission de la facture",
    StartEvent.INVOICE_RECEIPT: "la réception de la facture",
    StartEvent.GOODS_RECEIPT: "la réception des marchandises",
    StartEvent.END_OF_PERFORMANCE: "la fin de la prestation",
}
_AT_ONCE = {
    StartEvent.ISSUE: "comptant, à la date de facture",
    StartEvent.INVOICE_RECEIPT: "à réception de la facture",
    StartEvent.GOODS_RECEIPT: "à réception des marchandises",
    StartEvent.END_OF_PERFORMANCE: "à la fin de la prestation",
}


def _count(days: int) -> str:
    return f"{days} jour{'s' if days > 1 else ''}"


# Due date


def due_on(term: PaymentTerm, starts_on: date) -> date:
    """The due date of a term whose start event happened on `starts_on`.

    A Saturday, a Sunday or a holiday is kept: CPC 642 moves procedural time limits, not due dates.
    """
    days = timedelta(days=term.days)
    match term.method:
        case Method.DAYS:
            return starts_on + days
        case Method.DECADE_END_THEN_DAYS:
            return end_of_decade(starts_on) + days
        case Method.DAYS_THEN_MONTH_END:
            month_end_on = end_of_month(starts_on + days)
            return (
                month_end_on
                if term.pay_day is None
                else _day_of_month(add_months(month_end_on, 1), term.pay_day)
            )
        case Method.MONTH_END_THEN_DAYS:
            reached_on = end_of_month(starts_on) + days
            if term.pay_day is None:
                return reached_on
            same_month_on = _day_of_month(reached_on, term.pay_day)
            if same_month_on >= reached_on:
                return same_month_on
            return _day_of_month(add_months(reached_on, 1), term.pay_day)


def _day_of_month(on: date, day: int) -> date:
    return on.replace(day=min(day, end_of_month(on).day))


# Reading


def parse_term(text: str) -> PaymentTerm:
    """Read a code (`EOM45_A`) or French (`45 jours fin de mois`); anything else raises `TermUnreadable`.

    « 45 jours fin de mois » is read as computation A, days first; `french()` says so. A bare number is days.
    """
    if len(text) > 200:
        raise TermUnreadable(text)
    bare = _BARE_DAYS.fullmatch(text.strip().casefold())
    found = _term(Method.DAYS, bare[1]) if bare else _read_code(_as_code(text)) or _read_french(text)
    if found is None:
        raise TermUnreadable(text)
    return found


# Without its computation a code is ambiguous, save with a pay day: « 30 jours fin de mois le 10 » is computation A.
_CODE = re.compile(
    r"NET_?(?P<net>\d{1,3})|EOM_?(?P<eom>\d{1,3})(?:_?(?P<computation>[AB])|(?=_?DAY))(?:_?DAY_?(?P<day>\d{1,2}))?"
)
_AMBIGUOUS_CODE = re.compile(r"EOM_?(\d{1,3})")
_MONTHS = re.compile(r"(?:a )?(\d{1,2}) mois")
_BARE_DAYS = re.compile(r"(\d{1,3})(?: nets?)?")


def _proposal(text: str) -> str:
    """How to write a term that could be read in two ways; empty for any other."""
    read = _AMBIGUOUS_CODE.fullmatch(_as_code(text))
    if read and 1 <= int(read[1]) <= MAX_TERM_DAYS:
        days = int(read[1])
        return (
            f"il se lit de deux façons. Écrivez EOM{days}_A (« {days} jours fin de mois » : les jours, puis la "
            f"fin du mois) ou EOM{days}_B (« fin de mois + {days} jours » : la fin du mois, puis les jours)."
        )
    read = _MONTHS.fullmatch(_plain(text[:80]))
    if read and 1 <= int(read[1]) <= MAX_TERM_DAYS // 31:
        days = 30 * int(read[1])
        return (
            "un mois se compte de plusieurs façons. Écrivez un nombre de jours : "
            f"« {days} jours », ou « {days} jours fin de mois »."
        )
    return ""


def _as_code(text: str) -> str:
    return re.sub(r"[\s-]+", "_", text.strip().upper())


def _read_code(text: str) -> PaymentTerm | None:
    code, separator, event = _legal_aliases().get(text, text).partition("_FROM_")
    if separator and event not in StartEvent.__members__:
        return None
    term = _legal_terms().get(_legal_aliases().get(code, code))
    if term is None and (read := _CODE.fullmatch(code)):
        if read["net"]:
            term = _term(Method.DAYS, read["net"])
        else:
            method = Method.MONTH_END_THEN_DAYS if read["computation"] == "B" else Method.DAYS_THEN_MONTH_END
            term = _term(method, read["eom"], pay_day=read["day"])
    if term is None or not separator:
        return term
    return replace(term, start=StartEvent(event))


def _term(
    method: Method, days: str, *, pay_day: str | None = None, start: StartEvent = StartEvent.ISSUE
) -> PaymentTerm | None:
    day = None if pay_day is None else int(pay_day)
    if int(days) > MAX_TERM_DAYS or (day is not None and not 1 <= day <= 31):
        return None
    if method is Method.MONTH_END_THEN_DAYS and not int(days):
        return None  # without days both computations are one, and it is written A
    return PaymentTerm(method, int(days), start, day)


_FROM = r"(?:\b(?:a compter|a partir|apres|des|suivant|date|a|de|d|du|la|le|l|sa) )*"
_STARTS = (
    (
        StartEvent.GOODS_RECEIPT,
        r"(?:reception (?:des (?:marchandises|produits)|de la marchandise)|livraison)\b",
    ),
    (
        StartEvent.INVOICE_RECEIPT,
        r"reception(?: de (?:la |votre |notre )?(?:facture|demande de paiement)| facture)?\b",
    ),
    (
        StartEvent.END_OF_PERFORMANCE,
        r"(?:fin (?:de (?:la )?(?:prestation|mission)|des travaux)|execution(?: de la prestation)?)\b",
    ),
    (
        StartEvent.ISSUE,
        r"(?:date (?:de (?:la )?facture|de facturation|d emission)|(?:emission|facture|facturation))"
        r"(?: de la facture)?\b",
    ),
)
_LEAD = re.compile(
    r"^(?:(?:paiement|payable|reglement|delai(?: de paiement)?|echeance|sous|dans les|a|au"
    r"|(?:par )?(?:virement|cheque|prelevement|lcr|traite|carte(?: bancaire)?)) )+"
)
_DAYS = r"(?P<days>\d{1,3})(?: ?(?:jours?|jrs?|j))"
_MONTH_END = r"(?:fin (?:de|du) mois|fin mois|fdm)"
_PAY_DAY = r"(?: (?:puis )?le (?P<day>\d{1,2})(?: du mois suivant| suivant| du mois)?)?"
_WORDINGS = (
    (Method.DAYS, re.compile(_DAYS)),
    (Method.DAYS_THEN_MONTH_END, re.compile(rf"{_DAYS}? (?:puis )?{_MONTH_END}{_PAY_DAY}")),
    (Method.MONTH_END_THEN_DAYS, re.compile(rf"{_MONTH_END} (?:\+ |plus |puis )?{_DAYS}{_PAY_DAY}")),
    (
        Method.MONTH_END_THEN_DAYS,
        re.compile(rf"{_DAYS} (?:apres|a compter de) (?:la )?{_MONTH_END}{_PAY_DAY}"),
    ),
)
_BARE_MONTH_END = re.compile(_MONTH_END + _PAY_DAY)


def _read_french(text: str) -> PaymentTerm | None:
    plain = _plain(text)
    named = _legal_wordings().get(plain)
    if named is not None:
        return named
    term = _read_wording(re.sub(r"\([^()]*\)", " ", plain))
    explained = "(" in plain or ")" in plain
    if term is not None and explained and plain != _plain(term.french()):
        return None  # what stands between brackets may contradict the rest
    return term


def _read_wording(plain: str) -> PaymentTerm | None:
    words = _LEAD.sub("", " ".join(plain.split()))
    start = StartEvent.ISSUE
    start_said = False
    for event, wording in _STARTS:
        words, count = re.subn(_FROM + wording, " ", words)
        if count > 1 or (count and start_said):
            return None
        if count:
            start, start_said = event, True
    words = " ".join(re.sub(r"\bnets?\b", " ", words).split())
    if words in ("comptant", "au comptant") or (not words and start_said):
        return PaymentTerm(Method.DAYS, 0, start)
    for method, wording_pattern in _WORDINGS:
        if read := wording_pattern.fullmatch(words):
            return _term(method, read["days"], pay_day=read.groupdict().get("day"), start=start)
    if read := _BARE_MONTH_END.fullmatch(words):
        return _term(Method.DAYS_THEN_MONTH_END, "0", pay_day=read["day"], start=start)
    return None


def _plain(text: str) -> str:
    letters = unicodedata.normalize("NFKD", text.casefold())
    unaccented = "".join(letter for letter in letters if not unicodedata.combining(letter))
    return " ".join(re.sub(r"[^a-z0-9()+]", " ", unaccented).replace("+", " + ").split())


@cache
def _legal_terms() -> Mapping[str, PaymentTerm]:
    return {
        row["code"]: PaymentTerm(
            Method(row["method"]), row["days"], StartEvent(row["start"]), legal_name=row["code"]
        )
        for row in read_toml("payment_caps.toml")["term"]
    }


@cache
def _legal_aliases() -> Mapping[str, str]:
    """Other names of the terms of the law; one that names its own start event stands for it too."""
    aliases: dict[str, str] = {}
    for row in read_toml("payment_caps.toml")["term"]:
        aliases |= dict.fromkeys(row.get("aliases", ()), row["code"])
        for event, names in row.get("aliases_from", {}).items():
            aliases |= dict.fromkeys(names, f"{row['code']}_FROM_{event}")
    return aliases


@cache
def _legal_wordings() -> Mapping[str, PaymentTerm]:
    return {
        _plain(wording): _legal_terms()[row["code"]]
        for row in read_toml("payment_caps.toml")["term"]
        for wording in row["wordings"]
    }


def _legal_row(code: str) -> Mapping[str, Any]:
    return next(row for row in read_toml("payment_caps.toml")["term"] if row["code"] == code)


# Caps


@dataclass(frozen=True, slots=True)
class CapWarning:
    """Why a due date may be unlawful: a code, a French sentence for the user, the legal source.

    Codes: `ABOVE_CAP`, `ABOVE_CAP_WITHIN_DEROGATION`, `CAP_STARTS_ELSEWHERE`, `CAP_UNKNOWN`.
    """

    code: str
    sentence: str
    source: str


def cap_warnings(
    term: PaymentTerm,
    starts_on: date,
    due_on: date,
    *,
    buyer: Buyer | None = None,
    sector: Sector | None = None,
) -> tuple[CapWarning, ...]:
    """What the law says against this due date; empty when nothing does. Never blocks.

    Without buyer nor sector, a term stated by the law (`TRANSPORT_30`) answers to its own cap, any other to
    that of sales between professionals. Consumers have no cap.
    """
    if buyer is Buyer.CONSUMER:
        return ()
    regime = _regime(term, buyer, sector)
    rows = [row for row in read_toml("payment_caps.toml")["cap"] if row["regime"] == regime]
    cap = in_force(rows, starts_on)
    if cap is None:
        sentence = (
            f"Le délai maximal au {french_date(starts_on)} n'est pas enregistré : "
            "comparez vous-même ce délai à la loi de cette date."
        )
        return (CapWarning("CAP_UNKNOWN", sentence, str(rows[0]["source"])),)
    found = []
    at_once = term.method is Method.DAYS and not term.days
    if not at_once and term.start not in cap["counted_from"]:
        sentence = (
            f"Le maximum se compte à partir de {_EVENT_WORDS[StartEvent(cap['counted_from'][0])]}, "
            f"ce délai à partir de {_EVENT_WORDS[term.start]} : vérifiez l'écart entre les deux dates."
        )
        found.append(CapWarning("CAP_STARTS_ELSEWHERE", sentence, cap["source"]))
    above = _above_cap(cap, term, starts_on, due_on)
    return (*found, above) if above else tuple(found)


def _regime(term: PaymentTerm, buyer: Buyer | None, sector: Sector | None) -> str:
    if buyer not in (None, Buyer.BUSINESS):
        return str(buyer)
    if sector is not None:
        return str(sector)
    named = str(_legal_row(term.legal_name)["regime"]) if term.legal_name else str(Sector.GENERAL)
    return str(Sector.GENERAL) if buyer is Buyer.BUSINESS and named.startswith("public_") else named


def _above_cap(
    cap: Mapping[str, Any], term: PaymentTerm, starts_on: date, falls_on: date
) -> CapWarning | None:
    limits = [(due_on(limit, starts_on), limit) for limit in map(parse_term, cap["limit"])]
    limit_on, limit = max(limits, key=lambda pair: pair[0])
    if falls_on <= limit_on:
        return None
    derogations = [(due_on(other, starts_on), other) for other in map(parse_term, cap.get("derogation", []))]
    within = [(on, other) for on, other in derogations if falls_on <= on]
    if any(
        (other.method, other.days) == (term.method, term.days) and not term.pay_day for _, other in within
    ):
        return None  # the term is the derogation itself
    sentence = (
        f"L'échéance du {french_date(falls_on)} est à {_count((falls_on - starts_on).days)} ; "
        f"le maximum est « {limit.short_french()} », soit le {french_date(limit_on)}."
    )
    if not within:
        return CapWarning("ABOVE_CAP", f"{sentence} Choisissez une date plus proche.", cap["source"])
    lawful = " ou ".join(f"« {other.short_french()} » ({french_date(on)})" for on, other in within)
    return CapWarning(
        "ABOVE_CAP_WITHIN_DEROGATION",
        f"{sentence} L'échéance reste dans la limite de {lawful}, "
        "permise seulement si le contrat le prévoit expressément.",
        cap["source"],
    )
