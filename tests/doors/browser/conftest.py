"""A real browser in front of a real server: `quittance serve`, started as a user starts it, and Debian's Chromium."""

from __future__ import annotations

import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from urllib.request import urlopen

import pytest
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, sync_playwright

from conftest import LiveHome

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
SECONDS_TO_START = 60
DESK = {"width": 1280, "height": 900}
PHONE = {"width": 390, "height": 844}


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if Path(__file__).parent in item.path.parents:
            item.add_marker(pytest.mark.browser)
            if (
                "nothing" not in item.name
            ):  # the first start makes its own database; the others open the demonstration
                item.add_marker(pytest.mark.one_database)
            if CHROMIUM is None:
                item.add_marker(pytest.mark.skip(reason="Chromium is not installed (apt install chromium)"))


@dataclass(frozen=True, slots=True)
class Server:
    """The product, served."""

    url: str
    folder: Path

    @property
    def outbox(self) -> list[Path]:
        """The mails that left."""
        return sorted((self.folder / "outbox").glob("*.eml"))


Serve = Callable[..., Server]
QUITTANCE = Path(sys.executable).with_name("quittance")
DEMONSTRATION = {"QUITTANCE_DEMO": "yes", "QUITTANCE_CLOCK": "2026-11-20T08:30"}


@pytest.fixture(scope="session")
def demonstration(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The three sample companies, made once by `quittance serve --demo` itself; each test serves a copy."""
    folder = tmp_path_factory.mktemp("demonstration") / "home"
    port = _free_port()
    command = [QUITTANCE, "serve", "--demo", "--no-worker", "--folder", folder, "--port", str(port)]
    log = folder.parent / "server.log"
    with log.open("ab") as said, subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=said) as server:
        try:
            _wait(f"http://127.0.0.1:{port}", server, log)
        finally:
            server.terminate()
    return folder


@pytest.fixture
def serve(live_home: LiveHome, request: pytest.FixtureRequest) -> Iterator[Serve]:
    """Start `quittance serve`, on an empty home or (`demo`) on the sample companies; it is stopped by its process id
    when the test ends."""
    running: list[subprocess.Popen[bytes]] = []

    def start(*arguments: str, demo: bool = False, **environment: str) -> Server:
        home = live_home.environment | environment
        if demo:
            folder = live_home.folder / "demo"
            shutil.copytree(request.getfixturevalue("demonstration"), folder)
            home |= DEMONSTRATION | {
                "QUITTANCE_HOME": str(folder), "DATABASE_URL": f"sqlite:///{folder / 'quittance.sqlite3'}"
            }  # fmt: skip
        port, log = _free_port(), live_home.folder / "server.log"
        with log.open("ab") as said:
            running.append(
                subprocess.Popen(
                    [QUITTANCE, "serve", "--port", str(port), *arguments],
                    env=home,
                    cwd=live_home.folder,
                    stdin=subprocess.DEVNULL,
                    stdout=subprocess.DEVNULL,
                    stderr=said,
                )
            )
        url = f"http://127.0.0.1:{port}"
        _wait(url, running[-1], log)
        return Server(url, Path(home["QUITTANCE_HOME"]))

    yield start
    for server in running:
        server.terminate()
        server.wait(timeout=30)


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    """One browser for the tests of a file: while it is open, no other event loop may run in this process."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield browser
        browser.close()


Open = Callable[..., Page]


@pytest.fixture
def open_page(chromium: Browser) -> Iterator[Open]:
    """Open a window of its own; a complaint of the browser's console, or a page that breaks, fails the test."""
    contexts: list[BrowserContext] = []
    complaints: list[str] = []

    def open_one(server: Server, **options: object) -> Page:
        context = chromium.new_context(
            base_url=server.url, locale="fr-FR", reduced_motion="reduce", **{"viewport": DESK, **options}
        )
        context.set_default_timeout(15_000)
        contexts.append(context)
        page = context.new_page()
        page.on("console", lambda said: complaints.append(said.text) if _is_complaint(said) else None)
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.on("response", lambda answer: complaints.append(answer.url) if answer.status >= 500 else None)
        return page

    yield open_one
    for context in contexts:
        context.close()
    assert complaints == []


def _is_complaint(said: ConsoleMessage) -> bool:
    """A form that is refused answers 400, and the browser notes it: that is no defect."""
    return said.type == "error" and not said.text.startswith("Failed to load resource")


def come_in(page: Page, name: str) -> Page:
    """Come into the demonstration as one of its people."""
    page.goto("/demo/")
    page.get_by_role("button", name=name).click()
    page.wait_for_url("**/")
    return page


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _wait(url: str, server: subprocess.Popen[bytes], log: Path) -> None:
    until = time.monotonic() + SECONDS_TO_START
    while time.monotonic() < until:
        if server.poll() is not None:
            break
        try:
            urlopen(f"{url}/icons.svg", timeout=5).close()
        except OSError:
            time.sleep(0.1)
        else:
            return
    raise AssertionError(f"the server did not start: {log.read_text()[-2000:]}")
