from django.apps import AppConfig


class CompanyConfig(AppConfig):
    name = "quittance.company"
    label = "company"
