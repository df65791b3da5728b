"""Values to 8 bits and back, in NumPy and in torch."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from engine.messages import Maps, Scale
from engine.probe import quantized, quantized_on_device
from engine.quantize import Layout, pictures, sheet_shape

_LAYOUT = Layout.of([("input", (1, 4, 4)), ("conv", (3, 2, 3)), ("dense", (5,))], [("conv", (3, 1, 2, 2))])
_VALUES = st.floats(-1e6, 1e6, width=32)


def _flat(maps: dict[str, np.ndarray], kernels: dict[str, np.ndarray]) -> np.ndarray:
    return np.concatenate([values.ravel() for values in [*maps.values(), *kernels.values()]]).astype(np.float32)


@pytest.mark.parametrize(
    ("shape", "sheet"),
    [((), (1, 1, 1)), ((5,), (5, 1, 1)), ((3, 7), (3, 1, 7)), ((2, 4, 5), (2, 4, 5)), ((2, 3, 4, 5), (6, 4, 5))],
)
def test_values_of_any_shape_are_drawn_as_maps(shape: tuple[int, ...], sheet: tuple[int, int, int]) -> None:
    assert sheet_shape(shape) == sheet


@given(arrays(np.float32, _LAYOUT.size, elements=_VALUES), st.sampled_from(list(Scale)))
def test_quantized_values_are_exact_to_half_a_level(flat: np.ndarray, scale: Scale) -> None:
    maps, kernels = pictures(flat, _LAYOUT, scale)
    start = 0
    for part in _LAYOUT.parts:
        made = (kernels if part.kernels else maps)[part.name]
        exact = flat[start : start + part.size].reshape(part.shape)
        start += part.size
        assert made.pixels.dtype == np.uint8
        assert made.pixels.shape == part.shape
        assert made.pixels.flags.c_contiguous
        assert made.limits.dtype == np.float32
        assert made.limits.shape == part.shape[:1]
        assert (made.limits > 0).all()
        assert made.signed == bool((exact < 0).any())
        levels = 127.5 if made.signed else 255.0
        allowed = made.limits[:, None, None] * (0.5 / levels * 1.001) + 1e-35
        assert (np.abs(made.values() - exact) <= allowed).all()


@given(arrays(np.float32, _LAYOUT.size, elements=_VALUES), st.sampled_from(list(Scale)))
def test_torch_quantizes_as_numpy_does(flat: np.ndarray, scale: Scale) -> None:
    rest = np.array([1.5, -2.0], np.float32)
    vector = torch.from_numpy(np.concatenate([flat, rest]))
    for ours, theirs in zip(
        quantized(vector, _LAYOUT, scale), quantized_on_device(vector, _LAYOUT, scale), strict=True
    ):
        if isinstance(ours, np.ndarray):
            np.testing.assert_array_equal(ours, rest)
            np.testing.assert_array_equal(theirs, rest)
            continue
        assert ours.keys() == theirs.keys()
        for name, maps in ours.items():
            np.testing.assert_array_equal(maps.pixels, theirs[name].pixels)
            np.testing.assert_array_equal(maps.limits, theirs[name].limits)
            assert maps.signed == theirs[name].signed


def test_scales_are_over_map_layer_or_network_and_the_input_keeps_its_own() -> None:
    layout = Layout.of(
        [("input", (1, 1, 2)), ("a", (2, 1, 2)), ("b", (2,))], [("a", (1, 1, 1, 2)), ("b", (1, 1, 1, 2))]
    )
    flat = np.array([9, -3, 1, 2, -4, 0, 0.5, 0.25, 0.1, 0.2, -0.3, 0.1], np.float32)

    def limits(scale: Scale) -> list[float]:
        maps, kernels = pictures(flat, layout, scale)
        return [float(limit) for one in (*maps.values(), *kernels.values()) for limit in one.limits]

    assert limits(Scale.MAP) == pytest.approx([9, 2, 4, 0.5, 0.25, 0.2, 0.3])
    assert limits(Scale.LAYER) == pytest.approx([9, 4, 4, 0.5, 0.5, 0.2, 0.3])
    assert limits(Scale.NETWORK) == pytest.approx([9, 4, 4, 4, 4, 0.3, 0.3])


def test_zeros_have_the_limit_one_and_stay_zero() -> None:
    layout = Layout.of([("a", (2, 2, 2))], [])
    for scale in Scale:
        made = pictures(np.zeros(8, np.float32), layout, scale)[0]["a"]
        np.testing.assert_array_equal(made.limits, 1.0)
        np.testing.assert_array_equal(made.values(), 0.0)
        assert not made.signed


def test_values_too_small_for_a_scale_are_zeros() -> None:
    made = pictures(np.array([1e-42, -1e-40], np.float32), Layout.of([("a", (2,))], []), Scale.LAYER)[0]["a"]
    np.testing.assert_allclose(made.values(), 0.0, atol=0.005)


@pytest.mark.parametrize("quantize", [quantized, quantized_on_device])
def test_nan_is_drawn_as_zero_and_infinity_as_the_largest(quantize: object) -> None:
    layout = Layout.of([("a", (4,)), ("b", (2,))], [])
    vector = torch.tensor([float("nan"), float("inf"), -1.0, float("-inf"), 1.0, 2.0])
    maps = quantize(vector, layout, Scale.LAYER)[0]  # type: ignore[operator]
    a: Maps = maps["a"]
    assert np.isfinite(a.limits).all()
    assert a.pixels.ravel().tolist() == [128, 255, 128, 0]
    assert maps["b"].pixels.ravel().tolist() == [128, 255]


def test_nothing_watched_is_nothing_drawn() -> None:
    maps, kernels, rest = quantized_on_device(torch.ones(3), Layout(()), Scale.LAYER)
    assert not maps
    assert not kernels
    np.testing.assert_array_equal(rest, 1.0)
    assert pictures(np.zeros(0, np.float32), Layout(()), Scale.MAP) == ({}, {})


def test_maps_larger_than_can_be_drawn_are_averaged_and_keep_the_scale_of_their_cells() -> None:
    layout = Layout.of([("a", (2, 6, 6)), ("b", (3,)), ("c", (2, 4, 8))], [("a", (4, 1, 9, 9))], largest=3)
    assert [(part.shape, part.step) for part in layout.parts] == [
        *(((2, 3, 3), 2), ((3, 1, 1), 1), ((2, 2, 3), 3), ((4, 9, 9), 1)),
    ]
    assert layout.told == 8
    flat = np.linspace(0.0, 1.0, layout.size, dtype=np.float32)
    told = np.array([0, -4, 2, 3, 0, 0, np.nan, 9], np.float32)
    for quantize in (quantized, quantized_on_device):
        vector = torch.from_numpy(np.concatenate([flat, told, np.ones(1, np.float32)]))
        for scale, limits in ((Scale.MAP, [2, 4]), (Scale.LAYER, [4, 4])):
            maps, _, rest = quantize(vector, layout, scale)
            np.testing.assert_array_equal(maps["a"].limits, limits)
            assert maps["a"].signed
            assert maps["a"].step == 2
            assert np.isfinite(maps["c"].limits).all()
            np.testing.assert_array_equal(rest, 1.0)
