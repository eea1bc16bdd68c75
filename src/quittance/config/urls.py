"""Every address of the installation."""

from django.urls import include, path

from quittance.interfaces.web import errors
from quittance.interfaces.web.people import signing_in

urlpatterns = [
    path("account/", include(signing_in.closed)),
    path("account/", include("allauth.urls")),
    path("", include("quittance.interfaces.web.urls")),
]
handler400 = errors.bad_request
handler403 = errors.not_allowed
handler404 = errors.not_found
handler429 = signing_in.locked_out
handler500 = errors.broken
