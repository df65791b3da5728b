"""The words on a convolution's stage: what each part is, its shape, its scale; and the strip of all channels' sums."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import QRectF

from gui.views.player.drawing.figures import product
from gui.views.player.drawing.lettering import Ink, ending, mono, ui
from gui.views.player.drawing.look import Look
from gui.views.player.drawing.scale_bar import level_bar
from gui.views.player.drawing.spans import label
from gui.views.player.scenes.convolution_magnifier import is_small
from gui.views.player.scenes.convolution_size import paint_size

if TYPE_CHECKING:
    from gui.views.player.scenes.convolution_scene import ConvolutionScene


def labels(scene: ConvolutionScene, ink: Ink, look: Look, filter_: int) -> None:
    """All words that don't change while one filter is played."""
    _channel_names(scene, ink, look, filter_)
    bottom = _input_label(scene, ink, look)
    _filter_label(scene, ink, look, filter_, bottom)
    _sums_label(scene, ink, look)
    _bias_and_output(scene, ink, look, filter_)
    _idle_labels(scene, ink, look, filter_)
    if scene.layout.size.isValid():
        paint_size(scene, ink, look)
    if is_small(scene) and not scene.layout.strip.isValid():
        ink.words(
            "Point at a product for its digits", scene.layout.left, scene.height - 10, ui(look.sizes.caption_px),
            look.color("text_3"),
        )  # fmt: skip


def _channel_names(scene: ConvolutionScene, ink: Ink, look: Look, filter_: int) -> None:
    channels = scene.reading.channels(filter_)
    if scene.reading.x.shape[0] == 1:
        return
    face = ui(look.sizes.text_px)
    for channel, block in zip(scene.shown(filter_), scene.layout.blocks, strict=True):
        name = f"{scene.names.map} {channels.start + channel}".capitalize()
        if face.width(name) > block.input.rect.width() + 40:
            name = str(channels.start + channel)
        ink.words(name, block.label.x(), block.label.y(), face, look.color("text_2"), "center")


def _shape(planes: np.ndarray, axes: int) -> str:
    channels, rows, columns = planes.shape
    return product((columns, channels) if axes == 1 else (rows, columns, channels))


def _input_label(scene: ConvolutionScene, ink: Ink, look: Look) -> float:
    """Name, shape, padding and scale of the input; returns where it ends."""
    layout, reading, sizes = scene.layout, scene.reading, look.sizes
    grid = layout.blocks[0].input
    line = sizes.text_px + 6
    y = grid.top + min(40.0, max(8.0, grid.rect.height() / 2 - 8))
    x = layout.left
    title = ui(sizes.title_px, 600)
    name = ending(scene.names.input, title, sizes.label_column - 12)
    ink.words(name, x, y, title, look.color("input"))
    y += line
    ink.put(_shape(reading.x, reading.axes), x, y, mono(sizes.text_px), look.color("text_2"), "left")
    if any(reading.pads):
        y += line
        rows, columns = reading.padded.shape[1:]
        text = f"padded {columns}" if reading.axes == 1 else f"padded {product((rows, columns))}"
        if reading.mode != "zeros":
            text = reading.mode
        if sizes.name == "small" and reading.mode == "zeros" and len(set(reading.pads)) == 1:
            text = f"padding {reading.pads[0]}"
        ink.words(text, x, y, ui(sizes.text_px), look.color("text_3"))
    if scene.groups_text():
        y += line
        ink.words(scene.groups_text(), x, y, ui(sizes.text_px), look.color("text_3"))
    if (fill := scene.fill("input", grid)) is not None:
        y += line - 4
        level_bar(ink, look, fill, x, y, sizes.label_column - 32)
        y += 24
    return y


def _filter_label(scene: ConvolutionScene, ink: Ink, look: Look, filter_: int, above: float) -> None:
    layout, reading, sizes = scene.layout, scene.reading, look.sizes
    block = layout.blocks[0]
    line = sizes.text_px + 6
    first = block.patch if block.patch is not None else block.kernel
    y = max(first.top + 8, above + line + 6)
    if not layout.down:
        y = above + line + 12
    x = layout.left
    label(ink, look, f"Filter w_{{{filter_}}}", x, y, sizes.title_px, "kernel", bold=True)
    y += line
    ink.put(_shape(reading.weight[filter_], reading.axes), x, y, mono(sizes.text_px), look.color("text_2"), "left")
    if reading.flip:
        y += line
        ink.words("flipped", x, y, ui(sizes.text_px), look.color("text_3"))
    if (fill := scene.fill("kernel", block.kernel)) is not None:
        y += line - 4
        level_bar(ink, look, fill, x, y, sizes.label_column - 32)


def _sums_label(scene: ConvolutionScene, ink: Ink, look: Look) -> None:
    layout, sizes = scene.layout, look.sizes
    chip = layout.blocks[-1].chip
    if not layout.down or chip.top() < layout.blocks[-1].products.rect.bottom():
        return
    several = len(layout.blocks) > 1
    text = ("Sums" if sizes.name == "small" else f"{scene.names.map.capitalize()} sums") if several else "Sum"
    ink.words(text, layout.left, chip.center().y(), ui(sizes.text_px), look.color("text_2"))


