"""The data panel: the gallery of data sets, and below it the settings of the chosen one."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QCoreApplication, QPoint, Qt, Signal
from PySide6.QtWidgets import QFrame, QPushButton, QScrollArea, QVBoxLayout, QWidget

from nnplayground.core import edits
from nnplayground.core.analysis import Analysis
from nnplayground.core.data_spec import OWN_NAMES, Boston, Images, Texts
from nnplayground.core.facts import DataFacts
from nnplayground.core.spec import MAX_SEED
from nnplayground.data.dataset import Dataset, Source
from nnplayground.ui.data.browser import Page
from nnplayground.ui.data.gallery import Gallery
from nnplayground.ui.data.head import DataHead
from nnplayground.ui.data.loading_row import LoadingRow, LoadingSign
from nnplayground.ui.data.missing import Missing
from nnplayground.ui.data.overview import Overview
from nnplayground.ui.data.settings import DataSettings
from nnplayground.ui.edit import Edit
from nnplayground.ui.own.plain import plain_tip
from nnplayground.ui.panel import Panel
from nnplayground.ui.theme.numbers import UNKNOWN, count
from nnplayground.ui.theme.theme import Theme

if TYPE_CHECKING:
    from nnplayground.ui.data.browser.dialog import DataBrowser

FLYOUT, FLYOUT_INSET, SPACE = 216, 8, 4
"""Pixels: the settings' width beside the rail, the room above and below them there, and what is between two parts."""


