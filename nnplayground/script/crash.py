"""What nobody foresaw: kept for whoever mends it, told in a sentence to whoever met it."""

from __future__ import annotations

import time
import traceback

import platformdirs

from nnplayground import __version__

LOG_NAME = "errors.log"


def report_crash(error: BaseException) -> str:
    """Add the traceback to the log file; gives the sentence that names it."""
    kind = type(error).__name__
    entry = f"{time.strftime('%Y-%m-%d %H:%M:%S')} nnplayground {__version__}\n{''.join(traceback.format_exception(error))}\n"
    try:
        path = platformdirs.user_log_path("nnplayground", ensure_exists=True) / LOG_NAME
        with path.open("a", encoding="utf-8", errors="backslashreplace") as log:
            log.write(entry)
    except OSError as denied:
        return f"nnplayground: something went wrong inside ({kind}), and the log cannot be written: {denied.strerror or denied}."
    return f"nnplayground: something went wrong inside ({kind}). The details are in {path}; please report them."
