"""Clients: the list, each customer in one place, their contacts, notes, documents and statement."""

from django.urls import include, path, register_converter

from quittance.interfaces.web.customers import card, editing, keeping, listing


class FileFormatConverter:
    """A format of exported tables."""

    regex = "xlsx|csv"

    def to_python(self, value: str) -> str:
        """As it stands."""
        return value

    def to_url(self, value: str) -> str:
        """As it stands."""
        return value


register_converter(FileFormatConverter, "table_format")

_of_one = [
    path("", card.customer, name="customer"),
    path("edit/", editing.edit, name="customer-edit"),
    path("statement.pdf", keeping.statement, name="customer-statement"),
    path("contacts/new/", editing.contact_new, name="customer-contact-new"),
    path("contacts/<int:contact_id>/", editing.contact_edit, name="customer-contact"),
    path("contacts/<int:contact_id>/remove/", editing.contact_remove, name="customer-contact-remove"),
    path("notes/", keeping.note_add, name="customer-notes"),
    path("notes/<int:note_id>/remove/", keeping.note_remove, name="customer-note-remove"),
    path("notes/<int:note_id>/restore/", keeping.note_restore, name="customer-note-restore"),
    path("documents/", keeping.document_add, name="customer-documents"),
    path("documents/<int:document_id>/", keeping.document, name="customer-document"),
    path("documents/<int:document_id>/hide/", keeping.document_hide, name="customer-document-hide"),
    path("documents/<int:document_id>/show/", keeping.document_show, name="customer-document-show"),
]
urlpatterns = [
    path("", listing.customers, name="customers"),
    path("export.<table_format:file_format>", listing.export, name="customers-export"),
    path("new/", editing.new, name="customer-new"),
    path("<int:customer_id>/", include(_of_one)),
]
