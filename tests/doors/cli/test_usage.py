"""The command line itself: what is wrongly typed, the help, the program in a process of its own."""

import json
import re
import subprocess
import sys
from types import MappingProxyType
from typing import Annotated

import pytest
import typer
from typer.testing import CliRunner

from doors.cli.calling import call, refusal
from quittance.interfaces.cli.arguments import CompanyOption
from quittance.interfaces.cli.usage import DeferredCommands

B2B = ("calc", "penalties", "--kind", "b2b", "--principal", "1200.00", "--due", "2026-06-30")

# Wrong usage

DUE = ("calc", "due-date", "--term", "NET_30", "--from", "2026-01-31")


@pytest.mark.parametrize(
    ("words", "column", "message"),
    [
        (
            (*DUE, "--from", "2026-02-30"),
            "--from",
            "« 2026-02-30 » n'est pas une date : février 2026 a 28 jours.",
        ),
        ((*DUE, "--from", "0026-01-31"), "--from", "l'année de « 0026-01-31 » n'est pas entre 1990 et 2099."),
        ((*DUE, "--from", ""), "--from", "«  » n'est pas une date."),
        ((*DUE, "--term", "NTE_30"), "--term", "Vouliez-vous dire « NET_30 » ?"),
        ((*DUE, "--term", "EOM45"), "--term", "Écrivez EOM45_A (« 45 jours fin de mois »"),
        ((*DUE, "--term", "1 mois"), "--term", "« 30 jours », ou « 30 jours fin de mois »"),
        ((*DUE, "--term", "45 jours fin de moi"), "--term", "Vouliez-vous dire « 45 jours fin de mois » ?"),
        ((*DUE, "--term", "quand je veux"), "--term", "Écrivez par exemple : « 30 jours »"),
        ((*DUE, "--term", "NET_400"), "--term", "n'est pas un délai de paiement connu"),
        (
            (*DUE, "--sector", "alcool"),
            "--sector",
            "Vouliez-vous dire « alcohol » ? Choix : general, periodic",
        ),
        ((*DUE, "--buyer", "x"), "--buyer", "« x » n'est pas un choix connu. Choix : business"),
        ((*DUE, "--start-event", "x"), "--start-event", "Choix : issue"),
        ((*DUE, "--terme", "NET_30"), "--terme", "cette option n'existe pas. Vouliez-vous dire « --term » ?"),
        ((*DUE, "mars", "avril"), "mars avril", "de trop"),
        (("calc", "due-date", "--term", "NET_30"), "--from", "à indiquer"),
        (("calc", "due-dat"), "due-dat", "cette commande n'existe pas. Vouliez-vous dire « due-date » ?"),
        (("calque",), "calque", "cette commande n'existe pas."),
        ((*B2B, "--paid", "hier"), "--paid", "« hier » n'est pas une date."),
        (B2B, "--paid", "--until"),
        ((*B2B, "--paid", "2026-07-30", "--kind", "x"), "--kind", "Choix : b2b, public, consumer"),
        ((*B2B, "--paid", "2026-07-30", "--principal", "1,234.56"), "--principal", "n'est pas un montant"),
        ((*B2B, "--paid", "2026-07-30", "--principal", "9" * 16), "--principal", "trop grand"),
        ((*B2B, "--payment", "2026-07-30"), "--payment", "n'est pas une date et un montant"),
        ((*B2B, "--payment", "2026-07-30:x"), "--payment", "« x » n'est pas un montant"),
        ((*B2B, "--credit-note", "x:1", "--paid", "2026-07-30"), "--credit-note", "« x » n'est pas une date"),
        ((*B2B, "--paid", "2026-07-30", "--clause-rate", "huit"), "--clause-rate", "entre 0 et 100 %"),
        ((*B2B, "--paid", "2026-07-30", "--clause-rate", "101"), "--clause-rate", "entre 0 et 100 %"),
        (
            (*B2B, "--paid", "2026-07-30", "--clause-times", "x"),
            "--clause-times",
            "un nombre entier est attendu",
        ),
        (
            (*B2B, "--paid", "2026-07-30", "--clause-times", "101"),
            "--clause-times",
            "ce nombre ne convient pas",
        ),
        (
            (*B2B, "--paid", "2026-07-30", "--clause-times", "3", "--clause-rate", "8"),
            "--clause-times",
            "pas les deux",
        ),
        ((*B2B, "--paid", "2026-07-30", "--rate", "ecb"), "--rate", "ecb:2027-S1:2.40"),
        ((*B2B, "--paid", "2026-07-30", "--rate", "ecb:2027:2"), "--rate", "n'est pas un semestre"),
        ((*B2B, "--paid", "2026-07-30", "--rate", "ecbb:2027-S1:2"), "--rate", "Vouliez-vous dire « ecb » ?"),
        (
            (*B2B, "--paid", "2026-07-30", "--imputation", "principal"),
            "--imputation",
            "principal-interest-costs",
        ),
        (("calc", "totals", "--line", "33.33@20"), "--line", "n'est pas une ligne"),
        (("calc", "totals", "--line", "1x1@20", "--allowance", "1"), "--allowance", "n'est pas une remise"),
        (("calc", "discount", "--base", "1", "--percent", "2"), "--base", "Écrivez montant @ taux"),
        (("calc", "discount", "--base", "1@20", "--percent", "2.345"), "--percent", "n'est pas un taux"),
        (
            ("calc", "imputation", "--debt", "A:1", "--payment", "1", "--paid", "2026-01-01"),
            "--debt",
            "F12:2026",
        ),
        (
            ("calc", "deadline", "--kind", "CLAIM_DECLARATION", "--from", "2026-09-15"),
            "--kind",
            "Vouliez-vous dire « CLAIM_DECLARATION_2M » ?",
        ),
        (("calc", "rates", "--semester", "2026"), "--semester", "Écrivez-le ainsi : 2026-S2."),
    ],
)
def test_wrong_usage_names_the_option_and_ends_with_2(words, column, message):
    error = refusal(*words, status=2)
    assert error["code"] == "WRONG_USAGE"
    assert error["line"] is None
    assert error["column"] == column
    assert message in error["message"]


