"""Pictures and numbers are taken out of a view: by file and by clipboard, whole or with a sentence."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtCore import QByteArray, QRectF, QSize, Qt
from PySide6.QtGui import QBrush, QColor, QGuiApplication, QImage, QPainter, QPaintEvent, QPen
from PySide6.QtSvg import QSvgRenderer
from PySide6.QtWidgets import QGraphicsScene, QMenu, QToolButton, QWidget
from pytestqt.qtbot import QtBot

from nnplayground.core.table import Table
from nnplayground.ui.files import Files, Questions
from nnplayground.ui.main_window import MainWindow
from nnplayground.ui.panel import Panel
from nnplayground.ui.takeaway import Counter, TakeAway, picture_of, picture_of_scene
from nnplayground.ui.theme.theme import Theme

RED, SIZE = QColor("#c02040"), QSize(120, 80)


class Half(QWidget):
    """Red on the left."""

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.fillRect(0, 0, self.width() // 2, self.height(), RED)
        painter.end()


class HalfPanel(Panel):
    ready = True

    def __init__(self, theme: Theme) -> None:
        super().__init__(theme, "Half")
        self.view = Half(self)
        self.view.setFixedSize(SIZE)

    def takeaway(self) -> TakeAway | None:
        table = Table(("x", "name"), ((0.1 + 0.2, "a,b"), (-1e-30, "c\td")))
        return TakeAway("half", picture_of(self.view, self.theme), lambda: table) if self.ready else None


@pytest.fixture
def half(qtbot: QtBot, theme: Theme) -> HalfPanel:
    panel = HalfPanel(theme)
    qtbot.addWidget(panel)
    panel.show()
    return panel


@pytest.fixture
def counter(make_window: Callable[[], MainWindow]) -> Counter:
    return Counter(make_window().files)


def _menu(panel: Panel, name: str) -> QMenu:
    """The menu behind the button, opened as people do it."""
    button = panel.findChild(QToolButton, name)
    button.click()
    return next(menu for menu in panel.findChildren(QMenu, "takeAwayMenu") if menu.isVisible())


def _pick(qtbot: QtBot, panel: Panel, action: str) -> None:
    menu = _menu(panel, "takeHalf")
    chosen = next(a for a in menu.actions() if a.objectName() == action)
    qtbot.mouseClick(menu, Qt.MouseButton.LeftButton, pos=menu.actionGeometry(chosen).center())


def _colours(image: QImage) -> tuple[str, str]:
    middle = image.height() // 2
    return image.pixelColor(image.width() // 4, middle).name(), image.pixelColor(image.width() * 3 // 4, middle).name()


def _rendered(svg: Path) -> QImage:
    image = QImage(SIZE, QImage.Format.Format_ARGB32)
    painter = QPainter(image)
    QSvgRenderer(QByteArray(svg.read_bytes())).render(painter)
    painter.end()
    return image


def _answer(files: Files, path: Path) -> list[tuple[Path, tuple[str, ...]]]:
    """Answers the dialog with `path`; gives what it was asked with."""
    asked: list[tuple[Path, tuple[str, ...]]] = []

    def export_path(suggested: Path, suffixes: tuple[str, ...], _kinds: str, done: Callable[[Path], None]) -> None:
        asked.append((suggested, suffixes))
        done(path)

    files.questions.export_path = export_path  # type: ignore[method-assign]
    return asked


@pytest.mark.parametrize("suffix", ["png", "svg"])
def test_a_picture_shows_what_the_widget_shows(half: HalfPanel, theme: Theme, tmp_path: Path, suffix: str) -> None:
    path = tmp_path / f"half.{suffix}"
    picture_of(half.view, theme)(path)
    image = QImage(str(path)) if suffix == "png" else _rendered(path)
    assert _colours(image) == (RED.name(), theme.tokens.surface.lower())


def test_a_png_is_twice_as_sharp_as_the_screen(half: HalfPanel, theme: Theme, tmp_path: Path) -> None:
    picture_of(half.view, theme)(tmp_path / "half.PNG")
    assert QImage(str(tmp_path / "half.PNG")).size() == 2 * SIZE


def test_a_pdf_is_one_page_of_the_widgets_size(half: HalfPanel, theme: Theme, tmp_path: Path) -> None:
    path = tmp_path / "half.pdf"
    picture_of(half.view, theme)(path)
    content = path.read_bytes()
    assert content.startswith(b"%PDF-")
    box = re.search(rb"/MediaBox \[([\d. ]+)\]", content)
    assert box is not None
    assert [round(float(n)) for n in box[1].split()] == [0, 0, 90, 60]  # points: 72 of them for 96 pixels


def test_a_scene_is_taken_whole(theme: Theme, qapp: object, tmp_path: Path) -> None:
    scene = QGraphicsScene()
    scene.addRect(QRectF(2000, 0, 1000, 80), QPen(Qt.PenStyle.NoPen), QBrush(RED))
    scene.setSceneRect(QRectF(0, 0, 3000, 80))
    picture_of_scene(scene, theme)(tmp_path / "wide.png")
    image = QImage(str(tmp_path / "wide.png"))
    assert image.size() == QSize(6000, 160)
    assert image.pixelColor(5000, 80) == RED


def test_saving_and_copying_by_mouse(qtbot: QtBot, half: HalfPanel, counter: Counter, tmp_path: Path) -> None:
    counter.serve(half, "takeHalf")
    said: list[str] = []
    counter.said.connect(said.append)
    files = counter.parent()
    assert isinstance(files, Files)
    asked = _answer(files, tmp_path / "mine.svg")
    _pick(qtbot, half, "savePicture")
    assert _colours(_rendered(tmp_path / "mine.svg"))[0] == RED.name()
    assert asked[0][0].name == "circle-half.png"
    _answer(files, tmp_path / "mine.csv")
    _pick(qtbot, half, "saveTable")
    rows = list(csv.reader(io.StringIO((tmp_path / "mine.csv").read_text())))
    assert rows == [["x", "name"], ["0.30000000000000004", "a,b"], ["-1e-30", "c\td"]]
    _pick(qtbot, half, "copyPicture")
    assert _colours(QGuiApplication.clipboard().image())[0] == RED.name()
    _pick(qtbot, half, "copyTable")
    assert QGuiApplication.clipboard().text().splitlines() == ["x\tname", "0.30000000000000004\ta,b", '-1e-30\t"c\td"']
    assert said == ["Saved mine.svg", "Saved mine.csv", "Copied the picture", "Copied the numbers"]


def test_with_nothing_to_take_the_menu_says_so(qtbot: QtBot, half: HalfPanel, counter: Counter) -> None:
    counter.serve(half, "takeHalf")
    half.ready = False
    actions = _menu(half, "takeHalf").actions()
    assert len(actions) == 4
    assert not any(action.isEnabled() for action in actions)
    assert {action.toolTip() for action in actions} == {"There is nothing here yet to take away."}


@pytest.mark.parametrize("action", ["savePicture", "saveTable"])
def test_a_file_that_cannot_be_written_is_said_and_leaves_the_old_one(
    qtbot: QtBot, half: HalfPanel, counter: Counter, tmp_path: Path, action: str
) -> None:
    counter.serve(half, "takeHalf")
    files, told = counter.parent(), []
    assert isinstance(files, Files)
    taken = tmp_path / "taken.png"
    taken.mkdir()
    files.questions.tell = lambda title, text: told.append((title, text))  # type: ignore[method-assign]
    _answer(files, taken)
    _pick(qtbot, half, action)
    assert told[0][0] == "taken.png could not be saved"
    assert list(taken.iterdir()) == []
    assert [path.name for path in tmp_path.iterdir()] == ["taken.png"]


def test_the_dialog_adds_the_ending_of_the_chosen_kind(qtbot: QtBot, tmp_path: Path) -> None:
    window, chosen = QWidget(), []
    qtbot.addWidget(window)
    questions = Questions(window)
    kinds = "PNG picture (*.png);;SVG drawing (*.svg)"
    for name, kind, wanted in (("a", 1, "a.svg"), ("b.png", 1, "b.png"), ("c.v2", 0, "c.v2.png"), ("D.SVG", 0, "D.SVG")):
        questions.export_path(tmp_path / "x.png", (".png", ".svg"), kinds, chosen.append)
        dialog = window.findChildren(QWidget, "exportDialog")[-1]
        dialog.selectNameFilter(kinds.split(";;")[kind])  # type: ignore[attr-defined]
        dialog.fileSelected.emit(str(tmp_path / name))  # type: ignore[attr-defined]
        dialog.close()
        assert chosen[-1].name == wanted
