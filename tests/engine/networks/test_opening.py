"""Modules of somebody's own: read as text first, run as agreed, opened whatever they do."""

from __future__ import annotations

import contextlib
import hashlib
import io
import sys
import zipfile
from pathlib import Path

import pytest
import torch
from safetensors.torch import save_file
from torch import nn

from engine import networks
from engine.messages import Operation
from engine.messages.modules import LiteralError, Parameter, literal, shapes
from engine.networks.inputs import AskShapeError, fit
from engine.networks.opening import imported_beside, open_module
from engine.networks.outline import outline
from engine.networks.programs import program_examples
from engine.networks.tensors_file import carry_over, load_state, read_state

STRANGE = Path(__file__).with_name("strange.py")
MNIST = ((1, 28, 28),)

# Class, the input that is found where digits are the data, and whether it gets to the end.
ZOO = [
    ("Plain", (1, 28, 28), True),
    ("GivesTuple", (1, 28, 28), True),
    ("GivesDict", (1, 28, 28), True),
    ("Branches", (1, 28, 28), True),
    ("Shares", (1, 28, 28), True),
    ("NoParameters", (1, 28, 28), True),
    ("InPlace", (1, 28, 28), True),
    ("Loop", (1, 28, 28), True),
    ("Stars", (1, 28, 28), True),
    ("Normed", (1, 28, 28), True),
    ("Residual", (1, 28, 28), True),
    ("Reads", (16,), True),
    ("LstmAlone", (16, 6), True),
    ("Half", (1, 28, 28), True),
    ("Vectors", (784,), True),
    ("Counts", (1, 28, 28), True),
    ("made", (1, 28, 28), True),
    ("Raises", (1, 28, 28), False),
    ("Unfinished", (1, 28, 28), False),
]


@pytest.mark.parametrize(("name", "shape", "whole"), ZOO, ids=[one[0] for one in ZOO])
def test_strange_modules_are_drawn_as_far_as_they_go(name: str, shape: tuple[int, ...], whole: bool) -> None:
    module = open_module(f"{STRANGE}:{name}")
    before = {key: value.clone() for key, value in module.state_dict().items()}
    modes = [part.training for part in module.modules()]
    found = fit(module, name=name, title=name, first=MNIST)
    assert found.shapes == (shape,)
    assert (found.heard.stopped is None) is whole
    graph = found.heard.graph
    assert graph.nodes[0].operation is Operation.INPUT
    assert graph.input_shape == shape
    assert len(graph.nodes) > 1
    names = {node.name for node in graph.nodes}
    assert all(source in names for node in graph.nodes for source in node.inputs)
    assert {node.name for node in graph.nodes} <= set(found.heard.outputs)
    assert [part.training for part in module.modules()] == modes
    assert all(torch.equal(before[key], value) for key, value in module.state_dict().items())
    assert not any(part._forward_hooks or part._forward_pre_hooks for part in module.modules())


def test_what_stopped_a_module_is_said_with_its_place() -> None:
    raises = fit(open_module(f"{STRANGE}:Raises"), name="r", title="Raises", first=MNIST)
    assert "in fc (Linear)" in str(raises.heard.stopped)
    assert raises.heard.graph.notes == (raises.heard.stopped,)
    unfinished = fit(open_module(f"{STRANGE}:Unfinished"), name="u", title="Unfinished", first=MNIST)
    assert "NotImplementedError: the head is still to be written" in str(unfinished.heard.stopped)
    assert [node.name for node in unfinished.heard.graph.nodes] == ["input", "conv"]


def test_outputs_are_what_each_node_gave_although_later_ones_write_in_place() -> None:
    module = open_module(f"{STRANGE}:InPlace")
    found = fit(module, name="i", title="i", first=MNIST)
    outputs = found.heard.outputs
    assert float(outputs["conv"].min()) < 0
    assert torch.equal(outputs["mul"], outputs["conv"] * 0.5)
    assert torch.equal(outputs["act"], (outputs["mul"] + 1).relu())


def test_shared_layers_count_once_and_are_drawn_each_time() -> None:
    graph = fit(open_module(f"{STRANGE}:Shares"), name="s", title="s", first=MNIST).heard.graph
    convolutions = [node for node in graph.nodes if node.operation is Operation.CONV2D]
    assert [node.name for node in convolutions] == ["first", "conv", "conv_2", "conv_3"]
    assert [node.parameters for node in convolutions] == [40, 148, 0, 0]


