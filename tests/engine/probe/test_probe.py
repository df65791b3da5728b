"""What the probe shows, held against plain torch."""

from __future__ import annotations

import numpy as np
import pytest
import torch
import torch.nn.functional as F
from torch import Tensor, nn

from engine import networks
from engine.graph import trace_graph, with_softmax
from engine.messages import Graph, Quantity, Scale, Watch
from engine.probe import Probe
from engine.twin import Twin, TwinError

_LAYERS = ("conv1", "act1", "pool1", "conv2", "act2", "pool2", "flatten", "dense1", "act3", "dense2", "act4", "output")


def _graph(module: nn.Module, shape: tuple[int, ...] = (1, 28, 28)) -> Graph:
    return with_softmax(trace_graph(module, shape, name="net", title="Net"))


def _probe(module: nn.Module, shape: tuple[int, ...] = (1, 28, 28)) -> Probe:
    graph = _graph(module, shape)
    return Probe(graph=graph, twin=Twin(module, graph))


def _all(probe: Probe, **settings: object) -> Watch:
    return Watch(tuple(node.name for node in probe.graph.nodes), **settings)  # type: ignore[arg-type]


def _picture(shape: tuple[int, ...] = (1, 1, 28, 28)) -> Tensor:
    return torch.randn(shape, generator=torch.Generator().manual_seed(3))


def _close(maps: object, exact: Tensor) -> None:
    values = maps.values()  # type: ignore[attr-defined]
    limits = maps.limits[:, None, None]  # type: ignore[attr-defined]
    levels = 127.5 if maps.signed else 255.0  # type: ignore[attr-defined]
    assert (np.abs(values - exact.detach().numpy().reshape(values.shape)) <= limits * 0.51 / levels).all()


@pytest.mark.parametrize("name", ["lenet", "lenet-relu"])
@pytest.mark.parametrize("scale", list(Scale))
def test_maps_are_the_networks_activations(name: str, scale: Scale) -> None:
    module = networks.build(name, seed=1)
    probe, x = _probe(module), _picture()
    picture = probe.picture(inputs=x, watch=_all(probe, scale=scale))
    values = x
    _close(picture.maps["input"], values[0])
    for layer in _LAYERS:
        values = getattr(module, layer)(values)
        _close(picture.maps[layer], values[0])
    np.testing.assert_allclose(picture.logits, values[0].detach().numpy(), rtol=1e-6)
    np.testing.assert_allclose(picture.probabilities, torch.softmax(values[0], 0).detach().numpy(), rtol=1e-5)
    _close(picture.maps["softmax"], torch.softmax(values[0], 0))
    _close(picture.kernels["conv1"], module.conv1.weight)
    _close(picture.kernels["conv2"], module.conv2.weight)
    assert picture.kernels["conv2"].pixels.shape == (96, 5, 5)
    assert set(picture.kernels) == {"conv1", "conv2"}


def test_only_what_is_watched_is_there_but_logits_always_are() -> None:
    probe = _probe(networks.build("lenet"))
    picture = probe.picture(inputs=_picture(), watch=Watch(("conv2", "nonsense"), links=False))
    assert set(picture.maps) == {"conv2"}
    assert set(picture.kernels) == {"conv2"}
    assert picture.links == {}
    assert picture.focus is None
    assert picture.logits.shape == (10,)
    assert probe.picture(inputs=_picture(), watch=Watch(())).maps == {}


def test_a_probe_sees_training_go_on_and_leaves_no_trace_in_it() -> None:
    module = networks.build("lenet", seed=1)
    probe, x = _probe(module), _picture()
    for parameter in module.parameters():
        parameter.grad = torch.full_like(parameter, 7.0)
    state = torch.random.get_rng_state()
    for quantity in Quantity:
        before = probe.picture(inputs=x, watch=_all(probe, quantity=quantity)).logits
        with torch.no_grad():
            module.output.bias += 1.0
        after = probe.picture(inputs=x, watch=_all(probe, quantity=quantity)).logits
        np.testing.assert_allclose(after, before + 1.0, rtol=1e-5)
    assert module.training
    assert all(part.training for part in module.modules())
    assert not any(part._forward_hooks for part in module.modules())
    assert all((parameter.grad == 7.0).all() for parameter in module.parameters())  # type: ignore[union-attr]
    assert torch.equal(state, torch.random.get_rng_state())


