"""Downloads through pooch: with checksum, progress, retries, other sources, and a way to stop.

A file appears under its name only when it is whole and its checksum is right.
"""

from __future__ import annotations

import threading
from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from engine.datasets.dataset import DatasetError
from engine.datasets.places import cannot_write, make_folder
from engine.datasets.reporting import CancelCheck, ProgressCallback, Reporter

if TYPE_CHECKING:
    import requests

_ROUNDS = 3  # how often every source is tried
_TIMEOUT = (5.0, 15.0)  # seconds to connect, and to wait for more bytes
_PIECE = 1 << 14


@dataclass(frozen=True)
class Remote:
    """A public file: its name here, its size in bytes (or a little more), its SHA-256 (or the first digits of it, where
    no more is known), and the addresses that have it, best first."""

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

    pooch.get_logger().setLevel("ERROR")  # what it would print, the progress says
    before = reporter.done
    reasons: dict[str, str] = {}
    for attempt in range(_ROUNDS):
        if attempt:
            _wait(attempt * pause, reporter)
        for url in file.urls:
            if reasons.get(url, "").endswith(_NOT_THERE):
                continue
            reporter.at(before)
            downloader = partial(_stream, size=file.size, sha256=file.sha256, reporter=reporter)
            known = f"sha256:{file.sha256}" if len(file.sha256) == 64 else None
            try:
                pooch.retrieve(url, known, fname=file.name, path=into, downloader=downloader)
                return
            except requests.RequestException as error:
                reasons[url] = f"{_host(url)} {_explain(error)}"
            except DatasetError:
                raise
            except ValueError:  # pooch's, for a hash that does not match
                reasons[url] = f"{_host(url)} sent something else than the expected file (wrong checksum)"
            except OSError as error:
                raise cannot_write(into / file.name, error) from error
    raise DatasetError(
        f"{title} could not be downloaded: {file.name} failed from every source ({'; '.join(reasons.values())}). "
        f"Check the connection and try again, or put the file into {into} by hand."
    )


def _stream(url: str, output_file: str, _pooch: object, *, size: int, sha256: str, reporter: Reporter) -> None:
    """What pooch calls to download: like its own, but it can be cancelled, takes no more than was promised, and nothing
    whose SHA-256 begins otherwise."""
    import hashlib

    import requests

    # Identity: a server that unzips on the way would change the bytes.
    headers = {"Accept-Encoding": "identity"}
    received = 0
    digest = hashlib.sha256()
    with requests.get(url, stream=True, timeout=_TIMEOUT, headers=headers) as response, open(output_file, "wb") as file:
        response.raise_for_status()
        for piece in response.iter_content(_PIECE):
            received += len(piece)
            if received > size:
                raise ValueError("more bytes than expected")
            file.write(piece)
            digest.update(piece)
            reporter.advance(len(piece))
    if not digest.hexdigest().startswith(sha256):
        raise ValueError("another checksum")


_NOT_THERE = "has no such file (404)"


def _explain(error: requests.RequestException) -> str:
    import requests

    if isinstance(error, requests.HTTPError) and error.response is not None:
        status = error.response.status_code
        return _NOT_THERE if status == 404 else f"answered with status {status}"
    if isinstance(error, requests.Timeout):
        return "did not answer in time"
    if isinstance(error, requests.exceptions.SSLError):
        return "gave no secure connection"
    if isinstance(error, requests.ConnectionError):
        return "cannot be reached"
    return "broke off the connection"


def _host(url: str) -> str:
    return url.split("/")[2] if url.count("/") >= 2 else url


def _wait(seconds: float, reporter: Reporter) -> None:
    """A pause that cancelling ends."""
    never = threading.Event()
    for _ in range(max(1, round(seconds / 0.1))):
        reporter.check()
        never.wait(min(seconds, 0.1))
