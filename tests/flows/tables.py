"""The whole database as values, to compare before and after."""

from typing import Any

from django.apps import apps
from django.db import models

DERIVED = frozenset({"payments.Proposal"})  # made anew by each matching, so their keys differ

Dump = dict[str, list[tuple[Any, ...]]]


def dump(*, without: frozenset[str] = frozenset()) -> Dump:
    """Every row of every table of ours, by model, in order of key."""
    return {
        model._meta.label: _rows(model)
        for model in apps.get_models(include_auto_created=True)
        if model._meta.app_config is not None and model._meta.label not in without
    }


def counts() -> dict[str, int]:
    """How many rows each table has."""
    return {label: len(rows) for label, rows in dump().items()}


def _rows(model: type[models.Model]) -> list[tuple[Any, ...]]:
    fields = [field.attname for field in model._meta.concrete_fields]
    return [tuple(row) for row in model._default_manager.order_by("pk").values_list(*fields)]
