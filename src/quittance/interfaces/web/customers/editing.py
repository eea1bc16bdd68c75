"""A customer made by hand, or changed; and the contacts there."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from quittance.customers.operations import (
    FIELDS,
    AddressKnown,
    CustomerDetails,
    CustomerElsewhere,
    NoSuchContact,
    ReferenceTaken,
    add_contact,
    change_contact,
    change_customer,
    create_customer,
    remove_contact,
)
from quittance.customers.queries import contacts_of_one
from quittance.domain.access import Right
from quittance.interfaces.web.customers.entry_forms import ContactForm, CustomerForm, NewCustomerForm
from quittance.interfaces.web.shell import toast
from quittance.interfaces.web.walls import SeatedRequest, seated, their_customer

if TYPE_CHECKING:
    from django import forms

    from quittance.customers.models import Contact, Customer

PAGE = "customers"


@seated(Right.CHANGE)
def new(request: SeatedRequest) -> HttpResponse:
    """Make a customer by hand."""
    company = request.seat.company
    form = NewCustomerForm(company.pk, request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            customer = create_customer(
                company_id=company.pk,
                details=CustomerDetails(**form.cleaned_data),
                actor=request.person.actor,
                at=request.at,
            )
        except (ReferenceTaken, CustomerElsewhere) as refused:
            form.add_error("reference" if isinstance(refused, ReferenceTaken) else None, str(refused))
        else:
            toast(request, _("%(name)s est dans vos clients.") % {"name": customer.name})
            return redirect("customer", slug=company.slug, customer_id=customer.pk)
    return _shown(request, "customers/new.html", form, {})


@seated(Right.CHANGE)
def edit(request: SeatedRequest, customer_id: int) -> HttpResponse:
    """Change what is known of a customer."""
    customer = their_customer(request, customer_id)
    company = request.seat.company
    form = CustomerForm(company.pk, request.POST or None, initial=_initial(customer))
    if request.method == "POST" and form.is_valid():
        try:
            changes = change_customer(
                company_id=company.pk,
                customer_id=customer.pk,
                actor=request.person.actor,
                at=request.at,
                **form.cleaned_data,
            )
        except (AddressKnown, CustomerElsewhere) as refused:
            form.add_error(None, str(refused))
        else:
            toast(request, _("Enregistré.") if changes else _("Rien n'a changé."))
            return redirect("customer", slug=company.slug, customer_id=customer.pk)
    return _shown(request, "customers/edit.html", form, {"customer": customer})


def _initial(customer: Customer) -> dict[str, Any]:
    known = {field: getattr(customer, field) for field in FIELDS}
    return {**known, "payer_names": "\n".join(customer.payer_names)}


@seated(Right.CHANGE)
def contact_new(request: SeatedRequest, customer_id: int) -> HttpResponse:
    """Add a contact."""
    customer = their_customer(request, customer_id)
    form = ContactForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            add_contact(
                company_id=request.seat.company.pk,
                customer_id=customer.pk,
                actor=request.person.actor,
                at=request.at,
                **form.cleaned_data,
            )
        except AddressKnown as refused:
            form.add_error("email", str(refused))
        else:
            toast(request, _("Contact ajouté."))
            return redirect("customer", slug=request.seat.company.slug, customer_id=customer.pk)
    return _shown(request, "customers/contact.html", form, {"customer": customer})


@seated(Right.CHANGE)
def contact_edit(request: SeatedRequest, customer_id: int, contact_id: int) -> HttpResponse:
    """Change a contact."""
    customer = their_customer(request, customer_id)
    contact = _contact(customer, contact_id)
    initial = {name: getattr(contact, name) for name in ContactForm.base_fields}
    form = ContactForm(request.POST or None, initial=initial)
    if request.method == "POST" and form.is_valid():
        try:
            change_contact(
                company_id=request.seat.company.pk,
                customer_id=customer.pk,
                contact_id=contact.pk,
                actor=request.person.actor,
                at=request.at,
                **form.cleaned_data,
            )
        except AddressKnown as refused:
            form.add_error("email", str(refused))
        else:
            toast(request, _("Contact enregistré."))
            return redirect("customer", slug=request.seat.company.slug, customer_id=customer.pk)
    return _shown(request, "customers/contact.html", form, {"customer": customer, "contact": contact})


@seated(Right.CHANGE)
@require_POST
def contact_remove(request: SeatedRequest, customer_id: int, contact_id: int) -> HttpResponse:
    """Remove a contact: nothing is sent there any more."""
    customer = their_customer(request, customer_id)
    try:
        remove_contact(
            company_id=request.seat.company.pk,
            customer_id=customer.pk,
            contact_id=contact_id,
            actor=request.person.actor,
            at=request.at,
        )
    except NoSuchContact as refused:
        raise Http404(str(refused)) from refused
    toast(request, _("Contact retiré : plus rien n'y part."), icon="trash-2")
    return redirect("customer", slug=request.seat.company.slug, customer_id=customer.pk)


def _contact(customer: Customer, contact_id: int) -> Contact:
    found = next((one for one in contacts_of_one(customer.pk) if one.pk == contact_id), None)
    if found is None:
        raise Http404
    return found


def _shown(request: SeatedRequest, template: str, form: forms.Form, context: dict[str, Any]) -> HttpResponse:
    return render(
        request, template, {"page": PAGE, "form": form, **context}, status=422 if form.errors else 200
    )
