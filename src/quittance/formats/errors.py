"""How a reader refuses a file: whole, naming the line, the column and the reason, in French."""

from dataclasses import dataclass, field


@dataclass
class FormatError(Exception):
    """The file cannot be read; nothing of it is kept.

    `line` is 1-based in the file (0: the file as a whole), `column` names the field as the user sees it
    (empty where there is none), `reason` is a French clause without a final full stop. `also` holds the
    further problems of the same file, so that they can be corrected in one go. `written`: what the cell says.
    """

    reason: str
    line: int = 0
    column: str = ""
    also: "tuple[FormatError, ...]" = ()
    written: str = field(default="", compare=False)

    def __str__(self) -> str:
        place = [f"ligne {self.line}"] if self.line else []
        if self.column:
            place.append(f"colonne « {self.column} »")
        return f"{', '.join(place)} : {self.reason}" if place else self.reason

    @property
    def problems(self) -> "tuple[FormatError, ...]":
        """Everything that was found, this first problem included."""
        return (self, *self.also)


class StatementError(FormatError):
    """The bank statement cannot be read."""


class InvoiceFileError(FormatError):
    """The file of invoices or customers cannot be read."""


class FecError(FormatError):
    """The accounting file (FEC) cannot be read."""
