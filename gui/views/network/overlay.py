"""What lights up over the stage: the pixels, kernels and lines that a cell, unit or class is made from."""

from __future__ import annotations

from collections.abc import Callable
from itertools import pairwise

from PySide6.QtGui import QColor

from engine.messages import Snapshot
from gui.views.drawing import faded
from gui.views.network.chain import Chain, Link, is_lit
from gui.views.network.columns import Kind
from gui.views.network.draw import Draw, ink
from gui.views.network.geometry import Grid, Spot
from gui.views.network.hits import Hit, What
from gui.views.network.lines import gap, paint_lines
from gui.views.network.places import Layout, Place
from gui.views.network.still import kernel_rows, ports, rows, shared

_DIMMED, _OUTSIDE = 0.25, 0.5  # stage colour over maps not in the chain, and over the input outside the field


def paint_chain(
    draw: Draw,
    layout: Layout,
    chain: Chain,
    snapshot: Snapshot | None,
    *,
    row_of: Callable[[int], int | None],
    resting: bool = False,
) -> None:
    """Paint a chain over the stage. A `resting` one (a pin) leaves the contributions of all other maps in place."""
    what = chain.hit.what
    if what in (What.UNIT, What.CLASS):
        _contributions(draw, layout, chain, snapshot, row_of)
        return
    if what not in (What.CELL, What.KERNEL):
        return
    _dim(draw, layout, chain)
    for before, after in pairwise(range(len(layout.places))):
        _connect(draw, layout, chain, before, after)
    for link in chain.behind:
        paint_windows(draw, layout, chain, link)
    _here(draw, layout, chain)
    if what is What.CELL and not resting:
        _onward(draw, layout, chain, snapshot, row_of)


def mark_pin(draw: Draw, layout: Layout, pin: Hit) -> None:
    """Where the pin is, while something else is pointed at."""
    place = layout.places[pin.place]
    tile = place.grid.tile(pin.map) if place.grid else place.strip.unit(pin.map) if place.strip else None
    if tile is not None:
        draw.frame(tile, draw.theme.accent, 1.0, outset=2)


def _dim(draw: Draw, layout: Layout, chain: Chain) -> None:
    """Lay the stage's colour over all maps of the chain's columns that take no part."""
    veil = faded(draw.theme.stage, _DIMMED)
    for index, place in enumerate(layout.places):
        lit = is_lit(place, chain, index)
        if lit is None or place.grid is None or place.column.kind is Kind.INPUT:
            continue
        for other in place.grid.shown:
            tile = place.grid.tile(other)
            if other not in lit and tile is not None:
                draw.fill(tile, veil)


def paint_windows(draw: Draw, layout: Layout, chain: Chain, link: Link) -> None:
    """The cells of an earlier column that the hit comes from, framed on every map that takes part."""
    place, theme = layout.places[link.place], draw.theme
    grid = place.grid
    assert grid is not None
    is_input = place.column.kind is Kind.INPUT
    width = 2.0 if is_input or link is chain.near else 1.0
    if link.cells is None:
        for index in link.maps:
            tile = grid.tile(index)
            if tile is not None:
                draw.frame(tile, theme.input, 2.0)
        return
    for index in link.maps:
        spot = grid.cells(index, *link.cells)
        if spot is None:
            continue
        if is_input:
            _outside(draw, grid, spot)
        draw.frame(spot, theme.input, width, outset=0)
    if is_input:
        _size_label(draw, grid, link)


def _outside(draw: Draw, grid: Grid, spot: Spot) -> None:
    """Dim the picture outside of the field."""
    veil, tile = faded(draw.theme.stage, _OUTSIDE), grid.rect
    right, bottom = spot.x + spot.width, spot.y + spot.height
    for box in (
        (tile.x, tile.y, tile.width, spot.y - tile.y),
        (tile.x, bottom, tile.width, tile.bottom - bottom),
        (tile.x, spot.y, spot.x - tile.x, spot.height),
        (right, spot.y, tile.right - right, spot.height),
    ):
        if box[2] > 0 and box[3] > 0:
            draw.fill(box, veil)


