"""A convolution's stage at rest: maps, kernels, empty product grids and chips, filters that wait, output maps."""

from __future__ import annotations

import itertools
from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import QPointF
from PySide6.QtGui import QPen

from gui.theme.numbers import TIMES
from gui.views.player.drawing import shapes
from gui.views.player.drawing.fills import DARK_INK, LIGHT_INK, Fill
from gui.views.player.drawing.grid import (
    NumberGrid,
    paint_done,
    paint_frame,
    paint_ground,
    paint_lines,
    put_numbers,
)
from gui.views.player.drawing.lettering import Face, Ink, Prepared, mono
from gui.views.player.drawing.look import Look
from gui.views.player.scenes.convolution_labels import labels
from gui.views.player.scenes.convolution_layout import Block, Idle

if TYPE_CHECKING:
    from gui.views.player.scenes.convolution_scene import ConvolutionScene

IDLE = 0.7  # how much of a filter at rest shows


def ground(scene: ConvolutionScene, ink: Ink, look: Look, filter_: int) -> None:
    """Maps without their digits, kernels, empty product grids and chips, labels."""
    layout, reading = scene.layout, scene.reading
    channels = reading.channels(filter_)
    kernels = reading.filter(filter_)
    for channel, block in zip(scene.shown(filter_), layout.blocks, strict=True):
        plane = reading.x[channels.start + channel]
        fill = scene.fill("input", block.input)
        picture = fill.picture(plane, look.theme) if fill else None
        paint_ground(ink, look, block.input, picture)
        _unused(scene, ink, look, block.input)
        paint_frame(ink, look, block.input, "input")
        _kernel(scene, ink, look, block.kernel, kernels[channel])
        _product_ground(scene, ink, look, block)
        shapes.chip(ink.painter, block.chip, look.color("border_strong"), 1, look.color("panel"))
    _operators(scene, ink, look)
    if layout.others.isValid():
        shapes.chip(ink.painter, layout.others, look.color("border_strong"), 1, look.color("panel"), dash=True)
    if reading.bias is not None:
        face = mono(look.sizes.chip_px)
        text = scene.bias_figures.text(float(reading.bias[filter_]))
        shapes.number_chip(ink, look, layout.bias, text, "bias", face, ground="panel")
    shapes.chip(ink.painter, layout.value, look.color("output"), 2, look.color("panel"))
    paint_frame(ink, look, layout.output, "output")
    for other, idle in zip(scene.idle_filters(filter_), layout.idle, strict=False):
        _idle(scene, ink, look, other, idle, done=other < filter_)
    labels(scene, ink, look, filter_)


def _unused(scene: ConvolutionScene, ink: Ink, look: Look, grid: NumberGrid) -> None:
    """Cells that no window ever reads, for the stride jumps over them or stops before them: hatched."""
    if grid.width < 8 or grid.height < 8:
        return
    reading = scene.reading
    read = []
    for axis, count in enumerate((reading.rows, reading.columns)):
        starts = np.arange(count)[:, None] * reading.stride[axis]
        read.append(set((starts + np.arange(reading.kernel[axis]) * reading.dilation[axis]).ravel().tolist()))
    if len(read[0]) >= grid.rows and len(read[1]) >= grid.columns:
        return
    painter = ink.painter
    painter.setRenderHint(painter.RenderHint.Antialiasing)
    painter.setPen(QPen(look.color("padding", 0.4), 1))
    for row in range(grid.rows):
        for column in range(grid.columns):
            if row in read[0] and column in read[1]:
                continue
            cell = grid.cell(row, column)
            for share in (0.5, 1.0):
                x, y = cell.width() * share, cell.height() * share
                painter.drawLine(cell.topLeft() + QPointF(0, y), cell.topLeft() + QPointF(x, 0))
            half = QPointF(cell.width() / 2, cell.height() / 2)
            painter.drawLine(cell.bottomLeft() + QPointF(half.x(), 0), cell.topRight() + QPointF(0, half.y()))
    painter.setRenderHint(painter.RenderHint.Antialiasing, False)


def _kernel(
    scene: ConvolutionScene,
    ink: Ink,
    look: Look,
    grid: NumberGrid,
    values: np.ndarray,
    *,
    width: float = 2,
    alpha: float = 1.0,
) -> None:
    fill = scene.fill("kernel", grid)
    if fill is not None and alpha < 1:
        ink.painter.setOpacity(alpha)
    paint_ground(ink, look, grid, fill.picture(values, look.theme) if fill else None)
    ink.painter.setOpacity(1.0)
    face = scene.face("kernel", grid)
    if face is not None:
        put_numbers(ink, look, grid, values, scene.kernel_figures, face, role="kernel", alpha=alpha, fill=fill)
    paint_frame(ink, look, grid, "kernel", width, alpha)


