"""Days of the people who use Quittance, lived in a browser against the served product."""

from __future__ import annotations

import re
import time
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from doors.browser.conftest import PHONE, Open, Serve, Server, come_in

MORNING = {"QUITTANCE_CLOCK": "2026-11-20T08:30"}
CUSTOMERS = """Code client;Raison sociale;E-mail;Délai de paiement
C-1;Fromagerie du Lac;compta@fromagerie-du-lac.example;30 jours
C-2;Garage Ferrand;garage@ferrand.example;30 jours
"""
INVOICES = """Numéro;Code client;Date;Date d'échéance;Montant TTC
F-1;C-1;01/10/2026;31/10/2026;1200,00
F-2;C-2;31/02/2026;10/11/2026;480,00
F-3;C-2;05/10/2026;04/11/2026;960,00
"""
STATEMENT = """Date;Libellé;Débit;Crédit
10/11/2026;VIR GARAGE FERRAND F-3;;960,00
19/11/2026;PRLV ENERGIE;84,10;
"""


def wait_for_mails(server: Server, count: int) -> list[Path]:
    """Wait until the worker has let so many mails leave."""
    for _ in range(200):
        if len(server.outbox) >= count:
            return server.outbox
        time.sleep(0.1)
    raise AssertionError(f"{len(server.outbox)} mails left, not {count}")


def drop(page: Page, name: str, text: str) -> None:
    """Give a file to the page's field for files."""
    page.locator('input[type="file"]').first.set_input_files(
        {"name": name, "mimeType": "text/csv", "buffer": text.encode()}
    )


def first_account(page: Page) -> None:
    """The first visit: an account."""
    page.goto("/")
    page.get_by_label("Votre nom").fill("Nadia Roche")
    page.get_by_label("Adresse électronique").fill("nadia@atelier-roche.example")
    page.get_by_label("Mot de passe").fill("quatre chevaux verts")
    page.get_by_role("button", name="Continuer").click()


def first_company(page: Page) -> None:
    """Then a company; a wrong key is told where it was typed."""
    page.get_by_label("SIREN").fill("732829321")
    page.get_by_label("Nom", exact=True).fill("Atelier Roche")
    page.get_by_label("IBAN où vous êtes payé").fill("FR76 3000 6000 0112 3456 7890 189")
    page.get_by_label("Qui signe").fill("Nadia Roche")
    page.get_by_label("Adresse d’où partent vos messages").fill("nadia@atelier-roche.example")
    page.get_by_role("button", name="Continuer").click()
    expect(page.get_by_label("SIREN")).to_have_attribute("aria-invalid", "true")
    page.get_by_label("SIREN").fill("732829320")
    page.get_by_role("button", name="Continuer").click()


def bring(page: Page, name: str, text: str) -> None:
    """Bring a file, look at what it holds, and confirm."""
    drop(page, name, text)
    if page.get_by_role("button", name="Lire le fichier").count():
        page.get_by_role("button", name="Lire le fichier").click()
    page.wait_for_url(re.compile(r"/import/\d+"))
    page.get_by_role("button", name=re.compile("^Importer")).click()


