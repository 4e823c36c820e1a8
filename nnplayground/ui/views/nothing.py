"""What stands in a view's place while it has nothing to show: one title line, one sentence."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication, Qt
from PySide6.QtWidgets import QLabel, QVBoxLayout, QWidget

from nnplayground.core.analysis import Analysis
from nnplayground.data.dataset import Dataset
from nnplayground.ui.run import Engine
from nnplayground.ui.theme.theme import Role, Theme


class Nothing(QWidget):
    """Says what is, then what to do."""

    def __init__(self, theme: Theme, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName(name)
        self._title, self._sentence = QLabel(), QLabel()
        for label, role, tone in ((self._title, Role.TITLE, ""), (self._sentence, Role.HELPER, "muted")):
            theme.use_font(label, role)
            label.setProperty("tone", tone)
            label.setWordWrap(True)
            label.setAlignment(Qt.AlignmentFlag.AlignCenter)
        column = QVBoxLayout(self)
        column.addStretch(1)
        column.addWidget(self._title)
        column.addWidget(self._sentence)
        column.addStretch(1)

    def say(self, title: str, sentence: str) -> None:
        self._title.setText(title)
        self._sentence.setText(sentence)
        self.setAccessibleName(f"{title} {sentence}")

    @property
    def text(self) -> str:
        """What is said, in one line."""
        return f"{self._title.text()} {self._sentence.text()}"


def hindrance(analysis: Analysis | None, dataset: Dataset | None) -> tuple[str, str] | None:
    """Why there are no answers to the test set to be shown; None when they only have to come."""
    if analysis is not None and analysis.facts.unknown:
        return _tr("The data is missing."), _tr("Find it, or choose another set; then the answers stand here.")
    if dataset is not None and not len(dataset.test):
        return _tr("This data has no test samples."), _tr("Keep a share of it for testing, in the panel Data.")
    if analysis is not None and analysis.errors:
        return broken()
    return None


def broken() -> tuple[str, str]:
    """What is said where a network that cannot be built has no answers."""
    return _tr("The network has a problem."), _tr("Mend it first: the status row says where it is.")


def without_engine() -> tuple[str, str]:
    """What is said where there will be no answers."""
    return _tr("TensorFlow cannot be used."), _tr("Without it nothing is worked out. The tab Log says why.")


def not_yet(dataset: Dataset | None, then: str, engine: Engine) -> tuple[str, str]:
    """What is said while nothing of the project hinders the answers: mostly they only have to come; `then` says where they will stand."""
    if engine is Engine.MISSING:
        return without_engine()
    if dataset is None:
        return _tr("The data is not there yet."), _tr("Once it is loaded the network answers, trained or not.")
    return _tr("Being worked out…"), then


def _tr(text: str) -> str:
    return QCoreApplication.translate("Nothing", text)
