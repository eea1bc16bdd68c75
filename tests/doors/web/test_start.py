"""The first visit: an account, a company, the invoices, the bank."""

import io
import re
import subprocess
import sys

import pytest
from allauth.account.models import EmailAddress
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from PIL import Image

from cast import DUPONT_IBAN, MOREL_IBAN
from doors.web.house import PASSWORD, House
from quittance.company.models import BankAccount, Company, Member, Upload
from quittance.domain.access import Right
from quittance.journal.models import Entry
from quittance.people.models import Person
from quittance.sales.models import Invoice

BNP_IBAN = "FR7630004000031234567890143"
ACCOUNT = {"name": "Anne Kerbrat", "email": "Anne@Kerbrat.example", "password": "trois chevaux verts"}
COMPANY = {
    "siren": "732 829 320",
    "name": "Menuiserie Kerbrat",
    "street": "12 rue des Châtaigniers",
    "postcode": "29000",
    "city": "Quimper",
    "iban": "FR76 3000 4000 0312 3456 7890 143",
    "vat_regime": "debits",
    "legal_form": "SARL",
    "capital_cents": "8 000",
    "registry_city": "Quimper",
    "signatory_name": "Anne Kerbrat",
    "signatory_title": "gérante",
    "email": "compta@kerbrat.example",
    "brand_color": "#8a1c1c",
}


def picture(kind: str = "PNG") -> bytes:
    file = io.BytesIO()
    Image.new("RGB", (90, 30), "navy").save(file, kind)
    return file.getvalue()


@pytest.fixture
def folders(tmp_path, settings):
    """Folders of this test's own."""
    settings.ARCHIVE_DIR, settings.UPLOADS_DIR = tmp_path / "archive", tmp_path / "uploads"
    return settings


@pytest.fixture
def owner(db, folders) -> Client:
    """A browser in which the first account was just made."""
    client = Client()
    assert client.post("/start/", ACCOUNT).status_code == 302
    return client


# --- the account


def test_nobody_is_here_yet(db):
    for address in ("/", "/c/anything/customers/", "/start/company/"):
        assert Client().get(address).headers["Location"] == "/start/", address
    assert "Votre compte" in Client().get("/start/").content.decode()


def test_the_first_visit_makes_an_account_that_is_signed_in(owner):
    person = Person.objects.get()
    assert (person.email, person.name) == ("anne@kerbrat.example", "Anne Kerbrat")
    assert EmailAddress.objects.filter(user=person, email=person.email, verified=True, primary=True).exists()
    assert owner.get("/start/company/").status_code == 200


@pytest.mark.parametrize(
    ("case", "change", "told"),
    [
        ("short", {"password": "court"}, "12"),
        ("usual", {"password": "password1234"}, "courant"),
        ("like the address", {"password": "anne@kerbrat.example"}, "semblable"),
        ("no name", {"name": ""}, "obligatoire"),
        ("no address", {"email": "anne"}, "valide"),
    ],
)
def test_an_account_that_does_not_do_is_told(db, case, change, told):
    answer = Client().post("/start/", ACCOUNT | change)
    assert answer.status_code == 400
    assert told in answer.content.decode()
    assert not Person.objects.exists()


VISIT = """
import sys, time, django
django.setup()
from quittance.people import operations
looked = operations.anybody
def looked_at_leisure():
    found = looked()
    time.sleep(1)
    return found
operations.anybody = looked_at_leisure
print("ready", flush=True)
sys.stdin.readline()
try:
    operations.create_first_person(email=sys.argv[1], name="", password=None)
except operations.SomebodyIsHere:
    print("somebody is here")
else:
    print("made")
"""


def test_of_two_first_visits_at_once_one_makes_the_account(live_home, quittance):
    quittance("company", "list")  # migrates
    environment = live_home.environment | {"DJANGO_SETTINGS_MODULE": "quittance.config.settings"}
    visits = [
        subprocess.Popen(
            [sys.executable, "-c", VISIT, f"{name}@kerbrat.example"],
            env=environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
        )
        for name in ("anne", "yann")
    ]  # fmt: skip
    for one in visits:
        assert one.stdout.readline() == "ready\n"
    for one in visits:
        one.stdin.write("go\n")
        one.stdin.flush()
    assert sorted(one.communicate(timeout=60)[0] for one in visits) == ["made\n", "somebody is here\n"]


def test_the_door_closes_behind_the_first(owner):
    for method in ("get", "post"):
        answer = getattr(Client(), method)("/start/", {**ACCOUNT, "email": "x@x.example"})
        assert answer.status_code == 302
    assert Person.objects.count() == 1


# --- the company


def test_a_company_can_work_at_once(owner, folders):
    logo = SimpleUploadedFile("logo.svg", picture(), "image/svg+xml")
    answer = owner.post("/start/company/", COMPANY | {"logo": logo})
    company = Company.objects.get()
    assert answer.headers["Location"] == "/start/menuiserie-kerbrat/invoices/"
    assert (company.siren, company.vat_regime, company.legal_form) == ("732829320", "debits", "SARL")
    assert (company.capital_cents, company.brand_color) == (800_000, "#8a1c1c")
    account = BankAccount.objects.get()
    assert (account.iban, account.bic, account.declared) == (BNP_IBAN, "BNPAFRPP", True)
    member = Member.objects.get()
    assert (member.person, member.role, member.rank) == (Person.objects.get(), "owner", 0)
    assert (member.name, member.title, member.email) == ("Anne Kerbrat", "gérante", "compta@kerbrat.example")
    kept = (folders.ARCHIVE_DIR / company.logo_sha256[:2] / company.logo_sha256).read_bytes()
    assert kept.startswith(b"\x89PNG")
    entry = Entry.objects.get(company=company, kind="company.member_joined")
    assert entry.actor == "Anne Kerbrat <anne@kerbrat.example>"
    assert owner.get(f"/c/{company.slug}/import/").status_code == 200


