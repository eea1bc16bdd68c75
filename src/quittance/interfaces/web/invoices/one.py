"""One invoice."""

from django.http import Http404, HttpResponse

from quittance.domain.access import Right
from quittance.interfaces.web.walls import SeatedRequest, seated


@seated(Right.READ)
def invoice(request: SeatedRequest, invoice_id: int) -> HttpResponse:
    """One invoice."""
    raise Http404