def _size_label(draw: Draw, grid: Grid, link: Link) -> None:
    """How many rows and columns the field has, under its right corner or where there is room."""
    assert link.cells is not None
    (top, bottom), (left, right) = link.cells
    spot = grid.cells(0, *link.cells)
    assert spot is not None
    text, face = f"{bottom - top + 1}×{right - left + 1}", ink("mono")
    wide = face.width(text)
    baseline = spot.y + spot.height + 14
    if baseline > grid.rect.bottom - 2:
        baseline = spot.y - 6 if spot.y - 18 > grid.rect.y else spot.y + spot.height - 6
    edge = max(spot.x + spot.width, grid.rect.x + wide + 4) - (4 if baseline < spot.y + spot.height else 0)
    draw.fill((edge - wide - 2, baseline - 11, wide + 4, 14), faded(draw.theme.stage, 0.6))
    draw.right(edge, baseline, text, face, draw.theme.input)


def _here(draw: Draw, layout: Layout, chain: Chain) -> None:
    """The frames of the hit itself and of what it goes on to."""
    hit, theme = chain.hit, draw.theme
    place = layout.places[hit.place]
    if place.grid is not None:
        tile = place.grid.tile(hit.map)
        if tile is not None and place.column.kind is not Kind.INPUT:
            draw.frame(tile, theme.output, 2.0)
        cell = place.grid.cells(hit.map, (hit.row, hit.row), (hit.column, hit.column))
        if hit.what is What.CELL and cell is not None:
            draw.square(cell, theme.text_1)
    if hit.what is What.KERNEL and place.kernels is not None:
        plan = place.column.kernels
        assert plan is not None
        index = hit.channel if shared(place) else hit.map * plan.inputs + hit.channel
        cell = place.kernels.cells(index, (hit.row, hit.row), (hit.column, hit.column))
        if cell is not None:
            draw.square(cell, theme.text_1)
    if chain.ahead is not None and chain.ahead.cells is not None:
        onward = layout.places[chain.ahead.place]
        assert onward.grid is not None
        from_input = place.column.kind is Kind.INPUT
        for index in chain.ahead.maps:
            tile, spot = onward.grid.tile(index), onward.grid.cells(index, *chain.ahead.cells)
            if tile is None or spot is None:
                continue
            if from_input:
                draw.frame(spot, theme.output, 1.0)
            else:
                draw.frame(tile, theme.output, 2.0)
                draw.square(spot, theme.text_1)


def _connect(draw: Draw, layout: Layout, chain: Chain, before: int, after: int) -> None:
    """Redraw the lines between two columns where one map of the latter takes part."""
    source, target = layout.places[before], layout.places[after]
    lit_before, lit_after = is_lit(source, chain, before), is_lit(target, chain, after)
    if lit_before is None or lit_after is None or source.grid is None or target.grid is None or not lit_after:
        return
    one = next(iter(lit_after)) if len(lit_after) == 1 else None
    if one is None or (source.column.kind is Kind.INPUT and chain.hit.place == before):
        return
    if target.kernels is None:
        if target.column.keeps_maps:
            _straight(draw, source, target, one)
        else:
            _fan(draw, source, target, one, lit_before)
    elif shared(target):
        link = next((each for each in chain.behind if each.place == before), None)
        _through_kernels(draw, source, target, one, lit_before, link)
    else:
        _own_kernels(draw, source, target, one)


