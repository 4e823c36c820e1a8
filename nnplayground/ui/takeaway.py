"""Taking away what a view shows: its picture as PNG, SVG or PDF, its numbers as CSV, both by the clipboard, too."""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from PySide6.QtCore import QBuffer, QByteArray, QIODevice, QMarginsF, QObject, QPoint, QRect, QRectF, QSize, QSizeF, Qt, Signal
from PySide6.QtGui import QColor, QGuiApplication, QImage, QPageLayout, QPageSize, QPainter, QPdfWriter
from PySide6.QtWidgets import QGraphicsScene, QMenu, QToolButton, QWidget

from nnplayground.core.atomic import write_bytes
from nnplayground.core.table import Table
from nnplayground.ui.files import Files
from nnplayground.ui.panel import Panel
from nnplayground.ui.theme.theme import Theme

PICTURES = (".png", ".svg", ".pdf")
SHARPER = 2
"""Pixels of a PNG for each pixel of the screen."""
DOTS = 96
"""Pixels an inch, so that letters are as large on paper as on the screen."""
Paint = Callable[[QPainter], None]


@dataclass(frozen=True)
class TakeAway:
    """What a view has to give, as it is at this moment."""

    name: str
    """What a file of it is called, without its ending."""
    write: Callable[[Path], None] | None
    """Writes the picture, as the ending of the name says. Raises OSError. None where words are no picture."""
    table: Callable[[], Table] | None = None
    """The numbers behind the picture; None where there are none."""
    fetch: Callable[[Callable[[Table], None]], None] | None = None
    """Instead of `table` where the numbers are not at hand: has them fetched, and calls back with them."""
    text: Callable[[], str] | None = None
    """Words, where the view shows nothing else."""
    also: tuple[tuple[str, str, Callable[[], Table]], ...] = ()
    """What else can be copied, as (object name, what the menu says, the numbers)."""


def picture_of(widget: QWidget, theme: Theme) -> Callable[[Path], None]:
    """Writes what a widget shows."""

    def paint(painter: QPainter) -> None:
        widget.render(painter, QPoint(), renderFlags=QWidget.RenderFlag.DrawChildren)

    return partial(_write, size=widget.size(), ground=QColor(theme.tokens.surface), paint=paint)


def picture_of_scene(scene: QGraphicsScene, theme: Theme, part: QRectF | None = None) -> Callable[[Path], None]:
    """Writes a scene, what is scrolled out of sight included; or only a part of it."""
    whole = scene.sceneRect() if part is None else part

    def paint(painter: QPainter) -> None:
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        scene.render(painter, QRectF(QRect(QPoint(), whole.size().toSize())), whole)

    return partial(_write, size=whole.size().toSize(), ground=QColor(theme.tokens.surface), paint=paint)


def _write(path: Path, size: QSize, ground: QColor, paint: Paint) -> None:
    """Paint a picture of `size` into a file that is there whole or not at all. Raises OSError."""
    content = QByteArray()
    buffer = QBuffer(content)
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    _WRITERS[path.suffix.lower()](buffer, size, ground, paint)
    buffer.close()
    write_bytes(path, bytes(content.data()))


def _png(buffer: QBuffer, size: QSize, ground: QColor, paint: Paint) -> None:
    image = QImage(size * SHARPER, QImage.Format.Format_ARGB32_Premultiplied)
    image.setDevicePixelRatio(SHARPER)
    image.fill(ground)
    painter = QPainter(image)
    paint(painter)
    painter.end()
    image.save(buffer, "PNG")  # type: ignore[call-overload]  # the stub knows only file names


def _svg(buffer: QBuffer, size: QSize, ground: QColor, paint: Paint) -> None:
    from PySide6.QtSvg import QSvgGenerator  # a library of its own, which only this needs

    generator = QSvgGenerator(QSvgGenerator.SvgVersion.Svg11)
    generator.setOutputDevice(buffer)
    generator.setSize(size)
    generator.setViewBox(QRect(QPoint(), size))
    generator.setResolution(DOTS)
    _paint_on(generator, size, ground, paint)


def _pdf(buffer: QBuffer, size: QSize, ground: QColor, paint: Paint) -> None:
    writer = QPdfWriter(buffer)
    writer.setResolution(DOTS)
    writer.setPageSize(QPageSize(QSizeF(size) * 72 / DOTS, QPageSize.Unit.Point, "", QPageSize.SizeMatchPolicy.ExactMatch))
    writer.setPageMargins(QMarginsF(), QPageLayout.Unit.Point)
    _paint_on(writer, size, ground, paint)


def _paint_on(device: object, size: QSize, ground: QColor, paint: Paint) -> None:
    painter = QPainter(device)  # type: ignore[call-overload]
    painter.fillRect(QRect(QPoint(), size), ground)
    paint(painter)
    painter.end()


_WRITERS: dict[str, Callable[[QBuffer, QSize, QColor, Paint], None]] = {".png": _png, ".svg": _svg, ".pdf": _pdf}


