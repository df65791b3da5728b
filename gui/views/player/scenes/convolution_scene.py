"""The stage of a convolution: the window over all input channels, the kernel, every product, the sums, the output."""

from __future__ import annotations

from collections.abc import Callable, Hashable
from functools import cached_property
from typing import Any

import numpy as np
from PySide6.QtCore import QPointF, QRectF

from gui.views.player.drawing.figures import Figures, number, span_text
from gui.views.player.drawing.fills import Fill
from gui.views.player.drawing.grid import NumberGrid, face_for
from gui.views.player.drawing.lettering import Face, Ink, Prepared, ui
from gui.views.player.drawing.look import HUGE, Look, larger_than
from gui.views.player.drawing.spans import Span
from gui.views.player.formula import Formula
from gui.views.player.playback import Moment
from gui.views.player.scenes.convolution_formula import formula_of, read_out
from gui.views.player.scenes.convolution_ground import ground
from gui.views.player.scenes.convolution_hover import hover
from gui.views.player.scenes.convolution_layout import Layout, arrange
from gui.views.player.scenes.convolution_magnifier import is_small
from gui.views.player.scenes.convolution_reading import ConvolutionReading
from gui.views.player.scenes.convolution_search import Request
from gui.views.player.scenes.convolution_step import digits, step
from gui.views.player.scenes.scene import Hit, Names, Restore, Scene, Segment