def _product_ground(scene: ConvolutionScene, ink: Ink, look: Look, block: Block) -> None:
    """The empty product grid, a kernel's joint to it, and its joint to the sum."""
    painter, products = ink.painter, block.products
    painter.fillRect(products.rect, look.color("panel"))
    paint_lines(ink, look, products)
    shapes.frame(painter, products.rect, look.color("border_strong"))
    joint = look.color("border_strong")
    if block.chip.top() >= products.rect.bottom():
        shapes.line(
            painter,
            round(block.chip.center().x()),
            products.rect.bottom() + 1,
            round(block.chip.center().x()),
            block.chip.top(),
            joint,
        )
    else:
        shapes.line(
            painter,
            products.rect.right() + 1,
            round(block.chip.center().y()),
            block.chip.left(),
            round(block.chip.center().y()),
            joint,
        )
    kind = scene.layout.middle.kind
    kernel = block.kernel.rect
    if kind == "side":
        y = round(kernel.center().y())
        shapes.line(painter, kernel.right() + 2, y, products.rect.left() - 1, y, look.color("kernel", 0.5))
    elif kind == "above":
        x = round(kernel.center().x())
        shapes.line(painter, x, kernel.bottom() + 2, x, products.rect.top() - 1, look.color("kernel", 0.5))
    elif block.patch is not None:
        face, color = mono(12), look.color("text_3")
        patch = block.patch.rect
        if kind in ("column", "tiny"):
            ink.put(TIMES, patch.center().x(), (patch.bottom() + kernel.top()) / 2, face, color)
            ink.put("=", patch.center().x(), (kernel.bottom() + products.rect.top()) / 2, face, color)
        else:
            ink.put(TIMES, (patch.right() + kernel.left()) / 2, patch.center().y(), face, color)
            if kind == "row":
                ink.put("=", (kernel.right() + products.rect.left()) / 2, patch.center().y(), face, color)


def _operators(scene: ConvolutionScene, ink: Ink, look: Look) -> None:
    """The signs between the chips."""
    layout, face, color = scene.layout, mono(14), look.color("text_2")
    chips = [block.chip for block in layout.blocks]
    for before, chip in itertools.pairwise(chips):
        if layout.down and abs(before.center().y() - chip.center().y()) < 2:
            ink.put("+", (before.right() + chip.left()) / 2, chip.center().y(), face, color)
        elif layout.chip_right:
            ink.put("+", chip.center().x(), (before.bottom() + chip.top()) / 2, face, color)
        else:
            ink.put("+", chip.left() - 16, chip.center().y(), face, color)
    y = layout.value.center().y()
    if layout.others.isValid():
        ink.put("+", layout.others.left() - 17, y, face, color)
    if scene.reading.bias is not None:
        ink.put("+", layout.bias.left() - 17, y, face, color)
    ink.put("=", layout.value.left() - 17, y, face, color)


def _idle(scene: ConvolutionScene, ink: Ink, look: Look, filter_: int, idle: Idle, *, done: bool) -> None:
    """A filter at rest: its kernels, its bias, its output map (full if it was played)."""
    reading, painter = scene.reading, ink.painter
    for channel, grid in enumerate(idle.kernels):
        _kernel(scene, ink, look, grid, reading.filter(filter_)[channel], width=1, alpha=IDLE)
    cells = idle.output.rows * idle.output.columns
    output_map(scene, ink, look, idle.output, filter_, cells if done else 0, alpha=IDLE)
    paint_frame(ink, look, idle.output, "output", 1, IDLE)
    start = idle.kernels[-1].rect.right() + 16
    y = round(idle.output.rect.center().y())
    line = look.color("border")
    if reading.bias is not None:
        text = scene.bias_figures.text(float(reading.bias[filter_]))
        face = mono(look.sizes.chip_px)
        shapes.number_chip(ink, look, idle.bias, text, "bias", face, width=1, alpha=0.5)
        shapes.line(painter, start, y, idle.bias.left() - 8, y, line)
        shapes.line(painter, idle.bias.right() + 8, y, idle.output.left - 8, y, line)
    else:
        shapes.line(painter, start, y, idle.output.left - 8, y, line)


def output_map(
    scene: ConvolutionScene, ink: Ink, look: Look, grid: NumberGrid, filter_: int, done: int, *, alpha: float = 1.0
) -> None:
    """An output map of which the first `done` cells were played."""
    values = scene.reading.output[filter_]
    fill = scene.fill("output", grid)
    picture = fill.picture(values, look.theme) if fill else None
    ink.painter.setOpacity(alpha)
    paint_done(ink, look, grid, done, picture, ghost=0.18)
    ink.painter.setOpacity(1.0)
    if fill is None:
        paint_lines(ink, look, grid, "border", alpha)
    face = scene.face("output", grid)
    if face is None or not done:
        return
    if ink.vector or alpha < 1:
        where = np.arange(values.size).reshape(values.shape) < done
        put_numbers(
            ink, look, grid, values, scene.output_figures, face, role="output", alpha=alpha, fill=fill, where=where
        )
        return
    prepared = scene.kept((filter_, look.theme, grid), lambda: _prepare(scene, look, grid, values, fill, face))
    ink.flush()
    prepared.draw(ink.painter, face, done)


def _prepare(
    scene: ConvolutionScene, look: Look, grid: NumberGrid, values: np.ndarray, fill: Fill | None, face: Face
) -> Prepared:
    """All digits of an output map, ready to be drawn up to any cell."""
    prepared = Prepared()
    dark = fill.dark_ink(values, look.theme).ravel() if fill is not None else None
    for number, value in enumerate(values.ravel().tolist()):
        color = look.color("output") if dark is None else DARK_INK if dark[number] else LIGHT_INK
        middle = grid.cell(*divmod(number, grid.columns)).center()
        prepared.add(scene.output_figures.text(value), middle.x(), middle.y(), face, color)
    return prepared
