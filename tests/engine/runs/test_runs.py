"""Runs on disk: saved whole, listed without torch, resumed to the bit, every failure named."""

from __future__ import annotations

import errno
import json
import math
import os
import subprocess
import sys
from pathlib import Path

import pytest
import torch
from safetensors.torch import load_file

from engine import files, networks, runs
from engine.messages import Tune
from engine.runs import writing
from engine.training import Trainer
from tests.engine.standin import bars
from tests.engine.training.helpers import BARS, same, steps, trainer, weights


@pytest.fixture(autouse=True)
def _one_thread() -> object:
    before = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(before)


def trained(count: int = 11, **wishes: object) -> Trainer:
    one = trainer(patience=2, min_delta=0.25, seed=6, **wishes)
    for _ in range(count):
        one.step()
        if one.epoch_ended:
            one.evaluate()
    one.drain()
    return one


def contents(directory: Path) -> dict[str, bytes]:
    return {str(path.relative_to(directory)): path.read_bytes() for path in directory.rglob("*") if path.is_file()}


@pytest.mark.parametrize("stop", [0, 5, 8, 11])
def test_resumed_is_as_never_stopped(tmp_path: Path, stop: int) -> None:
    whole = trained(20)
    first = trained(stop)
    runs.save(first, tmp_path / "run")
    run = runs.open_run(tmp_path / "run")
    second = runs.resume(run, dataset=BARS)
    assert (second.updates, second.epoch, second.settings) == (stop, first.epoch, first.settings)
    assert second.timeline.steps == first.timeline.steps
    for _ in range(20 - stop):
        second.step()
        if second.epoch_ended:
            second.evaluate()
    assert second.drain() == second.history.train[stop:]
    assert same(weights(whole), weights(second))
    for kind in ("train", "held_out"):
        expected, got = getattr(whole.history, kind), getattr(second.history, kind)
        assert [(p.step, p.epoch, p.loss, p.accuracy) for p in got] == [
            (p.step, p.epoch, p.loss, p.accuracy) for p in expected
        ]
    assert second.timeline.steps == whole.timeline.steps
    for ours, theirs in zip(second.timeline.moments, whole.timeline.moments, strict=True):
        assert same(dict(ours.weights), dict(theirs.weights))
    assert second.finished == whole.finished
    second.rewind()
    whole.rewind()
    assert same(weights(whole), weights(second))


def test_what_lies_in_the_folder(tmp_path: Path) -> None:
    one = trained()
    runs.save(one, tmp_path, folder="/my/pictures")
    names = sorted(path.name for path in tmp_path.iterdir())
    assert names == [
        "checkpoint.safetensors",
        "metrics.jsonl",
        "run.json",
        "standing",
        "timeline",
        "weights.safetensors",
    ]
    assert same(load_file(tmp_path / "weights.safetensors"), weights(one))
    description = json.loads((tmp_path / "run.json").read_text())
    assert description["settings"]["seed"] == 6
    assert description["progress"]["step"] == 11
    assert description["dataset"]["mean"] == list(BARS.mean)
    lines = [json.loads(line) for line in (tmp_path / "metrics.jsonl").read_text().splitlines()]
    assert [line["kind"] for line in lines] == ["train"] * 8 + ["held_out"] + ["train"] * 3
    assert len(list((tmp_path / "timeline").iterdir())) == len(one.timeline.steps)
    run = runs.open_run(tmp_path)
    assert (run.folder, run.classes, run.picture_shape) == ("/my/pictures", BARS.classes, (1, 28, 28))


