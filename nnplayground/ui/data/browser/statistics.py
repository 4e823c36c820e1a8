"""What the samples are like on the whole: how many of each class, and each column in a few numbers."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np
from PySide6.QtCore import QAbstractTableModel, QModelIndex, QPersistentModelIndex, QRectF, Qt, QTimer
from PySide6.QtGui import QColor, QHideEvent, QPainter, QPixmap
from PySide6.QtWidgets import QHeaderView, QLabel, QTableView, QVBoxLayout, QWidget

from nnplayground.data.catalogue import COLUMNS
from nnplayground.data.dataset import Dataset
from nnplayground.data.rows import Rows
from nnplayground.data.statistics import ColumnStatistics, column_statistics
from nnplayground.ui.data.browser.selection import Section, sections
from nnplayground.ui.data.browser.table import LEFT, RIGHT, DataTable, Role_, column_names
from nnplayground.ui.theme.numbers import count, number, percent
from nnplayground.ui.theme.theme import Role, Theme

Index = QModelIndex | QPersistentModelIndex
MOST_COLUMNS = 2_000
"""More are not worked out: nobody reads them."""
PICTURE = (96, 18)
IMAGES_AT_ONCE = 1_000
BUILT_IN_TABLES = ("boston_housing", "gender", "line")
"""Whose columns' meaning is known."""


class Cells(QAbstractTableModel):
    """A small table of words and numbers; rows come one by one. A row may end with what a little picture is drawn of."""

    def __init__(self, theme: Theme, headers: Sequence[str], words: int = 1) -> None:
        """`words` is how many columns hold words: they stand at the left."""
        super().__init__()
        self._theme, self._headers, self.words = theme, tuple(headers), words
        self.rows: list[tuple[str, ...]] = []
        self._exact: list[tuple[object, ...]] = []
        self._bars: list[tuple[float, ...]] = []

    def add(self, row: Sequence[str], bars: Sequence[float] = (), exact: Sequence[object] = ()) -> None:
        """`exact` is the row in full precision, as it is copied."""
        self.beginInsertRows(QModelIndex(), len(self.rows), len(self.rows))
        self._exact.append(tuple(exact))
        self.rows.append(tuple(row))
        self._bars.append(tuple(bars))
        self.endInsertRows()

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008
        return 0 if parent.isValid() else len(self.rows)

    def columnCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008
        return 0 if parent.isValid() else len(self._headers)

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Role_.DisplayRole) -> Any:
        if orientation is Qt.Orientation.Vertical:
            return None
        if role == Role_.DisplayRole:
            return self._headers[section]
        if role == Role_.FontRole:
            return self._theme.font(Role.CAPTION)
        return self._side(section) if role == Role_.TextAlignmentRole else None

    def data(self, index: Index, role: int = Role_.DisplayRole) -> Any:
        row, column = index.row(), index.column()
        if role == Role_.TextAlignmentRole:
            return self._side(column)
        has_text = column < len(self.rows[row])
        if role in (Role_.DisplayRole, Role_.ToolTipRole):
            return self.rows[row][column] if has_text else None
        if role == Role_.EditRole:
            return self._exact[row][column] if column < len(self._exact[row]) else None
        if role == Role_.DecorationRole and not has_text and self._bars[row]:
            return self._picture(self._bars[row])
        return None

    def _side(self, column: int) -> Qt.AlignmentFlag:
        return LEFT if column < self.words or column == len(self._headers) - 1 else RIGHT

    def _picture(self, bars: tuple[float, ...]) -> QPixmap:
        """Bars side by side; a single one lies, as a share."""
        width, height = PICTURE
        picture = QPixmap(width * 2, height * 2)
        picture.setDevicePixelRatio(2)
        picture.fill(Qt.GlobalColor.transparent)
        painter = QPainter(picture)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(self._theme.tokens.magnitude))
        if len(bars) == 1:
            painter.drawRect(QRectF(0, height / 2 - 4, max(width * bars[0], 1), 8))
        else:
            step, most = width / len(bars), max(*bars, 1e-12)
            for i, bar in enumerate(bars):
                tall = height * bar / most
                painter.drawRect(QRectF(i * step, height - tall, step - 0.5, tall))
        painter.end()
        return picture


