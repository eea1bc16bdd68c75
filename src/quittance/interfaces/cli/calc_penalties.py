"""`quittance calc penalties`: what lateness costs, each row shown with its calculation."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Annotated, Any

import typer

from quittance.domain.calendar import french_date
from quittance.domain.law import Rate, RateKind, RateMissing, RateTable, parse_semester, shipped_rates
from quittance.domain.money import french_euros, french_rate
from quittance.domain.penalties import (
    Account,
    BelowFloor,
    Clause,
    Conventions,
    CreditNote,
    Divisor,
    FixedRate,
    FloorAppliesTo,
    ImputationOrder,
    Kind,
    LateDebt,
    LegalMultiple,
    Payment,
    PenaltyRefused,
    RateSplit,
    Rounding,
    penalties_owed,
)
from quittance.interfaces.cli.arguments import JsonOption
from quittance.interfaces.cli.output import REFUSED, answering, money_table, print_error, print_json, say
from quittance.interfaces.cli.reading import (
    choice_word,
    choice_words,
    read_cents,
    read_choice,
    read_dated_cents,
    read_day,
    read_day_or_none,
    read_rate_bp,
)

# Other names of the kinds, as people write them with the rate that follows.
KIND_ALIASES = {
    "b2b-default": Kind.B2B,
    "public-buyer": Kind.PUBLIC,
    "b2c": Kind.CONSUMER,
    "b2c-legal-from-notice": Kind.CONSUMER,
    "individual-creditor-legal": Kind.INDIVIDUAL_CREDITOR,
}


def read_kind(text: str) -> Kind:
    """Read who owes whom."""
    return read_choice(Kind, text, "--kind", KIND_ALIASES)


def _option(words: str, *names: str) -> Any:
    """An option and its help, on one line: this command has many."""
    return typer.Option(*names, help=words)


KindOption = Annotated[str, _option(f"Qui doit à qui : {choice_words(Kind)}.")]
PrincipalOption = Annotated[str, _option("Montant TTC dû : 1200.00 ou « 1 200,00 ».")]
DueOption = Annotated[str, _option("Échéance : 2026-06-30 ou 30/06/2026.")]
PaidOption = Annotated[str, _option("Jour où le reste a été payé.")]
UntilOption = Annotated[str, _option("Jour où le compte est arrêté, si rien n'est encore payé.")]
PaymentOption = Annotated[list[str], _option("Règlement partiel, DATE:MONTANT ; autant que voulu.")]
CreditNoteOption = Annotated[
    list[str], _option("Avoir, DATE:MONTANT ; DATE:MONTANT:origin s'il corrige une erreur de la facture.")
]
ImputationOption = Annotated[
    str, _option(f"Ce qu'un règlement partiel paie d'abord : {choice_words(ImputationOrder)}.")
]
ClauseRateOption = Annotated[str, _option("Taux annuel écrit au contrat, en pour cent : 8.00.")]
ClauseTimesOption = Annotated[
    int | None, typer.Option(min=1, max=100, help="Ou multiple de l'intérêt légal écrit au contrat : 3.")
]
FormalNoticeOption = Annotated[str, _option("Jour où la mise en demeure a pris effet.")]
InsolvencyOption = Annotated[str, _option("Jour du jugement d'ouverture.")]
StopOption = Annotated[str, _option("Dernier jour qui porte intérêt, par exemple pendant un litige.")]
RateOption = Annotated[
    list[str],
    _option(
        "Taux pas encore connu ici, TAUX:SEMESTRE:POURCENT, par exemple ecb:2027-S1:2.40 ; autant que voulu."
    ),
]
DivisorOption = Annotated[str, _option(f"Jours de l'année : {choice_words(Divisor)}.")]
SplitOption = Annotated[
    str, _option(f"Taux de chaque semestre, ou celui du premier jour : {choice_words(RateSplit)}.")
]
RoundingOption = Annotated[
    str, _option(f"Arrondi à chaque règlement, ou à chaque ligne : {choice_words(Rounding)}.")
]
BelowFloorOption = Annotated[
    str, _option(f"Clause sous le minimum, relevée ou remplacée par la loi : {choice_words(BelowFloor)}.")
]
FloorOption = Annotated[
    str, _option(f"Le minimum vaut pour la clause, ou toujours : {choice_words(FloorAppliesTo)}.")
]
OpeningOption = Annotated[
    bool, _option("Le jour du jugement d'ouverture porte encore intérêt.", "--opening-day-counts")
]


def penalties(
    kind: KindOption,
    principal: PrincipalOption,
    due: DueOption,
    paid: PaidOption = "",
    until: UntilOption = "",
    payment: PaymentOption = [],  # noqa: B006 - Typer makes a new list each time
    credit_note: CreditNoteOption = [],  # noqa: B006
    imputation: ImputationOption = "costs-interest-principal",
    clause_rate: ClauseRateOption = "",
    clause_times: ClauseTimesOption = None,
    formal_notice: FormalNoticeOption = "",
    insolvency: InsolvencyOption = "",
    stop: StopOption = "",
    rate: RateOption = [],  # noqa: B006
    divisor: DivisorOption = "365",
    rate_split: SplitOption = "per-semester",
    rounding: RoundingOption = "per-event",
    below_floor: BelowFloorOption = "raise-to-floor",
    floor_applies_to: FloorOption = "clause",
    opening_day_counts: OpeningOption = False,
    json: JsonOption = False,
) -> None:
    """Calcule les pénalités de retard et les 40 euros, ligne par ligne."""
    conventions = Conventions(
        divisor=read_choice(Divisor, divisor, "--divisor"),
        rate_split=read_choice(RateSplit, rate_split, "--rate-split"),
        rounding=read_choice(Rounding, rounding, "--rounding"),
        below_floor=read_choice(BelowFloor, below_floor, "--below-floor"),
        floor_applies_to=read_choice(FloorAppliesTo, floor_applies_to, "--floor-applies-to"),
        opening_day_counts=opening_day_counts,
    )
    if not (paid or until or payment):
        raise typer.BadParameter(
            "indiquez le jour du paiement, ou --until pour arrêter le compte à un jour.", param_hint="--paid"
        )
    with answering(json, PenaltyRefused), _naming_the_rate_option(json):
        debt = LateDebt(
            principal_cents=read_cents(principal, "--principal"),
            due_on=read_day(due, "--due"),
            kind=read_kind(kind),
            clause=_clause(clause_rate, clause_times),
            formal_notice_on=read_day_or_none(formal_notice, "--formal-notice"),
            insolvency_opened_on=read_day_or_none(insolvency, "--insolvency"),
            stopped_on=read_day_or_none(stop, "--stop"),
            credit_notes=tuple(map(_credit_note, credit_note)),
        )
        account = penalties_owed(
            debt,
            paid_on=read_day_or_none(paid, "--paid"),
            until_on=read_day_or_none(until, "--until"),
            payments=[Payment(*read_dated_cents(text, "--payment")) for text in payment],
            imputation=read_choice(ImputationOrder, imputation, "--imputation"),
            conventions=conventions,
            rates=_rates(rate),
        )
    if json:
        print_json(_as_json(debt, account, conventions))
    else:
        _tell(debt, account, conventions)


@contextmanager
def _naming_the_rate_option(json: bool) -> Iterator[None]:
    """Refuse a missing rate with the option that gives it; where no option does, as the law's table says."""
    try:
        yield
    except RateMissing as missing:
        message = str(missing)
        if missing.kind is not None:
            example = f"{choice_word(missing.kind)}:{missing.semester}:2.40"
            message = f"{missing.reason} Donnez le taux publié, par exemple : --rate {example}"
        print_error(code="RATE_MISSING", message=message, json=json)
        raise typer.Exit(REFUSED) from missing


