"""Painting of the stage of cell-by-cell operations: the cell, what is done to it, where its value goes."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import QPointF, QRectF

from gui.theme.numbers import MINUS, TIMES
from gui.views.player.drawing import shapes
from gui.views.player.drawing.curve import paint_curve, paint_point
from gui.views.player.drawing.figures import number
from gui.views.player.drawing.grid import NumberGrid
from gui.views.player.drawing.lettering import Ink, mono, ui
from gui.views.player.drawing.look import Look
from gui.views.player.drawing.scale_bar import level_bar
from gui.views.player.drawing.sheet import Sheet, Style, mark_cell, outline, paint_plane
from gui.views.player.playback import Moment, between, eased
from gui.views.player.scenes.scene import Hit

if TYPE_CHECKING:
    from gui.views.player.scenes.pointwise_scene import PointwiseScene


def ground(scene: PointwiseScene, ink: Ink, look: Look, moment: Moment) -> None:
    """Input maps, labels, the curve, empty chips."""
    planes = scene.planes(moment.index)
    names = scene.names.inputs
    for grid, source in zip(scene.grids, scene.shown(moment.index), strict=False):
        sheet, style = scene.sheets[source], scene.styles[source]
        paint_plane(ink, look, grid, sheet, planes[source], style, "input")
        name = names[source] if source < len(names) else f"Input {source}"
        title(scene, ink, look, grid, sheet, style, planes[source], name, "input")
    plane = scene.output_sheet.cell(scene.trace.index_of(moment.index))[0]
    title(
        scene, ink, look, scene.output_grid, scene.output_sheet, scene.output_style, plane, scene.names.output, "output"
    )
    for chip in scene.chips:
        shapes.chip(ink.painter, chip, look.color("input"), 2, look.color("panel"))
    shapes.chip(ink.painter, scene.value, look.color("output"), 2, look.color("panel"))
    if scene.kind == "curve":
        curve_plane = planes[0]
        paint_curve(ink, look, scene.curve(curve_plane), scene.panel)
        ink.words(
            scene.trace.name,
            scene.panel.right(),
            scene.panel.top() - 14,
            ui(look.sizes.text_px, 600),
            look.color("text_1"),
            "right",
        )
    elif scene.trace.name == "dropout":
        _note(ink, look, scene.value, "acts in training only")
    elif scene.kind == "sum":
        ink.put(
            "+", scene.panel.center().x(), scene.panel.center().y(), mono(look.sizes.value_px), look.color("text_2")
        )


def _note(ink: Ink, look: Look, chip: QRectF, text: str) -> None:
    y = chip.bottom() + 18
    ink.words(text, chip.center().x(), y, ui(look.sizes.text_px), look.color("text_3"), "center")


def title(
    scene: PointwiseScene,
    ink: Ink,
    look: Look,
    grid: NumberGrid,
    sheet: Sheet,
    style: Style,
    plane: int,
    name: str,
    role: str,
) -> None:
    """Name, plane and size over a grid, its scale below."""
    sizes, y = look.sizes, grid.top - 17
    used = ink.words(name, grid.left, y, ui(sizes.title_px, 600), look.color(role))
    face = mono(sizes.text_px)
    room = max(grid.rect.width(), 150)
    text = sheet.shape_text
    if sheet.planes > 1:
        where = f"{scene.names.map} {plane}"
        if used + 12 + ui(sizes.text_px).width(where) <= room:
            used += 12 + ink.words(where, grid.left + used + 12, y, ui(sizes.text_px), look.color("text_2"))
    if used + face.width(text) + 12 <= grid.rect.width():
        ink.put(text, grid.rect.right(), y, face, look.color("text_2"), "right")
    if (fill := style.coloring(grid)) is not None:
        level_bar(ink, look, fill, grid.left, grid.rect.bottom() + 9, min(max(grid.rect.width(), 70), 160))


def step(scene: PointwiseScene, ink: Ink, look: Look, moment: Moment) -> None:
    """The cell, its value before and after, and the output so far."""
    sources = scene.sources(moment.index)
    shown = scene.shown(moment.index)
    painter, sizes = ink.painter, look.sizes
    face = mono(sizes.value_px, 600)
    index = scene.trace.index_of(moment.index)
    starts: list[tuple[QPointF, QRectF]] = []
    for source, (_plane, row, column) in sources:
        if source not in shown:
            continue
        slot = shown.index(source)
        grid = scene.grids[slot]
        cell = grid.cell(row, column)
        if not moment.done:
            before = dict(scene.sources(moment.previous)).get(source)
            if before is not None and before[0] == _plane:
                share = eased(between(moment.phase, 0.0, 0.4)) if moment.build else eased(moment.phase)
                cell = shapes.between_rects(grid.cell(before[1], before[2]), cell, share)
        filled = scene.styles[source].coloring(grid) is not None
        _mark(ink, look, cell, "input", filled=filled)
        if slot < len(scene.chips):
            starts.append((QPointF(grid.rect.right() + 1, cell.center().y()), scene.chips[slot]))
        elif not scene.chips:
            starts.append((QPointF(grid.rect.right() + 1, cell.center().y()), scene.value))
    seen = moment.done or not moment.build
    for start, chip in starts:
        _wire(ink, look, start, chip, "input")
    if seen or moment.phase > 0.35:
        for (source, cell_), chip in zip(sources, scene.chips, strict=False):
            array_index = scene.sheets[source].index(*cell_)
            value = float(scene.trace.inputs[source][array_index])
            text = chip_text(value, scene.styles[source])
            ink.put(text, chip.center().x(), chip.center().y(), face, look.color("input"), hang=False)
    _middle(scene, ink, look, moment, index)
    plane, row, column = scene.output_sheet.cell(index)
    grid = scene.output_grid
    arrived = moment.done or not moment.build
    played = row * grid.columns + column
    if scene.output_sheet.planes == 1:
        played = moment.index
    style = scene.output_style
    paint_plane(ink, look, grid, scene.output_sheet, plane, style, "output", done=played + arrived, digit_role="output")
    mark_cell(ink, look, grid, row, column, "output", filled=style.coloring(grid) is not None)
    if arrived or moment.phase > 0.65:
        text = chip_text(float(scene.trace.output[index]), style)
        center = scene.value.center()
        ink.put(text, center.x(), center.y(), face, look.color("output"), hang=False)
    _to_output(ink, look, scene.value, grid, grid.cell(row, column))
    if moment.build and not moment.done and moment.phase >= 0.78:
        way = shapes.between_rects(scene.value, grid.cell(row, column), eased(between(moment.phase, 0.78, 1.0)))
        shapes.chip(painter, way, look.color("output"), 1.5, look.color("panel", 0.8))


def chip_text(value: float, style: Style) -> str:
    """The one number of a chip: as in its grid where numbers are plain, else with three figures."""
    return style.figures.text(value) if style.plain else number(value)


def _mark(ink: Ink, look: Look, cell: QRectF, role: str, *, filled: bool) -> None:
    if filled:
        shapes.frame(ink.painter, cell.adjusted(-2, -2, 2, 2), look.color("stage", 0.8))
        shapes.frame(ink.painter, cell, look.color(role), 2)
    else:
        ink.painter.fillRect(cell, look.color(role, 0.18))
        shapes.frame(ink.painter, cell, look.color(role), 2, outside=False)


def _wire(ink: Ink, look: Look, start: QPointF, chip: QRectF, role: str) -> None:
    """From the row of a cell to a chip, in right angles."""
    end = QPointF(chip.left() - 2, chip.center().y())
    if abs(start.y() - end.y()) < 1:
        shapes.arrow(ink.painter, [QPointF(start.x(), end.y()), end], look.color(role))
        return
    x = round((start.x() + end.x()) / 2)
    shapes.arrow(ink.painter, [start, QPointF(x, start.y()), QPointF(x, end.y()), end], look.color(role))


def _to_output(ink: Ink, look: Look, value: QRectF, grid: NumberGrid, cell: QRectF) -> None:
    start, end = QPointF(value.right(), value.center().y()), QPointF(grid.left - 2, cell.center().y())
    points = [start, QPointF(end.x(), start.y())]
    if abs(start.y() - end.y()) >= 1:
        x = round((start.x() + end.x()) / 2)
        points = [start, QPointF(x, start.y()), QPointF(x, end.y()), end]
    shapes.arrow(ink.painter, points, look.color("output"))


def _middle(scene: PointwiseScene, ink: Ink, look: Look, moment: Moment, index: tuple[int, ...]) -> None:
    """What is done to the value: the point on the curve, or the column of operations."""
    joint = look.color("border_strong")
    y = round(scene.value.center().y())
    panel = scene.panel
    if scene.kind == "copy":
        return
    if len(scene.chips) == 1:
        shapes.line(
            ink.painter, scene.chips[0].right(), y, panel.left() - (18 if scene.kind == "curve" else 0), y, joint
        )
    elif scene.kind == "sum":
        x = round(panel.center().x())
        for chip in scene.chips:
            level = round(chip.center().y())
            shapes.line(ink.painter, chip.right(), level, x, level, joint)
            edge = y - 14 if level < y else y + 14
            shapes.line(ink.painter, x, min(level, edge), x, max(level, edge), joint)
    if scene.kind == "curve":
        shapes.line(ink.painter, panel.right(), y, scene.value.left(), y, joint)
        if moment.done or not moment.build or moment.phase > 0.5:
            x_value = float(scene.trace.inputs[0][index])
            plane = scene.sheets[0].cell(index)[0]
            paint_point(ink, look, scene.curve(plane), panel, x_value, float(scene.trace.output[index]))
    elif scene.kind == "sum":
        shapes.line(ink.painter, panel.center().x() + 14, y, scene.value.left(), y, joint)
    else:
        shapes.line(ink.painter, panel.right(), y, scene.value.left(), y, joint)
        share = 1.0 if moment.done or not moment.build else between(moment.phase, 0.3, 0.7)
        _column(scene, ink, look, index, share)


def operations(scene: PointwiseScene, index: tuple[int, ...]) -> list[tuple[str, float, str, float]]:
    """(operation, its number, the number's role, the value after it) of a normalization."""
    trace = scene.trace
    mean, variance = trace.statistics(index)
    weight, bias = trace.affine(index)
    with np.errstate(all="ignore"):
        value = float(trace.inputs[0][index])
        deviation = float(np.sqrt(variance + trace.eps))
        rows = [(f"{MINUS} mean", mean, "text_1", value := value - mean)]
        rows.append(("÷ √(variance + ε)", deviation, "text_1", value := float(np.float64(value) / deviation)))
    if "weight" in trace.weights:
        rows.append((f"{TIMES} weight", weight, "kernel", value := value * weight))
    if "bias" in trace.weights:
        rows.append(("+ bias", bias, "bias", value + bias))
    return rows


def _column(scene: PointwiseScene, ink: Ink, look: Look, index: tuple[int, ...], share: float) -> None:
    panel, painter, sizes = scene.panel, ink.painter, look.sizes
    rows = operations(scene, index)
    height = min(panel.height() / len(rows), sizes.chip_height + 8.0)
    top = round(panel.center().y() - height * len(rows) / 2)
    box = QRectF(panel.left(), top, panel.width(), height * len(rows))
    painter.fillRect(box, look.color("panel"))
    shapes.frame(painter, box, look.color("border_strong"))
    words, face, bold = ui(sizes.text_px), mono(sizes.text_px + 1), mono(sizes.text_px + 1, 600)
    for place, (name, operand, role, after) in enumerate(rows):
        y = top + height * (place + 0.5)
        if place:
            painter.fillRect(QRectF(box.left(), round(top + height * place), box.width(), 1), look.color("border"))
        ink.words(name, box.left() + 12, y, words, look.color("text_2"))
        ink.put(number(operand), box.left() + box.width() * 0.68, y, face, look.color(role), "right")
        if share >= (place + 1) / len(rows):
            ink.put(number(after), box.right() - 12, y, bold, look.color("text_1"), "right")


def hover(scene: PointwiseScene, ink: Ink, look: Look, moment: Moment, hit: Hit | None) -> None:
    """The cell under the mouse and the cells it is joined with."""
    if hit is None:
        return
    outline(ink, look, hit.rect)
    plane = scene.output_sheet.cell(scene.trace.index_of(moment.index))[0]
    if hit.input_index is not None:
        for index in scene.trace.touching(hit.input_index, hit.source)[:400]:
            where, row, column = scene.output_sheet.cell(index)
            if where == plane:
                outline(ink, look, scene.output_grid.cell(row, column), "output", 2)
    elif hit.step is not None:
        planes = scene.planes(moment.index)
        for source, (where, row, column) in scene.sources(hit.step):
            if source in planes and planes[source] == where:
                slot = scene.shown(moment.index).index(source)
                outline(ink, look, scene.grids[slot].cell(row, column), "input", 2)
