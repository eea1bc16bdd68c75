from django.apps import AppConfig


class CorrespondenceConfig(AppConfig):
    name = "quittance.correspondence"
    label = "correspondence"
