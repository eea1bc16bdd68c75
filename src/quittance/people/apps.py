from django.apps import AppConfig


class PeopleConfig(AppConfig):
    name = "quittance.people"
    label = "people"
