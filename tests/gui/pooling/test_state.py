"""States, presets, costs, code and the shift of the pooling lab: no window needed."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gui import links
from gui.labs.pooling import shift as shifts
from gui.labs.pooling.code import code_lines, comment, script, winner_place
from gui.labs.pooling.cost import costs
from gui.labs.pooling.lanes import functions, gradient, lanes, obstacle
from gui.labs.pooling.presets import PRESETS, Preset, preset, preset_of
from gui.labs.pooling.state import (
    Compare,
    Function,
    Kind,
    PoolingState,
    resized,
    values_of,
    with_axes,
    with_value,
)

by_preset = pytest.mark.parametrize("entry", PRESETS, ids=lambda entry: entry.name)


def _read(link: str) -> tuple[PoolingState, tuple[str, ...]]:
    _, state, messages = links.read(link, {"pooling": lambda: PoolingState})
    return state, messages


@by_preset
def test_presets_are_valid_and_survive_their_link(entry: Preset) -> None:
    assert entry.state.repaired() == (entry.state, ())
    assert _read(links.to_link("pooling", entry.state)) == (entry.state, ())
    assert preset_of(replace(entry.state, step=0)) is not None


def _run(source: str) -> dict[str, object]:
    names: dict[str, object] = {}
    exec(compile(source, "shown code", "exec"), names)
    return names


@by_preset
def test_shown_code_computes_what_is_shown(entry: Preset, capsys: pytest.CaptureFixture[str]) -> None:
    shown = lanes(entry.state)
    assert code_lines(entry.state) in script(entry.state)
    assert all(len(line) <= 40 for line in code_lines(entry.state).splitlines())
    names = _run(script(entry.state))
    for name, lane in zip(("y", "z"), shown, strict=False):
        np.testing.assert_allclose(names[name].numpy(), lane.trace.output, rtol=1e-5)  # type: ignore[attr-defined]
        if lane.largest:
            at = names["at"].numpy()  # type: ignore[attr-defined]
            assert [winner_place(lane, n) for n in range(len(lane.trace))] == at.ravel().tolist()
    assert ("z" in names) == (len(shown) == 2)


def test_the_sketch() -> None:
    state = preset("tie").state
    largest, mean = lanes(state)
    assert largest.trace.output[0, :2].tolist() == [[2, 5, 7, 9], [8, 9, 8, 9]]
    assert mean.trace.output[0, :2].tolist() == [[1, 2, 2.75, 5], [5.5, 4.5, 5.75, 4]]
    assert comment((largest, mean), 6) == "# 2×8×8 → 2×4×4, at[0,1,2] = 21"
    compared = shifts.compare(state, values_of(state), 0)
    assert [int(row.changed.sum()) for row in compared.rows] == [7, 14, 13]
    assert [round(row.mean_change, 4) for row in compared.rows] == [1.1875, 1.0625, 3.3125]
    assert [cost.operations for cost in costs(state, (largest, mean))] == [96, 128, 256]
    assert [cost.parameters for cost in costs(state, (largest, mean))] == [0, 0, 18]
    assert costs(state, (largest, mean))[0].sum == "32·3"


def test_the_figures_of_convolution_arithmetic() -> None:
    (mean,) = lanes(preset("numerical_average_pooling").state)
    (largest,) = lanes(preset("numerical_max_pooling").state)
    assert mean.trace.output[0].round(1).tolist() == [[1.7, 1.7, 1.7], [1.0, 1.2, 1.8], [1.1, 0.8, 1.3]]
    assert largest.trace.output[0].tolist() == [[3, 3, 3], [3, 3, 3], [3, 2, 3]]


def test_a_shift_by_a_stride_moves_the_outputs_along() -> None:
    state = replace(preset("max").state, shift=(0, 2))
    compared = shifts.compare(state, values_of(state), 0)
    assert compared.moves
    assert [int(row.changed.sum()) for row in compared.rows] == [0, 0, 0]
    assert [row.usual for row in compared.rows] == [0, 0, 0]


def test_random_maps_change_less_often_under_max() -> None:
    state = PoolingState()
    largest, mean, taken = (row.usual for row in shifts.compare(state, values_of(state), 0).rows)
    assert largest < taken < mean <= 16


@by_preset
def test_gradients_are_those_of_torch(entry: Preset) -> None:
    torch = pytest.importorskip("torch")
    x = torch.tensor(values_of(entry.state), requires_grad=True)
    names: dict[str, object] = {"x": x, "F": torch.nn.functional}
    exec(code_lines(entry.state), names)
    for name, lane in zip(("y", "z"), lanes(entry.state), strict=False):
        step = len(lane.trace) // 2
        (expected,) = torch.autograd.grad(names[name].flatten()[step], x, retain_graph=True)  # type: ignore[attr-defined]
        found = np.zeros(x.shape)
        indices, shares = gradient(lane, step)
        np.add.at(found, tuple(indices.T), shares)
        np.testing.assert_allclose(found, expected.numpy(), atol=1e-6)


_sizes = st.integers(1, 9)
_pairs = st.tuples(_sizes, _sizes)


@settings(max_examples=120, deadline=None)
@given(
    axes=st.integers(1, 2), kind=st.sampled_from(Kind), function=st.sampled_from(Function),
    compare=st.sampled_from(Compare), size=_pairs, kernel=_pairs, stride=_pairs,
    padding=st.tuples(st.integers(0, 6), st.integers(0, 6)), dilation=st.tuples(st.integers(1, 4), st.integers(1, 4)),
    ceil_mode=st.booleans(), count=st.booleans(), step=st.integers(0, 400),
)  # fmt: skip
def test_any_state_is_repaired_to_one_that_torch_computes(
    axes: int, kind: Kind, function: Function, compare: Compare, size: tuple[int, int], kernel: tuple[int, int],
    stride: tuple[int, int], padding: tuple[int, int], dilation: tuple[int, int], ceil_mode: bool, count: bool,
    step: int,
) -> None:  # fmt: skip
    state, messages = PoolingState(
        axes=axes, kind=kind, function=function, compare=compare, size=size, kernel=kernel, stride=stride,
        padding=padding, dilation=dilation, ceil_mode=ceil_mode, count_include_pad=count, step=step, channels=2,
    ).repaired()  # fmt: skip
    assert state.repaired() == (state, ())
    assert all(message.endswith(".") for message in messages)
    shown = lanes(state)
    assert tuple(lane.function for lane in shown) == functions(state)
    assert len(shown) == 2 or state.compare is Compare.NONE or obstacle(state)
    torch = pytest.importorskip("torch")
    names: dict[str, object] = {"x": torch.tensor(values_of(state)), "F": torch.nn.functional}
    exec(code_lines(state), names)
    for name, lane in zip(("y", "z"), shown, strict=False):
        np.testing.assert_allclose(names[name].numpy(), lane.trace.output, rtol=1e-5, atol=1e-9)  # type: ignore[attr-defined]
    shifts.compare(state, values_of(state), 0)
    costs(state, shown)


def test_unknown_and_impossible_values_say_so() -> None:
    state, messages = _read("receptive://pooling?k=3,3&p=2,2&pool=maxx&step=9999&size=3")
    assert state.padding == (1, 1)
    assert state.kind is Kind.MAX
    text = " ".join(messages)
    assert "half of the kernel of 3" in text
    assert "maxx" in text
    assert "step 9999 is none" in text
    assert "size" in text


def test_edited_numbers_stay_when_the_input_grows() -> None:
    state = with_value(preset("max").state, (0, 1, 1), 99.0)
    grown = resized(state, size=(9, 9), channels=3)
    assert values_of(grown).shape == (3, 9, 9)
    assert values_of(grown)[0, 1, 1] == 99
    assert with_axes(grown, 1).repaired()[1] == ()
    assert with_axes(with_axes(grown, 1), 2).axes == 2
