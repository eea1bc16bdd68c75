"""Reminders: the list of the morning, the card of one late customer, calls, and what is on its way."""

from django.urls import path

from quittance.interfaces.web.reminders import acts, batch, calls, card, lists, outbox

urlpatterns = [
    path("", lists.ready, name="reminders"),
    path("left/", lists.left_alone, name="reminders-left"),
    path("batch/", batch.preview, name="reminders-batch"),
    path("batch/send/", batch.send, name="reminders-batch-send"),
    path("outbox/", outbox.outbox, name="reminders-outbox"),
    path("outbox/<int:message_id>/take-back/", outbox.take_back_one, name="reminders-take-back"),
    path("outbox/<int:message_id>/settle/", outbox.settle, name="reminders-settle"),
    path("undo/<int:reminder_id>/", outbox.undo, name="reminders-undo"),
    path("promises/<int:promise_id>/withdraw/", acts.withdraw, name="promise-withdraw"),
    path("disputes/<int:dispute_id>/settle/", acts.settle, name="dispute-settle"),
    path("<int:customer_id>/", card.reminder, name="reminder"),
    path("<int:customer_id>/send/", card.send, name="reminder-send"),
    path("<int:customer_id>/files/<int:rank>/", card.file, name="reminder-file"),
    path("<int:customer_id>/call/", calls.call, name="reminder-call"),
    path("<int:customer_id>/later/", acts.later, name="reminder-later"),
    path("<int:customer_id>/pause/", acts.pause, name="reminder-pause"),
    path("<int:customer_id>/pause/lift/", acts.lift, name="reminder-lift"),
    path("<int:customer_id>/promise/", acts.promise, name="reminder-promise"),
    path("<int:customer_id>/dispute/", acts.dispute, name="reminder-dispute"),
]
