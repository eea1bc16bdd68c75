"""Bringing files in: choose one, look at what it would bring, say what its columns are, record what is right."""

from django.urls import path

from quittance.interfaces.web.imports import views

urlpatterns = [
    path("", views.imports, name="imports"),
    path("<int:upload_id>/", views.check, name="import-check"),
    path("<int:upload_id>/choices/", views.choose, name="import-choices"),
    path("<int:upload_id>/confirm/", views.confirm, name="import-confirm"),
    path("<int:upload_id>/discard/", views.discard, name="import-discard"),
    path("<int:upload_id>/left-out.xlsx", views.left_out, name="import-left-out"),
]
