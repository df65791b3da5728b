"""`python -m engine train`: its lines, its runs, its mistakes."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from safetensors.torch import load_file

from engine import runs
from tests.engine.cli.conftest import Call
from tests.engine.training.helpers import same

KEYS = ["epoch", "train_loss", "train_accuracy", "test_loss", "test_accuracy", "samples_per_second"]


def small(data_root: Path, *more: object) -> list[object]:
    return ["train", "--network", "lenet-relu", "--dataset", "mnist", "--data-root", data_root, *more]


def test_one_line_an_epoch_for_programs(call: Call, data_root: Path) -> None:
    result = call(*small(data_root, "--epochs", 3, "--batch-size", 32, "--json"))
    assert (result.status, result.err) == (0, "")
    lines = [json.loads(line) for line in result.out.splitlines()]
    assert [list(line) for line in lines] == [KEYS] * 3
    assert [line["epoch"] for line in lines] == [1, 2, 3]
    assert lines[-1]["train_loss"] < lines[0]["train_loss"]
    assert 0.5 < lines[-1]["test_accuracy"] <= 1
    assert all(line["samples_per_second"] > 0 for line in lines)


def test_a_table_for_people(call: Call, data_root: Path) -> None:
    result = call(*small(data_root, "--epochs", 2))
    lines = result.out.splitlines()
    assert lines[0].startswith("lenet-relu on MNIST, cpu, seed 0: learning rate 0.02, momentum 0.9")
    assert lines[1].split() == ["epoch", "train", "loss", "train", "acc.", "test", "loss", "test", "acc.", "samples/s"]
    assert [line.split()[0] for line in lines[2:]] == ["1", "2"]
    assert len({len(line) for line in lines[1:]}) == 1  # columns end below their titles


def test_runs_are_reproducible_and_resumed_to_the_bit(call: Call, data_root: Path, tmp_path: Path) -> None:
    options = ["--seed", 3, "--batch-size", 50, "--learning-rate", 0.05, "--json"]
    assert call(*small(data_root, *options, "--epochs", 3, "--run", tmp_path / "whole")).status == 0
    assert call(*small(data_root, *options, "--epochs", 1, "--run", tmp_path / "parts")).status == 0
    resumed = call("train", "--data-root", data_root, "--run", tmp_path / "parts", "--resume", "--epochs", 3, "--json")
    assert (resumed.status, resumed.err) == (0, "")
    assert [json.loads(line)["epoch"] for line in resumed.out.splitlines()] == [2, 3]
    whole, parts = (load_file(tmp_path / name / "weights.safetensors") for name in ("whole", "parts"))
    assert same(whole, parts)
    again = call("train", "--data-root", data_root, "--run", tmp_path / "parts", "--resume")
    assert (again.status, again.out) == (0, "")
    assert again.err == "The run has its 3 epochs already; ask for more with --epochs.\n"


def test_stopping_early(call: Call, data_root: Path, tmp_path: Path) -> None:
    result = call(*small(data_root, "--learning-rate", 0, "--patience", 2, "--run", tmp_path, "--json"))
    assert (result.status, len(result.out.splitlines())) == (0, 3)
    assert "Stopped early after epoch 3: for 2 epochs" in result.err
    assert runs.summary(tmp_path).epoch == 3


def test_a_module_of_ones_own(call: Call, data_root: Path, tmp_path: Path) -> None:
    (tmp_path / "parts.py").write_text("hidden = 12\n")
    (tmp_path / "mine.py").write_text(
        "from torch import nn\nimport parts\nprint('hello')\n"
        "def make(hidden=parts.hidden):\n"
        "    return nn.Sequential(nn.Flatten(), nn.Linear(784, hidden), nn.Dropout(0.2), nn.Linear(hidden, 10))\n"
    )
    arguments = ["train", "--network", f"{tmp_path / 'mine.py'}:make", "--dataset", "mnist", "--data-root", data_root]
    for name in ("a", "b"):
        result = call(*arguments, "--epochs", 2, "--run", tmp_path / name, "--json")
        assert result.status == 0
        assert len(result.out.splitlines()) == 2
    assert same(*(load_file(tmp_path / name / "weights.safetensors") for name in ("a", "b")))
    assert call("train", "--run", tmp_path / "a", "--resume", "--epochs", 3, "--data-root", data_root).status == 0


def test_ctrl_c_saves_and_says_how_to_go_on(data_root: Path, tmp_path: Path) -> None:
    command = [sys.executable, "-m", "engine", "train", "--network", "mlp", "--dataset", "fashion-mnist", "--json"]
    command += ["--data-root", str(data_root), "--epochs", "100000", "--run", str(tmp_path / "run")]
    environment = {**os.environ, "OMP_NUM_THREADS": "1"}
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=environment
    ) as process:
        assert process.stdout is not None
        assert json.loads(process.stdout.readline())["epoch"] == 1
        process.send_signal(signal.SIGINT)
        _, err = process.communicate(timeout=60)
    assert process.returncode == 130
    assert err.startswith("Interrupted after ")
    assert err.endswith(f"go on with --resume --run {tmp_path / 'run'}.\n")
    run = runs.open_run(tmp_path / "run")
    assert run.checkpoint.updates == run.history.train[-1].step > 0


def test_a_loss_that_is_no_number(call: Call, data_root: Path, tmp_path: Path) -> None:
    result = call(*small(data_root, "--learning-rate", 1e30, "--run", tmp_path / "run"))
    assert result.status == 2
    assert len(result.err.splitlines()) == 1
    assert "The loss became" in result.err
    assert "learning rate" in result.err
    assert runs.open_run(tmp_path / "run").checkpoint.updates > 0


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--network", "lennet"], 'no network "lennet"; there are: lenet, lenet-relu, '),
        (["--dataset", "mist"], 'no dataset "mist"; there are: digits, mnist'),
        (["--device", "abacus"], 'no device "abacus" here'),
        (["--epochs", "many"], "argument --epochs: invalid int value: 'many'"),
        (["--epochs", "-1"], "epochs must be 0 or more, not -1"),
        (["--batch-size", "0"], "a batch must have 1 sample or more, not 0"),
        (["--momentum", "1"], "momentum must be at least 0 and below 1, not 1.0"),
        (["--learning-rate", "nan"], "the learning rate must be 0 or more, not nan"),
        (["--seed", "-3"], "the seed must be 0 or more"),
        (["--resume"], "give --run DIR"),
        (["--resume", "--run", "/no/such/run"], "there is no folder /no/such/run"),
        (["--data-root", "/no/such/data", "--no-download"], "MNIST was not found"),
        (["--network", "/no/such.py:Net"], "there is no file /no/such.py"),
        (["--speed", "9"], "unrecognized arguments: --speed 9"),
    ],
)
def test_mistakes_are_one_line_and_status_2(call: Call, data_root: Path, arguments: list[str], message: str) -> None:
    result = call("train", "--dataset", "mnist", "--data-root", data_root, *arguments)
    assert (result.status, result.out) == (2, "")
    assert len(result.err.splitlines()) == 1
    assert message in result.err


def test_mistakes_about_runs(call: Call, data_root: Path, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("x")
    result = call(*small(data_root, "--run", tmp_path / "file" / "run"))
    assert result.status == 2
    assert "is a file, not a folder" in result.err
    assert call(*small(data_root, "--epochs", 1, "--run", tmp_path / "run")).status == 0
    result = call(*small(data_root, "--epochs", 1, "--run", tmp_path / "run"))
    assert result.status == 2
    assert "already holds a run: resume it, or choose another folder" in result.err
    result = call("train", "--network", "mlp", "--run", tmp_path / "run", "--resume", "--data-root", data_root)
    assert result.status == 2
    assert "has network lenet-relu, not mlp" in result.err
    (tmp_path / "run" / "checkpoint.safetensors").write_bytes(b"rubbish")
    result = call("train", "--run", tmp_path / "run", "--resume", "--data-root", data_root)
    assert result.status == 2
    assert "checkpoint.safetensors is broken" in result.err
    assert len(result.err.splitlines()) == 1


def test_a_module_that_does_not_fit_the_pictures(call: Call, data_root: Path, tmp_path: Path) -> None:
    (tmp_path / "net.py").write_text("from torch import nn\nclass Net(nn.Linear):\n    def __init__(self):\n")
    result = call("train", "--network", tmp_path / "net.py", "--dataset", "mnist", "--data-root", data_root)
    assert (result.status, len(result.err.splitlines())) == (2, 1)
    assert "line 3: expected an indented block" in result.err
    (tmp_path / "net.py").write_text("from torch import nn\nnet = nn.Sequential(nn.Flatten(), nn.Linear(10, 10))\n")
    result = call("train", "--network", f"{tmp_path}/net.py:net", "--dataset", "mnist", "--data-root", data_root)
    assert (result.status, len(result.err.splitlines())) == (2, 1)
    assert "cannot take the 1x28x28 pictures of MNIST" in result.err
