"""How numbers are written."""

from __future__ import annotations

import math

import pytest

from gui.theme import numbers


@pytest.mark.parametrize(
    ("value", "digits", "text"),
    [
        (19.64, 2, "19.64"),
        (-34.0, 1, "−34.0"),
        (-0.001, 2, "0.00"),
        (0, 2, "0.00"),
        (1234567.0, 0, "1,234,567"),
        (19.64, None, "19.6"),
        (1.5, None, "1.50"),
        (0.056, None, "0.0560"),
        (0, None, "0"),
        (-250.4, None, "−250"),
        (1.2e-6, None, "1.2×10⁻⁶"),
        (-3.4e9, None, "−3.4×10⁹"),
        (math.nan, None, "NaN"),
        (math.inf, 2, "∞"),
        (-math.inf, None, "−∞"),
    ],
)
def test_text(value: float, digits: int | None, text: str) -> None:
    assert numbers.text(value, digits) == text


def test_sign_is_written_where_it_is_wanted() -> None:
    assert [numbers.text(value, 1, sign=True) for value in (1, -1, 0)] == ["+1.0", "−1.0", "0.0"]


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (0.1, "0.1"),
        (0.05, "0.05"),
        (64.0, "64"),
        (1e-5, "0.00001"),
        (0, "0"),
        (-0.0, "0"),
        (-2.5, "−2.5"),
        (100, "100"),
    ],
)
def test_plain(value: float, text: str) -> None:
    assert numbers.plain(value) == text


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (0, "0"),
        (528, "528"),
        (999.4, "999"),
        (999.6, "1 k"),
        (2096, "2.1 k"),
        (43_300, "43.3 k"),
        (416_520, "417 k"),
        (999_999, "1 M"),
        (6_214_000, "6.21 M"),
        (-43_300, "−43.3 k"),
        (9.9e14, "990 T"),
        (2.5e15, "2.5×10¹⁵"),
    ],
)
def test_short(value: float, text: str) -> None:
    assert numbers.short(value) == text


def test_others() -> None:
    assert numbers.count(61706) == "61,706"
    assert numbers.count(-5) == "−5"
    assert numbers.percent(0.9846) == "98.46 %"
    assert numbers.size_in_bytes(812) == "812 B"
    assert numbers.size_in_bytes(9_912_422) == "9.91 MB"
    assert [numbers.duration(s) for s in (0.4, 59.4, 60, 80, 3600, 7500)] == [
        "0 s",
        "59 s",
        "1 min",
        "1 min 20 s",
        "1 h",
        "2 h 5 min",
    ]
    assert numbers.shape((6, 28, 28)) == "28×28×6"
    assert numbers.shape((120,)) == "120"