class Counter(QObject):
    """Puts a button into the header of every panel that has a `takeaway()`, and hands over what is asked for there."""

    said = Signal(str)

    def __init__(self, files: Files) -> None:
        super().__init__(files)
        self._files = files
        self._questions = files.questions

    def serve(self, panel: Panel, name: str) -> QToolButton:
        """Give a panel its button; `name` becomes the button's object name."""
        button = panel.add_tool("export-variant", self.tr("Save or copy what is shown here"), name)
        button.clicked.connect(lambda: self._open(panel, button))
        return button

    def _open(self, panel: Panel, button: QWidget) -> None:
        menu = self.menu_for(panel)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        menu.popup(button.mapToGlobal(button.rect().bottomLeft()))

    def menu_for(self, panel: Panel) -> QMenu:
        """What there is to take from a panel now; what is not there yet is greyed, and says so."""
        menu = QMenu(panel)
        menu.setObjectName("takeAwayMenu")
        menu.setToolTipsVisible(True)
        takeaway: TakeAway | None = panel.takeaway()  # type: ignore[attr-defined]
        has_picture = takeaway is not None and takeaway.write is not None
        has_table = takeaway is not None and (takeaway.table or takeaway.fetch) is not None
        picture_and_numbers: list[tuple[str, str, Callable[[TakeAway], None], bool]] = [
            (self.tr("Save picture…"), "savePicture", self._save_picture, has_picture),
            (self.tr("Copy picture"), "copyPicture", self._copy_picture, has_picture),
            (self.tr("Save numbers as CSV…"), "saveTable", self._save_table, has_table),
            (self.tr("Copy numbers"), "copyTable", self._copy_table, has_table),
        ]
        words = [(self.tr("Save text…"), "saveText", self._save_text, True), (self.tr("Copy text"), "copyText", self._copy_text, True)]
        for text, name, act, there in words if takeaway is not None and takeaway.text is not None else picture_and_numbers:
            action = menu.addAction(text)
            action.setObjectName(name)
            action.setEnabled(there)
            if takeaway is None or not there:
                action.setToolTip(self.tr("There is nothing here yet to take away."))
            else:
                action.triggered.connect(partial(act, takeaway))
        for name, text, table in takeaway.also if takeaway is not None else ():
            menu.addAction(text, partial(self._copy, table)).setObjectName(name)
        return menu

    # ---- handing over

    def _save_picture(self, takeaway: TakeAway) -> None:
        assert takeaway.write is not None
        kinds = self.tr("PNG picture (*.png);;SVG drawing (*.svg);;PDF page (*.pdf)")
        self._save(takeaway.name, PICTURES, kinds, takeaway.write)

    def _save_table(self, takeaway: TakeAway) -> None:
        def save(table: Table) -> None:
            text = table.csv()
            self._save(takeaway.name, (".csv",), self.tr("Table (*.csv)"), lambda path: write_bytes(path, text.encode()))

        self._with_table(takeaway, save)

    def _save_text(self, takeaway: TakeAway) -> None:
        assert takeaway.text is not None
        text = takeaway.text()
        self._save(takeaway.name, (".txt",), self.tr("Text (*.txt)"), lambda path: write_bytes(path, text.encode()))

    def _with_table(self, takeaway: TakeAway, work: Callable[[Table], None]) -> None:
        """Do something with the numbers, now or when they have come."""
        if takeaway.table is not None:
            work(takeaway.table())
        elif takeaway.fetch is not None:
            takeaway.fetch(work)

    def _save(self, name: str, suffixes: tuple[str, ...], kinds: str, write: Callable[[Path], None]) -> None:
        def chosen(path: Path) -> None:
            try:
                write(path)
            except OSError as error:
                self._questions.tell(self.tr("{name} could not be saved").format(name=path.name), error.strerror or str(error))
            else:
                self.said.emit(self.tr("Saved {name}").format(name=path.name))

        self._questions.export_path(self._files.suggested(f"-{name}{suffixes[0]}"), suffixes, kinds, chosen)

    def _copy_picture(self, takeaway: TakeAway) -> None:
        assert takeaway.write is not None
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "picture.png"
            takeaway.write(path)
            image = QImage(str(path))
        QGuiApplication.clipboard().setImage(image)
        self.said.emit(self.tr("Copied the picture"))

    def _copy_table(self, takeaway: TakeAway) -> None:
        self._with_table(takeaway, lambda table: self._copy(lambda: table))

    def _copy(self, table: Callable[[], Table]) -> None:
        QGuiApplication.clipboard().setText(table().tsv())
        self.said.emit(self.tr("Copied the numbers"))

    def _copy_text(self, takeaway: TakeAway) -> None:
        assert takeaway.text is not None
        QGuiApplication.clipboard().setText(takeaway.text())
        self.said.emit(self.tr("Copied the text"))
