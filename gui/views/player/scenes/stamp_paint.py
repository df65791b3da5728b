"""Painting of a stamped transposed convolution: input and kernel, the stamp, and the canvas with the sums so far."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from PySide6.QtCore import QRectF

from gui.theme.numbers import TIMES
from gui.views.player.drawing import shapes
from gui.views.player.drawing.figures import product
from gui.views.player.drawing.fills import DARK_INK, LIGHT_INK, paint_picture
from gui.views.player.drawing.grid import NumberGrid, face_for, paint_frame, paint_ground, paint_lines, put_numbers
from gui.views.player.drawing.lettering import Face, Ink, ending, mono, ui
from gui.views.player.drawing.look import Look
from gui.views.player.drawing.scale_bar import level_bar
from gui.views.player.drawing.spans import label
from gui.views.player.playback import Moment, between, eased
from gui.views.player.scenes.stamp_stairs import hue, stairs, stairs_ground

if TYPE_CHECKING:
    from gui.views.player.scenes.stamp_scene import StampScene

_PARTS_FROM = 34  # smaller cells of the canvas show the sum alone, not what it is made of


def face(scene: StampScene, grid: NumberGrid, part: str) -> Face | None:
    """The face of a grid's digits; None where they don't fit."""
    return face_for(grid, scene.longest[part], share=0.46)


# -- what stays while one plane of the input is stamped ---------------------------------------------------------------


def ground(scene: StampScene, ink: Ink, look: Look, index: int) -> None:
    """Input, kernels, frames and words."""
    places, stamp, sizes, made = scene.places, scene.trace[index], look.sizes, scene.trace
    plane = scene.volume(np.asarray(made.inputs[0][stamp.cell[0]], float))[scene.input_depth(stamp)]
    _filled(scene, ink, look, places.input, plane, "input")
    paint_frame(ink, look, places.input, "input")
    title, text, fixed = ui(sizes.title_px, 600), ui(sizes.text_px), mono(sizes.text_px)
    y = places.input.top - 17
    used = ink.words(scene.names.input, places.input.left, y, title, look.color("input")) + 10
    more = []
    if len(made.inputs[0]) > 1:
        more.append(f"{scene.names.map} {stamp.cell[0]}")
    if scene.axes == 3:
        more.append(f"slice {scene.input_depth(stamp)}")
    shape = product((*made.size, len(made.inputs[0])))
    ink.words(", ".join(more) or shape, places.input.left + used, y, text if more else fixed, look.color("text_2"))
    kernels = scene.volume(stamp.kernel)
    for depth, (grid, stamps) in enumerate(zip(places.kernels, places.stamps, strict=True)):
        _filled(scene, ink, look, grid, kernels[depth], "kernel")
        if scene.colours:
            for row in range(grid.rows):
                for column in range(grid.columns):
                    ink.painter.fillRect(grid.cell(row, column).adjusted(1, 1, 0, 0), hue(scene, depth, row, column))
        paint_frame(ink, look, grid, "kernel", 2)
        ink.painter.fillRect(stamps.rect, look.color("panel"))
        paint_lines(ink, look, stamps)
        shapes.frame(ink.painter, stamps.rect, look.color("border_strong"))
        middle = round(grid.rect.center().y())
        ink.put("=", (grid.rect.right() + stamps.left) / 2, middle, fixed, look.color("text_2"))
    first = places.kernels[0]
    y = min(first.top, places.stamps[0].top) - 15
    label(ink, look, f"Filter w_{{{stamp.cell[0]},{stamp.filter}}}", first.left, y, sizes.title_px, "kernel", bold=True)
    if places.stamps[0].left > first.left + ui(sizes.title_px, 600).width("Filter w0,0") + 4:
        ink.words("Stamp", places.stamps[0].left, y, title, look.color("text_1"))
    shapes.chip(ink.painter, places.value, look.color("input"), 2, look.color("panel"))
    ink.put(TIMES, places.value.right() + 11, places.value.center().y(), fixed, look.color("text_2"))
    if places.bias.isValid():
        shapes.chip(ink.painter, places.bias, look.color("bias"), 1, look.color("panel"))
        text_ = scene.output_figures.text(made.bias(stamp.filter))
        bias = places.bias.center()
        ink.put(text_, bias.x(), bias.y(), mono(sizes.text_px), look.color("bias"), hang=False)
        label(ink, look, f"Bias b_{{{stamp.filter}}}", places.bias.left() - 8, bias.y(), sizes.text_px, "bias",
              align="right")  # fmt: skip
        if scene.axes > 1:
            words = "lies on every cell first"
            ink.words(words, places.bias.right() + 10, bias.y(), ui(sizes.caption_px), look.color("text_3"))
    ink.flush()
    _canvas_words(scene, ink, look, index)
    if not scene.hidden():
        for filter_, small in enumerate(places.others):
            _other(scene, ink, look, small, filter_, now=stamp.filter)
    if places.stairs is not None:
        stairs_ground(scene, ink, look, places.stairs)


def _other(scene: StampScene, ink: Ink, look: Look, grid: NumberGrid, filter_: int, *, now: int) -> None:
    """The output of a filter, small: whole where it is done, empty where it is to come; that of now framed."""
    label(ink, look, f"y_{{{filter_}}}", grid.left, grid.top - 11, look.sizes.text_px, "output")
    ink.painter.fillRect(grid.rect, look.color("panel"))
    if filter_ < now:
        values = np.asarray(scene.trace.output[filter_], float).reshape(grid.rows, grid.columns)
        paint_picture(ink.painter, grid.rect, scene.output_fill.picture(values, look.theme))
    role = "output" if filter_ == now else "border_strong"
    shapes.frame(ink.painter, grid.rect, look.color(role), 2 if filter_ == now else 1)


def _filled(scene: StampScene, ink: Ink, look: Look, grid: NumberGrid, values: Any, part: str) -> None:
    """A grid with its numbers, or filled with their colours where they are long or have no room."""
    filled = scene.shows_filled(grid, part)
    fill = {"input": scene.input_fill, "kernel": scene.kernel_fill}[part] if filled else None
    paint_ground(ink, look, grid, fill.picture(values, look.theme) if fill is not None else None)
    digits = face(scene, grid, part)
    if digits is not None:
        figures = scene.input_figures if part == "input" else scene.kernel_figures
        role = "text_1" if part == "input" else "kernel"
        put_numbers(ink, look, grid, values, figures, digits, role=role, fill=fill)
    ink.flush()


def _canvas_words(scene: StampScene, ink: Ink, look: Look, index: int) -> None:
    """The names over the canvas, and what its dashed rim is."""
    places, made, sizes = scene.places, scene.trace, look.sizes
    stamp = made[index]
    depths = scene.depths(index)
    for n, (depth, grid) in enumerate(zip(depths, places.canvases, strict=True)):
        y = grid.top - 17
        used = 0.0
        if n == 0:
            name = ending(scene.names.output, ui(sizes.title_px, 600), max(grid.rect.width() - 90, 120))
            name = f"{name} y_{{{stamp.filter}}}"
            used = label(ink, look, name, grid.left, y, sizes.title_px, "output", bold=True) + 12
        words = product(made.output.shape[1:])
        if scene.axes == 3:
            kept = made.kept()[0]
            words = f"slice {depth - kept.start}" if scene.kept_depth(depth) else "a slice that is cut off"
        face_ = ui(sizes.text_px) if scene.axes == 3 else mono(sizes.text_px)
        ink.words(words, grid.left + used, y, face_, look.color("text_2"))
    last = places.canvases[-1]
    if any(last.pads):
        pads = sorted({before for pair in made.pads for before in pair})
        text = f"the dashed rim is cut off: padding {pads[-1]}"
        y = last.rect.bottom() + 17
        if y < scene.height - 6:
            ink.words(text, last.left, y, ui(sizes.caption_px + 1), look.color("text_3"))
    elif scene.shows_filled(last, "output") and last.rect.bottom() + 34 < scene.height:
        level_bar(ink, look, scene.output_fill, last.left, last.rect.bottom() + 9, max(min(last.rect.width(), 160), 64))


# -- what a step changes ----------------------------------------------------------------------------------------------


def step(scene: StampScene, ink: Ink, look: Look, moment: Moment) -> None:
    """The input cell of now, its products, the stamp on its way, and the sums."""
    index, places = moment.index, scene.places
    stamp, sizes = scene.trace[index], look.sizes
    building = moment.build and not moment.done
    _, row, column = scene.three(stamp.cell[1:], 0)
    cell = places.input.cell(row, column)
    if not moment.done:
        _, old_row, old_column = scene.three(scene.trace[moment.previous].cell[1:], 0)
        share = eased(between(moment.phase, 0.0, 0.25 if building else 1.0))
        cell = shapes.between_rects(places.input.cell(old_row, old_column), cell, share)
    ink.painter.fillRect(cell, look.color("input", 0.18))
    shapes.straddling(ink.painter, cell, look.color("input"), 2)
    middle = places.value.center()
    text = scene.input_figures.text(stamp.value)
    ink.put(text, middle.x(), middle.y(), mono(sizes.chip_px, 600), look.color("input"), hang=False)
    _lead(scene, ink, look, cell)
    shown = round(between(moment.phase, 0.1, 0.5) * stamp.products.size) if building else stamp.products.size
    _products(scene, ink, look, index, shown)
    ink.flush()
    arrived = moment.done or not moment.build
    if places.stairs is not None:
        stairs(scene, ink, look, index, arrived)
    for plane, grid in enumerate(places.canvases):
        _canvas(scene, ink, look, index, plane, grid, arrived)
    if building and moment.phase >= 0.55:
        share = eased(between(moment.phase, 0.55, 1.0))
        for plane, grid in enumerate(places.stamps):
            way = shapes.between_rects(grid.rect, scene.stamp_rect(index, plane), share)
            shapes.chip(ink.painter, way, look.color("kernel"), 2, look.color("panel", 0.75))


def _lead(scene: StampScene, ink: Ink, look: Look, cell: QRectF) -> None:
    """From the input cell down to its value."""
    value = scene.places.value
    x, y = round(cell.left()), cell.bottom() + 2  # along the lines between cells, not over their digits
    bottom = value.top() - 1
    if bottom - y < 8:
        return
    color = look.color("input", 0.55)
    target = round(value.center().x())
    turn = max(scene.places.input.rect.bottom() + 9, y)
    shapes.line(ink.painter, x, y, x, turn, color)
    shapes.line(ink.painter, min(x, target), turn, max(x, target) + 1, turn, color)
    shapes.line(ink.painter, target, turn, target, bottom, color)


def _products(scene: StampScene, ink: Ink, look: Look, index: int, shown: int) -> None:
    """The stamp: "2×−1" over what it comes to, or that alone."""
    stamp, sizes = scene.trace[index], look.sizes
    kernels, products = scene.volume(stamp.kernel), scene.volume(stamp.products)
    hidden = scene.hidden()
    count = 0
    left = scene.input_figures.text(stamp.value)
    for depth, grid in enumerate(scene.places.stamps):
        digits = face_for(grid, scene.longest["product"], share=0.5)
        if digits is None and not hidden:
            if count + grid.rows * grid.columns <= shown:
                paint_picture(ink.painter, grid.rect, scene.product_fill.picture(products[depth], look.theme))
            count += grid.rows * grid.columns
            continue
        small, px = mono(sizes.factor_px), sizes.product_px
        for row in range(grid.rows):
            for column in range(grid.columns):
                count += 1
                if count > shown:
                    return
                cell = grid.cell(row, column)
                if scene.colours:
                    ink.painter.fillRect(cell.adjusted(1, 1, 0, 0), hue(scene, depth, row, column))
                right = scene.kernel_figures.text(float(kernels[depth, row, column]))
                value = float(products[depth, row, column])
                wide = small.width(left + TIMES + right)
                factors = cell.height() >= 30 and wide <= cell.width() - 4
                if factors:
                    x, y = cell.center().x() - wide / 2, cell.top() + cell.height() * (0.5 if hidden else 0.28)
                    for text, role in ((left, "input"), (TIMES, "text_3"), (right, "kernel")):
                        ink.put(text, x, y, small, look.color(role, 1.0 if value or hidden else 0.7), "left")
                        x += small.width(text)
                if hidden or digits is None:
                    continue
                color = look.color("text_1" if value else "text_3")
                strong = mono(min(px, digits.px), 600 if value else 400)
                y = cell.top() + cell.height() * (0.70 if factors else 0.5)
                ink.put(scene.product_figures.text(value), cell.center().x(), y, strong, color)


def _canvas(scene: StampScene, ink: Ink, look: Look, index: int, plane: int, grid: NumberGrid, arrived: bool) -> None:
    """One plane of the canvas: what was stamped so far, and the stamp of now."""
    before, after, covered = scene.canvases(index)
    depth = scene.depths(index)[plane]
    values, count = (after if arrived else before)[depth], covered[depth]
    products = scene.volume(scene.trace[index].products)[plane]
    (top, left), (rows, columns) = scene.corner(index), scene.reach()
    dilation = scene.three(scene.trace.dilation)[1:]
    there = count > 0
    mine = np.zeros(there.shape, np.bool_)
    mine[top : top + rows : dilation[0], left : left + columns : dilation[1]] = True
    if not arrived:
        there = (count - mine) > 0
    filled = scene.shows_filled(grid, "output") and not scene.hidden()
    if scene.kept_depth(depth):
        paint_ground(ink, look, grid)
    else:
        ink.painter.fillRect(grid.rect, look.color("stage"))
        shapes.dashed(ink.painter, grid.rect, look.color("padding", 0.75))
    if scene.hidden():
        scene.paint_hidden(ink, look, index, depth, grid)
    elif filled:
        picture = scene.output_fill.picture(values, look.theme)
        ink.painter.setOpacity(0.18)
        paint_picture(ink.painter, grid.rect, picture)
        ink.painter.setOpacity(1.0)
        for row, column in np.argwhere(there).tolist():
            ink.painter.fillRect(
                grid.cell(row, column), scene.output_fill.color(float(values[row, column]), look.theme)
            )
    elif scene.colours and arrived and grid.width >= 8:
        for row in range(products.shape[0]):
            for column in range(products.shape[1]):
                cell = grid.cell(top + row * dilation[0], left + column * dilation[1])
                ink.painter.fillRect(cell.adjusted(1, 1, 0, 0), hue(scene, plane, row, column))
    if scene.kept_depth(depth):
        paint_frame(ink, look, grid, "output")
    if not scene.hidden():
        _sums(scene, ink, look, index, grid, (values, there, mine & arrived, products, before[depth], count, filled))
    ink.flush()
    if arrived or scene.hidden():
        rect = scene.stamp_rect(index, plane)
        if not filled:
            ink.painter.fillRect(rect, look.color("kernel", 0.07))
        if grid.width >= 6:
            shapes.straddling(ink.painter, rect, look.color("kernel"), 2)
        else:
            shapes.frame(ink.painter, rect, look.color("kernel"))


def _sums(scene: StampScene, ink: Ink, look: Look, index: int, grid: NumberGrid, parts: tuple[Any, ...]) -> None:
    """The digits of a canvas; in the stamp's own cells, where there is room, what was there and what is added."""
    values, there, mine, products, before, count, filled = parts
    digits = face(scene, grid, "output")
    if digits is None:
        return
    (top, left), dilation = scene.corner(index), scene.three(scene.trace.dilation)[1:]
    small = mono(look.sizes.factor_px)
    dark = scene.output_fill.dark_ink(values, look.theme) if filled else None
    bias = scene.trace.bias(scene.trace[index].filter)
    for row, column in np.argwhere(there).tolist():
        cell, value = grid.cell(row, column), float(values[row, column])
        cut = grid.is_padding(row, column)
        if dark is not None:
            color = DARK_INK if dark[row, column] else LIGHT_INK
        elif cut:
            color = look.color("text_3", 0.75)
        else:
            color = look.color("output" if value else "text_3")
        middle, shift = cell.center(), 0.0
        onto = mine[row, column] and (count[row, column] > 1 or bias) and grid.width >= _PARTS_FROM
        if onto:
            added = float(products[(row - top) // dilation[0], (column - left) // dilation[1]])
            old = scene.output_figures.text(float(before[row, column]))
            sign = "" if added < 0 else "+"
            text = scene.product_figures.text(added)
            wide = small.width(old + sign + text)
            if wide <= cell.width() - 3:
                x, y = middle.x() - wide / 2, cell.top() + cell.height() * 0.27
                over = color if dark is not None else look.color("text_2")
                ink.put(old, x, y, small, over, "left")
                over = color if dark is not None else look.color("text_1")
                ink.put(sign + text, x + small.width(old), y, small, over, "left")
                shift = cell.height() * 0.17
        strong = mono(
            min(digits.px, look.sizes.product_px + 2) if shift else digits.px, 600 if mine[row, column] else 400
        )
        ink.put(scene.output_figures.text(value), middle.x(), middle.y() + shift, strong, color)
