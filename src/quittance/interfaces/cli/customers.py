"""`quittance customer`: a customer seen whole, and corrected."""

from typing import TYPE_CHECKING, Annotated

import typer

from quittance.company.queries import NoSuchCompany, company_by_slug, members
from quittance.customers.operations import (
    AddressKnown,
    CustomerElsewhere,
    NoSuchContact,
    add_contact,
    change_customer,
    remove_contact,
)
from quittance.customers.queries import NoSuchCustomer, customer_by_reference
from quittance.domain.identifiers import Checked, check_iban, check_siren, french_iban, french_siren
from quittance.domain.money import french_euros
from quittance.domain.reminders import Action
from quittance.domain.texts.render import rest_sentence
from quittance.flows.chase import Decision
from quittance.flows.customer_file import CustomerFile, customer_file
from quittance.formats.columns import CHOICES, column_key
from quittance.gateways.clock import civil_day, instant
from quittance.interfaces.cli.arguments import (
    CompanyOption,
    DateOption,
    JsonOption,
    actor,
    read_date,
    read_email,
    read_words,
)
from quittance.interfaces.cli.output import answering, counted, money_table, print_json, say
from quittance.interfaces.cli.reading import read_term

if TYPE_CHECKING:
    from quittance.correspondence.models import Message
    from quittance.customers.models import Contact

app = typer.Typer(no_args_is_help=True, help="Un client : le voir en entier, le corriger.")

ReferenceArgument = Annotated[str, typer.Argument(help="Référence du client.")]
KINDS = {"b2b": "professionnel", "public": "acheteur public", "consumer": "particulier"}
TONES = {"warm": "chaleureux", "neutral": "neutre", "firm": "ferme"}
LANGUAGES = {"fr": "français", "en": "anglais"}
ROLES = {"billing": "facturation", "accounts_payable": "règlements", "manager": "direction"}
MESSAGE_STATES = {
    "queued": "en file",
    "sending": "en cours d'envoi",
    "sent": "parti",
    "in_doubt": "parti, peut-être",
    "refused": "refusé par le serveur",
    "cancelled": "annulé",
}
# The lengths of the columns that the words are kept in.
AT_MOST = {"name": 200, "phone": 30, "civility": 20, "first_name": 80, "last_name": 80}
REFUSALS = (NoSuchCompany, NoSuchCustomer, CustomerElsewhere, AddressKnown, NoSuchContact)


@app.command("show")
def show(
    reference: ReferenceArgument, company: CompanyOption, date: DateOption = "", json: JsonOption = False
) -> None:
    """Montre un client : contacts, délai, ton, ce qu'il doit, derniers messages, et pourquoi il est relancé ou non."""
    with answering(json, *REFUSALS):
        today = read_date(date, default=civil_day(instant()))
        file = customer_file(company=company_by_slug(company), reference=reference, today=today)
        if json:
            print_json(_as_json(file))
            return
        customer = file.customer
        say(f"{customer.name} ({customer.reference}), {KINDS[customer.kind]}.")
        if customer.siren:
            say(f"SIREN {french_siren(customer.siren)}.")
        if customer.iban:
            say(f"Paie depuis le compte {french_iban(customer.iban)}.")
        say(
            f"Délai : {file.term_words}. Ton {TONES[customer.tone]}, en {LANGUAGES[customer.language]}, "
            f"« {customer.address_form} »."
        )
        if customer.in_charge:
            say(f"Suivi par {customer.in_charge.name} ({customer.in_charge.email}).")
        _show_contacts(file)
        _show_account(file)
        say(_of_the_day(file.decision))


