"""The layout: the sketch to the pixel, and what must hold at every size and for every network."""

from __future__ import annotations

from itertools import combinations, pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.messages import Graph, Operation
from gui.views.network.columns import columns
from gui.views.network.geometry import Rect
from gui.views.network.layout import Layout, lay_out
from tests.gui import samples

_WIDTHS = {"name": 6.8, "mono": 6.6, "text": 5.9, "label": 7.4}


def measure(text: str, role: str) -> float:
    """Widths as those of Inter and JetBrains Mono, nearly; no screen is needed."""
    return len(text) * _WIDTHS[role]


def _lay_out(graph: Graph, width: int, height: int, density: str = "large", **more: object) -> Layout:
    classes = more.pop("classes", samples.DIGITS)
    return lay_out(
        columns(graph), width=width, height=height, density=density, classes=classes, measure=measure, **more
    )  # type: ignore[arg-type]


def test_lenet_at_the_sketch_s_size_is_the_sketch() -> None:
    layout = _lay_out(samples.lenet_graph(), 1528, 672)
    places = {place.column.node: place for place in layout.places}
    assert layout.axis == 366
    assert (layout.maps_top, layout.maps_bottom) == (98, 634)
    assert layout.input == Rect(24, 268, 196, 196)
    xs = [(place.kernels.x if place.kernels else None, place.x) for place in layout.places]
    assert xs == [
        (None, 24),
        (279, 324),
        (None, 512),
        (624, 712),
        (None, 944),
        (None, 1128),
        (None, 1224),
        (None, 1320),
    ]
    conv1, pool1, conv2, pool2 = (places[name].grid for name in ("conv1", "pool1", "conv2", "pool2"))
    assert conv1 and pool1 and conv2 and pool2  # noqa: PT018
    assert (conv1.tile_width, conv1.pitch_y, conv1.columns) == (84, 90, 1)
    assert (pool1.tile_width, pool1.pitch_y) == (56, 90)
    assert (conv2.tile_width, conv2.pitch_y, conv2.columns, conv2.y) == (60, 68, 2, 98)
    assert (pool2.tile_width, pool2.pitch_y) == (40, 68)
    for name in ("act3", "act4"):
        strip = places[name].strip
        assert strip is not None
        assert (strip.cell_width, strip.cell_height) == (16, 4)
    classes = places["output"].classes
    assert classes is not None
    assert (classes.pitch, classes.rect.width, classes.bar(0).height) == (32, 184, 6)
    assert layout.places[1].bar is not None
    assert layout.places[1].bar.y == 646


def test_lenet_at_the_small_sketch_s_size() -> None:
    layout = _lay_out(samples.lenet_graph(), 1232, 500, "small")
    places = {place.column.node: place for place in layout.places}
    assert layout.axis == 278
    assert layout.input == Rect(24, 208, 140, 140)
    tiles = [grid.tile_width for name in ("conv1", "pool1", "conv2", "pool2") if (grid := places[name].grid)]
    assert tiles == [56, 42, 40, 30]
    xs = [24, 248, 396, 546, 726, 882, 974, 1058]
    for place, x in zip(layout.places, xs, strict=True):
        assert abs(place.x - x) <= 8, place.column.title
    strip = places["act3"].strip
    assert strip is not None
    assert (strip.cell_width, strip.cell_height) == (12, 3)


@pytest.mark.parametrize(("width", "height", "conv1"), [(1528, 672, 3), (2488, 1112, 5), (3768, 1832, 9)])
def test_a_larger_stage_takes_the_next_whole_scale(width: int, height: int, conv1: int) -> None:
    grid = _lay_out(samples.lenet_graph(), width, height).places[1].grid
    assert grid is not None
    assert grid.tile_width == 28 * conv1


