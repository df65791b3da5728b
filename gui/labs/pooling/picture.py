"""The same pooling over a whole picture: outputs, the numbers under the mouse, what a shift does."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QEvent, QPointF, QRectF, Qt, Signal
from PySide6.QtGui import (
    QDragEnterEvent,
    QDropEvent,
    QImage,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPixmap,
    QResizeEvent,
)
from PySide6.QtWidgets import QFileDialog, QSizePolicy, QWidget

from gui.labs.pooling.lanes import TITLES, Lane, functions, pool
from gui.labs.pooling.picture_paint import Plate, paint_magnifier, paint_page
from gui.labs.pooling.pictures import BUNDLED, PictureError, bundled, of_image, opened
from gui.labs.pooling.shift import Shift, shifted
from gui.labs.pooling.shift import compare as compare_shift
from gui.labs.pooling.state import PoolingState
from gui.theme import Theme
from gui.theme.controls import Button, FieldBox, set_theme_below
from gui.views.player.drawing.lettering import Ink
from gui.views.player.drawing.look import LARGE, REGULAR, SMALL, Look, Sizes

OWN = "own"
_MOVES = {
    Qt.Key.Key_Left: (0, -1),
    Qt.Key.Key_Right: (0, 1),
    Qt.Key.Key_Up: (-1, 0),
    Qt.Key.Key_Down: (1, 0),
}


class PicturePage(QWidget):
    """Shows the input and a plate for each pooling. Dragging moves the picture: `shift_chosen((down, right))`
    when it is let go; `picture_chosen(str)` a bundled one; `hint_changed(str)` for the status bar."""

    shift_chosen = Signal(object)
    picture_chosen = Signal(str)
    hint_changed = Signal(str)

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.theme = theme
        self.state = PoolingState()
        self.own: NDArray[np.float64] | None = None
        self.plates: tuple[Plate, ...] = ()
        self.changed: Shift | None = None
        self.place: tuple[int, int] | None = None  # the input cell under the mouse
        self._grip: tuple[QPointF, tuple[int, int]] | None = None
        self._drawn = QPixmap()
        self._stale = True
        self.choice = FieldBox("Picture", theme, self)
        for name, (title, _) in BUNDLED.items():
            self.choice.add(name, title)
        self.open_button = Button("Open…", theme, self, icon="folder")
        self.open_button.setToolTip("Open a picture; or drop one here")
        self.choice.chosen.connect(self._choose)
        self.open_button.clicked.connect(self.ask)
        self.setAcceptDrops(True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setMouseTracking(True)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setAccessibleName("Pooling of a picture")

    @property
    def sizes(self) -> Sizes:
        if self.width() < 1100 or self.height() < 700:
            return SMALL
        return LARGE if self.width() >= 2000 and self.height() >= 1150 else REGULAR

    # -- what is shown --------------------------------------------------------------------------------------------

    def show_state(self, state: PoolingState) -> None:
        """Pool the state's picture with the state's settings."""
        self.state = replace(state, axes=2) if state.axes == 2 else self._as_maps(state)
        name = OWN if self.own is not None and state.picture == OWN else state.picture
        self.choice.set_key(name if name in BUNDLED or name == OWN else "letter")
        self._compute()

    @staticmethod
    def _as_maps(state: PoolingState) -> PoolingState:
        """Pictures have two axes: sizes of a signal hold for both, of a volume the last two."""
        both: dict[str, Any] = {
            name: (getattr(state, name) * 2)[-2:]
            for name in ("size", "kernel", "stride", "padding", "dilation", "output_size")
        }
        return replace(state, axes=2, **both)

    @property
    def lanes(self) -> tuple[Lane, ...]:
        """The poolings of the picture, as lanes."""
        shown = zip(functions(self.state), self.plates[1:], strict=True)
        return tuple(Lane(function, plate.title, plate.trace) for function, plate in shown)

    @property
    def picture(self) -> NDArray[np.float64]:
        """The picture (rows, columns), not moved."""
        if self.own is not None and self.state.picture == OWN:
            return self.own
        return bundled(self.state.picture)

    def _compute(self) -> None:
        """All outputs of the moved picture, and what the move has changed."""
        picture = self.picture
        if self.place is not None and any(n >= side for n, side in zip(self.place, picture.shape, strict=True)):
            self.place = None  # of a larger picture
        moved = shifted(picture[None], self.state.shift)
        sized = replace(self.state, size=picture.shape)
        self.plates = (
            Plate("Input", "input", moved[0], None),
            *(
                Plate(TITLES[function], "output", trace.output[0], trace)
                for function in functions(self.state)
                for trace in (pool(self.state, function, moved),)
            ),
        )
        self.changed = compare_shift(sized, picture[None], 0, maps=0) if any(self.state.shift) else None
        self._stale = True
        self.update()

    def set_theme(self, theme: Theme) -> None:
        self.theme = theme
        set_theme_below(self, theme)
        self._stale = True
        self.update()

    def rects(self) -> list[QRectF]:
        """Where each plate lies: all as large as the input, at a whole number of pixels a cell."""
        sizes, count = self.sizes, len(self.plates)
        margin, gap = sizes.margin, 24
        rows, columns = self.picture.shape
        top = 84
        wide = (self.width() - 2 * margin - gap * (count - 1)) / count
        high = (self.height() - top) * 0.56
        scale = max(1, int(min(wide / columns, high / rows)))
        width, height = columns * scale, rows * scale
        return [QRectF(margin + n * (width + gap), top, width, height) for n in range(count)]

    # -- painting -------------------------------------------------------------------------------------------------

    def resizeEvent(self, event: QResizeEvent) -> None:
        margin = self.sizes.margin
        self.choice.move(margin, 14)
        self.choice.resize(self.choice.sizeHint())
        self.open_button.move(margin + self.choice.sizeHint().width() + 60, 14)
        self.open_button.resize(self.open_button.sizeHint())
        self._stale = True
        super().resizeEvent(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        ratio = self.devicePixelRatioF()
        look = Look(self.theme, self.sizes)
        if self._stale or self._drawn.devicePixelRatioF() != ratio:
            self._drawn = QPixmap(round(self.width() * ratio), round(self.height() * ratio))
            self._drawn.setDevicePixelRatio(ratio)
            self._drawn.fill(self.theme.stage)
            painter = QPainter(self._drawn)
            ink = Ink(painter)
            paint_page(self, ink, look)
            ink.flush()
            painter.end()
            self._stale = False
            self.choice.resize(self.choice.sizeHint())
            self.open_button.move(self.choice.x() + self.choice.width() + 8, 14)
        painter = QPainter(self)
        painter.drawPixmap(0, 0, self._drawn)
        ink = Ink(painter)
        paint_magnifier(self, ink, look)
        ink.flush()

    # -- the mouse ------------------------------------------------------------------------------------------------

    def _cell_at(self, point: QPointF) -> tuple[int, int] | None:
        """The input cell under a point of the input, or in the window of the output cell under it."""
        rows, columns = self.picture.shape
        for plate, rect in zip(self.plates, self.rects(), strict=True):
            if not rect.contains(point):
                continue
            down, right = (point.y() - rect.top()) / rect.height(), (point.x() - rect.left()) / rect.width()
            if plate.trace is None:
                return min(int(down * rows), rows - 1), min(int(right * columns), columns - 1)
            count = plate.values.shape
            index = (0, min(int(down * count[0]), count[0] - 1), min(int(right * count[1]), count[1] - 1))
            first = [min(max(span[0], 0), size - 1) for span, size in zip(
                plate.trace.window(index).spans, (rows, columns), strict=True)]  # fmt: skip
            return first[0], first[1]
        return None

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if self._grip is not None:
            start, shift = self._grip
            scale = self.rects()[0].width() / self.picture.shape[1]
            moved = event.position() - start
            limit = min(64, *(side - 1 for side in self.picture.shape))
            down, right = (
                max(-limit, min(limit, by + round(way / scale)))
                for by, way in zip(shift, (moved.y(), moved.x()), strict=True)
            )
            if (down, right) != self.state.shift:
                self.state = replace(self.state, shift=(down, right))
                self._compute()
            return
        place = self._cell_at(event.position())
        if place != self.place:
            self.place = place
            self.setCursor(Qt.CursorShape.ArrowCursor if place is None else Qt.CursorShape.OpenHandCursor)
            self.hint_changed.emit(
                ""
                if place is None
                else f"Row {place[0]}, column {place[1]}. Drag to move the picture, double-click to move it back"
            )
            self.update()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.LeftButton and self._cell_at(event.position()) is not None:
            self._grip = (event.position(), self.state.shift)
            self.setCursor(Qt.CursorShape.ClosedHandCursor)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        if self._grip is not None:
            before = self._grip[1]
            self._grip = None
            self.setCursor(Qt.CursorShape.OpenHandCursor)
            if self.state.shift != before:
                self.shift_chosen.emit(self.state.shift)

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        if self._cell_at(event.position()) is not None and any(self.state.shift):
            self.shift_chosen.emit((0, 0))

    def leaveEvent(self, event: QEvent) -> None:
        self.place = None
        self.update()
        super().leaveEvent(event)

    # -- the keyboard ---------------------------------------------------------------------------------------------

    def event(self, event: QEvent) -> bool:
        if event.type() == QEvent.Type.ShortcutOverride and isinstance(event, QKeyEvent) and event.key() in _MOVES:
            event.accept()  # arrows move the picture while it has the focus
            return True
        return bool(super().event(event))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        move = _MOVES.get(Qt.Key(event.key()))
        if move is None:
            super().keyPressEvent(event)
            return
        down, right = self.state.shift
        self.shift_chosen.emit((max(-64, min(64, down + move[0])), max(-64, min(64, right + move[1]))))

    # -- other pictures -------------------------------------------------------------------------------------------

    def _choose(self, name: str) -> None:
        self.picture_chosen.emit(name)

    def ask(self) -> None:
        """Let the user choose a picture's file."""
        name, _ = QFileDialog.getOpenFileName(
            self, "Open picture", "", "Pictures (*.png *.jpg *.jpeg *.bmp *.gif *.webp);;All files (*)"
        )
        if name:
            self.open_file(Path(name))

    def open_file(self, path: Path) -> None:
        """Pool this picture; what is wrong with it is said in the status bar."""
        try:
            self._use(opened(path), path.name)
        except PictureError as problem:
            self.hint_changed.emit(str(problem))

    def use_image(self, image: QImage, title: str) -> bool:
        """Pool this image; whether it is one."""
        if image.isNull():
            return False
        self._use(of_image(image), title)
        return True

    def _use(self, picture: NDArray[np.float64], title: str) -> None:
        self.own = picture
        if self.choice.findData(OWN) < 0:
            self.choice.add(OWN, title)
        else:
            self.choice.setItemText(self.choice.findData(OWN), title)
        if self.state.picture == OWN:
            self._compute()
        self.picture_chosen.emit(OWN)

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        if event.mimeData().hasImage() or event.mimeData().hasUrls():
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        data = event.mimeData()
        if data.hasImage():
            self.use_image(QImage(data.imageData()), "Dropped picture")
        elif data.hasUrls():
            self.open_file(Path(data.urls()[0].toLocalFile()))
