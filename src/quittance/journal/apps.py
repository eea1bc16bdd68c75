from django.apps import AppConfig


class JournalConfig(AppConfig):
    name = "quittance.journal"
    label = "journal"
