"""Modules of somebody's own in a session: looked at whatever they are, trained where that is possible."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
import torch
from safetensors.torch import save_file

from engine.messages import (
    Failed,
    LookBack,
    Noticed,
    Open,
    Opened,
    OpenRun,
    Quantity,
    RunSaved,
    SaveRun,
    ShowPicture,
    Status,
    StatusChanged,
    TrainPoint,
    TrainSteps,
    Watch,
)
from engine.messages.modules import Follow, ModuleAsks, ModuleShown, OpenModule
from engine.networks.opening import open_module
from engine.networks.outline import outline
from engine.session import Session
from tests.engine.session.conftest import Viewer, write_mnist

STRANGE = Path(__file__).with_name("strange.py")


def asked(reference: str, **more: object) -> OpenModule:
    base = Open(network=reference, dataset="mnist", device="cpu", download=False)
    return OpenModule(reference, "", base, **more)  # type: ignore[arg-type]


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("data")
    write_mnist(root, samples=128, test_samples=40)
    return root


@pytest.fixture
def viewer(data: Path, tmp_path: Path) -> Iterator[Viewer]:
    session = Session(data_root=data, runs_root=tmp_path / "runs")
    made = Viewer(session)
    session.start()
    yield made
    assert session.close(30)


def opened(viewer: Viewer, command: OpenModule) -> tuple[Opened, ModuleShown]:
    viewer.session.send(command)
    found = viewer.event(Opened)
    viewer.session.send(Watch(tuple(node.name for node in found.graph.nodes)))
    return found, viewer.event(ModuleShown)


def test_what_classifies_pictures_is_trained_like_a_network_of_the_catalogue(viewer: Viewer) -> None:
    for name in ("Plain", "Branches", "Shares", "InPlace", "Loop", "Stars", "Normed", "Residual", "Counts"):
        found, shown = opened(viewer, asked(f"{STRANGE}:{name}"))
        assert (shown.untrained, shown.stopped) == ("", ""), name
        assert found.settings.network == f"{STRANGE}:{name}"
        assert found.graph.nodes[-1].name == "softmax"
        before = len(viewer.points)
        viewer.session.send(TrainSteps(2))
        viewer.until(lambda before=before: len(viewer.points) >= before + 2)
        points = [point for point in viewer.points[before:] if isinstance(point, TrainPoint)]
        assert [point.step for point in points] == [1, 2]
        viewer.event(StatusChanged, lambda event: event.status is Status.PAUSED)
    assert not viewer.kinds(Failed)


@pytest.mark.parametrize(
    ("name", "why"),
    [
        ("GivesTuple", "gives a tuple, not a tensor of (batch, classes)"),
        ("GivesDict", "gives a dictionary"),
        ("NoParameters", "has no parameters to train"),
        ("TwoInputs", "takes 2 inputs"),
        ("Reads", "takes indices, not pictures"),
        ("LstmAlone", "gives a tuple"),
        ("Vectors", "begin forward() with x = x.flatten(1)"),
        ("Raises", "stopped in fc (Linear)"),
        ("Unfinished", "the head is still to be written"),
    ],
)
def test_what_cannot_be_trained_is_shown_and_says_why(viewer: Viewer, name: str, why: str) -> None:
    found, shown = opened(viewer, asked(f"{STRANGE}:{name}"))
    assert why in shown.untrained
    assert bool(shown.stopped) is (name in ("Raises", "Unfinished"))
    nodes = {node.name for node in found.graph.nodes}
    snapshot = viewer.snapshot(lambda one: nodes <= set(one.maps))
    assert snapshot.sample.picture.shape == found.dataset.picture_shape
    viewer.session.send(TrainSteps(1))
    assert why.split(",")[0] in viewer.event(Noticed).message
    viewer.session.send(LookBack(None))
    viewer.session.send(ShowPicture(np.full(found.dataset.picture_shape, 200, np.uint8), split="drawing", request=5))
    viewer.snapshot(lambda one: one.request == 5)
    assert not viewer.kinds(Failed)


def test_photographs_are_looked_at_with_the_pictures_that_are_there(viewer: Viewer) -> None:
    found, shown = opened(viewer, asked(f"{STRANGE}:Photographs", arguments=(("classes", 10),)))
    assert found.dataset.picture_shape == (3, 224, 224)
    assert found.dataset.title == "MNIST, resized"
    assert "takes 3x224x224, but MNIST has pictures of 1x28x28" in shown.untrained
    assert viewer.snapshot(lambda one: "output" in one.maps).sample.label == 0
    viewer.session.send(Watch(("input", "output"), quantity=Quantity.GRADIENTS))
    viewer.snapshot(lambda one: one.quantity is Quantity.GRADIENTS and "input" in one.maps)


def test_precision_other_than_float32_is_shown(viewer: Viewer) -> None:
    _, shown = opened(viewer, asked(f"{STRANGE}:Half"))
    assert viewer.snapshot(lambda one: "fc" in one.maps).logits.shape == (10,)
    assert shown.untrained


def test_the_shape_is_asked_for_and_then_taken(viewer: Viewer, tmp_path: Path) -> None:
    path = tmp_path / "odd.py"
    path.write_text(
        "from torch import nn\nclass Odd(nn.Module):\n    def __init__(self):\n        super().__init__()\n"
        "        self.conv = nn.Conv2d(5, 3, 3)\n        self.fc = nn.Linear(3 * 11 * 15, 2)\n"
        "    def forward(self, x):\n        return self.fc(self.conv(x).flatten(1))\n"
    )
    viewer.session.send(asked(f"{path}:Odd"))
    question = viewer.event(ModuleAsks)
    assert "takes none of" in question.problem
    found, shown = opened(viewer, asked(f"{path}:Odd", input_shapes=((5, 13, 17),)))
    assert found.graph.input_shape == (5, 13, 17)
    assert shown.stopped == ""
    _, wrong = opened(viewer, asked(f"{path}:Odd", input_shapes=((5, 9, 9),)))
    assert "stopped in fc (Linear)" in wrong.stopped


def test_a_saved_edit_keeps_the_weights_that_fit(viewer: Viewer, tmp_path: Path) -> None:
    path = tmp_path / "net.py"
    source = (
        "from torch import nn\nclass Net(nn.Sequential):\n    def __init__(self):\n"
        "        super().__init__(nn.Flatten(), nn.Linear(784, 8), nn.ReLU(), nn.Linear(8, {last}))\n"
    )
    path.write_text(source.format(last=10))
    opened(viewer, asked(f"{path}:Net"))
    viewer.session.send(TrainSteps(3))
    viewer.until(lambda: len(viewer.points) >= 3)
    viewer.event(StatusChanged, lambda event: event.status is Status.PAUSED)
    trained = viewer.snapshot(lambda one: one.step == 3)
    path.write_text(source.format(last=10) + "\n# a word more\n")
    _, shown = opened(viewer, asked(f"{path}:Net", reload=True))
    assert (shown.carried, shown.tensors) == (4, 4)
    assert "weights stay as they were" in viewer.event(Noticed).message
    again = viewer.snapshot(lambda one: one.step == 0 and one.serial > trained.serial)
    assert np.allclose(again.logits, trained.logits, atol=1e-5)
    path.write_text(source.format(last=12))
    _, shown = opened(viewer, asked(f"{path}:Net", reload=True))
    assert (shown.carried, shown.tensors) == (2, 4)
    assert "2 of 4 tensors carried over; 3.weight, 3.bias start anew" in viewer.event(Noticed).message
    path.write_text("def broken(:\n")
    viewer.session.send(asked(f"{path}:Net", reload=True))
    failed = viewer.event(Failed)
    assert failed.title == "The module could not be opened"
    assert "line 1" in failed.message
    viewer.session.send(TrainSteps(1))  # what was there is still there
    viewer.until(lambda: viewer.points[-1].step == 1)


def test_weights_and_what_is_wrong_with_them(viewer: Viewer, tmp_path: Path) -> None:
    module = open_module(f"{STRANGE}:Plain", seed=9)
    save_file(dict(module.state_dict()), tmp_path / "w.safetensors")
    opened(viewer, asked(f"{STRANGE}:Plain", weights=str(tmp_path / "w.safetensors")))
    viewer.session.send(Watch(("3",), focus="0"))
    snapshot = viewer.snapshot(lambda one: one.focus is not None)
    assert snapshot.focus is not None
    with torch.no_grad():
        logits = module.eval()(torch.tensor(snapshot.focus.inputs[0])[None]).numpy()[0]
    assert np.allclose(logits, snapshot.logits, atol=1e-4)
    viewer.session.send(asked(f"{STRANGE}:Loop", weights=str(tmp_path / "w.safetensors")))
    assert "of another network" in viewer.event(Failed).message


def test_neither_an_open_nor_another_content_runs_code(viewer: Viewer, tmp_path: Path) -> None:
    marker, path = tmp_path / "ran", tmp_path / "net.py"
    path.write_text(f"open({str(marker)!r}, 'w').close()\nfrom torch import nn\nnet = nn.Linear(784, 10)\n")
    viewer.session.send(Open(network=f"{path}:net", dataset="mnist", device="cpu", download=False))
    assert "no network" in viewer.event(Failed).message
    agreed = outline(path).digest
    path.write_text(path.read_text() + "# something else\n")
    base = Open(network=f"{path}:net", dataset="mnist", device="cpu", download=False)
    viewer.session.send(OpenModule(f"{path}:net", agreed, base))
    assert "has changed since you agreed" in viewer.event(Failed).message
    assert not marker.exists()


def test_data_that_are_not_here_leave_a_network_to_look_at(viewer: Viewer) -> None:
    base = Open(network="x", dataset="cifar-10", device="cpu", download=False)
    viewer.session.send(OpenModule(f"{STRANGE}:Plain", "", base))
    found = viewer.event(Opened)
    assert "data are not on this machine" in viewer.event(ModuleShown).untrained
    assert found.dataset.title == "Random numbers"


def test_runs_of_a_module_are_saved_followed_and_taken_up_again(viewer: Viewer, tmp_path: Path) -> None:
    reference = f"{STRANGE}:Normed"
    opened(viewer, asked(reference))
    viewer.session.send(TrainSteps(2))
    viewer.until(lambda: len(viewer.points) >= 2)
    viewer.session.send(SaveRun())
    directory = Path(viewer.event(RunSaved).path)
    assert directory.parent == tmp_path / "runs"
    assert directory.name.endswith("-strange.py-Normed-mnist")
    viewer.session.send(OpenRun(str(directory)))
    assert viewer.event(Opened).settings.network == reference
    viewer.session.send(TrainSteps(1))
    viewer.until(lambda: viewer.points[-1].step == 3)
    viewer.session.send(Open("mlp", "mnist", device="cpu", download=False))
    viewer.event(Opened)
    viewer.session.send(OpenRun(str(directory)))
    assert "which is code: open that module, then this run" in viewer.event(Failed).message
    viewer.session.send(Follow(str(directory)))
    followed = viewer.event(Opened)
    assert followed.graph.title == "Normed"
    viewer.session.send(Watch(("conv", "norm")))
    assert {"conv", "norm"} <= set(viewer.snapshot(lambda one: "norm" in one.maps).maps)