@pytest.mark.parametrize("label", [3, None])
def test_gradients_are_of_the_loss_of_the_label_else_of_the_prediction(label: int | None) -> None:
    module = networks.build("lenet-relu", seed=2)
    probe, x = _probe(module), _picture().requires_grad_()
    picture = probe.picture(inputs=x.detach(), watch=_all(probe, quantity=Quantity.GRADIENTS), label=label)
    values, kept = x, {"input": x}
    for layer in _LAYERS:
        values = getattr(module, layer)(values)
        values.retain_grad()
        kept[layer] = values
    probabilities = torch.softmax(values, 1)
    probabilities.retain_grad()
    target = int(values.argmax()) if label is None else label
    (-probabilities[0, target].log()).backward()
    assert picture.quantity is Quantity.GRADIENTS
    for name, tensor in (*kept.items(), ("softmax", probabilities)):
        assert tensor.grad is not None
        _close(picture.maps[name], tensor.grad[0])
    _close(picture.kernels["conv1"], module.conv1.weight)


def test_focus_is_exact() -> None:
    module = networks.build("lenet", seed=1)
    probe, x = _probe(module), _picture()
    focus = probe.picture(inputs=x, watch=Watch(("conv1",), focus="conv2")).focus
    assert focus is not None
    entering = module.pool1(module.act1(module.conv1(x)))
    np.testing.assert_array_equal(focus.inputs[0], entering[0].detach().numpy())
    np.testing.assert_allclose(focus.output, module.conv2(entering)[0].detach().numpy(), rtol=1e-5, atol=1e-6)
    np.testing.assert_array_equal(focus.weights["weight"], module.conv2.weight.detach().numpy())
    np.testing.assert_array_equal(focus.weights["bias"], module.conv2.bias.detach().numpy())
    kept = focus.weights["bias"].copy()
    with torch.no_grad():
        module.conv2.bias += 1.0
    np.testing.assert_array_equal(focus.weights["bias"], kept)
    softmax = probe.picture(inputs=x, watch=Watch((), focus="softmax")).focus
    assert softmax is not None
    np.testing.assert_allclose(softmax.output.sum(), 1.0, rtol=1e-6)
    assert probe.picture(inputs=x, watch=Watch((), focus="gone")).focus is None
    entered = probe.picture(inputs=x, watch=Watch((), focus="input")).focus
    assert entered is not None
    np.testing.assert_array_equal(entered.output, x[0].numpy())


def test_links_are_contributions_and_can_be_repeated() -> None:
    module = networks.build("lenet-relu", seed=1)
    probe, x = _probe(module), _picture()
    picture = probe.picture(inputs=x, watch=_all(probe))
    assert {name: len(links.values) for name, links in picture.links.items() if name != "output"} == {
        "dense1": 48,
        "dense2": 64,
    }
    entering = x
    for layer in _LAYERS[: _LAYERS.index("dense1")]:
        entering = getattr(module, layer)(entering)
    products = module.dense1.weight * entering
    links = picture.links["dense1"]
    np.testing.assert_allclose(links.values, products[links.targets, links.sources].detach().numpy(), rtol=1e-5)
    again = probe.picture(inputs=x, watch=_all(probe), links=picture.links)
    assert all(again.links[name] is links for name, links in picture.links.items())


class _Block(nn.Module):
    def __init__(self) -> None:
        super().__init__()
        self.conv = nn.Conv2d(2, 2, 3, padding=1)
        self.norm = nn.BatchNorm2d(2)
        self.relu = nn.ReLU(inplace=True)
        self.drop = nn.Dropout(0.5)

    def forward(self, x: Tensor) -> Tensor:
        y = self.relu(self.norm(self.conv(x)))
        y = self.drop(y)
        y += x
        y.sigmoid_()
        return F.relu(self.relu(y - 0.5), inplace=True)


class _Awkward(nn.Module):
    """In-place operations, a shared module, functions, dropout, batch normalization."""

    def __init__(self) -> None:
        super().__init__()
        self.block = _Block()
        self.output = nn.Linear(32, 3)

    def forward(self, x: Tensor) -> Tensor:
        return self.output(torch.flatten(self.block(x), 1))


