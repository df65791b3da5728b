"""What is worked out of the runs, without Qt: groups of seeds, differences, curves, stages, settings, twins."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from engine.messages import Graph, Node, Operation, TrainPoint
from engine.messages.compare import CURRENT, Plan, RunAdvanced, RunSeen
from gui.views.compare import curves_series, pairing, settings_rows
from gui.views.compare.choices import choices, with_epochs
from gui.views.compare.model import difference, groups, per_class, same_data
from gui.views.compare.naming import tell_apart, weights_note
from gui.views.compare.pair_layout import Size, fitting, lay_out, options
from gui.views.compare.stages import columns, pick, stages
from tests.gui.compare.examples import DIGITS, SETTINGS, evaluated, graph, pair, run


def test_runs_that_differ_in_their_seed_alone_are_a_group() -> None:
    runs = [run("a", 0), run("b", 1, seed=1), run("c", 2, seed=2, batch_size=32), run("d", 3, seed=1)]
    assert [[one.name for one in group] for group in groups(runs)] == [["a", "b"], ["c"], ["d"]]
    tell_apart(runs[:2])
    assert [one.title for one in runs[:2]] == ["Seed 0", "Seed 1"]
    assert runs[1].subtitle == "LeNet with ReLU, ReLU, max pooling"
    tell_apart([*runs[:2], run("e", 4, network="lenet")])
    assert runs[1].title == "LeNet with ReLU, seed 1"
    tell_apart(runs[:1])
    assert runs[0].title == "LeNet with ReLU"


def test_runs_of_one_name_are_told_apart_by_what_differs() -> None:
    runs = [run("a", 0), run("b", 1, seed=1, batch_size=32)]
    tell_apart(runs)
    assert [one.title for one in runs] == ["LeNet with ReLU, seed 0", "LeNet with ReLU, seed 1"]
    runs[1] = run("b", 1, learning_rate=0.5)
    tell_apart(runs)
    assert [one.short for one in runs] == ["Rate 0.02", "Rate 0.5"]
    runs[1].opened = replace(runs[1].opened, dataset=replace(DIGITS, title="MNIST", name="mnist"))
    tell_apart(runs)
    assert runs[1].title == "LeNet with ReLU, MNIST"
    assert not same_data(*runs)
    other = run("c", 2, network="lenet")
    tell_apart([*runs, other])
    assert other.subtitle == "sigmoid, average pooling, Digits"
    same = [run("a"), run("b", 1)]
    tell_apart(same)
    assert same[0].title == same[1].title == "LeNet with ReLU"


def test_it_is_said_whose_weights_are_shown() -> None:
    one = run()
    seen = RunSeen(0, {}, np.full(10, 0.1, np.float32))
    assert weights_note(one, seen, past=False) == ""
    one.opened = replace(one.opened, initial=True)
    assert weights_note(one, seen, past=True) == "random weights"
    one.opened = replace(one.opened, facts=replace(one.facts, network="net.py:Net"))
    assert weights_note(one, seen, past=False) == "initial weights"
    assert weights_note(one, replace(seen, moment=50), past=True) == "weights of step 50"
    assert weights_note(one, replace(seen, moment=50), past=False) == ""  # as it trains, the last ones


def test_any_two_of_the_runs_are_beside_each_other() -> None:
    names = ("a", "b", "c", "d")
    assert pairing.chosen(names, ()) == ("a", "b")
    assert pairing.chosen(names, ("d", "gone")) == ("d", "a")
    assert pairing.chosen(names, ("c", "c")) == ("c", "a")
    assert pairing.chosen(("a",), ("b", "a")) == ("a",)
    assert pairing.put(names, (), pairing.BELOW, "d") == ("a", "d")
    assert pairing.put(names, ("a", "d"), pairing.ABOVE, "d") == ("d", "a")
    pair: tuple[str, ...] = ()
    seen = []
    for _ in range(3):
        pair = pairing.turned(names, pair, pairing.BELOW, 1)
        seen.append(pair)
    assert seen == [("a", "c"), ("a", "d"), ("a", "b")]
    assert pairing.turned(names, pair, pairing.ABOVE, -1) == ("d", "b")


def test_a_band_is_mean_and_deviation_as_far_as_all_reach() -> None:
    runs = [run("a", 0, fall=0.02), run("b", 1, seed=1, fall=0.04), run("c", 2, seed=2, fall=0.06, steps=80)]
    made = curves_series.lines(runs, by_time=False, smoothing=0.0, banded=True)
    held = next(line for line in made if line.held and line.part == 0)
    assert held.low is not None
    assert held.high is not None
    assert (held.x[0], held.x[-1]) == (10, 80)
    at_80 = 2.3 * np.exp(-np.array([0.02, 0.04, 0.06]) * 80)
    assert held.y[-1] == pytest.approx(at_80.mean())
    assert held.high[-1] - held.y[-1] == pytest.approx(at_80.std())
    assert len(curves_series.lines(runs, by_time=False, smoothing=0.0, banded=False)) == 12


def test_a_run_that_diverges_leaves_the_others_their_room() -> None:
    runs = [run("a", 0), run("b", 1, learning_rate=50.0)]
    runs[1].train[50:, 2] = 1e19
    runs[1].train[90:, 2:4] = np.nan
    drawn = curves_series.lines(runs, by_time=False, smoothing=0.0, banded=False)
    assert all(np.isfinite(line.y).all() for line in drawn)
    assert 10 < curves_series.ceiling(drawn) < 30
    steps = next(row for row in settings_rows.rows(runs) if row.name == "Steps made")
    assert steps.values == ("100", "100, loss NaN")
    runs[1].train[90:, 2] = 1e19
    assert settings_rows.rows(runs)[-4].values[1] == "100, diverged"


def test_ends_of_seeds_have_their_deviation() -> None:
    runs = [run("a", 0, fall=0.02), run("b", 1, seed=1, fall=0.04), run("c", 2, network="lenet")]
    first, last = curves_series.ends(curves_series.lines(runs, by_time=False, smoothing=0.0, banded=True), 0)
    assert first.deviation == pytest.approx(np.std([one.held[-1, 2] for one in runs[:2]]))
    assert last.deviation is None


def test_layers_that_both_networks_have_come_first() -> None:
    found = columns(graph("lenet"), graph("lenet-relu"))
    assert [one.title for one in pick(found, 2)] == ["Conv 1", "Conv 2"]
    dense = tuple(replace(one, first=None) if one.title.startswith("Conv") else one for one in found)
    assert [one.title for one in pick(dense, 2)] == ["Conv 1", "Dense 1"]
    assert [one.title for one in pick(dense, 1)] == ["Dense 1"]


def test_marks_say_when_all_first_reached_a_level() -> None:
    runs = [run("a", 0, fall=0.06), run("b", 1, fall=0.03, batch_size=32)]
    drawn = curves_series.lines(runs, by_time=False, smoothing=0.9, banded=True)
    marks = {mark.place: mark for mark in curves_series.marks(drawn)}
    assert marks[0].level == marks[1].level == 0.95 if runs[1].held[-1, 3] >= 0.95 else 0.9
    first = next(row for row in runs[0].held if row[3] >= marks[0].level)
    assert marks[0].x == first[0]
    assert marks[0].x < marks[1].x
    timed = curves_series.lines(runs, by_time=True, smoothing=0.9, banded=True)
    assert curves_series.marks(timed)[0].x == pytest.approx(marks[0].x * 0.05)
    assert curves_series.reach(runs, by_time=True) == pytest.approx(5.0)


def test_points_are_added_once() -> None:
    one = run()
    more = np.array([[100, 2, 0.1, 0.9, 5.0], [101, 2.02, 0.1, 0.9, 5.05]])
    one.advance(RunAdvanced("one", more, np.zeros((0, 7)), (0, 101)))
    assert len(one.train) == 101
    one.add([TrainPoint(102, 2.04, 0.1, 0.9, 5.1), TrainPoint(102, 2.04, 0.1, 0.9, 5.1)][:1])
    assert one.end == 102


def test_differences_are_those_that_one_alone_gets_right() -> None:
    found = difference(evaluated("a", (3, 7)), evaluated("b", (7, 12, 13)))
    assert found is not None
    assert set(found.only_second) == {3}
    assert set(found.only_first) == {12, 13}
    assert (found.both_right, found.both_wrong) == (36, 1)
    other = evaluated("c", ())
    changed = type(other)("c", 1, np.zeros(40, int), other.predicted, other.confidence, 0.0)
    assert difference(other, changed) is None


def test_accuracy_per_class() -> None:
    shares = per_class(evaluated("a", (3, 13, 7)), 11)
    assert shares[3] == 0.5
    assert shares[7] == 0.75
    assert shares[0] == 1
    assert np.isnan(shares[10])


def test_stages_are_layers_with_their_activation() -> None:
    found = stages(graph("lenet"))
    assert [(stage.title, stage.node, stage.source) for stage in found] == [
        ("Conv 1", "act1", "conv1"),
        ("Conv 2", "act2", "conv2"),
        ("Dense 1", "act3", "dense1"),
        ("Dense 2", "act4", "dense2"),
    ]
    assert found[1].before == ("Average pool 2/2", "Conv 5×5", "Sigmoid")
    deep = Graph("deep", "Deep", tuple(
        Node(f"conv{place}", Operation.CONV2D, (f"conv{place - 1}" if place else "input",), (4, 8, 8))
        for place in range(5)
    ))  # fmt: skip
    beside = columns(graph("lenet"), deep)
    assert [column.title for column in beside if None not in column.stages] == ["Conv 1", "Conv 2 | 5"]
    assert [column.title for column in beside][:5] == ["Conv 1", "Conv 2", "Conv 3", "Conv 4", "Conv 2 | 5"]
    both = columns(graph("lenet"), None)
    assert [column.second for column in both] == [None] * 4


def test_settings_that_differ_come_first() -> None:
    rows = settings_rows.rows(pair())
    differing = [row.name for row in rows if row.differs]
    assert differing == ["Network", "Activation", "Pooling", "Learning rate", "Optimizer"]
    assert [row.name for row in rows][: len(differing)] == differing
    by_name = {row.name: row.values for row in rows}
    assert by_name["Activation"] == ("ReLU", "sigmoid")
    assert by_name["Pooling"] == ("max", "average")
    assert by_name["Parameters"] == ("61,706", "61,706")
    assert by_name["Accuracy"] == ("95.00 %", "92.50 %")


def test_two_clicks_train_a_twin_that_differs_in_one_thing() -> None:
    found = {choice.key: choice for choice in choices(SETTINGS, untrained=False, known=frozenset())}
    assert found["activation"].plans == (Plan(CURRENT, network="lenet-sigmoid-max"),)
    assert found["pooling"].plans == (Plan(CURRENT, network="lenet-relu-average"),)
    assert found["lenets"].plans == (Plan(CURRENT, network="lenet", recipe=True),)
    assert [plan.seed for plan in found["seeds"].plans] == [1, 2, 3]
    assert "trained" not in found
    untrained = choices(SETTINGS, untrained=True, known=frozenset({"trained:lenet", "trained:lenet-relu"}))
    assert untrained[0].plans[0] == Plan(CURRENT)
    assert untrained[-1].runs == ("trained:lenet", "trained:lenet-relu")
    assert {plan.epochs for plan in with_epochs(untrained[0], 3)} == {3}


@pytest.mark.parametrize(("width", "height"), [(806, 484), (999, 620), (1650, 930), (600, 380)])
@pytest.mark.parametrize("maps", [(6, 28, 28), (64, 224, 224), (512, 7, 7), (120, 1, 1), (1, 400, 3)])
def test_blocks_stay_inside_their_lanes(width: int, height: int, maps: tuple[int, int, int]) -> None:
    size = Size(*maps)
    count = fitting(width, 4)
    layout = lay_out(width=width, height=height, input_size=(maps[1], maps[2]), columns=[(size, size)] * count)
    for column in range(count):
        for lane in (0, 1):
            tiles = layout.blocks[column][lane]
            assert tiles is not None
            area, corner = layout.area(lane), layout.corner(lane, column)
            assert tiles.shown >= 1
            last = tiles.rect(tiles.shown - 1, corner)
            assert corner.y() >= area.top() - 1
            assert last.bottom() <= area.bottom() + 1
            assert corner.x() + tiles.width <= layout.outputs[lane].left()


def test_larger_tiles_never_show_fewer_maps() -> None:
    shown = [tiles.shown for tiles in options(Size(16, 10, 10), 180.0, 150.0, 300.0)]
    assert shown == sorted(shown)
    assert shown[-1] == 16
