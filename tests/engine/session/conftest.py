"""A session on small files of its own: an MNIST of a few hundred pictures that a network can learn."""

from __future__ import annotations

import gzip
import importlib
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TypeVar

import numpy as np
import pytest

from engine.messages import Event, Open, Point, Snapshot, Watch
from engine.session import Session

_Event = TypeVar("_Event")
LAYERS = ("input", "conv1", "act1", "pool1", "conv2", "act2", "pool2", "dense1", "act3", "dense2", "act4", "output")
SAMPLES, TEST_SAMPLES = 640, 200


def write_mnist(root: Path, *, samples: int = SAMPLES, test_samples: int = TEST_SAMPLES) -> None:
    """IDX files of blurred patches, one place a class: learnt in a few dozen steps."""
    folder = root / "mnist"
    folder.mkdir(parents=True, exist_ok=True)
    rng = np.random.default_rng(0)
    for part, count in (("train", samples), ("t10k", test_samples)):
        labels = (np.arange(count) % 10).astype(np.uint8)
        pictures = rng.integers(0, 60, (count, 28, 28), dtype=np.uint8)
        for picture, label in zip(pictures, labels, strict=True):
            row, column = divmod(int(label), 4)
            picture[3 + 8 * row : 9 + 8 * row, 2 + 6 * column : 7 + 6 * column] += 150
        (folder / f"{part}-images-idx3-ubyte.gz").write_bytes(
            gzip.compress(_header(0x803, count, 28, 28) + pictures.tobytes(), 1)
        )
        (folder / f"{part}-labels-idx1-ubyte.gz").write_bytes(gzip.compress(_header(0x801, count) + labels.tobytes()))


def _header(magic: int, *sizes: int) -> bytes:
    return np.array([magic, *sizes], ">u4").tobytes()


class Viewer:
    """Stands in for a gui: collects what comes up, and waits for what a test expects. Never sleeps."""

    def __init__(self, session: Session) -> None:
        self.session = session
        self.seen: list[Event] = []
        self.points: list[Point] = []
        self.snapshots: list[Snapshot] = []
        self._woken = threading.Event()
        session.wake = self._woken.set

    def look(self) -> None:
        self.seen += self.session.events()
        self.points += self.session.points()
        if (snapshot := self.session.take()) is not None:
            self.snapshots.append(snapshot)

    def until(self, holds: Callable[[], object], seconds: float = 30.0) -> None:
        """Look until something holds, at each waking and at display rate."""
        end = time.monotonic() + seconds
        while True:
            self.look()
            if holds():
                return
            left = end - time.monotonic()
            assert left > 0, f"It did not come. Seen: {[type(one).__name__ for one in self.seen]}, {self.seen[-3:]}"
            self._woken.wait(min(left, 1 / 60))
            self._woken.clear()

    def event(self, kind: type[_Event], fits: Callable[[_Event], bool] = lambda event: True) -> _Event:
        """The first event of that kind that fits and was not given before, once it is there."""
        found: list[_Event] = []

        def there() -> bool:
            for place, event in enumerate(self.seen):
                if isinstance(event, kind) and fits(event):
                    found.append(event)
                    del self.seen[place]
                    return True
            return False

        self.until(there)
        return found[0]

    def snapshot(self, fits: Callable[[Snapshot], bool] = lambda snapshot: True) -> Snapshot:
        """The newest snapshot that fits, once it is there."""
        self.until(lambda: any(fits(one) for one in self.snapshots))
        return next(one for one in reversed(self.snapshots) if fits(one))

    def kinds(self, kind: type[_Event]) -> list[_Event]:
        return [event for event in self.seen if isinstance(event, kind)]


@pytest.fixture
def data_root(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("data")
    write_mnist(root)
    return root


@pytest.fixture
def no_digits_yet(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The digits have to be written first, whatever the user of this machine has."""
    catalogue = importlib.import_module("engine.datasets.catalogue")
    monkeypatch.setattr(catalogue, "own_root", lambda: tmp_path / "own")


@pytest.fixture
def runs_root(tmp_path: Path) -> Path:
    return tmp_path / "runs"


@pytest.fixture
def session(data_root: Path, runs_root: Path) -> Iterator[Session]:
    made = Session(data_root=data_root, runs_root=runs_root)
    yield made
    assert made.close(timeout=30.0)
    left = [thread.name for thread in threading.enumerate() if thread.name.startswith("receptive")]
    assert not left


@pytest.fixture
def viewer(session: Session) -> Viewer:
    return Viewer(session)


@pytest.fixture
def opened(session: Session, viewer: Viewer) -> Viewer:
    """A viewer of a session that has a LeNet with ReLU on the small MNIST open, and watches all of it."""
    session.start()
    session.send(Open("lenet-relu", "mnist", device="cpu", epochs=3))
    session.send(Watch(LAYERS))
    viewer.snapshot()
    return viewer
