"""All that has to hold before a commit: ruff, mypy, import-linter, tests. The same as CI; --fast leaves the tests out."""

import sys

if sys.version_info < (3, 11):
    sys.exit("nnplayground needs Python 3.11 or newer; this is Python %d.%d. Start this script with a newer one." % sys.version_info[:2])

import argparse
import subprocess
import time
from pathlib import Path

import _environment


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--fast", action="store_true", help="leave the tests out")
    fast = parser.parse_args().fast
    python = _environment.ensure(["dev", "test"])
    steps: dict[str, list[str | Path]] = {
        "ruff": [python, "-m", "ruff", "check"],
        "mypy": [python, "-m", "mypy"],
        "import-linter": [python, "-c", "from importlinter.cli import lint_imports_command as lint; lint()"],
    }
    if not fast:
        steps["tests"] = [sys.executable, _environment.ROOT / "scripts" / "test.py"]
    lines = []
    failed = False
    for name, command in steps.items():
        print(f"== {name}", flush=True)
        begun = time.monotonic()
        code = subprocess.call([str(c) for c in command], cwd=_environment.ROOT, stdin=subprocess.DEVNULL)
        failed |= code != 0
        lines.append(f"   {name:<14} {'failed' if code else 'ok':<7} {time.monotonic() - begun:6.1f} s")
    print("\n".join(["== summary", *lines]), flush=True)
    return int(failed)


if __name__ == "__main__":
    sys.exit(main())
