"""The settings of the chosen data set, built from what its description has."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QLabel, QSizePolicy, QSpinBox, QVBoxLayout, QWidget

from nnplayground.core import edits
from nnplayground.core.analysis import Analysis
from nnplayground.core.data_spec import Boston, Encoding, Feature, Images, Scaling, SourceChoice, Texts, Validation
from nnplayground.core.spec import ProjectSpec
from nnplayground.ui.data.features import LABELS, FeatureGrid
from nnplayground.ui.data.slider_row import SliderRow
from nnplayground.ui.edit import Edit
from nnplayground.ui.theme.numbers import count
from nnplayground.ui.theme.theme import Role, Theme
from nnplayground.ui.views.segmented import Segmented

SHARE = 0.2
"""What 'Share' sets aside at first."""


def _percent(value: int) -> str:
    return f"{value} %"


class DataSettings(QWidget):
    """Shows those controls that the data set has a setting for; each change is asked for as an `Edit`."""

    edit_requested = Signal(object)

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._spec: ProjectSpec | None = None
        self._go = 0
        """Counts numbers that were finished: what is counted up in one go is one step."""
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(8)
        self.noise = SliderRow(
            theme, self.tr("Noise"), self.tr("How far points stray from their class. New points begin a new run."), (0, 50), _percent
        )
        self.train_share = SliderRow(
            theme, self.tr("Train share"), self.tr("The share of samples to learn from; the rest is the test set."), (10, 90), _percent
        )
        self.features = FeatureGrid(theme)
        self.samples = _spin_box(
            (4, 100_000), 100, self.tr("Number of samples"), self.tr("How many samples are made, train and test together.")
        )
        self._samples_row = self._row(self.tr("Samples"), self.samples)
        self.validation = Segmented(
            theme,
            (
                ("none", self.tr("None"), self.tr("Watch nothing beside training.")),
                ("test", self.tr("Test set"), self.tr("Watch the test set while training. Keras: validation_data")),
                ("share", self.tr("Share"), self.tr("Set a share of the training samples aside to watch. Keras: validation_split")),
            ),
            self.tr("Validate on"),
        )
        self.encoding = Segmented(
            theme,
            (
                ("multi_hot", self.tr("Which words"), self.tr("Which words occur, as a row of zeros and ones: multi-hot.")),
                ("sequence", self.tr("In order"), self.tr("The words' numbers in their order, for an Embedding. Keras: pad_sequences")),
            ),
            self.tr("Words as"),
        )
        self._encoding_row = self._row(self.tr("Words as"), self.encoding, above=True)
        self.num_words = _spin_box(
            (4, 100_000), 1_000, self.tr("Number of words"),
            self.tr("Only the most frequent words count; all others are one unknown word. Keras: num_words"),
        )  # fmt: skip
        self._num_words_row = self._row(self.tr("Words"), self.num_words)
        self.skip_top = _spin_box(
            (0, 99_999), 10, self.tr("Words to skip"),
            self.tr("So many of the most frequent words, such as 'the', count as unknown too. Keras: skip_top"),
        )  # fmt: skip
        self._skip_top_row = self._row(self.tr("Skip top"), self.skip_top)
        self.shorter_than = _spin_box(
            (1, 100_000), 50, self.tr("Only shorter texts"),
            self.tr("Only texts of fewer words than this are used at all. Keras: maxlen of load_data"),
        )  # fmt: skip
        self.shorter_than.setSpecialValueText(self.tr("any length"))
        self._shorter_than_row = self._row(self.tr("Shorter than"), self.shorter_than)
        self.maxlen = _spin_box(
            (1, 5_000), 50, self.tr("Length of a text"),
            self.tr("The last words of longer texts; shorter ones begin with zeros. Keras: maxlen"),
        )  # fmt: skip
        self._maxlen_row = self._row(self.tr("Length"), self.maxlen)
        self._validation_row = self._row(self.tr("Validate on"), self.validation, above=True)
        self.validation_share = SliderRow(
            theme, self.tr("Validation share"), self.tr("The last share of the samples. Keras: validation_split"), (5, 50), _percent
        )
        self._count_note = self._note("muted")
        self.pixels = Segmented(
            theme,
            (
                ("unit", "0…1", self.tr("Pixels from 0 to 1. Keras: Rescaling(1/255)")),
                ("minus_half_to_half", "±0.5", self.tr("Pixels from −0.5 to 0.5. Keras: Rescaling(1/255, offset=−0.5)")),
                ("standard", self.tr("Std"), self.tr("Pixels with mean 0 and deviation 1. Keras: Normalization")),
                ("none", self.tr("Raw"), self.tr("Pixels as they are, from 0 to 255.")),
            ),
            self.tr("Pixels"),
        )
        self._pixels_row = self._row(self.tr("Pixels"), self.pixels, above=True)
        self.scaling = self._combo(
            self.tr("Inputs"),
            self.tr("What is done to each feature before the network sees it, fitted on the training samples. Keras: Normalization"),
            {"none": self.tr("Raw"), "unit": "0…1", "minus_half_to_half": "±0.5", "standard": self.tr("Standard")},
        )
        self._scaling_row = self._row(self.tr("Inputs"), self.scaling)
        self.target = self._combo(
            self.tr("Target"),
            self.tr("What is done to the target before training; results are shown in its own unit all the same."),
            {"none": self.tr("Raw"), "standard": self.tr("Standard")},
        )
        self._target_row = self._row(self.tr("Target"), self.target)
        self.source = self._combo(
            self.tr("Source"),
            self.tr("Automatic: the full set, downloaded once if it is not there, else the built-in sample."),
            {"auto": self.tr("Automatic"), "full": self.tr("Full set"), "sample": self.tr("Sample")},
        )
        self._source_row = self._row(self.tr("Source"), self.source)
        self.warning = self._note("warn")
        self.warning.setObjectName("dataNote")
        for widget in (
            self.noise, self.train_share, self.features, self._pixels_row, self._encoding_row, self._num_words_row, self._skip_top_row,
            self._maxlen_row, self._shorter_than_row,
            self._validation_row, self.validation_share, self._count_note, self._samples_row, self._scaling_row, self._target_row,
            self._source_row, self.warning,
        ):  # fmt: skip
            self._column.addWidget(widget)
        self._numbers = (self.samples, self.num_words, self.skip_top, self.shorter_than, self.maxlen)
        self._more = False
        self._connect()

    # ---- what is shown

    def show_analysis(self, analysis: Analysis) -> None:
        """Show a project's data settings; emits nothing."""
        before, self._spec = self._spec, analysis.spec
        data: Any = analysis.spec.data
        if before is not None and before.data.name != data.name:
            self._forget()
        fields = type(data).model_fields
        images, texts = isinstance(data, Images), isinstance(data, Texts)
        self.noise.setVisible("noise" in fields)
        self.train_share.setVisible("train_fraction" in fields)
        self.features.setVisible("features" in fields)
        if "noise" in fields:
            self.noise.show_value(round(data.noise * 100))
        if "train_fraction" in fields:
            self.train_share.show_value(round(data.train_fraction * 100))
        if "features" in fields:
            self.features.show_features(data.features)
        # Points on a plane have pictures enough; their rarer settings stand behind the dots.
        rare = "noise" not in fields or self._more
        self._samples_row.setVisible("samples" in fields and rare)
        if "samples" in fields:
            _quietly(self.samples, data.samples)
        self._pixels_row.setVisible(images)
        self._scaling_row.setVisible(not images and not texts and rare)
        self.pixels.choose(data.scaling)
        _choose(self.scaling, data.scaling)
        for row in (self._encoding_row, self._num_words_row, self._skip_top_row, self._shorter_than_row):
            row.setVisible(texts)
        self._maxlen_row.setVisible(texts and data.encoding is Encoding.SEQUENCE)
        if texts:
            self.encoding.choose(data.encoding)
            self.num_words.setMinimum(max(4, data.skip_top + 1))
            _quietly(self.num_words, data.num_words)
            _quietly(self.maxlen, data.maxlen)
            self.skip_top.setMaximum(data.num_words - 1)
            _quietly(self.skip_top, data.skip_top)
            _quietly(self.shorter_than, data.shorter_than or self.shorter_than.minimum())
        self._target_row.setVisible("target_scaling" in fields and analysis.is_known and not analysis.facts.task.is_classification)
        if "target_scaling" in fields:
            _choose(self.target, data.target_scaling)
        self._source_row.setVisible(images or isinstance(data, Boston))
        _choose(self.source, data.source)
        self._validation_row.setVisible(rare)
        self._show_validation(data.validation, visible=rare)

    def _forget(self) -> None:
        """Drop numbers that were being typed: they were meant for the data before."""
        self._go += 1
        for box in self._numbers:
            box.blockSignals(True)
            box.setValue(box.value())
            box.blockSignals(False)

    def show_notes(self, notes: tuple[str, ...]) -> None:
        """Sentences that the data came with: why a sample stands in for the full set."""
        self.warning.setText("\n".join(notes))
        self.warning.setVisible(bool(notes))

    def show_more(self, more: bool) -> None:
        """Show or hide the rarer settings of points on a plane."""
        self._more = more
        if self._spec is not None:
            rare = "noise" not in type(self._spec.data).model_fields or more
            for row in (self._samples_row, self._scaling_row):
                row.setVisible(rare and not isinstance(self._spec.data, Images | Texts))
            self._validation_row.setVisible(rare)
            self._show_validation(self._spec.data.validation, visible=rare)

    def _show_validation(self, validation: Validation | None, *, visible: bool) -> None:
        fraction = validation.fraction if validation else None
        number = validation.count if validation else None
        key = "none" if validation is None else "test" if validation.use == "test" else "share" if fraction else None
        self.validation.choose(key)
        self.validation_share.setVisible(visible and fraction is not None)
        if fraction is not None:
            self.validation_share.show_value(round(fraction * 100))
        self._count_note.setVisible(visible and number is not None)
        if number is not None:
            self._count_note.setText(self.tr("The first {count} training samples are set aside.").format(count=count(number)))

    # ---- asking

    def _connect(self) -> None:
        for box in self._numbers:
            box.editingFinished.connect(self._finish)
        self.noise.changed.connect(self._on_noise)
        self.train_share.changed.connect(self._on_train_share)
        self.features.changed.connect(self._on_features)
        self.samples.valueChanged.connect(self._on_samples)
        self.encoding.chosen.connect(self._on_encoding)
        self.num_words.valueChanged.connect(self._on_num_words)
        self.maxlen.valueChanged.connect(self._on_maxlen)
        self.skip_top.valueChanged.connect(self._on_skip_top)
        self.shorter_than.valueChanged.connect(self._on_shorter_than)
        self.validation.chosen.connect(self._on_validation)
        self.validation_share.changed.connect(self._on_validation_share)
        self.pixels.chosen.connect(self._on_scaling)
        self.scaling.activated.connect(lambda _: self._on_scaling(self.scaling.currentData()))
        self.target.activated.connect(self._on_target)
        self.source.activated.connect(self._on_source)

    def _finish(self) -> None:
        self._go += 1

    def _ask(self, text: str, merge: str = "", **changes: Any) -> None:
        """Ask for a change of the data's settings, unless they are so already, or of other data than when a hand began with it."""
        if self._spec is None or all(getattr(self._spec.data, k, v) == v for k, v in changes.items()):
            return
        self.edit_requested.emit(Edit(text, lambda spec: edits.change_data(spec, **changes), merge))

    def _on_noise(self, value: int, drag: int) -> None:
        before = round(getattr(self._spec.data, "noise", 0) * 100) if self._spec else 0
        self._ask(self.tr("noise {before} % → {after} %").format(before=before, after=value), f"data.noise.{drag}", noise=value / 100)

    def _on_train_share(self, value: int, drag: int) -> None:
        before = round(getattr(self._spec.data, "train_fraction", 0) * 100) if self._spec else 0
        text = self.tr("train share {before} % → {after} %").format(before=before, after=value)
        self._ask(text, f"data.train_fraction.{drag}", train_fraction=value / 100)

    def _on_features(self, features: tuple[Feature, ...]) -> None:
        before = set(getattr(self._spec.data, "features", ())) if self._spec else set()
        added = next((f for f in features if f not in before), None)
        changed = added or next(iter(before - set(features)), None)
        if changed is not None:
            text = self.tr("add {name}") if added else self.tr("remove {name}")
            self._ask(text.format(name=LABELS[changed]), features=features)

    def _on_samples(self, value: int) -> None:
        before = getattr(self._spec.data, "samples", 0) if self._spec else 0
        text = self.tr("samples {before} → {after}").format(before=count(before), after=count(value))
        self._ask(text, f"data.samples.{self._go}", samples=value)

    def _on_encoding(self, key: str) -> None:
        self._ask(self.tr("words as {what}").format(what=self.encoding.button(key).text().lower()), encoding=Encoding(key))

    def _on_num_words(self, value: int) -> None:
        self._ask(self.tr("{count} words").format(count=count(value)), f"data.num_words.{self._go}", num_words=value)

    def _on_maxlen(self, value: int) -> None:
        self._ask(self.tr("texts of {count} words").format(count=count(value)), f"data.maxlen.{self._go}", maxlen=value)

    def _on_skip_top(self, value: int) -> None:
        self._ask(self.tr("skip {count} words").format(count=count(value)), f"data.skip_top.{self._go}", skip_top=value)

    def _on_shorter_than(self, value: int) -> None:
        shorter = value if value > self.shorter_than.minimum() else None
        text = self.tr("only texts of fewer than {count} words").format(count=count(value)) if shorter else self.tr("all texts")
        self._ask(text, f"data.shorter_than.{self._go}", shorter_than=shorter)

    def _on_validation(self, key: str) -> None:
        chosen = {"none": None, "test": Validation(use="test"), "share": Validation(fraction=SHARE)}[key]
        self._ask(self.tr("validate on {what}").format(what=self.validation.button(key).text().lower()), validation=chosen)

    def _on_validation_share(self, value: int, drag: int) -> None:
        text = self.tr("validation share {after} %").format(after=value)
        self._ask(text, f"data.validation.{drag}", validation=Validation(fraction=value / 100))

    def _on_scaling(self, key: str) -> None:
        self._ask(self.tr("inputs: {how}").format(how=self.scaling.itemText(self.scaling.findData(key))), scaling=Scaling(key))

    def _on_target(self) -> None:
        self._ask(self.tr("target: {how}").format(how=self.target.currentText()), target_scaling=self.target.currentData())

    def _on_source(self) -> None:
        self._ask(self.tr("source: {which}").format(which=self.source.currentText()), source=SourceChoice(self.source.currentData()))

    # ---- building

    def _row(self, title: str, control: QWidget, *, above: bool = False) -> QWidget:
        """A control beside its title, or below it where it needs the width."""
        holder = QWidget()
        row = QVBoxLayout(holder) if above else QHBoxLayout(holder)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(4 if above else 6)
        label = QLabel(title)
        label.setProperty("tone", "muted")
        label.setBuddy(control)
        self._theme.use_font(label, Role.HELPER)
        row.addWidget(label)
        if isinstance(row, QHBoxLayout):
            row.addWidget(control, 1)
            label.setMinimumWidth(44)  # what the longest choice leaves beside a scroll bar
        else:
            row.addWidget(control)
        return holder

    def _combo(self, name: str, tooltip: str, words: dict[str, str]) -> QComboBox:
        combo = QComboBox()
        for key, text in words.items():
            combo.addItem(text, key)
        combo.setAccessibleName(name)
        combo.setToolTip(tooltip)
        combo.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        return combo

    def _note(self, tone: str) -> QLabel:
        label = QLabel()
        label.setWordWrap(True)
        label.setProperty("tone", tone)
        label.hide()
        self._theme.use_font(label, Role.HELPER)
        return label


def _spin_box(bounds: tuple[int, int], step: int, name: str, tooltip: str) -> QSpinBox:
    box = QSpinBox()
    box.setRange(*bounds)
    box.setSingleStep(step)
    box.setGroupSeparatorShown(True)
    box.setKeyboardTracking(False)
    box.setAccessibleName(name)
    box.setToolTip(tooltip)
    box.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)  # in a narrow panel its title comes first
    return box


def _quietly(box: QSpinBox, value: int) -> None:
    if box.value() == value:
        return  # what is being typed stays
    box.blockSignals(True)
    box.setValue(value)
    box.blockSignals(False)


def _choose(combo: QComboBox, key: str) -> None:
    """Show a choice; `activated`, which asks for edits, is only emitted for the person's own."""
    combo.setCurrentIndex(combo.findData(str(key)))
