"""Run the whole suite on SQLite, then what touches the database again on a real PostgreSQL.

The last lines say what was skipped and why, then how many tests passed, failed and were skipped in both runs.
Arguments are handed to pytest: `python tests/run.py -k matching`.

TEST_DATABASE_URL names a PostgreSQL server to use, with the right to create databases; without it a private
server is started for the time of the tests.
"""

import os
import signal
import subprocess
import sys
import tempfile
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from xml.etree import ElementTree

import psycopg

from postgres import NoPostgres, postgres_url

ROOT = Path(__file__).resolve().parents[1]
NOTHING_COLLECTED = 5


@dataclass
class Outcome:
    """What the runs so far gave; `skipped` counts each reason."""

    passed: int = 0
    failed: int = 0
    skipped: Counter[str] = field(default_factory=Counter)
    not_run: list[str] = field(default_factory=list)

    def add_report(self, report: Path, database: str) -> None:
        """Add one run, from the report that pytest wrote."""
        for case in ElementTree.parse(report).getroot().iter("testcase"):
            skip = case.find("skipped")
            if case.find("failure") is not None or case.find("error") is not None:
                self.failed += 1
            elif skip is not None:
                self.skipped[f"{database}: {skip.get('message', 'no reason given')}"] += 1
            else:
                self.passed += 1

    def tell(self) -> None:
        """Print what was skipped and why, then the counts."""
        print("\nNot run, or skipped:" if self.skipped or self.not_run else "\nNothing was skipped.")
        for sentence in self.not_run:
            print(f"  {sentence}")
        for reason, times in sorted(self.skipped.items()):
            print(f"  {times} x {reason}")
        print(f"{self.passed} passed, {self.failed} failed, {self.skipped.total()} skipped", flush=True)


def run_pytest(
    outcome: Outcome, database: str, environment: dict[str, str], arguments: list[str], *, may_be_empty: bool
) -> bool:
    """Run pytest once; return whether everything it ran passed. A run of nothing passes only if it may be empty."""
    print(f"\n== {database} ==", flush=True)
    with tempfile.TemporaryDirectory(prefix="quittance-tests-") as folder:
        report = Path(folder) / "report.xml"
        environment = {**environment, "QUITTANCE_HOME": str(Path(folder) / "home")}
        command = [
            sys.executable,
            "-m",
            "pytest",
            "-n",
            "2",
            "--dist",
            "worksteal",
            f"--junitxml={report}",
            *arguments,
        ]
        status = subprocess.run(command, cwd=ROOT, env=environment, check=False).returncode
        if report.exists():
            outcome.add_report(report, database)
    if status == NOTHING_COLLECTED:
        outcome.not_run.append(f"{database}: no test was found for {arguments or 'the whole suite'}")
        return may_be_empty
    if status and not outcome.failed:
        outcome.not_run.append(f"{database}: pytest ended with status {status}")
    return status == 0


def main(arguments: list[str]) -> int:
    """Run both, tell, and return the exit status."""
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))  # an end asked for still stops the server
    environment = {name: value for name, value in os.environ.items() if not name.startswith("QUITTANCE_")}
    environment.pop("DATABASE_URL", None)
    outcome = Outcome()
    passed = run_pytest(outcome, "SQLite", environment, arguments, may_be_empty=False)
    try:
        with postgres_url() as url:
            on_postgres = {**environment, "DATABASE_URL": url}
            chosen = ["--database-only", *arguments]
            passed &= run_pytest(outcome, "PostgreSQL", on_postgres, chosen, may_be_empty=bool(arguments))
    except NoPostgres as reason:
        outcome.not_run.append(f"PostgreSQL: nothing was run, {reason}")
    except psycopg.OperationalError as reason:
        outcome.not_run.append(f"PostgreSQL: nothing was run, TEST_DATABASE_URL does not answer: {reason}")
        passed = False
    outcome.tell()
    return 0 if passed else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
