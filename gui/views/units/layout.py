"""Where units stand: a column for each layer, the gap of the units that are left out, a picture where there is one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QPointF, QRectF

from gui.views.units.layers import Layer, shown_units

_HEAD, _FOOT, _EDGE = 64.0, 52.0, 40.0
_CIRCLE, _LEAST = 34.0, 24.0  # from one circle to the next, at most and at least
_TILE, _LEAST_TILE = 58.0, 34.0
_COLUMN, _WIDEST = 92.0, 300.0
_PICTURE = 196.0
_APART = 68.0  # between two layers of one column


@dataclass(frozen=True)
class Seat:
    """A layer in the figure. `units` are shown, `gap` is how many of them come before the ellipsis (-1: none).

    `size` is how large a circle or tile is, `pitch` from one to the next; `rect` covers all of them.
    """

    layer: Layer
    index: int
    rect: QRectF
    units: tuple[int, ...]
    gap: int
    size: float
    pitch: float
    head: float  # the baseline of its title

    @property
    def picture(self) -> bool:
        """Whether the layer is one picture: the input."""
        return self.layer.is_input and self.layer.is_map

    def place(self, unit: int) -> QPointF | None:
        """The middle of a unit; None if it is not shown."""
        if self.picture:
            return self.rect.center()
        if unit not in self.units:
            return None
        row = self.units.index(unit)
        row += 1 if 0 <= self.gap <= row else 0
        return QPointF(self.rect.center().x(), self.rect.top() + self.pitch * (row + 0.5))

    def tile(self, unit: int) -> QRectF | None:
        """The square of a unit's map, or of the whole picture."""
        if self.picture:
            return self.rect
        middle = self.place(unit)
        if middle is None:
            return None
        half = self.size / 2
        return QRectF(middle.x() - half, middle.y() - half, self.size, self.size)

    def leaves(self, value: int) -> QPointF | None:
        """Where edges of an input value leave: at the right, in a picture or a map at the height of its row."""
        layer = self.layer
        cells = layer.rows * layer.columns
        if not layer.is_map:
            middle = self.place(value)
            return None if middle is None else QPointF(middle.x() + self.size / 2, middle.y())
        tile = self.tile(value // cells)
        if tile is None:
            return None
        return QPointF(tile.right(), tile.top() + (value % cells // layer.columns + 0.5) * tile.height() / layer.rows)

    def cell(self, value: int) -> QRectF | None:
        """The cell of an input value in its picture or map; None for a circle."""
        layer = self.layer
        cells = layer.rows * layer.columns
        tile = self.tile(value // cells) if layer.is_map else None
        if tile is None:
            return None
        row, column = divmod(value % cells, layer.columns)
        wide, high = tile.width() / layer.columns, tile.height() / layer.rows
        return QRectF(tile.left() + column * wide, tile.top() + row * high, wide, high)

    def leaves_map(self, unit: int) -> QPointF | None:
        """Where edges of a whole map leave."""
        tile = self.tile(unit)
        return None if tile is None else QPointF(tile.right(), tile.center().y())

    def enters(self, unit: int) -> QPointF | None:
        """Where edges arrive."""
        tile = self.tile(unit)
        return None if tile is None else QPointF(tile.left(), tile.center().y())


def arranged(found: Sequence[Layer], *, width: int, height: int) -> tuple[tuple[Seat, ...], QRectF]:
    """The seats of all layers, and what they cover: `width` x `height`, wider where that is too narrow."""
    grown = min(max(height / 640.0, 1.0), 1.8)  # a larger window is used
    columns: dict[int, list[int]] = {}
    for index, layer in enumerate(found):
        columns.setdefault(layer.column, []).append(index)
    last = max(columns, default=0)
    picture = found[0].is_map if found else False
    side = min(_PICTURE * grown, (height - _HEAD - _FOOT) * 0.5) if picture else 40.0
    first = _EDGE + side / 2 + (side / 2 - 20.0 if last else 0.0)  # the first column stands apart from a large picture
    spread = min(max((width - first - _EDGE - 60.0) / max(last, 1), _COLUMN), _WIDEST * grown)
    total = max(first + spread * last + _EDGE + 60.0, float(width))
    start = first + max(0.0, (width - first - _EDGE - 60.0 - spread * last) / 2)
    room = height - _HEAD - _FOOT
    seats: dict[int, Seat] = {}
    for column, members in columns.items():
        shares = _shares(found, members, room, grown)
        used = sum(shares) + _APART * (len(members) - 1)
        top = _HEAD + (room - used) / 2
        for index, share in zip(members, shares, strict=True):
            x = start + spread * column - (side / 2 - 20.0 if column == 0 and last else 0.0)
            seats[index] = _seat(found[index], index, x, top, share, grown)
            top += share + _APART
    return tuple(seats[index] for index in range(len(found))), QRectF(0, 0, total, height)


def _shares(found: Sequence[Layer], members: Sequence[int], room: float, grown: float) -> list[float]:
    """The height of each layer of a column: what it wants, or its part of what there is."""
    wanted = [_wanted(found[index], room, grown) for index in members]
    left = room - _APART * (len(members) - 1)
    if sum(wanted) <= left:
        return wanted
    return [max(left * one / sum(wanted), 2 * _LEAST) for one in wanted]


def _wanted(layer: Layer, room: float, grown: float) -> float:
    if layer.is_input and layer.is_map:
        return min(_PICTURE * grown, room * 0.5)
    return min(layer.count * (_TILE if layer.is_map else _CIRCLE) * grown, room)


def _seat(layer: Layer, index: int, x: float, top: float, height: float, grown: float) -> Seat:
    head = top - 34
    if layer.is_input and layer.is_map:
        side = max(layer.rows, layer.columns)
        wide, high = height * layer.columns / side, height * layer.rows / side
        rect = QRectF(round(x - wide / 2), round(top + (height - high) / 2), round(wide), round(high))
        return Seat(layer, index, rect, (0,), -1, height, height, rect.top() - 34)
    least, most = (_LEAST_TILE, _TILE * grown) if layer.is_map else (_LEAST * grown**0.5, _CIRCLE * grown)
    places = max(int(height // least), 2)
    units, gap = shown_units(layer.count, places)
    rows = len(units) + (1 if gap >= 0 else 0)
    pitch = min(height / rows, most)
    size = pitch - 8 if layer.is_map else min(pitch * 0.68, 22.0 * grown)
    used = pitch * rows
    rect = QRectF(x - size / 2, top + (height - used) / 2, size, used)
    return Seat(layer, index, rect, units, gap, size, pitch, rect.top() - 34 if used < height - 1 else head)
