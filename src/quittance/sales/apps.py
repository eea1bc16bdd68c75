from django.apps import AppConfig


class SalesConfig(AppConfig):
    name = "quittance.sales"
    label = "sales"