def _fan(draw: Draw, source: Place, target: Place, index: int, lit: frozenset[int]) -> None:
    """From all maps of the chain to one, where there is no room for the kernels between."""
    before, grid = source.grid, target.grid
    assert before is not None
    assert grid is not None
    rows_lit = [
        row
        for row in range(before.rows)
        if lit.intersection(range(before.first + row * before.columns, before.first + (row + 1) * before.columns))
    ]
    for row, end in zip(rows_lit, ports(target, index, len(rows_lit)), strict=True):
        y = before.y + row * before.pitch_y + before.tile_height / 2
        draw.curve((before.rect.right + 1, y), end, draw.theme.output, 1.25)


def _clear(draw: Draw, x: float, end: float, top: float, bottom: float) -> None:
    if end > x:
        draw.fill((x, top, end - x, bottom - top), draw.theme.stage)


def _straight(draw: Draw, source: Place, target: Place, index: int) -> None:
    """From a map to the one that is made from it alone; the other rows' lines step back."""
    theme, before, after = draw.theme, source.grid, target.grid
    assert before is not None
    assert after is not None
    start, end = before.rect.right + 1, after.x - 1
    y = before.row_center(index)
    for other in rows(target):
        draw.level(start, end, other, theme.stage)
        draw.level(start, end, other, faded(theme.border_strong, 0.45))
    if y is None:
        return
    color = theme.output
    draw.level(start + 1, end - (1 if index == after.first else 0), y, color)
    tile = before.tile(index)
    assert tile is not None
    x = tile.right
    while x < before.rect.right:  # behind the maps that stand beside it
        draw.level(x + 2, x + before.pitch_x - before.tile_width - 1, y, color)
        x += before.pitch_x
    goal = after.tile(index)
    x = after.x
    while goal is not None and x < goal.x:
        draw.level(x + after.tile_width + 1, x + after.pitch_x - 2, y, color)
        x += after.pitch_x


def _own_kernels(draw: Draw, source: Place, target: Place, index: int) -> None:
    """Input, the map's own kernels, map."""
    theme, kernels, plan = draw.theme, target.kernels, target.column.kernels
    grid, before = target.grid, source.grid
    assert kernels is not None
    assert plan is not None
    assert grid is not None
    assert before is not None
    y = grid.row_center(index)
    if y is None:
        return
    start = (before.rect.right + 1, before.rect.center_y)
    if source.column.kind is not Kind.INPUT:
        start = (before.rect.right + 1, before.row_center(index) or before.rect.center_y)
    draw.curve(start, (kernels.x - 2, y), theme.input, 1.25)
    draw.level(kernels.rect.right + 2, grid.x - 2, y, theme.output)
    veil = faded(theme.stage, _DIMMED)
    for other in kernels.shown:
        tile = kernels.tile(other)
        assert tile is not None
        if other // plan.inputs == index:
            draw.frame(tile, theme.kernel, 2.0)
        else:
            draw.fill(tile.grown(1), veil)


def _through_kernels(
    draw: Draw, source: Place, target: Place, index: int, lit: frozenset[int], link: Link | None
) -> None:
    """All maps of the chain, from their windows (of `link`) through the kernels of one map into that map."""
    theme, kernels, grid, before = draw.theme, target.kernels, target.grid, source.grid
    assert kernels is not None
    assert grid is not None
    assert before is not None
    from_input = source.column.kind is Kind.INPUT
    heights = kernel_rows(target)
    top, bottom = min(kernels.y, grid.y) - 4, max(kernels.rect.bottom, grid.rect.bottom) + 4
    _clear(draw, kernels.rect.right + 2, grid.x - 1, top, bottom)
    for row, y in enumerate(heights):
        members = [before.first + row * before.columns + i for i in range(before.columns)]
        if from_input:
            draw.curve((before.rect.right + 1, before.rect.center_y), (kernels.x - 2, y), theme.input)
        elif lit.intersection(members):
            _to_kernel(draw, before, members, (kernels.x - 2, y), link)
    for y, end in zip(heights, ports(target, index, len(heights)), strict=True):
        draw.curve((kernels.rect.right + 2, y), end, theme.output, 1.25)
    tile = grid.tile(index)
    x = grid.x
    while tile is not None and x < tile.x:  # behind the maps before it in its row
        draw.level(x + grid.tile_width + 1, x + grid.pitch_x - 2, tile.center_y, theme.output)
        x += grid.pitch_x
    for channel in kernels.shown:
        thumb = kernels.tile(channel)
        if thumb is not None and (channel in lit or from_input):
            draw.frame(thumb, theme.kernel, 2.0)


