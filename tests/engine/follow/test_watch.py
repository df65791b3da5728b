"""`from engine import watch`: what a loop pays with two lines, and what it never pays with."""

from __future__ import annotations

import errno
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
import torch
import torch.nn.functional as F
from safetensors.torch import load_file
from torch import Tensor, nn

from engine import watch
from engine.follow import Followed, Reader
from engine.watching import Watched
from engine.watching import watched as module
from engine.watching.keeping import Kept
from engine.watching.window import WindowProcess


class Net(nn.Module):
    def __init__(self) -> None:
        super().__init__()
        self.conv, self.norm, self.drop = nn.Conv2d(1, 3, 5), nn.BatchNorm2d(3), nn.Dropout(0.5)
        self.output = nn.Linear(3, 10)

    def forward(self, x: Tensor) -> Tensor:
        return self.output(self.drop(torch.relu(self.norm(self.conv(x)))).mean((2, 3)))


@pytest.fixture(autouse=True)
def _look_at_each_step(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "SHARE", 1e9)
    monkeypatch.setattr(module, "_LEAST_SECONDS", 0.0)
    monkeypatch.setattr(module, "_LINES_SECONDS", 0.0)


@pytest.fixture
def net() -> Iterator[Net]:
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(0)
        yield Net()


def train(net: nn.Module, seen: Watched | None, steps: int) -> list[float]:
    optimizer = torch.optim.SGD(net.parameters(), lr=0.1, momentum=0.9)
    losses = []
    for _ in range(steps):
        x, y = torch.rand(16, 1, 12, 12), torch.randint(0, 10, (16,))
        logits = net(x)
        loss = F.cross_entropy(logits, y)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        losses.append(float(loss.detach()))
        if seen is not None:
            seen.step(loss, logits, y)
    return losses


def test_two_lines_write_a_run(net: Net, tmp_path: Path) -> None:
    seen = watch(net, run=tmp_path / "run", window=False, steps_per_epoch=4)
    losses = train(net, seen, 6)
    seen.held_out(0.5, 0.75, samples=100)
    seen.close()
    seen.close()
    run = tmp_path / "run"
    points = [json.loads(line) for line in (run / "metrics.jsonl").read_text().splitlines()]
    assert [point["step"] for point in points if point["kind"] == "train"] == [1, 2, 3, 4, 5, 6]
    assert [point["loss"] for point in points[:6]] == pytest.approx(losses, abs=1e-5)
    assert points[5]["epoch"] == 1.5
    assert points[6]["kind"] == "held_out"
    assert points[6]["accuracy"] == 0.75
    weights = load_file(run / "weights.safetensors")
    assert all(torch.equal(weights[key], value) for key, value in net.state_dict().items())
    graph = json.loads((run / "graph.json").read_text())
    assert [node["name"] for node in graph["nodes"]] == [
        *("input", "conv", "norm", "relu", "drop", "mean", "output", "softmax")
    ]
    described = json.loads((run / "run.json").read_text())
    assert described["script"]["state"] == "ended"
    assert described["progress"]["step"] == 6
    assert load_file(run / "examples.safetensors")["labels"].shape == (8,)
    outputs = load_file(run / "activations.safetensors")
    example = load_file(run / "examples.safetensors")["input/0"]
    net.eval()
    with torch.no_grad():
        assert torch.allclose(outputs["3/output"], net(example)[3], atol=1e-5)
    assert (run / "timeline").is_dir()
    assert not seen.watching


def test_the_loop_is_the_same_to_the_bit(tmp_path: Path) -> None:
    found = []
    for watched in (False, True):
        with torch.random.fork_rng(devices=[]):
            torch.manual_seed(3)
            net = Net()
            seen = watch(net, run=tmp_path / "run", window=False) if watched else None
            losses = train(net, seen, 5)
            found.append((losses, {key: value.clone() for key, value in net.state_dict().items()}))
            assert net.training
            assert not any(part._forward_hooks or part._forward_pre_hooks for part in net.modules())
            if seen is not None:
                seen.close()
    assert found[0][0] == found[1][0]
    assert all(torch.equal(found[0][1][key], found[1][1][key]) for key in found[0][1])


