"""What a film strip shows: which recorded moments, which maps in which order, and how many there is room for."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from PySide6.QtCore import QRectF

from engine.messages import Maps

FRAME, PITCH = 203, 215
_LARGEST, _LEAST, _GAP = 32, 16, 1  # pixels a map is wide, and between two
_SHARE = 1.5  # moments lie denser at the start, where most happens


@dataclass(frozen=True)
class Sheet:
    """How the maps of a node lie in one frame: `count` of them, `tile` wide and high, `pitch` apart."""

    columns: int
    rows: int
    tile_width: int
    tile_height: int
    gap: int

    @property
    def count(self) -> int:
        return self.columns * self.rows

    @property
    def width(self) -> int:
        """Of all maps together."""
        return self.columns * (self.tile_width + self.gap) - self.gap

    @property
    def height(self) -> int:
        return self.rows * (self.tile_height + self.gap) - self.gap

    def place(self, index: int) -> QRectF:
        """Where a map lies in its frame."""
        row, column = divmod(index, self.columns)
        return QRectF(
            column * (self.tile_width + self.gap), row * (self.tile_height + self.gap), self.tile_width,
            self.tile_height,
        )  # fmt: skip


def moments(recorded: Sequence[int], now: int, count: int, shown: int | None = None) -> tuple[int, ...]:
    """Up to `count` steps to show: the first, the present one, and recorded ones between, denser at the start.

    `shown` is one of them if it is given and was recorded.
    """
    earlier = [step for step in sorted(set(recorded)) if step < now]
    if count < 1 or (not earlier and not now):
        return ()
    if len(earlier) + 1 <= count:
        return (*earlier, now)
    if count == 1:
        return (now,)
    chosen: list[int] = []
    for place in range(count - 1):
        goal = now * (place / (count - 1)) ** _SHARE
        left = [step for step in earlier if not chosen or step > chosen[-1]]
        spare = len(left) - (count - 2 - place)  # so many can be chosen from and leave enough for the rest
        chosen.append(min(left[: max(spare, 1)], key=lambda step: abs(step - goal)))
    if shown in earlier and shown not in chosen and len(chosen) > 1:
        # It takes the place of its neighbour, but the start stays.
        chosen[min(range(1, len(chosen)), key=lambda place: abs(chosen[place] - shown))] = shown
    return (*sorted(chosen), now)


def sheet(height: int, width: int, count: int, *, room: int, frame: int = FRAME) -> Sheet:
    """How maps of `height` x `width` cells lie in a frame of `frame` x `room` pixels: whole pixels a cell, as large as
    they can be with all of them there, 16 to 32 pixels wide where not all can. Units (1 x 1) are small squares."""
    side = max(height, width, 1)
    if side == 1:
        sizes = [(scale, scale) for scale in (14, 10, 7, 5)]
    elif side <= _LARGEST:
        largest, least = _LARGEST // side, max(_LEAST // side, 1)
        sizes = [(height * scale, width * scale) for scale in range(largest, least - 1, -1)]
        if side > _LEAST:
            sizes += [
                (max(height * size // side, 1), max(width * size // side, 1)) for size in (24, _LEAST) if size < side
            ]
    else:
        sizes = [(max(height * size // side, 1), max(width * size // side, 1)) for size in (_LARGEST, 24, _LEAST)]
    for tile_height, tile_width in sizes:
        columns = max((frame + _GAP) // (tile_width + _GAP), 1)
        rows = max((room + _GAP) // (tile_height + _GAP), 1)
        if columns * rows >= count:
            break
    columns = min(columns, max(count, 1))
    return Sheet(columns, min(rows, -(-max(count, 1) // columns)), tile_width, tile_height, _GAP)


def order(maps: Maps, count: int, pinned: int | None) -> tuple[int, ...]:
    """The strongest `count` maps, the strongest first; the pinned one is among them."""
    middle = 127.5 if maps.signed else 0.0
    strength = np.abs(maps.pixels.reshape(len(maps.pixels), -1).astype(np.float32) - middle).mean(1) * maps.limits
    found = [int(index) for index in np.argsort(-strength, kind="stable")[:count]]
    if pinned is not None and 0 <= pinned < len(maps.pixels) and pinned not in found and found:
        found[-1] = pinned
    return tuple(found)


def in_order(maps: Maps, count: int) -> tuple[int, ...]:
    """The first `count` units: of those the place says more than the strength."""
    return tuple(range(min(count, len(maps.pixels))))
