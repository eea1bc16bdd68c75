"""Factures: the list, one invoice, and what is done to many at once."""

from django.urls import path

from quittance.interfaces.web.invoices import listing

urlpatterns = [
    path("", listing.invoices, name="invoices"),
    path("export/", listing.export, name="invoices-export"),
    path("views/", listing.save, name="invoices-views"),
    path("views/<int:view_id>/", listing.change_view, name="invoices-view"),
]
