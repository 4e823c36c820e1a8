"""What the app costs, side by side with what one would do otherwise, in one run on one machine.

    python scripts/bench.py [NAME ...] [--json]

Trust the ratios, not the seconds; behind each stand the least and the greatest of the single rounds. Every
measurement runs in a process of its own. NAME chooses some of them:
{names}

Full data sets are looked for where Keras keeps them (KERAS_HOME).
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

import psutil
from _bench import canvas, curves, digits, loading, pictures, start, tables, training, views, window
from _bench.rows import Row

from nnplayground.data.errors import DataUnavailable

BENCHES: dict[str, Callable[[], list[Row]]] = {
    **training.BENCHES, **window.BENCHES, **canvas.BENCHES, **loading.BENCHES, **tables.BENCHES, **pictures.BENCHES,
    **digits.BENCHES, **curves.BENCHES, **views.BENCHES,
    "start": start.start,
}  # fmt: skip
NO_DATA = 3
"""The exit code of a measurement whose data is not there."""


def main() -> int:
    names = "\n".join(f"    {name:10} {(work.__doc__ or '').splitlines()[0]}" for name, work in BENCHES.items())
    description = (__doc__ or "").format(names=names)
    parser = argparse.ArgumentParser(description=description, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("names", nargs="*", metavar="NAME", choices=[*BENCHES, []])
    parser.add_argument("--json", action="store_true", help="one JSON list instead of a table")
    parser.add_argument("--alone", choices=BENCHES, help=argparse.SUPPRESS)
    args = parser.parse_args()
    if args.alone:
        return _measure(args.alone)
    if not args.json:
        print(f"{'':56} {'ours':>11} {'the other':>11} {'ratio':>8}", flush=True)
    rows, failed = [], 0
    for name in args.names or BENCHES:
        done = _in_a_process(name)
        lines = done.stdout.splitlines()
        if done.returncode:
            failed += done.returncode != NO_DATA
            print(f"{name}: not measured: {lines[-1] if lines else f'exit code {done.returncode}'}", file=sys.stderr, flush=True)
            continue
        rows += json.loads(lines[-1])
        if not args.json:
            print("\n".join(lines[:-1]), flush=True)
    if args.json:
        print(json.dumps(rows, indent=2))
    else:
        measured = [row for row in rows if row["ratio"] is not None]
        print(f"{sum(row['met'] for row in measured)} of {len(measured)} measured targets are met.", end=" ")
        print(f"Load of the machine: {psutil.getloadavg()[0]:.1f} on {os.cpu_count()} processors.")
    return min(1, failed)


def _measure(name: str) -> int:
    """Print the rows for people, and then all of them as JSON on the last line."""
    try:
        rows = BENCHES[name]()
    except DataUnavailable as error:
        print(" ".join(str(error).split()))
        return NO_DATA
    for row in rows:
        print(row)
    print(json.dumps([row.plain() for row in rows]))
    return 0


def _in_a_process(name: str) -> subprocess.CompletedProcess[str]:
    """Without a screen unless one is asked for, and without a look at the user's own settings and unsaved projects."""
    with tempfile.TemporaryDirectory() as home:
        own = {name: str(Path(home) / name) for name in ("XDG_CONFIG_HOME", "XDG_DATA_HOME", "XDG_STATE_HOME")}
        environment = {"QT_QPA_PLATFORM": "offscreen", **os.environ, **own}
        command = [sys.executable, __file__, "--alone", name]
        return subprocess.run(command, stdout=subprocess.PIPE, text=True, env=environment, check=False)


if __name__ == "__main__":
    sys.exit(main())
