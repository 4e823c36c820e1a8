"""`Transport`: the row that drives training, and the settings one changes while looking at it."""

from __future__ import annotations

import random
from functools import partial

from PySide6.QtCore import QPoint, Qt, Signal
from PySide6.QtGui import QIntValidator, QResizeEvent
from PySide6.QtWidgets import QComboBox, QFrame, QHBoxLayout, QLineEdit, QSizePolicy, QSpinBox, QToolButton, QVBoxLayout, QWidget

from nnplayground.core import edits
from nnplayground.core.analysis import Analysis
from nnplayground.core.losses import BINARY_LOSSES, CATEGORICAL_LOSSES, LOSSES, REGRESSION_LOSSES, Task
from nnplayground.core.optimizers import OPTIMIZERS
from nnplayground.core.spec import MAX_EPOCHS, MAX_SEED, TrainingSpec
from nnplayground.ui.edit import Edit
from nnplayground.ui.run import Engine, Phase
from nnplayground.ui.session import TrainingSession
from nnplayground.ui.theme.numbers import count
from nnplayground.ui.theme.theme import Role, Theme
from nnplayground.ui.transport_parts import EpochLabel, Field, PlayButton, SpeedBars

LEARNING_RATES = ("0.00001", "0.0001", "0.001", "0.003", "0.01", "0.03", "0.1", "0.3", "1", "3", "10")
BATCH_SIZES = ("1", "2", "4", "8", "10", "16", "20", "32", "64", "128", "256")
RATE_WIDTH, BATCH_WIDTH, ARROW_WIDTH, EDIT_FRAME = 62, 40, 24, 24
WIDEST_COMBO = 280
WIDTHS = {"loss": 1180, "seed": 1080, "optimizer": 960}
"""Below these widths a field stands behind "…"."""
ADJECTIVES = {"crossentropy": "cross-entropy", "kl": "KL", "log": "log"}


def loss_title(name: str) -> str:
    """`binary_crossentropy` as people write it: "Binary cross-entropy"."""
    words = " ".join(ADJECTIVES.get(word, word) for word in name.split("_"))
    return words[:1].upper() + words[1:]


