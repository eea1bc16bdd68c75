"""The words of what was said and agreed with a customer."""

from django import template

from quittance.interfaces.web.reminders.words import CATEGORIES, OUTCOMES, SETTLED

register = template.Library()


@register.filter
def outcome(code: str) -> str:
    """What a call gave, in words."""
    return str(OUTCOMES.get(code, code))


@register.filter
def category(code: str) -> str:
    """What a customer disputes, in words."""
    return str(CATEGORIES.get(code, code))


@register.filter
def settled(code: str) -> str:
    """How a dispute ended, in words."""
    return str(SETTLED.get(code, code))
