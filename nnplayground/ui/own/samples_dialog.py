"""What the dialogs for pictures and for arrays have in common: choose, look, settle, hand over."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any, Generic, TypeVar

from PySide6.QtCore import QSize, Qt, QTimer, Signal
from PySide6.QtGui import QDragEnterEvent, QDropEvent
from PySide6.QtWidgets import QDialog, QFileDialog, QFrame, QHBoxLayout, QLabel, QPushButton, QStackedWidget, QVBoxLayout, QWidget

from nnplayground.core import edits
from nnplayground.core.data_spec import OwnArrays, OwnImages
from nnplayground.core.facts import DataFacts
from nnplayground.data.errors import DataUnavailable
from nnplayground.ui.data.slider_row import SliderRow
from nnplayground.ui.dropping import dropped_path
from nnplayground.ui.own.class_list import ClassList, ClassRow
from nnplayground.ui.own.look import Look
from nnplayground.ui.own.message import Message
from nnplayground.ui.own.plain import plain_tip
from nnplayground.ui.store.errands import Errands
from nnplayground.ui.theme.theme import Role, Theme

D = TypeVar("D", OwnImages, OwnArrays)
S = TypeVar("S")
PATIENCE = 200
"""Milliseconds a look may take before it is said that it is under way."""
SIZE = (640, 560)


@dataclass(frozen=True)
class Words:
    """What the dialog is about, translated."""

    name: str
    """Of its parts, for tests and style: pictures or arrays."""
    title: str
    nothing: str
    """Stands where the name of what was chosen will stand."""
    hint: str
    choose: str
    choose_tip: str
    use: str
    icon: str


class SamplesDialog(QDialog, Generic[D, S]):
    """Nothing of the project changes before it is accepted. A subclass knows what is looked at and which settings there are."""

    settled = Signal(object, object)
    """The data and its `DataFacts`, which are at hand from now on."""

    def __init__(self, theme: Theme, errands: Errands, words: Words, before: D | None, parent: QWidget | None = None) -> None:
        """`before` is the project's data, if it is of this kind: what is no matter of the files is kept."""
        super().__init__(parent)
        self._theme, self._words = theme, words
        self._before: D | None = before
        self._data: D | None = None
        self._survey: S | None = None
        self._facts: DataFacts | None = None
        self._listed: S | None = None
        self._fresh = self._accepting = False
        self.setObjectName(f"{words.name}Dialog")
        self.setWindowTitle(words.title)
        self.setAcceptDrops(True)
        self.look = Look(errands, self)
        self.look.found.connect(self._on_found)
        self.look.failed.connect(self._on_failed)
        self._patience = QTimer(self)
        self._patience.setSingleShot(True)
        self._patience.setInterval(PATIENCE)
        self._patience.timeout.connect(self._say_looking)
        self._build()
        self._connect()
        self.resize(QSize(*(theme.pixels(side) for side in SIZE)).boundedTo(self.screen().availableSize()))
        self._show()

    # ---- what a subclass knows

    def _first_settings(self, path: str) -> D:
        """The settings that files begin with."""
        raise NotImplementedError

    def _look_at(self, data: D) -> None:
        """Begin to look at what the settings name."""
        raise NotImplementedError

    def _proposed(self, data: D, survey: S) -> D:
        """What suits the files that were found."""
        raise NotImplementedError

    def _facts_of(self, data: D) -> DataFacts:
        raise NotImplementedError

    def _warnings(self, survey: S) -> tuple[str, ...]:
        raise NotImplementedError

    def _hash(self, survey: S) -> str:
        raise NotImplementedError

    def _ask_for_path(self, dialog: QFileDialog) -> None:
        """Let a file chooser ask for the right kind of thing."""
        raise NotImplementedError

    def _options(self) -> QWidget:
        """The settings of this kind."""
        raise NotImplementedError

    def _rows_of(self, survey: S) -> tuple[ClassRow, ...]:
        """The classes that were found."""
        raise NotImplementedError

    def _show_found(self, data: D, survey: S) -> str:
        """Show what else was found, and the settings; says the size in words."""
        raise NotImplementedError

    def _summary(self, facts: DataFacts) -> str:
        raise NotImplementedError

    def _is_cut(self, survey: S) -> bool:
        """Whether the files say themselves what is to test on."""
        raise NotImplementedError

    # ---- what can be asked of it

    @property
    def is_empty(self) -> bool:
        return self._data is None

    def open_path(self, path: Path) -> None:
        """Look at a file or folder."""
        self._begin(self._first_settings(str(path)), anew=True)

    def open_settings(self, data: D) -> None:
        """Look at the project's files, to change their settings."""
        self._before = data
        self._data = data
        self._begin(data)

    # ---- looking

    def _begin(self, data: D, *, anew: bool = False) -> None:
        self._fresh = anew
        self._data = data
        self._accepting = False
        self._survey = self._facts = None
        self._patience.start()
        self.message.say("")
        self._look_at(data)
        self._show()

    def _on_found(self, survey: S) -> None:
        self._patience.stop()
        assert self._data is not None
        self._survey = survey
        if self._fresh:
            self._data = self._proposed(self._data, survey)
        self._judge()
        if self.focusWidget() in (None, self.choose):
            self.use.setFocus()
        if self._accepting:
            self.accept()

    def _on_failed(self, sentence: str) -> None:
        self._patience.stop()
        self._survey = self._facts = None
        self._show()
        self.message.say(sentence, "problem")

    def _stop(self) -> None:
        self.look.stop()
        self._patience.stop()
        self._show()
        self.message.say(self.tr("Stopped. Choose again to look."))

    def _say_looking(self) -> None:
        self.message.say(self.tr("Looking at {name}").format(name=self.name.text()), "work")

    # ---- settling

    def _change(self, **settings: Any) -> None:
        """Take other settings that ask for no other look."""
        if self._data is not None and any(getattr(self._data, name) != value for name, value in settings.items()):
            self._data = edits.changed(self._data, **settings)
            if self._survey is not None:
                self._judge()

    def _judge(self) -> None:
        assert self._data is not None
        assert self._survey is not None
        sentence, kind = " ".join(self._warnings(self._survey)), "advice"
        try:
            self._facts = self._facts_of(self._data)
        except DataUnavailable as error:
            self._facts, sentence, kind = None, str(error), "problem"
        self._show()
        self.message.say(sentence, kind)

    def accept(self) -> None:
        """Hand over what is settled; a look that is under way is waited for, without holding up the window."""
        if self.look.busy:
            self._accepting = True
        elif self._data is not None and self._survey is not None and self._facts is not None:
            super().accept()
            self.settled.emit(edits.changed(self._data, sha256=self._hash(self._survey)), self._facts)

    def _close(self) -> None:
        self._patience.stop()
        self.look.stop()

    # ---- what is shown

    def _show(self) -> None:
        data, survey, facts = self._data, self._survey, self._facts
        self.name.setText(Path(data.path).name or data.path if data is not None else self._words.nothing)
        self.name.setToolTip(plain_tip(data.path) if data is not None else "")
        self.hint.setText(self._words.hint if data is None else self.tr("What was found stands here once it can be read."))
        self.pages.setCurrentIndex(0 if survey is None else 1)
        self.options.setVisible(survey is not None)
        self.share.setVisible(survey is not None and not self._is_cut(survey))
        if data is not None:
            self.share.show_value(round(data.train_fraction * 100))
        if survey is not None and survey is not self._listed:
            self._listed = survey
            self.classes.show_rows(self._rows_of(survey))
        self.measure.setText(self._show_found(data, survey) if data is not None and survey is not None else "")
        self.summary.setText(self._summary(facts) if facts is not None else "")
        self.use.setEnabled(facts is not None)
        self.use.setToolTip(self.tr("One step that can be undone") if facts else self.tr("There is nothing to learn from yet"))

    def choose_path(self) -> None:
        """Ask for a file or folder."""
        folder = Path(self._data.path).parent if self._data is not None else Path.home()
        dialog = QFileDialog(self, self._words.choose.rstrip("…"), str(folder))
        dialog.setObjectName(f"{self._words.name}FileDialog")
        self._ask_for_path(dialog)
        dialog.fileSelected.connect(lambda name: self.open_path(Path(name)))
        dialog.finished.connect(dialog.deleteLater)
        dialog.open()

    # ---- building

    def _connect(self) -> None:
        self.choose.clicked.connect(self.choose_path)
        self.cancel.clicked.connect(self.reject)
        self.use.clicked.connect(self.accept)
        self.message.stop_asked.connect(self._stop)
        self.share.changed.connect(lambda value, _drag: self._change(train_fraction=value / 100))
        self.finished.connect(self._close)

    def _build(self) -> None:
        words, kind = self._words, self._words.name
        self.name, self.measure = self._label("Name", Role.TITLE), self._label("Size", Role.HELPER, "muted")
        self.hint, self.summary = self._label("Hint", Role.BODY, "muted"), self._label("Summary", Role.HELPER, "muted")
        self.hint.setAlignment(Qt.AlignmentFlag.AlignCenter)
        for label in (self.hint, self.summary):
            label.setWordWrap(True)
        self.choose = self._button("Choose", words.choose, words.choose_tip)
        self.cancel = self._button("Cancel", self.tr("Cancel"), self.tr("Leave the project as it is"))
        self.use = self._button("Use", words.use, "")
        self.use.setProperty("kind", "primary")
        self.use.setDefault(True)
        self.message = Message(self._theme, work=words.icon)
        self.message.setObjectName(f"{kind}Message")
        self.message.sentence.setObjectName(f"{kind}Sentence")
        self.message.stop.setObjectName(f"{kind}Stop")
        self.message.stop.setAccessibleName(self.tr("Stop looking"))
        self.classes = ClassList(self._theme)
        self.share = SliderRow(
            self._theme, self.tr("Train share"), self.tr("The share of samples to learn from; the rest is the test set."),
            (10, 95), "{} %".format)  # fmt: skip
        self.share.slider.setObjectName(f"{kind}TrainShare")
        self.pages = QStackedWidget()
        self.pages.addWidget(self.hint)
        self.pages.addWidget(self._found_page())
        self.options = self._options()
        head, foot, column = QHBoxLayout(), QHBoxLayout(), QVBoxLayout(self)
        head.setSpacing(8)
        head.addWidget(self.name)
        head.addWidget(self.measure, 1)
        head.addWidget(self.choose)
        foot.setSpacing(8)
        foot.addWidget(self.summary, 1)
        foot.addWidget(self.cancel)
        foot.addWidget(self.use)
        column.setContentsMargins(16, 12, 16, 12)
        column.setSpacing(10)
        column.addLayout(head)
        column.addWidget(self.message)
        column.addWidget(self.pages, 1)
        column.addWidget(self.options)
        column.addLayout(foot)

    def _found_page(self) -> QWidget:
        frame = QFrame()
        frame.setProperty("kind", "panel")
        column = QVBoxLayout(frame)
        column.setContentsMargins(1, 4, 1, 4)
        column.addWidget(self.classes)
        return frame

    def _label(self, name: str, role: Role, tone: str = "") -> QLabel:
        label = QLabel()
        label.setObjectName(f"{self._words.name}{name}")
        label.setProperty("tone", tone)
        label.setTextFormat(Qt.TextFormat.PlainText)
        self._theme.use_font(label, role)
        return label

    def _button(self, name: str, text: str, tooltip: str) -> QPushButton:
        button = QPushButton(text)
        button.setObjectName(f"{self._words.name}{name}")
        button.setAccessibleName(text)
        button.setToolTip(tooltip)
        button.setAutoDefault(False)
        return button

    # ---- Qt

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        if dropped_path(event) is not None:
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        if (path := dropped_path(event)) is not None:
            event.acceptProposedAction()
            self.open_path(path)