def test_in_place_operations_do_not_overwrite_what_is_shown() -> None:
    module = _Awkward()
    module.block.norm.running_mean.fill_(0.3)  # type: ignore[union-attr]
    module.train()
    graph = _graph(module, (2, 4, 4))
    probe, x = Probe(graph=graph, twin=Twin(module, graph)), _picture((1, 2, 4, 4))
    names = {node.name for node in graph.nodes}
    assert {"block.conv", "block.norm", "block.relu", "block.relu_2", "block.relu_3", "block.drop"} <= names
    for quantity in Quantity:
        picture = probe.picture(inputs=x, watch=_all(probe, quantity=quantity), label=0)
        assert set(picture.maps) == names
    picture = probe.picture(inputs=x, watch=_all(probe))
    block = module.block
    conv = F.conv2d(x, block.conv.weight, block.conv.bias, padding=1)
    normed = F.batch_norm(conv, block.norm.running_mean, block.norm.running_var, block.norm.weight, block.norm.bias)
    added = F.relu(normed) + x
    _close(picture.maps["block.conv"], conv[0])
    _close(picture.maps["block.norm"], normed[0])
    _close(picture.maps["block.relu"], F.relu(normed)[0])
    _close(picture.maps["block.drop"], F.relu(normed)[0])
    _close(picture.maps["block.add"], added[0])
    _close(picture.maps["block.sigmoid"], torch.sigmoid(added)[0])
    last = F.relu(torch.sigmoid(added) - 0.5)
    _close(picture.maps["block.relu_3"], last[0])
    _close(picture.maps["output"], module.output(last.flatten(1))[0])
    assert module.block.relu.inplace
    assert module.block.drop.training
    torch.testing.assert_close(module.block.norm.running_mean, torch.full((2,), 0.3))


class _Branches(nn.Module):
    """Takes another way for another picture."""

    def __init__(self) -> None:
        super().__init__()
        self.bright, self.dark = nn.Linear(4, 2), nn.Linear(4, 2)

    def forward(self, x: Tensor) -> Tensor:
        return self.bright(x.relu()) if x.sum() > 0 else self.dark(x)


def test_a_node_on_another_way_is_told() -> None:
    module = _Branches()
    graph = _graph(module, (4,))
    taken = "bright" if "bright" in {node.name for node in graph.nodes} else "dark"
    probe = Probe(graph=graph, twin=Twin(module, graph))
    sign = 1.0 if taken == "bright" else -1.0
    picture = probe.picture(inputs=sign * torch.ones(1, 4), watch=_all(probe))
    _close(picture.maps[taken], getattr(module, taken)(sign * torch.ones(4)))
    with pytest.raises(TwinError, match=f"{taken} did not run for this sample"):
        probe.picture(inputs=-sign * torch.ones(1, 4), watch=_all(probe))


def test_what_cannot_be_run_or_found_is_told() -> None:
    graph = _graph(networks.build("lenet"))
    with pytest.raises(TwinError, match="conv1"):
        Probe(graph=graph, twin=Twin(networks.build("mlp"), graph))


class _Wide(nn.Module):
    def __init__(self) -> None:
        super().__init__()
        self.conv = nn.Conv2d(1, 3, 3, padding=1)
        self.fc = nn.Linear(3, 2)

    def forward(self, x: Tensor) -> Tensor:
        return self.fc(self.conv(x).mean((2, 3)))


@pytest.mark.parametrize("quantity", list(Quantity))
@pytest.mark.parametrize("layout", [torch.contiguous_format, torch.channels_last])
def test_large_maps_come_averaged_with_the_scale_of_their_cells(
    quantity: Quantity, layout: torch.memory_format
) -> None:
    torch.manual_seed(0)
    module = _Wide()
    probe, x = _probe(module, (1, 40, 60)), _picture((1, 1, 40, 60)).to(memory_format=layout)
    watch = Watch(("conv",), quantity=quantity, largest=20, focus="conv")
    picture = probe.picture(inputs=x, watch=watch)
    maps, focus = picture.maps["conv"], picture.focus
    assert maps.step == 3
    assert maps.pixels.shape == (3, 14, 20)
    assert focus is not None
    assert focus.output.shape == (3, 40, 60)
    if quantity is Quantity.ACTIVATIONS:
        exact = module.conv(x)[0].detach()
        np.testing.assert_allclose(maps.limits, float(exact.abs().max()), rtol=1e-6)
        means = F.adaptive_avg_pool2d(exact, (14, 20)).numpy()
        assert (np.abs(maps.values() - means) <= maps.limits[:, None, None] * 0.51 / 127.5).all()
    assert probe.picture(inputs=x, watch=Watch(("conv",))).maps["conv"].pixels.shape == (3, 40, 60)


