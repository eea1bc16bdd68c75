"""`quittance calc deposit`, `progress`, `net`, `vat-split` and `indemnity`: invoices in parts, VAT, the 40 euros."""

from collections import defaultdict
from typing import Annotated

import typer

from quittance.domain.calendar import french_date
from quittance.domain.money import french_euros, french_rate
from quittance.domain.penalties import InstallmentDates, InvoiceDates, indemnity_cents
from quittance.domain.progress import RetentionBase, final_invoice, progress_claims
from quittance.domain.vat import NothingToShare, RateShare, net_of_gross, split_collected
from quittance.interfaces.cli.arguments import JsonOption
from quittance.interfaces.cli.calc_penalties import KindOption, read_kind
from quittance.interfaces.cli.output import answering, money_table, print_json, say
from quittance.interfaces.cli.reading import (
    choice_words,
    read_cents,
    read_choice,
    read_day,
    read_day_or_none,
    read_rate_bp,
)

VatOption = Annotated[str, typer.Option(help="Taux de TVA en pour cent : 20 ou 5,5.")]
RetentionOption = Annotated[str, typer.Option(help="Retenue de garantie en pour cent : 5.")]
RetentionBaseOption = Annotated[
    str, typer.Option(help=f"Ce que la retenue prend pour base : {choice_words(RetentionBase)}.")
]


def deposit(
    price: Annotated[str, typer.Option(help="Prix total HT.")],
    vat: VatOption,
    deposit: Annotated[list[str], typer.Option(help="Acompte facturé, HT ; autant que voulu.")] = [],  # noqa: B006
    retention: RetentionOption = "0",
    retention_base: RetentionBaseOption = "ttc",
    json: JsonOption = False,
) -> None:
    """Calcule la facture de solde : le prix, moins les acomptes, moins la retenue de garantie."""
    found = final_invoice(
        price_net_cents=read_cents(price, "--price"),
        rate_bp=read_rate_bp(vat, "--vat"),
        deposits_net_cents=[read_cents(text, "--deposit") for text in deposit],
        retention_bp=read_rate_bp(retention, "--retention"),
        retention_base=read_choice(RetentionBase, retention_base, "--retention-base"),
    )
    if json:
        print_json(
            {
                "payable_now_cents": found.payable_now_cents,
                "due_cents": found.due_cents,
                "price_net_cents": found.price_net_cents,
                "price_vat_cents": found.price_vat_cents,
                "price_total_cents": found.price_gross_cents,
                "deposits_net_cents": found.deposits_net_cents,
                "deposits_vat_cents": found.deposits_vat_cents,
                "deposits_total_cents": found.deposits_gross_cents,
                "net_left_cents": found.net_left_cents,
                "vat_left_cents": found.vat_left_cents,
                "retention_cents": found.retention_cents,
            }
        )
        return
    rows = (
        ("Prix", found.price_net_cents, found.price_vat_cents, found.price_gross_cents),
        ("Acomptes", -found.deposits_net_cents, -found.deposits_vat_cents, -found.deposits_gross_cents),
        ("Solde", found.net_left_cents, found.vat_left_cents, found.due_cents),
    )
    cells = [(name, *map(french_euros, cents)) for name, *cents in rows]
    money_table("", ("", "HT", "TVA", "TTC"), cells)
    say(f"Retenue de garantie : {french_euros(found.retention_cents)}.")
    say(f"À payer maintenant : {french_euros(found.payable_now_cents)}.")
    if found.due_cents < 0:
        say("Les acomptes dépassent le prix : il faut un avoir.")


def progress(
    market: Annotated[str, typer.Option(help="Montant HT du marché.")],
    done: Annotated[list[str], typer.Option(help="Avancement cumulé en pour cent, une fois par situation.")],
    vat: VatOption,
    retention: RetentionOption = "0",
    retention_base: RetentionBaseOption = "ttc",
    json: JsonOption = False,
) -> None:
    """Calcule les situations de travaux, chacune étant le cumul moins les précédentes."""
    claims = progress_claims(
        market_net_cents=read_cents(market, "--market"),
        done_bps=[read_rate_bp(text, "--done") for text in done],
        rate_bp=read_rate_bp(vat, "--vat"),
        retention_bp=read_rate_bp(retention, "--retention"),
        retention_base=read_choice(RetentionBase, retention_base, "--retention-base"),
    )
    if json:
        rows = [
            {
                "number": claim.number,
                "done_bp": claim.done_bp,
                "done_net_cents": claim.done_net_cents,
                "before_net_cents": claim.before_net_cents,
                "net_cents": claim.period_net_cents,
                "vat_cents": claim.period_vat_cents,
                "total_cents": claim.period_gross_cents,
                "retention_cents": claim.retention_cents,
                "payable_now_cents": claim.payable_now_cents,
            }
            for claim in claims
        ]
        print_json({"claims": rows})
        return
    cells = [
        (
            str(claim.number),
            french_rate(claim.done_bp),
            *map(
                french_euros,
                (
                    claim.done_net_cents,
                    claim.period_net_cents,
                    claim.period_vat_cents,
                    claim.retention_cents,
                    claim.payable_now_cents,
                ),
            ),
        )
        for claim in claims
    ]
    money_table("", ("Situation", "Avancement", "Cumul HT", "HT", "TVA", "Retenue", "À payer"), cells)


