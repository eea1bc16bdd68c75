"""`quittance day`, `send`, `pause`: what is done today, and why the rest rests."""

from collections import Counter
from typing import Annotated

import typer
from django.conf import settings

from quittance.collection.operations import NoSuchPause, lift_pause, pause
from quittance.company.queries import NoSuchCompany, all_companies, company_by_slug
from quittance.correspondence.operations import NotInDoubt, settle_doubt
from quittance.correspondence.queries import messages_in_doubt
from quittance.customers.queries import NoSuchCustomer, customer_by_reference
from quittance.domain.law import RateMissing
from quittance.domain.money import french_euros
from quittance.domain.reminders import Action, Rest
from quittance.domain.texts.render import rest_sentence
from quittance.flows.chase import Day, Decision, day
from quittance.flows.deliver import PostOffice, compose_documents, send
from quittance.gateways.clock import civil_day, instant
from quittance.gateways.files import FolderArchive
from quittance.gateways.mailer import mailer_from_settings
from quittance.gateways.workers import is_dead, this_worker
from quittance.interfaces.cli.arguments import CompanyOption, DateOption, DryRunOption, JsonOption, actor, read_date
from quittance.interfaces.cli.output import answering, money_table, print_json, progress_bar, say

CHANNELS = {"mail": "mail", "letter": "lettre et mail", "call": "appel"}
SHOWN = 30


def day_command(
    company: CompanyOption, date: DateOption = "", dry_run: DryRunOption = False, json: JsonOption = False
) -> None:
    """Décide des relances du jour, les met en file avec leurs lettres, et dit pourquoi le reste attend."""
    with answering(json, NoSuchCompany, RateMissing):
        owner = company_by_slug(company)
        at = instant()
        decided = day(
            company=owner, today=read_date(date, default=civil_day(at)), actor=actor(), at=at, dry_run=dry_run
        )
        composed = 0
        if not dry_run:
            with progress_bar("Lettres et relevés", quiet=json) as progress:
                composed = compose_documents(
                    company_id=owner.pk,
                    archive=FolderArchive(settings.ARCHIVE_DIR),
                    actor=actor(),
                    at=instant(),
                    progress=progress,
                )
        if json:
            print_json(day_as_json(decided, dry_run=dry_run))
            return
        show_day(decided)
        if dry_run:
            say("Essai à blanc : rien n'a été mis en file.")
        elif decided.actions:
            say(f"{composed} documents composés. Remettre les messages : quittance send")


def send_command(
    company: Annotated[str, typer.Option("--company", "-c", help="Seulement cette société.")] = "",
    settle: Annotated[
        str, typer.Option("--settle", help="MESSAGE:oui ou MESSAGE:non, pour un envoi douteux : est-il parti ?")
    ] = "",
    json: JsonOption = False,
) -> None:
    """Remet les messages en file : au serveur d'envoi s'il est réglé, sinon en fichiers .eml dans le dossier outbox."""
    with answering(json, NoSuchCompany, NotInDoubt):
        owners = [company_by_slug(company)] if company else all_companies()
        if settle:
            _settle(settle, [owner.pk for owner in owners])
        archive = FolderArchive(settings.ARCHIVE_DIR)
        office = PostOffice(
            mailer=mailer_from_settings(settings.SMTP_URL, settings.OUTBOX_DIR),
            archive=archive,
            worker=this_worker(),
            is_dead=is_dead,
            clock=instant,
            actor=actor(),
        )
        with progress_bar("Messages", quiet=json) as progress:
            delivered = send(
                company_ids=[owner.pk for owner in owners], office=office, today=civil_day(instant()), progress=progress
            )
        doubtful = messages_in_doubt()
        if json:
            print_json(
                {
                    "sent": delivered.sent,
                    "taken_back": delivered.taken_back,
                    "postponed": delivered.postponed,
                    "refused": delivered.refused,
                    "in_doubt": len(doubtful),
                    "problems": delivered.problems,
                    "outbox": "" if settings.SMTP_URL else str(settings.OUTBOX_DIR),
                }
            )
        else:
            where = "au serveur d'envoi" if settings.SMTP_URL else f"dans {settings.OUTBOX_DIR}"
            say(f"{delivered.sent} messages remis {where}.")
            for problem in delivered.problems:
                say(f"  {problem}")
            for message in doubtful:
                say(
                    f"  Message n° {message.pk} à {message.customer.name} : on ne sait pas s'il est parti. Vérifiez dans "
                    f"votre messagerie, puis : quittance send --settle {message.pk}:oui (ou :non)"
                )
        if delivered.postponed or delivered.refused:
            raise typer.Exit(1)


def _settle(text: str, company_ids: list[int]) -> None:
    number, _, answer = text.partition(":")
    if not number.isdigit() or answer not in ("oui", "non", "yes", "no"):
        raise typer.BadParameter("Écrivez le numéro du message et oui ou non : 12:oui.", param_hint="--settle")
    owner = next((message.company_id for message in messages_in_doubt() if message.pk == int(number)), None)
    if owner not in company_ids:
        raise NotInDoubt(f"Le message n° {number} n'attend pas de vérification.")
    settle_doubt(
        company_id=owner, message_id=int(number), it_left=answer in ("oui", "yes"), actor=actor(), at=instant()
    )


