"""`quittance calc rf` and `qr`: what a customer needs to pay by transfer without typing."""

from typing import Annotated

import typer

from quittance.domain.identifiers import IdentifierRefused, check_iban, create_rf, french_rf
from quittance.interfaces.cli.arguments import JsonOption
from quittance.interfaces.cli.output import answering, print_json, say
from quittance.interfaces.cli.reading import read_cents


def rf(
    number: Annotated[str, typer.Argument(metavar="NUMÉRO", help="Numéro de la facture.")],
    json: JsonOption = False,
) -> None:
    """Donne la référence de paiement (RF, ISO 11649) d'un numéro de facture."""
    with answering(json, IdentifierRefused):
        reference = create_rf(number)
    if json:
        print_json({"reference": reference, "printed": french_rf(reference)})
    else:
        say(french_rf(reference))


def qr(
    name: Annotated[str, typer.Option(help="Nom du bénéficiaire.")],
    iban: Annotated[str, typer.Option(help="IBAN du bénéficiaire.")],
    amount: Annotated[str, typer.Option(help="Montant ; sans lui, le payeur l'écrit.")] = "",
    reference: Annotated[str, typer.Option(help="Référence de paiement (RF…).")] = "",
    text: Annotated[str, typer.Option(help="Ou libellé libre.")] = "",
    bic: Annotated[str, typer.Option(help="BIC, facultatif.")] = "",
    purpose: Annotated[str, typer.Option(help="Motif codé, quatre lettres au plus.")] = "",
    json: JsonOption = False,
) -> None:
    """Donne le contenu du QR code d'un virement SEPA (EPC069-12)."""
    from quittance.formats.epc_qr import TransferCodeError, transfer_payload  # noqa: PLC0415 - it loads the drawing

    checked = check_iban(iban)
    if not checked.valid:
        raise typer.BadParameter(checked.reason, param_hint="--iban")
    with answering(json, TransferCodeError):
        payload = transfer_payload(
            name=name,
            iban=checked.value,
            amount_cents=read_cents(amount, "--amount") if amount else None,
            reference=reference,
            text=text,
            bic=bic,
            purpose=purpose,
        )
    if json:
        print_json({"payload": payload, "bytes": len(payload.encode())})
    else:
        print(payload)
