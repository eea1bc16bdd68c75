"""What every command prints: tables and sentences for people, JSON for programs, refusals for both."""

import json as json_format
import re
import shutil
import sys
import textwrap
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import date
from typing import NoReturn

import typer

REFUSED = 1  # the answer is no, or the file is refused
WRONG_USAGE = 2  # the command line itself cannot be read
_NOTHING = ("", "0,00\u00a0€")
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

    Nothing depends on colours; where the output is not a terminal there are no frames, and a row is a line. On a
    terminal too narrow for it nothing is cut: columns of nothing but zeros go, then each row runs over several lines.
    """
    from rich import box  # noqa: PLC0415
    from rich.table import Table  # noqa: PLC0415

    on_terminal = sys.stdout.isatty()
    if title:
        say(title)
    width = shutil.get_terminal_size().columns
    if on_terminal and _least_width(headings, rows) > width:
        headings, rows = _without_empty_columns(headings, rows)
        if _least_width(headings, rows) > width:
            print("\n".join(narrow_rows(headings, rows, width)))
            return
    table = Table(box=box.SIMPLE_HEAD if on_terminal else None, pad_edge=on_terminal, padding=(0, 1))
    for rank, heading in enumerate(headings):
        numbers = _is_of_numbers(rows, rank)
        table.add_column(heading, justify="right" if numbers else "left", no_wrap=numbers)
    for row in rows:
        table.add_row(*row)
    _print(table)


def _is_of_numbers(rows: Sequence[Sequence[str]], rank: int) -> bool:
    cells = [row[rank] for row in rows if row[rank]]
    return bool(cells) and all(_NUMBER.fullmatch(cell) for cell in cells)


_READABLE_WORDS = 24  # a column of words may fold, but not into a strip


def _least_width(headings: Sequence[str], rows: Sequence[Sequence[str]]) -> int:
    """The width below which something would be cut or squeezed."""
    return sum(
        max(len(heading), min(longest, _READABLE_WORDS) if heading == headings[-1] else longest) + 3
        for heading, longest in zip(headings, _longest(headings, rows), strict=True)
    )


def _longest(headings: Sequence[str], rows: Sequence[Sequence[str]]) -> list[int]:
    return [max((len(row[rank]) for row in rows), default=0) for rank in range(len(headings))]


def _without_empty_columns(
    headings: Sequence[str], rows: Sequence[Sequence[str]]
) -> tuple[list[str], list[list[str]]]:
    kept = [rank for rank in range(len(headings)) if any(row[rank] not in _NOTHING for row in rows)]
    return [headings[rank] for rank in kept], [[row[rank] for rank in kept] for row in rows]


def narrow_rows(headings: Sequence[str], rows: Sequence[Sequence[str]], width: int) -> list[str]:
    """Lay rows out for a narrow terminal: the columns that fit on a first line, the others below it, indented."""
    longest = [max(pair) for pair in zip(_longest(headings, rows), map(len, headings), strict=True)]
    fitting = 1
    while fitting < len(headings) and sum(longest[: fitting + 1]) + 2 * fitting <= width:
        fitting += 1
    numbers = [_is_of_numbers(rows, rank) for rank in range(fitting)]
    titles = [
        heading.rjust(longest[rank]) if numbers[rank] else heading.ljust(longest[rank])
        for rank, heading in enumerate(headings[:fitting])
    ]
    lines = ["  ".join(titles).rstrip()]
    for row in rows:
        cells = [
            cell.rjust(longest[rank]) if numbers[rank] else cell.ljust(longest[rank])
            for rank, cell in enumerate(row[:fitting])
        ]
        lines += textwrap.wrap(
            "  ".join(cells).rstrip(), width, subsequent_indent="    ", drop_whitespace=False
        )
        for heading, cell in zip(headings[fitting:], row[fitting:], strict=True):
            if cell not in _NOTHING:
                words = f"{heading} : {cell}" if _NUMBER.fullmatch(cell) else cell
                lines += textwrap.wrap(words, width, initial_indent="    ", subsequent_indent="    ")
    return lines


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
