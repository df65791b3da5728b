"""The stage of softmax: logits, their powers of e, the sum of these, and each one's share of it: its probability."""

from __future__ import annotations

from collections.abc import Hashable
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPointF, QRectF

from gui.theme import numbers
from gui.views.player.drawing import shapes
from gui.views.player.drawing.figures import number
from gui.views.player.drawing.fills import Fill
from gui.views.player.drawing.lettering import Ink, mono, ui
from gui.views.player.drawing.look import Look, larger_than
from gui.views.player.drawing.sheet import outline
from gui.views.player.drawing.spans import Span, Spans
from gui.views.player.formula import Formula, Sum, result
from gui.views.player.playback import Moment, between, eased
from gui.views.player.scenes.scene import Hit, Restore, Scene

_MOST_ROWS, _LEAST_ROWS = 24, 8
_ROW = 20  # of many rows those are shown that can be so high
_HEAD, _FOOT = 46, 52


class SoftmaxScene(Scene):
    """Shows traces of `engine.traces.softmax` along the line of the current cell."""

    box: QRectF
    row_height: float
    most: int  # rows at most

    def read(self) -> None:
        self.axis = self.trace.axis
        self.size = self.trace.output.shape[self.axis]
        self._step: tuple[int, Any] | None = None

    def terms(self, index: int) -> Any:
        """The terms of a step; those asked for last are kept."""
        if self._step is None or self._step[0] != index:
            self._step = (index, self.trace[index].terms)
        return self._step[1]

    def own(self, index: int) -> int:
        """The entry of the line that the step computes."""
        return int(self.trace.index_of(index)[self.axis])

    def rows(self, index: int) -> list[int]:
        """The entries that have a row: all of few, else the largest and the own one."""
        if self.size <= self.most:
            return list(range(self.size))
        order = np.argsort(-self.terms(index).input_values, kind="stable")[: self.most - 1].tolist()
        return sorted({*order, self.own(index)})

    def outputs(self, index: int) -> NDArray[np.float64]:
        """All probabilities of the line."""
        place: list[Any] = list(self.trace.index_of(index))
        place[self.axis] = slice(None)
        return np.asarray(self.trace.output[tuple(place)], np.float64)

    def name(self, entry: int) -> str:
        return self.names.classes[entry] if entry < len(self.names.classes) else str(entry)

    # -- places ---------------------------------------------------------------------------------------------------

    def place(self) -> None:
        assert self.wanted is not None
        high = self.height - _HEAD - _FOOT
        fit = max(min(int(high) // _ROW, _MOST_ROWS), _LEAST_ROWS)
        self.most = self.size if self.size <= _MOST_ROWS else fit
        rows = min(self.size, self.most)
        for sizes in (*larger_than(self.wanted), self.wanted):
            self.sizes = sizes
            least = {"small": 0, "regular": 24, "large": 44}[self.sizes.name]
            if high / rows >= least and self.width >= {"small": 0, "regular": 860, "large": 1300}[self.sizes.name]:
                break
        sizes = self.sizes
        self.row_height = float(int(min(high / rows, {"small": 28, "regular": 36, "large": 52}[sizes.name])))
        scale = {"small": 0.9, "regular": 1.0, "large": 1.4}[sizes.name]
        width = min(self.width - 2 * sizes.margin, 1160 * scale)
        height = rows * self.row_height
        self.box = QRectF(
            round((self.width - width) / 2), round(_HEAD + max(high - height, 0) / 2), round(width), height
        )
        self._columns = self._placed_columns()

    def columns(self) -> dict[str, tuple[float, float]]:
        """(left, right) of the columns: name, logit and its bar, power and its bar, probability and its bar."""
        return self._columns

    def _placed_columns(self) -> dict[str, tuple[float, float]]:
        box, digit = self.box, mono(self.sizes.text_px + 1).width("0")
        left = box.left()
        names = ui(self.sizes.text_px + 1)
        name_width = min(max(names.width(self.name(n)) for n in range(min(self.size, 100))) + 20, 180)
        room = box.width() - name_width
        third = room / 3
        result: dict[str, tuple[float, float]] = {"name": (left, left + name_width)}
        for n, key in enumerate(("logit", "power", "share")):
            start = left + name_width + n * third
            result[key] = (start, start + 10 * digit)
            result[f"{key}_bar"] = (start + 11 * digit, start + third - 40)
        return result

    def row_rect(self, row: int) -> QRectF:
        return QRectF(self.box.left(), self.box.top() + row * self.row_height, self.box.width(), self.row_height)

    def cell(self, key: str, row: int) -> QRectF:
        """The place of one number."""
        left, right = self.columns()[key]
        rect = self.row_rect(row)
        tall = min(self.row_height - 2, self.sizes.chip_height)
        return QRectF(left, rect.center().y() - tall / 2, right - left, tall)

    # -- painting -------------------------------------------------------------------------------------------------

    def still_key(self, moment: Moment) -> Hashable:
        where = self.trace.index_of(moment.index)
        rows = tuple(self.rows(moment.index)) if self.size > self.most else ()
        return (*super().still_key(moment), where[: self.axis], where[self.axis + 1 :], rows)  # type: ignore[misc]

    def paint_ground(self, ink: Ink, look: Look, moment: Moment) -> None:
        index, columns, sizes = moment.index, self.columns(), look.sizes
        terms = self.terms(index)
        values = terms.input_values
        head = self.box.top() - 20
        shift = self.trace.shift(self.trace.index_of(index))
        power = "e^x" if not shift else f"e^(x {numbers.MINUS} {number(shift)})"
        for key, text, role in (
            ("logit", f"{self.names.input}  x", "input"),
            ("power", power, "text_1"),
            ("share", f"{self.names.output}  y", "output"),
        ):
            ink.words(text, columns[key][0], head, ui(sizes.title_px, 600), look.color(role))
        face, words = mono(sizes.text_px + 1), ui(sizes.text_px + 1)
        finite = np.abs(values[np.isfinite(values)])
        fill = Fill(
            "activation_signed",
            -(float(finite.max()) or 1.0) if finite.size else -1.0,
            (float(finite.max()) or 1.0) if finite.size else 1.0,
        )
        left, right = columns["logit_bar"]
        middle = (left + right) / 2 if (values < 0).any() else left
        for row, entry in enumerate(self.rows(index)):
            y = self.row_rect(row).center().y()
            if row:
                ink.painter.fillRect(
                    QRectF(self.box.left(), round(self.row_rect(row).top()), self.box.width(), 1), look.color("border")
                )
            ink.words(self.name(entry), columns["name"][0], y, words, look.color("text_1"))
            value = float(values[entry])
            ink.put(number(value), columns["logit"][1] - 8, y, face, look.color("input"), "right")
            if np.isfinite(value):
                length = abs(value) / fill.high * (right - middle)
                start = middle if value >= 0 else middle - length
                ink.painter.fillRect(
                    QRectF(round(start), round(y) - 3, max(round(length), 1), 6),
                    fill.color(np.sign(value) * fill.high * 0.75, look.theme),
                )
        ink.painter.fillRect(
            QRectF(round(middle), self.box.top() + 4, 1, self.box.height() - 8), look.color("border_strong")
        )
        self._connectors(ink, look)
        if self.size > self.most:
            text = f"{self.most} of {self.size} rows, the largest"
            ink.words(text, columns["name"][0], self.box.bottom() + 26, ui(sizes.caption_px), look.color("text_3"))

    def _connectors(self, ink: Ink, look: Look) -> None:
        """What is done between the columns."""
        columns, y = self.columns(), self.box.top() - 20
        face, color = ui(look.sizes.caption_px), look.color("text_3")
        ink.words("power of e →", columns["power"][0] - 30, y, face, color, "right")
        ink.words("÷ sum →", columns["share"][0] - 30, y, face, color, "right")

    def paint_step(self, ink: Ink, look: Look, moment: Moment, restore: Restore | None) -> None:
        index, columns, sizes = moment.index, self.columns(), look.sizes
        terms, own = self.terms(index), self.own(index)
        powers, outputs = terms.products, self.outputs(index)
        seen = 1.0 if moment.done or not moment.build else moment.phase
        face, bold = mono(sizes.text_px + 1), mono(sizes.text_px + 1, 600)
        rows = self.rows(index)
        with np.errstate(all="ignore"):
            total = float(powers.sum())
            largest = float(np.nanmax(powers)) if powers.size else 1.0
        painter = ink.painter
        for row, entry in enumerate(rows):
            y = self.row_rect(row).center().y()
            mine = entry == own
            shown = seen >= 0.45 * (row + 1) / len(rows) or not moment.build
            if shown:
                color = look.color("text_1") if mine else look.color("text_2")
                ink.put(
                    number(float(powers[entry])), columns["power"][1] - 8, y, bold if mine else face, color, "right"
                )
                self._bar(
                    ink, look, "power_bar", row, float(powers[entry]) / (largest or 1.0), "text_2" if mine else "text_3"
                )
            self._track(ink, look, row)
            done = entry < own or (mine and seen >= 0.85)
            if done:
                color = look.color("output", 1.0 if mine else 0.8)
                ink.put(
                    probability(float(outputs[entry])),
                    columns["share"][1] - 8,
                    y,
                    bold if mine else face,
                    color,
                    "right",
                )
                self._bar(ink, look, "share_bar", row, float(outputs[entry]), "output", 1.0 if mine else 0.6)
        row = rows.index(own)
        if not moment.done and self.own(moment.previous) in rows:
            start = self.cell("logit", rows.index(self.own(moment.previous)))
            frame = shapes.between_rects(start, self.cell("logit", row), eased(between(moment.phase, 0.0, 0.4)))
        else:
            frame = self.cell("logit", row)
        shapes.chip(painter, frame, look.color("input"), 2)
        shapes.chip(painter, self.cell("power", row), look.color("border_strong"), 1)
        shapes.chip(painter, self.cell("share", row), look.color("output"), 2)
        y = self.box.bottom() + 26
        left, right = columns["power"]
        rect = QRectF(left, y - sizes.chip_height / 2, right - left, sizes.chip_height)
        shapes.chip(painter, rect, look.color("border_strong"), 1, look.color("panel"))
        if seen >= 0.5:
            ink.put(number(total), right - 8, y, bold, look.color("text_1"), "right")
        ink.put("Σ", left - 16, y, mono(sizes.text_px + 3), look.color("text_2"))
        if seen >= 0.85:
            x = columns["share"][0]
            ink.put(number(float(powers[own])), x, y, face, look.color("text_1"), "left")
            width = face.width(number(float(powers[own])))
            ink.put(f" ÷ {number(total)} = ", x + width, y, face, look.color("text_2"), "left")
            width += face.width(f" ÷ {number(total)} = ")
            value = number(float(outputs[own]))
            ink.put(value, x + width, y, mono(sizes.value_px - 4, 600), look.color("output"), "left")

    def _track(self, ink: Ink, look: Look, row: int) -> None:
        left, right = self.columns()["share_bar"]
        y = round(self.row_rect(row).center().y())
        ink.painter.fillRect(QRectF(left, y - 3, right - left, 6), look.color("track"))

    def _bar(self, ink: Ink, look: Look, key: str, row: int, share: float, role: str, alpha: float = 1.0) -> None:
        if not np.isfinite(share):
            return
        left, right = self.columns()[key]
        y = round(self.row_rect(row).center().y())
        length = max(round(share * (right - left)), 1 if share > 0 else 0)
        ink.painter.fillRect(QRectF(left, y - 3, length, 6), look.color(role, alpha))

    def paint_hover(self, ink: Ink, look: Look, moment: Moment, hit: Hit | None, term: int | None) -> None:
        if hit is not None and hit.term is not None:
            term = hit.term
        rows = self.rows(moment.index)
        if term is None or term not in rows:
            return
        row = rows.index(term)
        outline(ink, look, self.cell("logit", row), "input", 1.5)
        outline(ink, look, self.cell("power", row), "text_1", 1.5)

    # -- asking ---------------------------------------------------------------------------------------------------

    def hit(self, point: QPointF, moment: Moment) -> Hit | None:
        index = moment.index
        for row, entry in enumerate(self.rows(index)):
            rect = self.row_rect(row)
            if not rect.contains(point):
                continue
            place = list(self.trace.index_of(index))
            place[self.axis] = entry
            where = tuple(place)
            if point.x() >= self.columns()["share"][0]:
                lines: tuple[Spans, ...] = (
                    (
                        Span(number(float(self.outputs(index)[entry])), "output", bold=True),
                        Span(f"  {self.name(entry)}"),
                    ),
                    (Span("click to go there", "text_3"),),
                )
                return Hit("output", self.cell("share", row), step=self.trace.position_of(where), lines=lines)
            terms = self.terms(index)
            lines = (
                (
                    Span("e^", "text_2"),
                    Span(number(float(terms.input_values[entry])), "input"),
                    Span(" = "),
                    Span(number(float(terms.products[entry])), "text_1", bold=True),
                ),
                (Span(f"x[{','.join(map(str, where))}]", "input"), Span(f"  {self.name(entry)}")),
            )
            return Hit("term", self.cell("logit", row), term=entry, input_index=where, lines=lines)
        return None

    def formula(self, index: int) -> Formula:
        step, terms, own = self.trace[index], self.terms(index), self.own(index)
        values = terms.input_values
        shift = self.trace.shift(step.index)

        def power(term: int) -> Spans:
            minus = (Span(f"{numbers.MINUS}{number(shift)}", sub=False, term=term),) if shift else ()
            return (Span("e^", "text_3", term=term), Span(number(float(values[term])), "input", term=term), *minus)

        place = ",".join(map(str, step.index))
        other = [str(entry) for entry in step.index]
        other[self.axis] = "k"
        symbolic = (
            Span(f"y[{place}]", "output"),
            Span(" = e^"),
            Span(f"x[{place}]", "input"),
            Span(" / Σ"),
            Span("k", sub=True),
            Span(" e^"),
            Span(f"x[{','.join(other)}]", "input"),
        )
        opening = (*power(own), Span(" / ("))
        return Formula(
            symbolic=symbolic,
            sum=Sum(terms.products, power, skip_zeros=False, opening=opening, closing=(Span(")"),), noun="powers"),
            tail=result(step.value),
        )

    def where(self, index: int) -> str:
        own = self.own(index)
        name = f" {self.name(own)}" if own < len(self.names.classes) else ""
        return f"class {own} ·{name}" if name and name.strip() != str(own) else f"class {own}"


def probability(value: float) -> str:
    """A probability as a percentage: 98.5 %."""
    if not np.isfinite(value):
        return numbers.text(value)
    share = value * 100
    return f"{share:.1f} %" if share >= 0.05 or share == 0 else "< 0.1 %"
