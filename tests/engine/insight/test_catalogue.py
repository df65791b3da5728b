"""Every small network of the catalogue is inspected at its first, middle and last layer, by every question."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from engine import networks
from engine.graph import trace_graph
from engine.insight import Material, Subject
from engine.insight.distribution import distribution
from engine.insight.explanation import explanation
from engine.insight.fields import effective_field, map_gradient
from engine.insight.maximization import maximization
from engine.insight.projection import projection
from engine.insight.strongest import strongest
from engine.messages import Operation
from engine.messages.insight import (
    AskDistribution,
    AskExplanation,
    AskField,
    AskGradient,
    AskMaximization,
    AskProjection,
    AskStrongest,
    Method,
)
from tests.engine.insight.conftest import last

# Those in their papers' size differ from these in nothing but their widths, depths and the time that they take.
_SMALL = (
    "lenet", "mlp", "lecture-cnn", "tiny-vgg", "alexnet-small", "vgg-small", "nin-small", "googlenet-small",
    "resnet-small", "densenet-small",
)  # fmt: skip


@pytest.mark.parametrize("name", [name for name in _SMALL if name in {entry.name for entry in networks.catalogue()}])
def test_first_middle_and_last_layers_answer_every_question(name: str) -> None:
    shape = networks.input_shape(name)
    module = networks.build(name, seed=1)
    graph = trace_graph(module, shape, name=name, title=name)
    rng = np.random.default_rng(0)
    material = Material(
        rng.integers(0, 256, (4, *shape), dtype=np.uint8), np.arange(4), (0.5,) * shape[0], (0.25,) * shape[0],
        torch.device("cpu"),
    )  # fmt: skip
    subject = Subject(module=module, graph=graph)
    picture = material.inputs(np.array([0]))[0]
    nodes = [node for node in graph.nodes if node.operation is not Operation.INPUT]
    for node in (nodes[0], nodes[len(nodes) // 2], nodes[-1]):
        map = node.output_shape[0] - 1
        spread = last(distribution(subject, material, AskDistribution(node.name, map, samples=4)))
        assert spread.samples == 4
        assert len(spread.active) == node.output_shape[0]
        assert spread.activations.layer.sum() == 4 * int(np.prod(node.output_shape))
        best = last(strongest(subject, material, AskStrongest(node.name, map, samples=4)))
        assert (np.diff(best.values) <= 0).all()
        field = last(effective_field(subject, material, AskField(node.name, map, samples=2)))
        assert field.values.shape == shape[1:]
        gradient = map_gradient(subject, material, AskGradient(node.name, map), picture)
        assert np.isfinite(gradient.values).all()
        found = projection(subject, AskProjection(node.name, map))
        assert found.values.size or found.problem
        grown = last(maximization(subject, material, AskMaximization(node.name, map, steps=2)))
        assert grown.problem or grown.picture.shape == shape
        for method in (Method.SALIENCY, Method.GRAD_CAM):
            if method is Method.GRAD_CAM and name == "mlp":
                continue
            shown = last(explanation(subject, AskExplanation(method, node=node.name), picture))
            assert shown.values.shape == shape[1:]
