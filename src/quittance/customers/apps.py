from django.apps import AppConfig


class CustomersConfig(AppConfig):
    name = "quittance.customers"
    label = "customers"
