"""What lights up on a convolution's stage: a product with its two sources, an input cell with all that it reaches."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QRectF

from gui.views.player.drawing import shapes
from gui.views.player.drawing.grid import NumberGrid
from gui.views.player.drawing.lettering import Ink
from gui.views.player.drawing.look import Look
from gui.views.player.playback import Moment
from gui.views.player.scenes.convolution_magnifier import magnify
from gui.views.player.scenes.scene import Hit

if TYPE_CHECKING:
    from gui.views.player.scenes.convolution_scene import ConvolutionScene

_TINT = 0.18
_MOST_REACHED = 400


def hover(scene: ConvolutionScene, ink: Ink, look: Look, moment: Moment, hit: Hit | None, term: int | None) -> None:
    """Highlights over a stage that is already painted."""
    if hit is not None and hit.term is not None:
        term = hit.term
    if term is not None:
        _term(scene, ink, look, moment, term, "product" if hit is None else hit.part)
    if hit is None:
        return
    if hit.part == "input" and hit.term is None:
        shapes.straddling(ink.painter, hit.rect, look.color("text_1"), 1.5)
    elif hit.part == "output":
        shapes.straddling(ink.painter, hit.rect, look.color("text_1"), 1.5)
        _preview(scene, ink, look, moment, hit)
    elif hit.part == "strip":
        shapes.frame(ink.painter, hit.rect, look.color("text_1"))
    if hit.input_index is not None:
        _reached(scene, ink, look, moment, hit.input_index)
    if hit.term is not None and scene.magnifies(moment.index):
        ink.flush()
        magnify(scene, ink, look, moment, hit.term)


def _term(scene: ConvolutionScene, ink: Ink, look: Look, moment: Moment, term: int, part: str) -> None:
    """The product, and the two cells that it is made of; the one under the mouse has the ink's frame."""
    reading = scene.reading
    channel, row, column = reading.tap(term)
    place = reading.place(moment.index)
    shown = scene.shown(place.channel)
    if channel not in shown:
        if scene.layout.strip.isValid():
            shapes.frame(ink.painter, scene.strip_bar(channel, place.channel), look.color("text_1"))
        return
    block = scene.layout.blocks[shown.index(channel)]
    dh, dw = reading.dilation
    source = block.input.cell(place.top + row * dh, place.left + column * dw)
    cells = [("input", source, "input"), ("kernel", block.kernel.cell(row, column), "kernel")]
    if block.patch is not None:
        cells.append(("patch", block.patch.cell(row, column), "input"))
    for name, rect, role in cells:
        _cell(ink, look, rect, "text_1" if name == part else role, role, 1.5 if name == part else 2)
    product = block.products.cell(row, column)
    shapes.straddling(ink.painter, product, look.color("text_1"), 1.5)


def _cell(ink: Ink, look: Look, rect: QRectF, frame: str, tint: str, width: float) -> None:
    if rect.width() >= 10:
        ink.painter.fillRect(rect, look.color(tint, _TINT))
    if rect.width() >= 6:
        shapes.straddling(ink.painter, rect, look.color(frame), width)
    else:
        shapes.frame(ink.painter, rect, look.color(frame), width)


def _preview(scene: ConvolutionScene, ink: Ink, look: Look, moment: Moment, hit: Hit) -> None:
    """The windows that an output cell looks through, dashed."""
    if hit.step is None or hit.step == moment.index:
        return
    place = scene.reading.place(hit.step)
    rows, columns = scene.reading.reach
    for block in scene.layout.blocks:
        shapes.dashed(ink.painter, block.input.span(place.top, place.left, rows, columns), look.color("kernel"))


def _reached(scene: ConvolutionScene, ink: Ink, look: Look, moment: Moment, index: tuple[int, ...]) -> None:
    """The output cells of the maps on stage that an input cell reaches."""
    reading = scene.reading
    active = reading.place(moment.index).channel
    grids: dict[int, NumberGrid] = {active: scene.layout.output}
    for other, idle in zip(scene.idle_filters(active), scene.layout.idle, strict=False):
        grids[other] = idle.output
    channels = reading.channels(active)
    if index[0] not in channels:
        return
    cells = [cell for cell in scene.trace.touching(index) if cell[0] in grids]
    for channel, *rest in cells[:_MOST_REACHED]:
        row, column = (0, rest[0]) if reading.axes == 1 else (rest[0], rest[1])
        rect = grids[channel].cell(row, column)
        if rect.width() >= 12:
            shapes.dashed(ink.painter, rect.adjusted(2, 2, -1, -1), look.color("input"))
        else:
            shapes.frame(ink.painter, rect, look.color("input"), outside=False)
