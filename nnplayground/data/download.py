"""Downloading one file: through pooch, with progress, cancel, and clear words for what went wrong.

pooch writes to a temporary file in the same folder, compares the hash and renames, so that nothing half-written or
wrong ever stands under the final name. The part that fetches is ours, because pooch's own cannot be called off.
"""

from __future__ import annotations

import errno
import logging
import shutil
from collections.abc import Callable
from dataclasses import dataclass
from http import HTTPStatus
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pooch
import requests

from nnplayground.data.errors import Cancelled, DownloadFailed
from nnplayground.data.sources import RemoteFile
from nnplayground.data.transfer import Report, Timeouts, Transfer

BLOCK = 1 << 16
SHARED = 0o644
"""Temporary files are private; a data folder may serve a whole class room."""
NO_ROOM = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}


@dataclass(frozen=True)
class _Fetcher:
    """A pooch downloader: called with the address and the temporary file's path."""

    file: RemoteFile
    report: Report
    cancelled: Callable[[], bool]
    timeouts: Timeouts

    def __call__(self, url: str, output_file: str, _pooch: Any, check_only: bool = False) -> None:
        # Without 'identity' a server's gzip would be undone on the way, and the bytes would no longer be the file's.
        headers = {"Accept-Encoding": "identity"}
        timeout = (self.timeouts.connect, self.timeouts.read)
        self._check_cancelled()
        with requests.get(url, stream=True, timeout=timeout, headers=headers) as response, Path(output_file).open("wb") as out:
            response.raise_for_status()
            done = 0
            self.report(Transfer(self.file.name, done, self.file.bytes))
            for block in response.iter_content(BLOCK):
                self._check_cancelled()
                done += len(block)
                if done > self.file.bytes:
                    raise DownloadFailed(f"the server sends more than the {self.file.bytes:,} bytes that were expected.")
                out.write(block)
                self.report(Transfer(self.file.name, done, self.file.bytes))
        self._check_cancelled()
        if done < self.file.bytes:
            raise DownloadFailed(f"the server broke off after {done:,} of {self.file.bytes:,} bytes.")
        Path(output_file).chmod(SHARED)

    def _check_cancelled(self) -> None:
        if self.cancelled():
            raise Cancelled(self.file.name)


def download(file: RemoteFile, target: Path, report: Report, cancelled: Callable[[], bool], timeouts: Timeouts) -> None:
    """Bring `file` to `target`, which must not be there yet. Raises DownloadFailed or Cancelled, and then leaves nothing."""
    pooch.get_logger().setLevel(logging.WARNING)
    host = urlsplit(file.url).hostname
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        free = shutil.disk_usage(target.parent).free
        if free < file.bytes:
            raise DownloadFailed(f"the disk is full: {file.bytes:,} bytes are needed, {free:,} are free.")
        pooch.retrieve(
            file.url, f"sha256:{file.sha256}", target.name, target.parent, downloader=_Fetcher(file, report, cancelled, timeouts)
        )
    except requests.HTTPError as error:
        status = error.response.status_code if error.response is not None else None
        raise DownloadFailed(_http_problem(status, host)) from error
    except requests.ConnectTimeout as error:
        raise DownloadFailed(f"{host} did not answer within {timeouts.connect:g} seconds.") from error
    except requests.ReadTimeout as error:
        raise DownloadFailed(f"{host} sent nothing for {timeouts.read:g} seconds.") from error
    except requests.exceptions.ChunkedEncodingError as error:
        raise DownloadFailed("the connection broke off before the file was complete.") from error
    except requests.ConnectionError as error:
        # Between two blocks requests reports a time-out as a lost connection.
        timed_out = "timed out" in str(error).lower()
        raise DownloadFailed(f"{host} sent nothing for {timeouts.read:g} seconds." if timed_out else f"no connection to {host}.") from error
    except requests.RequestException as error:
        raise DownloadFailed(f"{host} could not be asked ({error}).") from error
    except OSError as error:
        raise DownloadFailed(_disk_problem(error, target.parent)) from error
    except ValueError as error:
        # pooch's word for a wrong hash
        raise DownloadFailed("the server sent another file than the one that is known (its sha256 is wrong).") from error


def _http_problem(status: int | None, host: str | None) -> str:
    if status == HTTPStatus.NOT_FOUND:
        return f"{host} does not have it any more (404)."
    return f"{host} refused with HTTP status {status}."


def _disk_problem(error: OSError, folder: Path) -> str:
    if error.errno in NO_ROOM:
        return f"the disk is full, so it could not be written to {folder}."
    return f"it cannot be written to {folder} ({error.strerror or error})."
