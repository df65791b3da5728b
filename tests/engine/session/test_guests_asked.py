"""What is not trained here is asked all the same: modules of the user's own, and runs that are followed."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
import torch
from torch import Tensor, nn

from engine import watch
from engine.messages import (
    AskInsight,
    Failed,
    Insight,
    InsightFailed,
    Noticed,
    Open,
    Sample,
    SwitchedOff,
    SwitchOff,
    Watch,
)
from engine.messages.insight import (
    Answer,
    AskDistribution,
    AskExplanation,
    AskField,
    AskGradient,
    AskMaximization,
    AskProjection,
    AskStrongest,
    Distribution,
    EffectiveField,
    Explanation,
    MapGradient,
    Maximization,
    Method,
    Projection,
    Question,
    Strongest,
)
from engine.messages.modules import Follow, OpenModule
from engine.networks.opening import open_module
from engine.session import Session
from tests.engine.session.conftest import Viewer, write_mnist

SOURCE = """
import torch
from torch import nn

class Three(nn.Module):
    "A classifier of something else than the data that are open."
    def __init__(self):
        super().__init__()
        self.conv, self.pool = nn.Conv2d(3, 4, 5, stride=2), nn.AdaptiveAvgPool2d(4)
        self.output = nn.Linear(64, 3)

    def forward(self, x):
        return self.output(self.pool(self.conv(x).relu()).flatten(1))

class Exact(Three):
    def __init__(self):
        super().__init__()
        self.double()

class Alone(Three):
    def forward(self, x):
        if len(x) != 1:
            raise ValueError("one at a time")
        return super().forward(x)

class Auto(nn.Module):
    "An autoencoder: no classes."
    def __init__(self):
        super().__init__()
        self.down, self.up = nn.Conv2d(3, 6, 4, 4), nn.ConvTranspose2d(6, 3, 4, 4)

    def forward(self, x):
        return self.up(self.down(x).relu()).sigmoid()

class Flat(nn.Module):
    "What takes a vector."
    def __init__(self):
        super().__init__()
        self.hidden, self.output = nn.Linear(784, 5), nn.Linear(5, 2)

    def forward(self, x):
        return self.output(self.hidden(x).tanh())

class Cut(Three):
    def forward(self, x):
        with torch.no_grad():
            return super().forward(x)

class Aside(Three):
    "Its last step is nothing that a sample has made."
    def forward(self, x):
        return {"maps": self.conv(x), "mean": x.mean()}

class Beside(Three):
    "Its last step does without the convolution."
    def forward(self, x):
        return {"maps": self.conv(x), "logits": self.output(self.pool(x)[:, 0].repeat(1, 2, 2).flatten(1))}

class Stops(Three):
    def forward(self, x):
        return super().forward(x) @ torch.zeros(7, 7)

class Words(nn.Module):
    def __init__(self):
        super().__init__()
        self.table, self.output = nn.Embedding(20, 4), nn.Linear(4, 2)

    def forward(self, x):
        return self.output(self.table(x).mean(1))

class Two(nn.Module):
    def __init__(self):
        super().__init__()
        self.left, self.right = nn.Linear(16, 4), nn.Linear(16, 4)

    def forward(self, a, b):
        return self.left(a) + self.right(b)