def _to_kernel(draw: Draw, before: Grid, members: list[int], end: tuple[float, float], link: Link | None) -> None:
    """From the window on a map (from the row, where several maps share it) to the kernel beside it."""
    color = draw.theme.input
    spot = None
    if len(members) == 1 and link is not None and link.cells is not None:
        tile = before.tile(members[0])
        if tile is not None and abs(tile.center_y - end[1]) < before.pitch_y:
            spot = before.cells(members[0], *link.cells)
    if spot is None:
        draw.level(before.rect.right + 1, end[0], end[1], color)
        return
    x = spot.x + spot.width + 2
    y = min(max(end[1], spot.y + 1), spot.y + spot.height - 1)
    if abs(y - end[1]) < 1:
        draw.level(x, end[0], end[1], color)
    else:
        draw.curve((x, y), end, color)


def _onward(
    draw: Draw,
    layout: Layout,
    chain: Chain,
    snapshot: Snapshot | None,
    row_of: Callable[[int], int | None],
) -> None:
    """From a map (or a pixel of the input) into a dense layer: its contributions alone."""
    index = chain.hit.place
    if index + 1 >= len(layout.places) or layout.places[index + 1].column.kind not in (Kind.DENSE, Kind.OUTPUT):
        return
    column = layout.places[index].column
    cells = column.height * column.width
    if column.kind is Kind.INPUT:
        inside = chain.hit.row * column.width + chain.hit.column
        chosen = frozenset(channel * cells + inside for channel in range(column.maps))
    else:
        chosen = frozenset(range(chain.hit.map * cells, (chain.hit.map + 1) * cells))
    _only(draw, layout, index, snapshot, row_of, sources=chosen)


def _contributions(
    draw: Draw,
    layout: Layout,
    chain: Chain,
    snapshot: Snapshot | None,
    row_of: Callable[[int], int | None],
) -> None:
    """The lines into and out of a unit, or into a class."""
    hit, theme = chain.hit, draw.theme
    place = layout.places[hit.place]
    _only(draw, layout, hit.place - 1, snapshot, row_of, target=hit.map)
    if place.strip is not None:
        _only(draw, layout, hit.place, snapshot, row_of, sources=frozenset({hit.map}))
        unit = place.strip.unit(hit.map)
        if unit is not None:
            draw.frame(unit, theme.output, 2.0)
    if place.classes is not None and (row := row_of(hit.map)) is not None:
        box = place.classes.bar(row)
        draw.frame(box, theme.text_1, 1.0, outset=2)


def _only(
    draw: Draw,
    layout: Layout,
    index: int,
    snapshot: Snapshot | None,
    row_of: Callable[[int], int | None],
    *,
    target: int | None = None,
    sources: frozenset[int] | None = None,
) -> None:
    """Some of the lines after column `index`, instead of all."""
    if snapshot is None or not 0 <= index < len(layout.places) - 1:
        return
    before, after = layout.places[index], layout.places[index + 1]
    if after.column.kind not in (Kind.DENSE, Kind.OUTPUT):
        return
    links = next((snapshot.links[name] for name in after.column.nodes if name in snapshot.links), None)
    if links is None:
        return
    area = gap(before, after)
    draw.fill(area, QColor(draw.theme.stage))
    draw.painter.save()
    draw.painter.setClipRect(*draw.camera.device(area))
    paint_lines(
        draw, before, after, links, row_of=row_of, only_target=target, only_source=sources, strength=1.6
    )  # fmt: skip
    draw.painter.restore()