@pytest.mark.slow
def test_from_nothing_to_the_first_reminder_sent(serve: Serve, open_page: Open) -> None:
    server = serve(**MORNING)
    page = open_page(server)
    first_account(page)
    first_company(page)
    # The invoices: one row is wrong, it is named, and the others come in.
    drop(page, "factures.csv", INVOICES.replace("C-1", "Fromagerie du Lac").replace("C-2", "Garage Ferrand")
         .replace("Code client", "Client"))  # fmt: skip
    page.get_by_role("button", name="Lire le fichier").click()
    expect(page.get_by_text("31/02/2026").first).to_be_visible()
    page.get_by_role("button", name="Importer 2 factures").click()
    # The bank: read, matched, told.
    page.get_by_role("link", name="Continuer").click()
    bring(page, "releve.csv", STATEMENT)
    page.goto("/")
    expect(page.get_by_text("Sans adresse").first).to_be_visible()
    # Nobody can write to a customer without an address: it is asked for, then the reminder is ready.
    page.goto("/c/atelier-roche/customers/")
    page.get_by_role("link", name="Fromagerie du Lac").first.click()
    page.get_by_role("link", name="Ajouter un contact").last.click()
    page.locator('input[type="email"]').fill("compta@fromagerie-du-lac.example")
    page.locator("main").get_by_role("button", name=re.compile("Ajouter|Enregistrer")).first.click()
    page.goto("/")
    page.get_by_role("link", name="Fromagerie du Lac").first.click()
    expect(page.get_by_text("F-1").first).to_be_visible()
    page.get_by_role("button", name="Envoyer").click()
    expect(page.get_by_role("status")).to_contain_text("part à")
    assert server.outbox == []  # it can be taken back for ten minutes
    page.get_by_role("status").get_by_role("button", name="Annuler").click()
    # Without a delay it leaves at once.
    page.goto("/c/atelier-roche/plans/")
    page.get_by_label(re.compile("minutes", re.IGNORECASE)).first.fill("0")
    page.get_by_role("button", name=re.compile("Enregistrer")).last.click()
    page.goto("/")
    page.get_by_role("link", name="Fromagerie du Lac").first.click()
    page.get_by_role("button", name="Envoyer").click()
    mail = wait_for_mails(server, 1)[0].read_bytes()
    assert b"compta@fromagerie-du-lac.example" in mail


@pytest.mark.slow
def test_a_morning_of_an_assistant_with_three_companies(serve: Serve, open_page: Open) -> None:
    server = serve(demo=True)
    page = come_in(open_page(server), "Claire Vasseur")
    expect(page.get_by_role("heading", name="Bonjour Claire")).to_be_visible()
    for company in ("Atelier Morel", "Traiteur Lafargue"):
        expect(page.get_by_text(company).first).to_be_visible()
    # The bank first: one line in one click, and back.
    before = page.locator("article.task").count()
    page.get_by_role("button", name="Confirmer").first.click()
    expect(page.get_by_role("status")).to_be_visible()
    assert page.locator("article.task").count() <= before
    # A company whose statement is late is left alone, and named.
    expect(page.get_by_text("Électricité Morvan").first).to_be_visible()
    # The reminders of one company, read and sent together; a formal notice is not hers to send.
    page.goto("/c/traiteur-lafargue/reminders/")
    for box in page.locator('input[name="customer"]').all():
        box.check()
    page.get_by_role("button", name=re.compile("Lire")).first.click()
    page.get_by_role("button", name="Envoyer…").click()
    page.get_by_role("button", name=re.compile("^Envoyer les|^Envoyer le message")).click()
    expect(page.get_by_role("status")).to_be_visible()
    # A mandate that ends soon is told.
    page.goto("/")
    expect(page.get_by_text(re.compile("Mandat bientôt échu|mandat", re.IGNORECASE)).first).to_be_visible()
    # What is not hers is closed to her.
    assert page.goto("/c/atelier-morel/settings/").status == 403


@pytest.mark.slow
def test_a_match_is_confirmed_and_undone(serve: Serve, open_page: Open) -> None:
    server = serve("--no-worker", demo=True)
    page = come_in(open_page(server), "Julien Morel")
    page.goto("/c/atelier-morel/bank/")
    row = page.locator("article.task", has_text="RESTAURANT LE COMPTOIR")
    row.get_by_role("button", name="Confirmer").click()
    expect(page.locator("article.task", has_text="RESTAURANT LE COMPTOIR")).to_have_count(0)
    page.keyboard.press("z")  # the way back is in the toast, and under a key
    expect(page.locator("article.task", has_text="RESTAURANT LE COMPTOIR")).to_have_count(1)