def test_saving_again_writes_over_and_drops_what_is_gone(tmp_path: Path) -> None:
    one = trained()
    runs.save(one, tmp_path)
    before = {path.name: path.stat().st_mtime_ns for path in (tmp_path / "timeline").iterdir()}
    one.rewind()
    one.tune(Tune(learning_rate=0.02))
    steps(one, 2)
    runs.save(one, tmp_path)
    after = {path.name: path.stat().st_mtime_ns for path in (tmp_path / "timeline").iterdir()}
    assert sorted(name[:8] for name in after) == ["00000000", "00000001", "00000002"]
    assert len(before.keys() & after.keys()) == 1  # step 0 is the same and was not written again
    assert all(before[name] == after[name] for name in before.keys() & after.keys())
    assert runs.open_run(tmp_path).settings.learning_rate == 0.02
    resumed = runs.resume(runs.open_run(tmp_path), dataset=BARS)
    steps(resumed, 1)
    runs.save(resumed, tmp_path)
    assert runs.summary(tmp_path).step == 3


def test_another_run_is_not_written_over(tmp_path: Path) -> None:
    runs.save(trained(1), tmp_path)
    before = contents(tmp_path)
    with pytest.raises(runs.RunError, match="already holds another run: choose another folder"):
        runs.save(trained(2), tmp_path)
    with pytest.raises(runs.RunError, match="already holds a run: resume it"):
        runs.prepare(tmp_path)
    assert contents(tmp_path) == before


@pytest.mark.parametrize("failing", range(1, 6))
def test_a_save_cut_short_leaves_the_one_before(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, failing: int) -> None:
    """The disk fills up at the n-th file: what is there can be opened, and is the save before or this one."""
    one = trained(3, timeline_budget=600_000)
    runs.save(one, tmp_path)
    old = weights(one)
    steps(one, 4)
    written = 0
    real = os.replace

    def write(path: Path, content: bytes, *, sync: bool = True) -> None:
        nonlocal written
        written += 1
        if written == failing:
            raise files.FileError(f"{path} cannot be written: {files.told(OSError(errno.ENOSPC, 'No space'), path)}")
        path.parent.mkdir(parents=True, exist_ok=True)
        path.with_suffix(".part").write_bytes(content)
        real(path.with_suffix(".part"), path)

    monkeypatch.setattr(files, "write_file", write)
    monkeypatch.setattr(writing, "write_file", write)
    with pytest.raises(runs.RunError, match="the disk is full"):
        runs.save(one, tmp_path)
    resumed = runs.resume(runs.open_run(tmp_path), dataset=BARS)
    assert resumed.updates in (3, 7)
    assert same(weights(resumed), old if resumed.updates == 3 else weights(one))
    assert [point.step for point in resumed.history.train] == list(range(1, resumed.updates + 1))
    monkeypatch.undo()
    runs.save(one, tmp_path)
    assert same(load_file(tmp_path / "weights.safetensors"), weights(one))


def test_a_full_disk_leaves_no_half_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "a" / "file"
    files.write_file(path, b"old")

    def full(_: int) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(files.FileError, match="the disk is full; make room"):
        files.write_file(path, b"new")
    assert contents(tmp_path) == {"a/file": b"old"}


