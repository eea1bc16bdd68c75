"""`quittance day`: what is done today, and why the rest rests."""

from collections import Counter

import typer
from django.conf import settings

from quittance.company.queries import NoSuchCompany, company_by_slug
from quittance.domain.law import RateMissing
from quittance.domain.money import french_euros
from quittance.domain.reminders import Action, Rest
from quittance.domain.texts.library import rests
from quittance.domain.texts.render import rest_sentence
from quittance.flows.chase import Day, Decision, day
from quittance.flows.compose import compose_documents
from quittance.gateways.clock import civil_day, instant
from quittance.gateways.files import FolderArchive
from quittance.interfaces.cli.arguments import (
    CompanyOption,
    DateOption,
    DryRunOption,
    JsonOption,
    actor,
    read_date,
)
from quittance.interfaces.cli.output import answering, counted, money_table, print_json, progress_bar, say

CHANNELS = {"mail": "mail", "letter": "lettre et mail", "call": "appel"}
SHOWN = 30

app = typer.Typer()


@app.command()
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
        composed, problems = 0, list[str]()
        if not dry_run:
            with progress_bar("Lettres et relevés", quiet=json) as progress:
                composed, problems = compose_documents(
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
            say(f"{counted(composed, 'document composé', 'documents composés')}.")
            for problem in problems:
                say(f"  {problem}")
            say("Remettre les messages, et trouver les lettres à poster : quittance send")


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
        reasons = Counter(
            decision.outcome.code for decision in decided.rests if isinstance(decision.outcome, Rest)
        )
        if len(decided.rests) > SHOWN:
            counts = (f"{rests()[code].short_fr} {count}" for code, count in reasons.most_common())
            say(f"Motifs : {', '.join(counts)}.")


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
