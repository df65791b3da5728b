"""The samples that only one of two networks gets right, as two strips of pictures; one is chosen."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QPointF, QRectF, Qt, Signal
from PySide6.QtGui import (
    QImage,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPen,
    QResizeEvent,
    QShowEvent,
    QWheelEvent,
)

from engine.messages.compare import SamplesFound
from gui.theme import DARK, Density, Theme, numbers
from gui.views import drawing, mistakes
from gui.views.compare import colours
from gui.views.compare.model import AT_THE_END, Difference, ShownRun
from gui.views.panel import Panel

_GAP = 10.0


class DifferPanel(Panel):
    """`set_difference` says which samples; their pictures are asked for by `pictures_wanted(indices)` when they come
    into view. `chosen(index)`: the user wants to see this one in both networks."""

    chosen = Signal(int)
    pictures_wanted = Signal(object)

    def __init__(self, theme: Theme = DARK, density: Density = Density.LARGE, parent: object = None) -> None:
        super().__init__(theme, density, parent)  # type: ignore[arg-type]
        self.setMouseTracking(True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAccessibleName("Where they differ")
        self.pair: tuple[ShownRun | None, ShownRun | None] = (None, None)
        self.difference: Difference | None = None
        self.index = -1
        self.names: tuple[str, ...] = ()
        self._note = ""
        self.past = False
        self._pictures: dict[int, QImage] = {}
        self._asked: set[int] = set()
        self._offsets = [0, 0]
        self._hover: tuple[int, int] | None = None

    def set_pair(
        self, first: ShownRun | None, second: ShownRun | None, difference: Difference | None,
        classes: tuple[str, ...], note: str,
    ) -> None:  # fmt: skip
        """The two runs, where they differ (None: not known yet), and why not."""
        if self.pair != (first, second) or difference != self.difference:
            self._offsets = [0, 0]
        self.pair, self.difference, self._note = (first, second), difference, note
        self.names = mistakes.short_names(classes)
        self._ask()
        self.update()

    def set_past(self, past: bool) -> None:
        """The maps beside are of an earlier step: these predictions are not, which is said."""
        if past != self.past:
            self.past = past
            self.update()

    def set_samples(self, found: SamplesFound) -> None:
        """Pictures that were asked for."""
        for place, index in enumerate(found.indices):
            self._pictures[index] = mistakes.strip(found.pictures[place : place + 1], self.theme)
        self.update()

    def forget_pictures(self) -> None:
        """Other data: ask for all pictures anew."""
        self._pictures.clear()
        self._asked.clear()
        self._ask()

    def restyle(self) -> None:
        self.forget_pictures()

    def set_index(self, index: int) -> None:
        """Which sample is shown in both networks; it comes into view if it is in a strip."""
        self.index = index
        for strip in (0, 1):
            samples = self.samples(strip)
            if index in samples:
                place, room = samples.index(index), self.columns
                if not self._offsets[strip] <= place < self._offsets[strip] + room:
                    self._offsets[strip] = max(0, min(place - room // 2, len(samples) - room))
        self._ask()
        self.update()

    def samples(self, strip: int) -> tuple[int, ...]:
        """Strip 0: only the second run is right; strip 1: only the first."""
        if self.difference is None:
            return ()
        return self.difference.only_first if strip else self.difference.only_second

    def step(self, direction: int) -> int | None:
        """The sample after (or before) the chosen one in both strips, around the ends; None if they never differ."""
        if self.difference is None or not self.difference.all:
            return None
        order = self.difference.all
        place = order.index(self.index) if self.index in order else (-1 if direction > 0 else 0)
        return order[(place + direction) % len(order)]

    # Geometry

    @property
    def _strip_height(self) -> float:
        return (self.height() - 42.0) / 2

    @property
    def tile(self) -> float:
        return max(min(self._strip_height - 48.0, 84.0), 24.0)

    @property
    def columns(self) -> int:
        return max(1, int((self.width() - 48 + _GAP) // (self.tile + _GAP)))

    def rect_of(self, strip: int, place: int) -> QRectF:
        """Where the sample at `place` of a strip is drawn."""
        room = self.width() - 48
        columns = self.columns
        pitch = (room - self.tile) / max(columns - 1, 1) if columns > 1 else 0.0
        pitch = min(pitch, self.tile + 3 * _GAP)
        x = 24 + (place - self._offsets[strip]) * pitch
        y = 42 + strip * self._strip_height + 22
        return QRectF(round(x), round(y), self.tile, self.tile)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._ask()

    def _ask(self) -> None:
        """Ask for the pictures that are in view and not here yet."""
        wanted: list[int] = []
        for strip in (0, 1):
            start = self._offsets[strip]
            wanted += self.samples(strip)[start : start + self.columns + 6]
        missing = tuple(index for index in wanted if index not in self._pictures and index not in self._asked)
        if missing and self.isVisible():
            self._asked.update(missing)
            self.pictures_wanted.emit(missing)

    # Painting

    def paintEvent(self, event: QPaintEvent) -> None:
        theme, ink = self.theme, drawing.ui(11)
        with QPainter(self) as painter:
            painter.fillRect(self.rect(), theme.panel)
            end = drawing.write(painter, 24, 28, "Where they differ", drawing.ui(13, 600), theme.text_1)
            difference = self.difference
            if difference is None:
                for row, line in enumerate(drawing.wrapped(self._note, drawing.ui(12), self.width() - 60)):
                    drawing.write(painter, 24, 66 + 18 * row, line, drawing.ui(12), theme.text_3)
                return
            if self.past:
                end = drawing.write(painter, end + 10, 28, AT_THE_END, ink, theme.accent)
            x = float(self.width() - 24)
            for word, value in (("both wrong", difference.both_wrong), ("both right", difference.both_right)):
                text = numbers.count(value)
                if x - ink.width(word) - drawing.mono(11).width(text) - 6 < end + 12:
                    break
                x = drawing.write_right(painter, x, 28, text, drawing.mono(11), theme.text_1)
                x = drawing.write_right(painter, x - 5, 28, word, ink, theme.text_3) - 16
            for strip in (0, 1):
                self._paint_strip(painter, strip)
            if self.hasFocus():
                painter.setPen(QPen(theme.accent, 1))
                painter.setBrush(Qt.BrushStyle.NoBrush)
                painter.drawRect(QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5))

    def _paint_strip(self, painter: QPainter, strip: int) -> None:
        theme, ink = self.theme, drawing.ui(11)
        run = self.pair[1 - strip]
        samples = self.samples(strip)
        if run is None:
            return
        y = 42 + strip * self._strip_height + 12
        colours.dot(painter, theme, run.place, QPointF(28, y - 4), 3.5)
        text = ink.elided(f"Only {run.title} is right", self.width() - 120)
        drawing.write(painter, 38, y, text, ink, theme.text_1)
        drawing.write_right(
            painter, self.width() - 24, y, numbers.count(len(samples)), drawing.mono(12, 600), theme.text_1
        )
        if not samples:
            drawing.write(painter, 24, y + 30, "No sample", drawing.ui(12), theme.text_3)
            return
        start = self._offsets[strip]
        for place in range(start, min(start + self.columns, len(samples))):
            index, rect = samples[place], self.rect_of(strip, place)
            picture = self._pictures.get(index)
            if picture is None:
                painter.fillRect(rect, theme.track)
            else:
                painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform, picture.width() > rect.width())
                painter.drawImage(rect, picture)
                painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform, False)
            if index == self.index:
                painter.setRenderHint(QPainter.RenderHint.Antialiasing)
                painter.setPen(QPen(theme.accent, 2))
                painter.setBrush(Qt.BrushStyle.NoBrush)
                painter.drawRoundedRect(rect.adjusted(-3, -3, 3, 3), 4, 4)
                painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
            else:
                hovered = self._hover == (strip, place)
                drawing.frame(painter, rect, theme.text_2 if hovered else theme.border_strong)
            self._paint_caption(painter, index, rect)

    def _paint_caption(self, painter: QPainter, index: int, rect: QRectF) -> None:
        """What each says, in its colour, about what it is: "3 is 2 2"."""
        first, second = self.pair
        if first is None or second is None or first.evaluated is None or second.evaluated is None:
            return
        theme, ink = self.theme, drawing.ui(11)
        y = rect.bottom() + 15
        said = [self._name(int(run.evaluated.predicted[index])) for run in (first, second) if run.evaluated is not None]
        label = self._name(int(first.evaluated.labels[index]))
        drawing.write(painter, rect.left(), y, said[0], drawing.mono(11), colours.color(theme, first.place))
        drawing.write_right(painter, rect.right(), y, said[1], drawing.mono(11), colours.color(theme, second.place))
        room = rect.width() - 2 * drawing.mono(11).width("0" * max(len(said[0]), len(said[1])))
        text = f"is {label}"
        if ink.width(text) + 4 <= room:
            drawing.write_middle(painter, rect.center().x(), y, text, ink, theme.text_3)

    def _name(self, index: int) -> str:
        return self.names[index] if 0 <= index < len(self.names) else "–" if index < 0 else str(index)

    # The user

    def _at(self, point: QPointF) -> tuple[int, int] | None:
        for strip in (0, 1):
            start = self._offsets[strip]
            for place in range(start, min(start + self.columns, len(self.samples(strip)))):
                if self.rect_of(strip, place).adjusted(-2, -2, 2, 16).contains(point):
                    return strip, place
        return None

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        hover = self._at(event.position())
        if hover != self._hover:
            self._hover = hover
            self.setCursor(Qt.CursorShape.PointingHandCursor if hover else Qt.CursorShape.ArrowCursor)
            self.update()

    def leaveEvent(self, event: QEvent) -> None:
        self._hover = None
        self.update()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        at = self._at(event.position())
        if event.button() == Qt.MouseButton.LeftButton and at is not None:
            self.chosen.emit(self.samples(at[0])[at[1]])

    def wheelEvent(self, event: QWheelEvent) -> None:
        strip = int(event.position().y() > 42 + self._strip_height)
        turned = event.angleDelta().y() or event.angleDelta().x()
        move = -max(1, self.columns // 2) if turned > 0 else max(1, self.columns // 2)
        most = max(len(self.samples(strip)) - self.columns, 0)
        self._offsets[strip] = min(max(self._offsets[strip] + move, 0), most)
        self._ask()
        self.update()
        event.accept()

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._ask()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        step = {Qt.Key.Key_Left: -1, Qt.Key.Key_Right: 1}.get(Qt.Key(event.key()), 0)
        if step and (index := self.step(step)) is not None:
            self.chosen.emit(index)
        else:
            super().keyPressEvent(event)
