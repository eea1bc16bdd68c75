"""What every command prints: tables and sentences for people, JSON for programs, refusals for both."""

import json as json_format
import re
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import date
from typing import NoReturn

import typer

REFUSED = 1  # the answer is no, or the file is refused
WRONG_USAGE = 2  # the command line itself cannot be read
_PLAIN_WIDTH = 1_000  # in a file or a pipe, a row is a line
_NUMBER = re.compile(r"[−-]?[0-9][0-9\s\u00a0\u202f]*(?:[.,][0-9]+)?[\s\u00a0\u202f]*(?:€|%)?")


def print_json(value: object) -> None:
    """Print a value as JSON: keys in the documented order, UTF-8, days as 2026-11-20."""
    print(json_format.dumps(value, ensure_ascii=False, indent=2, default=_day_as_text))


def _day_as_text(value: object) -> str:
    """The one value beyond JSON's own that is printed; another is a mistake."""
    if isinstance(value, date):
        return value.isoformat()
    raise TypeError(f"not a value for JSON: {value!r}")


@contextmanager
def progress_bar(title: str, *, quiet: bool) -> Iterator[Callable[[int, int], None]]:
    """Show how far a long work is, on a terminal; give the function that it tells (done, of how many)."""
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn  # noqa: PLC0415

    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns, transient=True, disable=quiet or not sys.stdout.isatty()) as progress:
        task = progress.add_task(title, total=None)
        yield lambda done, total: progress.update(task, completed=done, total=total)


def say(text: str) -> None:
    """Print a sentence, folded to the terminal's width."""
    from rich.text import Text  # noqa: PLC0415 - rich costs as much as a whole calculation in JSON

    _print(Text(text))


def heading(text: str) -> None:
    """Print the title of a part, set apart from what comes before."""
    from rich.text import Text  # noqa: PLC0415

    _print(Text(f"\n{text}", style="bold"))


def counted(count: int, one: str, many: str) -> str:
    """Write a number with its noun: in French zero is singular."""
    return f"{count} {one if count < 2 else many}"


def money_table(title: str, headings: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
    """Print a table; columns that hold only numbers, amounts and rates are set to the right.

    Nothing depends on colours; where the output is not a terminal there are no frames, and a row is a line.
    """
    from rich import box  # noqa: PLC0415
    from rich.table import Table  # noqa: PLC0415

    on_terminal = sys.stdout.isatty()
    if title:
        say(title)
    table = Table(box=box.SIMPLE_HEAD if on_terminal else None, pad_edge=on_terminal, padding=(0, 1))
    for rank, heading in enumerate(headings):
        cells = [row[rank] for row in rows if row[rank]]
        numbers = bool(cells) and all(_NUMBER.fullmatch(cell) for cell in cells)
        table.add_column(heading, justify="right" if numbers else "left", no_wrap=numbers)
    for row in rows:
        table.add_row(*row)
    _print(table)


def _print(renderable: object) -> None:
    from rich.console import Console  # noqa: PLC0415

    on_terminal = sys.stdout.isatty()
    console = Console(
        markup=False,
        highlight=False,
        emoji=False,
        width=None if on_terminal else _PLAIN_WIDTH,
        file=sys.stdout,
    )
    if on_terminal:
        console.print(renderable)
        return
    with console.capture() as captured:
        console.print(renderable)
    print("\n".join(line.rstrip() for line in captured.get().splitlines()))


# Refusals


@contextmanager
def answering(json: bool, *refusals: type[Exception]) -> Iterator[None]:
    """Turn the refusals that a command expects into its answer; anything else is a fault, shown as one."""
    try:
        yield
    except refusals as error:
        refuse(error, json)


def refuse(error: Exception, json: bool) -> NoReturn:
    """Print an expected refusal, French on the error stream or JSON on the output, and end with status 1.

    The code of the JSON is the name of the refusal: `RateMissing` is `RATE_MISSING`.
    """
    problems = getattr(error, "problems", (error,))
    print_error(
        code=re.sub(r"(?<!^)(?=[A-Z])", "_", type(error).__name__).upper(),
        message="\n".join(_as_sentence(str(problem)) for problem in problems),
        line=getattr(error, "line", 0) or None,
        column=getattr(error, "column", "") or None,
        json=json,
    )
    raise typer.Exit(REFUSED) from error


def _as_sentence(text: str) -> str:
    return text[:1].upper() + text[1:]


def print_error(
    *, code: str, message: str, json: bool, line: int | None = None, column: str | None = None
) -> None:
    """Print one error; `column` names the field, or the option of the command line."""
    if json:
        print_json({"error": {"code": code, "message": message, "line": line, "column": column}})
    else:
        print(message, file=sys.stderr)
