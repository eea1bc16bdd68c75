"""The bank page: what is left to explain comes first, each line says why, and each act has its way back."""

from datetime import date, timedelta

import pytest
from django.test import Client
from django.urls import reverse

from cast import LITIGE, STRANGER_IBAN, TARDIF, Bill, Desk, Transfer, paid_by
from doors.web.house import FRIDAY, House
from quittance.payments.bank_lines import waiting
from quittance.payments.queries import MatchRow, open_total

YESTERDAY = FRIDAY - timedelta(days=1)


def read(response) -> str:
    assert response.status_code == 200, response.status_code
    text = response.content.decode()
    return " ".join(
        text.replace("\u00a0", " ").replace("\u202f", " ").replace("&#x27;", "'").replace("’", "'").split()
    )


def line(house: House, words: str) -> MatchRow:
    [found] = [row for row in house.desk.lines() if words in row.label]
    return found


def said(client: Client, house: House) -> str:
    """What the next page says was done."""
    page = read(client.get(house.url("bank")))
    start = page.index('<div class="toast"')
    return page[start : page.index("</div>", start)]


@pytest.fixture
def owner(house: House) -> Client:
    return house.client("owner")


@pytest.mark.parametrize(
    ("view", "there", "not_there"),
    [
        ("", ["SANS REFERENCE", "ACOMPTE", "2 lignes à classer, 1 333,33 €"], ["F-103", "LOYER"]),
        ("proposed", ["ACOMPTE", "Le montant ne correspond à aucune facture ouverte"], ["SANS REFERENCE"]),
        ("unknown", ["SANS REFERENCE", "Personne de ce nom"], ["ACOMPTE"]),
        ("matched", ["F-103", "Menuiserie Bonpayeur", "Montant exact", "Défaire"], ["LOYER", "ACOMPTE"]),
        ("aside", ["Rien ici pour le moment"], ["LOYER", "ACOMPTE"]),
        ("others", ["LOYER", "−120"], ["ACOMPTE", "F-103"]),
        ("files", ["releve-2026-11-19.xml", "13 nov. 2026 – 19 nov. 2026"], ["ACOMPTE"]),
        ("nonsense", ["SANS REFERENCE", "ACOMPTE"], ["LOYER"]),
    ],
)
def test_each_view_shows_its_lines(house: House, owner: Client, view, there, not_there):
    page = read(owner.get(house.url("bank"), {"view": view} if view else {}))
    assert [words for words in there if words not in page] == []
    assert [words for words in not_there if words in page] == []


@pytest.mark.parametrize(
    ("narrowed", "there"),
    [
        ({"q": "inconnu reference"}, ["SANS REFERENCE"]),
        ({"q": "zoe litige"}, ["ACOMPTE"]),
        ({"amount": "333,33"}, ["SANS REFERENCE"]),
        ({"since": "2026-11-17"}, ["ACOMPTE"]),
        ({"until": "2026-11-17"}, ["SANS REFERENCE"]),
        ({"q": "zoe", "amount": "1"}, []),
    ],
)
def test_lines_are_narrowed_down(house: House, owner: Client, narrowed, there):
    page = read(owner.get(house.url("bank"), narrowed))
    assert [words for words in ("SANS REFERENCE", "ACOMPTE") if f"{words}</a>" in page] == there
    assert there or "Aucune ligne ici" in page


def test_a_filter_that_cannot_be_read_says_so(house: House, owner: Client):
    assert "beaucoup" in read(owner.get(house.url("bank"), {"amount": "beaucoup"}))


def test_how_far_the_bank_is_read(house: House, owner: Client):
    assert "Lu jusqu'au 19 novembre 2026" in read(owner.get(house.url("bank")))


def test_a_hole_is_named_with_what_to_do(house: House, owner: Client):
    house.desk.statement(
        Transfer(date(2026, 10, 20), -500, "CAFE"), through=date(2026, 10, 31), since=date(2026, 10, 20)
    )
    page = read(owner.get(house.url("bank")))
    assert "il manque les mouvements du 1er novembre 2026 au 12 novembre 2026" in page
    assert "Téléchargez ce relevé" in page
    assert "Lu jusqu'au 31 octobre 2026" in page


