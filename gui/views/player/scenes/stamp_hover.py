"""What lies under the mouse on the stage of stamps, and what lights up: stamps of a cell, cells of a weight, sums."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QPointF, QRectF

from gui.theme.numbers import TIMES
from gui.views.player.drawing import shapes
from gui.views.player.drawing.figures import number
from gui.views.player.drawing.lettering import Ink, mono
from gui.views.player.drawing.look import Look
from gui.views.player.drawing.spans import Span, Spans
from gui.views.player.playback import Moment
from gui.views.player.scenes.scene import Hit

if TYPE_CHECKING:
    from gui.views.player.scenes.stamp_scene import StampScene

_MOST_LINES = 7  # of a read-out


def hit(scene: StampScene, point: QPointF, moment: Moment) -> Hit | None:
    """What lies under a point: a cell of the input, a weight, a product, or a cell of the canvas."""
    index, places, made = moment.index, scene.places, scene.trace
    stamp = made[index]
    if (cell := places.input.at(point)) is not None:
        own = (stamp.cell[0], *scene.own((scene.input_depth(stamp), *cell)))
        count = sum(index_[0] == stamp.filter for index_ in made.whole.touching(own))
        value = float(made.inputs[0][own])
        lines: tuple[Spans, ...] = (
            (Span(number(value), "text_1", bold=True),),
            (Span(f"x{list(own)}", "input"), Span(f"  reaches {count} cells of this output", "text_3")),
        )
        return Hit("input", places.input.cell(*cell), input_index=own, lines=lines)
    for part, grids in (("kernel", places.kernels), ("product", places.stamps)):
        for depth, grid in enumerate(grids):
            if (cell := grid.at(point)) is not None:
                return _term_hit(scene, index, part, depth, *cell, grid.cell(*cell))
    for filter_, small in enumerate(places.others):
        if small.rect.contains(point) and not scene.hidden():
            each = len(made) // made.filters
            said: Spans = (Span(f"output {filter_}", "output"), Span("  click to go there", "text_3"))
            return Hit("other", small.rect, step=filter_ * each + index % each, lines=(said,))
    for depth, grid in zip(scene.depths(index), places.canvases, strict=True):
        if (cell := grid.at(point)) is not None:
            return _canvas_hit(scene, index, (depth, *cell), grid.cell(*cell))
    return None


def _term_hit(scene: StampScene, index: int, part: str, depth: int, row: int, column: int, rect: QRectF) -> Hit:
    stamp = scene.trace[index]
    own = scene.own((depth, row, column))
    weight, value = float(stamp.kernel[own]), float(stamp.products[own])
    _, rows, columns = scene.taps()
    lines: tuple[Spans, ...] = (
        (
            Span(number(stamp.value), "input"), Span(TIMES, "text_3"), Span(number(weight), "kernel"),
            *(() if scene.hidden() else (Span(" = "), Span(number(value), "text_1", bold=True))),
        ),
        (Span(f"w{list(scene.weight_index(stamp, (depth, row, column)))}", "kernel"),),
    )  # fmt: skip
    if part == "kernel":
        lines = (*lines, (Span("all cells that this weight joins are lit", "text_3"),))
    return Hit(part, rect, term=(depth * rows + row) * columns + column, lines=lines)


def _canvas_hit(scene: StampScene, index: int, place: tuple[int, int, int], rect: QRectF) -> Hit:
    made = scene.trace
    filter_ = made[index].filter
    found = made.output_index(filter_, scene.own(place))
    if found is None:
        return Hit("canvas", rect, lines=((Span("cut off by the padding", "padding"),),))
    name = Span(f"y[{', '.join(map(str, found))}]", "output")
    step = made.last_reaching(found)
    if scene.hidden() and scene.asked != found:  # nothing is given away, nor laid over the field
        return Hit("output", rect)
    terms = made.whole.at(found).terms
    bias = "bias" in made.weights
    lines: list[Spans] = []
    products = terms.products.tolist()
    for n in range(min(len(terms), _MOST_LINES)):
        lines.append(
            (
                Span(number(float(terms.input_values[n])), "input"), Span(TIMES, "text_3"),
                Span(number(float(terms.weight_values[n])), "kernel"), Span(f" = {number(products[n])}", "text_2"),
            )
        )  # fmt: skip
    if len(terms) > _MOST_LINES:
        lines.append((Span(f"… {len(terms) - _MOST_LINES} more", "text_3"),))
    if bias:
        lines.append((Span("bias ", "text_3"), Span(number(made.bias(filter_)), "bias")))
    if not len(terms):
        lines.append((Span("no stamp reaches it", "text_3"),))
    head = (name, Span(" = "), Span(number(float(made.output[found])), "output", bold=True))
    return Hit("output", rect, step=step, output_index=found, lines=(head, *lines))


def hover(scene: StampScene, ink: Ink, look: Look, moment: Moment, hit_: Hit | None, term: int | None) -> None:
    """Highlights over a stage that is already painted."""
    if hit_ is not None and hit_.term is not None:
        term = hit_.term
    if term is not None and term < 10_000:
        _weight(scene, ink, look, moment, term, every=hit_ is not None and hit_.part == "kernel")
    if hit_ is None:
        return
    if hit_.part == "input" and hit_.input_index is not None:
        _stamp_of(scene, ink, look, moment, hit_.input_index)
        shapes.straddling(ink.painter, hit_.rect, look.color("text_1"), 1.5)
    elif hit_.part in ("output", "canvas", "other"):
        shapes.straddling(ink.painter, hit_.rect, look.color("text_1"), 1.5)
        if hit_.part == "output":
            _sources(scene, ink, look, moment, hit_.rect)


def _weight(scene: StampScene, ink: Ink, look: Look, moment: Moment, term: int, *, every: bool) -> None:
    """A weight with its product and its cell of the canvas; with `every`, all cells that it joins."""
    _, rows, columns = scene.taps()
    depth, rest = divmod(term, rows * columns)
    row, column = divmod(rest, columns)
    places, painter = scene.places, ink.painter
    dilation = scene.three(scene.trace.dilation)[1:]
    top, left = scene.corner(moment.index)
    canvas = places.canvases[depth]
    if every:
        stride = scene.three(scene.trace.stride)[1:]
        for y in range(places.input.rows):
            for x in range(places.input.columns):
                painter.fillRect(places.input.cell(y, x).adjusted(1, 1, 0, 0), look.color("kernel", 0.12))
                cell = canvas.cell(y * stride[0] + row * dilation[0], x * stride[1] + column * dilation[1])
                painter.fillRect(cell.adjusted(1, 1, 0, 0), look.color("kernel", 0.2))
                if cell.width() >= 14:
                    shapes.dashed(painter, cell.adjusted(2, 2, -1, -1), look.color("kernel"))
    for rect in (
        places.kernels[depth].cell(row, column), places.stamps[depth].cell(row, column),
        canvas.cell(top + row * dilation[0], left + column * dilation[1]),
    ):  # fmt: skip
        if rect.width() >= 10:
            painter.fillRect(rect, look.color("kernel", 0.18))
        shapes.straddling(painter, rect, look.color("text_1"), 1.5)


def _stamp_of(scene: StampScene, ink: Ink, look: Look, moment: Moment, cell: tuple[int, ...]) -> None:
    """Where the stamp of an input cell lies, and through which weight it reaches each output cell."""
    made, index = scene.trace, moment.index
    step = made.position_of((made[index].filter, *cell))
    stamp = made[step]
    face = mono(9)
    weights = stamp.kernel.ravel().tolist()
    for plane, grid in enumerate(scene.places.canvases):
        if scene.depths(step)[plane] not in scene.depths(index):
            continue
        shapes.dashed(ink.painter, scene.stamp_rect(step, plane), look.color("input"), 2)
        if grid.width < 30 or step == index:
            continue
    for weight, where in zip(weights, made.reached(step), strict=True):
        rect = scene.canvas_rect(index, where)
        if rect is None or rect.width() < 30:
            continue
        text = TIMES + number(weight)
        plate = QRectF(rect.left() + 2, rect.top() + 2, face.width(text) + 4, 11)
        ink.painter.fillRect(plate, look.color("panel"))
        ink.put(text, plate.left() + 2, plate.center().y(), face, look.color("kernel"), "left")
    ink.flush()


def _sources(scene: StampScene, ink: Ink, look: Look, moment: Moment, rect: QRectF) -> None:
    """The input cells, on the stage, that reach the cell of the canvas under the mouse."""
    made, index = scene.trace, moment.index
    stamp = made[index]
    for depth, grid in zip(scene.depths(index), scene.places.canvases, strict=True):
        cell = grid.at(rect.center())
        if cell is None:
            continue
        found = made.output_index(stamp.filter, scene.own((depth, *cell)))
        if found is None:
            return
        terms = made.whole.at(found).terms
        for source, weight in zip(terms.input_indices.tolist(), terms.weight_values.tolist(), strict=True):
            if source[0] != stamp.cell[0]:
                continue
            plane, row, column = scene.three(tuple(source[1:]), 0)
            if plane != scene.input_depth(stamp):
                continue
            there = scene.places.input.cell(row, column)
            shapes.straddling(ink.painter, there, look.color("kernel"), 2)
            if there.width() >= 26:
                face, text = mono(9), TIMES + number(weight)
                plate = QRectF(there.left() + 2, there.top() + 2, face.width(text) + 4, 11)
                ink.painter.fillRect(plate, look.color("panel"))
                ink.put(text, plate.left() + 2, plate.center().y(), face, look.color("kernel"), "left")
    ink.flush()
