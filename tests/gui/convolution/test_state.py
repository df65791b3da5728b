"""States, presets, costs and code of the convolution lab: no window needed."""

from __future__ import annotations

import csv
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gui import links
from gui.labs.convolution.code import function_lines, module_lines, script
from gui.labs.convolution.cost import convolution_cost, dense_cost
from gui.labs.convolution.presets import FIGURES, PRESETS, Preset, preset
from gui.labs.convolution.receptive_part import LAYERS, widths
from gui.labs.convolution.state import ConvolutionState, PaddingMode, played, trace, weights
from gui.labs.convolution.words import receptive

by_preset = pytest.mark.parametrize("entry", PRESETS, ids=lambda entry: entry.name)


def _read(link: str) -> tuple[ConvolutionState, tuple[str, ...]]:
    _, state, messages = links.read(link, {"convolution": lambda: ConvolutionState})
    return state, messages


@by_preset
def test_presets_are_valid_and_survive_their_link(entry: Preset) -> None:
    assert entry.state.repaired() == (entry.state, ())
    assert _read(links.to_link("convolution", entry.state)) == (entry.state, ())


def _run(source: str) -> np.ndarray:
    names: dict[str, object] = {}
    exec(compile(source, "shown code", "exec"), names)  # our own text, of our own presets
    y = names["y"]
    return y.detach().numpy()  # type: ignore[attr-defined,no-any-return]


@by_preset
@pytest.mark.parametrize("functional", [False, True], ids=["module", "function"])
def test_shown_code_computes_what_is_shown(entry: Preset, functional: bool, capsys: pytest.CaptureFixture[str]) -> None:
    pytest.importorskip("torch")
    source = script(entry.state, functional=functional)
    shown = function_lines(entry.state) if functional else module_lines(entry.state)
    assert all(line in source for line in shown.splitlines())
    np.testing.assert_allclose(_run(source), trace(entry.state).output, rtol=1e-6)
    assert capsys.readouterr().out.startswith("tensor(")


def test_figures_have_the_sizes_of_the_table(shared: Path) -> None:
    with (shared / "data" / "conv_arithmetic_cases.csv").open() as file:
        rows = {row["case"]: row for row in csv.DictReader(file) if row["op"] in ("conv", "convT")}
    named = {entry.name: entry.state for entry in FIGURES}
    checked = 0
    for name, row in rows.items():
        if name not in named:
            continue
        state = named[name]
        assert set(state.size) == {int(row["input"])}
        assert set(state.kernel) == {int(row["kernel"])}
        assert set(state.stride) == {int(row["stride"])}
        assert set(state.padding) == {int(row["padding"])}
        assert set(state.dilation) == {int(row["dilation"])}
        assert state.transposed == (row["op"] == "convT")
        assert set(trace(state).output.shape[1:]) == {int(row["output"])}
        checked += 1
    assert set(rows) - set(named) == set(), "figures without a preset"
    assert checked == len(rows)


def test_numbers_of_the_lecture() -> None:
    assert trace(preset("one-channel").state).output.tolist() == [[[4, 3, 4], [2, 4, 3], [2, 3, 4]]]
    assert trace(preset("intuition-check").state).output.tolist() == [[[19, 25], [37, 43]]]
    filters = trace(preset("two-filters").state)
    assert filters.output.shape == (2, 3, 3)
    assert filters.output[0, 0].tolist() == [7, 6, 4]
    assert filters.output[0, 1, :2].tolist() == [3, 5]
    assert filters[4].sums == (2, 3, -1)
    assert filters[4].bias == 1


def test_costs_of_the_lecture() -> None:
    ours = convolution_cost(in_channels=3, out_channels=2, kernel=(3, 3), groups=1, bias=True, positions=9)
    assert (ours.parameters, ours.multiply_adds) == (56, 486)
    dense = dense_cost(inputs=75, outputs=18, bias=True)
    assert (dense.parameters, dense.multiply_adds) == (1368, 1350)
    assert dense_cost(inputs=96 * 96, outputs=500, bias=False).parameters == 4_608_000
    one = convolution_cost(in_channels=1, out_channels=1, kernel=(3, 3), groups=1, bias=False, positions=94 * 94)
    assert one.parameters == 9


