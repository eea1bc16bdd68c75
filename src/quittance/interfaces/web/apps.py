from django.apps import AppConfig


class WebConfig(AppConfig):
    name = "quittance.interfaces.web"
    label = "web"
