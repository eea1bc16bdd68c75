"""Everything of the company in one archive: asked for here, made by the worker, fetched here."""

from __future__ import annotations

from django.http import FileResponse, Http404, HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from quittance.company.exports import finished_job, newest_job
from quittance.domain.access import Right
from quittance.interfaces.exports import place_of
from quittance.interfaces.jobs import start
from quittance.interfaces.web.settings.sections import show
from quittance.interfaces.web.shell import toast
from quittance.interfaces.web.walls import SeatedRequest, seated


@seated(Right.EXPORT)
def export(request: SeatedRequest) -> HttpResponse:
    """Ask for an archive, see how far it is, fetch it. One that is being made is not asked for twice."""
    company = request.seat.company
    job = newest_job(company.pk, "export")
    if request.method == "POST":
        if job is None or job.finished_at is not None:
            start(kind="export", company=company, person=request.person, facts={})
        return redirect("settings-export", slug=company.slug)
    there = job is not None and job.finished_at is not None and place_of(company.pk, job.pk).exists()
    return show(request, "settings-export", {"job": job, "there": there})


@seated(Right.EXPORT)
def download(request: SeatedRequest, job_id: int) -> HttpResponseBase:
    """Hand the archive over."""
    company = request.seat.company
    job = finished_job(company.pk, "export", job_id)
    path = place_of(company.pk, job_id)
    if job is None or job.finished_at is None or not path.exists():
        raise Http404
    name = f"quittance-{company.slug}-{job.finished_at:%Y-%m-%d}.zip"
    return FileResponse(path.open("rb"), as_attachment=True, filename=name, content_type="application/zip")


@seated(Right.EXPORT)
@require_POST
def remove(request: SeatedRequest, job_id: int) -> HttpResponse:
    """Remove the archive from the server; the books are as they were."""
    company = request.seat.company
    if finished_job(company.pk, "export", job_id) is None:
        raise Http404
    place_of(company.pk, job_id).unlink(missing_ok=True)
    toast(request, _("L'archive est retirée du serveur."), icon="trash-2")
    return redirect("settings-export", slug=company.slug)