def net(
    total: Annotated[str, typer.Option(help="Prix TTC.")],
    vat: VatOption,
    json: JsonOption = False,
) -> None:
    """Retire la TVA d'un prix TTC."""
    total_cents, rate_bp = read_cents(total, "--total"), read_rate_bp(vat, "--vat")
    found = net_of_gross(total_cents, rate_bp)
    if json:
        print_json({"net_cents": found.net_cents, "vat_cents": found.vat_cents, "total_cents": total_cents})
        return
    say(
        f"HT {french_euros(found.net_cents)}, TVA {french_rate(rate_bp)} {french_euros(found.vat_cents)}, "
        f"TTC {french_euros(total_cents)}."
    )
    say("La TVA est la différence entre le TTC et le HT arrondi : rien ne se perd.")


def vat_split(
    invoiced: Annotated[
        list[str],
        typer.Option(help="Total TTC d'un taux et ce taux, 1100.00@10 ; un par taux, dans l'ordre."),
    ],
    collected: Annotated[str, typer.Option(help="Montant encaissé ; négatif pour un rejet.")],
    json: JsonOption = False,
) -> None:
    """Répartit un encaissement entre les taux de TVA de sa facture."""
    with answering(json, NothingToShare):
        shares = split_collected([_share(text) for text in invoiced], read_cents(collected, "--collected"))
    if json:
        rows = [{"rate_bp": share.rate_bp, "total_cents": share.gross_cents} for share in shares]
        print_json({"shares": rows})
        return
    cells = [(french_rate(share.rate_bp), french_euros(share.gross_cents)) for share in shares]
    money_table("", ("TVA", "Encaissé TTC"), cells)
    say("Chaque taux reçoit sa part du TTC, arrondie au centime ; le dernier prend le reste.")


def _share(text: str) -> RateShare:
    amount, separator, rate = text.partition("@")
    if not separator:
        raise typer.BadParameter(
            f"« {text} » ne se lit pas. Écrivez le montant TTC et son taux : 1100.00@10.",
            param_hint="--invoiced",
        )
    return RateShare(read_rate_bp(rate, "--invoiced"), read_cents(amount, "--invoiced"))


def indemnity(
    kind: KindOption,
    invoice: Annotated[
        list[str],
        typer.Option(
            help="Facture, NUMÉRO:ÉCHÉANCE[:RÉGLÉE_LE] ; un même numéro répété est une facture en parts."
        ),
    ],
    until: Annotated[str, typer.Option(help="Jour où le compte est arrêté.")],
    insolvency: Annotated[str, typer.Option(help="Jour du jugement d'ouverture.")] = "",
    json: JsonOption = False,
) -> None:
    """Compte les 40 euros de plusieurs factures : une fois par facture payée en retard."""
    debtor, until_on = read_kind(kind), read_day(until, "--until")
    opened_on = read_day_or_none(insolvency, "--insolvency")
    dates: defaultdict[str, list[InstallmentDates]] = defaultdict(list)
    for number, installment in map(_installment, invoice):
        dates[number].append(installment)
    owed = {
        number: indemnity_cents([InvoiceDates(debtor, tuple(parts), opened_on)], until_on)
        for number, parts in dates.items()
    }
    if json:
        rows = [{"invoice": number, "indemnity_cents": cents} for number, cents in owed.items()]
        print_json({"indemnity_cents": sum(owed.values()), "invoices": rows, "until_on": until_on})
        return
    money_table(
        "", ("Facture", "Indemnité"), [(number, french_euros(cents)) for number, cents in owed.items()]
    )
    say(f"Indemnité au {french_date(until_on)} : {french_euros(sum(owed.values()))}.")


def _installment(text: str) -> tuple[str, InstallmentDates]:
    number, _, dates = text.partition(":")
    due, _, settled = dates.partition(":")
    if not (number and due):
        raise typer.BadParameter(
            f"« {text} » ne se lit pas. Écrivez le numéro, l'échéance, et le jour du règlement s'il y en a un : "
            "F12:2026-09-30:2026-10-05.",
            param_hint="--invoice",
        )
    return number, InstallmentDates(read_day(due, "--invoice"), read_day_or_none(settled, "--invoice"))