class Transport(QFrame):
    """Shows the session and the training settings; asks for edits and tells the session what was pressed."""

    edit_requested = Signal(object)
    refused = Signal(str)
    """What was typed cannot be read: what was expected, what was found."""

    def __init__(self, theme: Theme, session: TrainingSession, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("transport")
        self.setProperty("kind", "panel")
        self._theme, self._session = theme, session
        self._analysis: Analysis | None = None
        self._icons: list[tuple[QToolButton, str]] = []
        self._row = QHBoxLayout(self)
        self._row.setContentsMargins(10, 4, 6, 4)
        self._row.setSpacing(6)
        self._make_buttons()
        self._make_run_fields()
        self._make_settings()
        self._dress()
        theme.changed.connect(self._dress)
        session.phase_changed.connect(self._show_run)
        session.engine_changed.connect(self._show_run)
        session.run_changed.connect(self._show_run)
        session.progressed.connect(self._show_run)

    # Building

    def _make_buttons(self) -> None:
        session = self._session
        self.reset_button = self._tool("restart", "resetButton", self.tr("Reset"), self.tr("Back to epoch 0 with the same initial weights"))
        self.reset_button.clicked.connect(session.reset)
        self.play_button = PlayButton(self._theme, self)
        self.play_button.clicked.connect(session.toggle)
        self.step_button = self._tool("skip-next", "stepButton", self.tr("One epoch"), self.tr("Train exactly one epoch"))
        self.step_button.clicked.connect(session.step)
        self.stop_button = self._tool("stop", "stopButton", self.tr("Stop"), self.tr("End the run here; Play takes it up again"))
        self.stop_button.clicked.connect(session.stop)
        for button in (self.reset_button, self.play_button, self.step_button, self.stop_button):
            self._row.addWidget(button)

    def _make_run_fields(self) -> None:
        self.epoch_label = EpochLabel(self._theme)
        self.epoch_label.setToolTip(self.tr("Epoch: how often the network has seen all training samples. Keras: epochs"))
        self._epoch_field = Field(self._theme, self.tr("Epoch"), self.epoch_label)
        self.speed = SpeedBars(self._theme)
        self.speed.setAccessibleName(self.tr("Speed"))
        self.speed.setToolTip(self.tr("Speed: how many epochs to train in a second, at most"))
        self.speed.speed_chosen.connect(self._session.set_speed)
        self._speed_field = Field(self._theme, self.tr("Speed"), self.speed)
        for field in (self._epoch_field, self._speed_field):
            self._add_line()
            self._row.addWidget(field)
        self._add_line()

    def _make_settings(self) -> None:
        tr = self.tr
        self.learning_rate = self._combo("learningRate", tr("Learning rate"), LEARNING_RATES, RATE_WIDTH)
        self.learning_rate.setToolTip(tr("Learning rate: how far each step moves the weights. Keras: learning_rate"))
        self.learning_rate.activated.connect(self._on_learning_rate)
        self.batch_size = self._combo("batchSize", tr("Batch"), BATCH_SIZES, BATCH_WIDTH)
        self.batch_size.setToolTip(tr("Batch: how many samples make one step. Begins a new run. Keras: batch_size"))
        self.batch_size.activated.connect(self._on_batch_size)
        self.loss = self._combo("loss", tr("Loss"), (), 150)
        self.loss.activated.connect(self._on_loss)
        self.optimizer = self._combo("optimizer", tr("Optimizer"), (), 70)
        for kind in OPTIMIZERS:
            self.optimizer.addItem(kind().type, kind)
            self.optimizer.setItemData(self.optimizer.count() - 1, kind.summary, Qt.ItemDataRole.ToolTipRole)
        self.optimizer.setToolTip(tr("Optimizer: how each step is taken. Begins a new run. Keras: optimizer"))
        self.optimizer.activated.connect(self._on_optimizer)
        self.seed = QLineEdit()
        self.seed.setObjectName("seed")
        self.seed.setAccessibleName(tr("Seed"))
        self.seed.setToolTip(tr("Seed: everything random comes from it. The same seed repeats a run exactly."))
        self.seed.setProperty("kind", "plain")
        self.seed.setValidator(QIntValidator(0, MAX_SEED, self.seed))
        self.seed.setFixedWidth(84)
        self.seed.editingFinished.connect(self._on_seed)
        self.dice = self._tool("dice-5-outline", "newWeightsButton", tr("New weights"), tr("Other initial weights: draws another seed"))
        self.dice.clicked.connect(self._on_dice)
        self.epochs = QSpinBox()
        self.epochs.setObjectName("epochs")
        self.epochs.setAccessibleName(tr("Epochs"))
        self.epochs.setToolTip(tr("Epochs: after how many the run is complete. Keras: epochs"))
        self.epochs.setRange(0, MAX_EPOCHS)
        self.epochs.setKeyboardTracking(False)
        self.epochs.setGroupSeparatorShown(True)
        self.epochs.valueChanged.connect(self._on_epochs)
        for combo in (self.learning_rate, self.batch_size):
            combo.setEditable(True)
            combo.setInsertPolicy(QComboBox.InsertPolicy.NoInsert)
            combo.setCompleter(None)  # type: ignore[arg-type]  # else 25 would become 256
            line = combo.lineEdit()
            assert line is not None
            self._theme.use_font(line, Role.CONTROL, weight=600)
            line.editingFinished.connect(partial(self._on_typed, combo))
        self._fields = {
            "learning_rate": Field(self._theme, tr("Learning rate"), self.learning_rate, live=True),
            "batch_size": Field(self._theme, tr("Batch"), self.batch_size),
            "loss": Field(self._theme, tr("Loss"), self.loss),
            "optimizer": Field(self._theme, tr("Optimizer"), self.optimizer),
            "seed": Field(self._theme, tr("Seed"), self.seed),
        }
        self._more = _Flyout(self)
        self._more.column.addWidget(Field(self._theme, tr("Epochs"), self.epochs, live=True))
        for name, field in self._fields.items():
            if name == "seed":
                self._row.addStretch(1)
                self._row.addWidget(self.dice)
            self._row.addWidget(field)
        self.more_button = self._tool("dots-horizontal", "moreButton", tr("More settings"), tr("More settings of the training"))
        self.more_button.clicked.connect(self._open_more)
        self._row.addWidget(self.more_button)

    def _combo(self, name: str, title: str, items: tuple[str, ...], width: int) -> QComboBox:
        combo = QComboBox()
        combo.setObjectName(name)
        combo.setAccessibleName(title)
        combo.setProperty("kind", "plain")
        combo.addItems(items)
        combo.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        combo.setMinimumWidth(width + ARROW_WIDTH)
        self._theme.use_font(combo, Role.CONTROL, weight=600)
        return combo

    def _tool(self, icon: str, name: str, title: str, tooltip: str) -> QToolButton:
        button = QToolButton()
        button.setObjectName(name)
        button.setAccessibleName(title)
        button.setToolTip(tooltip)
        self._theme.use_icon_size(button, 20)
        self._icons.append((button, icon))
        return button

    def _add_line(self) -> None:
        line = QFrame()
        line.setProperty("kind", "line")
        line.setFixedSize(1, 34)
        self._row.addSpacing(6)
        self._row.addWidget(line)
        self._row.addSpacing(6)

    def _dress(self) -> None:
        for button, icon in self._icons:
            button.setIcon(self._theme.icon(icon, self._theme.tokens.text))
            side = max(36, self._theme.pixels(20) + 10)
            button.setFixedSize(side, side)
        self._fit_all()
        self._share_out()

    # What is shown

    def show_analysis(self, analysis: Analysis) -> None:
        before, self._analysis = self._analysis, analysis
        training = analysis.spec.training
        if before is None or _answers(before) != _answers(analysis):
            self._fill_losses(analysis)
        self.loss.setCurrentIndex(max(0, self.loss.findData(training.loss_name)))
        given = ", ".join(f"{name}={value}" for name, value in analysis.goal.loss_arguments.items())
        name = f"{analysis.goal.loss}({given})" if given else analysis.goal.loss
        if name == "auto":
            self.loss.setToolTip(self.tr("Loss: what is made smaller. Which one suits is known once the data is there."))
        else:
            self.loss.setToolTip(self.tr("Loss: what is made smaller. Begins a new run. Keras: {name}").format(name=name))
        self.optimizer.setCurrentText(training.optimizer.type)
        self._show_texts()
        self._fit_all()
        self._show_run()

    def _show_texts(self) -> None:
        assert self._analysis is not None
        training = self._analysis.spec.training
        self.learning_rate.setCurrentText(_rate_text(training))
        self.batch_size.setCurrentText(str(training.batch_size))
        self.seed.setText(str(self._analysis.spec.seed))
        self.epochs.blockSignals(True)
        self.epochs.setValue(training.epochs)
        self.epochs.blockSignals(False)

    def _fill_losses(self, analysis: Analysis) -> None:
        names: tuple[str, ...]
        if analysis.facts.unknown:
            names = LOSSES
        elif analysis.facts.task is Task.REGRESSION:
            names = REGRESSION_LOSSES
        elif analysis.facts.task is Task.BINARY:
            names = (*BINARY_LOSSES, *CATEGORICAL_LOSSES, "mean_squared_error", "mean_absolute_error")
        else:
            names = (*CATEGORICAL_LOSSES, "mean_squared_error")
        chosen = analysis.spec.training.loss_name
        self.loss.clear()
        is_known = chosen == "auto" and analysis.goal.loss != "auto"
        resolved = loss_title(analysis.goal.loss) if is_known else self.tr("Automatic")
        self.loss.addItem(resolved, "auto")
        self.loss.setItemData(0, self.tr("The loss that suits the task and the last layer"), Qt.ItemDataRole.ToolTipRole)
        for name in names if chosen in ("auto", *names) else (*names, chosen):
            self.loss.addItem(loss_title(name), name)
            self.loss.setItemData(self.loss.count() - 1, f"Keras: {name}", Qt.ItemDataRole.ToolTipRole)
        widest = max(self.loss.fontMetrics().horizontalAdvance(self.loss.itemText(i)) for i in range(self.loss.count()))
        self.loss.view().setMinimumWidth(widest + 40)

    def _fit(self, combo: QComboBox) -> None:
        """As wide as its text, so that no name is cut off."""
        wanted = combo.fontMetrics().horizontalAdvance(combo.currentText()) + 50
        combo.setMinimumWidth(min(self._theme.pixels(WIDEST_COMBO), wanted))

    def _fit_all(self) -> None:
        for combo in (self.loss, self.optimizer):
            self._fit(combo)
        for combo, least in ((self.learning_rate, RATE_WIDTH), (self.batch_size, BATCH_WIDTH)):
            digits = combo.fontMetrics().horizontalAdvance(combo.currentText()) + EDIT_FRAME
            combo.setMinimumWidth(max(least, digits) + self._theme.pixels(ARROW_WIDTH))
        if self.learning_rate.currentText()[:1].isalpha():  # a schedule's name is longer than any rate
            self._fit(self.learning_rate)

    def _show_run(self, _what: object = None) -> None:
        session, analysis = self._session, self._analysis
        if analysis is None:
            return
        self.epoch_label.show_epoch(session.epoch, session.run.until, session.run.progress)
        self._epoch_field.show_aside(self.tr("of {epochs}").format(epochs=count(session.run.until)))
        self.speed.show_speed(session.speed.epochs_per_second)
        rate = session.speed.epochs_per_second
        self._speed_field.show_aside(self.tr("max") if rate is None else self.tr("{rate} /s").format(rate=count(int(rate))))
        running, problems = session.wants_to_train, len(analysis.errors)
        self.play_button.show_state(running=running, problems=problems, enabled=session.can_train or bool(problems))
        self.play_button.setAccessibleName(self.tr("Pause") if running else self.tr("Play"))
        self.play_button.setToolTip(self._play_tip(running=running))
        ready = session.phase in (Phase.READY, Phase.FINISHED)
        self.step_button.setEnabled(ready and session.can_train)
        self.stop_button.setEnabled(running or (ready and session.epoch > 0 and session.run.status is None))

    def _play_tip(self, *, running: bool) -> str:
        assert self._analysis is not None
        if self._analysis.errors:
            return self.tr("Cannot train yet: {problem}").format(problem=self._analysis.errors[0].message)
        if running and self._session.engine is Engine.LOADING:
            return self.tr("Training starts as soon as TensorFlow is ready.")
        return self.tr("Pause (Space)") if running else self.tr("Train (Space)")

    # What is asked

    def _ask(self, text: str, merge: str = "", **changes: object) -> None:
        self.edit_requested.emit(Edit(text, lambda spec: edits.change_training(spec, **changes), merge))

    def _on_typed(self, combo: QComboBox) -> None:
        if combo is self.learning_rate:
            self._on_learning_rate()
        else:
            self._on_batch_size()

    def _on_learning_rate(self, _index: int = 0) -> None:
        assert self._analysis is not None
        text = self.learning_rate.currentText().strip()
        if text == _rate_text(self._analysis.spec.training):
            return  # only the focus has gone elsewhere
        try:
            value = float(text.replace(",", "."))
        except ValueError:
            self.refused.emit(self.tr("Learning rate: expected a number such as 0.01; found “{text}”").format(text=text))
        else:
            title = self.tr("Learning rate {rate}").format(rate=f"{value:g}")
            self.edit_requested.emit(Edit(title, lambda spec: edits.change_optimizer(spec, learning_rate=value)))
        self._show_texts()

    def _on_batch_size(self, _index: int = 0) -> None:
        assert self._analysis is not None
        text = self.batch_size.currentText().strip()
        if text == str(self._analysis.spec.training.batch_size):
            return
        try:
            size = int(text)
        except ValueError:
            self.refused.emit(self.tr("Batch: expected a whole number such as 32; found “{text}”").format(text=text))
        else:
            self._ask(self.tr("Batch size {size}").format(size=text), batch_size=size)
        self._show_texts()

    def _on_loss(self, index: int) -> None:
        name = self.loss.itemData(index)
        if self._analysis is None or name == self._analysis.spec.training.loss_name:
            return  # chosen already; its arguments stay
        self._ask(self.tr("Loss {name}").format(name=self.loss.itemText(index)), loss=name)

    def _on_optimizer(self, index: int) -> None:
        kind = self.optimizer.itemData(index)
        self._ask(self.tr("Optimizer {name}").format(name=self.optimizer.itemText(index)), optimizer=kind())

    def _on_epochs(self, value: int) -> None:
        self._ask(self.tr("{count} epochs").format(count=count(value)), "training.epochs", epochs=value)

    def _on_seed(self) -> None:
        seed = int(self.seed.text() or 0)
        self.edit_requested.emit(Edit(self.tr("Seed {seed}").format(seed=seed), lambda spec: edits.set_seed(spec, seed)))

    def _on_dice(self) -> None:
        seed = (int(self.seed.text() or 0) + random.SystemRandom().randrange(1, 1000)) % 1000  # never the same again
        self.edit_requested.emit(Edit(self.tr("New weights (seed {seed})").format(seed=seed), lambda spec: edits.set_seed(spec, seed)))

    # Room

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._share_out()

    def _share_out(self) -> None:
        """Fields that do not fit stand behind the dots."""
        for name, width in WIDTHS.items():
            self._place(name, inside=self.width() >= width * self._theme.zoom - 16)

    def _place(self, name: str, *, inside: bool) -> None:
        field = self._fields[name]
        at = self._row.indexOf(field)
        if inside == (at >= 0):
            return
        if not inside:
            self._row.removeWidget(field)
            self._more.column.addWidget(field)
            return
        self._more.column.removeWidget(field)
        before = {"loss": "optimizer", "optimizer": "", "seed": ""}[name]
        if name == "seed":
            place = self._row.indexOf(self.more_button)
        elif before and self._row.indexOf(self._fields[before]) >= 0:
            place = self._row.indexOf(self._fields[before])
        else:
            place = self._row.indexOf(self.dice) - 1
        self._row.insertWidget(place, field)
        field.show()

    def _open_more(self) -> None:
        self._more.adjustSize()
        corner = self.more_button.mapToGlobal(QPoint(self.more_button.width(), self.more_button.height() + 4))
        self._more.move(corner.x() - self._more.width(), corner.y())
        self._more.show()
        self.epochs.setFocus()


def _answers(analysis: Analysis) -> tuple[object, ...]:
    """What the losses to choose from depend on."""
    return bool(analysis.facts.unknown), analysis.facts.task, analysis.goal.loss


def _rate_text(training: TrainingSpec) -> str:
    rate = training.optimizer.learning_rate
    return f"{rate:.10g}" if isinstance(rate, float) else rate.type


class _Flyout(QFrame):
    """What there is no room for in the row."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent, Qt.WindowType.Popup)
        self.setObjectName("moreSettings")
        self.setProperty("kind", "card")
        self.column = QVBoxLayout(self)
        self.column.setContentsMargins(12, 10, 12, 12)
        self.column.setSpacing(8)
        self.setMinimumWidth(210)
