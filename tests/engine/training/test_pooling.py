"""Pooling by the quicker ways: the same numbers, gradients and modules."""

from __future__ import annotations

import copy

import pytest
import torch
from torch import nn

from engine.training.pooling import quicken_pooling


def _pictures(batch: int = 64, channels: int = 6, size: int = 28) -> torch.Tensor:
    made = torch.randn(batch, channels, size, size, generator=torch.Generator().manual_seed(0))
    return made.contiguous(memory_format=torch.channels_last)


def _both(pool: nn.AvgPool2d, pictures: torch.Tensor) -> list[tuple[torch.Tensor, torch.Tensor | None, str]]:
    """Output, gradient and the name of the operation: as torch does it, and as it is once quickened."""
    quick = copy.deepcopy(pool)
    quicken_pooling(quick)
    found = []
    for one in (pool, quick):
        x = pictures.clone(memory_format=torch.preserve_format).requires_grad_()
        y = one(x)
        (y * torch.arange(y.numel()).reshape(y.shape)).sum().backward()
        found.append((y.detach(), x.grad, type(y.grad_fn).__name__))
    return found


def test_the_quicker_way_comes_to_the_same_numbers():
    (wanted, gradient, slow), (found, quick_gradient, quick) = _both(nn.AvgPool2d(2), _pictures())
    assert (slow, quick) == ("AvgPool2DBackward0", "ConvolutionBackward0")
    torch.testing.assert_close(found, wanted, rtol=0, atol=1e-6)
    torch.testing.assert_close(quick_gradient, gradient)
    assert found.stride() == wanted.stride()


@pytest.mark.parametrize("size", [29, 31])
def test_an_edge_that_no_window_covers_is_left_out(size: int):
    (wanted, *_), (found, _, quick) = _both(nn.AvgPool2d(2, 2), _pictures(size=size))
    assert quick == "ConvolutionBackward0"
    torch.testing.assert_close(found, wanted, rtol=0, atol=1e-6)


@pytest.mark.parametrize(
    ("pool", "pictures"),
    [
        (nn.AvgPool2d(3), _pictures()),
        (nn.AvgPool2d(2, stride=1), _pictures()),
        (nn.AvgPool2d(2, padding=1), _pictures()),
        (nn.AvgPool2d(2, ceil_mode=True), _pictures()),
        (nn.AvgPool2d(2, divisor_override=3), _pictures()),
        (nn.AvgPool2d(2), _pictures(channels=16)),
        (nn.AvgPool2d(2), _pictures(batch=1)),
        (nn.AvgPool2d(2), _pictures().contiguous()),
        (nn.AvgPool2d(2), _pictures().double()),
        (nn.AvgPool2d(2), torch.randn(6, 280, 280)),
    ],
    ids=[
        "3x3",
        "overlapping",
        "padded",
        "ceil",
        "divisor",
        "16 channels",
        "small",
        "contiguous",
        "double",
        "unbatched",
    ],
)
def test_what_is_not_quicker_or_not_the_same_is_left_to_torch(pool: nn.AvgPool2d, pictures: torch.Tensor):
    (wanted, gradient, _), (found, quick_gradient, quick) = _both(pool, pictures)
    assert quick == "AvgPool2DBackward0"
    assert torch.equal(found, wanted)
    assert torch.equal(quick_gradient, gradient)


@pytest.mark.parametrize("pool", [nn.AvgPool2d(2), nn.MaxPool2d(2), nn.MaxPool2d(3, stride=2)], ids=str)
def test_gradients_come_back_through_a_flat_vector_in_order(pool: nn.AvgPool2d | nn.MaxPool2d):
    seen: list[torch.Tensor] = []

    def gradient(one: nn.Module) -> torch.Tensor:
        x = _pictures(channels=16, size=10).requires_grad_()
        pooled = one(x)
        flat = pooled.flatten(1)
        pooled.register_hook(seen.append)  # after the hook that puts it in order
        (flat * torch.arange(flat.numel()).reshape(flat.shape)).sum().backward()
        assert x.grad is not None
        return x.grad

    quick = copy.deepcopy(pool)
    quicken_pooling(quick)
    assert torch.equal(gradient(pool), gradient(quick))
    orders = [one.is_contiguous(memory_format=torch.channels_last) for one in seen]
    assert orders == [False, True]


def test_a_pool_that_tells_where_its_maxima_lie_is_left_to_torch():
    pool = nn.MaxPool2d(2, return_indices=True)
    quicken_pooling(pool)
    pooled, indices = pool(_pictures().requires_grad_())
    assert pooled.shape == indices.shape


def test_a_copy_pools_its_own_pictures():
    net = nn.Sequential(nn.AvgPool2d(2))
    quicken_pooling(net)
    twin = copy.deepcopy(net)
    twin[0].kernel_size = twin[0].stride = 4
    assert twin[0].forward.__self__ is twin[0]
    assert list(net.state_dict()) == []
