"""The 'Try it' panel: shows the page that suits the data, and passes on what it is told."""

from __future__ import annotations

from dataclasses import replace
from enum import Enum

from PySide6.QtCore import QCoreApplication, Qt, Signal
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QLabel, QToolButton, QVBoxLayout, QWidget

from nnplayground.core.analysis import Analysis
from nnplayground.core.data_spec import DataSpec, Texts
from nnplayground.core.facts import DataFacts
from nnplayground.data.dataset import Dataset
from nnplayground.engine.explaining import Explanation
from nnplayground.engine.probes import ProbeRequest, Snapshot
from nnplayground.ui.panel import Panel
from nnplayground.ui.takeaway import TakeAway, picture_of
from nnplayground.ui.theme.theme import Role, Theme
from nnplayground.ui.trying.page import TryPage
from nnplayground.ui.trying.picture import PicturePage
from nnplayground.ui.trying.point import PointPage
from nnplayground.ui.trying.row import RowPage
from nnplayground.ui.trying.text import TextPage
from nnplayground.ui.trying.why import Why
from nnplayground.ui.views.nothing import broken


class Ask(Enum):
    """What people give the network to see what it says."""

    POINT = "point"
    PICTURE = "picture"
    TEXT = "text"
    ROW = "row"

    @classmethod
    def of(cls, data: DataSpec, facts: DataFacts) -> Ask | None:
        """What suits the data; None for data that nobody could make by hand."""
        if facts.unknown:
            return None
        if facts.is_plane:
            return cls.POINT
        if isinstance(data, Texts):
            return cls.TEXT
        if len(facts.input_shape) == 3:
            return cls.PICTURE
        return cls.ROW if len(facts.input_shape) == 1 else None


class TryPanel(Panel):
    """One page for each kind of data. A page hears of data and answers only while it is the one that is shown."""

    probe_changed = Signal()
    page_changed = Signal()
    """Another page is in sight."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(theme, QCoreApplication.translate("TryPanel", "Try it"), parent=parent)
        self.setObjectName("tryPanel")
        self._analysis: Analysis | None = None
        self._dataset: Dataset | None = None
        self._ask: Ask | None = None
        self.point = PointPage(theme)
        self.text, self.row = TextPage(theme), RowPage(theme)
        self.picture = PicturePage(theme)
        self.pages: dict[Ask, TryPage] = {
            Ask.POINT: self.point, Ask.PICTURE: self.picture, Ask.TEXT: self.text, Ask.ROW: self.row}  # fmt: skip
        self._stack = _Stack()
        self._nothing = QLabel()
        self._nothing.setObjectName("nothingToTry")
        self._nothing.setProperty("tone", "muted")
        self._nothing.setWordWrap(True)
        self._nothing.setAlignment(Qt.AlignmentFlag.AlignCenter)
        theme.use_font(self._nothing, Role.HELPER)
        self._stack.add(self._nothing)
        for page in self.pages.values():
            self._stack.add(page)
            page.probe_changed.connect(self.probe_changed)
        self.why = Why(theme)
        self._stack.add(self.why)
        self.why.probe_changed.connect(self.probe_changed)
        self.body.addWidget(self._stack, 1)
        self.why_button = self.add_tool("lightbulb-on-outline", self.tr("Where the answer comes from"), "whyButton")
        self.why_button.setText(self.tr("Why"))
        self.why_button.setAccessibleName(self.tr("Why"))
        self.why_button.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        self.why_button.setCheckable(True)
        self.why_button.toggled.connect(self._show_why)
        self._copy = self.add_tool("content-copy", self.tr("Copy the answer, in full precision"), "copyAnswer")
        self._copy.clicked.connect(self._copy_answer)

    @property
    def page(self) -> TryPage | None:
        """The page in sight."""
        return self.pages.get(self._ask) if self._ask is not None else None

    def show_analysis(self, analysis: Analysis) -> None:
        before, was_broken = self._ask, self._analysis is not None and _is_broken(self._analysis)
        self._analysis = analysis
        if _is_broken(analysis) is not was_broken:
            self.show_failure("" if was_broken else " ".join(broken()))
        self._ask = Ask.of(analysis.spec.data, analysis.facts)
        page = self.page
        self.why_button.setEnabled(page is not None)
        if page is None:
            self._nothing.setText(
                self.tr("The data is missing: once it is found you can ask the network here.") if analysis.facts.unknown
                else self.tr("Samples of this shape cannot be made by hand: the Output shows those of the test set.")
            )  # fmt: skip
            self._stack.show_page(self._nothing)
            return
        page.show_analysis(analysis)
        self.why.show_analysis(analysis)
        if self._ask is not before:
            page.show_dataset(self._dataset)
            self._show_page()
            self.page_changed.emit()
            self.probe_changed.emit()

    def show_dataset(self, dataset: Dataset | None) -> None:
        self._dataset = dataset
        self.why.show_dataset(dataset)
        if self.page is not None:
            self.page.show_dataset(dataset)
            self.page.show_why(None, on=self.why.on)

    def show_snapshot(self, snapshot: Snapshot) -> None:
        if self.page is not None:
            self.page.show_snapshot(snapshot)
            if self.why.on and snapshot.explanations:
                self._explain(snapshot.explanations[-1])

    def clear_run(self) -> None:
        if self.page is not None:
            self.page.clear_run()
            self._explain(None)

    def probe_request(self) -> ProbeRequest:
        if self.page is None or not self.isVisible():
            return ProbeRequest()
        request = self.page.probe_request()
        return replace(request, explain=self.why.questions(request.inputs))

    def takeaway(self) -> TakeAway | None:
        """Where the answer comes from, while that is asked."""
        page = self.page
        if page is None or not self.why.on:
            return None
        table = page.why_table() if page.shows_why else self.why.table()
        return None if table is None else TakeAway("why", picture_of(page if page.shows_why else self.why, self.theme), lambda: table)

    def take_why_by(self, button: QToolButton) -> None:
        """The button that gives it away has the place of the one that copies the answer, and only then is wanted."""
        button.hide()
        self.why_button.toggled.connect(button.setVisible)
        self.why_button.toggled.connect(self._copy.setHidden)

    def _show_why(self, on: bool) -> None:
        self.why.set_on(on)
        self._show_page()

    def _show_page(self) -> None:
        page = self.page
        if page is not None:
            page.show_why(None, on=self.why.on)
            self._stack.show_page(self.why if self.why.on and not page.shows_why else page)

    def _explain(self, explanation: Explanation | None) -> None:
        if self.page is not None and self.page.shows_why:
            self.page.show_why(explanation, on=self.why.on)
        else:
            self.why.show_explanation(explanation)

    def _copy_answer(self) -> None:
        if self.page is not None and (told := self.page.copied()):
            QGuiApplication.clipboard().setText(told)


class _Stack(QWidget):
    """Pages, one of them in sight, which alone asks for room: a QStackedWidget would be as high as the highest."""

    def __init__(self) -> None:
        super().__init__()
        self._pages: list[QWidget] = []
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)

    def add(self, page: QWidget) -> None:
        page.setVisible(not self._pages)
        self._pages.append(page)
        self._column.addWidget(page)

    def show_page(self, page: QWidget) -> None:
        for other in self._pages:
            if other is not page:
                other.hide()
        page.show()


def _is_broken(analysis: Analysis) -> bool:
    return bool(analysis.errors) and not analysis.facts.unknown
