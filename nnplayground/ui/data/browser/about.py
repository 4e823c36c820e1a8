"""What a data set is, for people: one page of text that can be selected and copied."""

from __future__ import annotations

from html import escape

from PySide6.QtWidgets import QTextBrowser, QWidget

from nnplayground.core.analysis import Analysis
from nnplayground.core.data_spec import OWN_NAMES
from nnplayground.core.facts import DataFacts
from nnplayground.core.layers import Bidirectional, LayerBase
from nnplayground.core.losses import Task
from nnplayground.core.presets import recommended, recommended_for
from nnplayground.data.catalogue import COLUMNS
from nnplayground.data.dataset import Dataset, Source
from nnplayground.data.registry import info
from nnplayground.ui.theme.numbers import count, number, shape
from nnplayground.ui.theme.theme import Role, Theme

MANY_COLUMNS = 40


class AboutPage(QTextBrowser):
    """Sections with a heading each; those without anything to say are left out."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("aboutPage")
        self.setAccessibleName(self.tr("About this data"))
        self.setOpenLinks(False)
        self._theme = theme
        self._analysis: Analysis | None = None
        self._dataset: Dataset | None = None
        theme.use_font(self, Role.BODY)
        theme.changed.connect(self._write)

    def show_analysis(self, analysis: Analysis) -> None:
        self._analysis = analysis
        self._write()

    def show_dataset(self, dataset: Dataset | None) -> None:
        self._dataset = dataset
        self._write()

    def _write(self) -> None:
        if self._analysis is None:
            return
        tokens, place = self._theme.tokens, self.verticalScrollBar().value()
        facts = self._analysis.facts
        if self._dataset is not None and self._dataset.facts.name == facts.name:
            facts = self._dataset.facts
        html = [f'<p style="font-size:{self._theme.pixels(17)}px; font-weight:600">{escape(facts.title)}</p>']
        for title, text in self._sections(facts):
            tone = tokens.warn if title == self.tr("Known problems") else tokens.muted
            html.append(f'<p><span style="color:{tone}; font-weight:600">{escape(title)}</span><br>{text}</p>')
        self.setHtml("".join(html))
        self.verticalScrollBar().setValue(place)

    def _sections(self, facts: DataFacts) -> list[tuple[str, str]]:
        entry = info(facts.name)
        if facts.unknown:
            return [(self.tr("What it is"), escape(entry.summary)), (self.tr("Known problems"), escape(facts.unknown))]
        found = [
            (self.tr("What it is"), escape(entry.summary)),
            (self.tr("Known problems"), escape(entry.problems)),
            (self.tr("Task"), self._task(facts)),
            (self.tr("Samples"), self._samples(facts)),
            (self.tr("What goes in"), self._inputs(entry.inputs, facts)),
            (self.tr("What comes out"), escape(entry.output)),
            (self.tr("Classes"), escape(", ".join(facts.classes))),
            (self.tr("Columns"), self._columns(facts)),
            (self.tr("Notes"), "<br>".join(escape(note) for note in self._dataset.notes) if self._dataset else ""),
            (self.tr("Recommended network"), self._network(facts)),
            (self.tr("Where it is from"), escape(entry.origin)),
            (self.tr("Licence"), escape(entry.licence)),
        ]
        return [(title, text) for title, text in found if text]

    def _task(self, facts: DataFacts) -> str:
        text = {
            Task.BINARY: self.tr("Classification: one of two classes."),
            Task.MULTICLASS: self.tr("Classification: one of {count} classes.").format(count=count(len(facts.classes))),
            Task.REGRESSION: self.tr("Regression: a value."),
        }[facts.task]
        unit = self.tr("Errors are shown in its unit: {unit}.").format(unit=facts.target_unit) if facts.target_unit else ""
        return escape(f"{text} {unit}".rstrip())

    def _samples(self, facts: DataFacts) -> str:
        text = self.tr("{train} to learn from, {test} to test on.").format(train=count(facts.train_samples), test=count(facts.test_samples))
        if self._dataset is not None:
            aside = self._dataset.validation
            if aside is not None and aside is not self._dataset.test:
                text += " " + self.tr("{count} of these are set aside to watch.").format(count=count(len(aside)))
            if self._dataset.facts.name not in OWN_NAMES:
                text += " " + {
                    Source.FULL: self.tr("This is the full set."),
                    Source.SAMPLE: self.tr("This is the built-in sample."),
                    Source.GENERATED: self.tr("They are made anew from the project's seed."),
                }[self._dataset.source]
        return escape(text)

    def _inputs(self, words: str, facts: DataFacts) -> str:
        low, high = facts.input_range
        text = self.tr("Shape of one sample: {shape}. As the network meets it, after scaling: about {low} to {high}.").format(
            shape=shape(facts.input_shape), low=number(low), high=number(high)
        )
        return escape(f"{words} {text}")

    def _columns(self, facts: DataFacts) -> str:
        names = facts.input_names
        if facts.is_plane or not names:
            return ""
        lines = [f"<b>{escape(n)}</b> {escape(COLUMNS.get(n, '') if facts.name not in OWN_NAMES else '')}" for n in names[:MANY_COLUMNS]]
        more = len(names) - MANY_COLUMNS
        if more > 0:
            lines.append(escape(self.tr("and {count} more").format(count=count(more))))
        return "<br>".join(lines)

    def _network(self, facts: DataFacts) -> str:
        if facts.name in OWN_NAMES:
            layers, training = recommended_for(facts)
        else:
            project = recommended(facts.name)
            layers, training = project.layers, project.training
        words = " → ".join(_layer(layer) for layer in layers)
        how = self.tr("{optimizer}, {epochs} epochs, batches of {batch}.").format(
            optimizer=training.optimizer.type, epochs=count(training.epochs), batch=count(training.batch_size)
        )
        return escape(f"{words}. {how}")


def _layer(layer: LayerBase) -> str:
    """`Dense 64 relu`, in Keras's words."""
    if isinstance(layer, Bidirectional):
        return f"Bidirectional {_layer(layer.layer)}"
    size = next((str(getattr(layer, key)) for key in ("units", "filters", "output_dim", "rate") if hasattr(layer, key)), "")
    activation = getattr(layer, "activation", "")
    return " ".join(part for part in (type(layer).__name__, size, activation if activation != "linear" else "") if part)
