"""`quittance message`: what is about to leave and what left; read it, take it back."""

from typing import TYPE_CHECKING, Annotated

import typer

from quittance.collection.operations import take_back
from quittance.company.queries import NoSuchCompany, company_by_slug
from quittance.correspondence.queries import NoSuchMessage, message_of_company, newest_messages
from quittance.gateways.clock import civil_day, instant
from quittance.interfaces.cli.arguments import CompanyOption, JsonOption, actor
from quittance.interfaces.cli.customers import MESSAGE_STATES
from quittance.interfaces.cli.output import answering, money_table, print_json, say

if TYPE_CHECKING:
    from quittance.correspondence.models import Message

SHOWN = 50
NOT_SENT = ("queued", "sending", "in_doubt", "refused")

app = typer.Typer(
    no_args_is_help=True, help="Les messages : les voir, les lire, les reprendre avant l'envoi."
)

NumberArgument = Annotated[int, typer.Argument(help="Numéro du message.")]


class NotQueued(Exception):
    """A message that is no longer waiting cannot be taken back."""


@app.command("list")
def list_messages(
    company: CompanyOption,
    every: Annotated[bool, typer.Option("--all", help="Aussi ceux qui sont partis ou annulés.")] = False,
    json: JsonOption = False,
) -> None:
    """Montre les messages qui attendent ou ne sont pas partis, les plus récents d'abord."""
    with answering(json, NoSuchCompany):
        states = tuple(MESSAGE_STATES) if every else NOT_SENT
        messages = newest_messages(company_by_slug(company).pk, states, most=SHOWN)
        if json:
            print_json([_as_json(message) for message in messages])
            return
        if not messages:
            say("Aucun message n'attend. Décider des relances du jour : quittance day")
            return
        money_table(
            "",
            ("N°", "Du", "État", "Client", "Objet"),
            [
                (
                    str(message.pk),
                    f"{civil_day(message.sent_at or message.queued_at):%d/%m/%Y}",
                    MESSAGE_STATES[message.state],
                    message.customer.name,
                    message.subject,
                )
                for message in messages
            ],
        )
        if len(messages) == SHOWN:
            say(f"Les {SHOWN} plus récents sont montrés.")


@app.command("read")
def read_message(number: NumberArgument, company: CompanyOption, json: JsonOption = False) -> None:
    """Montre un message tel qu'il part ou est parti."""
    with answering(json, NoSuchCompany, NoSuchMessage):
        message = message_of_company(company_by_slug(company).pk, number)
        documents = [document.name for document in message.documents.all()]
        if json:
            print_json({**_as_json(message), "body": message.body, "documents": documents})
            return
        say(f"De : {message.sender_name} <{message.sender_email}>")
        say(f"À : {message.recipient_name} <{message.recipient_email}>")
        say(f"Objet : {message.subject}")
        if documents:
            say(f"Pièces jointes : {', '.join(documents)}")
        say(f"État : {MESSAGE_STATES[message.state]}\n")
        say(message.body)


@app.command("cancel")
def cancel_message(
    number: NumberArgument,
    company: CompanyOption,
    reason: Annotated[str, typer.Option(help="Motif, gardé avec le message.")] = "repris par une personne",
) -> None:
    """Reprend un message qui n'est pas parti ; sa relance reste due, une pause l'évite."""
    with answering(False, NoSuchCompany, NoSuchMessage, NotQueued):
        owner = company_by_slug(company)
        message = message_of_company(owner.pk, number)
        if not take_back(
            company_id=owner.pk, message_id=message.pk, reason=reason, actor=actor(), at=instant()
        ):
            state = MESSAGE_STATES[message.state]
            raise NotQueued(f"Le message n° {number} n'attend plus l'envoi ({state}) : rien n'a été changé.")
        say(
            f"Message n° {number} à {message.customer.name} repris : il ne partira pas. Sa relance reste due ; pour "
            f"laisser ce client tranquille : quittance pause {message.customer.reference} --until … --reason …"
        )


def _as_json(message: "Message") -> dict[str, object]:
    return {
        "message": message.pk,
        "customer": message.customer.reference,
        "queued_on": civil_day(message.queued_at),
        "sent_on": None if message.sent_at is None else civil_day(message.sent_at),
        "state": message.state,
        "to": message.recipient_email,
        "subject": message.subject,
    }
