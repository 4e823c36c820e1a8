"""Asking the network about a picture of one's own: drawn, or out of a file."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtGui import QColor, QHideEvent, QImage, QResizeEvent, QShowEvent
from PySide6.QtWidgets import QFileDialog, QHBoxLayout, QLabel, QScrollArea, QSlider, QToolButton, QVBoxLayout, QWidget

from nnplayground.core.analysis import Analysis
from nnplayground.data.dataset import Affine, Dataset
from nnplayground.data.drawing import DIGITS, Sheet, prepare
from nnplayground.data.photo import read_sample
from nnplayground.engine.answers import Array, Reading, values
from nnplayground.engine.backend import Backend
from nnplayground.engine.probes import Snapshot
from nnplayground.ui.own.look import Look
from nnplayground.ui.sentence import Sentence
from nnplayground.ui.store.errands import Errands
from nnplayground.ui.theme.numbers import measured
from nnplayground.ui.theme.theme import Role, Theme, dress
from nnplayground.ui.trying.digit_answer import DigitAnswer
from nnplayground.ui.trying.digit_canvas import DigitCanvas
from nnplayground.ui.trying.keep_row import KeepRow
from nnplayground.ui.trying.keeping import Keeping
from nnplayground.ui.trying.page import TryPage
from nnplayground.ui.trying.pen_colour import PenColour
from nnplayground.ui.trying.seen_picture import SeenPicture
from nnplayground.ui.views.sample_picture import SamplePictures, photo

Ask = Callable[[Callable[[Backend], object], Callable[[object, str], None]], bool]

REST = 80
"""Milliseconds that the hand rests before the other views of the window are told of the drawing: its answer waits for none of them."""
LEAST, MOST, LEAST_SEEN = 70, 260, 44
"""Pixels a side that the pad may have, and the least that the picture beside it has."""
LOW = 190
"""Below this height of the page the picture's caption gives way."""
THICK = (3, 18)
"""Hundredths of the pad's side that a pen may be thick."""


