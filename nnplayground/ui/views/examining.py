"""`ExaminingPanel`: a view that has the whole test set examined while it is in sight."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication, QSize, Signal
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QLabel, QWidget

from nnplayground.core.analysis import Analysis
from nnplayground.data.dataset import Dataset
from nnplayground.engine.answers import Examination, Reading
from nnplayground.engine.probes import ProbeRequest, Snapshot
from nnplayground.ui.panel import INSET, Panel
from nnplayground.ui.run import Engine
from nnplayground.ui.theme.theme import Role, Theme
from nnplayground.ui.views.nothing import hindrance
from nnplayground.ui.views.sample_faces import SampleFaces


class ExaminingPanel(Panel):
    """Knows the newest examination, and of which network it is. One that comes while the view is out of sight is painted later."""

    probe_changed = Signal()
    examined = Signal(object)
    """The newest examination, for other views of it."""

    def __init__(self, theme: Theme, title: str, parent: QWidget | None = None) -> None:
        super().__init__(theme, title, parent=parent)
        self._analysis: Analysis | None = None
        self._dataset: Dataset | None = None
        self._reading = Reading()
        self._engine = Engine.LOADING
        self._shown_layers: object = None
        self._missed = False
        self.examination: Examination | None = None
        self.faces = SampleFaces(theme)
        self.stale = QLabel(QCoreApplication.translate("ExaminingPanel", "From before the edit"))
        theme.use_font(self.stale, Role.CAPTION)
        self.stale.setProperty("tone", "muted")
        self.stale.hide()
        self.body.setContentsMargins(INSET, 4, INSET, 8)
        self.body.setSpacing(2)

    def show_engine(self, engine: Engine) -> None:
        """Without TensorFlow there will be no answers."""
        self._engine = engine
        self._show_state()

    def clear_run(self) -> None:
        """A new run begins: what is shown was another network's."""
        self._shown_layers = None
        self._set_stale(False)
        self._show_examination(None)

    def show_snapshot(self, snapshot: Snapshot) -> None:
        if snapshot.examination is not None:
            self.keep(snapshot.examination)
            self.examined.emit(snapshot.examination)

    def keep(self, examination: Examination) -> None:
        """An examination that this or another view asked for; it is painted when this one is in sight. One of other data is passed over."""
        if self.isVisible() and not self._fits(examination):
            return
        self._shown_layers = self._analysis.spec.layers if self._analysis is not None else None
        self._set_stale(False)
        self.examination = examination
        self._missed = not self.isVisible()
        if not self._missed:
            self._show_examination(examination)

    def probe_request(self) -> ProbeRequest:
        return ProbeRequest(examine=self.isVisible() and hindrance(self._analysis, self._dataset) is None)

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        if self._missed:
            self._missed = False
            self._show_examination(self.examination if self._fits(self.examination) else None)

    def minimumSizeHint(self) -> QSize:
        return QSize(320, 120)

    def _fits(self, examination: Examination | None) -> bool:
        return examination is not None and self._dataset is not None and examination.fits(self._reading, len(self._dataset.test))

    def _compare(self, analysis: Analysis) -> None:
        """Pale what is shown where it is of other layers."""
        self._set_stale(self._shown_layers is not None and self._shown_layers != analysis.spec.layers)

    def _set_stale(self, stale: bool) -> None:
        self.stale.setVisible(stale)

    def _show_examination(self, examination: Examination | None) -> None:
        raise NotImplementedError

    def _show_state(self) -> None:
        raise NotImplementedError
