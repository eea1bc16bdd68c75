"""`quittance company`: the companies of this installation, their people and accounts."""

import re
from datetime import datetime
from typing import Annotated

import typer

from quittance.company.operations import (
    AccountTaken,
    MemberKnown,
    NoSuchAccount,
    NotYet,
    SlugTaken,
    add_member,
    await_bank_account_since,
    change_company,
    close_bank_account,
    declare_bank_account,
)
from quittance.company.queries import NoSuchCompany, all_companies, bank_accounts, company_by_slug, members
from quittance.domain.identifiers import Checked, check_iban, check_siren, french_iban, french_siren
from quittance.domain.terms import TermUnreadable, parse_term
from quittance.flows.onboard import open_company
from quittance.gateways.clock import civil_day, instant
from quittance.interfaces.cli.arguments import (
    CompanyOption,
    JsonOption,
    actor,
    read_bic,
    read_date,
    read_email,
    read_words,
)
from quittance.interfaces.cli.output import answering, counted, money_table, print_json, say
from quittance.interfaces.cli.reading import read_cents, read_rate_bp

MAX_THRESHOLD_CENTS = 1_000_000
_SLUG = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")

app = typer.Typer(no_args_is_help=True, help="Les sociétés de cette installation.")


@app.command("create")
def create(
    slug: Annotated[str, typer.Argument(help="Nom court, par exemple « atelier-morel ».")],
    name: Annotated[str, typer.Option(help="Nom, tel que la banque connaît le titulaire du compte.")],
    siren: Annotated[str, typer.Option(help="SIREN, neuf chiffres.")],
    iban: Annotated[str, typer.Option(help="IBAN du compte où les clients paient.")],
    bic: Annotated[str, typer.Option(help="BIC, si les clients étrangers le demandent.")] = "",
    email: Annotated[str, typer.Option(help="Adresse d'où partent les messages.")] = "",
    phone: Annotated[str, typer.Option(help="Téléphone imprimé sur les messages.")] = "",
    street: Annotated[str, typer.Option(help="Rue.")] = "",
    postcode: Annotated[str, typer.Option(help="Code postal.")] = "",
    city: Annotated[str, typer.Option(help="Ville.")] = "",
    legal_form: Annotated[str, typer.Option(help="Forme juridique : SARL, SAS, EI…")] = "",
    capital: Annotated[int | None, typer.Option(min=0, help="Capital en euros.")] = None,
    rcs: Annotated[str, typer.Option(help="Ville du RCS.")] = "",
    signatory: Annotated[str, typer.Option(help="Qui représente la société et signe.")] = "",
    signatory_title: Annotated[str, typer.Option(help="Sa qualité : gérante, président…")] = "",
    term: Annotated[
        str, typer.Option(help="Délai de paiement habituel : « 30 jours », « 45 jours fin de mois ».")
    ] = "",
    json: JsonOption = False,
) -> None:
    """Crée une société avec son compte, son signataire et ses plans de relance."""
    with answering(json, SlugTaken, AccountTaken):
        company = open_company(
            slug=_slug(slug),
            name=read_words(name, "--name", at_most=140, needed=True),
            siren=_checked(check_siren(siren), "--siren"),
            iban=_checked(check_iban(iban), "--iban"),
            bic=read_bic(bic, "--bic"),
            actor=actor(),
            at=instant(),
            email=read_email(email, "--email"),
            owner_id=None,
            capital_cents=None if capital is None else capital * 100,
            **_words_of(
                phone=phone,
                street=street,
                postcode=postcode,
                city=city,
                legal_form=legal_form,
                registry_city=rcs,
                signatory_name=signatory or name,
                signatory_title=signatory_title,
            ),
            **({"default_term": _term(term)} if term else {}),
        )
        if json:
            print_json({"company": company.slug, "name": company.name, "siren": company.siren})
            return
        say(f"Société « {company.name} » créée.")
        if not (company.email and company.phone and company.city):
            say("Pour que vos messages et lettres soient complets, ajoutez ce qui manque :")
            say(f"  quittance company change --company {company.slug} --email … --phone … --city …")
        say(f"Ensuite : quittance import customers FICHIER --company {company.slug}")