def test_wrong_usage_says_where_help_is():
    told = call("calc", "due-date", "--term", "NET_30", status=2).stderr
    assert told.splitlines()[-1] == "Aide : quittance calc due-date --help"
    told = call(*DUE, "--buyer", status=2).stderr
    assert told.splitlines()[0] == "--buyer : cette option attend une valeur."


# The program


@pytest.mark.parametrize(
    "words", [("--help",), ("calc", "--help"), ("calc", "penalties", "--help"), ("check", "--help")]
)
def test_help_is_french(words):
    text = call(*words).stdout
    assert "Affiche cette aide." in text
    assert text.lstrip().startswith("Utilisation : quittance")
    for english in (
        "Show this",
        "required",
        "[default",
        "Commands",
        "completion",
        "Usage",
        "COMMAND ",
        "env var",
    ):
        assert english not in text


def test_a_group_without_command_shows_its_help():
    assert "penalties" in call("calc", status=2).stdout


def test_version():
    assert re.fullmatch(r"quittance \d+\.\d+\.\d+\n", call("--version").stdout)


def test_as_a_program_it_needs_neither_django_nor_a_database():
    """A fresh process, as a script runs it, writing UTF-8 whatever the terminal's own encoding is."""
    run = subprocess.run(
        [sys.executable, "-X", "importtime", "-m", "quittance.interfaces.cli.main", *DUE, "--json"],
        capture_output=True,
        check=True,
        env={"LC_ALL": "C", "PYTHONIOENCODING": "ascii", "PYTHONCOERCECLOCALE": "0"},
    )
    assert json.loads(run.stdout)["explanation"] == "31 janvier 2026 + 30 jours = 2 mars 2026"
    french = subprocess.run(
        [sys.executable, "-m", "quittance.interfaces.cli.main", *DUE],
        capture_output=True,
        check=True,
        env={"LC_ALL": "C", "PYTHONIOENCODING": "ascii", "PYTHONCOERCECLOCALE": "0"},
    )
    assert french.stdout.decode("utf-8").startswith("Échéance : 2 mars 2026.")
    imported = {line.rsplit("|", 1)[1].strip() for line in run.stderr.decode().splitlines() if "|" in line}
    assert "quittance.domain.terms" in imported
    heavy = ("django", "rich", "typst", "lxml", "sqlite3", "psycopg")
    assert [name for name in imported if name.split(".")[0] in heavy] == []


def test_a_refused_calculation_ends_the_program_with_its_status():
    run = subprocess.run(
        [sys.executable, "-m", "quittance.interfaces.cli.main", "calc", "rates", "--semester", "2040-S1"],
        capture_output=True,
        check=False,
    )
    assert (run.returncode, run.stdout) == (1, b"")
    assert run.stderr.decode("utf-8").startswith("Le taux du 1er semestre 2040")


# Our own program of one command, as those that need a database are

trial = typer.Typer()


@trial.command()
def change(company: CompanyOption, capital: Annotated[int | None, typer.Option(min=0)] = None) -> None:
    """Change a company."""


class Trial(DeferredCommands):
    modules = MappingProxyType({"change": f"{__name__}:trial"})


program = typer.Typer(name="trial", cls=Trial, add_completion=False)


@program.callback()
def options() -> None:
    """Have commands."""


def told(*words: str, status: int = 2, **environment: str | None) -> str:
    result = CliRunner().invoke(program, words, env={"QUITTANCE_COMPANY": None, **environment})
    assert result.exit_code == status, result.output
    return result.output


def test_a_missing_company_names_the_variable_that_may_give_it():
    assert "--company : à indiquer, ou à mettre dans la variable QUITTANCE_COMPANY" in told("change")
    assert told("change", status=0, QUITTANCE_COMPANY="atelier") == ""
    shown = told("change", "--help", status=0)
    assert "ou la variable" in shown
    assert "QUITTANCE_COMPANY" in shown


@pytest.mark.parametrize("typed", ["10k", "10 000 €", "1.5"])
def test_a_number_that_is_not_whole_is_told_as_such(typed):
    assert "--capital : un nombre entier est attendu" in told("change", "-c", "atelier", "--capital", typed)


def test_a_number_out_of_its_bounds_is_told_otherwise():
    assert "--capital : ce nombre ne convient pas" in told("change", "-c", "atelier", "--capital", "-1")
