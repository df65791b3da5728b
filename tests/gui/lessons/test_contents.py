"""The lessons themselves: every link is exact, and what they claim is what the trace or the network gives."""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from engine import traces
from engine.messages import Graph
from gui import labs, links
from gui.labs.convolution import state as convolution
from gui.labs.convolution.cost import convolution_cost, dense_cost
from gui.labs.pooling import state as pooling
from gui.labs.studio.state import Page, StudioState
from gui.lessons.library import load
from gui.lessons.markdown import Lesson, Show
from gui.views.network import receptive

LESSONS = {lesson.id: lesson for lesson in load()}
TYPES = {
    "convolution": lambda: convolution.ConvolutionState,
    "pooling": lambda: pooling.PoolingState,
    "studio": lambda: StudioState,
}
BUNDLED = ("lenet", "lenet-relu")
WEIGHTS = Path(__file__).resolve().parents[3] / "resources" / "weights"


def shows() -> Iterator[Any]:
    for lesson in LESSONS.values():
        for show in lesson.shows:
            yield pytest.param(lesson, show, id=f"{lesson.id}: {show.title}")


def state_of(show: Show) -> Any:
    _, state, messages = links.read(show.link, TYPES)
    assert messages == ()
    return state


@lru_cache
def graph(network: str) -> Graph:
    import json

    return Graph.from_json(json.loads((WEIGHTS / f"{network}.json").read_text())["graph"])


def pool(state: pooling.PoolingState) -> traces.Trace:
    x = pooling.values_of(state)
    if state.kind is pooling.Kind.GLOBAL:
        return (traces.global_max_pool if state.main is pooling.Function.MAX else traces.global_average_pool)(x)
    sizes = {"stride": state.stride, "padding": state.padding}
    if state.main is pooling.Function.MAX:
        return traces.max_pool(x, state.kernel, dilation=state.dilation, ceil_mode=state.ceil_mode, **sizes)
    return traces.average_pool(x, state.kernel, ceil_mode=state.ceil_mode, **sizes)


@pytest.mark.parametrize(("lesson", "show"), list(shows()))
def test_links_are_exact_and_short(lesson: Lesson, show: Show) -> None:
    state = state_of(show)
    assert links.to_link(links.split(show.link).lab, state) == show.link  # nothing left out, unknown or put right
    assert len(show.link) < 2000
    if isinstance(state, StudioState):
        assert state.node or state.page in (Page.NETWORK, Page.CURVES, Page.COMPARE)
        if state.node and state.network in BUNDLED:
            shape = graph(state.network)[state.node].output_shape
            assert (state.map, state.row, state.column) < tuple((*shape, 1, 1)[:3])
            assert state.map < shape[0]


@pytest.mark.parametrize(("lesson", "show"), list(shows()))
def test_hints_are_what_is_computed(lesson: Lesson, show: Show) -> None:
    state, hint = state_of(show), show.hint
    if isinstance(state, StudioState):
        if state.network in BUNDLED and state.page is not Page.COMPARE and state.drawing == "maps":
            check_studio(state, hint)  # of others the journey through the app reads the numbers
        return
    trace = convolution.trace(state) if isinstance(state, convolution.ConvolutionState) else pool(state)
    if found := re.fullmatch(r"step (\d+)", hint):
        assert state.step == int(found[1]) - 1 < len(trace)
    elif found := re.fullmatch(r"= (-?\d+)", hint):
        assert trace[state.step].value == float(found[1])
    elif re.fullmatch(r"\d+(×\d+)+", hint):
        channels, *sides = trace.output.shape
        shape = [*sides, channels] if hint.count("×") > 1 else sides
        assert [int(side) for side in hint.split("×")] == shape
    elif found := re.fullmatch(r"(\d+) weights", hint):
        cost = convolution_cost(
            in_channels=state.in_channels, out_channels=state.out_channels, kernel=state.kernel, groups=state.groups,
            bias=state.bias, positions=1,
        )  # fmt: skip
        assert cost.parameters == int(found[1])
    elif found := re.fullmatch(r"sum (\d)", hint):
        assert sum(state.w) / state.divide == float(found[1])
    elif hint == "4,608,000":
        assert state.side * state.side * state.units == 4_608_000
        assert len(state.w) == 9
    else:
        assert hint == "Sobel"
        assert state.w == (-1, 0, 1, -2, 0, 2, -1, 0, 1)


