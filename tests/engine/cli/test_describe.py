"""`python -m engine datasets | networks | describe`: lists, tables, JSON and mistakes."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from engine import datasets, networks
from tests.engine.cli.conftest import Call


def test_lists(call: Call) -> None:
    for command, names in (
        ("networks", [entry.name for entry in networks.catalogue()]),
        ("datasets", [entry.name for entry in datasets.catalogue()]),
    ):
        as_json = json.loads(call(command, "--json").out)
        assert [entry["name"] for entry in as_json] == names
        assert all(entry["title"] and entry["summary"] for entry in as_json)
        text = call(command).out.splitlines()
        assert text[0].split()[:2] == ["name", "title"]
        assert [line.split()[0] for line in text[2:]] == names


def test_the_module_runs_as_a_program(call: Call) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "engine", "describe", "lenet", "--input", "1x28x28", "--json"],
        capture_output=True,
        text=True,
        check=True,
    )
    described = json.loads(done.stdout)
    assert done.stderr == ""
    rows = {node["name"]: node for node in described["nodes"]}
    assert rows["conv2"]["operation"] == "conv2d"
    assert rows["conv2"]["output_shape"] == [16, 10, 10]
    assert (rows["conv2"]["parameters"], rows["conv2"]["multiply_adds"]) == (2416, 240_000)
    assert ["pool1", "conv2"] in described["edges"]
    assert sum(node["parameters"] for node in described["nodes"]) == 61_706
    failed = subprocess.run([sys.executable, "-m", "engine"], capture_output=True, text=True)
    assert (failed.returncode, failed.stdout) == (2, "")
    wrong = call("describe", "nothing")
    assert (wrong.status, wrong.out) == (2, "")
    assert wrong.err.startswith('there is no network "nothing"')


def test_a_table(call: Call) -> None:
    text = call("describe", "lenet").out
    assert text.splitlines()[0] == "LeNet (lenet)"
    assert text.splitlines()[2].split() == ["name", "operation", "output", "parameters", "multiply-adds"]
    assert "conv1    conv2d       6x28x28         156        117,600" in text
    assert text.splitlines()[-1].split() == ["total", "61,706", "416,520"]


def test_a_network_for_another_input(call: Call) -> None:
    nodes = json.loads(call("describe", "lenet", "--input", "3x32x32", "--json").out)["nodes"]
    assert nodes[0]["output_shape"] == [3, 32, 32]
    assert nodes[1]["parameters"] == 6 * 3 * 25 + 6


FILE = """
import torch
from torch import nn
import sys
print("printed on import")

class Residual(nn.Module):
    def __init__(self, channels=4):
        super().__init__()
        self.conv = nn.Conv2d(3, channels, 3, padding=1)
        self.skip = nn.Conv2d(3, channels, 1)
    def forward(self, x):
        print("printed in forward")
        return torch.relu(self.conv(x) + self.skip(x))

class Needs(nn.Module):
    def __init__(self, width, height=3):
        super().__init__()

class Odd(nn.Module):
    def __init__(self):
        raise OSError("no luck\\nsecond line")

class Fails(nn.Module):
    def forward(self, x):
        return x @ torch.zeros(7, 7)

def make(hidden=5):
    return nn.Sequential(nn.Linear(9, hidden), nn.Tanh())

def number():
    return 3

