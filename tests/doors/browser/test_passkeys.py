"""Passkeys, in a browser with a device that recognises its owner."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from doors.browser.conftest import Open, Serve, Server

PASSWORD = "quatre chevaux verts"
DEVICE = {
    "protocol": "ctap2",
    "transport": "internal",
    "hasResidentKey": True,
    "hasUserVerification": True,
    "isUserVerified": True,
    "automaticPresenceSimulation": True,
}


def with_an_account(page: Page, home: str) -> None:
    """The first visit makes an account."""
    page.goto(f"{home}/")
    page.get_by_label("Votre nom").fill("Nadia Roche")
    page.get_by_label("Adresse électronique").fill("nadia@atelier-roche.example")
    page.get_by_label("Mot de passe").fill(PASSWORD)
    page.get_by_role("button", name="Continuer").click()
    page.wait_for_url("**/start/company/**")


def home_of(server: Server) -> str:
    """Browsers accept passkeys at « localhost », not at a bare number."""
    return server.url.replace("127.0.0.1", "localhost")


def sign_out(page: Page, home: str) -> None:
    page.goto(f"{home}/account/logout/")
    page.get_by_role("button", name="Se déconnecter").click()
    page.wait_for_url("**/account/login/**")


@pytest.mark.slow
def test_a_passkey_opens_the_house(serve: Serve, open_page: Open) -> None:
    server = serve("--no-worker")
    home, page = home_of(server), open_page(server)
    device = page.context.new_cdp_session(page)
    device.send("WebAuthn.enable")
    device.send("WebAuthn.addVirtualAuthenticator", {"options": DEVICE})
    with_an_account(page, home)

    page.goto(f"{home}/account/2fa/webauthn/add/")
    expect(page.get_by_role("heading", name="Est-ce bien vous")).to_be_visible()
    page.get_by_label("Mot de passe").fill(PASSWORD)
    page.get_by_role("button", name="Continuer").click()
    page.get_by_label("Nom de la clé").fill("Portable de Nadia")
    page.get_by_label("Se connecter avec cette clé seule").check()
    page.get_by_role("button", name="Ajouter cette clé").click()
    expect(page.get_by_role("heading", name="Codes de secours")).to_be_visible()
    page.goto(f"{home}/account/2fa/webauthn/")
    expect(page.get_by_text("Portable de Nadia")).to_be_visible()
    expect(page.get_by_text("Elle suffit, sans mot de passe.")).to_be_visible()

    sign_out(page, home)
    page.get_by_role("button", name="Utiliser une clé d’accès").click()
    page.wait_for_url("**/start/company/**")
    page.goto(f"{home}/me/")
    expect(page.get_by_text("nadia@atelier-roche.example")).to_be_visible()

    sign_out(page, home)
    page.get_by_label("Adresse électronique").fill("nadia@atelier-roche.example")
    page.get_by_label("Mot de passe").fill(PASSWORD)
    page.get_by_role("button", name="Se connecter").click()
    expect(page.get_by_role("heading", name="Encore un pas")).to_be_visible()
    page.get_by_role("button", name="Utiliser une clé d’accès").click()
    page.wait_for_url("**/start/company/**")

    page.goto(f"{home}/account/2fa/webauthn/")
    page.get_by_role("link", name="Renommer").click()
    page.get_by_role("button", name="Utiliser une clé d’accès").or_(
        page.get_by_label("Mot de passe")
    ).first.wait_for()
    page.get_by_label("Mot de passe").fill(PASSWORD)
    page.get_by_role("button", name="Continuer").click()
    page.get_by_label("Nom de la clé").fill("Vieux portable")
    page.get_by_role("button", name="Enregistrer").click()
    expect(page.get_by_text("Vieux portable")).to_be_visible()
    page.get_by_role("link", name="Retirer").click()
    page.get_by_role("button", name="Retirer la clé").click()
    expect(page.get_by_text("Vous n’avez pas encore de clé d’accès.")).to_be_visible()


@pytest.mark.slow
def test_a_refusal_is_told_in_words(serve: Serve, open_page: Open) -> None:
    server = serve("--no-worker")
    page = open_page(server)
    with_an_account(page, server.url)
    sign_out(page, server.url)
    page.get_by_role("button", name="Utiliser une clé d’accès").click()
    expect(
        page.get_by_text("Les navigateurs n’acceptent de clés d’accès qu’à une adresse en https")
    ).to_be_visible()
