"""What changes with every snapshot: maps, kernels, units, scales, lines and classes, over the still picture.

Whatever is the same as in the snapshot before is left as it is.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray
from PySide6.QtGui import QPainter

from engine.messages import Floats, Maps, Quantity, Scale, Snapshot
from gui.theme import Theme, colormaps
from gui.views.network import classes as class_rows
from gui.views.network import scales
from gui.views.network.camera import Camera
from gui.views.network.columns import Kind
from gui.views.network.draw import Box, Draw
from gui.views.network.geometry import Classes
from gui.views.network.lines import gap, paint_lines
from gui.views.network.places import Layout, Place
from gui.views.network.still import paint_still, shared
from gui.views.network.surface import Surface, Tiles, strip_grid, strip_pixels


class Scene:
    """The stage as one picture: painted still once, then written with each snapshot.

    A new layout, camera, theme or list of classes needs a new Scene (which may take over the old one's surface).
    `resting` says which map's kernels are shown, where they are shown for one map at a time, and no other is asked for.
    """

    def __init__(
        self,
        surface: Surface,
        *,
        layout: Layout,
        camera: Camera,
        theme: Theme,
        classes: Sequence[str],
        resting: Mapping[str, int],
        gradients: bool,
        show_input: bool,
    ) -> None:
        self.surface, self.layout, self.camera, self.theme = surface, layout, camera, theme
        self._classes = tuple(classes)
        self._show_input = show_input
        self._shown: dict[tuple[str, str], object] = {}
        self._written = False
        self.order: tuple[int, ...] = ()
        self._rows: list[class_rows.Row] = []
        surface.clear(theme.stage)
        painter = QPainter(surface.still)
        try:
            draw = Draw(painter, camera, theme)
            paint_still(draw, layout, current=resting, gradients=gradients, has_input=show_input)
        finally:  # a painter that is left open on a picture takes the process down with it
            painter.end()
        surface.start_over()
        self._tiles: dict[tuple[str, str], Tiles] = {}
        for place in layout.places:
            name = place.column.node
            if place.grid is not None:
                self._tiles[name, "maps"] = Tiles(surface, place.grid, camera)
            if place.strip is not None:
                self._tiles[name, "units"] = Tiles(surface, strip_grid(place.strip), camera)
            if place.kernels is not None:
                self._tiles[name, "kernels"] = Tiles(surface, place.kernels, camera)

    def row_of(self, index: int) -> int | None:
        """The row that shows a class."""
        return self.order.index(index) if index in self.order else None

    def show(self, snapshot: Snapshot, current: Mapping[str, int], *, numbers: bool = True) -> None:
        """Write what is new. `current` is the map whose kernels are shown, for layers that show one at a time.

        Without `numbers`, ends of scales and logits stay as they are written; pictures, lines and bars do not.
        """
        for place in self.layout.places:
            column = place.column
            if column.kind is Kind.INPUT:
                self._input(place, snapshot)
                continue
            maps = snapshot.maps.get(column.node)
            if maps is not None and self._news(column.node, "pixels", maps):
                self._maps(place, maps)
            kernels = snapshot.kernels.get(column.kernels.node) if column.kernels else None
            if kernels is not None and place.kernels is not None:
                chosen = current.get(column.node, 0) if shared(place) else -1
                if self._news(column.node, "kernel pixels", (kernels, chosen)):
                    self._kernels(place, kernels, chosen)
        painter = QPainter(self.surface.live)
        try:
            draw = Draw(painter, self.camera, self.theme)
            self._outputs(draw, snapshot, numbers=numbers or not self._written)
            self._lines(draw, snapshot)
            self._scales(draw, snapshot, current, numbers=numbers or not self._written)
        finally:
            painter.end()
        self._written = True

    def paint_words(self, draw: Draw, snapshot: Snapshot, current: Mapping[str, int]) -> None:
        """Paint all that is no picture of values (classes, lines, scales) with another painter, for a file."""
        self._shown.clear()
        self._outputs(draw, snapshot, numbers=True)
        self._lines(draw, snapshot)
        self._scales(draw, snapshot, current, numbers=True)

    def _news(self, name: str, what: str, value: object) -> bool:
        """Whether this is not what was shown last; remembers it."""
        known = self._shown.get((name, what))
        if known is value or (known is not None and known == value):  # messages are equal only to themselves
            return False
        self._shown[name, what] = value
        return True

    def _lut(self, maps: Maps, *, weights: bool = False) -> colormaps.Lut:
        if weights:
            return colormaps.lut(self.theme, "weight_signed" if maps.signed else "weight")
        return colormaps.lut(self.theme, "activation_signed" if maps.signed else "activation")

    def _maps(self, place: Place, maps: Maps) -> None:
        column, pixels = place.column, maps.pixels
        if pixels.size != column.maps * column.height * column.width:
            return  # a last snapshot of the network that was here before
        if place.strip is not None:
            tile = strip_pixels(place.strip, over_layer(maps), 128 if maps.signed else 0)
            self._tiles[column.node, "units"].write(tile, self._lut(maps))
        elif place.grid is not None:
            grid = place.grid
            pixels = pixels.reshape(column.maps, column.height, column.width)
            self._tiles[column.node, "maps"].write(pixels[grid.first : grid.first + grid.count], self._lut(maps))

    def _kernels(self, place: Place, kernels: Maps, chosen: int) -> None:
        plan, grid = place.column.kernels, place.kernels
        assert plan is not None
        assert grid is not None
        if kernels.pixels.size != place.column.maps * plan.inputs * plan.height * plan.width:
            return
        tiles, pixels = self._tiles[place.column.node, "kernels"], kernels.pixels
        lut = self._lut(kernels, weights=True)
        pixels = pixels.reshape(-1, plan.height, plan.width)
        if chosen < 0:
            tiles.write(pixels[grid.first : grid.first + grid.count], lut)
            return
        own = pixels[chosen * plan.inputs : (chosen + 1) * plan.inputs]
        if plan.groups > 1:  # channels of other groups have no kernel for this map
            group = chosen // (place.column.maps // plan.groups)
            everything = np.full((plan.inputs * plan.groups, plan.height, plan.width), 128, np.uint8)
            everything[group * plan.inputs : (group + 1) * plan.inputs] = own
            own = everything
        tiles.write(own[grid.first : grid.first + grid.count], lut)

    def _input(self, place: Place, snapshot: Snapshot) -> None:
        if not self._show_input:
            return
        name = place.column.node
        gradient = snapshot.maps.get(name) if snapshot.quantity is Quantity.GRADIENTS else None
        if not self._news(name, "pixels", (snapshot.sample, gradient)):
            return
        column, tiles = place.column, self._tiles[name, "maps"]
        shape = (column.maps, column.height, column.width)
        if gradient is not None and gradient.pixels.size == np.prod(shape):
            tiles.write(strongest(gradient.pixels.reshape(shape)), self._lut(gradient))
            return
        picture = snapshot.sample.picture
        if picture.size != np.prod(shape):
            return
        picture = picture.reshape(shape)
        if column.maps == 3:
            red, green, blue = picture.astype(np.uint32)
            tiles.write_colors(np.uint32(0xFF000000) | red << 16 | green << 8 | blue)
        else:
            grey = picture if column.maps == 1 else picture.mean(axis=0, keepdims=True).astype(np.uint8)
            tiles.write(grey, colormaps.lut(self.theme, "input"))

    def _outputs(self, draw: Draw, snapshot: Snapshot, *, numbers: bool) -> None:
        place = self.layout.places[-1]
        classes = place.classes
        if classes is None or len(snapshot.probabilities) != classes.total:
            return
        odds = snapshot.probabilities
        if not numbers and self._only_bars(draw, classes, odds):
            return
        if classes.all_shown:
            self.order = tuple(range(classes.total))
        else:
            self.order = tuple(np.argsort(-odds, kind="stable")[: classes.count].tolist())
        rows = class_rows.rows(snapshot, classes, self.order, self._classes, ratio=self.camera.scale)
        before, self._rows = self._rows, rows
        for row, drawn in enumerate(rows):
            known = before[row] if row < len(before) else None
            if known is not None and not numbers and known.name == drawn.name:
                drawn = rows[row] = replace(drawn, logit=known.logit)
            if known is not None and replace(known, filled=drawn.filled) == drawn:
                if known.filled != drawn.filled:
                    self._share(draw, classes, row, drawn)
                continue
            self.surface.restore(self.camera.device(class_rows.row_box(classes, row)))
            class_rows.paint_row(draw, classes, row, drawn)
        verdict = class_rows.verdict(snapshot, self._classes)
        said = self._shown.get(("", "verdict"))
        if not numbers and isinstance(said, class_rows.Verdict) and said.name == verdict.name:
            verdict = replace(verdict, probability=said.probability)
        if self._news("", "verdict", verdict):
            self.surface.restore(self.camera.device(classes.verdict.grown(4)))
            class_rows.paint_verdict(draw, classes, verdict, small=self.layout.density == "small")

    def _only_bars(self, draw: Draw, classes: Classes, odds: Floats) -> bool:
        """Where nothing but the bars can have changed, paint them; False if there may be more."""
        if not classes.all_shown or len(self._rows) != len(odds) or not self._rows[int(odds.argmax())].predicted:
            return False
        whole = classes.bar_width * self.camera.scale
        for row, share in enumerate(odds.tolist()):
            pixels = round(share * whole) if share == share else 0
            if self._rows[row].filled != pixels:
                drawn = self._rows[row] = replace(self._rows[row], filled=pixels)
                self._share(draw, classes, row, drawn)
        return True

    def _share(self, draw: Draw, classes: Classes, row: int, drawn: class_rows.Row) -> None:
        self.surface.restore(self.camera.device(class_rows.share_box(classes, row)))
        class_rows.paint_share(draw, classes, row, drawn)

    def _lines(self, draw: Draw, snapshot: Snapshot) -> None:
        winner = int(np.argmax(snapshot.probabilities)) if len(snapshot.probabilities) else None
        for before, after in zip(self.layout.places, self.layout.places[1:], strict=False):
            if after.column.kind not in (Kind.DENSE, Kind.OUTPUT):
                continue
            links = next((snapshot.links[name] for name in after.column.nodes if name in snapshot.links), None)
            is_output = after.column.kind is Kind.OUTPUT
            # The classes in their order are part of the key: where only the most probable are shown, lines move.
            order = self.order if is_output and after.classes is not None and not after.classes.all_shown else ()
            if not self._news(after.column.node, "lines", (links, order, winner if is_output else None)):
                continue
            area = self.surface.restore(self.camera.device(gap(before, after)))
            if links is None:
                continue
            draw.painter.setClipRect(*area)
            paint_lines(draw, before, after, links, row_of=self.row_of, only_target=winner if is_output else None)
            draw.painter.setClipping(False)

    def _scales(self, draw: Draw, snapshot: Snapshot, current: Mapping[str, int], *, numbers: bool) -> None:
        each = snapshot.scale is Scale.MAP
        for place in self.layout.places:
            name = place.column.node
            if shared(place):
                chosen = current.get(name, 0)
                if self._news(name, "caption", (chosen,)):
                    scales.paint_kernel_caption(draw, place, chosen, restore=self._restore)
            if not numbers:
                continue
            if place.bar is not None:
                bar: scales.Bar | None
                if place.column.kind is Kind.INPUT:
                    gradient = snapshot.maps.get(name) if snapshot.quantity is Quantity.GRADIENTS else None
                    bar = scales.of_maps(gradient, each_map=each) if gradient else scales.of_picture(place.column.maps)
                else:
                    maps = snapshot.maps.get(name)
                    bar = scales.of_maps(maps, each_map=each and place.strip is None) if maps else None
                self._bar(draw, place, "bar", bar)
            if place.kernel_bar is not None and place.column.kernels is not None:
                kernels = snapshot.kernels.get(place.column.kernels.node)
                self._bar(
                    draw, place, "kernel_bar", scales.of_maps(kernels, each_map=each, weights=True) if kernels else None
                )

    def _bar(self, draw: Draw, place: Place, which: str, bar: scales.Bar | None) -> None:
        rect = place.bar if which == "bar" else place.kernel_bar
        if rect is None or not self._news(place.column.node, which, (bar,)):
            return
        self.surface.restore(self.camera.device((rect.x - 6, rect.y - 1, rect.width + 12, 26)))
        if bar is not None:
            scales.paint_bar(draw, rect, bar)

    def _restore(self, box: Box) -> None:
        self.surface.restore(self.camera.device(box))


def over_layer(maps: Maps) -> NDArray[np.uint8]:
    """The pixels of units scaled over their layer. By map, every unit would be a map of its own: all of them full."""
    limits = maps.limits.reshape(-1)
    largest = limits.max(initial=0.0)
    if not len(limits) or (limits == largest).all():
        return maps.pixels
    middle = 127.5 if maps.signed else 0.0
    shares = (maps.pixels.reshape(len(limits), -1) - middle) * (limits / largest)[:, None] + middle
    rounded: NDArray[np.uint8] = np.floor(shares + 0.5).clip(0, 255).astype(np.uint8)
    return rounded


def strongest(pixels: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """Of signed maps (channels, rows, columns) the one furthest from zero at each cell: (1, rows, columns)."""
    if pixels.shape[0] == 1:
        return pixels
    chosen = np.abs(pixels.astype(np.int16) - 128).argmax(axis=0)
    return np.take_along_axis(pixels, chosen[None], axis=0)