def pause_command(
    customer: Annotated[str, typer.Argument(help="Référence du client.")],
    company: CompanyOption,
    until: Annotated[str, typer.Option(help="Dernier jour de la pause.")] = "",
    reason: Annotated[str, typer.Option(help="Motif, montré avec le client.")] = "",
    lift: Annotated[bool, typer.Option("--lift", help="Lève la pause.")] = False,
    date: DateOption = "",
) -> None:
    """Met un client en pause de relances jusqu'à un jour, ou lève sa pause."""
    with answering(False, NoSuchCompany, NoSuchCustomer, NoSuchPause):
        owner = company_by_slug(company)
        found = customer_by_reference(owner.pk, customer)
        at = instant()
        today = read_date(date, default=civil_day(at))
        if lift:
            lift_pause(company_id=owner.pk, customer_id=found.pk, today=today, actor=actor(), at=at)
            say(f"Pause levée : {found.name} peut être relancé.")
            return
        if not until or not reason:
            raise typer.BadParameter("Une pause a une fin et un motif : --until 31/12/2026 --reason « … ».")
        until_on = read_date(until, default=today)
        if until_on < today:
            raise typer.BadParameter("La fin de la pause est passée.", param_hint="--until")
        pause(
            company_id=owner.pk,
            customer_id=found.pk,
            from_on=today,
            until_on=until_on,
            reason=reason,
            actor=actor(),
            at=at,
        )
        say(f"{found.name} est en pause jusqu'au {until_on:%d/%m/%Y} : {reason}.")


def day_as_json(decided: Day, *, dry_run: bool) -> dict[str, object]:
    """Return a day in the shape that docs/reference/commands.md documents."""
    return {
        "date": decided.today,
        "dry_run": dry_run,
        "bank_read_on": decided.bank_read_on,
        "actions": [_action(decision) for decision in decided.actions],
        "rests": [_rest(decision) for decision in decided.rests],
    }


def _action(decision: Decision) -> dict[str, object]:
    action = decision.outcome
    assert isinstance(action, Action)
    message = decision.draft.message if decision.draft else None
    return {
        **_who(decision),
        "step": action.step.code,
        "channel": action.step.channel,
        "receivables": _receivables(decision, {debt.receivable_id for debt in action.debts}),
        "amount_cents": action.amount_cents,
        "reasons": [reason.sentence for reason in action.reasons],
        "to": message.recipient_email if message else "",
        "subject": message.subject if message else "",
        "documents": [document.name for document in decision.draft.documents] if decision.draft else [],
    }


def _rest(decision: Decision) -> dict[str, object]:
    rest = decision.outcome
    assert isinstance(rest, Rest)
    sentence = rest_sentence(rest.code, rest.facts, "fr")
    spoken_of = {debt.receivable_id for debt in rest.debts}
    return {
        **_who(decision),
        "step": rest.step.code if rest.step else None,
        "receivables": _receivables(decision, spoken_of),
        "amount_cents": sum(row.open_cents for row in decision.rows if row.receivable_id in spoken_of),
        "reason": rest.code,
        "reasons": [sentence.sentence],
        "ends": sentence.ends,
        "next_on": rest.next_on,
    }


def _who(decision: Decision) -> dict[str, object]:
    return {"customer": decision.customer.reference, "customer_name": decision.customer.name}


def _receivables(decision: Decision, spoken_of: set[int]) -> list[dict[str, object]]:
    return [
        {"invoice": row.invoice_number, "due_on": row.due_on, "open_cents": row.open_cents}
        for row in decision.rows
        if row.receivable_id in spoken_of
    ]


def show_day(decided: Day) -> None:
    """Print the day as its reader wants it: who is written to and why, then who is left alone and why."""
    if decided.actions:
        money_table(
            f"À faire le {decided.today:%d/%m/%Y}",
            ("Client", "Étape", "Comment", "Montant", "Pourquoi"),
            [_action_cells(decision) for decision in decided.actions[:SHOWN]],
        )
        _tell_more(len(decided.actions))
    else:
        say(f"Rien à envoyer le {decided.today:%d/%m/%Y}.")
    if decided.rests:
        money_table(
            "Au repos",
            ("Client", "Montant", "Pourquoi", "Ce qui y met fin"),
            [_rest_cells(decision) for decision in decided.rests[:SHOWN]],
        )
        _tell_more(len(decided.rests))
        reasons = Counter(decision.outcome.code for decision in decided.rests if isinstance(decision.outcome, Rest))
        if len(decided.rests) > SHOWN:
            say("Motifs : " + ", ".join(f"{code} {count}" for code, count in reasons.most_common()))


def _action_cells(decision: Decision) -> tuple[str, ...]:
    action = decision.outcome
    assert isinstance(action, Action)
    why = " ".join(reason.sentence for reason in action.reasons[:2])
    return (
        decision.customer.name,
        action.step.code,
        CHANNELS[action.step.channel],
        french_euros(action.amount_cents),
        why,
    )


def _rest_cells(decision: Decision) -> tuple[str, ...]:
    rest = decision.outcome
    assert isinstance(rest, Rest)
    sentence = rest_sentence(rest.code, rest.facts, "fr")
    return (
        decision.customer.name,
        french_euros(sum(row.open_cents for row in decision.rows)),
        sentence.sentence,
        sentence.ends,
    )


def _tell_more(count: int) -> None:
    if count > SHOWN:
        say(f"… et {count - SHOWN} autres (--json les donne tous).")
