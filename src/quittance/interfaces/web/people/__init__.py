"""People: signing in, their own account, the people of a company."""

from django.urls import path

from quittance.interfaces.web.people import account, invitations

urlpatterns = [
    path("", account.me, name="me"),
    path("other-devices/", account.leave_other_devices, name="me-leave-other-devices"),
    path("mandates/<int:mandate_id>/", account.my_mandate, name="my-mandate"),
    path("invitation/<str:token>/", invitations.invitation, name="invitation"),
]
