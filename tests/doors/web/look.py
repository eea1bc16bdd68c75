"""Look at pages as a person would: `python tests/doors/web/look.py PATH... --out FOLDER [--as owner] [--home FOLDER]`.

Opens a book (the demonstration's, made in `--home` where that is empty), serves it, signs in, and saves each page at
1280 and 390 px, light and dark; prints what axe and the console complain of, and what is wider than the screen.
"""

from __future__ import annotations

import argparse
import os
import re
import socket
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from urllib.request import urlopen

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import ConsoleMessage, sync_playwright

WIDTHS = (1280, 390)
AXE_RULES = {
    "preload": False,
    "runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"],
}


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("paths", nargs="+")
    parser.add_argument("--out", type=Path, default=Path("/tmp/quittance-look"))
    parser.add_argument("--as", dest="role", default="owner")
    parser.add_argument("--home", type=Path)
    parser.add_argument("--themes", default="light,dark")
    chosen = parser.parse_args()
    home = chosen.home or Path(tempfile.mkdtemp(prefix="quittance-look-"))
    environment = _environment(home)
    if not (home / "quittance.sqlite3").exists():
        subprocess.run([_program(), "demo", "--folder", home], check=True, stdout=subprocess.DEVNULL)
    cookie = subprocess.run(
        [sys.executable, "-c", _SIGN_IN, chosen.role],
        env=environment,
        check=True,
        capture_output=True,
        text=True,
    ).stdout.strip()
    port = _free_port()
    with subprocess.Popen(
        [_program(), "serve", "--port", str(port), "--no-worker"], env=environment
    ) as server:
        try:
            _wait(port)
            return _shoot(port, cookie, chosen.paths, chosen.out, chosen.themes.split(","))
        finally:
            server.terminate()


def _environment(home: Path) -> dict[str, str]:
    ours = {"QUITTANCE_HOME": str(home), "QUITTANCE_CLOCK": "2026-11-20T08:30"}
    return {**os.environ, **ours, "DJANGO_SETTINGS_MODULE": "quittance.config.settings"}


def _program() -> str:
    return str(Path(sys.executable).with_name("quittance"))


_SIGN_IN = """
import sys, django; django.setup()
from django.contrib.auth import SESSION_KEY, BACKEND_SESSION_KEY, HASH_SESSION_KEY
from django.contrib.sessions.backends.db import SessionStore
from django.core.management import call_command
from django.db import connection
call_command('migrate', verbosity=0)
from quittance.company.models import Company, Member
from quittance.people.models import Person
role = sys.argv[1]
person, new = Person.objects.get_or_create(email=f'{role}@look.example', defaults={'name': f'Camille {role.title()}'})
if new:
    person.set_unusable_password(); person.save()
    for company in Company.objects.all():
        Member.objects.create(company=company, person=person, name=person.name, email=person.email, role=role, rank=9)
session = SessionStore()
session[SESSION_KEY] = str(person.pk)
session[BACKEND_SESSION_KEY] = 'allauth.account.auth_backends.AuthenticationBackend'
session[HASH_SESSION_KEY] = person.get_session_auth_hash()
session.create(); print(session.session_key)
"""


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _wait(port: int) -> None:
    for _ in range(300):
        try:
            urlopen(f"http://127.0.0.1:{port}/icons.svg", timeout=5).close()
        except OSError:
            time.sleep(0.1)
        else:
            return
    raise SystemExit("the server did not start")


def _shoot(port: int, cookie: str, paths: list[str], out: Path, themes: list[str]) -> int:
    out.mkdir(parents=True, exist_ok=True)
    problems = 0
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path="/usr/bin/chromium", args=["--no-sandbox"])
        for theme in themes:
            for width in WIDTHS:
                context = browser.new_context(
                    viewport={"width": width, "height": 900}, color_scheme=theme, reduced_motion="reduce",
                    base_url=f"http://127.0.0.1:{port}",
                )  # fmt: skip
                context.add_cookies(
                    [{"name": "sessionid", "value": cookie, "url": f"http://127.0.0.1:{port}"}]
                )
                page = context.new_page()
                for path in paths:
                    said: list[str] = []

                    def note(one: ConsoleMessage, said: list[str] = said) -> None:
                        said.append(f"{one.text} {one.location.get('url', '')}")

                    page.on("console", note)
                    answer = page.goto(path)
                    page.wait_for_load_state("networkidle")
                    page.remove_listener("console", note)  # axe has its own things to say
                    problems += len(said)
                    for words in sorted(set(said))[:5]:
                        print("   console:", words[:300])
                    name = re.sub(r"[^a-z0-9]+", "-", path.lower()).strip("-") or "today"
                    file = out / f"{name}-{width}-{theme}.png"
                    page.screenshot(path=file, full_page=True)
                    print(f"{answer.status if answer else '?'} {path} {width} {theme} -> {file}")
                    wide = page.evaluate("document.documentElement.scrollWidth - window.innerWidth")
                    if wide > 0:
                        problems += 1
                        print(f"   {wide} px wider than the screen")
                    for found in Axe().run(page, options=AXE_RULES).response["violations"]:
                        problems += 1
                        where = "; ".join(node["html"][:140] for node in found["nodes"][:4])
                        print(f"   axe {found['id']} ({len(found['nodes'])}): {where}")
                context.close()
        browser.close()
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
