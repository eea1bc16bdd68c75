"""Réglages: what the company says of itself, its look, its accounts, the law in force."""

import io

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from PIL import Image

from doors.web.house import House
from quittance.company.models import BankAccount, Company, Member
from quittance.company.queries import bank_accounts
from quittance.journal.models import Entry

pytestmark = pytest.mark.one_database

SECTIONS = (
    "settings", "settings-brand", "settings-accounts", "settings-mailbox", "settings-law", "settings-export",
    "settings-journal",
)  # fmt: skip
OTHER_IBAN = "FR14 2004 1010 0505 0001 3M02 606"


def page(client: Client, address: str) -> str:
    """The words of a page, no-break spaces made plain."""
    answer = client.get(address)
    assert answer.status_code == 200, answer.status_code
    return plain(answer.content.decode())


def plain(text: str) -> str:
    return text.replace("\u00a0", " ").replace("\u202f", " ").replace("&#x27;", "'")


def company_form(house: House, **changes: str) -> dict[str, str]:
    """The company's form as the browser would send it back, with some fields typed over."""
    form = house.client("owner").get(house.url("settings")).context["form"]
    fields = {name: form[name].value() for name in form.fields}
    return {name: "" if value is None else str(value) for name, value in fields.items()} | changes


def stored(house: House) -> Company:
    return Company.objects.get(pk=house.company.pk)


def kinds(house: House) -> list[str]:
    return list(
        Entry.objects.filter(company=house.company).order_by("sequence").values_list("kind", flat=True)
    )


@pytest.mark.parametrize("section", SECTIONS)
def test_the_owner_opens_every_section(house: House, section: str) -> None:
    text = page(house.client("owner"), house.url(section))
    assert text.count('aria-current="page"') >= 2  # the side, and the section
    assert "<h1>Réglages</h1>" in text


@pytest.mark.parametrize(
    ("who", "opens"),
    [
        ("accountant", {"settings-export", "settings-journal"}),
        ("sales", set()),
        ("assistant", set()),
        ("reader", set()),
    ],
)
def test_others_open_what_they_have_a_right_to(house: House, who: str, opens: set[str]) -> None:
    client = house.client(who)
    assert {one for one in SECTIONS if client.get(house.url(one)).status_code == 200} == opens


def test_the_accountant_finds_the_way_to_the_journal(house: House) -> None:
    assert house.url("settings-journal") in page(house.client("accountant"), "/help/")


@pytest.mark.parametrize(
    ("field", "typed", "column", "kept"),
    [
        ("capital_cents", "8 000", "capital_cents", 800_000),
        ("default_term", "45 jours fin de mois", "default_term", "EOM45_A"),
        ("clause_rate_bp", "12,4", "clause_rate_bp", 1_240),
        ("vat_regime", "franchise", "vat_regime", "franchise"),
        ("mediator", "Médiation Lyon, 1 rue du Lac, mediation.example", "mediator", None),
        ("reminder_threshold_cents", "15", "reminder_threshold_cents", 1_500),
        ("undo_minutes", "0", "undo_minutes", 0),
    ],
)
def test_what_is_typed_is_kept(house: House, field: str, typed: str, column: str, kept: object) -> None:
    answer = house.client("owner").post(house.url("settings"), company_form(house, **{field: typed}))
    assert answer.status_code == 302
    assert getattr(stored(house), column) == (typed if kept is None else kept)
    assert Entry.objects.filter(company=house.company).latest("sequence").actor == house.owner.actor


def test_nothing_changed_writes_nothing(house: House) -> None:
    before = kinds(house)
    assert house.client("owner").post(house.url("settings"), company_form(house)).status_code == 302
    assert kinds(house) == before


def test_the_signer_changes_with_the_company(house: House) -> None:
    typed = company_form(house, signatory_name="Ada Morel", email="ada@morel.example")
    house.client("owner").post(house.url("settings"), typed)
    signer = Member.objects.get(company=house.company, rank=0)
    assert (signer.name, signer.email) == ("Ada Morel", "ada@morel.example")


@pytest.mark.parametrize(
    ("field", "typed", "said"),
    [
        ("name", "", "obligatoire"),
        ("default_term", "bientôt", "bientôt"),
        ("default_term", "EOM45", "deux façons"),
        ("clause_rate_bp", "130", "entre 0 et 100"),
        ("capital_cents", "beaucoup", "beaucoup"),
        ("email", "é@morel.example", "valide"),
        ("email", "owner@house.example", "autre personne"),
    ],
)
def test_what_cannot_be_kept_is_said(house: House, field: str, typed: str, said: str) -> None:
    answer = house.client("owner").post(house.url("settings"), company_form(house, **{field: typed}))
    assert answer.status_code == 422
    assert said in plain(answer.content.decode())
    assert stored(house).name == "Atelier Morel"


def test_the_siren_does_not_change(house: House) -> None:
    house.client("owner").post(house.url("settings"), company_form(house, siren="552100554"))
    assert stored(house).siren == "732829320"


