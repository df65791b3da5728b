"""The stage of a transposed convolution as it is computed: an input cell multiplies the kernel, and the stamp is added
to what lies on the output already. What padding cuts off is there, and dashed."""

from __future__ import annotations

from collections.abc import Hashable
from typing import Any, TypeAlias

import numpy as np
from PySide6.QtCore import QPointF, QRectF

from engine.traces import Stamp, Stamping
from gui.theme.numbers import MINUS, TIMES
from gui.views.player.drawing.figures import Figures, number, span_text
from gui.views.player.drawing.fills import Fill
from gui.views.player.drawing.grid import NumberGrid, Pads
from gui.views.player.drawing.lettering import Ink
from gui.views.player.drawing.look import LARGE, Look
from gui.views.player.drawing.spans import Span, Spans
from gui.views.player.formula import Formula, Sum, result, summand, times
from gui.views.player.playback import Moment
from gui.views.player.scenes import stamp_hover, stamp_paint
from gui.views.player.scenes.scene import Hit, Names, Restore, Scene, Segment
from gui.views.player.scenes.stamp_places import Places, Request, arrange

Index: TypeAlias = tuple[int, ...]

_FEW = 64  # so many pairs of channels are taken apart on the scrubber, and the rim of each output is looked at


class StampScene(Scene):
    """Shows a `Stamping` in one to three dimensions.

    `colours`: each weight has a hue of its own, and so has what it makes. `asked` is the output cell whose sum is
    explained instead of the stamp. A scene that has the learner find the sums is `hidden`, and paints in their place
    what is known of them.
    """

    trace: Stamping
    places: Places
    colours = False

    def __init__(self, trace: Stamping, names: Names) -> None:
        self.asked: Index | None = None
        super().__init__(trace, names)

    # -- reading --------------------------------------------------------------------------------------------------

    def read(self) -> None:
        made = self.trace
        x, weight = np.asarray(made.inputs[0], float), np.asarray(made.weights["weight"], float)
        each = len(made) // made.filters
        finals: Any = made.output
        if made.filters * made.channels_each <= _FEW:
            finals = np.stack([made.canvas((n + 1) * each - 1) for n in range(made.filters)])
        self.axes = x.ndim - 1
        self.input_figures, self.kernel_figures = Figures.of(x), Figures.of(weight)
        self.whole = self.input_figures.whole and self.kernel_figures.whole
        self.product_figures = Figures() if self.whole else Figures.of(np.abs(x).max() * np.abs(weight), significant=3)
        self.output_figures = Figures.of(finals)
        self.input_fill, self.kernel_fill = Fill.of(x), Fill.of(weight, "weight")
        self.output_fill = Fill.of(finals)
        self.plain = self.input_figures.plain and self.kernel_figures.plain
        largest = float(np.abs(x).max() * np.abs(weight).max())
        self.product_fill = Fill("activation_signed", -(largest or 1.0), largest or 1.0)
        self.longest = {
            "input": self.input_figures.longest(x), "kernel": self.kernel_figures.longest(weight),
            "product": self.product_figures.longest(np.array([largest, -largest])),
            "output": self.output_figures.longest(finals),
        }  # fmt: skip
        self._moment: tuple[int, Any, Any, Any] | None = None

    def canvases(self, index: int) -> tuple[Any, Any, Any]:
        """(before, after, stamps so far) of a step's canvas, each (depth, rows, columns); those asked for last stay."""
        if self._moment is None or self._moment[0] != index:
            made = self.trace
            found = (made.before(index), made.canvas(index), made.covered(index))
            self._moment = (index, *(self.volume(values) for values in found))
        return self._moment[1:]

    def volume(self, values: Any) -> Any:
        """An array of the trace's axes as (depth, rows, columns)."""
        return values.reshape((1,) * (3 - self.axes) + values.shape)

    def three(self, sizes: tuple[int, ...], fill: int = 1) -> tuple[int, int, int]:
        """(depth, rows, columns) of sizes of the trace's axes."""
        return (fill,) * (3 - self.axes) + tuple(sizes)  # type: ignore[return-value]

    def own(self, place: tuple[int, int, int]) -> Index:
        """(depth, row, column) as a place in the trace's axes."""
        return place[3 - self.axes :]

    def depths(self, index: int) -> list[int]:
        """The planes of the canvas that a step's stamp lies on."""
        depth = self.three(self.trace.kernel_size)[0]
        start = self.three(self.trace[index].start, 0)[0]
        step = self.three(self.trace.dilation)[0]
        return [start + n * step for n in range(depth)]

    def corner(self, index: int) -> tuple[int, int]:
        """Row and column of a step's stamp on the canvas."""
        return self.three(self.trace[index].start, 0)[1:]

    def kept_depth(self, depth: int) -> bool:
        """Whether a plane of the canvas is not cut off."""
        if self.axes < 3:
            return True
        kept = self.trace.kept()[0]
        return bool(kept.start <= depth < kept.stop)

    def shows_filled(self, grid: NumberGrid, part: str) -> bool:
        """Whether the cells of a grid are filled with colours: numbers that are long, or have no room."""
        return not self.plain or stamp_paint.face(self, grid, part) is None

    def hidden(self) -> bool:
        """Whether the sums are the learner's to find."""
        return False

    def paint_hidden(self, ink: Ink, look: Look, index: int, depth: int, grid: NumberGrid) -> None:
        """What is known of hidden sums, on one plane of the canvas."""

    # -- places ---------------------------------------------------------------------------------------------------

    def place(self) -> None:
        made = self.trace
        crop: Pads = (0, 0, 0, 0)
        pairs = ((0, 0), (0, 0), *made.pads)[-2:]
        crop = (*pairs[0], *pairs[1])
        assert self.wanted is not None
        self.sizes = LARGE if self.width >= 1500 and self.height >= 700 else self.wanted
        self.places = arrange(
            Request(
                width=self.width, height=self.height, sizes=self.sizes, input=self.three(made.size)[1:],
                kernel=self.three(made.kernel_size)[1:], depth=self.three(made.kernel_size)[0],
                canvas=self.three(made.canvas_shape)[1:], crop=crop,
                factors=6.0 * (self.longest["input"] + self.longest["kernel"] + 1),
                digits=6.0 * self.longest["output"], bias="bias" in made.weights,
                stairs=made.size[0] if self.axes == 1 else 0, filters=made.filters, filled=not self.plain,
            )
        )  # fmt: skip

    def stamp_rect(self, index: int, plane: int) -> QRectF:
        """What a step's stamp covers of one of the canvases, gaps of the dilation included."""
        row, column = self.corner(index)
        rows, columns = self.reach()
        return self.places.canvases[plane].span(row, column, rows, columns)

    def reach(self) -> tuple[int, int]:
        """Rows and columns from a stamp's first cell to its last."""
        kernel, dilation = self.three(self.trace.kernel_size)[1:], self.three(self.trace.dilation)[1:]
        return (kernel[0] - 1) * dilation[0] + 1, (kernel[1] - 1) * dilation[1] + 1

    def canvas_rect(self, index: int, cell: Index) -> QRectF | None:
        """Where a cell of the canvas stands while a step is shown; None if its plane is not on the stage."""
        depth, row, column = self.three(cell, 0)
        depths = self.depths(index)
        return self.places.canvases[depths.index(depth)].cell(row, column) if depth in depths else None

    def input_depth(self, stamp: Stamp) -> int:
        """The input's plane that a stamp comes from."""
        return self.three(stamp.cell[1:], 0)[0]

    def weight_index(self, stamp: Stamp, place: tuple[int, int, int]) -> Index:
        """The index into the weights of a cell of a stamp's kernel."""
        return (stamp.cell[0], stamp.filter % self.trace.weights["weight"].shape[1], *self.own(place))

    # -- painting -------------------------------------------------------------------------------------------------

    def still_key(self, moment: Moment) -> Hashable:
        stamp = self.trace[moment.index]
        key = (stamp.filter, stamp.cell[0], self.input_depth(stamp), *self.depths(moment.index))
        return super().still_key(moment), key, self.colours

    def paint_ground(self, ink: Ink, look: Look, moment: Moment) -> None:
        stamp_paint.ground(self, ink, look, moment.index)

    def paint_step(self, ink: Ink, look: Look, moment: Moment, restore: Restore | None) -> None:
        stamp_paint.step(self, ink, look, moment)

    def paint_hover(self, ink: Ink, look: Look, moment: Moment, hit: Hit | None, term: int | None) -> None:
        stamp_hover.hover(self, ink, look, moment, hit, term)

    def hit(self, point: QPointF, moment: Moment) -> Hit | None:
        return stamp_hover.hit(self, point, moment)

    # -- words ----------------------------------------------------------------------------------------------------

    def taps(self) -> tuple[int, int, int]:
        return self.three(self.trace.kernel_size)

    def formula(self, index: int) -> Formula:
        stamp = self.trace[index]
        if self.asked is not None:
            return self._sum_of(self.asked)
        letters = ("i", "j", "k")[: self.axes]
        places = []
        for start, (before, _), dilation, letter in zip(
            stamp.start, self.trace.pads, self.trace.dilation, letters, strict=True
        ):
            moved = letter if dilation == 1 else f"{dilation}{letter}"
            first = start - before
            places.append(f"{number(first)}+{moved}" if first else moved)
        channel, *cell = stamp.cell
        symbolic: Spans = (
            Span("y", "output"), Span(str(stamp.filter), "output", sub=True),
            Span(f"[{', '.join(places)}]", "output"), Span(" += "), Span("x", "input"),
            Span(str(channel), "input", sub=True), Span(f"[{','.join(map(str, cell))}]", "input"), Span(" · "),
            Span("w", "kernel"), Span(f"{channel},{stamp.filter}", "kernel", sub=True),
            Span(f"[{', '.join(letters)}]", "kernel"),
        )  # fmt: skip
        if self.hidden():
            return Formula(symbolic, (Span("?", "output", bold=True),), lead=())
        kernel = stamp.kernel.ravel()

        def write(term: int) -> Spans:
            return times(stamp.value, float(kernel[term]), term)

        part = Sum(stamp.products.ravel(), write, skip_zeros=False, separator=",  ")
        return Formula(symbolic, (), part, lead=(Span("stamp  ", "text_3"),), note=self._note(index))

    def _note(self, index: int) -> str:
        """How many cells of a stamp fall on others, and how many are cut off."""
        covered = self.canvases(index)[2]
        cells = [self.three(cell, 0) for cell in self.trace.reached(index)]
        over = sum(bool(covered[cell] > 1) for cell in cells)
        cut = sum(self.trace.output_index(0, self.own(cell)) is None for cell in cells)
        parts = [f"{over} of {len(cells)} cells overlap"] if over else []
        if cut:
            parts.append(f"{cut} cut off")
        return ", ".join(parts)

    def _sum_of(self, index: Index) -> Formula:
        """The formula of an output cell: all that was stamped on it."""
        step = self.trace.whole.at(index)
        terms = step.terms
        values, weights = terms.input_values, terms.weight_values

        def write(term: int) -> Spans:
            return times(float(values[term]), float(weights[term]), term + 10_000)  # no terms of the step of now

        bias = summand(step.bias, "bias") if step.bias else ()
        name = (Span(f"y[{', '.join(map(str, index))}]", "output"), Span(" is the sum of all stamps that reach it"))
        return Formula(name, (*bias, *result(step.value)), Sum(terms.products, write, skip_zeros=False))

    def segments(self) -> tuple[Segment, ...]:
        made, each = self.trace, int(np.prod(self.trace.size))
        if made.filters * made.channels_each > _FEW:
            each *= made.channels_each
            return tuple(Segment(f"Filter w_{{{n}}}", n * each, each) for n in range(made.filters))
        many = made.channels_each > 1
        found = []
        for filter_ in range(made.filters):
            for n, channel in enumerate(made.channels(filter_)):
                label = f"Filter w_{{{filter_}}}" + (f", channel {channel}" if many else "")
                found.append(Segment(label, (filter_ * made.channels_each + n) * each, each))
        return tuple(found)

    def where(self, index: int) -> str:
        stamp = self.trace[index]
        name = self.names.map
        return f"stamp of {name} {stamp.cell[0]}, cell {list(stamp.cell[1:])} on output {name} {stamp.filter}"

    def hint(self, index: int) -> str:
        stamp = self.trace[index]
        parts = []
        for start, (before, _), size, dilation in zip(
            stamp.start, self.trace.pads, self.trace.kernel_size, self.trace.dilation, strict=True
        ):
            first = start - before
            parts.append(span_text(first, first + (size - 1) * dilation))
        names = {1: ("positions",), 2: ("rows", "columns"), 3: ("slices", "rows", "columns")}[self.axes]
        where = ", ".join(f"{name} {part}" for name, part in zip(names, parts, strict=True))
        return f"{number(stamp.value)} {TIMES} the kernel, added to output {where}".replace("-", MINUS)
