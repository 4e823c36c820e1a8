"""Pictures and arrays of one's own, trained by the real TensorFlow: in the window, and by a script."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
from data.own.making import pictures
from e2e.hand import LEFT, LONG
from PySide6.QtCore import QMimeData, QPointF, Qt, QUrl
from PySide6.QtGui import QDropEvent
from PySide6.QtWidgets import QAbstractButton
from pytestqt.qtbot import QtBot

from nnplayground.cli import main
from nnplayground.core.exit_codes import ExitCode
from nnplayground.ui.main_window import MainWindow
from nnplayground.ui.own.pictures_dialog import PicturesDialog
from nnplayground.ui.run import Phase


def test_a_dropped_folder_is_learnt(window: MainWindow, qtbot: QtBot, tmp_path: Path) -> None:
    root = pictures(tmp_path / "paints", each=24)
    dragged = QMimeData()
    dragged.setUrls([QUrl.fromLocalFile(str(root))])
    window.dropEvent(QDropEvent(QPointF(50, 50), Qt.DropAction.CopyAction, dragged, LEFT, Qt.KeyboardModifier.NoModifier))
    dialog = window.findChild(PicturesDialog)
    assert dialog is not None
    qtbot.waitUntil(lambda: not dialog.look.busy)
    use = dialog.findChild(QAbstractButton, "picturesUse")
    assert use is not None
    qtbot.mouseClick(use, LEFT)
    qtbot.waitUntil(lambda: window.session.phase is Phase.READY and window.document.spec.data.name == "images", timeout=LONG)
    window.actions_.play.trigger()
    qtbot.waitUntil(lambda: window.session.history.epochs > 20, timeout=LONG)
    window.actions_.play.trigger()
    qtbot.waitUntil(lambda: window.session.phase is not Phase.TRAINING, timeout=LONG)
    assert window.session.history.last()["val_accuracy"] > 0.9


def recipe(folder: Path, data: str, units: int) -> Path:
    path = folder / "project.toml"
    path.write_text(
        f"""seed = 3
[data]
{data}
[[layers]]
type = "Flatten"
[[layers]]
type = "Dense"
units = {units}
activation = "softmax"
[training]
epochs = 30
batch_size = 8
"""
    )
    return path


def test_a_script_learns_pictures_beside_it(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    pictures(tmp_path / "paints", each=12)
    path = recipe(tmp_path, 'name = "images"\npath = "paints"\nheight = 10\nwidth = 12\ncolor = "rgb"', 3)
    assert main(["--script", str(path), "--json"]) == 0
    result = json.loads(capsys.readouterr().out)
    assert result["test"]["accuracy"] == 1
    (tmp_path / "paints").rename(tmp_path / "gone")
    assert main(["--script", str(path)]) == ExitCode.DATA
    assert "paints is not there" in capsys.readouterr().err


def test_a_script_learns_arrays_beside_it(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    y = np.arange(90) % 3
    x = np.random.default_rng(0).normal(0, 0.2, (90, 5, 3)) + np.eye(3)[y][:, None, :]
    np.savez(tmp_path / "data.npz", x=x, y=np.array(["a", "b", "c"])[y])
    path = recipe(tmp_path, 'name = "arrays"\npath = "data.npz"\nscaling = "standard"', 3)
    assert main(["--script", str(path), "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["test"]["accuracy"] > 0.9
    (tmp_path / "data.npz").write_bytes(b"PK\x03\x04")
    assert main(["--script", str(path)]) == ExitCode.DATA
    assert "data.npz is damaged or incomplete" in capsys.readouterr().err
