"""The lists as a person likes them: filters kept under a name. They are the person's own, so the journal is silent."""

from django.db import IntegrityError, transaction

from quittance.company.models import SavedView

MOST = 30  # on one page; more names than that find nothing faster


class ViewRefused(Exception):
    """The view was not kept: its name is taken, or there are too many."""


class NoSuchView(LookupError):
    """The person has no view of this number here."""


def saved_views(*, company_id: int, person_id: int, page: str) -> list[SavedView]:
    """Return a person's views of a page, by name."""
    rows = SavedView.objects.filter(company_id=company_id, person_id=person_id, page=page)
    return list(rows.order_by("name", "pk"))


@transaction.atomic
def save_view(*, company_id: int, person_id: int, page: str, name: str, query: str) -> SavedView:
    """Keep the filters of a page under a name; the same name again keeps the new ones. Refusal: `ViewRefused`."""
    own = SavedView.objects.filter(company_id=company_id, person_id=person_id, page=page)
    if len(query) > SavedView._meta.get_field("query").max_length:  # type: ignore[operator]
        raise ViewRefused("Cette vue a trop de filtres pour être gardée. Retirez-en.")
    if own.exclude(name=name).count() >= MOST:
        raise ViewRefused(f"Vous avez déjà {MOST} vues ici. Supprimez-en une.")
    view, _ = own.update_or_create(
        name=name,
        defaults={"query": query},
        create_defaults={
            "query": query,
            "company_id": company_id,
            "person_id": person_id,
            "page": page,
            "name": name,
        },
    )
    return view


def rename_view(*, company_id: int, person_id: int, view_id: int, name: str) -> SavedView:
    """Give a view another name. Refusals: `NoSuchView`, `ViewRefused`."""
    view = _own(company_id, person_id, view_id)
    view.name = name
    try:
        with transaction.atomic():
            view.save(update_fields=["name"])
    except IntegrityError:
        raise ViewRefused(f"Vous avez déjà une vue « {name} » ici. Choisissez un autre nom.") from None
    return view


def delete_view(*, company_id: int, person_id: int, view_id: int) -> SavedView:
    """Forget a view; the rows it showed stay. Refusal: `NoSuchView`."""
    view = _own(company_id, person_id, view_id)
    view.delete()
    return view


def _own(company_id: int, person_id: int, view_id: int) -> SavedView:
    view = SavedView.objects.filter(company_id=company_id, person_id=person_id, pk=view_id).first()
    if view is None:
        raise NoSuchView("Cette vue n'existe plus.")
    return view
