"""Pages of test samples under what says and chooses which."""

from __future__ import annotations

from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from nnplayground.ui.store.elided import ElidedLabel
from nnplayground.ui.theme.numbers import count
from nnplayground.ui.theme.theme import Role, Theme
from nnplayground.ui.views.sample_pages import SamplePages
from nnplayground.ui.views.segmented import Segmented


class Paged(QWidget):
    """All samples or only the mistakes, and which of them are on the page."""

    def __init__(self, theme: Theme, view: SamplePages, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._view = view
        self.label = ElidedLabel()
        theme.use_font(self.label, Role.HELPER)
        self.label.setProperty("tone", "muted")
        self.which = Segmented(
            theme,
            (
                ("all", self.tr("All"), self.tr("All test samples, right and wrong")),
                ("mistakes", self.tr("Mistakes"), self.tr("Only test samples taken for something else, the surest mistakes first")),
            ),
            self.tr("Which test samples"),
        )
        self.which.choose("all")
        self.which.chosen.connect(lambda key: view.set_only_mistakes(key == "mistakes"))
        view.page_changed.connect(self.label.show_text)
        view.mistakes_changed.connect(self._count_mistakes)
        row = QHBoxLayout()
        row.addWidget(self.label, 1)
        row.addWidget(self.which)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addLayout(row)
        column.addWidget(view, 1)

    def _count_mistakes(self, number: int) -> None:
        name = self.tr("Mistakes")
        if number:
            name = self.tr("Mistakes {count}").format(count=count(number))
        told = self.tr("Only test samples taken for something else, the surest mistakes first")
        if self._view.among is not None:
            of = count(self._view.among)
            name += f" / {of}" if number else ""
            told = self.tr("Of the first {n} test samples those taken for something else; the panel Mistakes has those of all").format(n=of)
        self.which.set_text("mistakes", name)
        self.which.button("mistakes").setToolTip(told)
