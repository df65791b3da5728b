"""Numbers in cells and formulas: whole ones stay whole, others keep as many figures as are worth reading."""

from __future__ import annotations

import numpy as np
import pytest
from PySide6.QtCore import QPointF

from gui.views.player.drawing.figures import Figures, number, share
from gui.views.player.drawing.fills import Fill
from gui.views.player.drawing.grid import NumberGrid, digits_px
from gui.views.player.drawing.spans import text_of
from gui.views.player.formula import in_numbers
from gui.views.player.scenes.choice import scene_of
from gui.views.player.scenes.scene import Names
from tests.gui.player.cases import every_kind, two_filters

MINUS = "\N{MINUS SIGN}"


@pytest.mark.parametrize(
    ("values", "texts"),
    [
        ([0.0, -1.0, 12.0], ["0", f"{MINUS}1", "12"]),
        ([0.0, 1.5, 5.75], ["0", "1.5", "5.75"]),
        ([0.123456, -2.5, 0.0], ["0.12", f"{MINUS}2.50", "0"]),
        ([0.0512, -0.7, 1e-9], ["0.051", f"{MINUS}0.700", "0.000"]),
        ([123.456, 7.0], ["123.5", "7.0"]),
        ([np.nan, np.inf, -np.inf, 1.0], ["NaN", "∞", f"{MINUS}∞", "1"]),
        ([3e-7, 0.0], ["3.0×10⁻⁷", "0"]),
    ],
)
def test_one_count_of_decimals_for_a_grid(values: list[float], texts: list[str]) -> None:
    assert Figures.of(np.array(values)).texts(np.array(values)) == texts


def test_numbers_in_running_text() -> None:
    assert [number(v) for v in (3.0, -3.0, 0.12345, 19.64321, float("nan"))] == [
        "3",
        f"{MINUS}3",
        "0.123",
        "19.6",
        "NaN",
    ]
    assert [share(n) for n in (4, 7)] == ["¼", "1/7"]


def test_digits_only_where_they_fit() -> None:
    assert digits_px(32, 32, 1) == 14
    assert digits_px(24, 24, 2) >= 9
    assert digits_px(24, 24, 6) == 0
    assert digits_px(8, 8, 1) == 0


def test_grid_knows_its_cells() -> None:
    grid = NumberGrid(10, 20, 7, 7, 32, 32, (1, 1, 1, 1))
    assert grid.at(QPointF(10 + 3 * 32 + 5, 20 + 2 * 32 + 31)) == (2, 3)
    assert grid.at(QPointF(9, 20)) is None
    assert grid.is_padding(0, 3)
    assert not grid.is_padding(1, 1)
    assert grid.inner == grid.span(1, 1, 5, 5)


def test_fills_are_symmetric_where_there_are_negative_values() -> None:
    signed, unsigned = Fill.of(np.array([-2.0, 1.0])), Fill.of(np.array([0.0, 3.0]))
    assert (signed.low, signed.high, signed.signed) == (-2.0, 2.0, True)
    assert (unsigned.low, unsigned.high, unsigned.signed) == (0.0, 3.0, False)
    assert signed.levels(np.array([np.nan])).tolist() == [256]


def test_formula_of_the_lecture() -> None:
    formula = scene_of(two_filters(), Names()).formula(4)
    assert text_of(formula.symbolic) == "y_{0}[1,1] = Σ_{c} Σ_{i} Σ_{j} x_{c}[1+i, 1+j] · w_{0,c}[i, j] + b_{0}"
    spans, note = in_numbers(formula, 200)
    assert text_of(spans) == (
        "= (1×−1 + 2×1 + 1×−1 + 2×1) + (2×1 + 1×1 + 1×1 + 2×−1 + 1×1) + (1×−1 + 2×1 + 1×−1 + 1×−1) + 1 = 5"
    ).replace("-", MINUS)
    assert note == "14 products are zero and left out"
    assert {span.role for span in spans} >= {"input", "kernel", "bias", "output"}


def test_formula_shortened_to_the_room_there_is() -> None:
    trace, names = every_kind()["dense"]
    formula = scene_of(trace, names).formula(7)
    for room in (40, 90, 160):
        spans, note = in_numbers(formula, room)
        text = text_of(spans)
        assert " more" in text
        assert len(text) <= max(room, 60)
        assert text.endswith(number(float(trace.output[7])))
        assert "first" in note
    terms = trace[7].terms
    largest = int(np.argmax(np.abs(terms.products)))
    assert next(span.term for span in spans if span.term is not None) == largest
    shown = len({span.term for span in spans if span.term is not None})
    more = next(span.text for span in spans if "more" in span.text)
    assert int(more.strip("… more").replace(",", "")) == np.count_nonzero(terms.products) - shown


@pytest.mark.parametrize("kind", sorted(every_kind().keys() - {"stamps"}))  # a stamp has many values
def test_every_formula_ends_in_the_value(kind: str) -> None:
    trace, names = every_kind()[kind]
    scene = scene_of(trace, names)
    for index in {0, len(trace) // 2, len(trace) - 1}:
        formula = scene.formula(index)
        spans, _ = in_numbers(formula, 150)
        value = float(trace[index].value)
        assert spans[-1].role == "output", kind
        assert spans[-1].text == number(value) or np.isclose(
            float(spans[-1].text.replace(MINUS, "-")), value, rtol=0.01
        )
        assert formula.symbolic[0].role == "output"


def test_the_longest_of_many_numbers_is_not_that_of_the_extremes() -> None:
    values = np.tile([0.0, 2.25, 1.5, 7.0], 30)
    assert Figures.of(values).longest(values) == 4
    assert Figures.of(values).longest(-values) == 5
    whole = np.tile([0.0, 12.0], 50)
    assert Figures.of(whole).longest(whole) == 2
