"""Relances: the plans and their steps, the texts of the company, and what will leave in the days to come."""

from django.urls import path

from quittance.interfaces.web.plans import calendar, edit, one, texts

urlpatterns = [
    path("", one.plans, name="plans"),
    path("restraint/", one.restraint, name="plans-restraint"),
    path("undo/<int:entry>/", edit.undo, name="plan-undo"),
    path("calendar/", calendar.calendar, name="calendar"),
    path("calendar/<str:on>/", calendar.day, name="calendar-day"),
    path("texts/", texts.texts, name="texts"),
    path("texts/<slug:text_id>/", texts.text, name="text"),
    path("texts/<slug:text_id>/save/", texts.save, name="text-save"),
    path("texts/<slug:text_id>/preview/", texts.preview, name="text-preview"),
    path("texts/<slug:text_id>/trial/", texts.trial, name="text-trial"),
    path("texts/<slug:text_id>/default/", texts.default, name="text-default"),
    path("texts/<slug:text_id>/restore/<int:own_text_id>/", texts.restore, name="text-restore"),
    path("<slug:kind>/edit/", edit.edit, name="plan-edit"),
]
