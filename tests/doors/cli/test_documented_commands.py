"""docs/reference/commands.md: its examples give what it says, and it names every command."""

import re
import shlex
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from typer.main import get_command
from typer.testing import CliRunner

from quittance.interfaces.cli.main import app

PAGE = Path(__file__).parents[3] / "docs" / "reference" / "commands.md"
TEXT = PAGE.read_text(encoding="utf-8")
WITHOUT_DATA = ("calc", "check")


def examples() -> list[tuple[str, str]]:
    """Each `$ quittance calc` or `check` of the page, with what the page prints under it."""
    found = []
    for block in re.findall(r"^```console\n(.*?)^```$", TEXT, re.MULTILINE | re.DOTALL):
        for call in re.split(r"^\$ ", block, flags=re.MULTILINE)[1:]:
            command, _, output = call.partition("\n")
            if shlex.split(command)[1] in WITHOUT_DATA:
                found.append((command, output))
    return found


def commands() -> Iterator[tuple[str, Any]]:
    """Every command of the program that the help shows, by its full name."""
    root: Any = get_command(app)
    context = root.make_context("quittance", ["calc"], resilient_parsing=True)

    def inside(command: Any, path: str) -> Iterator[tuple[str, Any]]:
        if not hasattr(command, "list_commands"):
            yield path, command
            return
        for name in command.list_commands(context):
            yield from inside(command.get_command(context, name), f"{path} {name}")

    return inside(root, "quittance")


def test_there_are_examples_of_both_groups():
    told = {command.split()[1] for command, _ in examples()}
    assert told == set(WITHOUT_DATA)


@pytest.mark.parametrize(("command", "output"), examples(), ids=lambda text: text.split("\n")[0][:80])
def test_an_example_gives_what_the_page_says(command, output):
    program, *words = shlex.split(command)
    assert program == "quittance"
    result = CliRunner().invoke(app, words)
    printed = result.stdout + result.stderr
    assert re.sub("[\u00a0\u202f]", " ", printed) == output


def test_every_command_is_documented():
    assert [path for path, _ in commands() if f"`{path}`" not in TEXT] == []


def test_every_option_of_the_calculators_is_documented():
    missing = [
        (path, option)
        for path, command in commands()
        if path.split()[1] == "calc"
        for option in (name for param in command.params for name in param.opts)
        if f"`{option}`" not in TEXT and option != "--json"
    ]
    assert missing == []
