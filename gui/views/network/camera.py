"""From the stage at 100 % to device pixels: zoom and pan, rounded so that frames and tiles meet exactly."""

from __future__ import annotations

from dataclasses import dataclass, replace
from math import floor

from gui.views.network.geometry import Rect

LEVELS = (0.25, 0.33, 0.5, 0.67, 0.8, 1.0, 1.25, 1.5, 2.0, 2.5, 3.0, 4.0, 5.0, 6.0, 8.0)
LEAST, MOST = LEVELS[0], LEVELS[-1]


@dataclass(frozen=True)
class Camera:
    """`zoom` 1 is 100 %. `x`, `y` are where the stage's origin is in the view, `ratio` device pixels a view pixel."""

    zoom: float = 1.0
    x: float = 0.0
    y: float = 0.0
    ratio: float = 1.0

    @property
    def scale(self) -> float:
        """Device pixels a stage pixel."""
        return self.zoom * self.ratio

    def device_x(self, x: float) -> int:
        # Not round(): it takes halves to the even side, and neighbours would part by a pixel.
        return floor(x * self.scale + self.x * self.ratio + 0.5)

    def device_y(self, y: float) -> int:
        return floor(y * self.scale + self.y * self.ratio + 0.5)

    def device(self, rect: tuple[float, float, float, float]) -> Rect:
        """A rectangle (x, y, width, height) of the stage in whole device pixels; neighbours stay neighbours."""
        x, y, width, height = rect
        left, top = self.device_x(x), self.device_y(y)
        return Rect(left, top, self.device_x(x + width) - left, self.device_y(y + height) - top)

    def view(self, rect: tuple[float, float, float, float]) -> Rect:
        """A rectangle of the stage in whole pixels of the view."""
        x, y, width, height = rect
        left, top = round(x * self.zoom + self.x), round(y * self.zoom + self.y)
        right, bottom = round((x + width) * self.zoom + self.x), round((y + height) * self.zoom + self.y)
        return Rect(left, top, right - left, bottom - top)

    def stage(self, x: float, y: float) -> tuple[float, float]:
        """A point of the view on the stage."""
        return (x - self.x) / self.zoom, (y - self.y) / self.zoom

    def zoomed(self, zoom: float, *, about: tuple[float, float]) -> Camera:
        """Another zoom; the point `about` of the view stays where it is."""
        zoom = min(max(zoom, LEAST), MOST)
        x, y = self.stage(*about)
        return replace(self, zoom=zoom, x=about[0] - x * zoom, y=about[1] - y * zoom)

    def kept_inside(
        self, *, width: int, height: int, view_width: int, view_height: int, top: int = 0, free: int | None = None
    ) -> Camera:
        """Moved so that a stage of this size fills the view, or lies centred where it is smaller.

        `top` pixels of the view lie under the header; the stage has `free` (None: as much) at its upper edge for it.
        """

        def along(offset: float, size: float, room: int, hidden: float) -> float:
            if size <= room + 0.5:
                return (room - size) / 2
            return min(max(offset, room - size), hidden)

        x = along(self.x, width * self.zoom, view_width, 0.0)
        y = along(self.y, height * self.zoom, view_height, 0.0)
        if height * self.zoom < view_height:  # below 100 %: under the header, not behind it
            y = max(y, top - (top if free is None else free) * self.zoom)
        return replace(self, x=round(x), y=round(y))


def next_level(zoom: float, direction: int) -> float:
    """The next usual zoom above (+1) or below (-1)."""
    if direction > 0:
        return next((level for level in LEVELS if level > zoom * 1.01), MOST)
    return next((level for level in reversed(LEVELS) if level < zoom * 0.99), LEAST)
