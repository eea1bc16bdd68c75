"""Draw the pages of the user guide again: `python docs/images/pages.py` (needs Chromium).

Serves the demonstration, opens each page as one of its people at 1280 and 390 px, light and dark, and saves what the
window shows in docs/images/pages/, in few colours so that the repository stays small.
"""

from __future__ import annotations

import io
import re
import socket
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from urllib.request import urlopen

from PIL import Image
from playwright.sync_api import Browser, Page, sync_playwright

FOLDER = Path(__file__).parent / "pages"
COLOURS = 96
MOREL = "/c/atelier-morel"
# name of the picture: who looks, and at which address; « > » goes on to the first link that matches.
PAGES = {
    "aujourdhui": ("Julien Morel", "/"),
    "toutes-les-societes": ("Claire Vasseur", "/"),
    "relance": ("Julien Morel", f"{MOREL}/ > section[aria-labelledby=h-rem] .who a"),
    "appel": ("Julien Morel", f"{MOREL}/ > section[aria-labelledby=h-call] .act a"),
    "clients": ("Julien Morel", f"{MOREL}/customers/"),
    "client": ("Julien Morel", f"{MOREL}/customers/ > table tbody a"),
    "factures": ("Julien Morel", f"{MOREL}/invoices/"),
    "facture": ("Julien Morel", f"{MOREL}/invoices/?view=late > table tbody a"),
    "banque": ("Julien Morel", f"{MOREL}/bank/"),
    "ligne": ("Julien Morel", f"{MOREL}/bank/ > .task .act a"),
    "relances": ("Julien Morel", f"{MOREL}/plans/"),
    "texte": ("Julien Morel", f"{MOREL}/plans/texts/reminder_1_neutral/"),
    "calendrier": ("Julien Morel", f"{MOREL}/plans/calendar/"),
    "tableau-de-bord": ("Julien Morel", f"{MOREL}/insights/"),
    "importer": ("Julien Morel", f"{MOREL}/import/"),
    "reglages": ("Julien Morel", f"{MOREL}/settings/"),
    "personnes": ("Julien Morel", f"{MOREL}/settings/people/"),
    "journal": ("Julien Morel", f"{MOREL}/settings/journal/"),
    "droit": ("Julien Morel", f"{MOREL}/settings/law/"),
    "mon-compte": ("Claire Vasseur", "/me/"),
    "recherche": ("Julien Morel", "/search/?q=clinique"),
}
SIZES = {"1280": (1280, 900), "390": (390, 844)}


def main() -> int:
    """Draw every page in both sizes and both themes."""
    FOLDER.mkdir(exist_ok=True)
    program = Path(sys.executable).with_name("quittance")
    with tempfile.TemporaryDirectory() as home, socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
        probe.close()
        command = [program, "serve", "--demo", "--no-worker", "--folder", f"{home}/demo", "--port", str(port)]
        with subprocess.Popen(command, stdout=subprocess.DEVNULL) as server, sync_playwright() as playwright:
            try:
                _wait(f"http://127.0.0.1:{port}/icons.svg")
                browser = playwright.chromium.launch(
                    executable_path="/usr/bin/chromium", args=["--no-sandbox"]
                )
                for size in SIZES:
                    for theme in ("light", "dark"):
                        _draw_all(browser, f"http://127.0.0.1:{port}", size, theme)
                browser.close()
            finally:
                server.terminate()
    return 0


def _wait(url: str) -> None:
    for _ in range(600):
        try:
            urlopen(url, timeout=5).close()
        except OSError:
            time.sleep(0.1)
        else:
            return
    raise SystemExit("the server did not start")


def _draw_all(browser: Browser, url: str, size: str, theme: str) -> None:
    width, height = SIZES[size]
    for who in sorted({who for who, _ in PAGES.values()}):
        context = browser.new_context(
            base_url=url, viewport={"width": width, "height": height}, color_scheme=theme, locale="fr-FR",
            reduced_motion="reduce",
        )  # fmt: skip
        page = context.new_page()
        page.goto("/demo/")
        page.get_by_role("button", name=re.compile(who)).click()
        for name, (seen_by, address) in PAGES.items():
            if seen_by == who:
                _draw(page, address, FOLDER / f"{name}-{size}-{theme}.png")
        context.close()


def _draw(page: Page, address: str, file: Path) -> None:
    path, _, link = address.partition(" > ")
    page.goto(path)
    if link:
        page.goto(page.locator(link).first.get_attribute("href") or path)
    page.wait_for_load_state("networkidle")
    picture = Image.open(io.BytesIO(page.screenshot())).convert("RGB")
    picture.quantize(COLOURS, dither=Image.Dither.NONE).save(file, optimize=True)


if __name__ == "__main__":
    sys.exit(main())