class StatisticsPage(QWidget):
    """Worked out a column at a time, so that the window answers meanwhile."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("statisticsPage")
        self._theme = theme
        self._dataset: Dataset | None = None
        self._work: Iterator[None] = iter(())
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.timeout.connect(self._go_on)
        self._made = False
        self.titles = (QLabel(), QLabel())
        for title in self.titles:
            theme.use_font(title, Role.TITLE)
        self.classes = DataTable(theme, "classStatistics", self.tr("How many samples each class has"))
        self.columns = DataTable(theme, "columnStatistics", self.tr("What each column holds"))
        self.models: tuple[Cells, Cells] = (Cells(theme, ()), Cells(theme, ()))
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(6)
        for title, table in zip(self.titles, (self.classes, self.columns), strict=True):
            table.verticalHeader().hide()
            column.addWidget(title)
            column.addWidget(table, 1)
        column.addStretch(0)

    def show_dataset(self, dataset: Dataset | None) -> None:
        """Worked out when it is looked at."""
        self._dataset, self._made = dataset, False
        self._timer.stop()
        if self.isVisible():
            self._begin()

    @property
    def busy(self) -> bool:
        return self._timer.isActive()

    def _begin(self) -> None:
        if self._dataset is None or self._made:
            return
        self._made = True
        self._work = self._rows(self._dataset)
        self._go_on()

    def _go_on(self) -> None:
        if next(self._work, self) is not self:
            self._timer.start(0)

    def _rows(self, dataset: Dataset) -> Iterator[None]:
        found = sections(dataset)
        self._show_classes(dataset, found)
        yield
        words = {"train": self.tr("training"), "validation": self.tr("validation"), "test": self.tr("test")}
        if dataset.texts is not None:
            self._start(1, self.tr("Length of the texts, in words"), self._numbers(self.tr("Texts")))
            for key, section in found.items():
                if section.texts is not None:
                    self._add_numbers(column_statistics(words[key], section.texts.texts.counts - 1))
                    yield
            self._fit(self.columns)
        elif isinstance(dataset.train.x, Rows):
            self._start(1, "", ())
        elif len(dataset.facts.input_shape) == 3:
            self._start(1, self.tr("Pixels of the training pictures"), self._numbers(self.tr("Channel")))
            yield from self._pixels(dataset)
        else:
            yield from self._columns(dataset)

    def _show_classes(self, dataset: Dataset, found: dict[str, Section]) -> None:
        classes = dataset.facts.classes
        heads = {"train": self.tr("Training"), "validation": self.tr("Validation"), "test": self.tr("Test")}
        headers = (self.tr("Class"), *(heads[key] for key in found), self.tr("Share of training"), "")
        self._start(0, self.tr("Samples of each class") if classes else "", headers if classes else ())
        if not classes:
            return
        counts = [np.bincount(section.part.y, minlength=len(classes)) for section in found.values()]
        total, most = max(int(counts[0].sum()), 1), max(int(counts[0].max()), 1)
        for i, name in enumerate(classes):
            share = int(counts[0][i])
            numbers = [int(c[i]) for c in counts]
            shown = (name, *map(count, numbers), percent(share / total))
            self.models[0].add(shown, (share / most,), (name, *numbers, share / total))
        self._fit(self.classes)

    def _columns(self, dataset: Dataset) -> Iterator[None]:
        meanings = COLUMNS if dataset.facts.name in BUILT_IN_TABLES else None
        headers = (self.tr("Column"), *((self.tr("Meaning"),) if meanings else ()), *self._number_heads())
        self._start(1, self.tr("Columns of the training samples, before scaling"), headers, words=2 if meanings else 1)
        x = dataset.train.array.reshape(len(dataset.train), -1)
        for i, name in enumerate(column_names(dataset)[:MOST_COLUMNS]):
            self._add_numbers(column_statistics(name, x[:, i]), meanings.get(name, "") if meanings else None)
            yield
        if not dataset.facts.classes:
            named = dataset.facts.target_name or self.tr("answer")
            meaning = self.tr("to be predicted, {unit}") if dataset.facts.target_unit else self.tr("to be predicted")
            known = meaning.format(unit=dataset.facts.target_unit)
            if not meanings:
                named = self.tr("{name} ({what})").format(name=named, what=known)
            self._add_numbers(column_statistics(named, dataset.train.y), known if meanings else None)
        self._fit(self.columns)

    def _pixels(self, dataset: Dataset) -> Iterator[None]:
        """Each channel, from some thousand pictures at a time."""
        x = dataset.train.array
        for channel in range(x.shape[-1]):
            parts = []
            for start in range(0, len(x), IMAGES_AT_ONCE):
                parts.append(column_statistics("", x[start : start + IMAGES_AT_ONCE, ..., channel].reshape(-1)))
                yield
            self._add_numbers(_joined(str(channel + 1), parts))
        self._fit(self.columns)

    def _number_heads(self) -> tuple[str, ...]:
        return self.tr("Least"), self.tr("Mean"), self.tr("Largest"), self.tr("Deviation"), self.tr("Spread")

    def _numbers(self, first: str) -> tuple[str, ...]:
        return (first, *self._number_heads())

    def _add_numbers(self, found: ColumnStatistics, meaning: str | None = None) -> None:
        words = (found.name,) if meaning is None else (found.name, meaning.strip())
        numbers = (found.low, found.mean, found.high, found.deviation)
        self.models[1].add((*words, *map(number, numbers)), found.bins, (*words, *numbers))

    def _start(self, place: int, title: str, headers: Sequence[str], words: int = 1) -> None:
        table: QTableView = (self.classes, self.columns)[place]
        model = Cells(self._theme, headers, words)
        self.models = (model, self.models[1]) if place == 0 else (self.models[0], model)
        table.setModel(model)
        self.titles[place].setText(title)
        self.titles[place].setVisible(bool(headers))
        table.setVisible(bool(headers))

    def _fit(self, table: QTableView) -> None:
        """Columns as wide as they need to be; words take what is left. The table is no higher than its rows."""
        model, header = table.model(), table.horizontalHeader()
        if not isinstance(model, Cells):
            return
        header.setSectionResizeMode(QHeaderView.ResizeMode.Interactive)  # what the table before had stretched
        table.resizeColumnsToContents()
        for i in range(model.columnCount()):
            table.setColumnWidth(i, min(max(table.columnWidth(i) + 8, self._theme.pixels(60)), self._theme.pixels(300)))
        if model.words > 1:
            header.setSectionResizeMode(model.words - 1, QHeaderView.ResizeMode.Stretch)
        table.setMaximumHeight(header.sizeHint().height() + model.rowCount() * table.verticalHeader().defaultSectionSize() + 16)

    # ---- Qt

    def showEvent(self, event: object) -> None:
        super().showEvent(event)  # type: ignore[arg-type]
        self._begin()

    def hideEvent(self, event: QHideEvent) -> None:
        super().hideEvent(event)
        if self._timer.isActive():  # begun anew when it is looked at again
            self._timer.stop()
            self._made = False




def _joined(name: str, parts: Sequence[ColumnStatistics]) -> ColumnStatistics:
    """The statistics of all pixels from those of some at a time; bins are those of the bytes, which all parts span."""
    counts = [p.count for p in parts]
    mean = float(np.average([p.mean for p in parts], weights=counts))
    square = float(np.average([p.deviation**2 + (p.mean - mean) ** 2 for p in parts], weights=counts))
    bins = tuple(np.sum([p.bins for p in parts], axis=0).tolist())
    low, high = min(p.low for p in parts), max(p.high for p in parts)
    return ColumnStatistics(name, sum(counts), sum(p.missing for p in parts), low, mean, high, square**0.5, bins)
