"""A graph says enough: every node's trace, made of its attributes and weights alone, computes what torch computes."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from torch import Tensor, nn

from engine import networks, traces
from engine.graph import trace_graph
from engine.messages import Graph, Operation
from tests.engine.graph.test_any_module import ACTIVATIONS, Branches, Call, Shared


class Everything(nn.Module):
    """One of each kind that has attributes worth getting wrong."""

    def __init__(self) -> None:
        super().__init__()
        self.conv = nn.Conv2d(2, 6, (3, 2), stride=(2, 1), padding=(1, 0), dilation=(1, 2), groups=2, bias=False)
        self.reflected = nn.Conv2d(6, 4, 3, padding="same", padding_mode="reflect")
        self.up = nn.ConvTranspose2d(4, 6, 3, stride=2, output_padding=1, groups=2)
        self.norm = nn.BatchNorm2d(6, eps=0.01)
        self.pool = nn.AvgPool2d(3, stride=2, padding=1, ceil_mode=True, count_include_pad=False)
        self.best = nn.MaxPool2d((2, 3), stride=1, dilation=(2, 1))
        self.act = nn.LeakyReLU(0.3)
        self.adaptive = nn.AdaptiveAvgPool2d((3, None))

    def forward(self, x: Tensor) -> Tensor:
        x = self.reflected(self.conv(x))
        x = self.pool(self.norm(self.up(x)))
        x = torch.cat([self.act(x), torch.sigmoid(x)], 1)
        return self.adaptive(self.best(x)).softmax(1).flatten(1)


class Recurrent(nn.Module):
    def __init__(self) -> None:
        super().__init__()
        self.norm = nn.LayerNorm(4, eps=0.1)
        self.lstm = nn.LSTM(4, 3, batch_first=True)

    def forward(self, x: Tensor) -> Tensor:
        return self.lstm(self.norm(x))[0]


def traced(graph: Graph, module: nn.Module, x: np.ndarray) -> np.ndarray:
    """The last node's output, computed by traces alone."""
    weights = {key: value.numpy() for key, value in module.state_dict().items()}
    outputs = {"input": x}
    for node in graph.nodes[1:]:
        roles = {role: weights[key] for role, key in node.weights.items()}
        trace = traces.of_node(node, [outputs[name] for name in node.inputs], roles)
        outputs[node.name] = trace.output
        assert trace.output.shape == node.output_shape
    return outputs[graph.nodes[-1].name]


MODULES = {
    "everything": (Everything, (2, 11, 12)),
    "branches": (Branches, (3, 8, 8)),
    "shared": (Shared, (6,)),
    "recurrent": (Recurrent, (5, 4)),
    "lenet": (lambda: networks.build("lenet"), (1, 28, 28)),
    "lenet-relu": (lambda: networks.build("lenet-relu"), (1, 28, 28)),
    "mlp": (lambda: networks.build("mlp"), (1, 28, 28)),
}


@pytest.mark.parametrize("name", list(MODULES))
def test_traces_compute_what_the_module_computes(name: str) -> None:
    make, shape = MODULES[name]
    module = make().eval()
    for buffer_name, buffer in module.named_buffers():
        if "running" in buffer_name:
            buffer.uniform_(0.5, 1.5, generator=torch.Generator().manual_seed(1))
    graph = trace_graph(module, shape, name=name, title=name, strict=True)
    x = np.random.default_rng(2).normal(size=shape).astype(np.float32)
    with torch.no_grad():
        expected = module(torch.from_numpy(x)[None])[0].numpy()
    np.testing.assert_allclose(traced(graph, module, x), expected, rtol=1e-4, atol=1e-5)


@pytest.mark.parametrize("operation", list(ACTIVATIONS))
def test_operations_one_by_one(operation: Operation) -> None:
    layer, function, _ = ACTIVATIONS[operation]
    shape = (4, 4) if operation is Operation.MAX_POOL1D else (3, 4, 4)
    x = np.random.default_rng(3).normal(size=shape).astype(np.float32)
    for module in (layer, Call(function)):
        graph = trace_graph(module, shape, name="one", title="One", strict=True)
        with torch.no_grad():
            expected = module(torch.from_numpy(x)[None])[0].numpy()
        np.testing.assert_allclose(traced(graph, module, x), expected, rtol=1e-4, atol=1e-5)
