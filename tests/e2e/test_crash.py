"""The app itself is killed while it trains: the next start offers what was not saved."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from e2e.hand import click, part, ready
from PySide6.QtWidgets import QApplication, QLabel
from pytestqt.qtbot import QtBot

from nnplayground.core.project_file import read_project, write_project
from nnplayground.core.recipe import read_recipe
from nnplayground.core.resources import resource
from nnplayground.ui.app import create_application, create_main_window
from nnplayground.ui.main_window import MainWindow

APP = """
import sys
from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QPushButton, QWidget

from nnplayground.ui import app, autosave
from nnplayground.ui.run import Phase

autosave.DELAY = 10**9  # what is kept is kept because training starts
made = app.create_main_window


def watched(*args, **options):
    window = made(*args, **options)
    window.painted.connect(lambda: begin(window))
    return window


def begin(window):
    def on_phase(phase):
        if phase is Phase.READY and window.files.path and not window.document.modified:
            window.bottom.open_page(window._parts.notes)
            QTest.keyClicks(window._parts.notes.view, "not saved")
            QTest.mouseClick(window.findChild(QWidget, "playButton"), Qt.MouseButton.LeftButton)

    def on_history(history):
        if history.epochs > 3:
            print(history.epochs, flush=True)

    window.session.phase_changed.connect(on_phase)
    window.session.history_changed.connect(on_history)


app.create_main_window = watched
sys.exit(app.run(["nnplayground"], Path(sys.argv[1])))
"""


@pytest.fixture
def window(qapp: QApplication) -> Iterator[MainWindow]:
    """The next start: not yet shown."""
    create_application([])
    window = create_main_window()
    yield window
    window.files.mark_saved()
    window.close()
    window.deleteLater()


@pytest.fixture
def project(tmp_path: Path) -> Path:
    path = tmp_path / "spiral.nnp"
    recipe = tmp_path / "spiral.toml"
    recipe.write_text(resource("lessons", "spiral.toml").read_text(encoding="utf-8").replace("epochs = 500", "epochs = 1000000"))
    write_project(path, read_project(recipe))
    return path


def test_the_app_killed_while_it_trains_offers_what_was_not_saved(project: Path, window: MainWindow, qtbot: QtBot, own_home: Path):
    before = project.read_bytes()
    with subprocess.Popen([sys.executable, "-c", APP, str(project)], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
                          env=os.environ.copy()) as process:  # fmt: skip
        assert process.stdout is not None
        assert process.stderr is not None
        trained = process.stdout.readline()
        process.kill()
        assert trained.strip().isdecimal(), process.stderr.read()
    assert project.read_bytes() == before
    (kept,) = (own_home / ".local" / "share" / "nnplayground" / "recovery").glob("*.json")
    assert read_recipe(kept).notes == "not saved"

    window.show()
    ready(qtbot, window)
    sentence = part(window, QLabel, "offerSentence")
    assert sentence.isVisible()
    assert sentence.text().endswith(" was found: Spiral.")
    click(qtbot, window, "recoverButton")
    spec = window.document.spec
    assert (spec.data.name, spec.name, spec.notes) == ("spiral", "Spiral", "not saved")
    assert window.document.modified
    window.bottom.open_page(window._parts.notes)
    assert window._parts.notes.view.toPlainText() == "not saved"
