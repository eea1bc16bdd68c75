"""The refusal that every story may meet."""


class ImportRefused(Exception):
    """A file was read but cannot be recorded; nothing of it was. The text is French and names the remedy."""
