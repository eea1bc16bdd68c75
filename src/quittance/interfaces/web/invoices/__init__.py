"""Factures: the list, one invoice, and what is done to many at once."""

from django.urls import path

from quittance.interfaces.web.invoices import acts, listing, one

urlpatterns = [
    path("", listing.invoices, name="invoices"),
    path("export/", listing.export, name="invoices-export"),
    path("views/", listing.save, name="invoices-views"),
    path("views/<int:view_id>/", listing.change_view, name="invoices-view"),
    path("pause/", acts.pause, name="invoices-pause"),
    path("pause/undo/", acts.pause_undo, name="invoices-pause-undo"),
    path("in-charge/", acts.in_charge, name="invoices-in-charge"),
    path("in-charge/undo/", acts.in_charge_undo, name="invoices-in-charge-undo"),
    path("paid/", acts.paid, name="invoices-paid"),
    path("paid/undo/", acts.paid_undo, name="invoices-paid-undo"),
    path("<int:invoice_id>/", one.invoice, name="invoice"),
    path("<int:invoice_id>/document.pdf", one.document, name="invoice-document"),
    path("<int:invoice_id>/document/", one.attach, name="invoice-attach"),
    path("<int:invoice_id>/payment/", one.pay, name="invoice-pay"),
    path("<int:invoice_id>/payment/undo/", one.pay_undo, name="invoice-pay-undo"),
    path("<int:invoice_id>/line/<int:line_id>/undo/", one.line_undo, name="invoice-line-undo"),
    path("<int:invoice_id>/credit/", one.credit, name="invoice-credit"),
    path("<int:invoice_id>/credit/undo/", one.credit_undo, name="invoice-credit-undo"),
]
