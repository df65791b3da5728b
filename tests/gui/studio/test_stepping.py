"""From a cell of the network to its step: a transposed convolution is stepped stamp by stamp."""

from __future__ import annotations

import numpy as np
import pytest

from engine import traces
from engine.messages import DatasetFacts, Focus, Graph, Node, Opened, Operation, Settings
from gui.labs.studio import stepping

GRAPH = Graph(
    "up",
    "Up",
    (
        Node("input", Operation.INPUT, (), (2, 4, 4)),
        Node(
            "up",
            Operation.CONV_TRANSPOSE2D,
            ("input",),
            (3, 7, 7),
            weights={"weight": "up.weight", "bias": "up.bias"},
            attributes={"kernel_size": [3, 3], "stride": [2, 2], "padding": [1, 1]},
        ),
    ),
)


@pytest.fixture
def stamping() -> traces.Stamping:
    rng = np.random.default_rng(0)
    x, weight, bias = (rng.normal(size=shape).astype(np.float32) for shape in ((2, 4, 4), (2, 3, 3, 3), (3,)))
    output = traces.transposed_convolution(x, weight, bias, stride=2, padding=1).output
    made = stepping.trace(GRAPH, Focus("up", (x,), output, {"weight": weight, "bias": bias}))
    assert isinstance(made, traces.Stamping)
    return made


def test_a_cell_opens_at_the_stamp_that_completes_it(stamping: traces.Stamping) -> None:
    index = (1, 3, 4)
    step = stepping.first_step(stamping, stepping.Place("up", index))
    cell = stamping.canvas_cell(index)
    assert cell in stamping.reached(step)
    assert stamping.canvas(step)[cell] == pytest.approx(float(stamping.output[index]), abs=1e-5)
    assert stepping.made_by(stamping, step, index) == index


def test_stepping_on_moves_the_pin_to_a_cell_of_the_stamp(stamping: traces.Stamping) -> None:
    for step in (0, 17, len(stamping) - 1):
        found = stepping.made_by(stamping, step, (0, 6, 0))
        assert found[0] == stamping[step].filter
        assert stamping.canvas_cell(found) in stamping.reached(step)


def test_one_that_is_too_large_for_stamps_is_stepped_cell_by_cell(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(stepping, "_MOST_STAMPED", 10)
    x, weight = np.ones((2, 4, 4), np.float32), np.ones((2, 3, 3, 3), np.float32)
    made = stepping.trace(GRAPH, Focus("up", (x,), np.zeros((3, 7, 7), np.float32), {"weight": weight}))
    assert made.name == "transposed_convolution"
    place = stepping.Place("up", (2, 1, 5))
    assert stepping.made_by(made, stepping.first_step(made, place), ()) == (2, 1, 5)


def test_maps_of_one_cell_are_no_fold_of_a_flat_layer() -> None:
    nodes = (
        Node("input", Operation.INPUT, (), (5, 4, 4)),
        Node("pool", Operation.ADAPTIVE_AVG_POOL, ("input",), (5, 1, 1), attributes={"output_size": [1, 1]}),
        Node("flatten", Operation.FLATTEN, ("pool",), (5,)),
        Node("drop", Operation.DROPOUT, ("flatten",), (5,)),
        Node("more", Operation.FLATTEN, ("input",), (80,)),
        Node("dense", Operation.LINEAR, ("more",), (3,)),
    )
    facts = DatasetFacts("digits", "Digits", (), (5, 4, 4), 1, 1)
    settings = Settings("f", "digits", 0, "cpu", 64, 0.1, 0.0, 0.0, 1)
    opened = Opened(Graph("f", "F", nodes), settings, facts, ("cpu",), 1)
    assert stepping.names(opened, "drop").fold is None
    assert stepping.names(opened, "dense").fold == (5, 4, 4)
