"""Compare what a reader gives with the readable JSON beside the sample."""

import json
from dataclasses import asdict, is_dataclass
from pathlib import Path
from typing import Any

SAMPLES = Path(__file__).parents[1] / "samples"
SHARED = Path(__file__).parents[3] / "shared"
ORACLES = Path(__file__).parents[1] / "oracles"


def as_json(value: Any) -> str:
    """Write a value as JSON; fields that say nothing are left out, so that the file can be reviewed."""

    def plain(item: Any) -> Any:
        if is_dataclass(item) and not isinstance(item, type):
            item = asdict(item)
        if isinstance(item, dict):
            return {key: plain(part) for key, part in item.items() if part not in ("", None, (), [])}
        if isinstance(item, (list, tuple)):
            return [plain(part) for part in item]
        return item

    return json.dumps(plain(value), ensure_ascii=False, indent=1, default=str) + "\n"


def assert_golden(value: Any, golden: Path) -> None:
    """Fail with the difference when the value is not the one that was reviewed."""
    assert json.loads(as_json(value)) == json.loads(golden.read_text(encoding="utf-8"))