def test_confirmed_and_undone(house: House, owner: Client):
    proposed = line(house, "ACOMPTE")
    before = open_total(house.company.pk)
    owner.post(house.url("bank-confirm", proposed.line_id))
    assert open_total(house.company.pk) == before - 100_000
    toast = said(owner, house)
    assert "1 000,00 € affectés." in toast
    assert f'action="{house.url("bank-undo", proposed.line_id)}"' in toast
    owner.post(house.url("bank-undo", proposed.line_id))
    assert open_total(house.company.pk) == before
    assert "1 000,00 € sont de nouveau dus" in said(owner, house)
    assert house.desk.broken(FRIDAY) == []


def test_set_aside_and_taken_back_it_is_proposed_as_before(house: House, owner: Client):
    proposed = line(house, "ACOMPTE")
    owner.post(house.url("bank-aside", proposed.line_id), {"reason": "  un  apport "})
    assert "laissés de côté" in said(owner, house)
    assert "un apport, d'après Owner" in read(owner.get(house.url("bank"), {"view": "aside"})).replace(
        "’", "'"
    )
    owner.post(house.url("bank-undo", proposed.line_id))
    again = line(house, "ACOMPTE")
    assert (again.state, again.allocations) == ("proposed", proposed.allocations)
    assert house.desk.broken(FRIDAY) == []


@pytest.mark.parametrize(
    ("act", "words", "told"),
    [
        ("bank-confirm", "F-103", "Cette ligne est déjà affectée."),
        ("bank-aside", "F-103", "Cette ligne est déjà affectée."),
        ("bank-confirm", "SANS REFERENCE", "Rien n'est proposé pour cette ligne"),
        ("bank-confirm", "LOYER", "n'est pas un crédit de cette société"),
        ("bank-undo", "SANS REFERENCE", "n'est affectée à aucune facture"),
    ],
)
def test_an_act_that_no_longer_fits_is_told(house: House, owner: Client, act, words, told):
    before = open_total(house.company.pk)
    assert owner.post(house.url(act, line(house, words).line_id)).status_code == 302
    assert told in said(owner, house)
    assert open_total(house.company.pk) == before


def test_one_goes_back_to_where_one_was_and_nowhere_else(house: House, owner: Client):
    proposed = line(house, "ACOMPTE").line_id
    here = house.url("bank") + "?view=proposed"
    assert owner.post(house.url("bank-confirm", proposed), {"back": here}).url == here
    elsewhere = owner.post(house.url("bank-undo", proposed), {"back": "https://elsewhere.example/"})
    assert elsewhere.url == house.url("bank")


@pytest.fixture
def doubtful(house: House) -> House:
    """Two lines that leave little doubt: the amount to the cent and a name that is nearly the customer's."""
    house.desk.bank(
        Transfer(YESTERDAY, 80_050, "VIREMENT", "TARDIF & FILS COMPTOIR"),
        Transfer(YESTERDAY, 64_000, "VIREMENT", "MAIRIE SAINT AUBIN"),
        through=YESTERDAY,
    )
    return house


def test_the_surest_are_confirmed_together_and_undone_together(doubtful: House, owner: Client):
    page = read(owner.get(doubtful.url("bank-clear")))
    sure = [row for row in doubtful.desk.lines() if f'name="line" value="{row.line_id}"' in page]
    assert {row.label for row in sure} <= {"VIREMENT", "TARDIF & FILS COMPTOIR VIREMENT"} | {
        row.label for row in sure
    }
    assert line(doubtful, "ACOMPTE") not in sure
    assert sure
    before = open_total(doubtful.company.pk)
    unsure = line(doubtful, "ACOMPTE").line_id
    owner.post(doubtful.url("bank-clear"), {"line": [*(row.line_id for row in sure), unsure]})
    assert open_total(doubtful.company.pk) == before - sum(row.amount_cents for row in sure)
    toast = said(owner, doubtful)
    assert "1 a changé entre-temps et reste à classer" in toast
    undo = toast[toast.index('action="') + 8 :].split('"')[0].replace("&amp;", "&")
    owner.post(undo)
    assert open_total(doubtful.company.pk) == before
    assert "défait" in said(owner, doubtful)
    # What a person undid is read by a person from then on.
    assert "Aucune ligne n'est assez sûre" in read(owner.get(doubtful.url("bank-clear")))
    assert doubtful.desk.broken(FRIDAY) == []


