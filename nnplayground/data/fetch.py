"""One answer of one server: a file, or the rest of one, written behind what is there of it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass
from functools import partial
from http import HTTPStatus
from typing import Any
from urllib.parse import urlsplit

import requests
import urllib3
from requests.utils import select_proxy

from nnplayground.data.errors import DownloadFailed, NoAddress, NoConnection
from nnplayground.data.partial import Partial, Version
from nnplayground.data.sources import RemoteFile
from nnplayground.data.transfer import Control, Meter, Timeouts

BLOCK = 1 << 16


class BrokenOff(DownloadFailed):
    """The same server may well send the rest when it is asked again."""


@dataclass(frozen=True)
class Fetch:
    """Asks servers for `file`. Raises DownloadFailed for what servers do, OSError for what disks do, and Cancelled."""

    file: RemoteFile
    part: Partial
    meter: Meter
    control: Control
    timeouts: Timeouts

    def __call__(self, url: str) -> None:
        """Fetch what is missing of the file from `url`."""
        host = urlsplit(url).hostname or url
        try:
            if not self._answered(url, host):
                self.part.discard()
                if not self._answered(url, host):
                    raise DownloadFailed(f"{host} sends a part of the file though all of it was asked for.")
        except requests.RequestException as error:
            raise _connection_problem(error, url, host, self.timeouts) from error
        except urllib3.exceptions.ReadTimeoutError as error:
            raise BrokenOff(f"{host} sent nothing for {self.timeouts.read:g} seconds.") from error
        except urllib3.exceptions.DecodeError as error:
            self.part.discard()
            raise DownloadFailed(f"what {host} sends cannot be unpacked.") from error
        except urllib3.exceptions.HTTPError as error:
            raise BrokenOff(f"{host} broke off after {self.part.bytes:,} of {self.file.bytes:,} bytes.") from error
        except ValueError as error:  # of numbers and addresses in its answer
            raise DownloadFailed(f"what {host} answers cannot be understood ({error}).") from error

    def _answered(self, url: str, host: str) -> bool:
        """Whether the server's answer was of use; if not, what is there must go before it is asked again."""
        there = self.part.bytes
        known = self.part.version() if there else None
        # Without 'identity' a server's gzip would be undone on the way, and the bytes would no longer be the file's.
        headers = {"Accept-Encoding": "identity"}
        if there:
            headers["Range"] = f"bytes={there}-"
        if known is not None and known.url == url and known.mark:
            headers["If-Range"] = known.mark
        self.control.check(self.file.name)
        with _asked(url, headers, self.timeouts) as response:
            if response.status_code == HTTPStatus.REQUESTED_RANGE_NOT_SATISFIABLE and there:
                return False
            if response.status_code not in (HTTPStatus.OK, HTTPStatus.PARTIAL_CONTENT):
                raise DownloadFailed(_refusal(response.status_code, host))
            version = Version(url, _mark(response))
            if response.status_code == HTTPStatus.PARTIAL_CONTENT:
                if not _continues(response, there, self.file.bytes) or (known and known.url == url and known.mark != version.mark):
                    return False
                self._write(response, host, there)
            else:
                self._check_length(response, host)
                self.part.begin(version)
                self._write(response, host, 0)
        return True

    def _check_length(self, response: requests.Response, host: str) -> None:
        length = response.headers.get("Content-Length", "")
        if length.isdecimal() and int(length) != self.file.bytes and not response.headers.get("Content-Encoding"):
            page = response.headers.get("Content-Type", "").startswith("text/html")
            perhaps = " It is a web page: perhaps this network wants you to log in first." if page else ""
            raise DownloadFailed(f"{host} sends {int(length):,} bytes instead of {self.file.bytes:,}.{perhaps}")

    def _write(self, response: requests.Response, host: str, done: int) -> None:
        raw = response.raw
        packed = bool(response.headers.get("Content-Encoding"))
        # A server that calls a .gz file 'packed with gzip' means the file as it is.
        unpack = packed and response.headers.get("Content-Length") != str(self.file.bytes - done)
        self.meter.begin(done)
        with self.part.path.open("ab") as out, self.control.ends(partial(_hang_up, raw)):
            self.control.check(self.file.name)
            # read1: what has come, not a whole block of it, so that a cancel is heard even if little comes.
            while block := raw.read1(BLOCK, decode_content=unpack):
                if self.control.check(self.file.name):
                    self.meter.begin(done)
                done += len(block)
                if done > self.file.bytes:
                    self.part.discard()
                    raise DownloadFailed(f"{host} sends more than the {self.file.bytes:,} bytes that were expected.")
                out.write(block)
                out.flush()  # a full disk is noticed here, and what is on it counts
                self.meter(done)
        self.control.check(self.file.name)
        if done < self.file.bytes:
            raise BrokenOff(f"{host} broke off after {done:,} of {self.file.bytes:,} bytes.")


