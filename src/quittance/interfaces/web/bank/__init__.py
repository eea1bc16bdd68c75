"""Banque: what the bank says came in, what each line pays, statements brought in, accounts, money noted by hand."""

from django.urls import path

from quittance.interfaces.web.bank import accounts, acts, by_hand, choose, page, statements

urlpatterns = [
    path("", page.bank, name="bank"),
    path("match/", acts.match_now, name="bank-match"),
    path("clear/", acts.clear, name="bank-clear"),
    path("undo/", acts.undo_many, name="bank-undo-many"),
    path("lines/<int:line_id>/", choose.line, name="bank-line"),
    path("lines/<int:line_id>/choose/", choose.choose, name="bank-choose"),
    path("lines/<int:line_id>/confirm/", acts.confirm, name="bank-confirm"),
    path("lines/<int:line_id>/aside/", acts.set_aside, name="bank-aside"),
    path("lines/<int:line_id>/undo/", acts.undo, name="bank-undo"),
    path("import/", statements.statements, name="bank-import"),
    path("import/check/", statements.check, name="bank-import-check"),
    path("import/confirm/", statements.confirm, name="bank-import-confirm"),
    path("import/<int:upload_id>/account/", statements.choose_account, name="bank-import-account"),
    path("import/<int:upload_id>/discard/", statements.discard, name="bank-import-discard"),
    path("payments/new/", by_hand.note, name="bank-note"),
    path("payments/undo/", by_hand.undo, name="bank-note-undo"),
    path("accounts/<int:account_id>/", accounts.account, name="bank-account"),
    path("accounts/<int:account_id>/declare/", accounts.declare, name="bank-account-declare"),
    path("accounts/<int:account_id>/close/", accounts.close, name="bank-account-close"),
]