def _clause(rate: str, times: int | None) -> Clause | None:
    if rate and times is not None:
        raise typer.BadParameter(
            "le contrat fixe un taux, ou un multiple de l'intérêt légal, pas les deux.",
            param_hint="--clause-times",
        )
    if times is not None:
        return LegalMultiple(times)
    return FixedRate(read_rate_bp(rate, "--clause-rate")) if rate else None


def _credit_note(text: str) -> CreditNote:
    dated = text.removesuffix(":origin")
    return CreditNote(*read_dated_cents(dated, "--credit-note"), from_origin=dated != text)


def _rates(texts: Sequence[str]) -> RateTable:
    """The shipped rates with those typed; a semester missing here can so be computed on its user's word."""
    added = []
    for text in texts:
        kind, _, rest = text.partition(":")
        semester, separator, percent = rest.partition(":")
        try:
            if not separator:
                raise ValueError(f"« {text} » ne se lit pas. Écrivez par exemple : ecb:2027-S1:2.40.")
            added.append(
                Rate(
                    kind=read_choice(RateKind, kind, "--rate"),
                    semester=parse_semester(semester),
                    rate_bp=read_rate_bp(percent, "--rate"),
                    source="ligne de commande",
                )
            )
        except ValueError as unreadable:
            raise typer.BadParameter(str(unreadable), param_hint="--rate") from unreadable
    return shipped_rates().adding(added)


def _warnings(debt: LateDebt, account: Account) -> list[dict[str, str]]:
    warnings = [
        {"code": "CLAUSE_RATE", "message": sentence, "source": "C. com. L441-10 II"}
        for sentence in account.warnings
    ]
    if debt.interest_from_on is None:
        message = (
            "Sans mise en demeure, cette créance ne porte pas intérêt. Indiquez son jour par --formal-notice."
        )
        source = "C. civ. 1231-6, 1344-1"
        warnings.append({"code": "FORMAL_NOTICE_MISSING", "message": message, "source": source})
    return warnings


