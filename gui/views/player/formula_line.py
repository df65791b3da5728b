"""The formula bar: the step in letters above, in numbers below; a term under the mouse lights up on the stage."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QAccessible, QMouseEvent, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from gui.theme import Theme
from gui.views.player.drawing.lettering import Ink, mono, ui
from gui.views.player.drawing.look import LARGE, REGULAR, SMALL, Look, Sizes
from gui.views.player.drawing.spans import Placed, paint, place, reach, text_of, width_of
from gui.views.player.formula import Formula, in_numbers

_HEIGHTS = {SMALL: 56, REGULAR: 72, LARGE: 96}


class FormulaLine(QWidget):
    """Shows a Formula. `term_hovered(int | None)` tells the term under the mouse, `held(bool)` whether there is one."""

    term_hovered = Signal(object)
    held = Signal(bool)

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.theme = theme
        self._sizes = REGULAR
        self._formula: Formula | None = None
        self._letters: list[Placed] = []
        self._numbers: list[Placed] = []
        self._note = ""
        self._stale = True
        self._term: int | None = None
        self._hovered: int | None = None
        self.setMouseTracking(True)
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setFixedHeight(_HEIGHTS[self._sizes])
        self.setAccessibleName("Formula")

    def sizeHint(self) -> QSize:
        return QSize(600, _HEIGHTS[self._sizes])

    def set_sizes(self, sizes: Sizes) -> None:
        """Draw at these sizes."""
        if sizes is not self._sizes:
            self._sizes, self._stale = sizes, True
            self.setFixedHeight(_HEIGHTS[sizes])
            self.update()

    def set_theme(self, theme: Theme) -> None:
        self.theme = theme
        self.update()

    def set_formula(self, formula: Formula | None) -> None:
        """Show another formula."""
        self._formula, self._stale = formula, True
        self.update()

    def set_term(self, term: int | None) -> None:
        """Light up a term, from the stage."""
        if term != self._term:
            self._term = term
            self.update()

    def text(self) -> str:
        """Both lines and the note as plain text, as shown."""
        self._lay_out()
        rows = [text_of(part.span for part in row) for row in (self._letters, self._numbers)]
        return "\n".join([*rows, self._note] if self._note else rows)

    @property
    def note(self) -> str:
        """What is said of terms that are left out."""
        self._lay_out()
        return self._note

    def _px(self) -> tuple[int, int]:
        return {"small": (12, 12), "regular": (12, 13), "large": (16, 17)}[self._sizes.name]

    def _lay_out(self) -> None:
        if not self._stale:
            return
        self._stale = False
        self._letters, self._numbers, self._note = [], [], ""
        if self._formula is not None:
            first, second = self._px()
            room = self.width() - 2 * self._sizes.margin
            self._letters = place(self._formula.symbolic, first)
            numbers, self._note = in_numbers(self._formula, int(room / mono(second).width("0")))
            self._numbers = place(numbers, second)
        if QAccessible.isActive():
            self.setAccessibleDescription(
                "\n".join(text_of(p.span for p in row) for row in (self._letters, self._numbers))
            )

    def resizeEvent(self, event: QResizeEvent) -> None:
        self._stale = True
        super().resizeEvent(event)

    def _rows(self) -> tuple[float, float]:
        """The heights of the digits' middles of both lines."""
        height = self.height()
        return height * 0.32, height * 0.68

    def paintEvent(self, event: QPaintEvent) -> None:
        self._lay_out()
        painter = QPainter(self)
        theme, margin = self.theme, self._sizes.margin
        painter.fillRect(self.rect(), theme.panel)
        painter.fillRect(QRectF(0, 0, self.width(), 1), theme.border)
        look = Look(theme, self._sizes)
        upper, lower = self._rows()
        ink = Ink(painter)
        term = self._hovered if self._hovered is not None else self._term
        if term is not None:
            pill = reach(self._numbers, term, lower, 20)
            if pill is not None:
                painter.setRenderHint(QPainter.RenderHint.Antialiasing)
                painter.setPen(Qt.PenStyle.NoPen)
                painter.setBrush(theme.segment_on)
                painter.drawRoundedRect(pill.adjusted(margin - 3, 0, margin + 3, 0), 3, 3)
                painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
        paint(ink, look, self._letters, margin, upper)
        paint(ink, look, self._numbers, margin, lower)
        if self._note:
            face = ui(self._sizes.text_px)
            free = self.width() - 2 * margin - width_of(self._letters) - 24
            if face.width(self._note) <= free:
                ink.words(self._note, self.width() - margin, upper, face, look.color("text_3"), "right")
        ink.flush()

    def _term_at(self, event: QMouseEvent) -> int | None:
        self._lay_out()
        _, lower = self._rows()
        if abs(event.position().y() - lower) > 12:
            return None
        x = event.position().x() - self._sizes.margin
        for part in self._numbers:
            if part.span.term is not None and part.x <= x < part.x + part.width:
                return part.span.term
        return None

    def _hover(self, term: int | None) -> None:
        if term != self._hovered:
            self._hovered = term
            self.term_hovered.emit(term)
            self.held.emit(term is not None)
            self.update()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        self._hover(self._term_at(event))
        super().mouseMoveEvent(event)

    def leaveEvent(self, event: QEvent) -> None:
        self._hover(None)
        super().leaveEvent(event)