ready = nn.Sequential(nn.Conv1d(2, 3, 3))
text = "text"
"""


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "my nets.py"
    path.write_text(FILE)
    return path


def test_a_file_of_ones_own(call: Call, file: Path) -> None:
    result = call("describe", f"{file}:Residual", "--input", "3x8x8", "--json")
    assert result.status == 0
    graph = json.loads(result.out)  # what the file prints is elsewhere
    assert "printed on import\nprinted in forward\n" in result.err
    assert [(node["name"], node["operation"]) for node in graph["nodes"]] == [
        *(("input", "input"), ("conv", "conv2d"), ("skip", "conv2d"), ("add", "add"), ("relu", "relu")),
    ]
    assert graph["edges"] == [["input", "conv"], ["input", "skip"], ["conv", "add"], ["skip", "add"], ["add", "relu"]]
    text = call("describe", f"{file}:Residual", "--input", "3 x 8 x 8").out
    assert "from conv, skip" in text


@pytest.mark.parametrize(
    ("name", "shape"),
    [("Residual", [3, 32, 32]), ("make", [9]), ("ready", [2, 128])],
    ids=["class", "function", "object"],
)
def test_the_input_is_guessed_where_it_can_be(call: Call, file: Path, name: str, shape: list[int]) -> None:
    graph = json.loads(call("describe", f"{file}:{name}", "--json").out)
    assert graph["nodes"][0]["output_shape"] == shape
    assert graph["notes"] == [f"the input {'x'.join(map(str, shape))} was guessed; --input says otherwise"]


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["lenet", "--input", "3y3"], '"3y3" is no shape: give sizes with x between them'),
        (["lenet", "--input", "3x0x3"], "is no shape"),
        (["lenet", "--input", "784"], "lenet takes pictures: channels x height x width, not 784"),
        (["lenet", "--input", "1x4x4"], "lenet needs pictures of at least 12x12 pixels"),
        (["nope.py:Net"], "there is no file nope.py"),
        (["{file}:Missing"], "there is no Missing in"),
        (["{file}"], "say which module"),
        (["{file}:Needs"], "needs arguments that have no default: width"),
        (["{file}:Odd"], "cannot be made: OSError: no luck"),
        (["{file}:number"], "gives a int, not an nn.Module"),
        (["{file}:text"], "neither an nn.Module nor a function"),
        (["lenet", "--input", "1x28x28", "--input", "3"], "lenet takes one input, not 2"),
        ([], "the following arguments are required"),
    ],
)
def test_mistakes_are_one_line_and_status_2(call: Call, file: Path, arguments: list[str], message: str) -> None:
    result = call("describe", *(argument.replace("{file}", str(file)) for argument in arguments))
    assert (result.status, result.out) == (2, "")
    *printed, last = result.err.splitlines()
    assert message in last
    assert all(line.startswith("printed") for line in printed)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["{file}:Fails", "--input", "3"], "stopped in forward(), with an input of 3:"),
        (["{file}:Residual", "--input", "1x8x8"], "stopped in conv (Conv2d), with an input of 1x8x8"),
    ],
)
def test_what_stops_is_described_as_far_as_it_goes(call: Call, file: Path, arguments: list[str], message: str) -> None:
    result = call("describe", *(argument.replace("{file}", str(file)) for argument in arguments), "--json")
    assert result.status == 2
    assert message in result.err.splitlines()[-1]
    assert json.loads(result.out)["nodes"][0]["operation"] == "input"


def test_several_inputs_and_sizes_that_only_some_suit(call: Call, tmp_path: Path) -> None:
    net = tmp_path / "net.py"
    net.write_text(
        "from torch import nn\n"
        "class Two(nn.Module):\n"
        "    def __init__(self):\n"
        "        super().__init__()\n"
        "        self.conv = nn.Conv2d(3, 4, 8, 8)\n"
        "        self.fc = nn.Linear(64, 2)\n"
        "    def forward(self, a, b):\n"
        "        return self.fc((self.conv(a) - self.conv(b)).flatten(1))\n",
        encoding="utf-8",
    )
    nodes = json.loads(call("describe", f"{net}:Two", "--json").out)["nodes"]
    assert [node["output_shape"] for node in nodes if node["operation"] == "input"] == [[3, 32, 32]] * 2
    said = call("describe", f"{net}:Two", "--input", "3x32x32", "--input", "3x32x32")
    assert (said.status, "guessed" in said.out) == (0, False)


def test_files_that_cannot_be_imported(call: Call, tmp_path: Path) -> None:
    for code, message in (
        ("def broken(:\n", "line 1: invalid syntax"),
        ("import no_such_package_here\n", "ModuleNotFoundError: No module named 'no_such_package_here'"),
        ("raise SystemExit(0)\n", "ends the program when it is imported"),
        ("x = 1\n", "there is no nn.Module class in it"),
    ):
        (tmp_path / "net.py").write_text(code)
        result = call("describe", f"{tmp_path / 'net.py'}:Net", "--input", "3")
        assert result.status == 2
        assert message in result.err
        assert len(result.err.splitlines()) == 1


def test_no_command_and_help(call: Call) -> None:
    result = call()
    assert (result.status, len(result.err.splitlines())) == (2, 1)
    with pytest.raises(SystemExit) as left:
        call("--help")
    assert left.value.code == 0
