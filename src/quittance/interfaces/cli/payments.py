"""`quittance pay`: a cheque or cash, noted by hand."""

from typing import Annotated

import typer

from quittance.company.queries import NoSuchCompany, company_by_slug
from quittance.domain.money import french_euros
from quittance.gateways.clock import civil_day, instant
from quittance.interfaces.cli.arguments import CompanyOption, JsonOption, actor, read_date
from quittance.interfaces.cli.output import answering, print_json, say
from quittance.interfaces.cli.reading import read_cents
from quittance.payments.operations import (
    NotedPayment,
    NothingToUndo,
    PaymentRefused,
    note_payment,
    take_back_noted,
)

METHODS = {
    "cheque": "cheque",
    "chèque": "cheque",
    "cash": "cash",
    "espèces": "cash",
    "card": "card",
    "carte": "card",
    "transfer": "transfer",
    "virement": "transfer",
    "other": "other",
    "autre": "other",
}

app = typer.Typer()


@app.command()
def pay_command(
    invoice: Annotated[str, typer.Argument(help="Numéro de la facture.")],
    company: CompanyOption,
    amount: Annotated[str, typer.Argument(help="Somme reçue, par exemple 120,00.")] = "",
    method: Annotated[
        str, typer.Option("--method", help="chèque, espèces, carte, virement ou autre.")
    ] = "cheque",
    on: Annotated[
        str, typer.Option("--on", help="Jour où l'argent a été reçu ; aujourd'hui par défaut.")
    ] = "",
    undo: Annotated[
        bool, typer.Option("--undo", help="Reprend le dernier paiement noté sur cette facture.")
    ] = False,
    json: JsonOption = False,
) -> None:
    """Note à la main un chèque, des espèces ou un autre paiement reçu ; ou reprend le dernier noté."""
    with answering(json, NoSuchCompany, PaymentRefused, NothingToUndo):
        owner = company_by_slug(company)
        at = instant()
        if undo:
            if amount:
                raise typer.BadParameter("--undo reprend tout le paiement : ne donnez pas de somme.")
            taken = take_back_noted(company_id=owner.pk, number=invoice, actor=actor(), at=at)
            _tell(taken, invoice, "repris", json=json)
            return
        if not amount:
            raise typer.BadParameter("Donnez la somme reçue, par exemple 120,00.", param_hint="AMOUNT")
        today = civil_day(at)
        noted = note_payment(
            company_id=owner.pk,
            number=invoice,
            amount_cents=read_cents(amount, "AMOUNT"),
            method=_method(method),
            received_on=read_date(on, default=today),
            today=today,
            actor=actor(),
            at=at,
        )
        _tell(noted, invoice, "notés", json=json)
        if not json:
            say(f"Pour défaire : quittance pay {invoice} --undo --company {company}")


def _tell(payment: NotedPayment, invoice: str, done: str, *, json: bool) -> None:
    if json:
        print_json(
            {
                "invoice": invoice,
                "cents": payment.cents,
                "received_on": payment.received_on,
                "open_cents": payment.open_cents,
            }
        )
        return
    say(
        f"{french_euros(payment.cents)} reçus le {payment.received_on:%d/%m/%Y}, {done} sur {invoice} ; "
        f"il reste {french_euros(payment.open_cents)}."
    )


def _method(text: str) -> str:
    known = METHODS.get(text.strip().lower())
    if known is None:
        raise typer.BadParameter(
            f"« {text} » n'est pas un moyen de paiement. Choix : chèque, espèces, carte, virement, autre.",
            param_hint="--method",
        )
    return known