@app.command("change")
def change(
    reference: ReferenceArgument,
    company: CompanyOption,
    name: Annotated[str | None, typer.Option(help="Nom ou raison sociale.")] = None,
    email: Annotated[str | None, typer.Option(help="Adresse à qui l'on écrit.")] = None,
    phone: Annotated[str | None, typer.Option(help="Téléphone du contact.")] = None,
    civility: Annotated[str | None, typer.Option(help="Civilité du contact.")] = None,
    first_name: Annotated[str | None, typer.Option(help="Prénom du contact.")] = None,
    last_name: Annotated[str | None, typer.Option(help="Nom du contact.")] = None,
    kind: Annotated[str | None, typer.Option(help="entreprise, public ou particulier.")] = None,
    tone: Annotated[str | None, typer.Option(help="chaleureux, neutre ou ferme.")] = None,
    language: Annotated[str | None, typer.Option(help="français ou anglais.")] = None,
    address_form: Annotated[str | None, typer.Option(help="vous ou tu.")] = None,
    term: Annotated[str | None, typer.Option(help="Délai de paiement des prochaines factures.")] = None,
    siren: Annotated[str | None, typer.Option(help="SIREN.")] = None,
    iban: Annotated[str | None, typer.Option(help="Compte depuis lequel ce client paie.")] = None,
    in_charge: Annotated[
        str | None, typer.Option(help="E-mail de la personne de la société qui suit ce client.")
    ] = None,
) -> None:
    """Corrige un client. Le même fichier importé de nouveau ne défait pas la correction."""
    with answering(False, *REFUSALS):
        owner = company_by_slug(company)
        given: dict[str, object] = {
            **_words_of(
                name=name, phone=phone, civility=civility, first_name=first_name, last_name=last_name
            ),
            "email": None if email is None else read_email(email, "--email", needed=True),
            "kind": _choice(kind, "customer kind", "--kind"),
            "tone": _choice(tone, "tone", "--tone"),
            "language": _choice(language, "language", "--language"),
            "address_form": _choice(address_form, "address_form", "--address-form"),
            "term": None if term is None else read_term(term, "--term").code,
            "siren": None if siren is None else _checked(check_siren(siren), "--siren"),
            "iban": None if iban is None else _checked(check_iban(iban), "--iban"),
            "in_charge_id": None if in_charge is None else _member(owner.pk, in_charge),
        }
        details = {field: value for field, value in given.items() if value is not None}
        if not details:
            raise typer.BadParameter("Dites ce qui change, par exemple --email ou --tone.")
        customer = customer_by_reference(owner.pk, reference)
        changes = change_customer(
            company_id=owner.pk, customer_id=customer.pk, actor=actor(), at=instant(), **details
        )
        say(f"{customer.name} : {counted(len(changes), 'changement enregistré', 'changements enregistrés')}.")


@app.command("contact")
def contact(
    reference: ReferenceArgument,
    company: CompanyOption,
    email: Annotated[str, typer.Option(help="Adresse du contact.")],
    role: Annotated[
        str, typer.Option(help="facturation, règlements ou direction (mises en demeure).")
    ] = "facturation",
    phone: Annotated[str, typer.Option(help="Téléphone.")] = "",
    civility: Annotated[str, typer.Option(help="Civilité.")] = "",
    first_name: Annotated[str, typer.Option(help="Prénom.")] = "",
    last_name: Annotated[str, typer.Option(help="Nom.")] = "",
    remove: Annotated[bool, typer.Option("--remove", help="Retire ce contact.")] = False,
) -> None:
    """Ajoute une personne ou une adresse chez un client, ou la retire."""
    with answering(False, *REFUSALS):
        owner = company_by_slug(company)
        customer = customer_by_reference(owner.pk, reference)
        address = read_email(email, "--email", needed=True)
        if remove:
            remove_contact(
                company_id=owner.pk, customer_id=customer.pk, email=address, actor=actor(), at=instant()
            )
            say(f"{address} n'est plus un contact de {customer.name}.")
            return
        add_contact(
            company_id=owner.pk,
            customer_id=customer.pk,
            role=_role(role),
            email=address,
            actor=actor(),
            at=instant(),
            **_words_of(phone=phone, civility=civility, first_name=first_name, last_name=last_name),
        )
        say(f"{address} est un contact de {customer.name}.")


def _show_contacts(file: CustomerFile) -> None:
    if not any(contact.email for contact in file.contacts):
        say(
            "Aucune adresse : ce client ne peut pas être relancé par mail. Ajoutez-la avec « quittance customer change "
            f"{file.customer.reference} --email … »."
        )
    if file.contacts:
        money_table(
            "",
            ("Contact", "Rôle", "E-mail", "Téléphone"),
            [
                (_name(contact), ROLES[contact.role], contact.email, contact.phone)
                for contact in file.contacts
            ],
        )


