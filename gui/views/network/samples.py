"""The controls around the input picture: samples or drawing above it, which sample and its neighbours below it."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from PySide6.QtCore import QEvent, QPoint, QRect, QRectF, Qt, Signal
from PySide6.QtGui import (
    QAction,
    QActionGroup,
    QContextMenuEvent,
    QImage,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QResizeEvent,
)
from PySide6.QtWidgets import QMenu, QSizePolicy, QWidget

from engine.messages import Gallery, Sample
from gui.theme import Theme, colormaps, icons
from gui.theme.controls import ButtonControl, Control, IconButton, box, set_grown_below, set_theme_below
from gui.views import drawing
from gui.views.network.classes import class_name

MARGIN = 5  # for rings around thumbnails at the edges, and so that icons stand over the picture's edge
_CHOOSE = "Choose what to look at: at random, one class, mistakes only"
_CHEVRON = 14.0
_SPLITS = {"train": "Train", "test": "Test", "drawing": "Your drawing", "picture": "Your picture"}


class Caption(ButtonControl):
    """Which sample it is; a click opens the menu of what to look at."""

    random_asked = Signal()
    filter_changed = Signal(object, bool)  # label or None, mistakes only

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(theme, parent)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setToolTip(_CHOOSE)
        self._parts: tuple[tuple[str, bool], ...] = ()
        self._classes: Sequence[str] = ()
        self._label: int | None = None
        self._mistakes = False
        self.clicked.connect(self._open)

    def set_classes(self, classes: Sequence[str]) -> None:
        self._classes = tuple(classes)
        self.set_filter(None, False)

    def set_filter(self, label: int | None, only_mistakes: bool) -> None:
        """Only samples of this label (None: of any), or only mistakes, are walked through."""
        self._label, self._mistakes = label, only_mistakes
        self.setToolTip(f"{self.filter_text}\n{_CHOOSE}" if self.filter_text else _CHOOSE)
        self.update()

    @property
    def filter_text(self) -> str:
        """What alone is walked through; "" where it is everything."""
        of = "" if self._label is None else class_name(self._label, self._classes)
        if self._mistakes:
            return f"Only mistakes, of {of}" if of else "Only mistakes"
        return f"Only {of}" if of else ""

    def set_sample(self, sample: Sample | None) -> None:
        """Show a sample's name: split, index, label."""
        parts: list[tuple[str, bool]] = []
        if sample is not None:
            split = _SPLITS.get(sample.split, sample.split.capitalize())
            parts.append((split if sample.index < 0 else f"{split} {sample.index}", True))
            name = class_name(sample.label, self._classes) if sample.label is not None else ""
            if name:
                parts += [("label", False), (name, True)]
        if tuple(parts) != self._parts:
            self._parts = tuple(parts)
            self.setAccessibleName(" ".join(text for text, _ in parts) or "No sample")
            self.update()

    @property
    def shown(self) -> str:
        """What is written."""
        return " ".join(text for text, _ in self._parts)

    def menu(self) -> QMenu:
        """The menu of what to look at; its maker deletes it."""
        menu = QMenu(self)
        menu.addAction("Random sample\tR", self.random_asked.emit)
        menu.addSeparator()
        group = QActionGroup(menu)
        for label, text in ((None, "All classes"), *enumerate(self._classes)):
            action = QAction(text, menu, checkable=True, checked=self._label == label)
            action.setData(label)
            group.addAction(action)
            menu.addAction(action)
        group.triggered.connect(self._choose)
        menu.addSeparator()
        mistakes = QAction("Only mistakes\tM", menu, checkable=True, checked=self._mistakes)
        mistakes.toggled.connect(self._choose_mistakes)
        menu.addAction(mistakes)
        return menu

    def _open(self) -> None:
        menu = self.menu()
        menu.exec(self.mapToGlobal(QPoint(0, self.height())))
        menu.deleteLater()

    def _choose(self, action: QAction) -> None:
        self._label = action.data()
        self.filter_changed.emit(self._label, self._mistakes)

    def _choose_mistakes(self, on: bool) -> None:
        self._mistakes = on
        self.filter_changed.emit(self._label, on)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        theme = self.theme
        if self.ring:
            box(painter, QRectF(self.rect()), line=theme.accent, width=1.5)
        painter.scale(self.grown, self.grown)
        width, height = self.width() / self.grown, self.height() / self.grown
        x, baseline = 0.0, height / 2 + 4.5
        ink = drawing.ui(12)
        parts, chevron = self.fitting, _CHEVRON
        for text, strong in parts:
            room = width - x - chevron
            if room < 8:
                break
            x = drawing.write(
                painter, x, baseline, ink.elided(text, room), ink, theme.text_1 if strong else theme.text_3
            )
            x += 5
        if parts:
            color = theme.accent if self.filter_text else theme.text_2 if self.hovered else theme.text_3
            icons.paint(painter, "chevron-down", color, QRectF(round(x) - 2, height / 2 - 6, 12, 12))

    @property
    def fitting(self) -> tuple[tuple[str, bool], ...]:
        """What of the name there is room for, beside the chevron: (text, whether it is strong)."""
        parts = self._parts
        if not self._fits(parts):
            parts = tuple(part if part[1] else ("·", False) for part in parts)  # the label itself, not the word
        if not self._fits(parts) and len(parts) > 1:
            parts = ((parts[0][0].split()[-1], True), *parts[1:])  # the number without the split
        if not self._fits(parts) and not self._fits((*parts[:2], ("…", True))):
            parts = parts[:1]  # a dot with nothing behind it says nothing
        return parts

    def _fits(self, parts: Sequence[tuple[str, bool]]) -> bool:
        ink = drawing.ui(12)
        return sum(ink.width(text) + 5 for text, _ in parts) - 5 + _CHEVRON <= self.width() / self.grown