def _as_json(debt: LateDebt, account: Account, conventions: Conventions) -> dict[str, object]:
    answer: dict[str, object] = {
        "interest_cents": account.interest_cents,
        "indemnity_cents": account.indemnity_cents,
        "total_cents": account.total_cents,
        "segments": [
            {
                "from": row.from_on.isoformat(),
                "to": row.to_on.isoformat(),
                "days": row.days,
                "semester": str(row.semester),
                "rate_bp": row.rate_bp,
                "base_cents": row.base_cents,
                "amount_cents": row.amount_cents,
            }
            for row in account.segments
        ],
        "rounding_cents": account.rounding_cents,
        "warnings": _warnings(debt, account),
        "until_on": account.until_on.isoformat(),
        "per_day_cents": account.per_day_cents,
        "basis": account.basis_words,
        "conventions": {
            "divisor": choice_word(conventions.divisor),
            "rate_split": choice_word(conventions.rate_split),
            "rounding": choice_word(conventions.rounding),
            "below_floor": choice_word(conventions.below_floor),
            "floor_applies_to": choice_word(conventions.floor_applies_to),
            "opening_day_counts": conventions.opening_day_counts,
        },
    }
    return answer | _left_json(account) if account.payments or debt.credit_notes else answer


def _left_json(account: Account) -> dict[str, object]:
    return {
        "principal_left_cents": account.principal_left_cents,
        "interest_left_cents": account.interest_left_cents,
        "costs_left_cents": account.costs_left_cents,
        "total_left_cents": account.total_left_cents,
        "unapplied_cents": account.unapplied_cents,
        "payments": [
            {
                "paid_on": paid.paid_on.isoformat(),
                "amount_cents": paid.amount_cents,
                "costs_cents": paid.costs_cents,
                "interest_cents": paid.interest_cents,
                "principal_cents": paid.principal_cents,
                "unapplied_cents": paid.unapplied_cents,
            }
            for paid in account.payments
        ],
    }


# For people


def _tell(debt: LateDebt, account: Account, conventions: Conventions) -> None:
    _tell_segments(account, conventions)
    say(
        f"Intérêts : {french_euros(account.interest_cents)} ; "
        f"indemnité forfaitaire : {french_euros(account.indemnity_cents)} ; "
        f"total : {french_euros(account.total_cents)}."
    )
    if account.payments:
        _tell_payments(account)
    if account.payments or debt.credit_notes:
        say(
            f"Reste dû au {french_date(account.until_on)} : {french_euros(account.total_left_cents)}, dont "
            f"principal {french_euros(account.principal_left_cents)}, "
            f"intérêts {french_euros(account.interest_left_cents)}, "
            f"indemnité {french_euros(account.costs_left_cents)}."
        )
    if account.unapplied_cents:
        say(f"En trop, à rendre ou à garder en avoir : {french_euros(account.unapplied_cents)}.")
    if account.segments:
        say(
            f"Taux : {account.basis_words}. Le premier jour de retard est le lendemain de l'échéance "
            "(ou de la mise en demeure), le jour du paiement compte."
        )
        say(f"Conventions : {_convention_words(conventions)}.")
    for warning in _warnings(debt, account):
        say(f"Attention : {warning['message']} ({warning['source']})")


def _tell_segments(account: Account, conventions: Conventions) -> None:
    if not account.segments:
        say(f"Aucun intérêt au {french_date(account.until_on)}.")
        return
    rows = [
        (
            french_date(row.from_on),
            french_date(row.to_on),
            f"{french_euros(row.base_cents)} × {french_rate(row.rate_bp)} × "
            f"{row.days} / {conventions.divisor.days(row.semester.year)}",
            french_euros(row.amount_cents),
        )
        for row in account.segments
    ]
    if account.rounding_cents:
        rows.append(("", "", "Arrondi", french_euros(account.rounding_cents)))
    money_table("", ("Du", "Au", "Calcul", "Intérêts"), rows)


def _tell_payments(account: Account) -> None:
    rows = [
        (
            french_date(paid.paid_on),
            french_euros(paid.amount_cents),
            french_euros(paid.costs_cents),
            french_euros(paid.interest_cents),
            french_euros(paid.principal_cents),
        )
        for paid in account.payments
    ]
    money_table("", ("Règlement du", "Montant", "Indemnité", "Intérêts", "Principal"), rows)


_DIVISOR_WORDS = {
    Divisor.DAYS_365: "année de 365 jours",
    Divisor.DAYS_360: "année de 360 jours",
    Divisor.ACTUAL: "année de 365 ou 366 jours",
}
_SPLIT_WORDS = {
    RateSplit.PER_SEMESTER: "taux de chaque semestre",
    RateSplit.FROZEN: "taux du premier jour de retard",
}
_ROUNDING_WORDS = {
    Rounding.PER_EVENT: "arrondi à chaque règlement et à la fin",
    Rounding.PER_SEGMENT: "arrondi à chaque ligne",
}


def _convention_words(conventions: Conventions) -> str:
    return ", ".join(
        (
            _DIVISOR_WORDS[conventions.divisor],
            _SPLIT_WORDS[conventions.rate_split],
            _ROUNDING_WORDS[conventions.rounding],
        )
    )
