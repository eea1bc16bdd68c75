"""Réglages: what a company says of itself, its look, accounts and mailbox; the law in force, journal and export."""

from django.urls import path

from quittance.interfaces.web.settings import accounts, brand, company, export, journal, law, mailbox

urlpatterns = [
    path("", company.settings, name="settings"),
    path("brand/", brand.brand, name="settings-brand"),
    path("brand/preview.png", brand.preview, name="settings-brand-preview"),
    path("brand/logo.png", brand.logo, name="settings-brand-logo"),
    path("accounts/", accounts.accounts, name="settings-accounts"),
    path("accounts/<int:account_id>/close/", accounts.close, name="settings-account-close"),
    path("export/", export.export, name="settings-export"),
    path("export/<int:job_id>.zip", export.download, name="settings-export-download"),
    path("export/<int:job_id>/remove/", export.remove, name="settings-export-remove"),
    path("journal/", journal.journal, name="settings-journal"),
    path("journal/check/", journal.check, name="settings-journal-check"),
    path("law/", law.law, name="settings-law"),
    path("mailbox/", mailbox.mailbox, name="settings-mailbox"),
    path("mailbox/try-sending/", mailbox.send_a_trial, name="settings-mailbox-send"),
    path("mailbox/try-receiving/", mailbox.look_into_the_inbox, name="settings-mailbox-receive"),
]