def test_a_full_disk_is_told_once_and_ends_the_watching(
    net: Net, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    seen = watch(net, run=tmp_path / "run", window=False)
    train(net, seen, 2)

    def full(*_: object, **__: object) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr("engine.files.os.fsync", full)
    monkeypatch.setattr(Path, "replace", full)
    train(net, seen, 4)
    monkeypatch.undo()
    said = capsys.readouterr().err
    assert said.count("receptive:") == 1
    assert "the disk is full" in said
    assert "Net is no longer watched; the training goes on" in said
    assert not seen.watching


def test_a_run_that_somebody_deletes_is_told_and_not_half_written_anew(
    net: Net, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    seen = watch(net, run=tmp_path / "run", window=False)
    train(net, seen, 2)
    shutil.rmtree(tmp_path / "run")
    train(net, seen, 4)
    assert "was deleted. Net is no longer watched; the training goes on" in capsys.readouterr().err
    assert not (tmp_path / "run").exists()


def test_a_folder_that_holds_a_run_is_left_alone(net: Net, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "run.json").write_text("{}")
    seen = watch(net, run=tmp_path, window=False)
    train(net, seen, 1)
    assert "already holds a run" in capsys.readouterr().err
    assert sorted(path.name for path in tmp_path.iterdir() if path.is_file()) == ["run.json"]


def test_a_model_that_takes_other_things_is_said_and_trains_on(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    class Odd(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.fc = nn.Linear(2, 2)

        def forward(self, batch: dict[str, Tensor]) -> Tensor:
            return self.fc(batch["x"])

    net = Odd()
    seen = watch(net, run=tmp_path / "run", window=False)
    net({"x": torch.zeros(1, 2)})
    seen.step(1.0)
    assert "say with example=…" in capsys.readouterr().err
    assert not net._forward_pre_hooks


class _Window:
    """Stands in for the window's process."""

    def __init__(self, status: int | None, said: str = "") -> None:
        self.status = status
        self._said = said

    def said(self) -> str:
        return self._said


@pytest.mark.parametrize(("status", "why"), [(0, "was closed"), (1, "could not be opened (there is no display)")])
def test_without_its_window_the_run_is_recorded_to_be_followed_again(
    net: Net,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    status: int,
    why: str,
) -> None:
    window = _Window(None, "there is no display")
    monkeypatch.setattr(WindowProcess, "open", classmethod(lambda cls, directory: window))
    seen = watch(net, run=tmp_path / "run")
    train(net, seen, 2)
    window.status = status
    train(net, seen, 3)
    said = capsys.readouterr().err
    assert said.count("receptive:") == 1
    assert seen.watching
    assert f"the window {why}" in said
    assert f"main.py --follow {tmp_path / 'run'}" in said
    assert json.loads((tmp_path / "run" / "run.json").read_text())["script"]["state"] != "ended"
    seen.close()
    assert json.loads((tmp_path / "run" / "run.json").read_text())["script"]["state"] == "ended"


def test_a_script_without_a_display_loads_no_qt_goes_on_and_leaves_word_of_its_error(tmp_path: Path) -> None:
    """The whole way, in a process of its own."""
    code = (
        "import sys, engine; assert 'torch' not in sys.modules\n"
        "import torch; from torch import nn; from engine import watch\n"
        "net = nn.Linear(4, 3); seen = watch(net)\n"
        "seen._window._process.wait(60); seen._next_lines = 0\n"
        "for _ in range(3): seen.step(net(torch.ones(2, 4)).sum())\n"
        "assert seen.watching and 'PySide6' not in sys.modules; print(seen.directory)\n"
        "raise ValueError('the loop has a fault')\n"
    )
    environment = {
        key: value for key, value in os.environ.items() if key not in ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM")
    }
    environment["XDG_DATA_HOME"] = str(tmp_path)
    done = subprocess.run(
        [sys.executable, "-c", code],
        env=environment, capture_output=True, text=True, timeout=100, cwd=Path(__file__).resolve().parents[3],
    )  # fmt: skip
    assert done.returncode == 1, done.stderr
    assert "the loop has a fault" in done.stderr
    if sys.platform.startswith("linux"):
        assert "the window could not be opened (there is no display" in done.stderr
    directory = Path(done.stdout.strip())
    assert (directory / "weights.safetensors").exists()
    following = Followed(Reader(directory), data_root=None).refresh().following
    assert following is not None
    assert following.state == "failed"
    assert following.said == "The script stopped after 3 steps with ValueError: the loop has a fault."


def test_looks_keep_to_their_share_of_the_time(net: Net, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """With a clock of its own: each look takes 10 ms, each step of the loop 5 ms."""
    monkeypatch.setattr(module, "SHARE", 0.02)
    monkeypatch.setattr(module, "_LINES_SECONDS", 0.25)
    now = [0.0]
    seen = Watched(net, optimizer=None, steps_per_epoch=None, classes=(), name="", budget=2**20, clock=lambda: now[0])
    seen._begin(torch.rand(4, 1, 12, 12), run=tmp_path / "run", window=False)
    assert seen._writer is not None
    looks: list[int] = []

    def write(step: int, *_: object) -> None:
        looks.append(step)
        now[0] += 0.01

    monkeypatch.setattr(seen._writer, "write_moment", write)
    for _ in range(2000):
        now[0] += 0.005
        seen.step(1.0)
    assert 0.015 < 0.01 * len(looks) / now[0] <= 0.021
    assert seen.spent / now[0] <= 0.021
    seen.close()


def test_losses_of_every_kind_and_no_accuracy(net: Net, tmp_path: Path) -> None:
    seen = watch(net, torch.rand(2, 1, 12, 12), run=tmp_path / "run", window=False)
    seen.step(0.5)
    seen.step(torch.tensor([1.0, 2.0]))
    seen.step(torch.tensor(float("nan")), accuracy=0.25)
    seen.step(torch.tensor(1.0), torch.eye(3), torch.eye(3))
    seen.close()
    points = [json.loads(line) for line in (tmp_path / "run" / "metrics.jsonl").read_text().splitlines()]
    assert [point["loss"] for point in points] == [0.5, 1.5, None, 1.0]
    assert [point["accuracy"] for point in points] == [None, None, 0.25, 1.0]


def test_weights_are_kept_at_growing_distance_within_the_budget(tmp_path: Path) -> None:
    kept, gone = Kept(budget=1000), []
    for step in range(400):
        if step >= kept.due:
            gone += kept.room_for(100)
            kept.add(step, (tmp_path / str(step),), 100)
    assert len(kept.steps) == 10
    assert sum(kept.sizes) <= 1000
    assert kept.steps[0] == 0
    distances = [b - a for a, b in zip(kept.steps, kept.steps[1:], strict=False)]
    assert distances[-2] > distances[0]
    assert not {path for files in gone for path in files} & {path for files in kept.files for path in files}
    assert not kept.fits(1001)