sizes = st.lists(st.integers(0, 12), min_size=1, max_size=3).map(tuple)
ones = st.lists(st.integers(1, 12), min_size=1, max_size=3).map(tuple)


@settings(max_examples=150, deadline=None)
@given(
    axes=st.integers(1, 3), size=ones, kernel=ones, stride=ones, padding=sizes, dilation=ones, output_padding=sizes,
    in_channels=st.integers(1, 16), out_channels=st.integers(1, 16), groups=st.integers(1, 16),
    padding_mode=st.sampled_from(PaddingMode), transposed=st.booleans(), causal=st.booleans(), flip=st.booleans(),
    bias=st.booleans(), step=st.integers(0, 99999), x=st.lists(st.floats(-9, 9), max_size=3).map(tuple),
)  # fmt: skip
def test_any_combination_becomes_one_that_can_be_computed(**values: object) -> None:
    kernel = tuple(min(size, 11) for size in values["kernel"])  # type: ignore[attr-defined]
    state, messages = replace(ConvolutionState(), **{**values, "kernel": kernel}).repaired()  # type: ignore[arg-type]
    assert 0 <= state.step < len(played(state))
    assert all(message.endswith(".") for message in messages)
    assert state.repaired() == (state, ())


@pytest.mark.parametrize(
    ("link", "said"),
    [
        ("receptive://convolution?ci=4&co=6&g=3", "3 groups do not divide 4 and 6 channels; 2 are used."),
        ("receptive://convolution?k=9,9", "but the padded input has 5; kernel 5 is used."),
        ("receptive://convolution?pm=reflect&p=5,5", "Reflect padding 5"),
        ("receptive://convolution?step=40", "There are 9 steps"),
        ("receptive://convolution?d=3", ""),
    ],
)
def test_impossible_links_become_the_nearest_state(link: str, said: str) -> None:
    state, messages = _read(link)
    assert said in " ".join(messages)
    assert len(trace(state)) > 0


def test_receptive_field_of_stacked_layers() -> None:
    state = preset("one-channel").state
    assert [receptive(state, layers) for layers in (1, 2, 3)] == [3, 5, 7]
    assert [receptive(replace(state, stride=(2, 2)), layers) for layers in (1, 2, 3)] == [3, 7, 15]
    assert receptive(preset("dilated").state, 1) == 5


@settings(max_examples=60, deadline=None)
@given(
    axes=st.integers(1, 3), size=ones, kernel=ones, stride=ones, padding=sizes, dilation=ones, output_padding=sizes,
    in_channels=st.integers(1, 6), out_channels=st.integers(1, 6), groups=st.integers(1, 3),
    padding_mode=st.sampled_from(PaddingMode), transposed=st.booleans(), causal=st.booleans(), flip=st.booleans(),
    bias=st.booleans(), functional=st.booleans(),
)  # fmt: skip
def test_shown_code_is_true_whatever_is_set(functional: bool, **values: object) -> None:
    small = {
        name: tuple(min(entry, {"size": 6, "kernel": 4, "dilation": 2}.get(name, 3)) for entry in given)
        for name, given in values.items()
        if isinstance(given, tuple)
    }
    state, _ = replace(ConvolutionState(), **{**values, **small}).repaired()  # type: ignore[arg-type]
    source = script(state, functional=functional)
    assert all(len(line) <= 46 for line in module_lines(state).splitlines())
    scope: dict[str, object] = {}
    exec(compile(source.replace("print(", "shown = ("), "shown code", "exec"), scope)
    np.testing.assert_allclose(scope["shown"].detach().numpy(), trace(state).output, atol=1e-4)  # type: ignore[attr-defined]


@pytest.mark.parametrize(("stride", "dilation"), [(1, 1), (2, 1), (3, 2)])
def test_the_pyramid_ends_in_the_receptive_field(stride: int, dilation: int) -> None:
    state = replace(preset("one-channel").state, stride=(stride, stride), dilation=(dilation, dilation))
    found = widths(state)
    assert found[0] == 1
    assert found[-1] == receptive(state, LAYERS)
    assert found[1] == receptive(state, 1)


def test_a_random_kernel_is_never_all_zeros() -> None:
    states = [ConvolutionState(seed=seed, kernel=(1, 2)) for seed in range(60)]
    assert all(weights(state).any() for state in states)
