"""People: signing in, their own account, the people of a company."""

from django.urls import path

from quittance.interfaces.web.people import account

urlpatterns = [path("", account.me, name="me")]
