"""`quittance send`: handing over what is queued."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Annotated

import typer
from django.conf import settings

from quittance.company.queries import NoSuchCompany, all_companies, company_by_slug
from quittance.correspondence.operations import NotInDoubt
from quittance.correspondence.queries import messages_in_doubt
from quittance.flows.deliver import Delivered, PostOffice, send
from quittance.flows.deliver import settle as settle_one
from quittance.gateways.clock import civil_day, instant
from quittance.interfaces.cli.arguments import JsonOption, actor
from quittance.interfaces.cli.output import answering, counted, print_json, progress_bar, say
from quittance.interfaces.post_office import post_office

if TYPE_CHECKING:
    from quittance.company.models import Company
    from quittance.correspondence.models import Message

app = typer.Typer()


@app.command()
def send_command(
    company: Annotated[str, typer.Option("--company", "-c", help="Seulement cette société.")] = "",
    settle: Annotated[
        str,
        typer.Option("--settle", help="MESSAGE:oui ou MESSAGE:non, pour un envoi douteux : est-il parti ?"),
    ] = "",
    json: JsonOption = False,
) -> None:
    """Remet les messages en file : au serveur d'envoi s'il est réglé, sinon en fichiers .eml dans le dossier outbox."""
    with answering(json, NoSuchCompany, NotInDoubt):
        owners = [company_by_slug(company)] if company else all_companies()
        office = _office()
        if settle:
            _settle(settle, [owner.pk for owner in owners], office)
        with progress_bar("Messages", quiet=json) as progress:
            delivered = send(
                company_ids=[owner.pk for owner in owners],
                office=office,
                today=civil_day(instant()),
                progress=progress,
            )
        doubtful = [message for owner in owners for message in messages_in_doubt(owner.pk)]
        if json:
            print_json(_as_json(delivered, len(doubtful)))
        else:
            _tell(delivered, owners, doubtful)
        if delivered.postponed or delivered.refused:
            raise typer.Exit(1)


def _as_json(delivered: Delivered, in_doubt: int) -> dict[str, object]:
    return {
        "sent": delivered.sent,
        "taken_back": delivered.taken_back,
        "postponed": delivered.postponed,
        "refused": delivered.refused,
        "in_doubt": in_doubt,
        "waiting": delivered.waiting,
        "letters": delivered.letters,
        "problems": delivered.problems,
        "outbox": "" if settings.SMTP_URL else str(settings.OUTBOX_DIR),
    }


def _tell(delivered: Delivered, owners: "Sequence[Company]", doubtful: "Sequence[Message]") -> None:
    outbox = str(settings.OUTBOX_DIR)
    written = sum(place.startswith(outbox) for place in delivered.places)
    if delivered.sent > written or settings.SMTP_URL:
        say(f"{counted(delivered.sent - written, 'message remis', 'messages remis')} au serveur d'envoi.")
    if written or not (delivered.sent or settings.SMTP_URL):
        say(f"{counted(written, 'message remis', 'messages remis')} dans {outbox}.")
    if delivered.waiting:
        waiting = counted(delivered.waiting, "message attend", "messages attendent")
        say(f"{waiting} un jour ouvré ou un document.")
    if delivered.letters:
        letters = counted(delivered.letters, "lettre", "lettres")
        say(f"{letters} à imprimer et à poster : {settings.LETTERS_DIR}")
    for owner in owners:
        if delivered.sent and not owner.email:
            say(f"{owner.name} n'a pas d'adresse : quittance company change --company {owner.slug} --email …")
    for problem in delivered.problems:
        say(f"  {problem}")
    for message in doubtful:
        say(
            f"  Message n° {message.pk} à {message.customer.name} : on ne sait pas s'il est parti. "
            f"Vérifiez dans votre messagerie, puis : quittance send --settle {message.pk}:oui (ou :non)"
        )


def _office() -> PostOffice:
    try:
        return post_office(actor())
    except ValueError as unreadable:
        raise typer.BadParameter(str(unreadable), param_hint="QUITTANCE_SMTP_URL") from unreadable


def _settle(text: str, company_ids: list[int], office: PostOffice) -> None:
    number, _, answer = text.partition(":")
    if not number.isdecimal() or answer not in ("oui", "non", "yes", "no"):
        raise typer.BadParameter(
            "Écrivez le numéro du message et oui ou non : 12:oui.", param_hint="--settle"
        )
    owner = next((message.company_id for message in messages_in_doubt() if message.pk == int(number)), None)
    if owner not in company_ids:
        raise NotInDoubt(f"Le message n° {number} n'attend pas de vérification.")
    settle_one(company_id=owner, message_id=int(number), it_left=answer in ("oui", "yes"), office=office)
