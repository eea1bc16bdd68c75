"""Draw demo.svg: what the demonstration prints on a terminal. Run from the root: `python docs/images/picture.py`."""

import os
import pty
import re
import subprocess
import sys
import tempfile
from pathlib import Path

from rich.console import Console
from rich.text import Text

COLUMNS = 148
SHOWN = ("L'argent reçu", "Où tout se trouve")  # from this heading up to that one
# The frame of rich, without its web font: the picture loads nothing from anywhere.
FRAME = """<svg class="rich-terminal" viewBox="0 0 {width} {height}" xmlns="http://www.w3.org/2000/svg" role="img"
 aria-label="Une journée de travail dans le terminal">
<style>{styles} .{unique_id}-matrix {{ font-family: ui-monospace, Menlo, Consolas, monospace;
 font-size: {char_height}px; line-height: {line_height}px; }}</style>
<defs><clipPath id="{unique_id}-clip-terminal"><rect x="0" y="0" width="{terminal_width}" height="{terminal_height}"/>
</clipPath>{lines}</defs>
<rect width="{width}" height="{height}" rx="8" fill="#17212d"/>
<g transform="translate({terminal_x}, {terminal_y})" clip-path="url(#{unique_id}-clip-terminal)">{backgrounds}
<g class="{unique_id}-matrix">{matrix}</g></g></svg>
"""


def on_a_terminal(folder: str) -> str:
    """Run the demonstration on a terminal of its own and return what it printed."""
    master, slave = pty.openpty()
    environment = {**os.environ, "COLUMNS": str(COLUMNS), "TERM": "xterm-256color"}
    program = Path(sys.executable).with_name("quittance")
    with subprocess.Popen(
        [program, "demo", "--folder", "quittance-demo"],
        stdout=slave,
        stderr=slave,
        cwd=folder,
        env=environment,
    ) as running:
        os.close(slave)
        printed = b""
        while running.poll() is None or printed[-1:] != b"\n":
            try:
                printed += os.read(master, 65536)
            except OSError:
                break
    return printed.decode()


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        printed = on_a_terminal(folder)
    start, end = (printed.index(heading) for heading in SHOWN)
    console = Console(record=True, width=COLUMNS, file=open(os.devnull, "w", encoding="utf-8"))  # noqa: SIM115
    console.print(Text.from_ansi(re.sub(r"\r", "", printed[start:end]).rstrip()))
    console.save_svg(str(Path(__file__).with_name("demo.svg")), code_format=FRAME, title="quittance demo")


if __name__ == "__main__":
    main()
