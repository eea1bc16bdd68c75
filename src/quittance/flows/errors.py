"""The refusal that every story may meet."""


class ImportRefused(Exception):
    """A file was read but cannot be recorded; nothing of it was. The text is French and names the remedy.

    `account`: what is wrong with the account of a bank file, for a page that has its own remedy: `untold` (one of
    several) or `elsewhere` (of another company).
    """

    def __init__(self, text: str, *, account: str = "") -> None:
        super().__init__(text)
        self.account = account


class RowRefused(ImportRefused):
    """One row cannot be recorded: told whole where the file is refused for it, by row where the others go on."""

    def __init__(self, whole: str, *, reason: str, line: int, column: str, written: str) -> None:
        super().__init__(whole)
        self.reason, self.line, self.column, self.written = reason, line, column, written