"""


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("asked")
    write_mnist(root, samples=64, test_samples=40)
    (root / "own.py").write_text(SOURCE)
    return root


@pytest.fixture
def viewer(files: Path, tmp_path: Path) -> Iterator[Viewer]:
    session = Session(data_root=files, runs_root=tmp_path / "runs")
    made = Viewer(session)
    session.start()
    yield made
    assert session.close(30)


def show(viewer: Viewer, files: Path, name: str, node: str, shape: tuple[int, ...] = (3, 64, 64)) -> Sample:
    """Open a module of the file; the sample that it is shown with first."""
    reference = f"{files / 'own.py'}:{name}"
    base = Open(network=reference, dataset="mnist", device="cpu", download=False)
    viewer.session.send(OpenModule(reference, "", base, input_shapes=(shape,) if shape else ()))
    viewer.session.send(Watch((node,)))
    return viewer.snapshot(lambda one: node in one.maps).sample


_requests = itertools.count()


def ask(viewer: Viewer, question: Question) -> Answer | str:
    """The answer, or why there is none."""
    request = next(_requests)
    viewer.session.send(AskInsight(question, request))
    found: list[Answer | str] = []

    def answered() -> bool:
        found.extend(one.answer for one in viewer.kinds(Insight) if one.request == request and one.finished)
        found.extend(one.message for one in viewer.kinds(InsightFailed) if one.request == request)
        return bool(found)

    viewer.until(answered)
    return found[0]


def module_of(files: Path, name: str) -> nn.Module:
    return open_module(f"{files / 'own.py'}:{name}", seed=0).eval()


def test_everything_is_answered_of_a_classifier_that_cannot_be_trained_here(viewer: Viewer, files: Path) -> None:
    show(viewer, files, "Three", "conv")
    spread = ask(viewer, AskDistribution("conv", 1))
    assert isinstance(spread, Distribution)
    assert spread.samples >= 8
    assert spread.gradients is not None
    assert spread.weight_gradients is not None
    strongest = ask(viewer, AskStrongest("conv", 2, count=3))
    assert isinstance(strongest, Strongest)
    assert strongest.pictures.shape == (3, 3, 64, 64)
    assert (np.diff(strongest.values) <= 0).all()
    field = ask(viewer, AskField("conv", 0, 10, 12))
    assert isinstance(field, EffectiveField)
    rows, columns = np.nonzero(field.values)
    assert (rows.min(), rows.max(), columns.min(), columns.max()) == (20, 24, 24, 28)
    projected = ask(viewer, AskProjection("conv", 3))
    assert isinstance(projected, Projection)
    weight = module_of(files, "Three").get_parameter("conv.weight")
    np.testing.assert_allclose(projected.values, weight[3].detach(), rtol=1e-5)
    for method in Method:
        why = ask(viewer, AskExplanation(method, target=2, node="conv"))
        assert isinstance(why, Explanation), why
        assert why.values.shape == (64, 64)
        assert why.target == 2
        if why.expected is not None:
            assert why.total == pytest.approx(why.expected, abs=1e-3)
    slope = ask(viewer, AskGradient("conv", 1, target=1, row=4, column=5))
    assert isinstance(slope, MapGradient)
    assert slope.values[4, 5] == pytest.approx(slope.nudged, rel=1e-3, abs=1e-9)
    painted = ask(viewer, AskMaximization("conv", 1, steps=4))
    assert isinstance(painted, Maximization)
    assert painted.picture.shape == (3, 64, 64)
    assert painted.value > painted.start


def test_maps_are_switched_off_and_on_again(viewer: Viewer, files: Path) -> None:
    show(viewer, files, "Three", "conv")
    before = viewer.snapshot(lambda one: one.maps["conv"].values()[1].round(1).any())
    viewer.session.send(SwitchOff("conv", (1,)))
    assert dict(viewer.event(SwitchedOff).maps) == {"conv": (1,)}
    after = viewer.snapshot(lambda one: not one.maps["conv"].values()[1].round(1).any())
    assert not np.allclose(after.logits, before.logits)
    spread = ask(viewer, AskDistribution("conv", 1))
    assert isinstance(spread, Distribution)
    assert spread.activations.map_zero == 1.0
    viewer.session.send(SwitchOff(""))
    viewer.snapshot(lambda one: one.serial > after.serial and np.allclose(one.logits, before.logits))


def test_without_classes_the_strongest_output_is_explained(viewer: Viewer, files: Path) -> None:
    sample = show(viewer, files, "Auto", "down")
    why = ask(viewer, AskExplanation(Method.SALIENCY))
    assert isinstance(why, Explanation)
    _, row, column = np.unravel_index(why.target, (3, 64, 64))
    rows, columns = np.nonzero(why.values)  # a cell comes from one window of 4x4
    assert {int(one) // 4 for one in rows} == {row // 4}
    assert {int(one) // 4 for one in columns} == {column // 4}
    assert sample.picture.shape == (3, 64, 64)
    chosen = int(np.ravel_multi_index((1, 9, 33), (3, 64, 64)))
    told = ask(viewer, AskExplanation(Method.OCCLUSION, chosen))
    assert isinstance(told, Explanation)
    assert told.target == chosen
    spread = ask(viewer, AskDistribution("down", 0))
    assert isinstance(spread, Distribution)
    assert spread.gradients is None  # no label, no loss
    assert spread.weight_gradients is None
    assert spread.weights is not None
    assert isinstance(ask(viewer, AskGradient("down", 0, chosen)), MapGradient)


@pytest.mark.parametrize("name", ["Exact", "Alone"])
def test_float64_and_one_at_a_time_make_no_difference(viewer: Viewer, files: Path, name: str) -> None:
    show(viewer, files, name, "conv")
    assert isinstance(ask(viewer, AskMaximization("conv", 0, steps=2)), Maximization)
    why = ask(viewer, AskExplanation(Method.INTEGRATED_GRADIENTS, 1))
    assert isinstance(why, Explanation)
    assert why.total == pytest.approx(why.expected, abs=1e-3)
    assert isinstance(ask(viewer, AskDistribution("conv", 0)), Distribution)


def test_of_a_vector_is_told_what_needs_no_picture(viewer: Viewer, files: Path) -> None:
    show(viewer, files, "Flat", "hidden", (784,))
    assert isinstance(ask(viewer, AskDistribution("hidden", 1)), Distribution)
    strongest = ask(viewer, AskStrongest("hidden", 1))
    assert isinstance(strongest, Strongest)
    assert (strongest.fields == (0, 27, 0, 27)).all()  # it is drawn as a square, and all of it counts
    assert isinstance(ask(viewer, AskGradient("hidden", 1)), MapGradient)
    for question in (AskField("hidden", 0), AskExplanation(Method.SALIENCY), AskMaximization("hidden", 0)):
        assert "picture" in str(ask(viewer, question))


@pytest.mark.parametrize(
    ("name", "node", "shape", "said"),
    [
        ("Stops", "conv", (3, 64, 64), "stops on its way"),
        ("Words", "table", (16,), "indices"),
        ("Two", "left", (), "2 inputs"),
    ],
)
def test_what_nobody_can_be_asked_says_why(
    viewer: Viewer, files: Path, name: str, node: str, shape: tuple[int, ...], said: str
) -> None:
    show(viewer, files, name, node, shape)
    assert said in str(ask(viewer, AskStrongest(node, 0)))
    viewer.session.send(SwitchOff(node, (0,)))
    assert said in viewer.event(Noticed, lambda one: "Not known" in one.message).message


def test_an_output_that_is_cut_off_says_so(viewer: Viewer, files: Path) -> None:
    show(viewer, files, "Cut", "conv")
    assert "cuts them off" in str(ask(viewer, AskExplanation(Method.SALIENCY)))
    assert isinstance(ask(viewer, AskExplanation(Method.OCCLUSION)), Explanation)
    assert isinstance(ask(viewer, AskDistribution("conv", 0)), Distribution)
    slope = ask(viewer, AskGradient("input", 0))
    assert isinstance(slope, MapGradient)
    assert not slope.values.any()


def test_a_last_step_of_another_kind_says_so(viewer: Viewer, files: Path) -> None:
    show(viewer, files, "Aside", "conv")
    assert "whole batch" in str(ask(viewer, AskExplanation(Method.SALIENCY)))
    assert isinstance(ask(viewer, AskDistribution("conv", 0)), Distribution)
    assert isinstance(ask(viewer, AskStrongest("conv", 0)), Strongest)
    show(viewer, files, "Beside", "conv")
    assert isinstance(ask(viewer, AskExplanation(Method.SALIENCY)), Explanation)
    assert "not by way of that layer" in str(ask(viewer, AskExplanation(Method.GRAD_CAM, node="conv")))
    assert viewer.kinds(Failed) == []


class Small(nn.Module):
    def __init__(self) -> None:
        super().__init__()
        self.conv, self.output = nn.Conv2d(1, 3, 5), nn.Linear(3 * 8 * 8, 10)

    def forward(self, x: Tensor) -> Tensor:
        logits: Tensor = self.output(torch.relu(self.conv(x)).flatten(1))
        return logits


class Times(Small):
    """Not rebuilt: it multiplies."""

    def forward(self, x: Tensor) -> Tensor:
        return super().forward(x * 2.0)


def followed(viewer: Viewer, where: Path, net: nn.Module) -> None:
    """Follow the one step that a script has made with a network."""
    with watch(net, run=where, window=False) as seen:
        given = torch.rand(6, 1, 12, 12, generator=torch.Generator().manual_seed(1))
        logits = net(given)
        seen.step(logits.sum().detach(), logits, torch.arange(6))
    viewer.session.send(Follow(str(where)))
    viewer.session.send(Watch(("conv",)))
    viewer.snapshot(lambda one: "conv" in one.maps)


def test_a_followed_run_is_asked_as_its_rebuilt_network(viewer: Viewer, tmp_path: Path) -> None:
    torch.manual_seed(3)
    net = Small().eval()
    followed(viewer, tmp_path / "run", net)
    shot = viewer.snapshot(lambda one: True)
    given = torch.rand(6, 1, 12, 12, generator=torch.Generator().manual_seed(1))[shot.sample.index][None]
    given.requires_grad_()
    net(given)[0, 4].backward()
    why = ask(viewer, AskExplanation(Method.SALIENCY, 4))
    assert isinstance(why, Explanation)
    assert given.grad is not None
    np.testing.assert_allclose(why.values, given.grad[0, 0].abs(), rtol=1e-4, atol=1e-7)
    assert isinstance(ask(viewer, AskExplanation(Method.GRAD_CAM, 4, "conv")), Explanation)
    spread = ask(viewer, AskDistribution("conv", 2))
    assert isinstance(spread, Distribution)
    assert spread.weight_gradients is not None
    slope = ask(viewer, AskGradient("conv", 1, target=1, row=4, column=5))
    assert isinstance(slope, MapGradient)
    assert slope.values[4, 5] == pytest.approx(slope.nudged, rel=1e-3, abs=1e-9)
    assert isinstance(ask(viewer, AskMaximization("conv", 0, steps=2)), Maximization)
    assert isinstance(ask(viewer, AskStrongest("conv", 0)), Strongest)
    viewer.session.send(SwitchOff("conv", (1,)))
    assert dict(viewer.event(SwitchedOff).maps) == {"conv": (1,)}
    viewer.snapshot(lambda one: not one.maps["conv"].values()[1].round(1).any())


def test_a_run_that_cannot_be_rebuilt_says_so(viewer: Viewer, tmp_path: Path) -> None:
    followed(viewer, tmp_path / "run", Times().eval())
    assert "graph and weights alone" in str(ask(viewer, AskStrongest("conv", 0)))
