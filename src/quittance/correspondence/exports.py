"""What a company takes with it of its letters and messages."""

from collections.abc import Iterator

from django.db.models import QuerySet

from quittance.correspondence.models import SENT, CallNote, Document, Message
from quittance.formats.exporting import ROWS_AT_A_TIME, Table


def tables(company_id: int) -> list[Table]:
    """Messages with their words, documents with their hashes, and calls."""
    return [
        Table(
            "messages",
            (
                ("Message", "pk"), ("Message-ID", "message_id"), ("Code client", "customer__reference"),
                ("De", "sender_email"), ("À", "recipient_email"), ("Nom", "recipient_name"), ("Objet", "subject"),
                ("Corps", "body"), ("État", "state"), ("En file", "queued_at"), ("Parti", "sent_at"),
            ),
            Message.objects.filter(company_id=company_id).order_by("pk"),
        ),
        Table(
            "documents",
            (
                ("Document", "pk"), ("Code client", "customer__reference"), ("Nature", "kind"), ("Nom", "name"),
                ("Facture", "about"), ("Empreinte SHA-256", "sha256"), ("Créé", "created_at"),
                ("Masqué", "hidden_at"),
            ),
            Document.objects.filter(company_id=company_id).order_by("pk"),
        ),
        Table(
            "pieces_jointes",
            (("Message", "message_id"), ("Document", "document_id")),
            Message.documents.through.objects.filter(message__company_id=company_id).order_by("pk"),
        ),
        Table(
            "appels",
            (
                ("Code client", "customer__reference"), ("Interlocuteur", "contact_name"), ("Téléphone", "phone"),
                ("Issue", "outcome"), ("Texte", "text"), ("Rappeler le", "again_on"), ("Par", "actor"), ("Quand", "at"),
            ),
            CallNote.objects.filter(company_id=company_id).order_by("pk"),
        ),
    ]  # fmt: skip


def counts(company_id: int) -> tuple[int, int]:
    """Return how many messages left, and how many documents have their bytes."""
    return _sent(company_id).count(), _composed(company_id).count()


def sent_messages(company_id: int) -> Iterator[Message]:
    """Every message that left, with its customer, oldest first."""
    return _sent(company_id).select_related("customer").iterator(ROWS_AT_A_TIME)


def composed_documents(company_id: int) -> Iterator[tuple[int, str, str]]:
    """Every document that has its bytes: its number, its name, their hash; oldest first."""
    return _composed(company_id).values_list("pk", "name", "sha256").iterator(ROWS_AT_A_TIME)


def _sent(company_id: int) -> QuerySet[Message]:
    return Message.objects.filter(company_id=company_id, state=SENT).order_by("pk")


def _composed(company_id: int) -> QuerySet[Document]:
    return Document.objects.filter(company_id=company_id).exclude(sha256="").order_by("pk")
