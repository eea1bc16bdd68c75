"""`quittance import`: bringing in customers, invoices, bank statements and accounting files."""

from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer
from django.conf import settings

from quittance.company.queries import NoSuchCompany, company_by_slug
from quittance.domain.money import french_euros
from quittance.flows import onboard, onboard_fec, receive_payments
from quittance.flows.errors import ImportRefused
from quittance.formats.bank.reader import FORMATS
from quittance.formats.errors import FormatError
from quittance.gateways.clock import instant
from quittance.gateways.files import FolderArchive
from quittance.interfaces.cli.arguments import CompanyOption, DryRunOption, JsonOption, actor, read_file
from quittance.interfaces.cli.output import answering, counted, print_json, say
from quittance.payments.coverage import Gap
from quittance.sales.operations import InvoiceDiffers

app = typer.Typer(
    no_args_is_help=True, help="Faire entrer ce que l'entreprise a déjà : clients, factures, banque."
)

FileArgument = Annotated[Path, typer.Argument(help="Le fichier.")]
REFUSALS = (NoSuchCompany, FormatError, ImportRefused, InvoiceDiffers)


@app.command("customers")
def customers(
    file: FileArgument, company: CompanyOption, dry_run: DryRunOption = False, json: JsonOption = False
) -> None:
    """Importe des clients (CSV ou XLSX). Un client connu est complété, jamais effacé."""
    with answering(json, *REFUSALS):
        result = onboard.import_customers(
            company=company_by_slug(company),
            data=read_file(file),
            file_name=file.name,
            actor=actor(),
            at=instant(),
            dry_run=dry_run,
        )
        if json:
            print_json({**asdict(result), "dry_run": dry_run})
            return
        say(
            f"{counted(result.new, 'nouveau client', 'nouveaux clients')}, "
            f"{counted(result.changed, 'complété', 'complétés')}, {counted(result.known, 'déjà connu', 'déjà connus')}."
        )
        _tell_professionals(result.taken_as_professionals)
        _tell_ignored(result.ignored_columns)
        _tell_dry_run(dry_run)


@app.command("invoices")
def invoices(
    file: FileArgument,
    company: CompanyOption,
    lines: Annotated[Path | None, typer.Option("--lines", help="Le fichier des lignes de facture.")] = None,
    dry_run: DryRunOption = False,
    json: JsonOption = False,
) -> None:
    """Importe des factures et avoirs : CSV, XLSX, ou une facture électronique (Factur-X, CII, UBL)."""
    with answering(json, *REFUSALS):
        result = onboard.import_invoices(
            company=company_by_slug(company),
            data=read_file(file),
            lines=None if lines is None else read_file(lines),
            file_name=file.name,
            archive=FolderArchive(settings.ARCHIVE_DIR),
            actor=actor(),
            at=instant(),
            dry_run=dry_run,
        )
        if json:
            print_json({**asdict(result), "dry_run": dry_run})
            return
        say(
            f"{counted(result.new, 'nouvelle facture', 'nouvelles factures')} "
            f"({french_euros(result.total_cents)} à recevoir, {counted(result.credit_notes, 'avoir', 'avoirs')}), "
            f"{result.known} déjà connues."
        )
        if result.new_customers:
            say(
                f"{counted(result.new_customers, 'client créé', 'clients créés')} "
                "d'après le nom porté sur les factures."
            )
        if result.moved:
            moved = counted(result.moved, "facture connue change", "factures connues changent")
            say(f"{moved} d'échéance, d'après le fichier.")
        if result.paid_by_file:
            paid = counted(result.paid_by_file, "facture connue est réglée", "factures connues sont réglées")
            say(f"{paid} d'après le fichier, en tout ou partie.")
        _tell_professionals(result.taken_as_professionals)
        _tell_ignored(result.ignored_columns)
        _tell_dry_run(dry_run)