class DataPanel(Panel):
    """Asks for another data set by `data_chosen`, and for changed settings by `edit_requested`."""

    edit_requested = Signal(object)
    data_chosen = Signal(str)
    store_asked = Signal(str)
    """The full set of this data set is wanted."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(theme, QCoreApplication.translate("DataPanel", "Data"), parent=parent)
        self.setObjectName("dataPanel")
        self._analysis: Analysis | None = None
        self._dataset: Dataset | None = None
        self._rail = False
        self._browser: DataBrowser | None = None
        self.gallery = Gallery(theme)
        self.gallery.data_chosen.connect(self._on_chosen)
        self.settings = DataSettings(theme)
        self.settings.edit_requested.connect(self.edit_requested)
        self.flyout_button = self.add_tool("tune-variant", self.tr("Settings of the data"), "dataSettingsButton")
        self.flyout_button.clicked.connect(self._open_flyout)
        self.flyout_button.hide()
        self._line = QFrame()
        self._line.setProperty("kind", "line")
        self._line.setFixedHeight(1)
        self._below = self._settings_part()
        self._flyout = _Flyout(self)
        self.body.setContentsMargins(12, 0, 4, 8)
        self.body.addWidget(self.gallery, 1)
        self.body.addWidget(self._line)
        self.body.addWidget(self._below)

    # ---- what is shown

    def show_analysis(self, analysis: Analysis) -> None:
        before, self._analysis = self._analysis, analysis
        if before is not None and _told(before) == _told(analysis):
            return
        if before is not None and before.facts.name != analysis.facts.name:
            self.show_dataset(None)
        self.gallery.choose(analysis.spec.data.name)
        self.settings.show_analysis(analysis)
        self.dice.setVisible(not isinstance(analysis.spec.data, Images | Boston) and hasattr(analysis.spec.data, "samples"))
        self.change.setVisible(analysis.spec.data.name in OWN_NAMES)
        self.more.setVisible("noise" in type(analysis.spec.data).model_fields)
        self._write_title()
        self._fit()
        if self._browser is not None:
            self._browser.show_analysis(analysis)

    def show_dataset(self, dataset: Dataset | None) -> None:
        """The samples that were loaded; None while they are."""
        self._dataset = dataset
        self.settings.show_notes(dataset.notes if dataset is not None else ())
        self.head.show_source(dataset)
        self.overview.show_dataset(dataset)
        self.gallery.show_own(dataset)
        self._write_title()
        self._fit()
        if self._browser is not None:
            self._browser.show_dataset(dataset)

    def show_missing(self, sentence: str, find: str, is_wrong: bool) -> None:
        """One's own files are not to be had: why, and what a button to find them says; see `Finder.told`."""
        self.missing.say(sentence, find, is_wrong=is_wrong)
        self._fit()

    def browse(self) -> None:
        """Open the samples in a window of their own."""
        self._open_browser(Page.SAMPLES)

    def about(self) -> None:
        """Say what the data is."""
        self._open_browser(Page.ABOUT)

    def _open_browser(self, page: Page) -> None:
        if self._analysis is None:
            return
        if self._browser is None:
            from nnplayground.ui.data.browser.dialog import DataBrowser  # not before it is wanted

            self._browser = DataBrowser(self.theme, self.window())
            self._browser.show_analysis(self._analysis)
            self._browser.show_dataset(self._dataset)
        self._flyout.hide()
        self._browser.open_page(page)

    def set_rail(self, rail: bool) -> None:
        """A column of pictures, 66 px wide, whose settings open beside it."""
        if rail == self._rail:
            return
        self._rail = rail
        self._title.setVisible(not rail)
        self.flyout_button.setVisible(rail)
        self._line.setVisible(not rail)
        self.body.setContentsMargins(*((0, 0, 0, 4) if rail else (12, 0, 4, 8)))
        self._row.setContentsMargins(18 if rail else 12, 0, 6, 0)
        self.gallery.setVerticalScrollBarPolicy(
            Qt.ScrollBarPolicy.ScrollBarAlwaysOff if rail else Qt.ScrollBarPolicy.ScrollBarAsNeeded
        )
        if rail:
            self._flyout.hold(self._below)
        else:
            self._flyout.hide()
            self.body.addWidget(self._below)
            self._below.show()
        self.loading_sign.set_wanted(wanted=rail)
        self.gallery.set_rail(rail)
        self._fit()

    @property
    def rail(self) -> bool:
        return self._rail

    # ---- building

    def _settings_part(self) -> QWidget:
        part = QWidget()
        column = QVBoxLayout(part)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(SPACE)
        self.head = DataHead(self.theme)
        self.name_label, self.size_label, self.dice, self.more = (
            self.head.name_label, self.head.size_label, self.head.dice, self.head.more,
        )  # fmt: skip
        self.dice.clicked.connect(self._on_dice)
        self.more.toggled.connect(self._on_more)
        self.head.browse_asked.connect(self.browse)
        self.head.about_asked.connect(self.about)
        self.head.store_asked.connect(self._on_store)
        self.loading = LoadingRow(self.theme)
        self.loading.resized.connect(self._fit)
        self.loading_sign = LoadingSign(self.theme, self.loading)
        self.overview = Overview(self.theme)
        self.missing = Missing(self.theme)
        column.addWidget(self.head)
        column.addWidget(self.loading)
        self._scroll = QScrollArea()
        self._scroll.setWidgetResizable(True)
        self._scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._scroll.viewport().setAutoFillBackground(False)
        holder = QWidget()
        self._inner = inner = QVBoxLayout(holder)
        inner.setContentsMargins(0, 2, 8, 0)
        inner.setSpacing(8)
        self.change = QPushButton(self.tr("Change…"))
        self.change.setObjectName("changeData")
        self.change.setAccessibleName(self.tr("Change the data"))
        self.change.setToolTip(self.tr("Open what the data was chosen in, with its present settings"))
        self.change.clicked.connect(self._on_change)
        inner.addWidget(self.missing)
        inner.addWidget(self.overview)
        inner.addWidget(self.settings)
        inner.addStretch(1)
        self._scroll.setWidget(holder)
        holder.setAutoFillBackground(False)
        column.addWidget(self._scroll, 1)
        column.addWidget(self.change, 0, Qt.AlignmentFlag.AlignLeft)
        return part

    # ---- reacting

    def _write_title(self) -> None:
        if self._analysis is None:
            return
        facts = self._analysis.facts
        if self._dataset is not None and self._dataset.facts.name == facts.name:
            facts = self._dataset.facts  # what was loaded is surer than what was expected
        self.name_label.setText(self.gallery.button(facts.name).text())
        self.name_label.setToolTip(facts.title)
        self.size_label.setText(self._size(facts))
        if facts.unknown:
            self.size_label.setToolTip(plain_tip(facts.unknown))
            return
        kinds = {Source.FULL: self.tr("full set"), Source.SAMPLE: self.tr("built-in sample"), Source.GENERATED: self.tr("made up")}
        self.size_label.setToolTip(
            self.tr("{train} to learn from, {test} to test on").format(train=count(facts.train_samples), test=count(facts.test_samples))
            + (f" ({kinds[self._dataset.source]})" if self._dataset is not None else "")
        )

    def _size(self, facts: DataFacts) -> str:
        if facts.unknown:
            return UNKNOWN
        total = facts.train_samples + facts.test_samples
        if not total:
            return self.tr("No points yet")
        if facts.is_plane:
            return self.tr("{count} points").format(count=count(4 if facts.train_samples == 4 else total))
        if len(facts.input_shape) == 3:
            return self.tr("{train} + {test} images").format(train=count(facts.train_samples), test=count(facts.test_samples))
        if self._analysis is not None and isinstance(self._analysis.spec.data, Texts):
            return self.tr("{train} + {test} texts").format(train=count(facts.train_samples), test=count(facts.test_samples))
        return self.tr("{train} + {test} rows").format(train=count(facts.train_samples), test=count(facts.test_samples))

    def _on_chosen(self, name: str) -> None:
        if self._analysis is None or name != self._analysis.spec.data.name or name in OWN_NAMES:  # one's own can be chosen again
            self.data_chosen.emit(name)

    def _on_change(self) -> None:
        if self._analysis is not None:
            self.data_chosen.emit(self._analysis.spec.data.name)

    def _on_store(self) -> None:
        if self._analysis is not None:
            self.store_asked.emit(self._analysis.spec.data.name)

    def _on_dice(self) -> None:
        if self._analysis is None:
            return
        # Any other seed will do, so long as pressing again gives yet another: the next of a simple sequence.
        seed = (self._analysis.spec.seed * 48_271 + 11) % MAX_SEED
        self.edit_requested.emit(Edit(self.tr("new points"), lambda spec: edits.set_seed(spec, seed)))

    def _on_more(self, on: bool) -> None:
        self.settings.show_more(on)
        self._fit()

    def _open_flyout(self) -> None:
        self._flyout.open_beside(self.flyout_button)
        self._fit()

    def _around(self) -> int:
        """Pixels above and below what is scrolled: of the head, the row that tells of loading, and the button."""
        shown = (part for part in (self.loading, self.change) if not part.isHidden())
        return self.head.sizeHint().height() + SPACE + sum(part.sizeHint().height() + SPACE for part in shown)

    def _wanted_height(self) -> int:
        """Sentences need more lines where there is less width."""
        for layout in (self.missing.layout(), self.settings.layout(), self._inner):
            if layout is not None:
                layout.invalidate()  # Qt does not hear of what is shown and hidden while nothing of it is on the screen
        if not self._inner.hasHeightForWidth():
            return self._inner.totalSizeHint().height()
        return self._inner.totalHeightForWidth(FLYOUT - 2 if self._rail else self._scroll.viewport().width())

    def _fit(self) -> None:
        """The settings take the height they need, but leave the gallery its part; beside the rail they stay in the window."""
        wanted = self._wanted_height() + 4
        if not self._rail:
            change = 0 if self.change.isHidden() else self.change.sizeHint().height() + SPACE
            self._scroll.setFixedHeight(min(wanted, max(120, round(self.height() * 0.5) - change)))
            return
        rest = self._around() + 2 * FLYOUT_INSET
        top = self.flyout_button.mapTo(self.window(), QPoint(0, 0)).y()
        self._scroll.setFixedHeight(max(120, min(wanted, self.window().height() - top - rest - SPACE)))
        self._flyout.set_height(self._scroll.height() + rest)

    # ---- Qt

    def resizeEvent(self, event: object) -> None:
        super().resizeEvent(event)  # type: ignore[arg-type]
        self._fit()


def _told(analysis: Analysis) -> tuple[object, ...]:
    """What of a project the panel shows."""
    return analysis.spec.data, analysis.spec.seed, analysis.facts


class _Flyout(QFrame):
    """Holds the settings beside the rail; a click elsewhere or Esc closes it."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent, Qt.WindowType.Popup)
        self.setObjectName("dataFlyout")
        self.setProperty("kind", "card")
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(12, FLYOUT_INSET, 4, FLYOUT_INSET)

    def hold(self, part: QWidget) -> None:
        self._column.addWidget(part)
        part.show()

    def set_height(self, height: int) -> None:
        inside = self.findChildren(QWidget, options=Qt.FindChildOption.FindDirectChildrenOnly)
        for layout in (*(part.layout() for part in inside), self.layout()):
            if layout is not None:
                layout.activate()  # or what was higher before would keep it so
        self.resize(FLYOUT + 16, height)

    def open_beside(self, button: QWidget) -> None:
        self.move(button.mapToGlobal(QPoint(button.width() + 24, 0)))
        self.show()