class PicturePage(TryPage):
    """The pad, beside it what the network is given, below it the answer: asked for at every move of the pen."""

    drawn = Signal(object)
    """Another sample (h, w, channels) is there to be looked at, not more often than people see; None: none any more."""
    use_asked = Signal(object)
    """A folder of drawings is to become the project's data."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("picturePage")
        self._theme = theme
        self._reading, self._target_scaler = Reading(), Affine()
        self._sheet: Sheet | None = None
        self._pictures: SamplePictures | None = None
        self._sample: Array | None = None
        self._inputs: Array | None = None
        self._outputs: Array | None = None
        self._asking = self._again = False
        self._look: Look | None = None
        self.ask: Ask | None = None
        """Has a function called with the network at once, between two steps of training; False where there is none."""
        self._rest = QTimer(self, singleShot=True, interval=REST)
        self._rest.timeout.connect(self._tell)
        self.canvas, self.seen, self.answer = DigitCanvas(theme), SeenPicture(theme), DigitAnswer(theme)
        self.row = KeepRow(theme)
        self.keeping = Keeping(self.row, self)
        self.pen = PenColour(theme)
        self._build()
        self._connect()
        self._show_sheet()

    def look_by(self, errands: Errands) -> None:
        """Picture files are read by this thread."""
        self._look = Look(errands, self)
        self._look.found.connect(self._take_file)
        self._look.failed.connect(lambda sentence, _place: self.say(sentence, "warn"))

    # ---- what a page is told

    def show_analysis(self, analysis: Analysis) -> None:
        self._analysis, reading = analysis, Reading.of(analysis)
        if reading != self._reading:
            self._reading = reading
            self._show_outputs(None)
        names = () if reading.is_regression else reading.classes
        self.answer.show_names(names)
        self.keep.setVisible(bool(names))
        self.keeping.show_data(analysis.spec.data, names)
        if not names:
            self.keep.setChecked(False)
        self.canvas.invitation = self.tr("Draw a digit") if analysis.spec.data.name == "mnist" else self.tr("Draw here")
        if self._sheet is not None and self._sheet.shape != analysis.facts.input_shape:
            self.show_dataset(None)
        if analysis.errors:
            self.answer.fade()

    def show_dataset(self, dataset: Dataset | None) -> None:
        if dataset is not None and (self._analysis is None or dataset.train.array.ndim != 4):
            dataset = None
        before, self._sheet = self._sheet, None if dataset is None else Sheet.of(dataset)
        self._pictures = None if dataset is None else SamplePictures(dataset)
        self._target_scaler = Affine() if dataset is None else dataset.target_scaler
        if self._sheet is not None and self._sheet != before:
            self.canvas.forget_files()
            self.say("")  # it was about the data before, or that none was there
        self._show_sheet()
        self._read()

    def clear_run(self) -> None:
        self.answer.fade()

    def show_snapshot(self, snapshot: Snapshot) -> None:
        if self._inputs is not None and snapshot.answers is not None and len(snapshot.answers) == 1 and not self._is_ahead:
            self._show_outputs(snapshot.answers)

    @property
    def standing(self) -> Array | None:
        return self._inputs

    def copied(self) -> str:
        if self._outputs is None:
            return ""
        if self._reading.is_regression:
            return repr(float(values(self._outputs, self._target_scaler)[0]))
        shares = self._reading.class_shares(self._outputs)[0]
        return "\n".join(f"{name}\t{float(share)!r}" for name, share in zip(self._reading.classes, shares, strict=False))

    # ---- from the pen to the answer

    @property
    def sample(self) -> Array | None:
        """What the network is given (h, w, channels); None without a drawing."""
        return self._sample

    @property
    def _is_ahead(self) -> bool:
        """Whether an answer may be to an older drawing."""
        return self._asking or self._rest.isActive()

    def _on_changed(self) -> None:
        self.say("")
        self._read()
        self._answer_at_once()
        self._rest.start()

    def _read(self) -> None:
        """Work out what the network is given."""
        sheet, sample = self._sheet, None
        if sheet is not None and self.canvas.loaded is not None:
            sample = self.canvas.loaded
        elif sheet is not None and (strokes := self.canvas.strokes):
            sample = sheet.drawn(prepare(strokes, *sheet.shape[:2]), self.pen.colour if sheet.has_colour else None)
        self._sample = sample
        self._inputs = None if sample is None else sample[np.newaxis]
        image = None if sample is None or self._pictures is None else self._pictures.image(sample, self._theme.tokens)
        self.seen.show_image(image)
        self.undo.setEnabled(self.canvas.can_undo)
        self.clear.setEnabled(not self.canvas.is_empty)
        self.keeping.show_sample(sample, sheet)
        if sample is None:
            self._show_outputs(None)

    def _answer_at_once(self) -> None:
        """Ask, and when the answer is there ask again if the drawing has gone on: one question at a time."""
        inputs, broken = self._inputs, self._analysis is None or bool(self._analysis.errors)
        if broken:
            self._show_outputs(None)  # the last answer was to another drawing
        if broken or inputs is None or self.ask is None:
            return
        self._again = self._asking
        if self._asking:
            return

        def done(outputs: object, error: str) -> None:
            self._asking = False
            if self._inputs is not None and self._inputs.shape == inputs.shape:
                self._show_outputs(np.asarray(outputs) if not error else None)
            if self._again:
                self._answer_at_once()

        self._asking = self.ask(lambda backend: backend.predict(inputs), done)

    def _tell(self) -> None:
        self.drawn.emit(self._sample)
        self.probe_changed.emit()

    def _show_outputs(self, outputs: Array | None) -> None:
        """Outputs (1, units); those of a network that does not fit the classes tell nothing."""
        self._outputs = outputs
        if outputs is None:
            self.answer.show_shares(())
        elif self._reading.is_regression:
            facts = self._analysis.facts if self._analysis is not None else None
            self.answer.show_value(measured(float(values(outputs, self._target_scaler)[0]), facts.target_unit if facts else ""))
        else:
            known = bool(np.isfinite(outputs).all())
            shares = tuple(float(s) if known else float("nan") for s in self._reading.class_shares(outputs)[0])
            self.answer.show_shares(shares if len(shares) == len(self._reading.classes) else ())

    # ---- files

    def open_file(self, path: Path) -> None:
        """Take a picture file in place of a drawing."""
        sheet = self._sheet
        if self._look is None or sheet is None or self._analysis is None:
            self.say(self.tr("The data is on its way: a picture can be opened as soon as it is there."))
            return
        name = self._analysis.spec.data.name
        self.say(self.tr("Reading {name}").format(name=path.name))

        def read(_cancelled: Callable[[], bool]) -> tuple[Sheet, NDArray[Any]]:
            return sheet, read_sample(path, sheet, name)

        self._look.begin(read)

    def _take_file(self, found: tuple[Sheet, NDArray[Any]]) -> None:
        if found[0] == self._sheet:
            self.put(found[1])

    def put(self, sample: NDArray[Any]) -> None:
        if self._sheet is not None:
            self.canvas.show_loaded(sample, self._large(sample, self._sheet))

    def _large(self, sample: NDArray[Any], sheet: Sheet) -> QImage:
        if self._pictures is not None and self._analysis is not None and self._analysis.spec.data.name in DIGITS:
            return self._pictures.image(sample, self._theme.tokens)
        return photo(sample, sheet.low, sheet.high)

    def choose_file(self) -> None:
        dialog = QFileDialog(self, self.tr("Open a picture"), "", self.tr("Pictures (*.png *.jpg *.jpeg *.gif *.bmp *.webp)"))
        dialog.setObjectName("pictureFileDialog")
        dialog.setFileMode(QFileDialog.FileMode.ExistingFile)
        dialog.fileSelected.connect(lambda name: self.open_file(Path(name)))
        dialog.finished.connect(dialog.deleteLater)
        dialog.open()

    # ---- what is shown

    def say(self, sentence: str, tone: str = "muted") -> None:
        """One sentence below the pad; '' takes it away."""
        self.message.setText(sentence)
        self.message.setVisible(bool(sentence))
        dress(self.message, "tone", tone)
        self._fit()

    def _show_sheet(self) -> None:
        sheet = self._sheet
        height, width = sheet.shape[:2] if sheet is not None else (28, 28)
        self.seen.show_size(height, width)
        self.caption.setText(self.tr("{height} × {width}, centred").format(height=height, width=width))
        coloured = sheet is not None and sheet.has_colour
        self.pen.setVisible(coloured)
        if sheet is not None and coloured:
            self.pen.suit(dark=sheet.is_dark)
            self.canvas.ink = QColor(*self.pen.colour), QColor(*sheet.ground[:3])
        else:
            self.canvas.ink = None
        self.canvas.update()

    def _on_colour(self) -> None:
        self._show_sheet()
        self._on_changed()

    def _show_row(self, on: bool) -> None:
        self.row.setVisible(on)
        if on:
            self.keeping.show_counts()
        self._fit()

    def _fit(self) -> None:
        """Pad and picture side by side, as large as the width allows and with room for the bars below."""
        width, low = self._scroll.viewport().width(), self.height() < self._theme.pixels(LOW)
        self.caption.setVisible(not low)
        lines = (1 if low else 2) * (self.caption.sizeHint().height() + 3)
        below = self.answer.minimumSizeHint().height() + self.keep.sizeHint().height() + 12
        below += 0 if self.row.isHidden() else self.row.sizeHint().height() + 5
        below += 0 if self.message.isHidden() else self.message.heightForWidth(width) + 4
        words = max(self._sees.sizeHint().width(), 0 if low else self.caption.sizeHint().width())
        side = max(min(round(width * 0.56), width - 12 - words, self.height() - below, MOST), LEAST)
        beside = max(min(width - side - 12, side - lines), LEAST_SEEN)
        if self.canvas.width() != side or self.seen.width() != beside:
            self.canvas.setFixedSize(side, side)
            self.seen.setFixedSize(beside, beside)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    def showEvent(self, event: QShowEvent) -> None:
        if self._sample is not None:
            self._on_changed()

    def hideEvent(self, event: QHideEvent) -> None:
        self._rest.stop()

    # ---- building

    def _tool(self, icon: str, name: str, tooltip: str) -> QToolButton:
        button = QToolButton()
        button.setObjectName(name)
        button.setAccessibleName(tooltip)
        button.setToolTip(tooltip)
        self._theme.use_icon_size(button, 16)
        self._tools.append((button, icon))
        return button

    def _dress(self) -> None:
        for button, icon in self._tools:
            button.setIcon(self._theme.icon(icon))
        self._read()

    def _connect(self) -> None:
        self.canvas.changed.connect(self._on_changed)
        self.canvas.full.connect(lambda: self.say(self.tr("The pad is full. Clear it to go on."), "warn"))
        self.canvas.dropped.connect(self.open_file)
        self.undo.clicked.connect(self.canvas.undo)
        self.clear.clicked.connect(self.canvas.clear)
        self.load.clicked.connect(self.choose_file)
        self.keep.toggled.connect(self._show_row)
        self.pen.chosen.connect(self._on_colour)
        self.thickness.valueChanged.connect(self._on_thickness)
        self.keeping.kept.connect(lambda _label: self.canvas.begin_anew(self.row))
        self.keeping.told.connect(self.say)
        self.keeping.use_asked.connect(self.use_asked)
        self._theme.changed.connect(self._dress)

    def _on_thickness(self, hundredths: int) -> None:
        self.canvas.thickness = hundredths / 100
        self.thickness.setToolTip(self.tr("Thickness of the pen: {n} % of the pad").format(n=hundredths))

    def _label(self, text: str, role: Role) -> QLabel:
        label = QLabel(text)
        label.setProperty("tone", "muted")
        label.setTextFormat(Qt.TextFormat.PlainText)
        self._theme.use_font(label, role)
        return label

    def _build(self) -> None:
        self._tools: list[tuple[QToolButton, str]] = []
        self.undo = self._tool("undo", "digitUndo", self.tr("Take back the last stroke (Ctrl+Z on the pad)"))
        self.clear = self._tool("eraser", "digitClear", self.tr("Clear the pad (Delete on the pad)"))
        self.load = self._tool("image-outline", "digitLoad", self.tr("Open a picture file, a photograph of a digit say, or drop it here"))
        self.keep = self._tool("plus", "digitKeep", self.tr("Add to my data: keep drawings with what they show, to learn from"))
        self.keep.setCheckable(True)
        self.thickness = QSlider(Qt.Orientation.Horizontal)
        self.thickness.setObjectName("digitThickness")
        self.thickness.setAccessibleName(self.tr("Thickness of the pen"))
        self.thickness.setRange(*THICK)
        self.thickness.setValue(round(self.canvas.thickness * 100))
        self.thickness.setMinimumWidth(50)
        self._on_thickness(self.thickness.value())
        self.caption = self._label("", Role.CAPTION)
        self.message = Sentence()
        self._theme.use_font(self.message, Role.HELPER)
        self.message.setObjectName("digitMessage")
        self.message.hide()
        self.row.hide()
        beside, top, tools = QVBoxLayout(), QHBoxLayout(), QHBoxLayout()
        beside.setSpacing(3)
        self._sees = self._label(self.tr("The network sees"), Role.CAPTION)
        for widget in (self._sees, self.seen, self.caption):
            beside.addWidget(widget)
        beside.addStretch(1)
        top.setSpacing(12)
        top.addWidget(self.canvas, 0, Qt.AlignmentFlag.AlignTop)
        top.addLayout(beside, 1)
        tools.setSpacing(2)
        tools.addWidget(self.thickness, 1)
        for tool in (self.pen, self.undo, self.clear, self.load, self.keep):
            tools.addWidget(tool)
        content = QWidget()
        column = QVBoxLayout(content)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(4)
        column.addLayout(top)
        column.addLayout(tools)
        column.addWidget(self.message)
        column.addWidget(self.row)
        column.addWidget(self.answer, 1)
        self._scroll = QScrollArea()
        self._scroll.setWidgetResizable(True)
        self._scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._scroll.setWidget(content)
        for ground in (self._scroll.viewport(), content):
            ground.setAutoFillBackground(False)
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.addWidget(self._scroll)
        self._dress()
