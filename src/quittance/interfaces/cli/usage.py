"""The command line itself: commands imported only when called, and its mistakes told in French."""

import re
import sys
from collections.abc import Mapping, Sequence
from importlib import import_module
from typing import Any

import typer
from typer.core import TyperGroup
from typer.main import get_command

from quittance.interfaces.cli.output import REFUSED, WRONG_USAGE, print_error

_HELP = "Affiche cette aide."
_SUBCOMMAND = "COMMANDE [ARGUMENTS]..."
_COMPLETION = ("install_completion", "show_completion")  # offered for each module, as if it were a program
_EXTRA_WORDS = re.compile(r"Got unexpected extra argument(?:\(s\)|s)? \((.*)\)")
_NO_COMMAND = re.compile(r"No such command '(.*?)'(?:\. Did you mean '(.*?)'.*|\.)")
_BAD_NUMBER = "Input should be "
_NOT_WHOLE = "Input should be a valid integer"


class DeferredCommands(TyperGroup):
    """A group whose commands each live in a module with an `app`, imported when the command is called.

    `modules` gives the module of each command, in the order of the help; `module:name` where it is not `app`.
    """

    modules: Mapping[str, str]

    def list_commands(self, ctx: Any) -> list[str]:
        """The names of the commands."""
        return list(self.modules)

    def get_command(self, ctx: Any, cmd_name: str) -> Any:
        """Import a command."""
        if cmd_name not in self.modules:
            return None
        module, _, name = self.modules[cmd_name].partition(":")
        command = get_command(getattr(import_module(module), name or "app"))
        command.name = cmd_name
        command.params = [param for param in command.params if param.name not in _COMPLETION]
        _tell_help_in_french(command, ctx)
        return command

    def get_usage(self, ctx: Any) -> str:
        """The line of usage of the program itself."""
        self.subcommand_metavar = _SUBCOMMAND
        return _usage_in_french(super().get_usage(ctx))

    def get_help_option(self, ctx: Any) -> Any:
        """The option --help of the program itself."""
        option = super().get_help_option(ctx)
        if option is not None:
            option.help = _HELP
        return option

    def main(
        self,
        args: Sequence[str] | None = None,
        prog_name: str | None = None,
        complete_var: str | None = None,
        standalone_mode: bool = True,
        windows_expand_args: bool = True,
        **extra: Any,
    ) -> Any:
        """Run a command and end the program with its status; wrong usage is told in French, with status 2."""
        words = list(sys.argv[1:] if args is None else args)
        if len(words) < 2 or "--help" in words:
            _title_help_in_french()
        try:
            status = super().main(words, prog_name, complete_var, False, windows_expand_args, **extra)
        except typer.TyperException as error:
            status = _tell_wrong_usage(error, json="--json" in words)
        except typer.Abort:
            print("Interrompu.", file=sys.stderr)
            status = REFUSED
        sys.exit(status or 0)


def _tell_wrong_usage(error: typer.TyperException, *, json: bool) -> int:
    if type(error).__name__ == "NoArgsIsHelpError":  # the help is already printed
        return WRONG_USAGE
    place, message = _in_french(error)
    context = getattr(error, "ctx", None)
    if not json:
        message = f"{place} : {message}" if place else message
        message += f"\nAide : {context.command_path} --help" if context else ""
    print_error(code="WRONG_USAGE", message=message, column=place or None, json=json)
    return WRONG_USAGE


def _in_french(error: typer.TyperException) -> tuple[str, str]:
    """The option or argument, and what is wrong with it.

    Typer's own errors have no public names, so they are known by their private ones; tests hold them.
    """
    param = getattr(error, "param", None)
    place: str = getattr(error, "param_hint", None) or getattr(error, "option_name", None) or ""
    if not place and param is not None:
        place = param.opts[0] if param.param_type_name == "option" else param.metavar or param.name
    match type(error).__name__:
        case "MissingParameter":
            variable = getattr(param, "envvar", None)
            elsewhere = f", ou à mettre dans la variable {variable}" if variable else ""
            return place, f"à indiquer{elsewhere}, sans quoi rien ne peut être calculé ni fait."
        case "NoSuchOption":
            nearest = [
                f" Vouliez-vous dire « {near} » ?" for near in getattr(error, "possibilities", None) or ()
            ]
            return place, f"cette option n'existe pas.{''.join(nearest[:1])}"
        case "BadOptionUsage":
            return place, "cette option attend une valeur."
    if found := _EXTRA_WORDS.match(error.message):
        return found[1], "de trop. Mettez entre guillemets ce qui contient des espaces."
    if found := _NO_COMMAND.match(error.message):
        nearest = [f" Vouliez-vous dire « {found[2]} » ?"] if found[2] else []
        return found[1], f"cette commande n'existe pas.{''.join(nearest)}"
    if error.message.startswith(_NOT_WHOLE):
        return place, "un nombre entier est attendu, en chiffres."
    if error.message.startswith(_BAD_NUMBER):
        return place, "ce nombre ne convient pas ; l'aide dit lequel est attendu."
    return place, error.message


def _usage_in_french(usage: str) -> str:
    return usage.replace("Usage: ", "Utilisation : ", 1)


def _tell_help_in_french(command: Any, ctx: Any) -> None:
    command.get_help_option(ctx).help = _HELP
    usage = command.get_usage
    command.get_usage = lambda context: _usage_in_french(usage(context))
    if hasattr(command, "subcommand_metavar"):
        command.subcommand_metavar = _SUBCOMMAND
    for inner in getattr(command, "commands", {}).values():
        _tell_help_in_french(inner, ctx)


def _title_help_in_french() -> None:
    from typer import rich_utils  # noqa: PLC0415 - only help needs it

    rich_utils.COMMANDS_PANEL_TITLE = "Commandes"
    rich_utils.REQUIRED_LONG_STRING = "[à indiquer]"
    rich_utils.ENVVAR_STRING = "[ou la variable {}]"
    rich_utils.DEFAULT_STRING = "[sinon : {}]"