@app.command("statement")
def statement(
    file: FileArgument,
    company: CompanyOption,
    file_format: Annotated[
        str | None, typer.Option("--format", help="camt053, cfonb120, ofx, mt940 ou csv ; deviné par défaut.")
    ] = None,
    account: Annotated[str, typer.Option(help="IBAN ou numéro du compte, si le fichier ne le dit pas.")] = "",
    dry_run: DryRunOption = False,
    json: JsonOption = False,
) -> None:
    """Importe un relevé bancaire : CAMT.053, CFONB120, OFX, MT940 ou CSV. Chaque mouvement entre une fois."""
    if file_format is not None and file_format not in FORMATS:
        raise typer.BadParameter(
            f"« {file_format} » n'est pas un format connu. Formats : {', '.join(FORMATS)}.",
            param_hint="--format",
        )
    with answering(json, *REFUSALS):
        result = receive_payments.import_statement(
            company=company_by_slug(company),
            data=read_file(file),
            file_name=file.name,
            format=file_format,
            account=account,
            actor=actor(),
            at=instant(),
            dry_run=dry_run,
        )
        if json:
            print_json({**asdict(result), "dry_run": dry_run})
            return
        if result.imported_before_on is not None:
            say(
                f"Ce fichier a déjà été importé le {result.imported_before_on:%d/%m/%Y}. Rien n'a été ajouté."
            )
            _tell_gap(result.gap)
            return
        say(
            f"{counted(result.new, 'nouveau mouvement', 'nouveaux mouvements')} ({result.format}) : "
            f"{french_euros(result.received_cents)} reçus, {french_euros(result.paid_out_cents)} sortis."
        )
        if result.known or result.repeats:
            say(
                f"Ignorés : {counted(result.known, 'mouvement déjà connu', 'mouvements déjà connus')}, "
                f"{counted(result.repeats, 'répété', 'répétés')} dans le fichier."
            )
        for added in result.new_accounts:
            say(
                f"Le compte {added} n'était pas connu : il est ajouté à la société. Si vos clients y paient : "
                f"quittance company account --iban IBAN --company {company}"
            )
        if result.read_through_on:
            say(
                f"Banque lue jusqu'au {result.read_through_on:%d/%m/%Y}. Ensuite : quittance match --company {company}"
            )
        _tell_gap(result.gap)
        _tell_dry_run(dry_run)


@app.command("fec")
def fec(
    file: FileArgument, company: CompanyOption, dry_run: DryRunOption = False, json: JsonOption = False
) -> None:
    """Importe un FEC : clients, factures, paiements et lettrage, d'un seul fichier."""
    with answering(json, *REFUSALS):
        result = onboard_fec.import_fec(
            company=company_by_slug(company),
            data=read_file(file),
            file_name=file.name,
            actor=actor(),
            at=instant(),
            dry_run=dry_run,
        )
        if json:
            print_json({**asdict(result), "dry_run": dry_run})
            return
        say(
            f"{counted(result.new_customers, 'nouveau client', 'nouveaux clients')}, "
            f"{counted(result.new_invoices, 'facture', 'factures')}, "
            f"{counted(result.new_payments, 'paiement', 'paiements')}, "
            f"{result.lettered_groups} lettrages repris."
        )
        say(
            f"Solde des comptes clients du FEC : {french_euros(result.balance_cents)} ; "
            f"repris ici : {french_euros(result.open_cents)}."
        )
        if result.same_money:
            told = counted(result.same_money, "paiement était déjà connu", "paiements étaient déjà connus")
            say(f"{told} par la banque ou noté à la main : le même argent n'est pas repris.")
        _tell_professionals(result.taken_as_professionals)
        for finding in result.findings[:20]:
            say(f"  À voir : {finding}")
        if len(result.findings) > 20:
            say(f"  … et {len(result.findings) - 20} autres points (--json les donne tous).")
        _tell_dry_run(dry_run)


def _tell_gap(gap: Gap | None) -> None:
    if gap is not None:
        say(
            f"Il manque les mouvements du {gap.from_on:%d/%m/%Y} au {gap.to_on:%d/%m/%Y}. "
            "Importez ce relevé avant de relancer."
        )


def _tell_professionals(count: int) -> None:
    """The plan of reminders and the penalties of a private person or a public buyer are others."""
    if count:
        say(
            f"{counted(count, 'client est pris pour un professionnel', 'clients sont pris pour des professionnels')}, "
            "faute d'indication. Un particulier ou un acheteur public ? "
            "« quittance customer change RÉFÉRENCE --kind … »."
        )


def _tell_ignored(columns: tuple[str, ...]) -> None:
    if columns:
        say(f"Colonnes non reprises : {', '.join(columns)}.")


def _tell_dry_run(dry_run: bool) -> None:
    if dry_run:
        say("Essai à blanc : rien n'a été enregistré.")