@app.command("change")
def change(
    company: CompanyOption,
    email: Annotated[str | None, typer.Option(help="Adresse d'où partent les messages.")] = None,
    phone: Annotated[str | None, typer.Option(help="Téléphone imprimé sur les messages.")] = None,
    street: Annotated[str | None, typer.Option(help="Rue.")] = None,
    postcode: Annotated[str | None, typer.Option(help="Code postal.")] = None,
    city: Annotated[str | None, typer.Option(help="Ville.")] = None,
    legal_form: Annotated[str | None, typer.Option(help="Forme juridique : SARL, SAS, EI…")] = None,
    capital: Annotated[int | None, typer.Option(min=0, help="Capital en euros.")] = None,
    rcs: Annotated[str | None, typer.Option(help="Ville du RCS.")] = None,
    signatory: Annotated[str | None, typer.Option(help="Qui représente la société et signe.")] = None,
    signatory_title: Annotated[str | None, typer.Option(help="Sa qualité : gérante, président…")] = None,
    mediator: Annotated[
        str | None,
        typer.Option(help="Médiateur de la consommation : nom, adresse, site (clients particuliers)."),
    ] = None,
    term: Annotated[str | None, typer.Option(help="Délai de paiement habituel.")] = None,
    gap_days: Annotated[
        int | None, typer.Option(min=0, max=365, help="Jours entre deux messages à un même client.")
    ] = None,
    threshold: Annotated[str | None, typer.Option(help="Plus petite somme relancée, en euros.")] = None,
    clause_rate: Annotated[
        str | None, typer.Option(help="Taux de pénalités de vos conditions, en % l'an.")
    ] = None,
) -> None:
    """Change ce qu'une société dit d'elle-même, et ses réglages de relance."""
    with answering(False, NoSuchCompany):
        owner = company_by_slug(company)
        given = {
            **_words_of(
                phone=phone,
                street=street,
                postcode=postcode,
                city=city,
                legal_form=legal_form,
                registry_city=rcs,
                signatory_name=signatory,
                signatory_title=signatory_title,
                mediator=mediator,
            ),
            "email": None if email is None else _signing_email(owner.pk, email),
            "capital_cents": None if capital is None else capital * 100,
            "default_term": None if term is None else _term(term),
            "minimum_gap_days": gap_days,
            "reminder_threshold_cents": None if threshold is None else _threshold(threshold),
            "clause_rate_bp": None if clause_rate is None else read_rate_bp(clause_rate, "--clause-rate"),
        }
        details = {name: value for name, value in given.items() if value is not None}
        if not details:
            raise typer.BadParameter("Dites ce qui change, par exemple --email ou --phone.")
        change_company(company_id=owner.pk, actor=actor(), at=instant(), **details)
        say(f"{owner.name} : {counted(len(details), 'changement enregistré', 'changements enregistrés')}.")


@app.command("list")
def list_companies(json: JsonOption = False) -> None:
    """Liste les sociétés."""
    companies = all_companies()
    if json:
        print_json([{"company": row.slug, "name": row.name, "siren": row.siren} for row in companies])
        return
    if not companies:
        say("Aucune société encore. Créez la première avec « quittance company create ».")
        return
    money_table(
        "Sociétés",
        ("Nom court", "Nom", "SIREN", "Comptes", "Personnes"),
        [
            (
                row.slug,
                row.name,
                french_siren(row.siren),
                ", ".join(french_iban(account.iban) or account.number for account in bank_accounts(row.pk)),
                ", ".join(member.name for member in members(row.pk)),
            )
            for row in companies
        ],
    )


@app.command("member")
def member(
    company: CompanyOption,
    name: Annotated[str, typer.Option(help="Prénom et nom.")],
    email: Annotated[str, typer.Option(help="Adresse de ses messages.")],
    title: Annotated[str, typer.Option(help="Fonction.")] = "",
    phone: Annotated[str, typer.Option(help="Ligne directe.")] = "",
) -> None:
    """Ajoute une personne qui signe des messages : commercial, assistante…"""
    with answering(False, NoSuchCompany, MemberKnown):
        owner = company_by_slug(company)
        add_member(
            company_id=owner.pk,
            name=read_words(name, "--name", at_most=120, needed=True),
            title=read_words(title, "--title", at_most=80),
            email=read_email(email, "--email", needed=True),
            phone=read_words(phone, "--phone", at_most=30),
            actor=actor(),
            at=instant(),
        )
        say(f"{name} signe désormais pour {owner.name} les messages des clients qui lui sont confiés.")


