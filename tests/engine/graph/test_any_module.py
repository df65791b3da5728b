"""Graphs of modules as people write them: functions, branches, shared layers, control flow, failures."""

from __future__ import annotations

import pytest
import torch
import torch.nn.functional as F
from torch import Tensor, nn
from torch.utils.flop_counter import FlopCounterMode

from engine.graph import GraphError, trace_graph, with_softmax
from engine.graph.listener import listen, still
from engine.messages import Graph, Operation


def graph_of(module: nn.Module, shape: tuple[int, ...], *, strict: bool = True) -> Graph:
    return trace_graph(module, shape, name="net", title="Net", strict=strict)


def rows(graph: Graph) -> list[tuple[str, str]]:
    return [(node.name, node.operation.value) for node in graph.nodes]


class Functional(nn.Module):
    """PyTorch's own beginner's example."""

    def __init__(self) -> None:
        super().__init__()
        self.conv1 = nn.Conv2d(1, 4, 3)
        self.fc = nn.Linear(4 * 13 * 13, 10)

    def forward(self, x: Tensor) -> Tensor:
        x = F.max_pool2d(F.relu(self.conv1(x)), 2)
        x = x.view(x.size(0), -1)
        x = F.dropout(x, 0.25, training=self.training)
        return F.log_softmax(self.fc(x), dim=1)


def test_functions_become_nodes() -> None:
    graph = graph_of(Functional(), (1, 28, 28))
    assert rows(graph) == [
        ("input", "input"),
        ("conv1", "conv2d"),
        ("relu", "relu"),
        ("max_pool2d", "max_pool2d"),
        ("view", "flatten"),
        ("dropout", "dropout"),
        ("fc", "linear"),
        ("log_softmax", "other"),
    ]
    assert graph["max_pool2d"].attributes == {
        "kernel_size": [2, 2],
        "stride": [2, 2],
        "padding": [0, 0],
        "dilation": [1, 1],
        "ceil_mode": False,
    }
    assert graph["dropout"].attributes == {"p": 0.25}
    assert graph["view"].output_shape == (676,)
    assert with_softmax(graph).nodes[-1].name == "softmax"


class Block(nn.Module):
    def __init__(self, channels: int) -> None:
        super().__init__()
        self.conv = nn.Conv2d(channels, channels, 3, padding=1, bias=False)
        self.norm = nn.BatchNorm2d(channels)

    def forward(self, x: Tensor) -> Tensor:
        out = self.norm(self.conv(x))
        out += x
        return out.relu_()


class Branches(nn.Module):
    def __init__(self) -> None:
        super().__init__()
        self.stem = nn.Sequential(nn.Conv2d(3, 8, 3, padding=1), nn.ReLU(inplace=True))
        self.blocks = nn.ModuleList([Block(8), Block(8)])
        self.head = nn.Sequential(nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(16, 2))

    def forward(self, x: Tensor) -> Tensor:
        x = self.stem(x)
        parts = [block(x) for block in self.blocks]
        return self.head(torch.cat(parts, dim=1))


def test_branches_residuals_and_nested_modules() -> None:
    graph = graph_of(Branches(), (3, 16, 16))
    assert rows(graph) == [
        ("input", "input"),
        ("stem.0", "conv2d"),
        ("stem.1", "relu"),
        ("blocks.0.conv", "conv2d"),
        ("blocks.0.norm", "batch_norm"),
        ("blocks.0.add", "add"),
        ("blocks.0.relu", "relu"),
        ("blocks.1.conv", "conv2d"),
        ("blocks.1.norm", "batch_norm"),
        ("blocks.1.add", "add"),
        ("blocks.1.relu", "relu"),
        ("cat", "concat"),
        ("head.0", "adaptive_avg_pool"),
        ("head.1", "flatten"),
        ("head.2", "linear"),
    ]
    assert graph["blocks.1.add"].inputs == ("blocks.1.norm", "stem.1")
    assert graph["cat"].inputs == ("blocks.0.relu", "blocks.1.relu")
    assert graph["cat"].attributes == {"axis": 0}
    assert graph["head.0"].attributes == {"output_size": [1, 1]}
    assert graph["blocks.0.norm"].weights == {
        role: f"blocks.0.norm.{role}" for role in ("weight", "bias", "running_mean", "running_var")
    }
    assert ("stem.1", "blocks.1.conv") in graph.edges
    assert graph.parameters == sum(one.numel() for one in Branches().parameters())