def _bias_and_output(scene: ConvolutionScene, ink: Ink, look: Look, filter_: int) -> None:
    layout, reading, sizes = scene.layout, scene.reading, look.sizes
    if reading.bias is not None:
        center = layout.bias.center().x()
        label(ink, look, f"Bias b_{{{filter_}}}", center, layout.bias.top() - 11, sizes.text_px, "bias", align="center")
    if layout.others.isValid():
        missing = len(reading.channels(filter_)) - len(layout.blocks)
        x, above = layout.others.center().x(), layout.others.top() - 11
        ink.words(f"{missing} others", x, above, ui(sizes.text_px), look.color("text_2"), "center")
    grid = layout.output
    y = grid.top - 17
    used = label(ink, look, f"{scene.names.output} y_{{{filter_}}}", grid.left, y, sizes.title_px, "output", bold=True)
    rows, columns = reading.output.shape[1:]
    shape = str(columns) if reading.axes == 1 else product((rows, columns))
    face = mono(sizes.text_px)
    volume = f"of {_shape(reading.output, reading.axes)}"
    for text in (f"{shape} {volume}", volume, shape) if len(reading.output) > 1 else (shape,):
        if used + face.width(text) + 10 <= grid.rect.width():
            ink.put(text, grid.rect.right(), y, face, look.color("text_2"), "right")
            break
    if (fill := scene.fill("output", grid)) is not None:
        level_bar(ink, look, fill, grid.left, grid.rect.bottom() + 9, min(grid.rect.width(), 160))


def _idle_labels(scene: ConvolutionScene, ink: Ink, look: Look, filter_: int) -> None:
    layout, reading, sizes = scene.layout, scene.reading, look.sizes
    each = reading.rows * reading.columns
    line = sizes.text_px + 6
    for other, idle in zip(scene.idle_filters(filter_), layout.idle, strict=False):
        y = idle.kernels[0].top + 8
        label(ink, look, f"Filter w_{{{other}}}", layout.left, y, sizes.title_px, "kernel", bold=True, alpha=0.85)
        y += line
        ink.put(
            _shape(reading.weight[other], reading.axes),
            layout.left,
            y,
            mono(sizes.text_px),
            look.color("text_2"),
            "left",
        )
        y += line
        steps = f"steps {other * each + 1}–{(other + 1) * each}"
        ink.words(steps, layout.left, y, ui(sizes.text_px), look.color("text_3"))
        if reading.bias is not None:
            center = idle.bias.center().x()
            label(
                ink,
                look,
                f"Bias b_{{{other}}}",
                center,
                idle.bias.top() - 11,
                sizes.text_px,
                "bias",
                align="center",
                alpha=0.6,
            )
        label(
            ink,
            look,
            f"{scene.names.output} y_{{{other}}}",
            idle.output.left,
            idle.output.top - 16,
            sizes.title_px,
            "output",
            bold=True,
            alpha=0.7,
        )


def strip(
    scene: ConvolutionScene, ink: Ink, look: Look, filter_: int, shown: tuple[int, ...], products: np.ndarray
) -> None:
    """Bars of the sums of all channels; those with a block are marked. Says what the others come to."""
    rect, painter = scene.layout.strip, ink.painter
    with np.errstate(all="ignore"):
        sums = products.reshape(len(products), -1).sum(axis=1)
    finite = np.abs(sums[np.isfinite(sums)])
    limit = float(finite.max()) if finite.size and finite.max() > 0 else 1.0
    middle = round(rect.center().y())
    painter.fillRect(
        QRectF(rect.left(), middle, scene.strip_bar(len(sums) - 1, filter_).right() - rect.left(), 1),
        look.color("border_strong"),
    )
    half = rect.height() / 2 - 6
    for channel, value in enumerate(sums.tolist()):
        bar = scene.strip_bar(channel, filter_)
        height = max(round(min(abs(value) / limit, 1.0) * half), 1) if np.isfinite(value) else half
        top = middle - height if value >= 0 else middle + 1
        role = "text_1" if channel in shown else "text_3"
        painter.fillRect(
            QRectF(bar.left(), top, bar.width(), height), look.color(role if np.isfinite(value) else "error")
        )
        if channel in shown:
            painter.fillRect(QRectF(bar.left(), rect.bottom() - 2, bar.width(), 2), look.color("input"))
    small = look.sizes.name == "small"
    face = ui(look.sizes.text_px)
    x, y = scene.layout.left, rect.center().y()
    ink.words(f"All {len(sums)} sums", x, y - 8, face, look.color("text_2"))
    text = f"{len(shown)} shown" if small or scene.turned(filter_) else f"{len(shown)} strongest shown"
    ink.words(text, x, y + 9, ui(look.sizes.caption_px), look.color("text_3"))
    end = scene.strip_bar(len(sums) - 1, filter_).right() + 16
    hint = "click a bar to see its channel; \u2193 turns to the next"
    if end + face.width(hint) >= scene.width:
        hint = "click a bar to see it"
    if end + face.width(hint) < scene.width:
        ink.words(hint, end, middle, face, look.color("text_3"))
