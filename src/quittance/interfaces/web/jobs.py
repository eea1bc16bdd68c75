"""Long work under way: how far it is, and how it ended."""

from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import path

from quittance.company.queries import job_of
from quittance.domain.access import Right
from quittance.interfaces.web.walls import SeatedRequest, seated


@seated(Right.READ)
def job(request: SeatedRequest, job_id: int) -> HttpResponse:
    """A person's own work: its progress, asked for again every second; at its end, the page that shows what it gave
    (`next` in its result), or why it could not be done."""
    company = request.seat.company
    found = job_of(company.pk, request.person.pk, job_id)
    if found is None:
        raise Http404
    if found.finished_at and not found.error:
        shown_at = str(found.result.get("next", ""))
        if request.htmx:
            answer = HttpResponse()
            answer.headers["HX-Redirect"] = shown_at or request.path
            return answer
        if shown_at:
            return redirect(shown_at)
    template = "jobs/progress.html" if request.htmx else "jobs/job.html"
    return render(request, template, {"page": "", "job": found})


urlpatterns = [path("<int:job_id>/", job, name="job")]
