"""Numbers as people read them: a true minus, digits that fit, thousands, units."""

from __future__ import annotations

import math

MINUS = "\u2212"
INFINITY = "\u221e"
TIMES = "\u00d7"
_SUPERSCRIPTS = str.maketrans("-0123456789", "\u207b\u2070\u00b9\u00b2\u00b3\u2074\u2075\u2076\u2077\u2078\u2079")


def _digits(size: float) -> int:
    """Decimals that leave three or four figures: 1,234  345  34.5  3.45  0.345  0.0345."""
    if size >= 100 or size == 0:
        return 0
    if size >= 10:
        return 1
    return 2 if size >= 1 else min(4, 2 - math.floor(math.log10(size)))


def text(value: float, digits: int | None = None, *, sign: bool = False) -> str:
    """A value with so many decimals, else as many as show three figures; powers of ten where it is tiny or huge.

    A true minus (U+2212), thousands separated by commas, no "-0.00", NaN and ∞ spelled out. `sign` writes + as well.
    """
    value = float(value)
    if math.isnan(value):
        return "NaN"
    size = abs(value)
    if math.isinf(size):
        body = INFINITY
    elif digits is None and size and (size >= 1e7 or size < 1e-4):
        mantissa, exponent = f"{size:.1e}".split("e")
        body = f"{mantissa}{TIMES}10{str(int(exponent)).translate(_SUPERSCRIPTS)}"
    else:
        decimals = _digits(size) if digits is None else digits
        body = f"{size:,.{decimals}f}"
        if not any(figure in body for figure in "123456789"):
            value = 0.0
    if value < 0:
        return MINUS + body
    return f"+{body}" if sign and value > 0 else body


def plain(value: float, digits: int = 6) -> str:
    """A value without trailing zeros, for settings and fields: 0.1, 0.05, 64, 1e-05 as 0.00001."""
    if not math.isfinite(value):
        return text(value)
    body = f"{abs(value):.{digits}f}".rstrip("0").rstrip(".") if digits else f"{abs(value):.0f}"
    return MINUS + body if value < 0 and body.strip("0.") else body or "0"


def count(value: int) -> str:
    """A whole number with thousands: 61,706."""
    return f"{abs(int(value)):,}" if value >= 0 else f"{MINUS}{abs(int(value)):,}"


def short(value: float) -> str:
    """A size in three figures: 528, 2.1 k, 43.3 k, 6.21 M, 1.2 G; powers of ten beyond those."""
    size = abs(float(value))
    if not math.isfinite(size):
        return text(value)
    if size >= 1e15:
        return text(value)
    minus = MINUS if value < 0 else ""
    if round(size) < 1000:
        return minus + plain(float(f"{size:.3g}"))
    for unit in ("k", "M", "G", "T"):
        size /= 1000.0
        figures = f"{size:.{2 if size < 9.995 else 1 if size < 99.95 else 0}f}"
        if float(figures) < 1000 or unit == "T":
            break
    return f"{minus}{figures.rstrip('0').rstrip('.') if '.' in figures else figures} {unit}"


def percent(share: float, digits: int = 2) -> str:
    """A share (0 … 1) in per cent: 98.46 %."""
    return f"{text(share * 100.0, digits)} %"


def size_in_bytes(value: float) -> str:
    """A size in bytes: 812 B, 9.91 MB (powers of 1000, as the systems' file managers show it)."""
    return f"{short(value)}B" if abs(value) >= 1000 else f"{value:.0f} B"


def duration(seconds: float) -> str:
    """A time span in its two largest units: 12 s, 1 min 20 s, 2 h 5 min."""
    if not math.isfinite(seconds):
        return text(seconds)
    whole = max(0, round(seconds))
    if whole < 60:
        return f"{whole} s"
    if whole < 3600:
        minutes, rest = divmod(whole, 60)
        return f"{minutes} min {rest} s" if rest else f"{minutes} min"
    hours, rest = divmod(whole, 3600)
    minutes = rest // 60
    return f"{hours} h {minutes} min" if minutes else f"{hours} h"


def shape(sizes: tuple[int, ...]) -> str:
    """A shape (channels, height, width) as people write it: 28×28×6; (units,) as 120."""
    return TIMES.join(str(size) for size in (*sizes[1:], sizes[0]))
