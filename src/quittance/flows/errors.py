"""The refusal that every story may meet."""


class ImportRefused(Exception):
    """A file was read but cannot be recorded; nothing of it was. The text is French and names the remedy."""


class RowRefused(ImportRefused):
    """One row cannot be recorded: told whole where the file is refused for it, by row where the others go on."""

    def __init__(self, whole: str, *, reason: str, line: int, column: str, written: str) -> None:
        super().__init__(whole)
        self.reason, self.line, self.column, self.written = reason, line, column, written
