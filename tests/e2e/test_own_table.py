"""A table of one's own in the window, over the real TensorFlow: dropped, learnt, saved, moved and gone on with."""

from __future__ import annotations

import random
from collections.abc import Callable
from pathlib import Path

import pytest
from e2e.hand import LEFT, LONG
from PySide6.QtCore import QMimeData, QPointF, Qt, QUrl
from PySide6.QtGui import QDropEvent
from pytestqt.qtbot import QtBot

from nnplayground.core import edits
from nnplayground.core.data_spec import OwnTable
from nnplayground.ui.edit import Edit
from nnplayground.ui.main_window import MainWindow
from nnplayground.ui.own.table_dialog import TableDialog
from nnplayground.ui.run import Phase


@pytest.fixture
def flowers(tmp_path: Path) -> Path:
    """Three classes, well apart; a colour that tells nothing, sometimes missing."""
    draw = random.Random(5)
    lines = ["length;width;colour;kind"]
    for i in range(150):
        kind = i % 3
        colour = draw.choice(("red", "blue", ""))
        numbers = f"{draw.gauss(2 * kind, 0.4):.2f};{draw.gauss(-kind, 0.4):.2f}".replace(".", ",")
        lines.append(f"{numbers};{colour};{('rose', 'lily', 'iris')[kind]}")
    path = tmp_path / "home" / "flowers.csv"
    path.parent.mkdir()
    path.write_text("\n".join(lines))
    return path


def test_a_table_is_dropped_learnt_saved_and_gone_on_with(qtbot: QtBot, make_window: Callable[..., MainWindow], flowers: Path):
    window = make_window()
    mime = QMimeData()
    mime.setUrls([QUrl.fromLocalFile(str(flowers))])
    window.dropEvent(QDropEvent(QPointF(9, 9), Qt.DropAction.CopyAction, mime, LEFT, Qt.KeyboardModifier.NoModifier))
    dialog = window.findChild(TableDialog)
    assert dialog is not None
    qtbot.waitUntil(lambda: not dialog.look.busy, timeout=LONG)
    dialog.form.options.missing.setFocus()
    qtbot.keyClick(dialog.form.options.missing, Qt.Key.Key_Down)
    dialog.form.options.inside.setChecked(False)
    qtbot.mouseClick(dialog.form.use, LEFT)
    qtbot.waitUntil(lambda: window.session.dataset is not None and window.session.phase is Phase.READY, timeout=LONG)
    assert window.session.dataset.facts.input_names == ("length", "width", "colour=blue", "colour=red")
    window.document.apply(Edit("Epochs", lambda spec: edits.change_training(spec, epochs=40)))
    window.actions_.play.trigger()
    qtbot.waitUntil(lambda: window.session.phase is Phase.FINISHED, timeout=LONG)
    assert window.session.history.values("val_accuracy")[-1] > 0.9
    losses = window.session.history.values("loss").copy()

    project = flowers.parent / "flowers.nnp"
    window.files.questions.save_path = lambda _suggested, done: done(project)
    with qtbot.waitSignal(window.files.said, timeout=LONG):
        window.files.save()
    window.close()
    moved = flowers.parent.rename(flowers.parent.parent / "moved")
    again = make_window(moved / "flowers.nnp")
    qtbot.waitUntil(lambda: again.document.spec.data.name == "csv" and again.session.phase is not Phase.PREPARING, timeout=LONG)
    qtbot.waitUntil(lambda: again.session.phase is Phase.READY and again.session.dataset is not None, timeout=LONG)
    data = again.document.spec.data
    assert isinstance(data, OwnTable)
    assert data.path == str(moved / "flowers.csv")
    assert again.session.epoch == 40
    assert (again.session.history.values("loss") == losses).all()
    again.session.step()
    qtbot.waitUntil(lambda: again.session.epoch == 41, timeout=LONG)
    assert again.session.history.values("loss")[-1] < losses[0]
