"""`Loader`: the thread that reads and downloads data sets, so that neither the window nor the engine waits for them."""

from __future__ import annotations

import logging
import traceback
from collections.abc import Callable

from PySide6.QtCore import QCoreApplication, QObject, Signal, Slot

from nnplayground.core.spec import ProjectSpec
from nnplayground.data.dataset import Dataset
from nnplayground.data.errors import Cancelled, DataUnavailable, NotDownloaded
from nnplayground.data.registry import SplitError, load
from nnplayground.data.store import Report, Store
from nnplayground.data.transfer import Transfer
from nnplayground.engine.events import Failed
from nnplayground.ui.mailbox import Downloading, Loaded, Mailbox

logger = logging.getLogger(__name__)

Load = Callable[[ProjectSpec, Report, Callable[[], bool]], Dataset]


def load_project_data(spec: ProjectSpec, report: Report, cancelled: Callable[[], bool]) -> Dataset:
    """The data of a project from the store that Keras shares."""
    return load(spec.data, spec.seed, Store.default(), report, cancelled)


class Loader(QObject):
    """Lives on its own thread; `load` is called through a queued signal."""

    wake = Signal()

    def __init__(self, mailbox: Mailbox, load_data: Load = load_project_data) -> None:
        super().__init__()
        self._mailbox = mailbox
        self._load = load_data

    @Slot(int, object)
    def load(self, run_id: int, spec: ProjectSpec) -> None:
        """Load the data of a project, unless another is wanted by now."""

        def outdated() -> bool:
            return run_id != self._mailbox.newest

        def report(transfer: Transfer) -> None:
            self._mailbox.post(Downloading(run_id, transfer.name, transfer.done, transfer.total, transfer.counted, transfer.speed))
            self._wake(now=False)

        if outdated():
            return
        try:
            self._mailbox.post(Loaded(run_id, self._load(spec, report, outdated)))
        except Cancelled:
            return
        except NotDownloaded as error:
            sample = QCoreApplication.translate("Loader", "choose Source: Sample")  # as the data panel calls it
            self._mailbox.post(Failed(run_id, error.sentence(sample)))
        except (DataUnavailable, SplitError) as error:
            self._mailbox.post(Failed(run_id, str(error)))
        except Exception as error:
            logger.exception("Loading %s failed", spec.data.name)
            self._mailbox.post(Failed(run_id, f"The data could not be loaded ({type(error).__name__}: {error}).", traceback.format_exc()))
        self._wake(now=True)

    def _wake(self, *, now: bool) -> None:
        if self._mailbox.should_wake(now=now):
            self.wake.emit()
