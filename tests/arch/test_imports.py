"""When the heavy packages are imported: a lint sees where an import stands, only a fresh process tells when it runs."""

import json
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

import pytest

QT = {"PySide6", "shiboken6", "pyqtgraph", "qtawesome", "superqt"}
TENSORFLOW = {"tensorflow", "keras"}
LATE = {"matplotlib", "polars"}
"""What is imported when a figure or a table is wanted."""

COMMAND_LINE = """
import json, runpy, sys
sys.argv = ["nnplayground", *{arguments!r}]
try:
    runpy.run_module("nnplayground", run_name="__main__", alter_sys=True)
    code = 0
except SystemExit as end:
    code = end.code
print(json.dumps(["modules", code, sorted({{name.partition(".")[0] for name in sys.modules}})]))
"""

FIRST_PAINT = """
import json, os, sys
from nnplayground.ui.app import create_application, create_main_window
from PySide6.QtCore import QEvent, QObject

class AtFirstPaint(QObject):
    def eventFilter(self, watched, event):
        if event.type() == QEvent.Type.Paint:
            print(json.dumps(["modules", 0, sorted({name.partition(".")[0] for name in sys.modules})]), flush=True)
            os._exit(0)  # what the window does next is not looked at
        return False

app = create_application(["nnplayground"])
window = create_main_window()
watcher = AtFirstPaint()
window.installEventFilter(watcher)
window.show()
app.exec()
"""

XOR = """
format = 1
name = "xor"
seed = 1
layers = [{ type = "Dense", units = 2, activation = "tanh" }, { type = "Dense", units = 1, activation = "sigmoid" }]

[data]
name = "xor"

[training]
epochs = 2
"""


def run_python(code: str) -> tuple[int, set[str], str]:
    """Run `code` in a fresh process: its exit code, the packages it had imported, and all that it wrote."""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=150, check=False)
    said = done.stdout + done.stderr
    lines = [line for line in done.stdout.splitlines() if line.startswith('["modules"')]
    assert lines, f"the process ended with {done.returncode} before its imports could be listed:\n{said}"
    _, exit_code, modules = json.loads(lines[-1])
    return exit_code or 0, set(modules), said


def run_command(arguments: Sequence[str]) -> tuple[int, set[str], str]:
    return run_python(COMMAND_LINE.format(arguments=list(arguments)))


@pytest.mark.parametrize("arguments", [["--help"], ["--version"], ["--list", "data"], ["--list", "layers"]], ids=" ".join)
def test_questions_import_neither_qt_nor_tensorflow(arguments: list[str]):
    code, modules, said = run_command(arguments)
    assert code == 0, said
    assert not modules & (QT | TENSORFLOW | LATE)


def test_the_window_paints_before_tensorflow_is_imported():
    _, modules, said = run_python(FIRST_PAINT)
    assert "PySide6" in modules, said
    assert not modules & (TENSORFLOW | LATE)


def test_a_run_without_a_screen_imports_no_qt(tmp_path: Path):
    recipe = tmp_path / "xor.toml"
    recipe.write_text(XOR, encoding="utf-8")
    code, modules, said = run_command(["--script", str(recipe), "--out", str(tmp_path / "out"), "--json", "--quiet"])
    assert code == 0, said
    assert modules >= TENSORFLOW, said
    assert not modules & (QT | {"polars"})
