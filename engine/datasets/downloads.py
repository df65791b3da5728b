"""Downloads through pooch: with checksum, progress, retries, other sources, and a way to stop.

A file appears under its name only when it is whole and its checksum is right.
"""

from __future__ import annotations

import threading
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from engine.datasets.dataset import DatasetError
from engine.datasets.places import cannot_write, make_folder
from engine.datasets.reporting import CancelCheck, ProgressCallback, Reporter

_ROUNDS = 3  # how often every source is tried
_TIMEOUT = (10.0, 15.0)  # seconds to connect, and to wait for more bytes
_PIECE = 1 << 16


@dataclass(frozen=True)
class Remote:
    """A public file: its name here, its size in bytes, its SHA-256 and the addresses that have it, best first."""

    name: str
    size: int
    sha256: str
    urls: tuple[str, ...]


def fetch(
    files: Sequence[Remote],
    *,
    into: Path,
    title: str,
    progress: ProgressCallback | None = None,
    cancelled: CancelCheck | None = None,
    pause: float = 1.0,
) -> None:
    """Download files into a folder, one progress over all of them; a file that is there already and right is kept.

    Sources that fail are tried again after `pause` seconds, longer each time. Raises DatasetError (what failed, and
    where the file can be put by hand) or Cancelled.
    """
    total = sum(file.size for file in files)
    try:
        make_folder(into)
    except OSError as error:
        raise cannot_write(into / files[0].name, error) from error
    with Reporter(f"Downloading {title}", total, progress=progress, cancelled=cancelled) as reporter:
        for file in files:
            before = reporter.done
            _fetch_one(file, into=into, title=title, reporter=reporter, pause=pause)
            reporter.at(before + file.size)


def _fetch_one(file: Remote, *, into: Path, title: str, reporter: Reporter, pause: float) -> None:
    import pooch
    import requests

    pooch.get_logger().setLevel("ERROR")
    before = reporter.done
    reasons: dict[str, str] = {}
    for attempt in range(_ROUNDS):
        if attempt:
            _wait(attempt * pause, reporter)
        for url in file.urls:
            if reasons.get(url, "").endswith(_NOT_THERE):
                continue
            reporter.at(before)
            # Identity: a server that unzips on the way would change the bytes.
            downloader = pooch.HTTPDownloader(
                progressbar=_Meter(reporter, before),
                chunk_size=_PIECE,
                timeout=_TIMEOUT,
                headers={"Accept-Encoding": "identity"},
            )
            try:
                pooch.retrieve(url, f"sha256:{file.sha256}", fname=file.name, path=into, downloader=downloader)
                return
            except requests.RequestException as error:
                reasons[url] = _explain(error)
            except DatasetError:
                raise
            except ValueError:  # pooch's, for a hash that does not match
                reasons[url] = f"{_host(url)}: what came is not the file that was expected (wrong checksum)"
            except OSError as error:
                raise cannot_write(into / file.name, error) from error
    raise DatasetError(
        f"{title} could not be downloaded: {file.name} failed from every source ({'; '.join(reasons.values())}). "
        f"Check the connection and try again, or put the file into {into} by hand."
    )


class _Meter:
    """What pooch drives as a progress bar: it sets `total` and tells pieces; raising in `update` stops the download."""

    def __init__(self, reporter: Reporter, before: float) -> None:
        self._reporter = reporter
        self._before = before
        self._done = 0
        self.total = 0

    def update(self, amount: int) -> None:
        # pooch counts whole pieces, also for the last one
        self._done = min(self._done + amount, self.total) if self.total else self._done + amount
        self._reporter.at(self._before + self._done)

    def reset(self) -> None:
        self._done = 0

    def close(self) -> None:
        """Nothing to close; pooch asks for it."""


_NOT_THERE = "has no such file (404)"


def _explain(error: Exception) -> str:
    import requests

    host = _host(str(error.request.url)) if isinstance(error, requests.RequestException) and error.request else ""
    if isinstance(error, requests.HTTPError) and error.response is not None:
        status = error.response.status_code
        return f"{host} {_NOT_THERE}" if status == 404 else f"{host} answered with status {status}"
    if isinstance(error, requests.Timeout):
        return f"{host} did not answer in time"
    if isinstance(error, requests.exceptions.SSLError):
        return f"{host}: no secure connection"
    if isinstance(error, requests.ConnectionError):
        return f"{host} cannot be reached"
    return f"{host}: the connection broke off"


def _host(url: str) -> str:
    return url.split("/")[2] if url.count("/") >= 2 else url


def _wait(seconds: float, reporter: Reporter) -> None:
    """A pause that cancelling ends."""
    never = threading.Event()
    for _ in range(max(1, round(seconds / 0.1))):
        reporter.check()
        never.wait(min(seconds, 0.1))
