"""House rules that no linter knows."""

import re
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
LONGEST_MODULE = 400
LONGEST_MAIN_WINDOW = 300

# Folders of one machine, and hosts that packages are fetched from: neither means anything to anybody else.
# (Written so that this file does not contain what it looks for.)
FOREIGN = re.compile(r"(?<![\w.~])/(?:work|tmp|root|home)/|py[p]i\.org|python[h]osted\.org|npm[j]s\.org|deb\.debian[.]org")


def modules() -> list[Path]:
    return sorted(path for folder in ("nnplayground", "scripts") for path in (ROOT / folder).rglob("*.py"))


def test_modules_are_short():
    lengths = {path.relative_to(ROOT).as_posix(): len(path.read_text(encoding="utf-8").splitlines()) for path in modules()}
    assert lengths
    limits = {"nnplayground/ui/main_window.py": LONGEST_MAIN_WINDOW}
    too_long = {name: lines for name, lines in lengths.items() if lines > limits.get(name, LONGEST_MODULE)}
    assert not too_long


def test_no_file_names_a_machine_or_a_registry():
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=False)
    if listed.returncode != 0:
        pytest.skip("not a git checkout")
    found = []
    for name in filter(None, listed.stdout.split("\0")):
        path = ROOT / name
        if not path.is_file() or path == Path(__file__):
            continue
        try:
            text = path.read_text(encoding="utf-8")
        except UnicodeDecodeError:
            continue  # pictures, fonts, data
        found += [f"{name}:{text.count(chr(10), 0, m.start()) + 1}: {m[0]}" for m in FOREIGN.finditer(text)]
    assert not found, "\n".join(found)


@pytest.mark.skipif(sys.version_info >= (3, 12), reason="None is immortal from Python 3.12 on")
def test_qt_calls_take_no_reference_from_none():
    """PySide6 6.12.0 takes one with every void call, and a window that paints ends in 'none_dealloc'."""
    from PySide6.QtGui import QPen

    pen = QPen()
    before = sys.getrefcount(None)
    for width in range(1_000):
        pen.setWidth(width)
    assert sys.getrefcount(None) > before - 100


def test_the_wheel_holds_the_package_and_its_resources(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    build = pytest.importorskip("hatchling.build")
    monkeypatch.chdir(ROOT)
    with zipfile.ZipFile(tmp_path / build.build_wheel(str(tmp_path))) as wheel:
        names = {name for name in wheel.namelist() if ".dist-info/" not in name}
        scripts = wheel.read(next(n for n in wheel.namelist() if n.endswith("entry_points.txt"))).decode()
    resources = {f"nnplayground/resources/{path.relative_to(ROOT / 'resources').as_posix()}"
                 for path in (ROOT / "resources").rglob("*") if path.is_file() and "__pycache__" not in path.parts}
    assert resources
    assert resources <= names
    assert {name for name in names if name.startswith("nnplayground/resources/")} == resources
    assert {path.relative_to(ROOT).as_posix() for path in modules() if path.parts[len(ROOT.parts)] == "nnplayground"} <= names
    assert all(name.startswith("nnplayground/") for name in names)
    assert "nnplayground = nnplayground.cli:main" in scripts
