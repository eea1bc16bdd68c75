"""The pages that `quittance bench web` measures: each asked many times inside one process, as its owner; then the list
of invoices asked by several at once from a real server."""

from __future__ import annotations

import json
import os
import socket
import statistics
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.request import Request, urlopen

from django.conf import settings
from django.db import connection
from django.test import Client
from django.urls import reverse

from quittance.company.operations import seat_owner
from quittance.customers.operations import add_note
from quittance.gateways.clock import instant
from quittance.interfaces.cli.bench_work import Work
from quittance.payments.queries import due_rows
from quittance.people.operations import create_person

if TYPE_CHECKING:
    from quittance.company.models import Company

ROUNDS = 40
CLIENTS = 4
SECONDS_SERVED = 5.0
BACKEND = "allauth.account.auth_backends.AuthenticationBackend"


@dataclass(frozen=True, slots=True)
class PageTimes:
    """A page asked many times: milliseconds of server time, SQL queries of one request, size of the answer.

    `cpu_p95_ms`: of the processor alone (without PostgreSQL's own): what a machine with other work does not lengthen.
    """

    page: str
    median_ms: float
    p95_ms: float
    cpu_p95_ms: float
    queries: int
    kib: int


def measure(book: Path) -> None:
    """Fill a book, then ask for its pages; print each as JSON when it is measured."""
    settings.STORAGES = {
        **settings.STORAGES,
        "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
    }
    settings.MIDDLEWARE = [name for name in settings.MIDDLEWARE if "whitenoise" not in name]
    settings.ALLOWED_HOSTS = ["testserver"]
    work = Work(book, sample=0)
    work.customers()
    size = work.invoices()
    work.statement()
    work.match()
    print(json.dumps({"size": size}), flush=True)
    person = create_person(email="owner@bench.example", name="Banc", password=None)
    seat_owner(company_id=work.company.pk, person_id=person.pk, actor="bench", at=instant())
    client = Client()
    client.force_login(person, backend=BACKEND)
    for name, address, before in _pages(work.company, work):
        print(json.dumps({"page": asdict(_asked(client, name, address, before))}), flush=True)
    cookie = client.cookies[settings.SESSION_COOKIE_NAME].value
    print(json.dumps({"served": _served(cookie, reverse("invoices", args=[work.company.slug]))}), flush=True)


def _pages(company: Company, work: Work) -> list[tuple[str, str, Callable[[], object] | None]]:
    """Name, address, and what is done before each request: the pages as people open them every day."""
    slug = company.slug
    rows = due_rows(company.pk, until_on=work.today)
    latest, customer_id = rows[0], rows[len(rows) // 2].customer_id

    def change() -> None:
        add_note(company_id=company.pk, customer_id=customer_id, text="vu", actor="bench", at=instant())

    customers, invoices, bank = (reverse(name, args=[slug]) for name in ("customers", "invoices", "bank"))
    return [
        ("Aujourd'hui", reverse("today"), None),
        ("Aujourd'hui, juste après un changement", reverse("today"), change),
        ("Une relance à relire", reverse("reminder", args=[slug, latest.customer_id]), None),
        ("Clients", customers, None),
        ("Clients, dernière page", f"{customers}?page=last", None),
        ("Clients, recherche", f"{customers}?q=fromagerie", None),
        ("Un client", reverse("customer", args=[slug, customer_id]), None),
        ("Factures", invoices, None),
        ("Factures en retard", f"{invoices}?state=late", None),
        ("Factures, dernière page", f"{invoices}?page=last", None),
        ("Une facture", reverse("invoice", args=[slug, latest.invoice_id]), None),
        ("Banque", bank, None),
        ("Recherche d'un nom", f"{reverse('search')}?q=scierie", None),
        ("Recherche d'un montant", f"{reverse('search')}?q=1200", None),
        ("Relances", reverse("plans", args=[slug]), None),
        ("Tableau de bord", reverse("insights", args=[slug]), None),
        ("Réglages", reverse("settings", args=[slug]), None),
    ]


def _asked(client: Client, name: str, address: str, before: Callable[[], object] | None) -> PageTimes:
    if before is not None:
        before()
    asked: list[str] = []
    with connection.execute_wrapper(_noting(asked)):
        answer = client.get(address)
    if answer.status_code != 200:
        raise SystemExit(f"{name} ({address}) answers {answer.status_code}")
    times, cpu_times = [], []
    for _ in range(ROUNDS):
        if before is not None:
            before()
        started, cpu_started = time.perf_counter(), time.process_time()
        client.get(address)
        cpu_times.append(1_000 * (time.process_time() - cpu_started))
        times.append(1_000 * (time.perf_counter() - started))
    return PageTimes(
        name,
        round(statistics.median(times), 1),
        round(_p95(times), 1),
        round(_p95(cpu_times), 1),
        len(asked),
        len(answer.content) // 1024,
    )


def _noting(asked: list[str]) -> Callable[..., object]:
    """Note the queries that are executed (what Django logs of them ends with each request)."""

    def execute(run: Callable[..., object], sql: str, *rest: object) -> object:
        asked.append(sql)
        return run(sql, *rest)

    return execute


def _p95(times: list[float]) -> float:
    return sorted(times)[max(0, -(-95 * len(times) // 100) - 1)]


def _served(cookie: str, address: str) -> dict[str, object]:
    """Ask a real server for one page from several clients at once, for some seconds."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = [
        sys.executable,
        "-m",
        "quittance.interfaces.cli.main",
        "serve",
        "--port",
        str(port),
        "--no-worker",
    ]
    with subprocess.Popen(command, env=os.environ, stdout=subprocess.DEVNULL) as server:  # noqa: S603 - ours
        try:
            url = f"http://127.0.0.1:{port}"
            _wait(f"{url}/icons.svg")
            times = _together(Request(f"{url}{address}", headers={"Cookie": f"sessionid={cookie}"}))  # noqa: S310
        finally:
            server.terminate()
    return {
        "page": address,
        "clients": CLIENTS,
        "per_second": round(len(times) / SECONDS_SERVED, 1),
        "p95_ms": round(_p95(times), 1),
    }


def _wait(url: str) -> None:
    until = time.monotonic() + 60
    while time.monotonic() < until:
        try:
            urlopen(url, timeout=5).close()  # noqa: S310 - ours
        except OSError:
            time.sleep(0.1)
        else:
            return
    raise SystemExit("the server did not start")


def _together(request: Request) -> list[float]:
    times: list[float] = []
    until = time.monotonic() + SECONDS_SERVED

    def ask() -> None:
        while time.monotonic() < until:
            started = time.perf_counter()
            urlopen(request, timeout=60).read()  # noqa: S310 - ours
            times.append(1_000 * (time.perf_counter() - started))

    asking = [threading.Thread(target=ask) for _ in range(CLIENTS)]
    for one in asking:
        one.start()
    for one in asking:
        one.join()
    return times