class Shared(nn.Module):
    def __init__(self) -> None:
        super().__init__()
        self.act = nn.Tanh()
        self.dense = nn.Linear(6, 6)

    def forward(self, x: Tensor) -> Tensor:
        for _ in range(3):
            x = self.act(self.dense(x))
        return x + x


def test_shared_modules_get_names_of_their_own_and_count_once() -> None:
    graph = graph_of(Shared(), (6,))
    assert [name for name, _ in rows(graph)] == [
        *("input", "dense", "act", "dense_2", "act_2", "dense_3", "act_3", "add"),
    ]
    assert [graph[name].parameters for name in ("dense", "dense_2", "dense_3")] == [42, 0, 0]
    assert graph["dense_2"].weights == {"weight": "dense.weight", "bias": "dense.bias"}
    assert graph.multiply_adds == 3 * 36
    assert graph["add"].inputs == ("act_3", "act_3")


class Switching(nn.Module):
    """Control flow on values, *args and a kernel made of parameters: what symbolic tracing cannot follow."""

    def __init__(self) -> None:
        super().__init__()
        self.kernel = nn.Parameter(torch.ones(2, 1, 3, 3))
        self.register_buffer("mask", torch.ones(3, 3))
        self.tied = nn.Linear(4, 4)
        self.also = nn.Linear(4, 4)
        self.also.weight = self.tied.weight

    def forward(self, *args: Tensor) -> Tensor:
        (x,) = args
        x = F.conv2d(x, self.kernel * self.mask, stride=2)
        if float(x.sum()) > 1e9:
            return x
        return self.also(self.tied(x.flatten(1)[:, :4]))


def test_control_flow_derived_and_tied_parameters() -> None:
    graph = graph_of(Switching(), (1, 8, 8))
    assert rows(graph) == [
        ("input", "input"),
        ("conv2d", "conv2d"),
        ("flatten", "flatten"),
        ("getitem", "other"),
        ("tied", "linear"),
        ("also", "linear"),
    ]
    assert graph["conv2d"].attributes["stride"] == [2, 2]
    assert graph["conv2d"].parameters == 18
    assert graph["also"].parameters == 4
    assert graph.parameters == sum(one.numel() for one in Switching().parameters())


class Sequences(nn.Module):
    def __init__(self) -> None:
        super().__init__()
        self.embedding = nn.Embedding(50, 8)
        self.lstm = nn.LSTM(8, 5, batch_first=True)
        self.head = nn.Linear(5, 3)

    def forward(self, x: Tensor) -> Tensor:
        out, _ = self.lstm(self.embedding(x))
        return self.head(out[:, -1])


def test_sequences() -> None:
    graph = graph_of(Sequences(), (7,))
    assert rows(graph) == [
        *(("input", "input"), ("embedding", "other"), ("lstm", "lstm"), ("getitem", "other"), ("head", "linear")),
    ]
    assert graph["lstm"].output_shape == (7, 5)
    assert graph["lstm"].multiply_adds == 7 * 4 * 5 * (8 + 5)
    assert graph["lstm"].parameters == 4 * 5 * (8 + 5 + 2)
    assert graph["lstm"].weights["weight_ih_l0"] == "lstm.weight_ih_l0"


def test_transformer_layer_is_opened_and_attention_counted() -> None:
    layer = nn.TransformerEncoderLayer(16, 2, dim_feedforward=32, batch_first=True)
    graph = graph_of(layer, (5, 16))
    names = [name for name, _ in rows(graph)]
    assert {"self_attn", "linear1", "linear2", "norm1", "add", "add_2"} <= set(names)
    assert graph.parameters == sum(one.numel() for one in layer.parameters())
    projections = 4 * 5 * 16 * 16
    assert graph["self_attn"].multiply_adds == projections + 2 * 5 * 5 * 16
    assert graph["add"].inputs == ("input", "dropout1")


class Clashing(nn.Module):
    """Modules that are called like functions, and like the input."""

    def __init__(self) -> None:
        super().__init__()
        self.relu = nn.Tanh()
        self.input = nn.Linear(3, 3)

    def forward(self, x: Tensor) -> Tensor:
        return self.relu(F.relu(self.input(x)))


