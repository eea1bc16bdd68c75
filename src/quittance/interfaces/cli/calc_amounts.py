"""`quittance calc totals`, `discount` and `imputation`: the arithmetic of an invoice and of a payment."""

from collections import defaultdict
from collections.abc import Callable
from typing import Annotated, TypeVar

import typer

from quittance.domain.allocation import ImputationRefused, OpenDebt, impute
from quittance.domain.discount import early_discount
from quittance.domain.invoice import LineRefused, NegativePrice, invoice_totals, parse_adjustment, parse_line
from quittance.domain.money import french_euros, french_rate
from quittance.interfaces.cli.arguments import JsonOption
from quittance.interfaces.cli.output import answering, money_table, print_json, say
from quittance.interfaces.cli.reading import read_cents, read_day, read_rate_bp

Read = TypeVar("Read")


def totals(
    line: Annotated[
        list[str], typer.Option(help="Ligne, QUANTITÉxPRIX@TVA : 3x33.33@20 ; autant que voulu.")
    ],
    allowance: Annotated[
        list[str], typer.Option(help="Remise HT sur le tout, MONTANT@TVA : 100.00@20.")
    ] = [],  # noqa: B006
    charge: Annotated[list[str], typer.Option(help="Frais HT sur le tout, MONTANT@TVA : 15.00@20.")] = [],  # noqa: B006
    json: JsonOption = False,
) -> None:
    """Additionne une facture : lignes, TVA une fois par taux, total."""
    with answering(json, NegativePrice):
        lines = _each(parse_line, line, "--line")
    found = invoice_totals(
        lines,
        _each(parse_adjustment, allowance, "--allowance"),
        _each(parse_adjustment, charge, "--charge"),
    )
    if json:
        print_json(
            {
                "net_cents": found.net_cents,
                "vat_cents": found.vat_cents,
                "total_cents": found.gross_cents,
                "lines": [
                    {"line": text, "rate_bp": read.rate_bp, "net_cents": cents}
                    for text, read, cents in zip(line, lines, found.line_cents, strict=True)
                ],
                "allowances_cents": found.allowances_cents,
                "charges_cents": found.charges_cents,
                "vat": [
                    {"rate_bp": base.rate_bp, "base_cents": base.base_cents, "vat_cents": base.vat_cents}
                    for base in found.vat_bases
                ],
            }
        )
        return
    rows = zip(line, found.line_cents, strict=True)
    money_table("", ("Ligne", "HT"), [(text, french_euros(cents)) for text, cents in rows])
    money_table(
        "",
        ("TVA", "Base", "Montant"),
        [
            (french_rate(base.rate_bp), french_euros(base.base_cents), french_euros(base.vat_cents))
            for base in found.vat_bases
        ],
    )
    say(
        f"Total HT {french_euros(found.net_cents)}, TVA {french_euros(found.vat_cents)}, "
        f"total TTC {french_euros(found.gross_cents)}."
    )
    say("Chaque ligne est arrondie au centime ; la TVA se calcule une fois sur la base de chaque taux.")


def discount(
    base: Annotated[list[str], typer.Option(help="Montant HT et son taux de TVA, 1000.00@20 ; un par taux.")],
    percent: Annotated[str, typer.Option(help="Escompte en pour cent : 2 ou 1,5.")],
    json: JsonOption = False,
) -> None:
    """Calcule l'escompte pour paiement anticipé, sa TVA comprise."""
    net_by_rate: defaultdict[int, int] = defaultdict(int)
    for read in _each(parse_adjustment, base, "--base"):
        net_by_rate[read.rate_bp] += read.net_cents
    found = early_discount(net_by_rate, read_rate_bp(percent, "--percent"))
    if json:
        print_json(
            {
                "to_pay_cents": found.to_pay_cents,
                "discount_net_cents": found.discount_net_cents,
                "discount_vat_cents": found.discount_vat_cents,
                "discount_total_cents": found.discount_gross_cents,
                "net_cents": found.net_cents,
                "vat_cents": found.vat_cents,
                "price_total_cents": found.price_gross_cents,
            }
        )
        return
    rows = (
        ("Prix", found.price_net_cents, found.price_vat_cents, found.price_gross_cents),
        ("Escompte", -found.discount_net_cents, -found.discount_vat_cents, -found.discount_gross_cents),
        ("À payer", found.net_cents, found.vat_cents, found.to_pay_cents),
    )
    cells = [(name, *map(french_euros, cents)) for name, *cents in rows]
    money_table("", ("", "HT", "TVA", "TTC"), cells)
    say("L'escompte se calcule sur le HT de chaque taux, et sa TVA est déduite aussi (CGI 267 II-1).")


def imputation(
    debt: Annotated[
        list[str], typer.Option(help="Facture due, NUMÉRO:ÉCHÉANCE:MONTANT[:RANG] ; autant que voulu.")
    ],
    payment: Annotated[str, typer.Option(help="Montant reçu.")],
    paid: Annotated[str, typer.Option(help="Jour du paiement.")],
    choice: Annotated[list[str], typer.Option(help="Facture que le client dit payer ; dans son ordre.")] = [],  # noqa: B006
    json: JsonOption = False,
) -> None:
    """Dit quelles factures un paiement règle (C. civ. 1342-10)."""
    with answering(json, ImputationRefused):
        found = impute(
            [_debt(text) for text in debt],
            read_cents(payment, "--payment"),
            paid_on=read_day(paid, "--paid"),
            choice=choice,
        )
    if json:
        allocations = [{"invoice": taken.reference, "cents": taken.cents} for taken in found.allocations]
        print_json({"allocations": allocations, "unapplied_cents": found.unapplied_cents})
        return
    cells = [(taken.reference, french_euros(taken.cents)) for taken in found.allocations]
    money_table("", ("Facture", "Réglé"), cells)
    say(f"Reste à employer : {french_euros(found.unapplied_cents)}.")
    say(
        "D'abord ce que le client désigne ; sinon les factures échues, la plus chère à laisser courir, "
        "puis la plus ancienne."
    )


def _debt(text: str) -> OpenDebt:
    """Read `NUMBER:DUE:AMOUNT`, and a fourth part where some debts cost the debtor more than others."""
    parts = text.split(":")
    if len(parts) not in (3, 4) or not parts[0] or not all(part.isdecimal() for part in parts[3:]):
        raise typer.BadParameter(
            f"« {text} » ne se lit pas. Écrivez le numéro, l'échéance et le montant : F12:2026-09-30:500.00.",
            param_hint="--debt",
        )
    reference, due, amount = parts[:3]
    onerous = int(parts[3]) if len(parts) == 4 else 0
    return OpenDebt(reference, read_day(due, "--debt"), read_cents(amount, "--debt"), onerous)


def _each(read: Callable[[str], Read], texts: list[str], option: str) -> list[Read]:
    try:
        return [read(text) for text in texts]
    except NegativePrice:  # well written, and forbidden: an answer, not a slip of the hand
        raise
    except LineRefused as refused:
        raise typer.BadParameter(str(refused), param_hint=option) from refused
