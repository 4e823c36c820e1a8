"""'Why' in the 'Try it' panel: what in a sample speaks for the network's answer, and what speaks against it."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QLabel, QStackedWidget, QVBoxLayout, QWidget

from nnplayground.core.analysis import Analysis
from nnplayground.core.table import Table
from nnplayground.data.dataset import Dataset
from nnplayground.data.row_features import RowFeature, row_features
from nnplayground.data.rows import Rows
from nnplayground.engine.answers import Array, Reading, values
from nnplayground.engine.explaining import Explanation, Method, Question
from nnplayground.ui.network.activation_plates import TOO_LARGE, TOO_SMALL, round_scale
from nnplayground.ui.network.tiles import input_labels
from nnplayground.ui.theme.numbers import measured, number, percent
from nnplayground.ui.theme.theme import Role, Theme
from nnplayground.ui.trying.why_bars import Part, WhyBars
from nnplayground.ui.trying.why_picture import WhyPicture
from nnplayground.ui.views.sample_picture import SamplePictures
from nnplayground.ui.views.segmented import Segmented


class Scale:
    """What has the full colour or the full length: a round number that stays while it suits, so that answers can be compared."""

    def __init__(self) -> None:
        self.value: float | None = None

    def fit(self, parts: Array) -> float:
        finite = np.abs(parts[np.isfinite(parts)])
        largest = float(finite.max()) if finite.size else 0.0
        if self.value is None or not TOO_SMALL * self.value <= largest <= TOO_LARGE * self.value:
            self.value = round_scale(largest)
        return self.value


class Why(QWidget):
    """Asks why while `on`, and shows the answer as a coloured picture or as bars. Texts are coloured where they are typed."""

    probe_changed = Signal()

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("whyView")
        self._theme = theme
        self._analysis: Analysis | None = None
        self._dataset: Dataset | None = None
        self._question: Question | None = None
        self._is_asked = True  # as far as is known
        self._pictures: SamplePictures | None = None
        self._features: tuple[RowFeature, ...] | None = None
        self._scales: dict[Method, Scale] = {}
        self.on = False
        self.explanation: Explanation | None = None
        self.method = Segmented(theme, (
            (Method.SLOPE, self.tr("Slope"), self.tr("The slope of the answer along each pixel, times the pixel.")),
            (Method.COVER, self.tr("Cover"), self.tr("How much less probable the answer is with a patch over that place.")),
        ), self.tr("How it is found out"))  # fmt: skip
        self.method.setObjectName("whyMethod")
        self.method.choose(Method.SLOPE)
        self.method.chosen.connect(self._on_method)
        self.told = QLabel()
        self.told.setObjectName("whyTold")
        self.told.setTextFormat(Qt.TextFormat.PlainText)
        self.told.setProperty("tone", "muted")
        self.told.setWordWrap(True)
        theme.use_font(self.told, Role.HELPER)
        self.bars, self.picture = WhyBars(theme), WhyPicture(theme)
        self._stack = QStackedWidget()
        for view in (self.bars, self.picture):
            self._stack.addWidget(view)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(6)
        column.addWidget(self.method)
        column.addWidget(self.told)
        column.addWidget(self._stack, 1)
        self._show()

    # ---- what it is told

    def show_analysis(self, analysis: Analysis) -> None:
        before, self._analysis = self._analysis, analysis
        if before is None or before.spec.data != analysis.spec.data:
            self._features, self._scales = None, {}
            self.method.setVisible(self._has_pictures)
            self.show_explanation(None)

    def show_dataset(self, dataset: Dataset | None) -> None:
        self._dataset, self._pictures, self._features, self._scales = dataset, None, None, {}
        self.show_explanation(None)

    def show_explanation(self, explanation: Explanation | None) -> None:
        """The newest; None: nothing is known any more."""
        self.explanation = explanation
        self._show()

    def set_on(self, on: bool) -> None:
        self.on = on
        self.show_explanation(None)
        self.probe_changed.emit()

    def questions(self, samples: Array | Rows | None) -> tuple[Question, ...]:
        """What is asked about one sample (1, *input_shape); the very same question while it is the same sample."""
        is_asked = samples is not None and len(samples) == 1
        if is_asked is not self._is_asked:
            self._is_asked = is_asked
            self._show()
        if not self.on or samples is None or not is_asked:
            return ()
        before, method = self._question, self._method
        # Of two classes always about the second one, which is blue everywhere, as the first one is orange.
        about = 1 if self._analysis is not None and len(self._analysis.facts.classes) == 2 else None
        if before is None or (before.method, before.about) != (method, about) or not _alike(before.samples, samples):
            self._question = before = Question(samples, method, about)
        return (before,)

    def sentence(self) -> str:
        """The answer, and what the colours say of it."""
        found, analysis = self.explanation, self._analysis
        if not self._is_asked:
            return self.tr("Nothing is asked yet. Draw, type or choose something: where its answer comes from stands here.")
        if found is None or analysis is None:
            return self.tr("No answer to explain yet.")
        facts, reading = analysis.facts, Reading.of(analysis)
        if reading.is_regression:
            scaler = self._dataset.target_scaler if self._dataset is not None else None
            value = measured(float(values(found.outputs, scaler)[0]), facts.target_unit) if scaler is not None else ""
            told = " ".join(filter(None, (facts.target_name, value)))
            return self.tr("{answer}: blue makes it larger than for a mean sample, orange smaller.").format(answer=told)
        answer = int(reading.chosen(found.outputs)[0])
        name = facts.classes[answer] if answer < len(facts.classes) else str(answer)
        share = percent(float(reading.confidence(found.outputs)[0]))
        if len(facts.classes) == 2:
            told = self.tr("{name}, {share}: blue speaks for {second}, orange for {first}.")
            return told.format(name=name, share=share, first=facts.classes[0], second=facts.classes[1])
        return self.tr("{name}, {share}: blue speaks for it, orange against it.").format(name=name, share=share)

    def table(self) -> Table | None:
        """What each part of the sample does for the answer, in full precision; None while nothing is known."""
        if self.bars.parts:
            return Table(("part", "value", "effect"), [(part.name, part.value, part.effect) for part in self.bars.parts])
        if not self.picture.parts.size:
            return None
        cells = np.ndenumerate(self.picture.parts)
        return Table(("row", "column", "effect"), [(row, column, float(effect)) for (row, column), effect in cells])

    # ---- within

    @property
    def _has_pictures(self) -> bool:
        return self._analysis is not None and len(self._analysis.facts.input_shape) == 3

    @property
    def _method(self) -> Method:
        return Method(self.method.choice or Method.SLOPE) if self._has_pictures else Method.SLOPE

    def _on_method(self) -> None:
        self.show_explanation(None)
        self.probe_changed.emit()

    def _show(self) -> None:
        self.told.setText(self.sentence())
        found, dataset = self.explanation, self._dataset
        samples = found.question.samples if found is not None else None
        if found is None or dataset is None or isinstance(samples, Rows) or samples is None:
            self.bars.show_parts((), 1.0)
            self.picture.show_parts(None, np.zeros((0, 0)), 1.0)
            return
        scale = self._scales.setdefault(found.question.method, Scale())
        if found.parts.ndim == 3:
            self._pictures = self._pictures or SamplePictures(dataset)
            self.picture.show_parts(self._pictures.image(samples[0], self._theme.tokens), found.parts[0], scale.fit(found.parts))
            self._stack.setCurrentWidget(self.picture)
            return
        if found.parts.ndim == 2:
            parts = self._parts(samples[0], found.parts[0])
            self.bars.show_parts(parts, scale.fit(np.array([part.effect for part in parts])))
        self._stack.setCurrentWidget(self.bars)

    def _parts(self, sample: Array, effects: Array) -> list[Part]:
        """A part for each feature; the columns of a word that is one of several are one part."""
        if self._features is None and self._dataset is not None and self._analysis is not None:
            self._features = row_features(self._analysis.spec.data, self._dataset)
        parts, plane = [], self._analysis is not None and self._analysis.facts.is_plane
        labels = input_labels(self._analysis) if plane and self._analysis is not None else ()
        for feature in self._features or ():
            if feature.column + max(len(feature.words), 1) > len(sample):
                continue
            group = slice(feature.column, feature.column + max(len(feature.words), 1))
            value = feature.words[int(sample[group].argmax())] if feature.words else number(float(sample[feature.column]))
            parts.append(Part(labels[feature.column] if labels else feature.name, value, float(effects[group].sum())))
        return parts


def _alike(before: Array | Rows, now: Array | Rows) -> bool:
    if before is now:
        return True
    if isinstance(before, Rows) or isinstance(now, Rows):
        both = isinstance(before, Rows) and isinstance(now, Rows)
        return both and before.width == now.width and np.array_equal(before.indices, now.indices)  # type: ignore[union-attr]
    return before.shape == now.shape and before.dtype == now.dtype and np.array_equal(before, now, equal_nan=before.dtype.kind == "f")