def test_names_are_unique() -> None:
    assert rows(graph_of(Clashing(), (3,))) == [
        *(("input", "input"), ("input_2", "linear"), ("relu_2", "relu"), ("relu", "tanh")),
    ]


class One(nn.Module):
    """Takes one sample at a time."""

    def forward(self, x: Tensor) -> Tensor:
        return x.view(1, 12)


def test_modules_for_one_sample() -> None:
    assert graph_of(One(), (3, 4))["view"].output_shape == (12,)


def test_lazy_modules() -> None:
    graph = graph_of(nn.Sequential(nn.LazyConv2d(4, 3), nn.Flatten(), nn.LazyLinear(2)), (1, 5, 5))
    assert graph.parameters == 40 + (36 + 1) * 2


def test_a_module_that_fails_is_drawn_as_far_as_it_gets() -> None:
    module = nn.Sequential(nn.Conv2d(1, 4, 3), nn.ReLU(), nn.Flatten(), nn.Linear(100, 10))
    graph = graph_of(module, (1, 28, 28), strict=False)
    assert rows(graph) == [("input", "input"), ("0", "conv2d"), ("1", "relu"), ("2", "flatten")]
    assert len(graph.notes) == 1
    assert graph.notes[0].startswith("stopped in 3 (Linear), with an input of 1x28x28: mat1 and mat2")
    with pytest.raises(GraphError, match="stopped in 3"):
        graph_of(module, (1, 28, 28))


class Raising(nn.Module):
    def forward(self, x: Tensor) -> Tensor:
        raise KeyError("nope")


def test_a_module_that_raises_or_takes_more_than_one_input() -> None:
    assert graph_of(Raising(), (3,), strict=False).notes == (
        "stopped in forward(), with an input of 3: KeyError: 'nope'",
    )
    with pytest.raises(GraphError, match="TypeError"):
        graph_of(nn.Bilinear(2, 2, 2), (2,))


def test_unused_parameters_are_told() -> None:
    module = Clashing()
    module.spare = nn.Linear(10, 10)
    assert graph_of(module, (3,)).notes == ("unused: 110 parameters (spare)",)
    module.spare = nn.Sequential(nn.Linear(10, 10), nn.ReLU())
    module.lost = nn.Parameter(torch.zeros(5))
    said = ("unused: 115 parameters (lost, spare)",)
    assert graph_of(module, (3,)).notes == said
    heard = listen(still(module), [torch.zeros(2, 3)], name="", title="")
    assert heard.graph.notes == said, "it is told of modules that are listened to, too"


def test_tied_weights_have_one_name() -> None:
    module = nn.Sequential(nn.Linear(4, 4), nn.ReLU(), nn.Linear(4, 4))
    module[2].weight = module[0].weight
    first, _, last = graph_of(module, (4,)).nodes[1:]
    assert last.weights["weight"] == first.weights["weight"] == "0.weight"
    assert last.weights["bias"] == "2.bias"
    assert (first.parameters, last.parameters) == (20, 4)


