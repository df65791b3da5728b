"""Downloads from a server of our own: what arrives, what is tried again, what is said, and what is left on disk."""

from __future__ import annotations

import builtins
import errno
import socket
from pathlib import Path

import pytest

from engine.datasets import Cancelled, DatasetError, downloads, reporting
from engine.datasets.downloads import fetch
from engine.datasets.mnist import IdxSource, load_idx
from engine.messages import Progress
from tests.engine.datasets.conftest import Server
from tests.engine.datasets.files import idx_files, remote

DATA = bytes(range(256)) * 4000  # about a megabyte


def left(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.rglob("*") if path.is_file()) if folder.exists() else []


def test_a_file_arrives_whole_and_is_not_fetched_twice(tmp_path: Path, server: Server) -> None:
    server.files["some.bin"] = DATA
    file = remote("some.bin", DATA, server.url("some.bin"))
    for _ in range(2):
        fetch([file], into=tmp_path / "new" / "folder", title="Some")
    assert (tmp_path / "new" / "folder" / "some.bin").read_bytes() == DATA
    assert server.asked["some.bin"] == 1
    assert left(tmp_path) == ["some.bin"]


def test_progress_counts_bytes_over_all_files(tmp_path: Path, server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reporting, "_INTERVAL", 0.0)
    server.files |= {"a": DATA, "b": DATA[:5000]}
    told: list[Progress] = []
    files = [remote("a", DATA, server.url("a")), remote("b", DATA[:5000], server.url("b"))]
    fetch(files, into=tmp_path, title="Some", progress=told.append)
    done = [message.done for message in told]
    assert {message.title for message in told} == {"Downloading Some"}
    assert {message.total for message in told} == {len(DATA) + 5000}
    assert done == sorted(done)
    assert len(done) > 50
    assert done[-1] == len(DATA) + 5000
    assert [message.finished for message in told[-2:]] == [False, True]
    assert all(message.seconds_left is not None for message in told[1:-1])


def test_another_source_is_tried_when_one_has_no_such_file(tmp_path: Path, server: Server) -> None:
    server.files["here"] = DATA
    fetch([remote("f", DATA, server.url("gone"), server.url("here"))], into=tmp_path, title="Some")
    assert left(tmp_path) == ["f"]


@pytest.mark.parametrize("trouble", ["fail_first", "halves"])
def test_a_source_that_fails_is_tried_again(tmp_path: Path, server: Server, trouble: str) -> None:
    server.files["f"] = DATA
    getattr(server, trouble)["f"] = 2
    fetch([remote("f", DATA, server.url("f"))], into=tmp_path, title="Some", pause=0.0)
    assert (tmp_path / "f").read_bytes() == DATA
    assert server.asked["f"] == 3


def test_404_is_not_tried_again_and_says_so(tmp_path: Path, server: Server) -> None:
    with pytest.raises(DatasetError) as error:
        fetch([remote("f.gz", DATA, server.url("gone"))], into=tmp_path, title="Some", pause=0.0)
    assert "Some could not be downloaded: f.gz" in str(error.value)
    assert "127.0.0.1" in str(error.value)
    assert "404" in str(error.value)
    assert str(tmp_path) in str(error.value)
    assert server.asked["gone"] == 1
    assert left(tmp_path) == []


@pytest.mark.parametrize("sent", [DATA[:-1] + b"x", DATA[:1000], DATA * 2], ids=["changed", "short", "long"])
def test_a_wrong_checksum_leaves_nothing(tmp_path: Path, server: Server, sent: bytes) -> None:
    server.files["f"] = sent
    with pytest.raises(DatasetError, match="something else than the expected file"):
        fetch([remote("f", DATA, server.url("f"))], into=tmp_path, title="Some", pause=0.0)
    assert left(tmp_path) == []


def test_a_server_that_fails_for_good(tmp_path: Path, server: Server) -> None:
    server.files["f"] = DATA
    server.fail_first["f"] = 99
    with pytest.raises(DatasetError, match="answered with status 503"):
        fetch([remote("f", DATA, server.url("f"))], into=tmp_path, title="Some", pause=0.0)


def test_no_connection(tmp_path: Path) -> None:
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{closed.getsockname()[1]}/f"
    with pytest.raises(DatasetError, match=r"127\.0\.0\.1:\d+ cannot be reached.*Check the connection"):
        fetch([remote("f", DATA, url)], into=tmp_path, title="Some", pause=0.0)


def test_cancelling_in_the_middle_leaves_nothing(
    tmp_path: Path, server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reporting, "_INTERVAL", 0.0)
    server.files["f"] = DATA
    told: list[Progress] = []
    with pytest.raises(Cancelled, match="Downloading Some was cancelled"):
        fetch(
            [remote("f", DATA, server.url("f"))],
            into=tmp_path,
            title="Some",
            progress=told.append,
            cancelled=lambda: bool(told) and told[-1].done > len(DATA) / 2,
        )
    assert len(DATA) / 2 < told[-1].done < len(DATA)
    assert told[-1].finished
    assert left(tmp_path) == []


def test_cancelling_between_two_tries(tmp_path: Path, server: Server) -> None:
    with pytest.raises(Cancelled):
        fetch(
            [remote("f", DATA, server.url("gone"), server.url("gone too"))],
            into=tmp_path,
            title="Some",
            cancelled=lambda: server.asked["gone%20too"] > 0,
            pause=60.0,
        )


def test_no_permission_to_write(tmp_path: Path, server: Server) -> None:
    server.files["f"] = DATA
    locked = tmp_path / "locked"
    locked.mkdir(mode=0o555)
    for place in (locked, locked / "below"):
        with pytest.raises(DatasetError, match=r"No permission to write.*--data-root or RECEPTIVE_DATA"):
            fetch([remote("f", DATA, server.url("f"))], into=place, title="Some")
    assert server.asked["f"] == 0


def test_a_file_where_the_folder_should_be(tmp_path: Path, server: Server) -> None:
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(DatasetError, match="is not a folder"):
        fetch([remote("f", DATA, server.url("f"))], into=tmp_path / "file", title="Some")


def test_a_full_disk(tmp_path: Path, server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    class Full:
        def __init__(self, path: str, mode: str) -> None:
            self._file = builtins.open(path, mode)  # noqa: SIM115 - closed by __exit__

        def __enter__(self) -> Full:
            return self

        def __exit__(self, *_: object) -> None:
            self._file.close()

        def write(self, data: bytes) -> None:
            self._file.write(data[:10])
            raise OSError(errno.ENOSPC, "No space left on device")

    server.files["f"] = DATA
    monkeypatch.setattr(downloads, "open", Full, raising=False)
    with pytest.raises(DatasetError, match=r"The disk is full: .*/f could not be written"):
        fetch([remote("f", DATA, server.url("f"))], into=tmp_path, title="Some")
    assert left(tmp_path) == []


def test_a_dataset_is_downloaded_once_and_only_what_is_missing(tmp_path: Path, server: Server) -> None:
    contents = idx_files(tmp_path / "origin")
    server.files |= contents
    source = IdxSource(
        name="small",
        title="Small",
        classes=tuple("0123456789"),
        folders=("small",),
        remotes=tuple(remote(name, data, server.url(name)) for name, data in contents.items()),
    )
    there = next(iter(contents))
    (tmp_path / "small").mkdir()
    (tmp_path / "small" / there).write_bytes(contents[there])
    for _ in range(2):
        dataset = load_idx(source, root=tmp_path)
    assert len(dataset.train_labels) == 20
    assert server.asked == dict.fromkeys(list(contents)[1:], 1)
    assert left(tmp_path / "small") == sorted(contents)
