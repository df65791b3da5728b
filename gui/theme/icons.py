"""Icons from our own SVG files (resources/icons, 20 grid), drawn in any colour and sharp at any pixel ratio."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

from PySide6.QtCore import QByteArray, QRectF, Qt
from PySide6.QtGui import QColor, QGuiApplication, QIcon, QPaintEngine, QPainter, QPixmap
from PySide6.QtSvg import QSvgRenderer

_VECTORS = (QPaintEngine.Type.SVG, QPaintEngine.Type.Picture, QPaintEngine.Type.Pdf)
FOLDER = Path(__file__).resolve().parents[2] / "resources" / "icons"


def names() -> tuple[str, ...]:
    """The names of all icons, sorted."""
    return tuple(sorted(path.stem for path in FOLDER.glob("*.svg")))


@lru_cache(maxsize=128)
def _source(name: str) -> bytes:
    try:
        return (FOLDER / f"{name}.svg").read_bytes()
    except FileNotFoundError:
        raise KeyError(f"no icon {name!r} in {FOLDER}") from None


def _renderer(name: str, color: QColor, *, vector: bool = False) -> QSvgRenderer:
    source = _source(name)
    if vector:  # QSvgGenerator writes a black line where a shape that is drawn has none
        source = source.replace(b'stroke="none"', b'stroke="currentColor" stroke-width="0.1"')
    return QSvgRenderer(QByteArray(source.replace(b"currentColor", color.name().encode())))


@lru_cache(maxsize=512)
def _pixmap(name: str, rgba: int, px: float, ratio: float) -> QPixmap:
    color = QColor.fromRgba(rgba)
    renderer = _renderer(name, color)
    side = max(1, round(px * ratio))
    pixmap = QPixmap(side, side)
    pixmap.fill(Qt.GlobalColor.transparent)
    painter = QPainter(pixmap)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setOpacity(color.alphaF())
    renderer.render(painter, QRectF(0, 0, side, side))
    painter.end()
    pixmap.setDevicePixelRatio(side / px)
    return pixmap


def pixmap(name: str, color: QColor, px: float = 20, ratio: float = 1.0) -> QPixmap:
    """An icon as a pixmap of `px` logical pixels for a screen with this pixel ratio. KeyError for an unknown name."""
    return _pixmap(name, color.rgba(), float(px), float(ratio))


def paint(painter: QPainter, name: str, color: QColor, rect: QRectF) -> None:
    """Draw an icon into a square of a widget or picture, sharp for the painter's device; as lines into an SVG."""
    if painter.paintEngine().type() in _VECTORS:
        painter.save()
        painter.setOpacity(painter.opacity() * color.alphaF())
        _renderer(name, color, vector=True).render(painter, rect)
        painter.restore()
        return
    ratio = painter.device().devicePixelRatioF() * max(1.0, painter.worldTransform().m11())
    image = pixmap(name, color, rect.width(), ratio)
    painter.drawPixmap(rect, image, QRectF(image.rect()))


def icon(name: str, color: QColor, px: float = 20, *, disabled: QColor | None = None) -> QIcon:
    """An icon for menus and buttons, sharp on every screen that is connected now."""
    result = QIcon()
    ratios = {screen.devicePixelRatio() for screen in QGuiApplication.screens()} or {1.0}
    for ratio in sorted(ratios):
        result.addPixmap(pixmap(name, color, px, ratio))
        if disabled is not None:
            result.addPixmap(pixmap(name, disabled, px, ratio), QIcon.Mode.Disabled)
    return result
