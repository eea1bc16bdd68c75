"""Where the archives of companies wait to be fetched: the worker writes them, the pages hand them over."""

from pathlib import Path

from django.conf import settings


def folder_of(company_id: int) -> Path:
    """The folder of a company's archives."""
    return Path(settings.UPLOADS_DIR) / "exports" / str(company_id)


def place_of(company_id: int, job_id: int) -> Path:
    """The archive that a piece of work writes."""
    return folder_of(company_id) / f"{job_id}.zip"