def test_a_term_above_the_cap_and_a_rate_under_the_floor_are_told(house: House) -> None:
    Company.objects.filter(pk=house.company.pk).update(default_term="NET_90", clause_rate_bp=100)
    text = page(house.client("owner"), house.url("settings"))
    assert "le maximum est" in text
    assert "sous le minimum légal" in text


# --- The look


def drawing(size: tuple[int, int] = (300, 100), kind: str = "PNG") -> bytes:
    file = io.BytesIO()
    Image.new("RGB", size, (200, 40, 30)).save(file, kind)
    return file.getvalue()


def test_a_logo_is_drawn_again_and_shown_on_the_letter(house: House) -> None:
    client = house.client("owner")
    before = client.get(house.url("settings-brand-preview")).content
    logo = SimpleUploadedFile("logo.jpg", drawing(kind="JPEG"), "image/jpeg")
    answer = client.post(house.url("settings-brand"), {"logo": logo, "brand_color": "#b33a1e"})
    assert answer.status_code == 302
    kept = client.get(house.url("settings-brand-logo"))
    assert kept.headers["Content-Type"] == "image/png"
    assert kept.content.startswith(b"\x89PNG")
    after = client.get(house.url("settings-brand-preview")).content
    assert after.startswith(b"\x89PNG")
    assert after != before
    assert (stored(house).brand_color, len(stored(house).logo_sha256)) == ("#b33a1e", 64)
    client.post(house.url("settings-brand"), {"without_logo": "on", "brand_color": "#b33a1e"})
    assert stored(house).logo_sha256 == ""


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("logo.png", b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>"),
        ("logo.png", b"MZ not a picture"),
        ("logo.gif", drawing()[:60]),
    ],
)
def test_what_is_no_picture_is_refused(house: House, name: str, data: bytes) -> None:
    logo = SimpleUploadedFile(name, data, "image/png")
    answer = house.client("owner").post(house.url("settings-brand"), {"logo": logo, "brand_color": "#294890"})
    assert answer.status_code == 422
    assert "image" in plain(answer.content.decode())
    assert stored(house).logo_sha256 == ""


def test_our_own_colour_is_no_choice_and_words_are_no_colour(house: House) -> None:
    client = house.client("owner")
    client.post(house.url("settings-brand"), {"brand_color": "#294890"})
    assert stored(house).brand_color == ""
    assert client.post(house.url("settings-brand"), {"brand_color": "red;}"}).status_code == 422


def test_a_pale_colour_is_darkened_and_said(house: House) -> None:
    client = house.client("owner")
    client.post(house.url("settings-brand"), {"brand_color": "#ffd500"})
    assert "#8c7500" in page(client, house.url("settings-brand"))


# --- The accounts


def test_an_account_is_added_closed_and_opened_again(house: House) -> None:
    client, address = house.client("owner"), house.url("settings-accounts")
    assert client.post(address, {"iban": OTHER_IBAN, "bic": "psstfrpp lyo"}).status_code == 302
    added = BankAccount.objects.get(company=house.company, iban=OTHER_IBAN.replace(" ", ""))
    assert (added.bic, added.declared) == ("PSSTFRPPLYO", True)
    client.post(house.url("settings-account-close", added.pk))
    added.refresh_from_db()
    assert str(added.closed_on) == "2026-11-20"
    assert "fermé le 20 novembre 2026" in page(client, address)
    client.post(address, {"iban": OTHER_IBAN})
    added.refresh_from_db()
    assert added.closed_on is None


@pytest.mark.parametrize(
    ("iban", "bic", "said"),
    [
        ("FR76 3000", "", "IBAN"),
        ("FR7630004001000000015784334", "", "appartient déjà"),  # the neighbour's
        (OTHER_IBAN, "ABC", "8 ou 11"),
    ],
)
def test_an_account_that_cannot_be_theirs_is_refused(house: House, iban: str, bic: str, said: str) -> None:
    answer = house.client("owner").post(house.url("settings-accounts"), {"iban": iban, "bic": bic})
    assert answer.status_code == 422
    assert said in plain(answer.content.decode())


def test_the_account_of_another_company_is_not_there(house: House) -> None:
    [theirs] = bank_accounts(house.neighbour.company.pk)
    assert house.client("owner").post(house.url("settings-account-close", theirs.pk)).status_code == 404


# --- The law


@pytest.mark.parametrize(
    "words",
    ["2,40 %", "12,40 %", "8,25 %", 'value="40.00"', "60 jours date de facture", "À vérifier", "Noël"],
)
def test_the_law_is_shown_with_its_values(house: House, words: str) -> None:
    assert words in page(house.client("owner"), house.url("settings-law"))


def test_a_semester_that_is_missing_is_told_before_it_starts(house: House) -> None:
    text = page(house.client("owner"), house.url("settings-law"))
    assert "Le taux du 1er semestre 2027 manque encore" in text