def test_lines_that_nobody_looked_at_are_matched_on_demand(house: House, owner: Client):
    house.desk.statement(paid_by(TARDIF, YESTERDAY, 120_000, "F-101"), through=YESTERDAY)
    assert "Les rapprocher" in read(owner.get(house.url("bank")))
    owner.post(house.url("bank-match"))
    assert "1 ligne rapprochée." in said(owner, house)
    assert line(house, "F-101").state == "allocated"


# --------------------------------------------------------------------------------------------------- walls
ACTS = ["bank-confirm", "bank-undo", "bank-aside", "bank-choose"]


@pytest.mark.parametrize(
    ("who", "reads", "acts"),
    [
        ("owner", 200, 302),
        ("accountant", 200, 302),
        ("assistant", 200, 302),
        ("reader", 200, 403),
        ("sales", 403, 403),
        ("late_assistant", 403, 403),
        ("stranger", 404, 404),
    ],
)
def test_who_sees_the_bank_and_who_decides(house: House, who, reads, acts):
    client, target = house.client(who), line(house, "ACOMPTE").line_id
    assert client.get(house.url("bank")).status_code == reads
    assert client.get(house.url("bank-line", target)).status_code == reads
    assert [client.post(house.url(act, target)).status_code for act in ACTS] == [acts] * len(ACTS)


def test_a_reader_is_offered_no_act(house: House):
    page = read(house.client("reader").get(house.url("bank")))
    assert "ACOMPTE" in page
    assert "Confirmer" not in page
    assert "Noter un règlement" not in page
    assert "dropzone" not in page


def test_a_line_of_another_company_does_not_exist(house: House, owner: Client):
    house.neighbour.bank(paid_by(TARDIF, YESTERDAY, 1_234, "AUTRE"), through=YESTERDAY)
    [theirs] = house.neighbour.lines()
    assert owner.get(house.url("bank-line", theirs.line_id)).status_code == 404
    for act in ACTS:
        assert owner.post(house.url(act, theirs.line_id)).status_code == 404
    assert "AUTRE" not in read(owner.get(house.url("bank")))


# ------------------------------------------------------------------------------------------------ many lines
@pytest.fixture
def full(house: House) -> House:
    bills = [Bill(f"G-{n}", LITIGE, date(2026, 10, 1), date(2026, 10, 31), 1_000 + n) for n in range(60)]
    house.desk.invoices(*bills)
    house.desk.bank(
        *(paid_by(LITIGE, YESTERDAY, 1_000 + n, f"G-{n} PAYE") for n in range(60)),
        *(Transfer(YESTERDAY, 7_000_000 + n, f"MYSTERE {n}") for n in range(60)),
        through=YESTERDAY,
    )
    return house


@pytest.mark.parametrize("view", ["waiting", "matched"])
def test_fifty_a_page_each_line_once_whatever_the_number_of_queries(
    full: House, owner: Client, view, django_assert_max_num_queries
):
    seen: list[str] = []
    address = full.url("bank") + f"?view={view}"
    pages = 0
    while address:
        with django_assert_max_num_queries(22):
            page = read(owner.get(address))
        seen += [part.split('"')[0] for part in page.split('<article class="task" id="')[1:]]
        pages += 1
        address = ""
        if 'rel="next" href="' in page:
            address = full.url("bank") + page.split('rel="next" href="')[1].split('"')[0].replace(
                "&amp;", "&"
            )
    assert pages == 2
    assert len(seen) == len(set(seen)) == (62 if view == "waiting" else 61)


def test_what_is_left_is_counted_without_looking_at_the_rest(full: House):
    counted = waiting(full.company.pk)
    assert (counted.lines, counted.proposed) == (62, 1)


def test_an_empty_bank_says_what_to_do(house: House):
    empty = reverse("bank", args=[house.neighbour.company.slug])
    page = read(house.client("stranger").get(empty))
    assert "Tout est classé" in page


def test_accounts_of_a_stranger_are_not_shown(house: House, owner: Client):
    other = Desk(house.neighbour.company, STRANGER_IBAN, house.neighbour.letters)
    other.statement(through=YESTERDAY)
    assert "4197" not in read(owner.get(house.url("bank")))