def test_no_permission(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise PermissionError(errno.EACCES, "Permission denied")

    one = trained(1)
    monkeypatch.setattr(Path, "mkdir", refuse)
    with pytest.raises(runs.RunError, match="no permission; choose another folder"):
        runs.save(one, tmp_path / "new")
    with pytest.raises(runs.RunError, match=r"no run can be saved in .*no permission"):
        runs.prepare(tmp_path / "new")


def test_a_file_where_a_folder_should_be(tmp_path: Path) -> None:
    (tmp_path / "taken").write_text("x")
    for use in (runs.prepare, lambda path: runs.save(trained(1), path)):
        with pytest.raises(runs.RunError, match="is a file, not a folder"):
            use(tmp_path / "taken" / "run")


def test_prepare_leaves_nothing_but_the_folder(tmp_path: Path) -> None:
    runs.prepare(tmp_path / "a" / "b")
    assert list((tmp_path / "a" / "b").iterdir()) == []


def test_missing_and_broken_files_are_named(tmp_path: Path) -> None:
    with pytest.raises(runs.RunError, match=r"there is no folder .*nowhere"):
        runs.open_run(tmp_path / "nowhere")
    with pytest.raises(runs.RunError, match=r"holds no run: it has no run\.json"):
        runs.open_run(tmp_path)
    one = trained(2)
    for name in ("run.json", "checkpoint.safetensors", "metrics.jsonl", "timeline/*"):
        for damage in ("missing", "cut", "rubbish"):
            directory = tmp_path / f"{name.partition('.')[0].partition('/')[0]}-{damage}"
            one.identity = f"{name} {damage}"
            runs.save(one, directory)
            path = sorted(directory.glob(name))[0]
            data = path.read_bytes()
            path.unlink()
            if damage != "missing":
                path.write_bytes(data[: len(data) // 2 - 7] if damage == "cut" else b"\xff\xfe rubbish")
            with pytest.raises(runs.RunError, match=path.name):
                runs.open_run(directory)


def test_other_formats_and_versions(tmp_path: Path) -> None:
    runs.save(trained(1), tmp_path)
    path = tmp_path / "run.json"
    description = json.loads(path.read_text())
    path.write_text(json.dumps(description | {"version": 2}))
    with pytest.raises(runs.RunError, match="version 2 of the format, and this Receptive reads version 1"):
        runs.open_run(tmp_path)
    path.write_text("[1]")
    with pytest.raises(runs.RunError, match="does not describe a run of Receptive"):
        runs.open_run(tmp_path)


def test_other_networks_and_datasets_are_refused(tmp_path: Path) -> None:
    runs.save(trained(1), tmp_path)
    run = runs.open_run(tmp_path)
    with pytest.raises(runs.RunError, match="Bars has 50 of 1x28x28 in 10, or other classes: it is another dataset"):
        runs.resume(run, dataset=bars(train=50))
    with pytest.raises(runs.RunError, match="cannot be resumed: these weights are of another network"):
        runs.resume(run, dataset=BARS, module=networks.build("mlp"))


def test_a_module_of_ones_own(tmp_path: Path) -> None:
    make = lambda: torch.nn.Sequential(torch.nn.Flatten(), torch.nn.Linear(784, 10))  # noqa: E731
    one = trainer("mine.py:Net", module=make())
    steps(one, 3)
    runs.save(one, tmp_path)
    run = runs.open_run(tmp_path)
    with pytest.raises(runs.RunError, match=r'no network "mine\.py:Net"'):
        runs.resume(run, dataset=BARS)
    assert same(weights(runs.resume(run, dataset=BARS, module=make())), weights(one))


def test_runs_are_listed_last_saved_first(tmp_path: Path) -> None:
    assert runs.find(tmp_path / "nowhere") == ()
    for name in ("b", "a"):
        runs.save(trained(9), tmp_path / name)
    (tmp_path / "broken").mkdir()
    (tmp_path / "broken" / "run.json").write_text("{")
    (tmp_path / "other").mkdir()
    found = runs.find(tmp_path)
    assert [one.directory.name for one in found] == ["a", "b", "broken"]
    first = found[0]
    assert first.settings is not None
    assert (first.settings.network, first.step, first.dataset_title) == ("lenet-relu", 9, "Bars")
    assert first.test_accuracy is not None
    assert 0 <= first.test_accuracy <= 1
    assert first.problem == ""
    assert "run.json is broken" in found[-1].problem
    code = (
        "import sys; from pathlib import Path; from engine import runs;"
        "assert len(runs.find(Path(sys.argv[1]))) == 3; assert 'torch' not in sys.modules"
    )
    subprocess.run([sys.executable, "-c", code, str(tmp_path)], check=True)


def test_a_loss_that_is_no_number_is_null_in_the_files(tmp_path: Path) -> None:
    one = trained(2)
    one.load_weights({key: value * math.nan for key, value in one.module.state_dict().items()})
    one.evaluate()
    runs.save(one, tmp_path)
    lines = (tmp_path / "metrics.jsonl").read_text().splitlines()
    assert json.loads(lines[-1], parse_constant=pytest.fail)["loss"] is None
    assert runs.summary(tmp_path).test_loss is None
    assert math.isnan(runs.open_run(tmp_path).history.held_out[-1].loss)
