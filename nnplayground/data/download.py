"""Downloading one file: from one address after another, going on where an earlier time broke off.

pooch, which Keras's kind of files would be a case for, begins anew every time and cannot be called off; `requests` knows
proxies, certificates and redirects, and `filelock` which process is at it.
"""

from __future__ import annotations

import os
import shutil
from pathlib import Path
from urllib.parse import urlsplit

from nnplayground.data.errors import DownloadFailed, NoAddress, NoConnection
from nnplayground.data.fetch import BrokenOff, Fetch
from nnplayground.data.hashes import disk_problem, problem, set_aside
from nnplayground.data.partial import Partial
from nnplayground.data.sources import RemoteFile
from nnplayground.data.transfer import Control, Meter, Report, Timeouts

SHARED = 0o644
"""A data folder may serve a whole class room."""
ATTEMPTS = 5
"""How often one server is asked that breaks off; each time it must have come further than before."""
LOOK_AGAIN = 0.2
"""Seconds between two looks at whether another process is done with the same file."""


def download(file: RemoteFile, target: Path, report: Report, control: Control, timeouts: Timeouts) -> Path | None:
    """Bring `file` to `target`. Something else that is there is set aside, and its new name given.

    Raises DownloadFailed or Cancelled; what was fetched then stays for the next time, under another name.
    """
    part = Partial.beside(target, file)
    meter = Meter(file.name, file.bytes, report)
    control.check(file.name)

    def wait() -> None:
        control.check(file.name)
        meter(part.bytes)
        control.wait(LOOK_AGAIN)

    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        with part.locked(wait):
            if not (target.is_file() and problem(target, file) is None):  # another process may have been quicker
                _check_room(file.bytes - part.bytes, target.parent)
                _fetch_from_anywhere(target, Fetch(file, part, meter, control, timeouts))
                return _put_in_place(part, target)
    except OSError as error:
        raise DownloadFailed(disk_problem(error, target.parent)) from error
    return None


def _fetch_from_anywhere(target: Path, fetch: Fetch) -> None:
    """Fetch the whole file. Raises DownloadFailed with what every server has answered."""
    answers: list[DownloadFailed] = []
    for url in fetch.file.urls:
        try:
            _fetch_right(url, target, fetch)
        except DownloadFailed as error:
            answers.append(error)
        else:
            return
    raise _together(answers)


def _together(answers: list[DownloadFailed]) -> DownloadFailed:
    unknown = [host for answer in answers if isinstance(answer, NoAddress) for host in answer.hosts]
    if len(unknown) == len(answers):  # one reason for all
        return NoAddress(*dict.fromkeys(unknown))
    first, *others = (str(answer) for answer in answers)
    kind = NoConnection if all(isinstance(answer, NoConnection) for answer in answers) else DownloadFailed
    return kind(" ".join([first, *(f"No {text[3:]}" if text.startswith("no ") else text for text in others)]))


def _fetch_right(url: str, target: Path, fetch: Fetch) -> None:
    """Fetch the file from `url`; another file that comes instead is kept aside."""
    part, right = fetch.part, fetch.file.sha256
    pieced_together = part.bytes > 0
    _fetch_all(url, fetch)
    if pieced_together and part.sha256() != right:  # of two versions, perhaps: what comes at one go decides
        part.discard()
        _fetch_all(url, fetch)
    if part.sha256() != right:
        kept = set_aside(part.path, target)
        part.discard()
        host = urlsplit(url).hostname or url
        raise DownloadFailed(f"{host} sent another file than the one that is known (its sha256 is wrong); it is kept as {kept}.")


def _fetch_all(url: str, fetch: Fetch) -> None:
    """Fetch what is missing, in several goes if the server breaks off and each gets further."""
    part, whole = fetch.part, fetch.file.bytes
    if part.bytes > whole:
        part.discard()
    furthest = part.bytes
    for attempt in range(1, ATTEMPTS + 1):
        if part.bytes == whole:
            return
        try:
            fetch(url)
        except BrokenOff:
            if part.bytes <= furthest or attempt == ATTEMPTS:
                raise
            furthest = part.bytes


def _put_in_place(part: Partial, target: Path) -> Path | None:
    with part.path.open("r+b") as file:
        os.fsync(file.fileno())
    part.path.chmod(SHARED)
    aside = set_aside(target, target) if os.path.lexists(target) else None
    part.path.replace(target)
    part.discard()
    return aside


def _check_room(needed: int, folder: Path) -> None:
    free = shutil.disk_usage(folder).free
    if free < needed:
        raise DownloadFailed(f"the disk is full: {needed:,} bytes are needed in {folder}, {free:,} are free.")
