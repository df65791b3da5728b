"""Modules that are hard to open, look at or train: what is made of each, and what is said where nothing can be."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
import torch

from engine.messages import Failed, Noticed, Open, Opened, TrainPoint, TrainSteps, Watch
from engine.messages.modules import ModuleShown, OpenModule
from engine.networks.errors import NetworkError
from engine.networks.inputs import AskShapeError, complete, fit
from engine.networks.opening import open_module
from engine.networks.outline import outline
from engine.session import Session
from tests.engine.session.conftest import Viewer, write_mnist

NETS = Path(__file__).parent / "stranger" / "nets.py"
COMPILED, COMPILED_METHOD = (f"{NETS.with_name('compiled.py')}:{one}" for one in ("wrapped", "method"))

pytestmark = pytest.mark.filterwarnings("ignore:`torch.jit:DeprecationWarning", "ignore::FutureWarning")


@pytest.fixture(scope="module")
def viewer(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Viewer]:
    root = tmp_path_factory.mktemp("data")
    write_mnist(root, samples=128, test_samples=40)
    session = Session(data_root=root, runs_root=root / "runs")
    made = Viewer(session)
    session.start()
    yield made
    assert session.close(30)


def opened(viewer: Viewer, name: str) -> tuple[Opened, ModuleShown]:
    viewer.seen.clear()
    viewer.snapshots.clear()
    reference = name if ":" in name else f"{NETS}:{name}"
    viewer.session.send(OpenModule(reference, "", Open(reference, "mnist", device="cpu", download=False)))
    viewer.until(lambda: viewer.kinds(ModuleShown) or viewer.kinds(Failed))
    assert not viewer.kinds(Failed), viewer.kinds(Failed)[0].details
    found = viewer.event(Opened)
    viewer.session.send(Watch(tuple(node.name for node in found.graph.nodes)))
    return found, viewer.event(ModuleShown)


@pytest.mark.parametrize("name", ["Viewed", "Lazy", "Rows", "Magnitudes", "Base", COMPILED, COMPILED_METHOD])
def test_what_looks_hard_is_trained(viewer: Viewer, name: str) -> None:
    found, shown = opened(viewer, name)
    assert (shown.untrained, shown.stopped) == ("", "")
    before = len(viewer.points)
    viewer.session.send(TrainSteps(2))
    viewer.until(lambda: len(viewer.points) >= before + 2 or viewer.kinds(Failed))
    assert not viewer.kinds(Failed), viewer.kinds(Failed)[0].details
    assert [point.step for point in viewer.points[before:] if isinstance(point, TrainPoint)] == [1, 2]
    nodes = {node.name for node in found.graph.nodes}
    viewer.snapshot(lambda one: nodes <= set(one.maps) and one.step == 2)


@pytest.mark.parametrize(
    ("name", "why"),
    [
        ("Half", "Half computes in float16; what is trained here computes in float32"),
        ("Complex", "Complex takes 16"),
        ("Cut", "cuts its result off from its parameters"),
        ("Single", "takes one sample at a time, not a batch"),
        ("Extra", "keeps other things than tensors in its state_dict"),
        ("Exits", "stopped in forward(), with an input of 1x28x28: SystemExit: 3"),
        ("Unmoved", "this is never evaluated"),
    ],
)
def test_what_cannot_be_trained_is_looked_at_and_says_why(viewer: Viewer, name: str, why: str) -> None:
    found, shown = opened(viewer, name)
    assert why in shown.untrained
    nodes = {node.name for node in found.graph.nodes}
    viewer.snapshot(lambda one: nodes <= set(one.maps))


def test_a_softmax_of_its_own_is_told(viewer: Viewer) -> None:
    found, shown = opened(viewer, "Probable")
    assert not shown.untrained
    assert "ends in a softmax of its own" in viewer.event(Noticed).message
    last = found.graph.nodes[-1].name
    viewer.session.send(Watch((last,), focus=last))
    snapshot = viewer.snapshot(lambda one: one.focus is not None)
    assert snapshot.focus is not None
    np.testing.assert_allclose(snapshot.focus.output, snapshot.probabilities, atol=1e-6)  # not twice the softmax


def test_what_a_file_sets_for_all_of_torch_is_put_back() -> None:
    path = list(sys.path)
    made = open_module(f"{NETS}:Base")
    assert (torch.get_default_dtype(), torch.get_default_device().type) == (torch.float32, "cpu")
    assert torch.is_grad_enabled()
    assert sys.path == path
    assert "pytest" in sys.argv[0]
    assert all(one.device.type == "cpu" and one.abs().sum() > 0 for one in made.parameters())  # they were on "meta"


def test_a_neighbour_in_a_package_is_read_anew(tmp_path: Path) -> None:
    for folder in ("project", "project/parts"):
        (tmp_path / folder).mkdir()
    (tmp_path / "project/parts/sizes.py").write_text("WIDTH = 3\n")
    net = tmp_path / "project/net.py"
    net.write_text("from torch import nn\nfrom parts import sizes\nnet = nn.Linear(sizes.WIDTH, 2)\n")
    assert open_module(f"{net}:net").in_features == 3
    (tmp_path / "project/parts/sizes.py").write_text("WIDTH = 40\n")
    assert open_module(f"{net}:net").in_features == 40


def test_each_file_gets_the_neighbour_that_lies_beside_it(tmp_path: Path) -> None:
    for folder, width in (("one", 3), ("two", 4)):
        (tmp_path / folder).mkdir()
        (tmp_path / folder / "widths.py").write_text(f"WIDTH = {width}\n")
        net = tmp_path / folder / "net.py"
        net.write_text("from torch import nn\nfrom widths import WIDTH\nnet = nn.Linear(WIDTH, 2)\n")
        assert open_module(f"{net}:net").in_features == width


def test_a_package_of_the_same_name_as_ours_is_told(tmp_path: Path) -> None:
    (tmp_path / "net.py").write_text("from engine import train_one_epoch\n")
    with pytest.raises(NetworkError, match="engine is Receptive's own here: give yours another name"):
        open_module(f"{tmp_path / 'net.py'}:Net")


def test_lazy_layers_ask_for_a_shape_that_they_do_not_learn() -> None:
    lazy = open_module(f"{NETS}:Lazy")
    with pytest.raises(AskShapeError, match="do not learn their sizes from 5"):
        complete(lazy, shapes=((5,),))
    complete(lazy, shapes=((1, 12, 12),))
    assert fit(lazy, name="x", title="Lazy", shapes=((1, 12, 12),)).heard.stopped is None


def test_torchscript_is_refused_in_words(tmp_path: Path) -> None:
    net = tmp_path / "net.py"
    net.write_text("import torch\nnet = torch.jit.script(torch.nn.Linear(2, 2))\n")
    with pytest.raises(NetworkError, match="net is TorchScript, which cannot be looked into"):
        open_module(f"{net}:net")


def test_objects_are_found_behind_what_is_done_with_them(tmp_path: Path) -> None:
    net = tmp_path / "net.py"
    net.write_text(
        "from torch import nn\nimport torch\nclass Net(nn.Module): ...\n"
        "a = Net().to('cpu').eval()\nb = torch.compile(Net())\nloss = nn.CrossEntropyLoss()\nc = print(Net())\n"
    )
    assert [one.name for one in outline(net).candidates if one.kind == "object"] == ["a", "b"]


def test_a_forward_without_an_end_is_stopped(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("engine.graph.listener._MOST_NODES", 400)
    found = fit(open_module(f"{NETS}:Endless"), name="x", title="Endless")
    assert found.heard.stopped == "has run 400 operations and does not come to its end"
    assert len(found.heard.graph.nodes) == 300