def check_studio(state: StudioState, hint: str) -> None:
    net = graph(state.network)
    if hint == "step 0":
        assert not state.pretrained
    elif re.fullmatch(r"[\d,]+", hint):
        number = int(hint.replace(",", ""))
        assert number in {net.parameters, *(node.parameters for node in net.nodes)}
    elif hint == "gradient":
        assert state.quantity == "gradients"
    elif hint == "nudged":
        assert state.page == "layer"
        assert state.node
        assert not state.large
    elif hint == "6 kernels":
        assert net[state.node].output_shape[0] == 6
    elif hint == "1 of 1,600":
        assert int(np.prod(net[state.node].output_shape)) == 1600
    else:
        sides = [int(side) for side in hint.split("×")]
        if len(sides) == 3:
            channels, *rest = net[state.node].output_shape
            assert sides == [*rest, channels]
        else:
            assert tuple(sides) == receptive.field(net, state.node).size


@pytest.mark.parametrize("lesson", LESSONS.values(), ids=list(LESSONS))
def test_lessons_are_short(lesson: Lesson) -> None:
    assert 30 <= len(lesson.text.split()) <= 100
    assert len(lesson.paragraphs) <= 4
    assert len(lesson.title) <= 44
    assert 2 <= len(lesson.shows) <= 10
    for show in lesson.shows:
        assert len(show.title) + len(show.hint) <= 32, "a row of the small panel holds no more"


def test_numbers_and_names_are_those_of_the_lecture(shared: Path) -> None:
    rows = re.findall(r"^\| `([a-z-]+)` \|", (shared / "LECTURE.md").read_text(encoding="utf-8"), re.MULTILINE)
    assert len(rows) == 28
    assert {lesson.id: lesson.number for lesson in LESSONS.values()} == {id: rows.index(id) + 1 for id in LESSONS}


def test_every_lab_that_a_lesson_leads_to_is_named_in_the_rail_or_not_yet_there() -> None:
    there = {entry.name for entry in labs.discover()}
    assert there & {lab for lesson in LESSONS.values() for lab in lesson.labs} >= {"convolution", "studio"}


# The numbers in the texts.


def test_parameter_count() -> None:
    text = LESSONS["parameter-count"].text
    dense = dense_cost(inputs=96 * 96, outputs=500, bias=False)
    assert f"9,216·500 = {dense.parameters:,}" in text
    assert dense.parameters == 4_608_000
    assert f"{96 * 96:,} inputs" in text
    net = graph("lenet")
    assert f"{net['dense1'].parameters:,} of {net.parameters:,}" in text


def test_locality() -> None:
    net = graph("lenet-relu")
    fields = [receptive.field(net, node).size[0] for node in ("conv1", "pool1", "conv2", "pool2")]
    assert fields == [5, 6, 14, 16]
    assert "5, then 6, 14 and 16 pixels" in LESSONS["locality"].text
    assert receptive.field(net, "dense1").everything


def test_translation() -> None:
    """The shape gives the same numbers, moved as far: exactly, wherever no window crosses the border of the shape."""
    outputs = [
        convolution.trace(state_of(show)).output[0] for show in LESSONS["translation"].shows if show.hint == "= 11"
    ]
    corner, right, bottom = outputs
    assert "11" in LESSONS["translation"].text
    assert corner.max() == 11.0
    assert np.array_equal(corner[:, :5], right[:, 3:])
    assert np.array_equal(corner[:3, :3], bottom[5:, 5:])


def test_convolution() -> None:
    lesson = LESSONS["convolution"]
    trace = convolution.trace(state_of(lesson.shows[0]))
    assert trace.inputs[0][0].tolist() == [
        [1, 1, 1, 0, 0], [0, 1, 1, 1, 0], [0, 0, 1, 1, 1], [0, 0, 1, 1, 0], [0, 1, 1, 0, 0],
    ]  # fmt: skip
    assert trace.output[0].tolist() == [[4, 3, 4], [2, 4, 3], [2, 3, 4]]
    assert "3·3 = 9 places, so the output is 3×3" in lesson.text