class Thumbnails(Control):
    """Pictures of samples in a grid; the one that is shown has a ring. A click or Enter chooses one."""

    clicked = Signal(int)  # the place in the gallery

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(theme, parent)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setMouseTracking(True)
        self.setAccessibleName("Samples")
        self._gallery: Gallery | None = None
        self._classes: Sequence[str] = ()
        self._images: list[tuple[QImage, np.ndarray]] = []
        self._columns, self._thumb, self._rows = 5, 28, 2
        self._chosen = self._hovered = -1
        self._key = -1

    def set_gallery(self, gallery: Gallery | None, classes: Sequence[str]) -> None:
        self._gallery, self._classes = gallery, tuple(classes)
        self._make()

    def set_theme(self, theme: Theme) -> None:
        self.theme = theme
        self._make()

    def set_grid(self, *, columns: int, thumb: int, rows: int) -> None:
        """How many pictures beside each other, how large, how many rows."""
        self._columns, self._thumb, self._rows = max(1, columns), max(8, thumb), rows
        self.update()

    def set_sample(self, sample: Sample | None) -> None:
        """Put the ring around this sample, if it is there."""
        chosen = -1
        if sample is not None and self._gallery is not None and sample.split == self._gallery.split:
            places = np.flatnonzero(self._gallery.indices == sample.index)
            chosen = int(places[0]) if len(places) else -1
        if chosen != self._chosen:
            self._chosen = chosen
            self.update()

    @property
    def chosen(self) -> int:
        """The place in the gallery of the sample that is shown, or -1."""
        return self._chosen

    @property
    def count(self) -> int:
        """How many pictures are shown."""
        return min(len(self._images), self._columns * self._rows)

    def _make(self) -> None:
        self._images = []
        table = np.ascontiguousarray(colormaps.lut(self.theme, "input"))
        for picture in self._gallery.pictures if self._gallery is not None else ():
            if picture.shape[0] == 3:
                red, green, blue = picture.astype(np.uint32)
                colors = np.uint32(0xFF000000) | red << 16 | green << 8 | blue
            else:
                colors = table[picture[0] if picture.shape[0] == 1 else picture.mean(axis=0).astype(np.uint8)]
            colors = np.ascontiguousarray(colors, np.uint32)
            height, width = colors.shape
            self._images.append(
                (QImage(colors.data, width, height, 4 * width, QImage.Format.Format_RGB32), colors)
            )  # fmt: skip
        self.update()

    def rect_of(self, index: int) -> QRect:
        """Where a picture is."""
        row, column = divmod(index, self._columns)
        margin = MARGIN + (4 if self._columns > 4 else 1)
        space = self.width() - 2 * margin - self._thumb
        pitch = space / (self._columns - 1) if self._columns > 1 else 0
        return QRect(round(margin + column * pitch), 4 + row * (self._thumb + 12), self._thumb, self._thumb)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        theme = self.theme
        for index in range(self.count):
            image, _ = self._images[index]
            rect = self.rect_of(index)
            whole = self._thumb % image.width() == 0 and image.width() == image.height()
            painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform, not whole)
            painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
            painter.fillRect(
                rect.adjusted(-1, -1, 1, 1), theme.text_3 if index == self._hovered else theme.border_strong
            )
            painter.drawImage(rect, image)
            if index == self._chosen or (self.ring and index == self._key):
                line = theme.accent if index == self._chosen else theme.text_2
                box(painter, QRectF(rect).adjusted(-4, -4, 4, 4), line=line, radius=4, width=2)

    def _at(self, point: QPoint) -> int:
        for index in range(self.count):
            if self.rect_of(index).adjusted(-4, -4, 4, 4).contains(point):
                return index
        return -1

    def mousePressEvent(self, event: QMouseEvent) -> None:
        index = self._at(event.position().toPoint())
        if event.button() == Qt.MouseButton.LeftButton and index >= 0:
            self._key = index
            self.clicked.emit(index)
        else:
            super().mousePressEvent(event)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        index = self._at(event.position().toPoint())
        if index != self._hovered:
            self._hovered = index
            self.setCursor(Qt.CursorShape.PointingHandCursor if index >= 0 else Qt.CursorShape.ArrowCursor)
            self.setToolTip(self._tip(index))
            self.update()

    def _tip(self, index: int) -> str:
        gallery = self._gallery
        if gallery is None or not 0 <= index < len(gallery.indices):
            return ""
        split = _SPLITS.get(gallery.split, gallery.split)
        text, label = f"{split} {gallery.indices[index]}", int(gallery.labels[index])
        if label >= 0:  # -1: nobody knows
            text += f", label {class_name(label, self._classes)}"
        predicted = int(gallery.predicted[index])
        if predicted >= 0 and predicted != label:
            text += f", predicted {class_name(predicted, self._classes)}"
        return text

    def leaveEvent(self, event: QEvent) -> None:
        self._hovered = -1
        super().leaveEvent(event)
        self.update()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        step = {
            Qt.Key.Key_Left: -1,
            Qt.Key.Key_Right: 1,
            Qt.Key.Key_Up: -self._columns,
            Qt.Key.Key_Down: self._columns,
        }.get(Qt.Key(event.key()), 0)
        if step and self.count:
            start = self._key if self._key >= 0 else max(self._chosen, 0)
            self._key = min(max(start + step, 0), self.count - 1)
            self.update()
        elif event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space) and 0 <= self._key < self.count:
            self.clicked.emit(self._key)
        else:
            super().keyPressEvent(event)


