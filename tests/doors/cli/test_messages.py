"""`quittance message`: what waits is seen, read, and taken back before it leaves; never by another company."""

import pytest

from doors.cli.firms import CREATE_DUPONT, DAY, DUPONT, MOREL, refused, set_up


@pytest.fixture
def book(quittance):
    """A company whose day was decided, and another one beside it."""
    set_up(quittance)
    quittance(*CREATE_DUPONT)
    quittance("day", *MOREL, *DAY)
    return quittance


def test_a_message_is_seen_read_and_taken_back(book):
    waiting = book.json("message", "list", *MOREL)
    assert {message["state"] for message in waiting} == {"queued"}
    number = waiting[0]["message"]
    read = book.json("message", "read", number, *MOREL)
    assert read["subject"] == waiting[0]["subject"]
    assert "FA-" in read["body"]
    told = book("message", "read", number, *MOREL).stdout
    assert f"Objet : {read['subject']}" in told

    assert "repris" in book("message", "cancel", number, *MOREL, "--reason", "accord au téléphone").stdout
    left = book.json("message", "list", *MOREL)
    assert number not in [message["message"] for message in left]
    states = {
        message["message"]: message["state"] for message in book.json("message", "list", "--all", *MOREL)
    }
    assert states[number] == "cancelled"
    assert "n'attend plus l'envoi" in " ".join(
        refused(book, "message", "cancel", number, *MOREL, status=1).split()
    )

    again = book.json("day", *MOREL, *DAY)  # what the message asked is owed again
    assert [action["customer"] for action in again["actions"]] == [waiting[0]["customer"]]


def test_another_company_neither_sees_nor_takes_back_a_message(book):
    number = book.json("message", "list", *MOREL)[0]["message"]
    assert book.json("message", "list", *DUPONT) == []
    for verb in ("read", "cancel"):
        assert "n'existe pas" in refused(book, "message", verb, number, *DUPONT, status=1)
    assert book.json("message", "list", *MOREL)[0]["state"] == "queued"
    assert "Aucun message n'attend" in book("message", "list", *DUPONT).stdout