def test_several_inputs_are_nodes_of_their_own() -> None:
    module = open_module(f"{STRANGE}:TwoInputs")
    found = fit(module, name="t", title="t")
    assert found.shapes == ((16,), (4,))
    assert [node.name for node in found.heard.graph.nodes][:2] == ["input", "input_2"]
    assert found.heard.graph["add"].inputs == ("left", "right")
    assert fit(module, name="t", title="t", shapes=((16,), (4,))).heard.stopped is None


def test_a_shape_that_cannot_be_guessed_is_asked_for_with_what_was_tried(tmp_path: Path) -> None:
    (tmp_path / "odd.py").write_text(
        "from torch import nn\nclass Odd(nn.Module):\n"
        "    def __init__(self):\n        super().__init__()\n        self.conv = nn.Conv2d(5, 3, 3)\n"
        "        self.fc = nn.Linear(3 * 11 * 15, 2)\n"
        "    def forward(self, x):\n        return self.fc(self.conv(x).flatten(1))\n"
    )
    module = open_module(str(tmp_path / "odd.py"))
    with pytest.raises(AskShapeError, match=r"5x224x224.*stopped in fc"):
        fit(module, name="o", title="Odd")
    assert fit(module, name="o", title="Odd", shapes=((5, 13, 17),)).heard.stopped is None
    wrong = fit(module, name="o", title="Odd", shapes=((5, 9, 9),))
    assert wrong.heard.stopped is not None
    assert [node.name for node in wrong.heard.graph.nodes] == ["input", "conv", "flatten"]


def test_arguments_and_seeds() -> None:
    with pytest.raises(networks.NetworkError, match="needs arguments that have no default: classes"):
        open_module(f"{STRANGE}:Photographs")
    module = open_module(f"{STRANGE}:Photographs", arguments={"classes": 7})
    assert fit(module, name="p", title="p").shapes == ((3, 224, 224),)
    assert module(torch.zeros(1, 3, 64, 64)).shape == (1, 7)
    factory = open_module(f"{STRANGE}:wide", arguments={"width": 5, "bias": False})
    assert factory[1].bias is None  # type: ignore[index]
    first, second, other = (open_module(f"{STRANGE}:Plain", seed=seed).state_dict() for seed in (1, 1, 2))
    assert all(torch.equal(first[key], second[key]) for key in first)
    assert any(not torch.equal(first[key], other[key]) for key in first)


def test_outline_reads_what_is_in_a_file_without_running_it(tmp_path: Path) -> None:
    found = outline(STRANGE)
    assert found.problem == ""
    assert found.digest == hashlib.sha256(STRANGE.read_bytes()).hexdigest()
    by_name = {one.name: one for one in found.candidates}
    assert set(by_name) >= {name for name, *_ in ZOO} | {"Photographs", "wide"}
    assert by_name["Photographs"].needed == (Parameter("classes", "int", None),)
    assert by_name["wide"].parameters == (
        Parameter("width", "", None),
        Parameter("depth", "int", "2"),
        Parameter("bias", "bool", "True"),
    )
    assert by_name["made"].kind == "object"
    marker = tmp_path / "ran"
    (tmp_path / "evil.py").write_text(
        f"open({str(marker)!r}, 'w').close()\nfrom torch import nn\nnet = nn.Linear(1, 1)\n"
    )
    assert [one.name for one in outline(tmp_path / "evil.py").candidates] == ["net"]
    assert not marker.exists()


def test_outline_offers_the_whole_network_before_its_parts(tmp_path: Path) -> None:
    (tmp_path / "net.py").write_text(
        "import torch.nn as nn\nclass Block(nn.Module):\n    pass\n"
        "class Net(nn.Module):\n    def __init__(self):\n        self.a = Block()\nclass Head(Block):\n    pass\n"
    )
    assert next(one.name for one in outline(tmp_path / "net.py").candidates) in ("Net", "Head")
    assert outline(tmp_path / "net.py").candidates[-1].name == "Block"


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("def broken(:\n", "net.py, line 1: invalid syntax."),
        ("\0", "net.py"),
    ],
)
def test_outline_says_what_is_wrong_with_a_file(tmp_path: Path, content: str, said: str) -> None:
    (tmp_path / "net.py").write_text(content)
    assert said in outline(tmp_path / "net.py").problem
    assert "no file" in outline(tmp_path / "nothing.py").problem
    (tmp_path / "net.txt").write_text("x")
    assert "neither a Python file" in outline(tmp_path / "net.txt").problem