@app.command("account")
def account(
    company: CompanyOption,
    iban: Annotated[str, typer.Option(help="IBAN du compte ; pour fermer, l'IBAN ou le numéro.")],
    bic: Annotated[str, typer.Option(help="BIC.")] = "",
    close: Annotated[
        bool, typer.Option("--close", help="Ferme le compte : ses relevés ne sont plus attendus.")
    ] = False,
    since: Annotated[
        str,
        typer.Option(
            "--since",
            help="D'un compte connu : jour depuis lequel ses relevés sont attendus ; « toujours » l'oublie.",
        ),
    ] = "",
) -> None:
    """Ajoute un compte bancaire à une société, ou le ferme ; ajouté de nouveau, il est rouvert.

    Avec --since : ce qui manque avant ce jour, et que la banque ne donne plus, ne retient plus les relances.
    """
    if close and since:
        raise typer.BadParameter("--close ferme le compte : ne donnez pas --since.")
    with answering(False, NoSuchCompany, AccountTaken, NoSuchAccount, NotYet):
        owner = company_by_slug(company)
        at = instant()
        if since:
            _await_since(owner.pk, iban, since, at)
            return
        if close:
            closed = close_bank_account(
                company_id=owner.pk, named=iban, closed_on=civil_day(at), actor=actor(), at=at
            )
            say(
                f"Compte …{(closed.iban or closed.number)[-4:]} fermé : "
                "ses relevés ne sont plus attendus avant de relancer."
            )
            return
        compact = _checked(check_iban(iban), "--iban")
        declare_bank_account(
            company_id=owner.pk, iban=compact, bic=read_bic(bic, "--bic"), actor=actor(), at=at
        )
        say(f"Compte …{compact[-4:]} ajouté à {owner.name} : ses relevés sont attendus avant de relancer.")


def _await_since(company_id: int, named: str, since: str, at: datetime) -> None:
    today = civil_day(at)
    since_on = None if since.strip().lower() == "toujours" else read_date(since, default=today)
    found = await_bank_account_since(
        company_id=company_id, named=named, since_on=since_on, today=today, actor=actor(), at=at
    )
    when = "depuis toujours" if since_on is None else f"depuis le {since_on:%d/%m/%Y}"
    say(f"Les relevés du compte …{(found.iban or found.number)[-4:]} sont attendus {when}.")


# The lengths of the columns that the words are kept in, and the options whose name is another.
_AT_MOST = {
    "phone": 30,
    "street": 200,
    "postcode": 12,
    "city": 100,
    "legal_form": 60,
    "registry_city": 80,
    "mediator": 250,
    "signatory_name": 120,
    "signatory_title": 80,
}
_OPTIONS = {"registry_city": "--rcs", "signatory_name": "--signatory"}


def _words_of(**given: str | None) -> dict[str, str]:
    """Read what a company says of itself; what was not given is left out."""
    return {
        name: read_words(
            text,
            _OPTIONS.get(name, f"--{name.replace('_', '-')}"),
            at_most=_AT_MOST[name],
            needed="name" in name,
        )
        for name, text in given.items()
        if text is not None
    }


def _signing_email(company_id: int, text: str) -> str:
    address = read_email(text, "--email", needed=True)
    if any(person.email == address for person in members(company_id)[1:]):
        raise typer.BadParameter(f"{address} est l'adresse d'une autre personne.", param_hint="--email")
    return address


def _threshold(text: str) -> int:
    cents = read_cents(text, "--threshold")
    if not 0 <= cents <= MAX_THRESHOLD_CENTS:
        raise typer.BadParameter("de 0 à 10 000 €.", param_hint="--threshold")
    return cents


def _slug(text: str) -> str:
    if len(text) > 60 or not _SLUG.fullmatch(text):
        raise typer.BadParameter(
            f"« {text} » : un nom court est en minuscules sans accent, chiffres et traits d'union, "
            "par exemple atelier-morel.",
            param_hint="slug",
        )
    return text


def _checked(checked: Checked, option: str) -> str:
    if not checked.valid:
        raise typer.BadParameter(checked.reason, param_hint=option)
    return checked.value


def _term(words: str) -> str:
    try:
        return parse_term(words).code
    except TermUnreadable as unreadable:
        raise typer.BadParameter(str(unreadable), param_hint="--term") from unreadable
