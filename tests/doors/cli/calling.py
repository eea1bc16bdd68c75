"""Calls the command line in this process, as a user types it."""

import json
from typing import Any

from typer.testing import CliRunner, Result

from quittance.interfaces.cli.main import app


def call(*words: str, status: int = 0) -> Result:
    """Run a command; it must end with this status, and nothing unexpected."""
    result = CliRunner().invoke(app, words)
    assert result.exit_code == status, (words, result.stdout, result.stderr, result.exception)
    return result


def answer(*words: str, status: int = 0) -> Any:
    """The JSON that a command prints; nothing else may be printed."""
    result = call(*words, "--json", status=status)
    assert result.stderr == ""
    return json.loads(result.stdout)


def refusal(*words: str, status: int) -> dict[str, Any]:
    """The error of a refused command, in JSON; without it, its message is on the error stream alone."""
    plain = call(*words, status=status)
    assert plain.stdout == ""
    answered = answer(*words, status=status)
    assert list(answered) == ["error"]
    error = answered["error"]
    assert list(error) == ["code", "message", "line", "column"]
    assert error["message"] in plain.stderr
    return error