def test_errors_of_a_file_are_one_line_with_the_place(tmp_path: Path) -> None:
    path = tmp_path / "net.py"
    for source, said in (
        ("import nothing_of_this_name\n", "ModuleNotFoundError"),
        ("x = 1\ny = x / 0\n", "ZeroDivisionError: division by zero (line 2)"),
        ("raise SystemExit\n", "ends the program"),
        ("def f(:\n", "line 1"),
        ("class A: pass\n", "there is no nn.Module class in it"),
    ):
        path.write_text(source)
        with pytest.raises(networks.NetworkError, match=said.replace("(", r"\(").replace(")", r"\)")):
            open_module(str(path))
    path.write_text("from torch import nn\nclass N(nn.Module):\n    def __init__(self):\n        raise KeyError('k')\n")
    with pytest.raises(networks.NetworkError, match=r"cannot be made: KeyError: 'k' \(line 4\)"):
        open_module(f"{path}:N")
    path.write_text("def f():\n    return 3\n")
    with pytest.raises(networks.NetworkError, match=r"gives a int, not an nn\.Module"):
        open_module(f"{path}:f")


def test_only_the_content_that_was_agreed_to_is_run(tmp_path: Path) -> None:
    path, marker = tmp_path / "net.py", tmp_path / "ran"
    path.write_text("from torch import nn\nnet = nn.Linear(1, 1)\n")
    digest = outline(path).digest
    assert isinstance(open_module(f"{path}:net", digest=digest), nn.Linear)
    path.write_text(f"open({str(marker)!r}, 'w').close()\nfrom torch import nn\nnet = nn.Linear(1, 1)\n")
    with pytest.raises(networks.NetworkError, match="has changed since you agreed"):
        open_module(f"{path}:net", digest=digest)
    assert not marker.exists()


def test_an_edit_within_the_same_second_is_seen_and_so_are_those_beside_it(tmp_path: Path) -> None:
    (tmp_path / "beside_it.py").write_text("SIZE = 3\n")
    path = tmp_path / "net.py"
    path.write_text("from torch import nn\nfrom beside_it import SIZE\nnet = nn.Linear(SIZE, 1)\n")
    assert open_module(f"{path}:net").in_features == 3
    (tmp_path / "beside_it.py").write_text("SIZE = 4\nX = 1\n")
    path.write_text("from torch import nn\nfrom beside_it import SIZE\nnet = nn.Linear(SIZE, 2)\n")
    again = open_module(f"{path}:net")
    assert (again.in_features, again.out_features) == (4, 2)
    assert str(tmp_path) not in sys.path
    assert not list(tmp_path.glob("__pycache__/net*"))


def test_what_a_file_imports_from_its_folder_is_known_and_read_anew(tmp_path: Path) -> None:
    sibling = tmp_path / "sizes_here.py"
    sibling.write_text("SIZE = 3\n")
    (tmp_path / "parts_here").mkdir()
    (tmp_path / "parts_here" / "__init__.py").write_text("")
    (tmp_path / "parts_here" / "more.py").write_text("import json\nBIAS = True\n")
    path = tmp_path / "net.py"
    path.write_text(
        "from torch import nn\nfrom sizes_here import SIZE\nfrom parts_here.more import BIAS\n"
        "net = nn.Linear(SIZE, 1, bias=BIAS)\n"
    )
    assert imported_beside(path) == ()
    assert open_module(f"{path}:net").in_features == 3
    inside = [tmp_path / "parts_here" / name for name in ("__init__.py", "more.py")]
    assert imported_beside(path) == tuple(sorted(map(str, [sibling, *inside])))
    sibling.write_text("SIZE = 4\n")  # as long, within the same second
    assert open_module(f"{path}:net").in_features == 4
    assert str(sibling) in imported_beside(path)


def test_literals_are_values_and_nothing_that_is_computed() -> None:
    assert literal("3", Parameter("n", "int")) == 3
    assert literal("(3, 3)", Parameter("kernel")) == (3, 3)
    assert literal("same", Parameter("padding", "str", "'valid'")) == "same"
    assert literal("None", Parameter("n", "int | None")) is None
    for text, parameter in (
        ("__import__('os')", Parameter("n", "int")),
        ("2 ** 9 ** 9", Parameter("n")),
        ("0.5", Parameter("n", "int")),
        ("True", Parameter("n", "int")),
        ("1", Parameter("b", "bool")),
        ("", Parameter("n")),
    ):
        with pytest.raises(LiteralError, match=parameter.name):
            literal(text, parameter)
    assert shapes("3x32x32, 10") == ((3, 32, 32), (10,))
    assert shapes("1×28×28") == ((1, 28, 28),)
    for text in ("", "3x", "axb", "0x3", "3x-1"):
        with pytest.raises(LiteralError):
            shapes(text)


