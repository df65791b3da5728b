"""What is drawn without weights is what would have been drawn with them."""

from __future__ import annotations

import subprocess
import sys
from itertools import product

import pytest
import torch
from torch import nn
from torch.nn import functional as F

from engine import networks
from engine.graph import trace_graph
from engine.graph.weightless import called


@pytest.mark.parametrize("axes", [1, 2, 3])
def test_a_convolution_has_the_size_that_torch_gives_it(axes: int) -> None:
    convolve = (F.conv1d, F.conv2d, F.conv3d)[axes - 1]
    for kernel, stride, padding, dilation, groups in product((1, 2, 3), (1, 2, 3), (0, 1), (1, 2), (1, 2)):
        x = torch.zeros(2, 4, *(5 + axis for axis in range(axes)))
        weight = torch.zeros(6, 4 // groups, *(kernel for _ in range(axes)))
        arguments = None, stride, padding, dilation, groups
        wanted = convolve(x, weight, *arguments)
        found = called(convolve, (x.to("meta"), weight.to("meta"), *arguments), {})
        assert found.shape == wanted.shape
        assert found.device.type == "meta"


@pytest.mark.parametrize("axes", [1, 2, 3])
def test_a_max_pool_has_the_size_that_torch_gives_it(axes: int) -> None:
    pool = (F.max_pool1d, F.max_pool2d, F.max_pool3d)[axes - 1]
    for kernel, stride, padding, dilation, ceil_mode in product((2, 3), (None, 1, 3), (0, 1), (1, 2), (False, True)):
        x = torch.zeros(2, 3, *(6 + axis for axis in range(axes)))
        options = {"stride": stride, "padding": padding, "dilation": dilation, "ceil_mode": ceil_mode}
        wanted = pool(x, kernel, **options)
        assert called(pool, (x.to("meta"), kernel), options).shape == wanted.shape


def test_an_average_pool_and_a_concatenation_too() -> None:
    x = torch.zeros(2, 3, 7, 6)
    for options in ({"stride": 2}, {"padding": 1, "ceil_mode": True}, {"count_include_pad": False}):
        found = called(F.avg_pool2d, (x.to("meta"), 3), options)
        assert found.shape == F.avg_pool2d(x, 3, **options).shape
    y = torch.zeros(2, 5, 7, 6)
    for dim in (1, -3):
        assert called(torch.cat, ([x.to("meta"), y.to("meta")], dim), {}).shape == (2, 8, 7, 6)
    assert called(torch.cat, ([x, y],), {"dim": 1}).device.type == "cpu"
    with pytest.raises(RuntimeError, match=r"[Ss]izes"):
        called(torch.cat, ([x.to("meta"), y.to("meta")], 2), {})


@pytest.mark.parametrize("size", [1, (2, None), (3, 2)])
def test_an_adaptive_pool_has_the_size_that_torch_gives_it(size: int | tuple[int | None, ...]) -> None:
    x = torch.zeros(2, 3, 6, 7)
    found = called(F.adaptive_avg_pool2d, (x.to("meta"), size), {})
    assert found.shape == F.adaptive_avg_pool2d(x, size).shape


def test_what_writes_into_its_argument_gives_that_back() -> None:
    x, y = torch.empty(2, 3, device="meta"), torch.empty(2, 3, device="meta")
    assert called(F.relu, (x,), {"inplace": True}) is x
    assert called(torch.Tensor.__iadd__, (x, y), {}) is x
    assert called(F.relu, (x,), {}) is not x
    assert called(torch.add, (x, torch.empty(3, device="meta")), {}).shape == (2, 3)  # spread out by torch


def test_what_does_not_fit_says_what_torch_says() -> None:
    x, weight = torch.empty(1, 3, 4, 4, device="meta"), torch.empty(6, 4, 3, 3, device="meta")
    with pytest.raises(RuntimeError, match="channel"):
        called(F.conv2d, (x, weight, None, 1, 0, 1, 1), {})
    with pytest.raises(RuntimeError, match=r"[Kk]ernel"):
        called(F.conv2d, (x, torch.empty(6, 3, 5, 5, device="meta"), None, 1, 0, 1, 1), {})


def test_padding_by_name_is_left_to_torch() -> None:
    module = nn.Sequential(nn.Conv2d(3, 4, 4, padding="same"), nn.BatchNorm2d(4))
    graph = trace_graph(module.to("meta"), (3, 9, 7), name="same", title="Same", strict=True)
    assert graph["0"].output_shape == (4, 9, 7)


@pytest.mark.parametrize("name", ["googlenet-small", "resnet-small", "densenet-small", "lecture-cnn"])
def test_without_weights_it_is_the_same_graph(name: str) -> None:
    shape = networks.input_shape(name)
    weightless = trace_graph(networks.skeleton(name), shape, name=name, title=name, strict=True)
    whole = trace_graph(networks.build(name), shape, name=name, title=name, strict=True)
    assert weightless.to_json() == whole.to_json()


def test_drawing_a_large_network_loads_neither_compiler_nor_algebra() -> None:
    program = (
        "import sys; from engine import networks; from engine.graph import trace_graph;"
        "[trace_graph(networks.skeleton(n), (3, 224, 224), name=n, title=n, strict=True)"
        " for n in ('resnet18', 'densenet121', 'googlenet', 'vgg11')];"
        "print(sorted({'sympy', 'torch._dynamo', 'torch._inductor'} & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
