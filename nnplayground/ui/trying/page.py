"""`TryPage`: one way of asking the network something of one's own."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from nnplayground.core.analysis import Analysis
from nnplayground.core.table import Table
from nnplayground.data.dataset import Dataset
from nnplayground.data.rows import Rows
from nnplayground.engine.events import Array
from nnplayground.engine.explaining import Explanation
from nnplayground.engine.probes import ProbeRequest, Snapshot


class TryPage(QWidget):
    """A panel inside the 'Try it' panel: it is told what a panel is told, and only while data of its kind is shown.

    It asks through `probe_request` (usually with `inputs`), and its answers come with every snapshot, so they move while
    the network trains. Base of all pages: what a page does not need it does not override.
    """

    probe_changed = Signal()
    """`probe_request` answers differently now."""
    _analysis: Analysis | None = None
    """The project as it is now; pages set it when they are shown it."""
    shows_why = False
    """Whether the page itself shows where an answer comes from; else that stands in its place."""

    def show_analysis(self, analysis: Analysis) -> None:
        """The project as it is now."""

    def show_dataset(self, dataset: Dataset | None) -> None:
        """The samples of the data; None while they load."""

    def show_snapshot(self, snapshot: Snapshot) -> None:
        """The newest answers; `snapshot.answers` are those to this page's `inputs`."""

    def show_why(self, explanation: Explanation | None, *, on: bool) -> None:
        """Where the newest answer comes from, for a page that `shows_why`; None while nothing is known, or it is not `on`."""

    def why_table(self) -> Table | None:
        """What each part of the sample does for the answer, for a page that `shows_why`; None while nothing is known."""
        return None

    def clear_run(self) -> None:
        """A new run begins: what is shown is of the network before."""

    @property
    def standing(self) -> Array | Rows | None:
        """The sample (1, ...) that stands here, also while the network cannot be asked about it; None without one."""
        return None

    def probe_request(self) -> ProbeRequest:
        """What this page wants to know with the next snapshot."""
        broken = self._analysis is None or bool(self._analysis.errors)
        return ProbeRequest(inputs=None if broken else self.standing)

    @property
    def test_index(self) -> int | None:
        """Which test sample it is that is asked about, unchanged; None for everything else."""
        return None

    def copied(self) -> str:
        """The answer for the clipboard, in full precision; empty while there is none."""
        return ""