def test_two_filters() -> None:
    lesson = LESSONS["two-filters"]
    trace = convolution.trace(state_of(lesson.shows[0]))
    assert (trace.inputs[0].shape, trace.weights["weight"].shape, trace.output.shape) == (
        (3, 5, 5),
        (2, 3, 3, 3),
        (2, 3, 3),
    )
    assert "⌊(5 + 2·1 − 3) / 2⌋ + 1 = 3" in lesson.text
    assert (5 + 2 * 1 - 3) // 2 + 1 == 3
    assert trace[0].index == (0, 0, 0)
    assert any(term.padding for term in trace[0].terms)
    assert trace[9].index == (1, 0, 0)
    for step in trace:
        assert sum(term.product for term in step.terms) + step.bias == step.value


def test_intuition_check() -> None:
    state = state_of(LESSONS["intuition-check"].shows[0])
    assert state.check
    trace = convolution.trace(state)
    assert trace.inputs[0][0].tolist() == [[0, 1, 2], [3, 4, 5], [6, 7, 8]]
    assert trace.weights["weight"][0, 0].tolist() == [[0, 1], [2, 3]]
    assert trace.output[0].tolist() == [[19, 25], [37, 43]]
    for answer in ("19", "25", "37", "43"):
        assert answer not in LESSONS["intuition-check"].text


def test_kernels() -> None:
    by_title = {show.title: state_of(show) for show in LESSONS["kernels"].shows}
    assert by_title["Identity"].w == (0, 0, 0, 0, 1, 0, 0, 0, 0)
    assert (set(by_title["Box blur"].w), by_title["Box blur"].divide) == ({1.0}, 9)
    rows = np.reshape(by_title["Sobel, left to right"].w, (3, 3))
    assert np.array_equal(rows.T.ravel(), by_title["Sobel, top to bottom"].w)
    assert {"Gaussian blur", "Sharpen", "Laplacian", "Emboss", "Horizontal lines"} <= set(by_title)


def test_volumes_and_lenet() -> None:
    net = graph("lenet")

    def shape(node: str) -> str:
        channels, *sides = net[node].output_shape
        return "×".join(map(str, (*sides, channels)))

    maps = ", ".join(shape(node) for node in ("conv1", "pool1", "conv2", "pool2"))
    assert maps == "28×28×6, 14×14×6, 10×10×16, 5×5×16"
    assert f"{shape('input')}, {maps}." in LESSONS["volumes"].text
    text = LESSONS["lenet"].text
    assert f"{maps}, {', '.join(shape(node) for node in ('dense1', 'dense2', 'output'))}." in text
    assert f"{net.parameters:,}" in text
    assert net.parameters == 61_706


def test_pooling() -> None:
    lesson = LESSONS["pooling"]
    tie = next(state_of(show) for show in lesson.shows if show.title.startswith("A tie"))
    step = pool(tie)[tie.step]
    values = [term.input_value for term in step.terms]
    assert values.count(max(values)) > 1
    assert [term.weight_value for term in step.terms].count(1.0) == 1
    assert next(term for term in step.terms if term.weight_value == 1.0).input_value == max(values)
    mean = next(state_of(show) for show in lesson.shows if show.title.startswith("The mean"))
    assert {term.weight_value for term in pool(mean)[0].terms} == {0.25}
    assert dataclasses.replace(mean, step=0).input_shape[1:] == (8, 8)
    assert "an 8×8 map becomes 4×4" in lesson.text


@pytest.mark.parametrize("lab", ["convolution", "pooling"])
def test_a_link_names_a_bundled_picture_never_a_file(lab: str) -> None:
    _, state, messages = links.read(f"receptive://{lab}?v=1&page=picture&pic=../../etc/passwd", TYPES)
    assert state.picture == "letter"
    assert "pic: “../../etc/passwd” is none of letter" in messages[0]


def test_all_bundled_pictures_can_be_linked() -> None:
    from gui.labs.convolution import pictures
    from gui.labs.pooling.pictures import BUNDLED as POOLED

    drawn = {name: pictures.bundled(name, 96).tobytes() for name in convolution.PICTURES if name != "own"}
    assert len(set(drawn.values())) == len(drawn)
    fields = {field.name: field for field in dataclasses.fields(pooling.PoolingState)}
    assert set(fields["picture"].metadata["choices"]) == {*POOLED, "own"}
