"""What a step changes on a convolution's stage: windows, products, sums, the value and its way to the output."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import QPointF, QRectF

from gui.theme.numbers import TIMES
from gui.views.player.drawing import shapes
from gui.views.player.drawing.fills import paint_picture
from gui.views.player.drawing.grid import (
    NumberGrid,
    digits_px,
    paint_ground,
    put_numbers,
)
from gui.views.player.drawing.lettering import Ink, mono
from gui.views.player.drawing.look import Look
from gui.views.player.playback import Moment, between, eased
from gui.views.player.scenes.convolution_ground import IDLE, output_map
from gui.views.player.scenes.convolution_labels import strip
from gui.views.player.scenes.convolution_layout import Block
from gui.views.player.scenes.convolution_size import paint_size_now
from gui.views.player.scenes.scene import Restore

if TYPE_CHECKING:
    from gui.views.player.scenes.convolution_scene import ConvolutionScene


def digits(scene: ConvolutionScene, ink: Ink, look: Look, filter_: int, skip: dict[int, QRectF] | None = None) -> None:
    """The digits of the input maps at rest; `skip` leaves out the cells whose middle lies in a block's window."""
    reading = scene.reading
    channels = reading.channels(filter_)
    for number, (channel, block) in enumerate(zip(scene.shown(filter_), scene.layout.blocks, strict=True)):
        face = scene.face("input", block.input)
        if face is None:
            continue
        values = reading.padded[channels.start + channel]
        where, fill = None, scene.fill("input", block.input)
        if skip is not None and fill is None:
            where = np.ones(values.shape, np.bool_)
            window = skip[number]
            for row in range(values.shape[0]):
                for column in range(values.shape[1]):
                    where[row, column] = not window.contains(block.input.cell(row, column).center())
        put_numbers(ink, look, block.input, values, scene.input_figures, face, fill=fill, where=where)


def window_rect(scene: ConvolutionScene, grid: NumberGrid, moment: Moment) -> QRectF:
    """Where the window is on an input map now: on its way from the step before."""
    reading = scene.reading
    place = reading.place(moment.index)
    rows, columns = reading.reach
    end = grid.span(place.top, place.left, rows, columns)
    if moment.done:
        return end
    before = reading.place(moment.previous)
    if before.channel != place.channel:
        return end
    share = eased(between(moment.phase, 0.0, 0.4)) if moment.build else eased(moment.phase)
    return shapes.between_rects(grid.span(before.top, before.left, rows, columns), end, share)


def step(scene: ConvolutionScene, ink: Ink, look: Look, moment: Moment, restore: Restore | None) -> None:
    """Windows, products, sums, the value and the output so far."""
    reading, layout = scene.reading, scene.layout
    place = reading.place(moment.index)
    shown = scene.shown(place.channel)
    windows = {n: window_rect(scene, block.input, moment) for n, block in enumerate(layout.blocks)}
    if restore is None:
        digits(scene, ink, look, place.channel, windows)
        ink.flush()
    for n, block in enumerate(layout.blocks):
        _window(scene, ink, look, block, windows[n], restore)
    ink.flush()
    for n, block in enumerate(layout.blocks):
        _window_digits(scene, ink, look, block, windows[n], reading.channels(place.channel).start + shown[n])
    products = reading.products(moment.index)
    window, kernel = reading.window(moment.index), reading.filter(place.channel)
    inside = reading.inside(moment.index)
    taps = products.shape[1] * products.shape[2]
    visible = taps
    if moment.build and not moment.done:
        visible = round(between(moment.phase, 0.22, 0.66) * taps)
    sum_face = mono(look.sizes.chip_px, 600)
    with np.errstate(all="ignore"):
        sums = products.reshape(len(products), -1)[:, :visible].sum(axis=1)
    for channel, block in zip(shown, layout.blocks, strict=True):
        _products(scene, ink, look, block, window[channel], kernel[channel], products[channel], inside, visible)
        if visible:
            text = scene.sum_figures.text(float(sums[channel]))
            ink.put(text, block.chip.center().x(), block.chip.center().y(), sum_face, look.color("text_1"), hang=False)
    if layout.others.isValid() and visible == taps:
        with np.errstate(all="ignore"):
            rest = float(np.delete(sums, list(shown)).sum())
        middle = layout.others.center()
        text = scene.sum_figures.text(rest)
        ink.put(text, middle.x(), middle.y(), mono(look.sizes.chip_px), look.color("text_2"), hang=False)
    if layout.strip.isValid():
        strip(scene, ink, look, place.channel, shown, products)
    if layout.size.isValid():
        paint_size_now(scene, ink, look, place.column if reading.axes == 1 else place.row)
    _outcome(scene, ink, look, moment)