def test_what_is_hidden_is_said() -> None:
    graph = samples.deep_graph((64, 128, 256))
    layout = _lay_out(graph, 1528, 672)
    hidden = [place for place in layout.places if place.grid and place.grid.count < place.grid.total]
    assert hidden
    for place in hidden:
        assert place.grid is not None
        assert place.heading.note == f"{place.grid.count} of {place.grid.total}"
        assert place.heading.rect.bottom <= layout.maps_top
    shown = [place for place in layout.places if place.grid and place.grid.count == place.grid.total]
    assert all(not place.heading.note for place in shown)


def test_pages_of_a_layer_that_hides_some() -> None:
    graph = samples.deep_graph((64, 128, 256))
    layout = _lay_out(graph, 1528, 672, first={"conv1_1": 1000})
    grid = next(place.grid for place in layout.places if place.column.node == "conv1_1")
    assert grid is not None
    assert grid.shown.stop == grid.total
    heading = layout.place("conv1_1").heading  # type: ignore[union-attr]
    assert heading.note == f"{grid.first}–{grid.total - 1} of {grid.total}"


def test_many_classes_become_the_most_probable_ones() -> None:
    layout = _lay_out(samples.lenet_graph(classes=1000), 1528, 672, classes=[f"class {i}" for i in range(1000)])
    classes = layout.places[-1].classes
    assert classes is not None
    assert not classes.all_shown
    assert classes.pitch >= 16
    assert 5 <= classes.count < 1000


def test_a_pool_s_maps_stand_beside_those_that_they_are_made_from() -> None:
    for graph in (samples.lenet_graph(), samples.deep_graph()):
        layout = _lay_out(graph, 1528, 672)
        for before, after in pairwise(layout.places):
            if after.column.keeps_maps:
                assert before.grid is not None
                assert after.grid is not None
                for index in after.grid.shown:
                    one, other = before.grid.row_center(index), after.grid.row_center(index)
                    assert one is not None
                    assert other is not None
                    assert abs(one - other) <= 0.5


def test_an_unknown_density_is_refused() -> None:
    with pytest.raises(ValueError, match="large or small"):
        _lay_out(samples.lenet_graph(), 1000, 600, "huge")


def _one_dimensional() -> Graph:
    return samples.chain(
        "sequence",
        "Sequence",
        (1, 128),
        (
            ("conv", Operation.CONV1D, {"out_channels": 8, "kernel_size": 9, "padding": 4}),
            ("act", Operation.RELU, {}),
            ("pool", Operation.MAX_POOL1D, {"kernel_size": 2}),
            ("flatten", Operation.FLATTEN, {}),
            ("output", Operation.LINEAR, {"out_features": 4}),
        ),
    )


GRAPHS = {
    "lenet": (samples.lenet_graph(), samples.DIGITS),
    "lenet-sigmoid-colour": (samples.lenet_graph("sigmoid", channels=3, size=32), samples.FASHION),
    "mlp": (samples.mlp_graph(), samples.DIGITS),
    "mlp-wide": (samples.mlp_graph((512, 4096, 64)), samples.FASHION),
    "deep": (samples.deep_graph(), samples.FASHION),
    "deeper": (samples.deep_graph((64, 128, 256, 512), size=64, classes=100), tuple(f"class {i}" for i in range(100))),
    "large-pictures": (samples.deep_graph((8, 16), size=224), samples.DIGITS),
    "sequence": (_one_dimensional(), ("a", "b", "c", "d")),
}


def _boxes(layout: Layout) -> list[tuple[str, Rect]]:
    """All that must not overlap, with the frames around it."""
    found = []
    for place in layout.places:
        name = place.column.title
        found.append((f"{name} values", place.rect.grown(1)))
        if place.kernels is not None:
            found.append((f"{name} kernels", place.kernels.rect.grown(1)))
        found.append((f"{name} heading", place.heading.rect))
        for kind, bar in (("bar", place.bar), ("kernel bar", place.kernel_bar)):
            if bar is not None:
                found.append((f"{name} {kind}", Rect(bar.x, bar.y - 1, bar.width, 22)))
        if place.classes is not None:
            found.append(("verdict", place.classes.verdict))
    for index, arrow in enumerate(layout.arrows):
        found.append((f"arrow {index}", Rect(arrow.x, arrow.y, arrow.end - arrow.x, 1)))
        for word, rect in arrow.places:
            found.append((f"{word.text} {index}", rect))
    found.append(("switch", layout.samples.switch))
    found.append(("caption", layout.samples.caption))
    if layout.samples.rows:
        found.append(("thumbnails", layout.samples.thumbs))
    return found


