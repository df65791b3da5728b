"""The stage of a 3-D convolution: the output's slice of now as a 2-D convolution over the planes that it reads.

A window of depth k over c channels reads k planes of each; laid side by side they are the c·k channels of a 2-D
convolution whose output is one slice. The numbers are the trace's own.
"""

from __future__ import annotations

import re
from collections.abc import Hashable
from dataclasses import replace
from typing import Any

import numpy as np
from PySide6.QtCore import QPointF, QRectF

from engine import traces
from gui.labs.convolution.scene import Answers, Index, LabScene, Target
from gui.labs.convolution.state import ConvolutionState
from gui.views.player.drawing.figures import span_text
from gui.views.player.drawing.lettering import Ink, ui
from gui.views.player.drawing.look import Look, Sizes
from gui.views.player.drawing.spans import Span
from gui.views.player.formula import Formula
from gui.views.player.playback import Moment
from gui.views.player.scenes.convolution_formula import read_out
from gui.views.player.scenes.scene import Hit, Names, Restore, Scene, Segment

_MODES: dict[str, Any] = {"zeros": "constant", "reflect": "reflect", "replicate": "edge", "circular": "wrap"}


class _Slice(LabScene):
    """One slice of the output; its planes know which cells of the volume they are."""

    def __init__(
        self, trace: Any, names: Names, state: ConvolutionState, *, depth: int, depth_count: int, depths: np.ndarray
    ) -> None:
        self.depth, self.depth_count = depth, depth_count
        self.depths = depths  # of each tap along the depth; −1 for a plane of padding
        super().__init__(trace, names, state)

    def _index(self, part: str, filter_: int, channel: int, row: int, column: int, *, grid: Any) -> Index | None:
        found = super()._index(part, filter_, channel, row, column, grid=grid)
        if found is None or part == "b":
            return found
        depth = len(self.depths)
        if part == "x":
            source, tap = divmod(found[0], depth)
            plane = int(self.depths[tap])
            if plane < 0 or self._between(found[0]):
                return None
            return (source, plane // self.state.stride[0] if self.state.transposed else plane, *found[1:])
        if part == "y":
            return (found[0], self.depth, *found[1:])
        return found

    def _between(self, channel: int) -> bool:
        plane = int(self.depths[channel % len(self.depths)])
        return self.state.transposed and plane >= 0 and plane % self.state.stride[0] != 0

    def _weight(self, index: Index) -> Index:
        depth = len(self.depths)
        source, tap = divmod(index[1], depth)
        tap = depth - 1 - tap if self.reading.flip else tap
        return super()._weight((index[0], source, tap, *index[2:]))

    def paint_ground(self, ink: Ink, look: Look, moment: Moment) -> None:
        super().paint_ground(ink, look, moment)
        each = self.reading.rows * self.reading.columns
        line = look.sizes.text_px + 6
        for filter_, idle in zip(
            self.idle_filters(self.reading.place(moment.index).channel), self.layout.idle, strict=False
        ):
            y = idle.kernels[0].top + 8 + 2 * line  # steps are counted over all slices, not over this one
            ink.flush()
            ink.painter.fillRect(QRectF(self.layout.left, y - line / 2, 112, line), look.color("stage"))
            first = (filter_ * self.depth_count + self.depth) * each
            text = f"steps {first + 1}–{first + each}"
            ink.words(text, self.layout.left, y, ui(look.sizes.text_px), look.color("text_3"))


class VolumeScene(Scene):
    """Shows a trace of a 3-D convolution, slice after slice."""

    def __init__(self, trace: Any, names: Names, state: ConvolutionState, answers: Answers | None = None) -> None:
        self.state, self.answers = state, answers
        self._slices: dict[int, _Slice] = {}
        super().__init__(trace, Names(title=names.title, inputs=names.inputs, map="plane"))

    def read(self) -> None:
        self._slices.clear()

    def place(self) -> None:
        for slice_ in self._slices.values():
            self._fit(slice_)
        self.sizes = self.slice(0).sizes

    def _fit(self, slice_: _Slice) -> None:
        if self.wanted is not None:
            slice_.arrange(self.width, self.height, self.wanted)

    def slice(self, depth: int) -> _Slice:
        """The scene of an output slice."""
        if depth not in self._slices:
            if len(self._slices) > 8:
                self._slices.clear()
            made = self._made(depth)
            self._slices[depth] = made
            self._fit(made)
        return self._slices[depth]

    def _made(self, depth: int) -> _Slice:
        trace = self.trace
        x, weight = np.asarray(trace.inputs[0]), np.asarray(trace.weights["weight"])
        (before, after), *pads = trace.pads
        widths = ((0, 0), (before, after), (0, 0), (0, 0))
        wide = np.pad(x, widths, mode=_MODES[trace.padding_mode])
        numbers = np.pad(np.arange(x.shape[1]), (before, after), mode=_MODES[trace.padding_mode])
        if trace.padding_mode == "zeros":
            numbers[:before] = -1
            numbers[len(numbers) - after :] = -1
        taps = depth * trace.stride[0] + np.arange(weight.shape[2]) * trace.dilation[0]
        planes = wide[:, taps].reshape(-1, *x.shape[2:])
        kernel = weight[:, :, ::-1] if trace.flip else weight
        kernel = kernel.reshape(len(weight), -1, *weight.shape[3:])
        made = traces.convolution(
            planes, kernel, trace.weights.get("bias"), stride=trace.stride[1:], padding=tuple(pads),
            dilation=trace.dilation[1:], groups=trace.groups, padding_mode=trace.padding_mode, flip=trace.flip,
        )  # fmt: skip
        count = trace.output.shape[1]
        return _Slice(made, self.names, self.state, depth=depth, depth_count=count, depths=numbers[taps])

    def inner(self, index: int) -> tuple[_Slice, int]:
        """The slice's scene of a step, and the number of the step in it."""
        channel, depth, row, column = self.trace.index_of(index)
        rows, columns = self.trace.output.shape[2:]
        return self.slice(depth), (channel * rows + row) * columns + column

    def outer(self, depth: int, step: int) -> int:
        """The step of the volume's trace, from that of a slice."""
        _, depths, rows, columns = self.trace.output.shape
        channel, rest = divmod(step, rows * columns)
        return int((channel * depths + depth) * rows * columns + rest)

    def _moment(self, moment: Moment) -> tuple[_Slice, Moment]:
        scene, index = self.inner(moment.index)
        scene.answers = self._answers_in(scene)
        before, previous = self.inner(moment.previous)
        return scene, Moment(index, previous if before is scene else index, moment.phase, moment.build)

    def _answers_in(self, scene: _Slice) -> Answers | None:
        """The learner's answers to a slice, by the steps in it."""
        if self.answers is None:
            return None

        def here(step: int) -> int | None:
            found, within = self.inner(step)
            return within if found is scene else None

        given = {within: answer for step, answer in self.answers.given.items() if (within := here(step)) is not None}
        revealed = {within for step in self.answers.revealed if (within := here(step)) is not None}
        return Answers(given, revealed)

    # -- painting and asking: the slice's own ---------------------------------------------------------------------

    def still_key(self, moment: Moment) -> Hashable:
        scene, inner = self._moment(moment)
        depth = self.trace.index_of(moment.index)[1]
        answers = None if self.answers is None else self.answers.key()
        return super().still_key(moment), depth, scene.still_key(inner), self.state.colours, answers

    def paint_ground(self, ink: Ink, look: Look, moment: Moment) -> None:
        scene, inner = self._moment(moment)
        scene.state = self.state
        scene.paint_ground(ink, look, inner)

    def paint_digits(self, ink: Ink, look: Look, moment: Moment) -> None:
        scene, inner = self._moment(moment)
        scene.paint_digits(ink, look, inner)

    def paint_step(self, ink: Ink, look: Look, moment: Moment, restore: Restore | None) -> None:
        scene, inner = self._moment(moment)
        scene.state = self.state
        scene.paint_step(ink, look, inner, restore)

    def paint_hover(self, ink: Ink, look: Look, moment: Moment, hit: Hit | None, term: int | None) -> None:
        scene, inner = self._moment(moment)
        if hit is not None and hit.part == "output" and hit.step is not None:
            _, step = self.inner(hit.step)
            hit = Hit(hit.part, hit.rect, hit.term, step, hit.input_index, hit.source, hit.lines)
        scene.paint_hover(ink, look, inner, hit, term)

    def hit(self, point: QPointF, moment: Moment) -> Hit | None:
        scene, inner = self._moment(moment)
        hit = scene.hit(point, inner)
        if hit is None or hit.part == "strip":
            return None
        if hit.step is not None:
            depth = self.trace.index_of(moment.index)[1]
            lines = hit.lines[:1]
            step = self.outer(depth, hit.step)
            place = ", ".join(map(str, self.trace.index_of(step)))
            return Hit(hit.part, hit.rect, step=step, lines=(*lines, (Span(f"y[{place}]", "output"),)))
        return self._of_volume(hit, moment, scene, inner, point)

    def _of_volume(self, hit: Hit, moment: Moment, scene: _Slice, inner: Moment, point: QPointF) -> Hit:
        """A hit on planes of a slice, with the cells of the volume in its words."""
        if (
            hit.term is not None and hit.lines
        ):  # terms stand in the same order, for planes are read in the order of taps
            more = hit.lines[2:] if hit.part == "kernel" else ()
            return replace(hit, lines=(*read_out(self.trace[moment.index].terms[hit.term]), *more))
        target = scene.target_at(point, inner.index)
        if hit.part == "input" and hit.lines:
            name = "padding" if target is None else f"x[{', '.join(map(str, target.index))}]"
            return replace(hit, lines=(hit.lines[0], (Span(name, "padding" if target is None else "input"),)))
        return hit

    def target_at(self, point: QPointF, step: int) -> Target | None:
        """The number under a point that can be edited."""
        scene, inner = self.inner(step)
        return scene.target_at(point, inner)

    def target_of(self, part: str, index: Index, step: int) -> Target | None:
        """Where a number stands while this step is shown."""
        scene, inner = self.inner(step)
        return scene.target_of(part, index, inner)

    def formula(self, index: int) -> Formula:
        scene, inner = self.inner(index)
        scene.answers = self._answers_in(scene)
        formula = scene.formula(inner)
        return Formula(symbolic=_coloured(self.trace[index].symbolic), sum=formula.sum, tail=formula.tail)

    def segments(self) -> tuple[Segment, ...]:
        filters, depths, rows, columns = self.trace.output.shape
        each = rows * columns
        return tuple(
            Segment(f"Filter w_{{{n // depths}}}, slice {n % depths}", n * each, each) for n in range(filters * depths)
        )

    def where(self, index: int) -> str:
        channel, depth, row, column = self.trace.index_of(index)
        return f"channel {channel} · slice {depth}, row {row}, column {column}"

    def hint(self, index: int) -> str:
        parts = [span_text(first, last - 1) for first, last in self.trace[index].window.spans]
        return f"Window over input slices {parts[0]}, rows {parts[1]}, columns {parts[2]}"

    def arrange(self, width: float, height: float, sizes: Sizes) -> None:
        super().arrange(width, height, sizes)
        self.sizes = self.slice(0).sizes


def _coloured(symbolic: str) -> tuple[Span, ...]:
    """A formula in letters in the colours of its parts."""
    roles = {"y": "output", "x": "input", "w": "kernel", "b": "bias"}
    parts = re.split(r"([yxwb]\[[^\]]*\])", symbolic)
    return tuple(Span(part, roles[part[0]] if part[1:2] == "[" else "text_2") for part in parts if part)
