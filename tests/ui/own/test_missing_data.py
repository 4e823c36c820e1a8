"""While one's own file is gone, nothing that only it can tell is told, and the way to find it is at hand."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFileDialog, QLabel, QPushButton
from pytestqt.qtbot import QtBot

from nnplayground.core import edits
from nnplayground.core.data_spec import OwnImages, OwnTable
from nnplayground.core.layers import Dense
from nnplayground.core.losses import LOSSES
from nnplayground.core.project_file import ProjectFile
from nnplayground.ui.edit import Edit
from nnplayground.ui.main_window import MainWindow
from nnplayground.ui.network.plan import Mode
from nnplayground.ui.run import Phase
from nnplayground.ui.views.output import Kind

LEFT = Qt.MouseButton.LeftButton


@pytest.fixture
def gone(qtbot: QtBot, make_window: Callable[[], MainWindow], tmp_path: Path) -> MainWindow:
    """A project whose table was moved."""
    window = make_window()
    data = OwnTable(name="csv", path=str(tmp_path / "flowers.csv"))
    layers = Dense(units=5, activation="relu"), Dense(units=3, activation="softmax")
    window.files.show(ProjectFile(edits.set_layers(edits.set_data(window.document.spec, data), layers)), None)
    qtbot.waitUntil(lambda: "is not there" in window.document.analysis.facts.unknown)
    return window


def words_of(window: MainWindow, name: str) -> str:
    label = window.findChild(QLabel, name)
    assert label is not None, name
    return label.text()


def test_what_the_file_would_tell_is_unknown(gone: MainWindow):
    analysis = gone.document.analysis
    assert [entry.output for entry in analysis.shapes] == [None, None]
    assert gone.network._subtitle.text() == "– parameters"
    assert gone.network.mode is Mode.CARDS
    assert gone.status.parameters.text() == "– parameters"
    assert gone.status.data.text() == "My table: –"
    assert gone.data.size_label.text() == "–"
    assert "is not there" in gone.data.size_label.toolTip()
    assert gone.output._kind is Kind.NOTHING
    assert gone.output.probe_request().test_answers == 0
    gone.aside.open_page(gone.inspector)
    assert gone.inspector._summary.text() == "– steps an epoch: known once the data is there."
    gone.inspector.show_layer(0)
    assert (gone.inspector._shapes.text(), gone.inspector._parameters.text()) == ("–", "– parameters")
    gone.grab()


def test_every_loss_can_be_chosen_and_none_is_said_to_be_the_one(gone: MainWindow):
    transport = gone.transport
    assert transport.loss.currentText() == "Automatic"
    assert "known once the data is there" in transport.loss.toolTip()
    assert {transport.loss.itemData(i) for i in range(transport.loss.count())} == {"auto", *LOSSES}
    gone.aside.open_page(gone.inspector)
    assert set(gone.inspector._training_around.words("loss")) == {"auto", *LOSSES}
    assert gone.curves._titles[0].text() == "Loss (log scale)"
    gone.document.apply(Edit("loss", lambda spec: edits.change_training(spec, loss="hinge")))
    assert transport.loss.currentText() == "Hinge"


def test_the_panel_says_what_is_missing_and_finds_it(gone: MainWindow, qtbot: QtBot, tmp_path: Path):
    sentence, button = gone.data.missing.sentence, gone.data.missing.find_button
    assert "flowers.csv is not there" in sentence.accessibleName()
    assert sentence.text().replace("\u200b", "") == sentence.accessibleName()
    assert (button.text(), button.isVisible()) == ("Find the file…", True)
    assert any(b.text() == "Find the file…" for b in gone.status.offer.findChildren(QPushButton))
    place = tmp_path / "found.csv"
    place.write_text("length,width,kind\n" + "".join(f"{i % 3},{i % 7},{'abc'[i % 3]}\n" for i in range(60)))
    qtbot.mouseClick(button, LEFT)
    chooser = gone.findChildren(QFileDialog, "findDialog")[-1]
    chooser.fileSelected.emit(str(place))
    chooser.done(0)
    qtbot.waitUntil(lambda: gone.session.phase is Phase.READY and gone.session.dataset is not None)
    assert not gone.data.missing.isVisible()
    assert gone.network._subtitle.text() == "33 parameters"
    assert gone.status.data.text().startswith("found.csv: 48 for training")
    assert gone.transport.loss.currentText() == "Sparse categorical cross-entropy"
    assert gone.output._kind is Kind.COUNTS


def test_why_and_the_way_out_are_seen_whole_beside_the_rail(gone: MainWindow, qtbot: QtBot):
    gone.resize(1024, 700)
    qtbot.waitUntil(lambda: gone.data.rail)
    gone.data.flyout_button.click()
    flyout, missing = gone.data._flyout, gone.data.missing
    qtbot.waitUntil(missing.isVisible)
    for part in (missing.sentence, missing.find_button, gone.data.change):  # once everything has its place
        qtbot.waitUntil(lambda part=part: part.visibleRegion().boundingRect() == part.rect())
    assert missing.sentence.height() >= missing.sentence.heightForWidth(missing.sentence.width())
    assert flyout.geometry().bottom() <= gone.geometry().bottom()
    flyout.hide()


def test_a_folder_is_found_as_a_folder(gone: MainWindow, qtbot: QtBot, tmp_path: Path):
    gone.document.apply(Edit("data", lambda spec: edits.set_data(spec, OwnImages(name="images", path=str(tmp_path / "birds")))))
    qtbot.waitUntil(lambda: "birds is not there" in gone.document.analysis.facts.unknown)
    assert gone.data.missing.find_button.text() == "Find the folder…"
    assert words_of(gone, "missingData").endswith("Put the folder back, or choose it again.")
