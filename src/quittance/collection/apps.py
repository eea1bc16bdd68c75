from django.apps import AppConfig


class CollectionConfig(AppConfig):
    name = "quittance.collection"
    label = "collection"