@pytest.mark.parametrize(
    ("case", "change", "told"),
    [
        ("SIREN, wrong key", {"siren": "732829321"}, "clé de contrôle est fausse"),
        ("IBAN, wrong key", {"iban": "FR7630004000031234567890144"}, "clé"),
        ("BIC", {"bic": "BNP"}, "8 ou 11"),
        ("no name", {"name": ""}, "obligatoire"),
        ("colour", {"brand_color": "red"}, "#rrvvbb"),
        ("VAT", {"vat_regime": "none"}, "choix"),
        ("capital", {"capital_cents": "mille"}, "mille"),
        ("a script as logo", {"logo": SimpleUploadedFile("a.png", b"<svg><script>1</script></svg>")}, "PNG"),
        ("a heavy logo", {"logo": SimpleUploadedFile("a.png", b"\x89PNG" + b"0" * 2_200_000)}, "2 Mo"),
    ],
)
def test_a_company_that_does_not_do_is_told(owner, case, change, told):
    answer = owner.post("/start/company/", COMPANY | change)
    assert answer.status_code == 400
    assert told in answer.content.decode()
    assert not Company.objects.exists()


def test_a_second_company_has_the_same_owner_and_a_name_of_its_own(owner):
    owner.post("/start/company/", COMPANY)
    answer = owner.post("/start/company/", COMPANY | {"iban": MOREL_IBAN})
    assert answer.headers["Location"] == "/start/menuiserie-kerbrat-2/invoices/"
    assert Member.objects.filter(person=Person.objects.get(), role="owner").count() == 2


def test_the_account_of_another_company_is_refused(house: House):
    answer = house.client("reader").post("/start/company/", COMPANY | {"iban": DUPONT_IBAN})
    assert answer.status_code == 400
    assert "appartient déjà" in answer.content.decode()
    assert not Company.objects.filter(name="Menuiserie Kerbrat").exists()


def test_whoever_opens_a_company_owns_that_one_only(house: House):
    house.client("reader").post("/start/company/", COMPANY)
    seats = {member.company.name: member.role for member in Member.objects.filter(person=house.reader)}
    assert seats == {house.company.name: "reader", "Menuiserie Kerbrat": "owner"}


@pytest.mark.parametrize(
    ("address", "told"),
    [
        ("/start/siren/?siren=732829320", "FR44732829320|FR44 732829320"),
        ("/start/siren/?siren=732829321", "clé de contrôle est fausse"),
        ("/start/siren/?siren=12", "celui-ci en a 2"),
        ("/start/siren/", "^\\s*$"),
        (f"/start/iban/?iban={BNP_IBAN}", "BNPAFRPP"),
        ("/start/iban/?iban=FR7630004000031234567890144", "clé"),
        ("/start/iban/?iban=%3Cscript%3E", "."),
    ],
)
def test_keys_are_checked_while_one_types(owner, address, told):
    answer = owner.get(address)
    assert re.search(told, answer.content.decode())
    assert "<script>" not in answer.content.decode()


# --- the invoices and the bank


def test_the_road_goes_on_to_the_bank_and_the_day(owner):
    owner.post("/start/company/", COMPANY)
    slug = Company.objects.get().slug
    table = SimpleUploadedFile("f.csv", "Numéro;Client;Date;TTC\nK-1;Bar;01/06/2026;120,00\n".encode())
    answer = owner.post(f"/start/{slug}/invoices/", {"kind": "invoices", "file": table, "road": "on"})
    check = answer.headers["Location"]
    assert "Vos factures" in owner.get(check).content.decode()
    owner.post(f"{check}confirm/")
    assert Invoice.objects.filter(number="K-1").exists()
    assert f'href="/start/{slug}/bank/"' in owner.get(check).content.decode()
    statement = SimpleUploadedFile("r.csv", "Date;Libellé;Montant\n02/06/2026;VIR BAR K-1;120,00\n".encode())
    answer = owner.post(f"/start/{slug}/bank/", {"file": statement, "road": "on"})
    owner.post(f"{answer.headers['Location']}confirm/")
    done = owner.get(answer.headers["Location"]).content.decode()
    assert "Voir ma journée" in done
    assert Upload.objects.filter(confirmed_at__isnull=False).count() == 2


def test_each_step_can_be_left_for_later(owner):
    owner.post("/start/company/", COMPANY)
    slug = Company.objects.get().slug
    for step, later in (("invoices", f"/start/{slug}/bank/"), ("bank", f"/c/{slug}/")):
        shown = owner.get(f"/start/{slug}/{step}/").content.decode()
        assert re.search(rf'href="{later}">Plus tard', shown)


@pytest.mark.parametrize(
    ("who", "status"), [("owner", 200), ("accountant", 200), ("sales", 403), ("stranger", 404)]
)
def test_only_who_may_import_walks_the_road(house: House, who, status):
    for step in ("invoices", "bank"):
        assert house.client(who).get(f"/start/{house.company.slug}/{step}/").status_code == status
    assert house.owner.check_password(PASSWORD)
    assert Right.IMPORT in Right