@contextmanager
def _asked(url: str, headers: Mapping[str, str], timeouts: Timeouts) -> Iterator[requests.Response]:
    with ExitStack() as answers:  # those on the way to the last, too: requests forgets one that leads to no proper address

        def close_later(answer: requests.Response, **_: object) -> None:
            answers.callback(answer.close)

        limits = (timeouts.connect, timeouts.read)
        yield requests.get(url, stream=True, timeout=limits, headers=headers, hooks={"response": close_later})


def _hang_up(raw: Any) -> None:
    with suppress(OSError, ValueError, RuntimeError):  # the other side may have hung up already
        raw.shutdown()


def _mark(response: requests.Response) -> str:
    """What tells one version of a file from the next, in the server's words; a weak ETag does not."""
    tag = response.headers.get("ETag", "")
    return tag if tag and not tag.startswith("W/") else response.headers.get("Last-Modified", "")


def _continues(response: requests.Response, start: int, total: int) -> bool:
    """Whether a partial answer is the rest that was asked for."""
    found = re.fullmatch(r"bytes (\d+)-\d+/(\d+|\*)", response.headers.get("Content-Range", ""))
    if found is None or response.headers.get("Content-Encoding"):
        return False
    return int(found[1]) == start > 0 and found[2] in (str(total), "*")


def _refusal(status: int, host: str) -> str:
    if status in (HTTPStatus.NOT_FOUND, HTTPStatus.GONE):
        return f"{host} does not have it any more ({status})."
    if status == HTTPStatus.PROXY_AUTHENTICATION_REQUIRED:
        return f"the proxy on the way to {host} wants a name and a password (407): set HTTPS_PROXY to http://name:password@proxy:port."
    if status >= HTTPStatus.INTERNAL_SERVER_ERROR:
        return f"{host} has a fault of its own (HTTP status {status})."
    return f"{host} refused with HTTP status {status}."


def _connection_problem(error: requests.RequestException, url: str, host: str, timeouts: Timeouts) -> DownloadFailed:
    """What kept a server from answering at all."""
    match error:
        case requests.exceptions.ProxyError():
            kind = DownloadFailed if "407" in str(_reason(error)) else NoConnection
            return kind(_proxy_problem(error, url, host))
        case requests.exceptions.SSLError():
            why = "A proxy that looks into connections, or a wrong clock, is often the reason."
            return DownloadFailed(f"{host} cannot be trusted: its certificate is not accepted. {why}")
        case requests.ConnectTimeout():
            return DownloadFailed(f"{host} did not answer within {timeouts.connect:g} seconds.")
        case requests.ReadTimeout():
            return BrokenOff(f"{host} sent nothing for {timeouts.read:g} seconds.")
        case requests.TooManyRedirects():
            return DownloadFailed(f"{host} sends from one address to the next without end.")
        case requests.ConnectionError():
            if isinstance(_reason(error), urllib3.exceptions.NameResolutionError):
                return NoAddress(host)
            if error.args and isinstance(error.args[0], urllib3.exceptions.ProtocolError):
                return BrokenOff(f"{host} hung up, or answers as no web server does.")
            return NoConnection(f"no connection to {host}.")
    return DownloadFailed(f"{host} could not be asked ({error}).")


def _reason(error: requests.RequestException) -> object:
    return getattr(error.args[0], "reason", None) if error.args else None


def _proxy_problem(error: requests.exceptions.ProxyError, url: str, host: str) -> str:
    if "407" in str(_reason(error)):
        return _refusal(HTTPStatus.PROXY_AUTHENTICATION_REQUIRED, host)
    proxy = urlsplit(select_proxy(url, requests.utils.get_environ_proxies(url)) or "")
    where = f" {proxy.hostname}" + (f":{proxy.port}" if proxy.port else "") if proxy.hostname else ""  # never its password
    return f"no connection to {host}: the proxy{where} does not answer. Check HTTPS_PROXY and HTTP_PROXY, or unset them."