def test_weights_come_from_files_of_tensors_alone(tmp_path: Path) -> None:
    source = open_module(f"{STRANGE}:Plain", seed=5)
    save_file(dict(source.state_dict()), tmp_path / "a.safetensors")
    torch.save(
        {"epoch": 3, "model": {f"module.{key}": value for key, value in source.state_dict().items()}}, tmp_path / "b.pt"
    )
    for name in ("a.safetensors", "b.pt"):
        module = open_module(f"{STRANGE}:Plain")
        load_state(module, read_state(tmp_path / name), source=name)
        assert all(torch.equal(value, module.state_dict()[key]) for key, value in source.state_dict().items())
    other = open_module(f"{STRANGE}:Plain", arguments={"width": 5})
    with pytest.raises(networks.NetworkError, match=r"0.weight is 4x1x3x3, the network's 5x1x3x3"):
        load_state(other, read_state(tmp_path / "a.safetensors"), source="a.safetensors")
    with pytest.raises(networks.NetworkError, match=r"missing: left\.weight"):
        load_state(open_module(f"{STRANGE}:TwoInputs"), read_state(tmp_path / "a.safetensors"), source="a")
    torch.save(nn.Linear(2, 2), tmp_path / "pickle.pt")
    with pytest.raises(networks.NetworkError, match="without running code"):
        read_state(tmp_path / "pickle.pt")
    (tmp_path / "junk.pt").write_bytes(b"junk")
    with pytest.raises(networks.NetworkError):
        read_state(tmp_path / "junk.pt")
    with pytest.raises(networks.NetworkError, match="no file"):
        read_state(tmp_path / "nothing.pt")


def test_carrying_over_takes_what_fits() -> None:
    before = open_module(f"{STRANGE}:Plain", seed=3).state_dict()
    wider = open_module(f"{STRANGE}:wide", arguments={"width": 6})
    assert carry_over(wider, before)[0] == 0
    same = open_module(f"{STRANGE}:Plain")
    assert carry_over(same, {**before, "3.bias": torch.zeros(3)}) == (3, 4, ["3.bias"])
    assert torch.equal(same.state_dict()["0.weight"], before["0.weight"])


@pytest.fixture(scope="module")
def program(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("program") / "net.pt2"
    with contextlib.suppress(ImportError):  # torch shows its progress by it where it is there, with a thread that stays
        import tqdm

        tqdm.tqdm.monitor_interval = 0
    module = open_module(f"{STRANGE}:Residual").eval()
    torch.export.save(torch.export.export(module, (torch.zeros(1, 1, 28, 28),)), path)
    return path


def test_an_exported_program_opens_with_its_names_and_shapes(program: Path) -> None:
    assert networks.is_file_reference(str(program))
    module = open_module(str(program))
    assert [shape for shape, _ in program_examples(module)] == [(1, 1, 28, 28)]
    found = fit(module, name="p", title="p", first=((3, 32, 32),))
    assert found.shapes == MNIST
    graph = found.heard.graph
    assert found.heard.stopped is None
    assert [node.operation for node in graph.nodes if node.parameters] == [
        Operation.CONV2D,
        Operation.CONV2D,
        Operation.LINEAR,
    ]
    assert graph.parameters == sum(one.numel() for one in open_module(f"{STRANGE}:Residual").parameters())
    assert module.eval() is module
    assert module.train() is module


def test_a_program_is_refused_where_it_would_be_unpickled(program: Path, tmp_path: Path) -> None:
    class Bomb:
        def __reduce__(self) -> tuple[object, tuple[str, ...]]:
            return open, (str(tmp_path / "ran"), "w")

    buffer = io.BytesIO()
    torch.save(Bomb(), buffer)
    for replaced in ("sample_inputs", "weights/"):
        changed = tmp_path / "changed.pt2"
        with zipfile.ZipFile(program) as old, zipfile.ZipFile(changed, "w") as new:
            names = [name for name in old.namelist() if replaced in name and not name.endswith(".json")]
            assert names
            for name in old.namelist():
                new.writestr(name, buffer.getvalue() if name in names else old.read(name))
        with contextlib.suppress(networks.NetworkError):  # what the restricted reader refuses, or can do without
            open_module(str(changed))
        assert not (tmp_path / "ran").exists()
    (tmp_path / "junk.pt2").write_bytes(b"junk")
    with pytest.raises(networks.NetworkError, match="no archive"):
        open_module(str(tmp_path / "junk.pt2"))
    with zipfile.ZipFile(tmp_path / "custom.pt2", "w") as archive:
        archive.writestr("custom/data/constants/custom_obj_0", b"x")
    with pytest.raises(networks.NetworkError, match="only unpickling"):
        open_module(str(tmp_path / "custom.pt2"))
