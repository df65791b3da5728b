"""Distributions, strongest samples, fields, projections, maximization, ablation: held against plain computations."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
import torch
import torch.nn.functional as F
from torch import nn

from engine.insight import InsightError, Material, switched
from engine.insight.distribution import distribution
from engine.insight.fields import effective_field, map_gradient
from engine.insight.maximization import maximization
from engine.insight.projection import projection
from engine.insight.spread import Spread
from engine.insight.strongest import strongest
from engine.messages.insight import (
    AskDistribution,
    AskField,
    AskGradient,
    AskMaximization,
    AskProjection,
    AskStrongest,
)
from tests.engine.insight.conftest import graph_of, last, subject_of

SHAPE = (1, 28, 28)


def _all(material: Material) -> torch.Tensor:
    return material.inputs(np.arange(len(material)))[0]


def test_histograms_hold_every_value(lenet: nn.Module, material: Material) -> None:
    found = last(distribution(subject_of(lenet, SHAPE), material, AskDistribution("act1", 2)))
    lenet.eval()
    with torch.no_grad():
        values = lenet.act1(lenet.conv1(_all(material)))
    assert found.samples == 40
    assert found.activations.layer.sum() == values.numel()
    assert found.activations.map.sum() == values[:, 2].numel()
    assert found.activations.zero == pytest.approx(float((values == 0).double().mean()), abs=1e-6)
    assert found.activations.map_zero == pytest.approx(float((values[:, 2] == 0).double().mean()), abs=1e-6)
    np.testing.assert_allclose(found.active, (values > 0).double().mean((0, 2, 3)).numpy(), atol=1e-6)
    # Inside the outermost bins the counts are NumPy's own.
    counts, _ = np.histogram(values.numpy().astype(np.float64), found.activations.edges.astype(np.float64))
    assert np.abs(counts[1:-1] - found.activations.layer[1:-1]).max() <= 2  # a value on an edge may fall either way


def test_gradients_are_those_of_each_samples_own_loss(lenet: nn.Module, material: Material) -> None:
    found = last(distribution(subject_of(lenet, SHAPE), material, AskDistribution("dense2", 5)))
    inputs, labels = material.inputs(np.arange(40))
    lenet.eval()
    values = lenet.dense2(lenet.act3(lenet.dense1(lenet.flatten(lenet.pool2(lenet.act2(lenet.conv2(lenet.pool1(
        lenet.act1(lenet.conv1(inputs))))))))))  # fmt: skip
    loss = F.cross_entropy(lenet.output(lenet.act4(values)), labels, reduction="sum")
    gradient, weight = torch.autograd.grad(loss, [values, lenet.dense2.weight])
    assert found.gradients is not None
    assert found.weights is not None
    assert found.weight_gradients is not None
    assert found.gradients.layer.sum() == gradient.numel()
    assert found.gradients.zero == pytest.approx(float((gradient == 0).double().mean()), abs=1e-6)
    inner = gradient.abs().max() * 1.0001
    assert found.gradients.edges[0] >= -2 * inner
    assert found.gradients.edges[-1] <= 2 * inner
    assert found.weights.layer.sum() == lenet.dense2.weight.numel()
    assert found.weights.map.sum() == 120
    assert found.weight_gradients.edges[-1] >= float((weight / 40).max()) * 0.5
    assert lenet.dense2.weight.grad is None


def test_the_loss_of_a_sample_without_a_label_is_that_of_the_predicted_class(
    lenet: nn.Module, material: Material
) -> None:
    with torch.no_grad():
        predicted = lenet.eval()(_all(material)).argmax(1).numpy()
    found, said = (
        last(distribution(subject_of(lenet, SHAPE), replace(material, labels=labels), AskDistribution("dense2", 5)))
        for labels in (np.full(40, -1), predicted)
    )
    np.testing.assert_array_equal(found.gradients.layer, said.gradients.layer)
    np.testing.assert_array_equal(found.gradients.edges, said.gradients.edges)


def test_dead_and_saturated_units_are_found(lenet: nn.Module, material: Material) -> None:
    with torch.no_grad():
        lenet.dense1.bias[7] = lenet.dense1.bias[100] = -1e4
    subject = subject_of(lenet, SHAPE)
    found = last(distribution(subject, material, AskDistribution("act3", 0)))
    assert found.dead is not None
    assert {7, 100} <= set(found.dead)
    assert found.active[7] == 0
    before = last(distribution(subject, material, AskDistribution("dense1", 0)))
    assert before.dead is not None
    assert {7, 100} <= set(before.dead)
    assert last(distribution(subject, material, AskDistribution("output", 0))).dead is None
    squashed = nn.Sequential(nn.Flatten(), nn.Linear(784, 6), nn.Sigmoid(), nn.Linear(6, 10))
    with torch.no_grad():
        squashed[1].weight *= 1e-3
        squashed[1].bias.copy_(torch.tensor([9.0, 0.0, -9.0, 0.1, 0.2, 0.3]))
    found = last(distribution(subject_of(squashed, SHAPE), material, AskDistribution("2", 1)))
    assert found.saturated == (0, 2)
    assert found.saturation == pytest.approx(1 / 3)


def test_a_spread_widens_without_losing_a_value() -> None:
    spread = Spread()
    rng = np.random.default_rng(1)
    batches = [rng.normal(size=500).astype(np.float32) * scale for scale in (1e-3, 1.0, 40.0)]
    for batch in batches:
        spread.add(torch.tensor(batch))
    assert spread.counts.sum() == spread.total == 1500
    assert spread.counts[2048:].sum() == sum(int((batch >= 0).sum()) for batch in batches)
    spread.add(torch.tensor([np.nan, np.inf, 0.0]))
    assert spread.total == 1501
    assert spread.zeros == 1


def test_strongest_samples_come_with_their_cell_and_field(lenet: nn.Module, material: Material) -> None:
    found = last(strongest(subject_of(lenet, SHAPE), material, AskStrongest("conv2", 4, count=5)))
    lenet.eval()
    with torch.no_grad():
        values = lenet.conv2(lenet.pool1(lenet.act1(lenet.conv1(_all(material)))))[:, 4].numpy()
    order = np.argsort(-values.reshape(40, -1).max(1), kind="stable")[:5]
    np.testing.assert_array_equal(found.indices, order)
    for place, index in enumerate(order):
        row, column = np.unravel_index(values[index].argmax(), (10, 10))
        assert tuple(found.cells[place]) == (row, column)
        assert found.values[place] == pytest.approx(values[index, row, column], rel=1e-5)
        top, bottom, left, right = found.fields[place]
        assert (top, left) == (max(2 * row - 2, 0), max(2 * column - 2, 0))  # 14 pixels: 5 of conv2, twice, and 4
        assert (bottom, right) == (min(2 * row + 11, 27), min(2 * column + 11, 27))
    np.testing.assert_array_equal(found.pictures, material.pictures[order])
    assert found.seen == 40


def test_an_effective_field_lies_inside_the_exact_one(lenet: nn.Module, material: Material) -> None:
    found = last(effective_field(subject_of(lenet, SHAPE), material, AskField("conv2", 1, 5, 5, samples=8)))
    inside = np.zeros((28, 28), bool)
    inside[8:22, 8:22] = True
    assert found.values[~inside].max() == 0
    assert found.values.max() == 1
    assert 0 < found.share <= 1
    assert found.size == pytest.approx(np.sqrt((found.values > 1 - 0.9545).sum()))
    conv = nn.Conv2d(1, 1, 3)
    exact = last(effective_field(subject_of(conv, SHAPE), material, AskField("conv2d", 0, 2, 3)))
    weight = conv.weight[0, 0].detach().abs().numpy()
    np.testing.assert_allclose(exact.values[2:5, 3:6], weight / weight.max(), rtol=1e-5)


def test_the_gradient_of_a_map_is_autograds(lenet: nn.Module, material: Material) -> None:
    picture = _all(material)[:1]
    found = map_gradient(subject_of(lenet, SHAPE), material, AskGradient("pool2", 3, 6), picture)
    lenet.eval()
    pooled = lenet.pool2(lenet.act2(lenet.conv2(lenet.pool1(lenet.act1(lenet.conv1(picture))))))
    logit = lenet.output(lenet.act4(lenet.dense2(lenet.act3(lenet.dense1(lenet.flatten(pooled))))))[0, 6]
    expected = torch.autograd.grad(logit, pooled)[0][0, 3]
    np.testing.assert_allclose(found.values, expected.numpy(), rtol=1e-4, atol=1e-7)


@pytest.mark.parametrize("node", ["input", "conv1", "conv2", "pool2", "dense1", "output"])
def test_a_gradient_is_checked_by_nudging_its_cell(lenet: nn.Module, material: Material, node: str) -> None:
    subject, picture = subject_of(lenet, SHAPE), _all(material)[:1]
    row, column = (2, 3) if len(subject.graph[node].output_shape) == 3 else (0, 0)
    map = 0 if node == "input" else 4
    found = map_gradient(subject, material, AskGradient(node, map, 4, row, column), picture)
    assert found.nudged == pytest.approx(float(found.values[row, column]), rel=1e-3, abs=1e-6)
    assert all(one.dtype == torch.float32 for one in lenet.parameters())


def test_a_gradient_is_not_checked_where_that_takes_long_or_the_map_is_off(
    lenet: nn.Module, material: Material
) -> None:
    picture, question = _all(material)[:1], AskGradient("conv2", 4, 4, 1, 1)
    off = subject_of(lenet, SHAPE, off={"conv2": (4,)})
    assert np.isnan(map_gradient(off, material, question, picture).nudged)
    subject = subject_of(lenet, SHAPE)
    subject.graph = replace(
        subject.graph, nodes=(*subject.graph.nodes[:-1], replace(subject.graph.nodes[-1], multiply_adds=10**12))
    )
    assert np.isnan(map_gradient(subject, material, question, picture).nudged)


def test_a_projection_of_linear_layers_is_their_composition() -> None:
    first, second = nn.Conv2d(1, 3, 3, bias=False), nn.Conv2d(3, 2, 3, bias=False)
    module = nn.Sequential(first, nn.ReLU(), second)
    found = projection(subject_of(module, (1, 11, 11)), AskProjection("2", 1))
    expected = np.zeros((5, 5), np.float32)
    for channel in range(3):
        a, b = first.weight[channel, 0].detach().numpy(), second.weight[1, channel].detach().numpy()
        for row in range(3):
            for column in range(3):
                expected[row : row + 3, column : column + 3] += b[row, column] * a
    np.testing.assert_allclose(found.values[0], expected, rtol=1e-4, atol=1e-6)
    assert found.through == ("0", "1", "2")
    assert found.passed == ("1",)
    assert not found.problem


def test_a_projection_says_why_there_is_none() -> None:
    module = nn.Sequential(nn.Conv2d(1, 2, 3), nn.LayerNorm([2, 9, 9]), nn.Conv2d(2, 2, 3))
    found = projection(subject_of(module, (1, 11, 11)), AskProjection("2", 0))
    assert found.values.size == 0
    assert "not linear" in found.problem


@pytest.mark.parametrize(("node", "map"), [("conv1", 0), ("act2", 3), ("act3", 5), ("output", 9)])
def test_maximization_climbs(lenet: nn.Module, material: Material, node: str, map: int) -> None:
    subject = subject_of(lenet, SHAPE)
    answers = [one for one in maximization(subject, material, AskMaximization(node, map, steps=40)) if one is not None]
    assert len(answers) > 1
    assert answers[-1].step == 40
    assert answers[-1].value > answers[-1].start
    assert answers[-1].picture.shape == SHAPE
    assert answers[-1].picture.dtype == np.uint8
    again = last(maximization(subject, material, AskMaximization(node, map, steps=40)))
    np.testing.assert_array_equal(again.picture, answers[-1].picture)


def test_nothing_maximizes_a_map_that_nothing_reaches(lenet: nn.Module, material: Material) -> None:
    subject = subject_of(lenet, SHAPE, off={"conv1": tuple(range(6))})
    with torch.no_grad():
        lenet.conv2.bias.zero_()
    found = last(maximization(subject, material, AskMaximization("conv2", 0, steps=5)))
    assert "dead" in found.problem


def test_switching_maps_off_is_as_if_their_kernels_were_zero(lenet: nn.Module, material: Material) -> None:
    inputs = _all(material)
    found = subject_of(lenet, SHAPE, off={"conv1": (1, 4)}).run(inputs, "conv1", "conv2", "output")
    with torch.no_grad():
        lenet.eval()
        normal = lenet(inputs)
        lenet.conv1.weight[[1, 4]] = 0
        lenet.conv1.bias[[1, 4]] = 0
        expected = lenet(inputs)
    assert not found[0][:, [1, 4]].any()
    assert found[0][:, [0, 2, 3, 5]].any()
    torch.testing.assert_close(found[2].detach(), expected)
    assert not torch.allclose(found[2], normal)


def test_maps_are_switched_by_name(lenet: nn.Module) -> None:
    graph = graph_of(lenet, SHAPE)
    off = switched({}, graph=graph, node="conv1", maps=(4, 1, 4))
    assert off == {"conv1": (1, 4)}
    both = switched(off, graph=graph, node="act4", maps=(3,))
    assert switched(both, graph=graph, node="conv1", maps=()) == {"act4": (3,)}
    assert switched(both, graph=graph, node="", maps=()) == {}
    with pytest.raises(ValueError, match="no map 6"):
        switched({}, graph=graph, node="conv1", maps=(6,))
    with pytest.raises(ValueError, match="no layer nowhere"):
        switched({}, graph=graph, node="nowhere", maps=(0,))


def test_what_is_not_there_is_told(lenet: nn.Module, material: Material) -> None:
    with pytest.raises(InsightError, match="no map 6"):
        last(distribution(subject_of(lenet, SHAPE), material, AskDistribution("conv1", 6)))
    with pytest.raises(InsightError, match="no layer"):
        last(strongest(subject_of(lenet, SHAPE), material, AskStrongest("conv9", 0)))