class ConvolutionScene(Scene):
    """Shows a trace of `engine.traces.convolution` in one or two dimensions."""

    reading: ConvolutionReading
    layout: Layout

    def __init__(self, trace: Any, names: Names) -> None:
        self._chosen: dict[int, tuple[int, ...]] = {}
        self._lengths: dict[tuple[int, str], int] = {}
        self._prepared: dict[Hashable, Prepared] = {}
        self._prepared_for: tuple[int, Layout | None] = (-1, None)
        super().__init__(trace, names)

    def read(self) -> None:
        reading = self.reading = ConvolutionReading(self.trace)
        self._lengths.clear()
        self.input_figures = Figures.of(reading.x)
        self.kernel_figures = Figures.of(reading.weight)
        with np.errstate(all="ignore"):
            largest = np.abs(reading.x).max(axis=(1, 2)) if reading.x.size else np.zeros(1)
            heaviest = np.abs(reading.weight).max(axis=(0, 2, 3))
            per_group = largest.reshape(-1, len(heaviest)) * heaviest
        whole = self.input_figures.whole and self.kernel_figures.whole
        self.product_figures = Figures() if whole else Figures.of(per_group, significant=2).at_least(2)
        self.output_figures = Figures.of(reading.output)
        self.sum_figures = Figures() if whole else self.output_figures.at_least(2)
        self.bias_figures = Figures() if reading.bias is None else Figures.of(reading.bias)
        self.filled = not (self.input_figures.plain and self.kernel_figures.plain)
        self._fills = {
            "input": Fill.of(reading.x, "input" if self.names.picture else "activation"),
            "kernel": Fill.of(reading.weight, "weight"),
            "output": Fill.of(reading.output),
        }
        self.__dict__.pop("product_fill", None)
        self._product_limit = per_group

    @cached_property
    def product_fill(self) -> Fill:
        """Products of all channels on one scale: half of what they could be at most, which hardly one exceeds."""
        limit = self._product_bound() / 2 or 1.0
        return Fill("activation_signed", -limit, limit)

    def _product_bound(self) -> float:
        """No product is larger."""
        finite = self._product_limit[np.isfinite(self._product_limit)]
        return float(finite.max()) if finite.size else 1.0

    def place(self) -> None:
        assert self.wanted is not None
        reading = self.reading
        rows, columns = reading.padded.shape[1:]
        self.layout, self.sizes = arrange(
            Request(
                width=self.width,
                height=self.height,
                sizes=self.wanted,
                channels=len(reading.channels(0)),
                rows=rows,
                columns=columns,
                pads=reading.pads,
                kernel=reading.kernel,
                out_rows=reading.rows,
                out_columns=reading.columns,
                filters=reading.filters,
                bias=reading.bias is not None,
                input_characters=self.input_figures.longest(reading.x),
                kernel_characters=max(
                    self.kernel_figures.longest(reading.weight),
                    0 if reading.bias is None else self.bias_figures.longest(reading.bias),
                ),
                product_characters=self.product_characters(),
                sum_characters=self.sum_figures.longest(reading.output) + (0 if reading.output.min() < 0 else 1),
                output_characters=self.output_figures.longest(reading.output),
                title_width=ui(self.wanted.title_px, 600).width(f"{self.names.output} y") + 20,
                filled=self.filled,
            ),
            ((HUGE, *larger_than(self.wanted)) if self._few() else larger_than(self.wanted)),
        )

    def _few(self) -> bool:
        """Whether there is so little on a stage so large that it can be drawn for a projector."""
        few = not self.filled and len(self.reading.weight) <= 2
        return few and self.width >= 1700 and self.height >= 860

    def fill(self, part: str, grid: NumberGrid) -> Fill | None:
        """The colours of a grid's cells: none for plain numbers, where their digits can be read."""
        if not self.filled and self.face(part, grid) is not None:
            return None
        return self._fills[part]

    def face(self, part: str, grid: NumberGrid) -> Face | None:
        """The face of a grid's digits; None where they don't fit."""
        reading = self.reading
        figures, values = {
            "input": (self.input_figures, reading.x),
            "kernel": (self.kernel_figures, reading.weight),
            "output": (self.output_figures, reading.output),
        }[part]
        return face_for(grid, self._longest(part, figures, values), share=0.46)

    def _longest(self, part: str, figures: Figures, values: np.ndarray) -> int:
        key = (self.version, part)
        if key not in self._lengths:
            self._lengths[key] = figures.longest(values)
        return self._lengths[key]

    def kept(self, key: Hashable, make: Callable[[], Prepared]) -> Prepared:
        """Prepared texts, made once for these numbers and places; only the last few are kept."""
        if self._prepared_for != (self.version, self.layout):
            self._prepared_for = (self.version, self.layout)
            self._prepared.clear()
        if key not in self._prepared:
            if len(self._prepared) >= 4:
                self._prepared.pop(next(iter(self._prepared)))
            self._prepared[key] = make()
        return self._prepared[key]

    def product_characters(self) -> int:
        """The length of the longest product."""
        return self.product_figures.longest(np.array([self._product_bound(), -self._product_bound()]))

    def shown(self, output_channel: int) -> tuple[int, ...]:
        """The channels (counted in the group) that have a block: all, or those with the largest |kernel| x |input|."""
        count, room = len(self.reading.channels(output_channel)), len(self.layout.blocks)
        if room >= count:
            return tuple(range(count))
        key = output_channel
        if key not in self._chosen or len(self._chosen[key]) != room:
            channels = self.reading.channels(output_channel)
            with np.errstate(all="ignore"):
                weight = np.abs(self.reading.weight[output_channel]).sum(axis=(1, 2))
                inputs = np.abs(self.reading.x[channels.start : channels.stop]).mean(axis=(1, 2))
                order = np.argsort(-np.nan_to_num(weight * inputs), kind="stable")[:room]
            self._chosen[key] = tuple(sorted(order.tolist()))
        return self._chosen[key]

    def choose(self, output_channel: int, channel: int) -> None:
        """Show this channel (counted in the group) instead of the shown one next to it."""
        shown = list(self.shown(output_channel))
        if channel in shown:
            return
        nearest = min(range(len(shown)), key=lambda n: abs(shown[n] - channel))
        shown[nearest] = channel
        self._chosen[output_channel] = tuple(sorted(shown))
        self.version += 1

    # -- painting -------------------------------------------------------------------------------------------------

    def still_key(self, moment: Moment) -> Hashable:
        return (*super().still_key(moment), self.reading.place(moment.index).channel)  # type: ignore[misc]

    def paint_ground(self, ink: Ink, look: Look, moment: Moment) -> None:
        ground(self, ink, look, self.reading.place(moment.index).channel)

    def paint_digits(self, ink: Ink, look: Look, moment: Moment) -> None:
        digits(self, ink, look, self.reading.place(moment.index).channel)

    def paint_step(self, ink: Ink, look: Look, moment: Moment, restore: Restore | None) -> None:
        step(self, ink, look, moment, restore)

    def paint_hover(self, ink: Ink, look: Look, moment: Moment, hit: Hit | None, term: int | None) -> None:
        hover(self, ink, look, moment, hit, term)

    # -- asking ---------------------------------------------------------------------------------------------------

    def hit(self, point: QPointF, moment: Moment) -> Hit | None:
        layout, reading = self.layout, self.reading
        place = reading.place(moment.index)
        if (cell := layout.output.at(point)) is not None:
            return self._output_hit(place.channel, *cell, layout.output.cell(*cell))
        for filter_, idle in zip(self.idle_filters(place.channel), layout.idle, strict=False):
            if (cell := idle.output.at(point)) is not None:
                return self._output_hit(filter_, *cell, idle.output.cell(*cell))
        for channel, block in zip(self.shown(place.channel), layout.blocks, strict=True):
            grids = [("product", block.products), ("kernel", block.kernel)]
            if block.patch is not None:
                grids.append(("patch", block.patch))
            for part, grid in grids:
                if (cell := grid.at(point)) is not None:
                    return self._term_hit(part, moment.index, channel, *cell, grid.cell(*cell))
            if (cell := block.input.at(point)) is not None:
                return self._input_hit(moment.index, channel, *cell, block.input.cell(*cell))
        if (bar := self.strip_channel(point)) is not None:
            value = float(reading.products(moment.index)[bar].sum())
            name = f"{self.names.map} {reading.channels(place.channel).start + bar}"
            lines = (
                (Span(name + "  "), Span(number(value), "text_1", bold=True)),
                (Span("click to show it", "text_3"),),
            )
            return Hit("strip", self.strip_bar(bar, place.channel), lines=lines, step=bar)
        return None

    def _term_hit(self, part: str, index: int, channel: int, row: int, column: int, rect: QRectF) -> Hit:
        term = self.reading.term(channel, row, column)
        found = self.reading.terms(index)[term]
        return Hit(
            part,
            rect,
            term=term,
            input_index=None if self.reading.mode == "zeros" and found.padding else found.input_index,
            lines=() if self.magnifies(index) else read_out(found),
        )

    def magnifies(self, index: int) -> bool:
        """Whether the mouse brings the digits of a step's products, for which the stage has no room."""
        return is_small(self)

    def turned(self, output_channel: int) -> bool:
        """Whether the shown channels follow each other, not by their strength."""
        shown = self.shown(output_channel)
        return shown == tuple(range(shown[0], shown[0] + len(shown)))

    def turn_over(self, index: int, by: int) -> bool:
        """Show the channels after (or before) those that are shown; whether there are others."""
        output_channel = self.reading.place(index).channel
        count, room = len(self.reading.channels(output_channel)), len(self.layout.blocks)
        if room >= count:
            return False
        shown = self.shown(output_channel)
        paged = self.turned(output_channel)
        first = shown[0] + by * room if paged else (0 if by > 0 else count - room)
        if paged and first >= count:
            first = 0
        elif paged and first < 0:
            first = count - room if shown[0] == 0 else 0
        first = min(max(first, 0), count - room)
        self._chosen[output_channel] = tuple(range(first, first + room))
        self.version += 1
        return True

    def _input_hit(self, index: int, channel: int, row: int, column: int, rect: QRectF) -> Hit:
        reading = self.reading
        place = reading.place(index)
        y, x = row - place.top, column - place.left
        (dh, dw), (kh, kw) = reading.dilation, reading.kernel
        if y % dh == 0 and x % dw == 0 and 0 <= y // dh < kh and 0 <= x // dw < kw:
            return self._term_hit("input", index, channel, y // dh, x // dw, rect)
        group = reading.channels(place.channel)
        input_index = reading.input_index(group.start + channel, row, column)
        value = float(reading.padded[group.start + channel, row, column])
        name = "padding" if input_index is None else f"x[{', '.join(map(str, input_index))}]"
        role = "padding" if input_index is None else "input"
        lines = ((Span(number(value), "text_1", bold=True),), (Span(name, role),))
        return Hit("input", rect, input_index=input_index, lines=lines)

    def _output_hit(self, channel: int, row: int, column: int, rect: QRectF) -> Hit:
        reading = self.reading
        index = reading.output_index(channel, row, column)
        value = float(np.asarray(reading.output)[channel, row, column])
        lines = (
            (Span(number(value), "output", bold=True),),
            (Span(f"y[{', '.join(map(str, index))}]", "output"), Span("  click to go there", "text_3")),
        )
        return Hit("output", rect, step=reading.index(channel, row, column), lines=lines)

    def idle_filters(self, active: int) -> list[int]:
        """The filters that are shown at rest below the active one: the next ones, then those before."""
        count = len(self.layout.idle)
        others = [f for f in range(self.reading.filters) if f != active]
        after = [f for f in others if f > active][:count]
        return sorted(
            after + [f for f in others if f < active][-(count - len(after)) :] if len(after) < count else after
        )

    def strip_bar(self, channel: int, output_channel: int) -> QRectF:
        """The place of a channel's bar in the strip of all sums."""
        strip = self.layout.strip
        pitch = self._strip_pitch()
        return QRectF(strip.left() + channel * pitch, strip.top(), max(pitch - 1, 1.0), strip.height())

    def _strip_pitch(self) -> float:
        """Width of a bar with its gap: 1 … 16 px in whole pixels, with room left for words."""
        return float(max(1, min((self.layout.strip.width() - 230) // len(self.reading.channels(0)), 16)))

    def strip_channel(self, point: QPointF) -> int | None:
        """The channel whose bar in the strip is under a point."""
        strip = self.layout.strip
        if not strip.isValid() or not strip.contains(point):
            return None
        count = len(self.reading.channels(0))
        pitch = self._strip_pitch()
        bar = int((point.x() - strip.left()) // pitch)
        return bar if bar < count else None

    def formula(self, index: int) -> Formula:
        return formula_of(self.reading, index)

    def segments(self) -> tuple[Segment, ...]:
        each = self.reading.rows * self.reading.columns
        return tuple(Segment(f"Filter w_{{{n}}}", n * each, each) for n in range(self.reading.filters))

    def where(self, index: int) -> str:
        place = self.reading.place(index)
        name = f"{self.names.map} {place.channel}"
        if self.reading.axes == 1:
            return f"{name} · position {place.column}"
        return f"{name} · row {place.row}, column {place.column}"

    def hint(self, index: int) -> str:
        window = self.trace[index].window
        parts = [span_text(first, last - 1) for first, last in window.spans]
        if self.reading.axes == 1:
            return f"Window over input positions {parts[0]}"
        return f"Window over input rows {parts[0]}, columns {parts[1]}"

    def groups_text(self) -> str:
        """What is said of groups: "3 groups", "depthwise"."""
        groups = self.reading.groups
        if groups == 1:
            return ""
        return "depthwise" if self.reading.weight.shape[1] == 1 else f"{groups} groups"