def _show_account(file: CustomerFile) -> None:
    if file.open_invoices:
        money_table(
            "",
            ("Facture", "Échéance", "Reste dû"),
            [
                (number, f"{due_on:%d/%m/%Y}", french_euros(cents))
                for number, due_on, cents in file.open_invoices
            ],
        )
    say(
        f"Doit {french_euros(file.open_cents)}"
        + (f", moins {french_euros(file.credit_cents)} de crédit." if file.credit_cents else ".")
    )
    if file.messages:
        money_table(
            "",
            ("Message du", "État", "À", "Objet"),
            [
                (
                    f"{civil_day(message.sent_at or message.queued_at):%d/%m/%Y}",
                    MESSAGE_STATES[message.state],
                    message.recipient_email,
                    message.subject,
                )
                for message in file.messages
            ],
        )


def _of_the_day(decision: Decision | None) -> str:
    if decision is None:
        return "Rien n'est échu ni près de l'être : rien à lui envoyer."
    outcome = decision.outcome
    if isinstance(outcome, Action):
        why = " ".join(reason.sentence for reason in outcome.reasons)
        return f"À relancer : étape {outcome.step.code}. {why}"
    sentence = rest_sentence(outcome.code, outcome.facts, "fr")
    return f"Pas de relance : {sentence.sentence} {sentence.ends}"


def _name(contact: "Contact") -> str:
    return " ".join(part for part in (contact.civility, contact.first_name, contact.last_name) if part)


def _as_json(file: CustomerFile) -> dict[str, object]:
    customer = file.customer
    return {
        "customer": customer.reference,
        "customer_name": customer.name,
        "kind": customer.kind,
        "siren": customer.siren,
        "iban": customer.iban,
        "term": customer.term,
        "tone": customer.tone,
        "language": customer.language,
        "address_form": customer.address_form,
        "in_charge": customer.in_charge.email if customer.in_charge else "",
        "contacts": [
            {"name": _name(one), "role": one.role, "email": one.email, "phone": one.phone}
            for one in file.contacts
        ],
        "open_cents": file.open_cents,
        "credit_cents": file.credit_cents,
        "invoices": [
            {"invoice": number, "due_on": due_on, "open_cents": cents}
            for number, due_on, cents in file.open_invoices
        ],
        "messages": [_message(message) for message in file.messages],
        "today": _decision(file.decision),
    }


def _message(message: "Message") -> dict[str, object]:
    return {
        "queued_on": civil_day(message.queued_at),
        "sent_on": None if message.sent_at is None else civil_day(message.sent_at),
        "state": message.state,
        "to": message.recipient_email,
        "subject": message.subject,
    }


def _decision(decision: Decision | None) -> dict[str, object]:
    """What the day decides: a step, or the code of a rest; both null where nothing is due or soon due."""
    if decision is None:
        return {"step": None, "reason": None, "reasons": []}
    outcome = decision.outcome
    if isinstance(outcome, Action):
        return {
            "step": outcome.step.code,
            "reason": None,
            "reasons": [reason.sentence for reason in outcome.reasons],
        }
    return {
        "step": None,
        "reason": outcome.code,
        "reasons": [rest_sentence(outcome.code, outcome.facts, "fr").sentence],
    }


def _words_of(**given: str | None) -> dict[str, str]:
    return {
        field: read_words(
            text, f"--{field.replace('_', '-')}", at_most=AT_MOST[field], needed=field == "name"
        )
        for field, text in given.items()
        if text is not None
    }


def _choice(text: str | None, choices: str, option: str) -> str | None:
    if text is None:
        return None
    known = CHOICES[choices]
    if column_key(text) not in known:
        raise typer.BadParameter(
            f"« {text} » n'est pas connu. Choix : {', '.join(known)}.", param_hint=option
        )
    return known[column_key(text)]


def _role(text: str) -> str:
    known = {column_key(words): role for role, words in ROLES.items()} | {role: role for role in ROLES}
    word = known.get(column_key(text), known.get(text.replace("-", "_")))
    if word is None:
        raise typer.BadParameter(
            f"« {text} » n'est pas un rôle. Rôles : {', '.join(ROLES.values())}.", param_hint="--role"
        )
    return word


def _checked(checked: Checked, option: str) -> str:
    if not checked.valid:
        raise typer.BadParameter(checked.reason, param_hint=option)
    return checked.value


def _member(company_id: int, text: str) -> int:
    email = read_email(text, "--in-charge", needed=True)
    person = next((one for one in members(company_id) if one.email.lower() == email.lower()), None)
    if person is None:
        raise typer.BadParameter(
            f"{email} n'est pas une personne de la société. Ajoutez-la avec « quittance company member ».",
            param_hint="--in-charge",
        )
    return int(person.pk)
