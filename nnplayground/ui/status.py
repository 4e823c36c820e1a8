"""`StatusRow`: one line at the bottom that says how things stand."""

from __future__ import annotations

import time

from PySide6.QtCore import Qt, QTimer
from PySide6.QtGui import QColor, QHideEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QLabel, QToolButton, QWidget

from nnplayground.core.analysis import Analysis
from nnplayground.core.data_spec import OWN_NAMES
from nnplayground.data.dataset import Dataset, Source
from nnplayground.engine.events import Finished, Status
from nnplayground.ui.mailbox import Downloading
from nnplayground.ui.offer import Offer
from nnplayground.ui.problems import ProblemList
from nnplayground.ui.run import Engine, Phase
from nnplayground.ui.session import TrainingSession
from nnplayground.ui.theme.numbers import UNKNOWN, count, epochs_told, size
from nnplayground.ui.theme.theme import Role, Theme

SHOWN_FOR = 8_000
"""Milliseconds that a message stays."""

HELD_FOR = 4.0
"""Seconds that a refusal is not replaced by what the window says by itself."""

LONG = 60
"""Letters from which on a message has the row to itself."""

MUCH_MEMORY = 100_000_000
"""Bytes from which on it is said what a run needs; the tooltip says it of all."""


class StatusRow(QWidget):
    """TensorFlow's state or the newest message, then the numbers of the run, the data and the problems."""

    def __init__(self, theme: Theme, session: TrainingSession, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("statusRow")
        self._theme, self._session = theme, session
        self._analysis: Analysis | None = None
        self._dataset: Dataset | None = None
        self._passing = ""
        self._arriving = False
        self._tone, self._held = "", 0.0
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(SHOWN_FOR)
        self._timer.timeout.connect(lambda: self.say(""))  # by then it is not active
        self.dot = _Dot(theme, self)
        self.message = self._label("statusMessage")
        self.rate, self.parameters, self.data, self.seed = (self._label(n) for n in ("rate", "parameters", "dataSource", "seedReadout"))
        self.problem_list = ProblemList(theme, self)
        self.problems = QToolButton(self)
        self.problems.setObjectName("problems")
        self.problems.setProperty("tone", "window")
        self.problems.setProperty("kind", "text")
        theme.use_icon_size(self.problems, 14)
        self.problems.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        self.problems.clicked.connect(lambda: self.problem_list.open_above(self.problems))
        theme.use_font(self.problems, Role.HELPER, weight=500)
        row = QHBoxLayout(self)
        row.setContentsMargins(10, 0, 10, 2)
        row.setSpacing(12)
        row.addWidget(self.dot)
        row.addWidget(self.message)
        self.offer = Offer(theme, self)
        row.addWidget(self.offer)
        for widget in (self.problems, self.rate, self.parameters, self.data):
            row.addWidget(widget)
        row.addStretch(1)
        row.addWidget(self.seed)
        theme.changed.connect(self._dress)
        session.engine_changed.connect(self._refresh)
        session.phase_changed.connect(self._refresh)
        session.run_changed.connect(self._show_run)
        session.downloading.connect(self._show_download)
        session.finished.connect(self._show_end)
        session.noted.connect(self.say)
        session.failed.connect(lambda message, _details: self.say(message, "error", stay=True))
        session.run_reset.connect(lambda _history: self.say(""))
        self._dress()
        self._refresh()

    def add(self, widget: QWidget) -> None:
        """Take in what says by itself how things stand, beside the problems."""
        row = self.layout()
        assert isinstance(row, QHBoxLayout)
        row.insertWidget(row.indexOf(self.problems), widget)

    def say(self, text: str, tone: str = "", *, stay: bool = False) -> None:
        """Show a message for a while; `tone` is error, warn or ok. An empty one gives way to TensorFlow's state."""
        if not tone and self._tone == "error" and self._timer.isActive() and time.monotonic() < self._held:
            return
        self._passing, self._tone, self._held = text, tone, time.monotonic() + HELD_FOR
        self._timer.stop()
        if text and not stay:
            self._timer.start()
        self._refresh()

    def hideEvent(self, event: QHideEvent) -> None:
        self._timer.stop()
        super().hideEvent(event)

    def show_analysis(self, analysis: Analysis) -> None:
        self._analysis = analysis
        self.seed.setText(self.tr("Seed {seed}").format(seed=analysis.spec.seed))
        self.problem_list.show_analysis(analysis)
        wrong, advice = len(analysis.errors), len(analysis.problems) - len(analysis.errors)
        if wrong:
            self.problems.setText(self.tr("1 problem") if wrong == 1 else self.tr("{count} problems").format(count=wrong))
        else:
            self.problems.setText(self.tr("1 hint") if advice == 1 else self.tr("{count} hints").format(count=advice))
        self.problems.setVisible(bool(analysis.problems))
        self.problems.setAccessibleName(self.problems.text())
        self.problems.setToolTip(analysis.problems[0].message if analysis.problems else "")
        self._show_data()
        self._dress()
        self._show_run()

    def show_dataset(self, dataset: Dataset | None) -> None:
        self._dataset = dataset
        self._show_data()
        if dataset is not None and dataset.notes:
            self.say(dataset.notes[0], "warn")
        elif dataset is not None and self._arriving:
            self.say("")
        self._arriving = False

    def _show_data(self) -> None:
        if self._analysis is None:
            return
        source = {Source.FULL: self.tr("full set"), Source.SAMPLE: self.tr("built-in sample"), Source.GENERATED: ""}
        facts = self._dataset.facts if self._dataset is not None else self._analysis.facts
        if facts.unknown:
            self.data.setText(f"{facts.title}: {UNKNOWN}")
            self.data.setToolTip(facts.unknown)
            return
        text = self.tr("{title}: {train} for training, {test} for testing").format(
            title=facts.title, train=count(facts.train_samples), test=count(facts.test_samples)
        )
        told = source[self._dataset.source] if self._dataset is not None and facts.name not in OWN_NAMES else ""
        self.data.setText(f"{text} ({told})" if told else text)
        self.data.setToolTip(self.data.text())

    def _show_run(self) -> None:
        """How large the network is and how it is trained, besides what `_refresh` shows."""
        if self._analysis is None:
            return
        analysis = self._analysis
        text = self.tr("{count} parameters").format(count=count(analysis.parameters) if analysis.is_known else UNKNOWN)
        started = self._session.run.started if analysis.is_known else None
        notes = [started.how] if started is not None and started.how else []
        if started is not None and started.memory:
            notes.append(self.tr("Needs about {memory}").format(memory=size(started.memory)))
            if started.memory >= MUCH_MEMORY:
                text = self.tr("{parameters}, about {memory}").format(parameters=text, memory=size(started.memory))
        self.parameters.setText(text)
        self.parameters.setToolTip("\n".join(notes))
        self._refresh()

    def _show_rate(self) -> None:
        now, could = self._session.run.epochs_per_second()
        training = self._session.phase is Phase.TRAINING
        self.rate.setVisible(training and now > 0)
        if training and now > 0:
            text = self.tr("{rate} epochs/s").format(rate=_rate(now))
            more = self.tr("{text} (up to {could})").format(text=text, could=_rate(could))
            self.rate.setText(more if could > 1.5 * now else text)

    def _show_download(self, item: Downloading) -> None:
        self._arriving = True
        if item.counted == "pictures":
            self.say(self.tr("Reading pictures: {done} of {total}").format(done=count(item.done), total=count(item.total)), stay=True)
            return
        share = f" {item.done / item.total:.0%}" if item.total else ""
        self.say(self.tr("Downloading {file}{share}").format(file=item.file, share=share), stay=True)

    def _show_end(self, finished: Finished) -> None:
        epochs = epochs_told(finished.epoch)
        text, tone = {
            Status.COMPLETED: (self.tr("Complete after {epochs}"), "ok"),
            Status.STOPPED: (self.tr("Stopped after {epochs}"), ""),
            Status.CANCELLED: (self.tr("Cancelled after {epochs}"), ""),
            Status.DIVERGED: (self.tr("Diverged after {epochs}"), "error"),
        }[finished.status]
        said = text.format(epochs=epochs)
        if finished.status is Status.STOPPED and self._session.run.progress:
            said = self.tr("Stopped within epoch {epoch}").format(epoch=count(finished.epoch + 1))
        if finished.status is Status.STOPPED and finished.reason:
            said = finished.reason  # which says when, too
        elif finished.reason:
            said = f"{said}: {finished.reason}"
        self.say(said, tone, stay=finished.status is Status.DIVERGED)

    def _refresh(self, _what: object = None) -> None:
        engine = self._session.engine
        state, colour = {
            Engine.LOADING: (self.tr("TensorFlow is loading"), "warn"),
            Engine.READY: (self.tr("TensorFlow ready"), "ok"),
            Engine.MISSING: (self.tr("TensorFlow cannot be used"), "error"),
        }[engine]
        if engine is Engine.LOADING and self._session.wants_to_train:
            state = self.tr("TensorFlow is loading; training starts when it is ready")
        elif engine is Engine.READY and self._session.phase is Phase.PREPARING:
            state, colour = self.tr("Preparing the network"), "warn"
        text = self._passing or state
        self.message.setText(text)
        offering = not self.offer.isHidden()
        for label in (self.parameters, self.data):  # a long message or a question wants their place
            label.setVisible(len(text) < LONG and not offering)
        started = self._session.run.started
        self.message.setToolTip(text if self._passing or started is None or not started.how else f"{text}\n{started.how}")
        self.dot.show_color(self._tone if self._passing and self._tone else colour)
        self._show_rate()

    def _label(self, name: str) -> QLabel:
        label = _Line(self)
        label.setObjectName(name)
        label.setProperty("tone", "muted")
        label.setMinimumWidth(1)
        label.setTextFormat(Qt.TextFormat.PlainText)
        self._theme.use_font(label, Role.HELPER, weight=500 if name == "statusMessage" else None)
        return label

    def _dress(self) -> None:
        wrong = self._analysis is not None and bool(self._analysis.errors)
        color = self._theme.tokens.error if wrong else self._theme.tokens.warn
        self.problems.setIcon(self._theme.icon("alert-circle" if wrong else "lightbulb-on-outline", color))


def _rate(value: float) -> str:
    return count(round(value)) if value >= 10 else f"{value:.1f}"


class _Line(QLabel):
    """Takes the width that its text needs; where there is less, what is drawn ends with an ellipsis."""

    def drawn(self) -> str:
        """As much of the text as there is room for."""
        return self.fontMetrics().elidedText(self.text().replace("\n", " "), Qt.TextElideMode.ElideRight, self.contentsRect().width())

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        align = int(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        self.style().drawItemText(
            painter, self.contentsRect(), align, self.palette(), self.isEnabled(), self.drawn(), self.foregroundRole()
        )
        painter.end()


class _Dot(QWidget):
    def __init__(self, theme: Theme, parent: QWidget) -> None:
        super().__init__(parent)
        self._theme, self._token = theme, "warn"
        self.setFixedSize(10, 10)
        theme.changed.connect(self.update)

    def show_color(self, token: str) -> None:
        self._token = token
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(getattr(self._theme.tokens, self._token)))
        painter.drawEllipse(1, 1, 8, 8)
        painter.end()
