"""The work that `quittance bench` measures, in a process and a database of its own: `... bench_work FOLDER SAMPLE`.

It prints one JSON object a line: `{"step": ...}` for each step as it ends, then `{"matching": ...}` where the book says
what its bank lines really pay.
"""

import csv
import json
import os
import resource
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "quittance.config.settings")
django.setup()

from django.conf import settings  # noqa: E402 - Django is ready only now

from quittance.company.models import Company  # noqa: E402