def _window(
    scene: ConvolutionScene, ink: Ink, look: Look, block: Block, window: QRectF, restore: Restore | None
) -> None:
    """The window with its tint and its projection; digits below are taken away, to be written in blue."""
    fill = scene.fill("input", block.input)
    if fill is None:
        if restore is not None:
            restore(window)
        ink.painter.fillRect(window, look.color("kernel", 0.13))
    target = block.patch if block.patch is not None else block.products
    share = 0.07 if fill is None else 0.10
    shapes.projection(ink.painter, look, window, block.input.rect, target.rect, down=scene.layout.down, share=share)
    width = 2 if block.input.width >= 6 else 1
    if fill is None:
        shapes.straddling(ink.painter, window, look.color("kernel"), width)
    else:
        shapes.frame(ink.painter, window.adjusted(-width, -width, width, width), look.color("stage", 0.8))
        shapes.frame(ink.painter, window, look.color("kernel"), width)


def _window_digits(scene: ConvolutionScene, ink: Ink, look: Look, block: Block, window: QRectF, channel: int) -> None:
    """The digits under the window: in input blue, cut off at its edge while it glides."""
    grid = block.input
    face = scene.face("input", grid)
    if face is None or scene.fill("input", grid) is not None:
        return
    reading = scene.reading
    first_row, first_column = (
        int((window.top() - grid.top) // grid.height),
        int((window.left() - grid.left) // grid.width),
    )
    last_row = min(int(np.ceil((window.bottom() - grid.top) / grid.height)), grid.rows)
    last_column = min(int(np.ceil((window.right() - grid.left) / grid.width)), grid.columns)
    values = reading.padded[channel]
    tapped, dim, away = look.color("input"), look.color("text_3", 0.75), look.color("text_3")
    (dh, dw) = reading.dilation
    gliding = (window.top() - grid.top) % grid.height or (window.left() - grid.left) % grid.width
    for row in range(first_row, last_row):
        for column in range(first_column, last_column):
            cell = grid.cell(row, column)
            value = float(values[row, column])
            if grid.is_padding(row, column):
                color = dim
            elif not gliding and ((row - first_row) % dh or (column - first_column) % dw):
                color = away
            else:
                color = tapped
            ink.put(scene.input_figures.text(value), cell.center().x(), cell.center().y(), face, color)
    if gliding:
        ink.painter.save()
        ink.painter.setClipRect(window)
        ink.flush()
        ink.painter.restore()


def _products(
    scene: ConvolutionScene,
    ink: Ink,
    look: Look,
    block: Block,
    window: np.ndarray,
    kernel: np.ndarray,
    products: np.ndarray,
    inside: np.ndarray,
    visible: int,
) -> None:
    """The product grid's numbers: "x×w" over the product, or the product alone; and the copy of the window."""
    if block.patch is not None:
        _patch(scene, ink, look, block.patch, window)
        shapes.frame(ink.painter, block.patch.rect, look.color("input"))
    grid = block.products
    if not scene.layout.middle.factors:
        shown = products.ravel().copy()
        shown[visible:] = np.nan
        px = digits_px(grid.width, grid.height, scene.product_characters(), share=0.62)
        if px:
            face = mono(min(px, look.sizes.product_px))
            text, zero = look.color("text_1"), look.color("text_3")
            for number in range(visible):
                row, column = divmod(number, grid.columns)
                value = float(products[row, column])
                center = grid.cell(row, column).center()
                ink.put(scene.product_figures.text(value), center.x(), center.y(), face, text if value else zero)
        elif visible == products.size:
            paint_picture(ink.painter, grid.rect, scene.product_fill.picture(products, look.theme))
        return
    factor_px = look.sizes.factor_px if grid.height >= look.sizes.product_cell else 10
    small, large = mono(factor_px), mono(look.sizes.product_px, 600)
    upper, lower = grid.height * 0.26, grid.height * 0.70
    texts = scene.input_figures, scene.kernel_figures, scene.product_figures
    for number in range(visible):
        row, column = divmod(number, grid.columns)
        x, w, product = float(window[row, column]), float(kernel[row, column]), float(products[row, column])
        alpha = 1.0 if product else IDLE
        left, right = texts[0].text(x), texts[1].text(w)
        cell = grid.cell(row, column)
        width = small.width("0") * (len(left) + len(right) + 1)
        start = cell.center().x() - width / 2
        role = "input" if inside[row, column] else "padding"
        ink.put(left, start, cell.top() + upper, small, look.color(role, alpha), "left")
        start += small.width("0") * len(left)
        ink.put(TIMES, start, cell.top() + upper, small, look.color("text_3", alpha), "left")
        ink.put(right, start + small.width("0"), cell.top() + upper, small, look.color("kernel", alpha), "left")
        color = look.color("text_1" if product else "text_3")
        face = large if product else mono(look.sizes.product_px)
        ink.put(texts[2].text(product), cell.center().x(), cell.top() + lower, face, color)


def _patch(scene: ConvolutionScene, ink: Ink, look: Look, grid: NumberGrid, values: np.ndarray) -> None:
    """A copy of the window: filled like the map, or with digits."""
    fill, face = scene.fill("input", grid), scene.face("input", grid)
    if fill is not None:
        paint_picture(ink.painter, grid.rect, fill.picture(values, look.theme))
    else:
        paint_ground(ink, look, grid)
    if face is not None:
        put_numbers(ink, look, grid, values, scene.input_figures, face, role="input", fill=fill)


def _outcome(scene: ConvolutionScene, ink: Ink, look: Look, moment: Moment) -> None:
    """The value, its way to its cell, and the output so far."""
    reading, layout, painter = scene.reading, scene.layout, ink.painter
    place = reading.place(moment.index)
    grid = layout.output
    done = place.row * grid.columns + place.column
    arrived = moment.done or not moment.build
    output_map(scene, ink, look, grid, place.channel, done)
    cell = grid.cell(place.row, place.column)
    value = float(reading.output[place.channel, place.row, place.column])
    sum_shown = arrived or moment.phase >= 0.7
    fill = scene.fill("output", grid)
    if fill is None:
        painter.fillRect(cell, look.color("output", 0.18))
    elif arrived:
        painter.fillRect(cell, fill.color(value, look.theme))
    shapes.frame(painter, cell, look.color("output"), 2, outside=fill is not None)
    face = scene.face("output", grid)
    if arrived and face is not None:
        values = np.full(grid.rows * grid.columns, value).reshape(grid.rows, grid.columns)
        only = np.zeros(values.shape, np.bool_)
        only[place.row, place.column] = True
        put_numbers(ink, look, grid, values, scene.output_figures, face, role="output", fill=fill, where=only)
    if sum_shown:
        middle = layout.value.center()
        text = scene.sum_figures.text(value)
        ink.put(text, middle.x(), middle.y(), mono(look.sizes.value_px, 600), look.color("output"), hang=False)
    start, end = layout.value.right(), grid.left - 2
    from_y = layout.value.center().y()
    to_y = min(max(cell.center().y(), grid.top + 1), grid.rect.bottom() - 1)
    points = [QPointF(start, from_y), QPointF(end, from_y)]
    if abs(to_y - from_y) >= 1:
        x = round((start + end) / 2)
        points = [QPointF(start, from_y), QPointF(x, from_y), QPointF(x, to_y), QPointF(end, to_y)]
    shapes.arrow(painter, points, look.color("output"))
    if moment.build and not moment.done and moment.phase >= 0.78:
        way = shapes.between_rects(layout.value, cell, eased(between(moment.phase, 0.78, 1.0)))
        shapes.chip(painter, way, look.color("output"), 1.5, look.color("panel", 0.8))
        if face is not None:
            ink.put(scene.output_figures.text(value), way.center().x(), way.center().y(), face, look.color("output"))
