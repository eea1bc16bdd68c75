"""The addresses of the web application: what is not of one company, then each noun under its company."""

from django.urls import URLPattern, URLResolver, include, path

from quittance.interfaces.web import assets, shell, today

_company: list[URLPattern | URLResolver] = [
    path("", today.of_company, name="company"),
    path("today/", include("quittance.interfaces.web.today")),
    path("customers/", include("quittance.interfaces.web.customers")),
    path("invoices/", include("quittance.interfaces.web.invoices")),
    path("bank/", include("quittance.interfaces.web.bank")),
    path("reminders/", include("quittance.interfaces.web.reminders")),
    path("plans/", include("quittance.interfaces.web.plans")),
    path("insights/", include("quittance.interfaces.web.insights")),
    path("import/", include("quittance.interfaces.web.imports")),
    path("settings/people/", include("quittance.interfaces.web.people.members")),
    path("jobs/", include("quittance.interfaces.web.jobs")),
    path("settings/", include("quittance.interfaces.web.settings")),
]

urlpatterns = [
    path("", today.of_all, name="today"),
    path("help/", shell.shortcuts, name="help"),
    path("demo/", include("quittance.interfaces.web.demo")),
    path("icons.svg", assets.icons, name="icons"),
    path("start/", include("quittance.interfaces.web.start")),
    path("me/", include("quittance.interfaces.web.people")),
    path("search/", include("quittance.interfaces.web.search")),
    path("c/<slug:slug>/", include(_company)),
]