@settings(max_examples=150, deadline=None)
@given(
    name=st.sampled_from(sorted(GRAPHS)),
    width=st.integers(930, 3840),
    height=st.integers(300, 2100),
    density=st.sampled_from(["large", "small"]),
)
def test_nothing_overlaps_and_all_lies_within(name: str, width: int, height: int, density: str) -> None:
    graph, classes = GRAPHS[name]
    layout = _lay_out(graph, width, height, density, classes=classes)
    boxes = _boxes(layout)
    for label, box in boxes:
        assert box.x >= 0, label
        assert box.y >= 44, f"{label} lies under the header"
        assert box.right <= layout.width, label
        assert box.bottom <= layout.height, label
    for (one, a), (other, b) in combinations(boxes, 2):
        assert not a.overlaps(b), f"{one} {a} overlaps {other} {b}"


@settings(max_examples=80, deadline=None)
@given(name=st.sampled_from(sorted(GRAPHS)), width=st.integers(930, 3840), height=st.integers(300, 2100))
def test_scales_are_whole_and_everything_keeps_the_axis(name: str, width: int, height: int) -> None:
    graph, classes = GRAPHS[name]
    layout = _lay_out(graph, width, height, classes=classes)
    for place in layout.places:
        assert abs(place.rect.center_y - layout.axis) <= 4, place.column.title
        for grid in (place.grid, place.kernels):
            if grid is None or grid.cells_y == 1:
                continue
            for pixels, cells in ((grid.tile_width, grid.cells_x), (grid.tile_height, grid.cells_y)):
                assert pixels % cells == 0 or pixels <= cells, place.column.title
            assert grid.tile_width < grid.pitch_x
            assert grid.tile_height < grid.pitch_y


@pytest.mark.parametrize("name", ["lenet", "lenet-sigmoid-colour", "mlp"])
@pytest.mark.parametrize(("width", "height", "density"), [(1232, 500, "small"), (1528, 672, "large")])
def test_the_usual_networks_fit_with_all_maps_and_words(name: str, width: int, height: int, density: str) -> None:
    graph, classes = GRAPHS[name]
    layout = _lay_out(graph, width, height, density, classes=classes)
    assert (layout.width, layout.height) == (width, height)
    for place, arrow in zip(layout.places[1:], layout.arrows, strict=True):
        assert [word.node for word in (*arrow.above, *arrow.below)] == list(place.column.nodes)
        if place.grid is not None:
            assert place.grid.count == place.grid.total
        if place.column.kernels is not None:
            assert place.kernels is not None


def test_grids_find_the_cell_that_they_place() -> None:
    layout = _lay_out(samples.lenet_graph(), 1528, 672)
    for place in layout.places:
        grid = place.grid
        if grid is None:
            continue
        for index in grid.shown:
            for row, column in ((0, 0), (grid.cells_y - 1, grid.cells_x - 1), (grid.cells_y // 2, 0)):
                spot = grid.cells(index, (row, row), (column, column))
                assert spot is not None
                assert grid.at(spot.center_x, spot.center_y) == (index, row, column)
        tile = grid.tile(grid.first)
        assert tile is not None
        assert grid.at(tile.x - 1, tile.y) is None
        assert grid.at(tile.right, tile.y) is None


def test_strips_find_the_unit_that_they_place() -> None:
    for units in (84, 4096):
        layout = _lay_out(samples.mlp_graph((units,)), 1528, 672)
        strip = layout.places[1].strip
        assert strip is not None
        for unit in (0, 1, units // 2, strip.units - 1):
            rect = strip.unit(unit)
            assert rect is not None
            assert strip.at(rect.center_x, rect.center_y) == unit
        assert strip.unit(strip.units) is None