class SampleStrip(QWidget):
    """Caption with its buttons over the thumbnails. It is `MARGIN` wider than the picture on either side."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.caption = Caption(theme, self)
        self.edit = IconButton("pencil", "Draw on this sample", theme, self, size=(24, 28), px=16)
        self.previous = IconButton("chevron-left", "Previous sample (P)", theme, self, size=(24, 28), px=16)
        self.following = IconButton("chevron-right", "Next sample (N)", theme, self, size=(24, 28), px=16)
        self.thumbnails = Thumbnails(theme, self)
        self._density = "large"
        self.grown = 1.0

    def set_grown(self, grown: float) -> None:
        """Caption and buttons so many times larger than usual, for a projector."""
        self.grown = grown
        set_grown_below(self, grown)
        self._arrange()

    def set_density(self, density: str) -> None:
        self._density = density
        self.edit.setVisible(density == "large")
        self._arrange()

    def set_theme(self, theme: Theme) -> None:
        set_theme_below(self, theme)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._arrange()

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        menu = self.caption.menu()
        menu.exec(event.globalPos())
        menu.deleteLater()

    def _arrange(self) -> None:
        right = self.width()
        for button in (self.following, self.previous, self.edit):
            if button is self.edit and self._density != "large":
                continue
            button.move(right - button.width(), 0)
            right -= button.width()
        top = round(34 * self.grown)
        self.caption.setGeometry(MARGIN, 0, max(20, right - 4 - MARGIN), round(28 * self.grown))
        self.thumbnails.setGeometry(0, top, self.width(), max(0, self.height() - top))