def test_what_depends_on_weights_alone_is_made_anew_only_when_they_change() -> None:
    module = networks.build("lenet", seed=1)
    probe, watch = _probe(module), Watch(("conv1", "conv2"), focus="conv2")

    def seen(moment: int | None) -> tuple[object, object]:
        picture = probe.picture(inputs=_picture(), watch=watch, moment=moment)
        assert picture.focus is not None
        _close(picture.kernels["conv2"], module.conv2.weight)
        np.testing.assert_array_equal(picture.focus.weights["weight"], module.conv2.weight.detach().numpy())
        return picture.kernels["conv2"], picture.focus.weights["weight"]

    first, again = seen(0), seen(0)
    assert all(a is b for a, b in zip(first, again, strict=True))
    module.conv2.weight.data.mul_(2.0)  # as the fused optimizer: no version counts it, but the moment does
    trained = seen(1)
    assert all(a is not b for a, b in zip(again, trained, strict=True))
    with torch.no_grad():
        module.conv2.weight.add_(0.5)
    loaded = seen(1)
    assert all(a is not b for a, b in zip(trained, loaded, strict=True))
    assert seen(None)[0] is not seen(None)[0]


class _Writes(nn.Module):
    """Statements that write, without anyone looking at what they return."""

    def __init__(self) -> None:
        super().__init__()
        self.conv = nn.Conv2d(1, 2, 3, padding=1)
        self.drop, self.act = nn.Dropout(0.9), nn.ReLU(inplace=True)
        self.parts = [self.drop, self.act]  # also kept beside the registered ones

    def forward(self, *args: Tensor) -> Tensor:
        (x,) = args
        y = self.conv(x)
        y.mul_(2.0)
        torch.relu_(y)
        y += 1.0
        for part in self.parts:
            y = part(y)
        z = y * 3.0
        z[:, 0] = 0.0
        flat = z.flatten(1)
        flat.sub_(1.0)
        return flat.sum(1, keepdim=True) + z.sum((1, 2, 3), keepdim=False)[:, None]


def test_statements_that_write_are_followed_too() -> None:
    torch.manual_seed(0)
    module = _Writes()
    graph = trace_graph(module, (1, 4, 4), name="net", title="Net")
    probe, x = Probe(graph=graph, twin=Twin(module, graph)), _picture((1, 1, 4, 4))
    module.eval()
    with torch.no_grad():
        expected = module(x)
        conv = module.conv(x)
    module.train()
    names = tuple(node.name for node in graph.nodes)
    picture = probe.picture(inputs=x, watch=Watch(names))
    _close(picture.maps["conv"], conv[0])
    _close(picture.maps["relu"], (conv * 2).relu()[0])
    np.testing.assert_allclose(picture.logits, expected[0].numpy(), rtol=1e-5)
    assert module.drop.training
    assert x.eq(_picture((1, 1, 4, 4))).all()


class _Sequence(nn.Module):
    """Parametrized weights, a transformer, an LSTM that gives a tuple, indexing."""

    def __init__(self) -> None:
        super().__init__()
        self.conv = nn.utils.parametrizations.weight_norm(nn.Conv1d(5, 5, 1))
        layer = nn.TransformerEncoderLayer(16, 2, 32, batch_first=True)
        self.encoder = nn.TransformerEncoder(layer, 2, enable_nested_tensor=False)
        self.lstm = nn.LSTM(16, 8, batch_first=True)
        self.output = nn.Linear(8, 3)

    def forward(self, x: Tensor) -> Tensor:
        states, _ = self.lstm(self.encoder(self.conv(x)))
        return self.output(states[:, -1])


def test_modules_that_symbolic_tracing_cannot_follow_are_looked_into() -> None:
    torch.manual_seed(0)
    module = _Sequence()
    graph = trace_graph(module, (5, 16), name="net", title="Net", strict=True)
    names = tuple(node.name for node in graph.nodes)
    assert "conv" in names
    assert not any("parametrizations" in name for name in names)
    twin, x = Twin(module, graph), _picture((1, 5, 16))
    found = dict(zip(names, twin.tapped(names)(x), strict=True))
    assert all(tuple(found[node.name].shape[1:]) == node.output_shape for node in graph.nodes)
    passed = nn.Identity()
    half = twin.tapped(["output"], {"lstm": nn.Sequential(passed, nn.Hardtanh(-0.1, 0.1))})(x)[0]
    assert module.training
    module.eval()
    torch.testing.assert_close(found["output"], module(x))
    torch.testing.assert_close(found["conv"], module.conv(x))
    torch.testing.assert_close(half, module.output(found["lstm"].clamp(-0.1, 0.1)[:, -1]))