@pytest.mark.slow
def test_a_plan_is_changed_and_restored(serve: Serve, open_page: Open) -> None:
    server = serve("--no-worker", demo=True)
    page = come_in(open_page(server), "Julien Morel")
    page.goto("/c/atelier-morel/plans/")
    page.get_by_role("link", name=re.compile("Modifier")).first.click()
    page.get_by_label("Jour", exact=True).nth(1).fill("12")
    page.get_by_role("button", name=re.compile("Enregistrer")).first.click()
    expect(page.get_by_text("J+12").first).to_be_visible()
    page.get_by_role("status").get_by_role("button", name="Annuler").click()
    expect(page.get_by_text("J+10").first).to_be_visible()


@pytest.mark.slow
def test_on_a_phone(serve: Serve, open_page: Open) -> None:
    server = serve("--no-worker", demo=True)
    page = come_in(open_page(server, viewport=PHONE, has_touch=True, is_mobile=True), "Julien Morel")
    tabs = page.get_by_role("navigation", name="Principale, en bas")
    for name, title in (("Clients", "Clients"), ("Factures", "Factures"), ("Banque", "Banque")):
        tabs.get_by_role("link", name=name).tap()
        expect(page.get_by_role("heading", level=1, name=title)).to_be_visible()
        assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
    tabs.get_by_role("link", name=re.compile("Aujourd")).tap()
    page.locator("article.task .who a").last.tap()
    expect(page.get_by_role("heading", level=1)).to_be_visible()


@pytest.mark.slow
def test_without_javascript(serve: Serve, open_page: Open) -> None:
    """Reading and the main forms: look, send, take back, pause, confirm, search."""
    server = serve("--no-worker", demo=True)
    page = come_in(open_page(server, java_script_enabled=False), "Julien Morel")
    page.get_by_role("link", name=re.compile("Relire les|Relire la")).first.click()
    page.get_by_role("button", name="Envoyer").click()
    expect(page.get_by_role("status")).to_contain_text("part à")
    page.get_by_role("status").get_by_role("button", name="Annuler").click()
    page.get_by_role("button", name="Suspendre").click()  # a popover, opened by the browser itself
    dialog = page.locator("#d-pause")
    dialog.locator('input[type="date"]').fill("2026-12-01")
    dialog.locator('input[type="text"], textarea').first.fill("attend le règlement du chantier")
    dialog.get_by_role("button", name=re.compile("Suspendre")).click()
    expect(page.get_by_role("status")).to_be_visible()
    page.goto("/c/atelier-morel/bank/")
    page.locator("article.task", has_text="RESTAURANT LE COMPTOIR").get_by_role(
        "button", name="Confirmer"
    ).click()
    expect(page.get_by_role("status")).to_be_visible()
    page.locator("#q").fill("Clinique")
    page.locator("#q").press("Enter")
    expect(page.get_by_role("link", name=re.compile("Clinique du Parc")).first).to_be_visible()


@pytest.mark.slow
def test_with_the_keys_alone(serve: Serve, open_page: Open) -> None:
    server = serve("--no-worker", demo=True)
    page = come_in(open_page(server), "Julien Morel")
    page.keyboard.press("g")
    page.keyboard.press("f")
    page.wait_for_url("**/invoices/")
    page.keyboard.press("/")
    page.keyboard.type("Clinique")
    page.keyboard.press("Enter")
    page.wait_for_url("**/search/**")
    page.keyboard.press("Escape")
    page.locator("body").click()
    page.keyboard.press("?")
    page.wait_for_url("**/help/")


@pytest.mark.slow
def test_in_english(serve: Serve, open_page: Open) -> None:
    server = serve("--no-worker", demo=True)
    page = come_in(open_page(server), "Julien Morel")
    page.goto("/me/")
    page.get_by_label("Langue").select_option("en")
    page.get_by_role("button", name="Enregistrer").first.click()
    expect(
        page.get_by_role("navigation", name="Main", exact=True).get_by_role("link", name="Customers")
    ).to_be_visible()
    page.goto("/c/atelier-morel/customers/")
    expect(page.get_by_role("heading", level=1, name="Customers")).to_be_visible()
