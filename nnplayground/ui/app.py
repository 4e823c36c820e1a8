"""The application: made, shown, run, and what happens when something unforeseen goes wrong."""

from __future__ import annotations

import logging
import sys
import traceback
from collections.abc import Sequence
from logging.handlers import RotatingFileHandler
from pathlib import Path
from types import TracebackType

from PySide6.QtCore import QCoreApplication, QTimer
from PySide6.QtWidgets import QApplication

from nnplayground import __version__
from nnplayground.engine.loader import create_backend
from nnplayground.ui.main_window import MainWindow
from nnplayground.ui.theme.theme import Theme

logger = logging.getLogger("nnplayground")


def create_application(argv: Sequence[str]) -> QApplication:
    """The one application of the process, dressed; the one there is if there is one already."""
    existing = QApplication.instance()
    app = existing if isinstance(existing, QApplication) else QApplication(list(argv))
    app.setApplicationName("nnplayground")
    app.setOrganizationName("nnplayground")
    app.setApplicationVersion(__version__)
    if app.findChild(Theme) is None:
        Theme(app)
    return app


def create_main_window(file: Path | None = None, *, at_once: bool = True) -> MainWindow:
    """A window of the application, not shown yet; with `file` it opens that project.

    With `at_once` off it is painted before its parts are made, and filled right after.
    """
    app = QApplication.instance()
    theme = app.findChild(Theme) if app is not None else None
    if theme is None:
        raise RuntimeError("expected an application made by create_application before the first window; found none")
    window = MainWindow(theme, create_backend, at_once=at_once)
    if file is not None:
        # Once the window is there: a file that cannot be opened is told in it.
        window.painted.connect(lambda: window.files.open_file(file))
    return window


def run(argv: Sequence[str], file: Path | None = None) -> int:
    """Show the window and give its exit code when it is closed."""
    app = create_application(argv)
    log = _log_to_file()
    window = create_main_window(file, at_once=False)
    sys.excepthook = _Hook(window, log)
    window.show()
    code = app.exec()
    # Python takes a window apart in no order; Qt wants its own.
    window.deleteLater()
    QCoreApplication.sendPostedEvents(None, 0)
    return code


class _Hook:
    """What nobody caught: one dialog and the log file, and the window lives on."""

    def __init__(self, window: MainWindow, log: Path | None) -> None:
        self._window, self._log = window, log
        self._told = False

    def __call__(self, kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
        if issubclass(kind, KeyboardInterrupt):
            QCoreApplication.quit()
            return
        logger.error("Unforeseen\n%s", "".join(traceback.format_exception(kind, error, trace)))
        if not self._window.filled:
            sys.stderr.write(f"nnplayground: the window could not be made ({error}). The details are in {self._log}.\n")
            QCoreApplication.exit(1)
            return
        if self._told:
            return
        self._told = True
        where = QCoreApplication.translate("app", "The details are in {path}.").format(path=self._log) if self._log else ""
        what = QCoreApplication.translate("app", "Your project is still there; save it to be safe.")
        title = QCoreApplication.translate("app", "Something went wrong that should not have")
        QTimer.singleShot(0, self._window, lambda: self._window.files.questions.tell(title, f"{what} {where}".strip()))


def _log_to_file() -> Path | None:
    """Log to the user's log folder; without one that can be written to, not at all."""
    from platformdirs import user_log_path

    try:
        path = user_log_path("nnplayground", appauthor=False, ensure_exists=True) / "nnplayground.log"
        handler = RotatingFileHandler(path, maxBytes=1_000_000, backupCount=2, encoding="utf-8")
    except OSError:
        return None
    handler.setFormatter(logging.Formatter("%(asctime)s %(levelname)s %(name)s: %(message)s"))
    logger.addHandler(handler)
    logger.setLevel(logging.INFO)
    return path
