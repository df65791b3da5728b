"""The catalogue of networks: static without torch, deterministic to build, true to the lecture."""

from __future__ import annotations

import subprocess
import sys

import pytest
import torch

from engine import networks


def test_catalogue_lists_networks_without_torch() -> None:
    code = (
        "import sys; from engine import networks; names = [e.name for e in networks.catalogue()];"
        "assert {'lenet', 'lenet-relu', 'mlp', 'lecture-cnn', 'tiny-vgg', 'vgg16'} <= set(names), names;"
        "assert len(set(names)) == len(names);"
        "assert networks.recipe('lenet').learning_rate == 0.1 and networks.recipe('lenet').momentum == 0;"
        "assert networks.input_shape('lenet') == (1, 28, 28);"
        "assert 'torch' not in sys.modules"
    )
    subprocess.run([sys.executable, "-c", code], check=True)


@pytest.mark.parametrize(("name", "parameters"), [("lenet", 61_706), ("lenet-relu", 61_706), ("mlp", 101_770)])
def test_parameter_counts(name: str, parameters: int) -> None:
    network = networks.build(name)
    assert sum(one.numel() for one in network.parameters()) == parameters
    assert network(torch.zeros(3, 1, 28, 28)).shape == (3, 10)


def test_lenet_is_the_lectures() -> None:
    network = networks.build("lenet")
    shapes: dict[str, tuple[int, ...]] = {}
    for name, part in network.named_children():
        part.register_forward_hook(lambda _, __, out, name=name: shapes.update({name: tuple(out.shape[1:])}))
    network(torch.zeros(1, 1, 28, 28))
    assert list(shapes) == [
        *("conv1", "act1", "pool1", "conv2", "act2", "pool2", "flatten"),
        *("dense1", "act3", "dense2", "act4", "output"),
    ]
    assert [shapes[name] for name in ("conv1", "pool1", "conv2", "pool2")] == [
        (6, 28, 28),
        (6, 14, 14),
        (16, 10, 10),
        (16, 5, 5),
    ]
    assert [shapes[name] for name in ("dense1", "dense2", "output")] == [(120,), (84,), (10,)]
    assert all(isinstance(network.get_submodule(f"act{n}"), torch.nn.Sigmoid) for n in (1, 2, 3, 4))
    assert all(isinstance(network.get_submodule(f"pool{n}"), torch.nn.AvgPool2d) for n in (1, 2))


def test_lenet_starts_within_xaviers_bounds() -> None:
    for name, fans in {"conv1": (25, 150), "conv2": (150, 400), "dense1": (400, 120), "output": (84, 10)}.items():
        weight = networks.build("lenet", seed=3).get_submodule(name).weight
        bound = (6 / sum(fans)) ** 0.5
        assert 0.9 * bound < float(weight.detach().abs().max()) <= bound


@pytest.mark.parametrize("name", ["lenet", "lenet-relu", "mlp"])
def test_build_is_deterministic_and_leaves_the_global_generator_alone(name: str) -> None:
    torch.manual_seed(1)
    expected = torch.rand(3)
    torch.manual_seed(1)
    first = networks.build(name, seed=7).state_dict()
    assert torch.equal(torch.rand(3), expected)
    second = networks.build(name, seed=7).state_dict()
    other = networks.build(name, seed=8).state_dict()
    assert all(torch.equal(first[key], second[key]) for key in first)
    assert any(not torch.equal(first[key], other[key]) for key in first)


@pytest.mark.parametrize("name", ["lenet", "lenet-relu", "mlp"])
def test_build_for_another_shape_and_number_of_classes(name: str) -> None:
    network = networks.build(name, input_shape=(3, 32, 40), classes=4)
    assert network(torch.zeros(2, 3, 32, 40)).shape == (2, 4)


def test_smallest_picture() -> None:
    assert networks.build("lenet", input_shape=(1, 12, 12))(torch.zeros(1, 1, 12, 12)).shape == (1, 10)
    with pytest.raises(networks.NetworkError, match="at least 12x12 pixels, not 11x28"):
        networks.build("lenet", input_shape=(1, 11, 28))


def test_unknown_network_names_those_that_there_are() -> None:
    with pytest.raises(networks.NetworkError, match=r'no network "lenett"; there are: lenet, lenet-relu, .*mlp, '):
        networks.build("lenett")
    with pytest.raises(networks.NetworkError):
        networks.recipe("")


def test_shapes_that_are_no_pictures() -> None:
    with pytest.raises(networks.NetworkError, match="not 784"):
        networks.build("lenet", input_shape=(784,))  # type: ignore[arg-type]
    with pytest.raises(networks.NetworkError):
        networks.build("mlp", input_shape=(0, 28, 28))
    with pytest.raises(networks.NetworkError, match="class"):
        networks.build("mlp", classes=0)