@pytest.mark.parametrize("transposed", [False, True])
@pytest.mark.parametrize("dims", [1, 2, 3])
@pytest.mark.parametrize(("groups", "stride", "padding", "dilation"), [(1, 1, 0, 1), (2, 2, 1, 1), (2, 1, 2, 2)])
def test_convolutions_agree_with_torchs_counter(
    transposed: bool, dims: int, groups: int, stride: int, padding: int, dilation: int
) -> None:
    kind = f"Conv{'Transpose' if transposed else ''}{dims}d"
    layer = getattr(nn, kind)(4, 6, 3, stride=stride, padding=padding, dilation=dilation, groups=groups)
    node = graph_of(layer, (4, *(9, 8, 7)[:dims])).nodes[-1]
    assert node.operation.value == kind.replace("Conv", "conv").replace("Transpose", "_transpose")
    assert node.attributes["dilation"] == [dilation] * dims
    x = torch.zeros(1, 4, *(9, 8, 7)[:dims])
    assert node.output_shape == tuple(layer(x).shape[1:])
    with FlopCounterMode(display=False) as counter:
        layer(x)
    assert node.multiply_adds == counter.get_total_flops() // 2
    function = getattr(F, node.operation.value)

    class Called(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.weight, self.bias = layer.weight, layer.bias

        def forward(self, x: Tensor) -> Tensor:
            return function(x, self.weight, self.bias, stride=stride, padding=padding, dilation=dilation, groups=groups)

    called = graph_of(Called(), (4, *(9, 8, 7)[:dims])).nodes[-1]
    assert dict(called.attributes) == dict(node.attributes)
    assert (called.multiply_adds, called.parameters) == (node.multiply_adds, node.parameters)
    assert called.weights == {"weight": "weight", "bias": "bias"}


ACTIVATIONS = {
    Operation.SIGMOID: (nn.Sigmoid(), torch.sigmoid, {}),
    Operation.TANH: (nn.Tanh(), torch.tanh, {}),
    Operation.RELU: (nn.ReLU(), torch.relu, {}),
    Operation.LEAKY_RELU: (nn.LeakyReLU(0.2), lambda x: F.leaky_relu(x, 0.2), {"negative_slope": 0.2}),
    Operation.ELU: (nn.ELU(0.5), lambda x: F.elu(x, alpha=0.5), {"alpha": 0.5}),
    Operation.GELU: (nn.GELU("tanh"), lambda x: F.gelu(x, approximate="tanh"), {"approximate": "tanh"}),
    Operation.SILU: (nn.SiLU(), F.silu, {}),
    Operation.SOFTPLUS: (nn.Softplus(2), lambda x: F.softplus(x, 2), {"beta": 2, "threshold": 20}),
    Operation.HARD_SIGMOID: (nn.Hardsigmoid(), F.hardsigmoid, {}),
    Operation.SOFTMAX: (nn.Softmax(1), lambda x: x.softmax(1), {"axis": 0}),
    Operation.FLATTEN: (nn.Flatten(), lambda x: x.reshape(len(x), -1), {}),
    Operation.LAYER_NORM: (
        nn.LayerNorm(4, eps=0.1, elementwise_affine=False),
        lambda x: F.layer_norm(x, (4,), eps=0.1),
        {"normalized_shape": [4], "eps": 0.1},
    ),
    Operation.AVG_POOL2D: (
        nn.AvgPool2d(2, 1, count_include_pad=False),
        lambda x: F.avg_pool2d(x, (2, 2), 1, count_include_pad=False),
        {
            "kernel_size": [2, 2],
            "stride": [1, 1],
            "padding": [0, 0],
            "ceil_mode": False,
            "count_include_pad": False,
        },
    ),
    Operation.MAX_POOL1D: (
        nn.MaxPool1d(3, padding=1),
        lambda x: F.max_pool1d(x, 3, padding=1),
        {"kernel_size": [3], "stride": [3], "padding": [1], "dilation": [1], "ceil_mode": False},
    ),
    Operation.ADAPTIVE_MAX_POOL: (
        nn.AdaptiveMaxPool2d((None, 2)),
        lambda x: F.adaptive_max_pool2d(x, (None, 2)),
        {"output_size": [None, 2]},
    ),
}


class Call(nn.Module):
    def __init__(self, function: object) -> None:
        super().__init__()
        self.function = function

    def forward(self, x: Tensor) -> Tensor:
        return self.function(x)  # type: ignore[operator,no-any-return]


@pytest.mark.parametrize("operation", list(ACTIVATIONS))
def test_modules_and_functions_are_described_alike(operation: Operation) -> None:
    layer, function, attributes = ACTIVATIONS[operation]
    shape = (4, 4) if operation is Operation.MAX_POOL1D else (3, 4, 4)
    for module in (layer, Call(function)):
        node = graph_of(module, shape).nodes[-1]
        assert node.operation is operation
        assert dict(node.attributes) == attributes


def test_what_only_looks_like_an_operation() -> None:
    for function in (lambda x: x + 1, lambda x: torch.add(x, x, alpha=2), lambda x: x.flatten(2), lambda x: x.view(-1)):
        assert graph_of(Call(function), (3, 4, 4)).nodes[-1].operation is Operation.OTHER
    assert len(graph_of(Call(lambda x: x.contiguous().float().relu()), (3,)).nodes) == 2
