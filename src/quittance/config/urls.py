"""Every address of the installation."""

from django.urls import include, path

from quittance.interfaces.web import errors

urlpatterns = [
    path("account/", include("allauth.urls")),
    path("", include("quittance.interfaces.web.urls")),
]
handler400 = errors.bad_request
handler403 = errors.not_allowed
handler404 = errors.not_found
handler500 = errors.broken
