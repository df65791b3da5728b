"""What stands still on the stage: headings, arrows, frames, connectors, the empty bars of the output."""

from __future__ import annotations

from collections.abc import Mapping

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPainterPath

from gui.theme.controls import mixed
from gui.views.network.columns import Kind
from gui.views.network.draw import Draw, ink
from gui.views.network.places import Arrow, Layout, Place


def paint_still(
    draw: Draw,
    layout: Layout,
    *,
    current: Mapping[str, int],
    gradients: bool,
    has_input: bool = True,
) -> None:
    """Paint the whole still picture on the stage's colour.

    `current` says of layers whose kernels are shown for one map at a time, which map that is. `gradients` frames
    maps in the gradient's colour, because they show something else.
    """
    theme = draw.theme
    for place in layout.places:
        _heading(draw, place)
    for arrow in layout.arrows:
        _arrow(draw, arrow)
    for before, after in zip(layout.places, layout.places[1:], strict=False):
        connectors(draw, before, after, current=current.get(after.column.node, 0))
    outline = mixed(theme.gradient, theme.stage, 0.6) if gradients else theme.border_strong
    for place in layout.places:
        if place.column.kind is Kind.INPUT and not has_input:
            continue
        _frames(draw, place, outline)
        if place.classes is not None:
            _classes(draw, place)


def _heading(draw: Draw, place: Place) -> None:
    heading, theme = place.heading, draw.theme
    draw.middle(heading.center, heading.top + 12, heading.title, ink("name"), theme.text_1)
    draw.middle(heading.center, heading.top + 28, heading.shape, ink("mono"), theme.text_2)
    if heading.note:
        draw.middle(heading.center, heading.top + 43, heading.note, ink("text"), theme.text_3)


def _arrow(draw: Draw, arrow: Arrow) -> None:
    theme = draw.theme
    draw.level(arrow.x, arrow.end, arrow.y + 0.5, theme.border_strong)
    draw.chevron(arrow.end, arrow.y + 0.5, theme.border_strong)
    draw.words(arrow.center, arrow.y - 6, [word.text for word in arrow.above], ink("text"), theme.text_2)
    draw.words(arrow.center, arrow.y + 14, [word.text for word in arrow.below], ink("text"), theme.text_2)
    if arrow.note:
        draw.middle(arrow.center, arrow.y + 14, arrow.note, ink("text"), theme.text_3)


def _frames(draw: Draw, place: Place, outline: QColor) -> None:
    theme = draw.theme
    if place.kernels is not None:
        rose = mixed(theme.kernel, theme.stage, 0.7)
        for index in place.kernels.shown:
            tile = place.kernels.tile(index)
            assert tile is not None
            draw.frame(tile, rose)
    if place.grid is not None:
        for index in place.grid.shown:
            tile = place.grid.tile(index)
            assert tile is not None
            draw.frame(tile, outline)
    if place.strip is not None:
        draw.frame(place.strip.rect, outline)


def _classes(draw: Draw, place: Place) -> None:
    classes, theme = place.classes, draw.theme
    assert classes is not None
    small = ink("text")
    draw.text(classes.bar_x, classes.caption_y, "probability", small, theme.text_3)
    draw.right(classes.logit_right, classes.caption_y, "logit", small, theme.text_3)
    if not classes.all_shown:
        note = f"top {classes.count} of {classes.total}"
        draw.text(classes.rect.x, classes.caption_y - 16, note, small, theme.text_3)
    for row in range(classes.count):
        bar(draw, classes.bar(row), theme.track)


def bar(draw: Draw, box: tuple[float, float, float, float], color: QColor) -> None:
    """A bar with its corners rounded by a pixel."""
    draw.painter.setRenderHint(QPainter.RenderHint.Antialiasing, True)
    draw.painter.setPen(Qt.PenStyle.NoPen)
    draw.painter.setBrush(color)
    radius = draw.camera.scale
    draw.painter.drawRoundedRect(QRectF(*draw.camera.device(box)), radius, radius)


def connectors(draw: Draw, before: Place, after: Place, *, current: int) -> None:
    """The lines from a column to the next, at rest: which maps are made from which."""
    line = draw.theme.border_strong
    source, target, kernels = before.grid, after.grid, after.kernels
    if source is None or target is None:
        return
    right = source.rect.right + 1
    if kernels is None:
        if after.column.keeps_maps:
            for y in rows(after):
                draw.level(right, target.x - 1, y, line)
        return
    if shared(after):
        _to_shared(draw, before, after, line)
        into_map(draw, after, current, line)
        return
    axis = source.rect.center_y
    for y in rows(after):
        draw.curve((right, axis), (kernels.x - 1, y), line)
        draw.level(kernels.rect.right + 1, target.x - 1, y, line)


def _to_shared(draw: Draw, before: Place, after: Place, line: QColor) -> None:
    assert before.grid is not None
    assert after.kernels is not None
    right = before.grid.rect.right + 1
    for y in kernel_rows(after):
        if before.column.kind is Kind.INPUT:
            draw.curve((right, before.grid.rect.center_y), (after.kernels.x - 1, y), line)
        else:
            draw.level(right, after.kernels.x - 1, y, line)


def shared(place: Place) -> bool:
    """Whether the kernels of a column are those of one map at a time."""
    kernels = place.column.kernels
    if kernels is None or place.kernels is None or place.grid is None:
        return False
    return not (kernels.each_map and place.grid.columns == 1)


def rows(place: Place) -> list[float]:
    """The middles of the rows of maps."""
    grid = place.grid
    assert grid is not None
    return [grid.y + row * grid.pitch_y + grid.tile_height / 2 for row in range(grid.rows)]


def kernel_rows(place: Place) -> list[float]:
    """The middles of the rows of kernels."""
    grid = place.kernels
    assert grid is not None
    return [grid.y + row * grid.pitch_y + grid.tile_height / 2 for row in range(grid.rows)]


def ports(place: Place, index: int, count: int) -> list[tuple[float, float]]:
    """Where `count` lines arrive at the left edge of the column, before map `index`: a few pixels apart."""
    grid = place.grid
    assert grid is not None
    middle = grid.row_center(index)
    if middle is None:
        middle = grid.rect.center_y
    apart = min(3.0, (grid.tile_height - 4) / max(count, 1))
    return [(grid.x - 1, middle + (i - (count - 1) / 2) * apart) for i in range(count)]


def into_map(draw: Draw, place: Place, index: int, line: QColor, width: float = 1.0) -> None:
    """The lines from the kernels of map `index` to that map."""
    assert place.kernels is not None
    assert place.grid is not None
    right = place.kernels.rect.right + 1
    starts = kernel_rows(place)
    path = QPainterPath()
    for y, end in zip(starts, ports(place, index, len(starts)), strict=True):
        draw.add_curve(path, (right, y), end)
    draw.stroke(path, line, width)
    tile = place.grid.tile(index)
    if tile is not None and tile.x > place.grid.x:  # behind the maps before it in its row
        _through(draw, place, tile.y + tile.height / 2, tile.x, line, width)


def _through(draw: Draw, place: Place, y: float, end: float, line: QColor, width: float) -> None:
    """A line through the gaps between the maps of a row, up to `end`."""
    grid = place.grid
    assert grid is not None
    x = grid.x
    while x < end:
        draw.level(x + grid.tile_width + 1, x + grid.pitch_x - 1, y, line, width)
        x += grid.pitch_x
